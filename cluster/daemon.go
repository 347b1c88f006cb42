package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/cenkalti/backoff/v5"

	"classify"
)

// daemon is a process of a native cluster. It outlives the command that starts
// it: what is known of it stands in its folder, its output in log.
type daemon struct {
	name string
	dir  string
}

// born tells a process from a later one with the same number.
type born struct {
	PID   int    `json:"pid"`
	Start string `json:"start"` // as the system tells it
}

func (d daemon) pidFile() string { return filepath.Join(d.dir, "pid.json") }
func (d daemon) logFile() string { return filepath.Join(d.dir, "log") }

// start runs a program with its output in the log. It returns when the process
// exists, which does not mean that it works.
func (d daemon) start(path string, args, env []string) error {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return fullDisk(err)
	}
	log, err := os.OpenFile(d.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fullDisk(err)
	}
	defer log.Close()
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = d.dir, env, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // signals of a terminal are not for it
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", d.name, err)
	}
	b := born{PID: cmd.Process.Pid, Start: startOf(cmd.Process.Pid)}
	go func() { _ = cmd.Wait() }() // a child that ended while this command runs is not left a zombie
	data, err := json.Marshal(b)
	if err == nil {
		err = os.WriteFile(d.pidFile(), data, 0o600)
	}
	if err != nil {
		_ = syscall.Kill(b.PID, syscall.SIGKILL)
		return fullDisk(err)
	}
	return nil
}

// pid is the process, or 0 where none lives.
func (d daemon) pid() int {
	data, err := os.ReadFile(d.pidFile())
	var b born
	if err != nil || json.Unmarshal(data, &b) != nil || b.PID <= 0 {
		return 0
	}
	if start := startOf(b.PID); start == "" || start != b.Start {
		return 0
	}
	return b.PID
}

// startOf is when a process began, in a form of the system, or "" where it does
// not live.
func startOf(pid int) string {
	if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		// The name of the program, which may have spaces, ends at the last bracket.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if len(fields) < 20 || fields[0] == "Z" || fields[0] == "X" {
			return ""
		}
		return fields[19]
	} else if _, err := os.Stat("/proc/self/stat"); err == nil {
		return ""
	}
	out, err := exec.Command("ps", "-o", "lstart=", "-p", fmt.Sprint(pid)).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// stop ends the process: politely, and after patience by force.
func (d daemon) stop(ctx context.Context, patience time.Duration) error {
	pid := d.pid()
	if pid == 0 {
		return d.forget()
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop %s: %w", d.name, err)
	}
	_ = syscall.Kill(pid, syscall.SIGCONT) // one that is held hears it as well
	gone := func() error {
		if d.pid() != 0 {
			return errLives
		}
		return nil
	}
	if err := until(ctx, patience, gone); errors.Is(err, errLives) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
		if err := until(context.WithoutCancel(ctx), 10*time.Second, gone); err != nil {
			return fmt.Errorf("stop %s, process %d: %w", d.name, pid, err)
		}
	}
	return d.forget()
}

var errLives = errors.New("it lives")

func (d daemon) forget() error {
	if err := os.Remove(d.pidFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// lastLines is the end of the log, for an error.
func (d daemon) lastLines() string {
	f, err := os.Open(d.logFile())
	if err != nil {
		return ""
	}
	defer f.Close()
	const most = 2000
	if info, err := f.Stat(); err == nil && info.Size() > most {
		_, _ = f.Seek(-most, io.SeekEnd)
	}
	text, _ := io.ReadAll(io.LimitReader(f, most))
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(string(text), "")), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}

// died is the error of a process that ended by itself.
func (d daemon) died() error {
	return classify.WithHint(fmt.Errorf("%s has ended; its last words:\n%s", d.name, d.lastLines()), "its log: %s", d.logFile())
}

// until tries something again, ever less often, until it succeeds, the time is
// over or ctx ends. It returns the last error.
func until(ctx context.Context, patience time.Duration, try func() error) error {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 20*time.Millisecond, 250*time.Millisecond
	for {
		err := try()
		var permanent *backoff.PermanentError
		if err == nil {
			return nil
		} else if errors.As(err, &permanent) {
			return permanent.Err
		}
		timer := time.NewTimer(pause.NextBackOff())
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}

// fullDisk adds the remedy to an error of a disk without room.
func fullDisk(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return classify.WithHint(err, "make room on the disk, or choose another folder with --dir")
	}
	return err
}
