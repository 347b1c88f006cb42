package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"classify/llm/simulator"
)

// The limits and the latency of the figures, and the same ten times as fast.
const (
	rpm, tpm  = 900, 2_000_000
	latency   = 1500 * time.Millisecond
	sigma     = 0.4
	speedUp   = 10
	testModel = "gpt-5-mini"
)

// realTime is the simulated provider of the figures, scaled the faster one.
func realTime() simulator.Config {
	return simulator.Config{RPM: rpm, TPM: tpm, Announce: true, Latency: latency, Sigma: sigma}
}

func scaled() simulator.Config {
	return simulator.Config{RPM: speedUp * rpm, TPM: speedUp * tpm, Announce: true, Latency: latency / speedUp, Sigma: sigma,
		Hang: 30 * time.Second, Drip: 2 * time.Second}
}

const scaledNote = ", scaled to 9,000 RPM and 150 ms"

// provider is a simulator that listens.
type provider struct {
	*simulator.Server
	url    string
	server *http.Server
}

// listen starts a simulator; watch may change its server before that.
func listen(c simulator.Config, watch ...func(*http.Server)) (*provider, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := simulator.New(c)
	p := &provider{Server: s, url: "http://" + l.Addr().String() + "/v1", server: &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}}
	for _, w := range watch {
		w(p.server)
	}
	go p.server.Serve(l) // ends with close
	return p, nil
}

func (p *provider) close() {
	p.Server.Close()
	p.server.Close()
}

// flags choose the simulated model.
func (p *provider) flags(more ...string) []string {
	return append([]string{"--provider", "openai", "--base-url", p.url, "--model", testModel}, more...)
}

// asked is what a run with a simulated model printed.
type asked struct {
	Outcomes map[string]int `json:"outcomes"`
	Plan     struct {
		Selected int `json:"selected"`
	} `json:"plan"`
	Seconds float64 `json:"seconds"`
	State   string  `json:"state"`
	seconds float64
}

// run classifies a catalogue with the simulated model into a fresh store.
func (b *bench) ask(p *provider, store, catalogue string, flags ...string) (asked, error) {
	removeStore(store)
	args := append([]string{"run", absolute(catalogue), "--store", "sqlite:" + store, "--quiet", "--json", "--rejects", filepath.Join(b.dir, "rejects.csv")}, p.flags(flags...)...)
	var a asked
	m, err := b.classify(args...)
	if err != nil {
		return a, err
	}
	a.seconds = m.seconds
	return a, json.Unmarshal(m.out, &a)
}

// withModel runs a measurement against a simulated provider.
func (b *bench) withModel(c simulator.Config, measure func(*provider) error, watch ...func(*http.Server)) error {
	os.Setenv("OPENAI_API_KEY", "simulated") // for the program that is measured
	p, err := listen(c, watch...)
	if err != nil {
		return err
	}
	defer p.close()
	return measure(p)
}

// usedShare is the share of the permitted requests that were made from a second
// on until fewer than so many calls remained.
func usedShare(perSecond []int, perMinute, from, remaining int) float64 {
	total := 0
	for _, n := range perSecond {
		total += n
	}
	done, used, seconds := 0, 0, 0
	for second, n := range perSecond {
		done += n
		if total-done < remaining {
			break
		}
		if second >= from {
			used, seconds = used+n, seconds+1
		}
	}
	if seconds == 0 {
		return 0
	}
	return float64(used) / (float64(perMinute) / 60 * float64(seconds))
}

func reconciled(a asked) error {
	sum := a.Outcomes["classified"] + a.Outcomes["escalated"] + a.Outcomes["failed"] + a.Outcomes["skipped"]
	if a.Outcomes["failed"] > 0 || sum != a.Plan.Selected || a.State != "done" {
		return fmt.Errorf("the run does not reconcile: %+v", a)
	}
	return nil
}
