package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify/llm/price"
)

func modelPrice() price.Model {
	m, _ := price.Default().Model("openai", testModel)
	return m
}

const (
	kills       = 20
	killedCount = 400 // indicators of a run that is killed
	killSeed    = 1
)

// killed kills a run at a random moment, resumes it, and counts what was paid
// twice.
func (b *bench) killed() error {
	path, err := b.catalogueFile(killedCount, "--distinct")
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(killSeed, killSeed))
	var twice, inFlight, underWay, beyond, lost int
	for range kills {
		c := scaled()
		c.RPM, c.TPM = 4*c.RPM, 4*c.TPM
		err := b.withModel(c, func(p *provider) error {
			flying, err := b.killOnce(p, path, time.Duration(300+random.IntN(1700))*time.Millisecond)
			if err != nil {
				return err
			}
			// A call is under way until its answer is durable: the provider may be done
			// with it before.
			recorded, err := recordedCalls(filepath.Join(b.dir, "killed.db"))
			if err != nil {
				return err
			}
			notDurable := p.Counts().Accepted - recorded
			a, err := b.resume(p, path)
			if err != nil {
				return err
			}
			counts := p.Counts()
			again := counts.Questions.Repeated
			twice, inFlight, underWay = twice+again, inFlight+flying, underWay+notDurable
			if again > notDurable {
				beyond++
			}
			if a.Outcomes["classified"]+a.Outcomes["escalated"]+a.Outcomes["skipped"] != killedCount {
				lost++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	b.add(figure{
		what:   fmt.Sprintf("`kill -9` at a random moment, then resume, %d times, %d indicators", kills, killedCount),
		wanted: "calls paid twice ≤ calls in flight at the kill; none lost",
		measured: fmt.Sprintf("%d paid twice; %d under way at the kills, %d of them at the provider and the others on their way to the disk; %d kills with more paid twice than under way, %d with a lost indicator",
			twice, underWay, inFlight, beyond, lost),
		reached: beyond == 0 && lost == 0,
	})
	return nil
}

// recordedCalls is how many calls with an answer are in the ledger.
func recordedCalls(store string) (n int, err error) {
	conn, err := sqlite.OpenConn(store, sqlite.OpenReadOnly)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	err = sqlitex.Execute(conn, "SELECT count(*) FROM model_calls WHERE outcome IN ('answered', 'invalid')",
		&sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error { n = s.ColumnInt(0); return nil }})
	return n, err
}

// killOnce starts a run in a fresh store and kills it after a while. It returns
// how many calls were in flight then.
func (b *bench) killOnce(p *provider, path string, after time.Duration) (inFlight int, err error) {
	store := filepath.Join(b.dir, "killed.db")
	removeStore(store)
	cmd := exec.Command(b.binary, b.killedArgs(p, path)...)
	cmd.Dir = b.dir
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	moment := make(<-chan time.Time)
	for begun := false; ; {
		select {
		case err := <-ended:
			return 0, fmt.Errorf("the run ended before it was killed: %v", err)
		case <-look.C:
			if !begun && p.Counts().Accepted > 0 { // the first call says that the run asks
				begun, moment = true, time.After(after)
			}
		case <-moment:
			inFlight = p.Counts().InFlight
			if err := cmd.Process.Kill(); err != nil {
				return 0, err
			}
			<-ended
			return max(inFlight, p.Counts().InFlight), nil
		}
	}
}

func (b *bench) killedArgs(p *provider, path string) []string {
	return append([]string{"run", path, "--store", "sqlite:" + filepath.Join(b.dir, "killed.db"), "--quiet", "--json"}, p.flags("--policy", "thorough")...)
}

func (b *bench) resume(p *provider, path string) (asked, error) {
	var a asked
	cmd := exec.Command(b.binary, b.killedArgs(p, path)...)
	cmd.Dir = b.dir
	var out, text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &text
	if err := cmd.Run(); err != nil {
		return a, fmt.Errorf("resume: %w\n%s", err, text.Bytes())
	}
	return a, decode(out.Bytes(), &a)
}
