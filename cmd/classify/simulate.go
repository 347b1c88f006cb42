package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"classify"
	"classify/catalogue"
	"classify/labels"
	"classify/llm/simulator"
	"classify/rulebook"
	"classify/stage"
)

// simulation are the flags of classify simulate.
type simulation struct {
	addr      string
	elsewhere bool // listen on an address that other machines reach
	faults    portion
	errors    portion
	fault     []string
	labels    string
	catalogue string
	config    simulator.Config
}

func newSimulate() *cobra.Command {
	s := &simulation{}
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Rehearse a run without spending: a server that answers as OpenAI and Anthropic do",
		Long: `Listen as a language model's provider would, and answer from the rulebook or from
labels, with the limits, the latency and the faults that you set. Both formats are
served at one address: OpenAI's (chat completions, files, batches, models) under
/v1, and Anthropic's (messages, batches, models). Each answer says that it comes
from a simulator; nothing leaves this machine and nothing is paid.

Any key is accepted, and every model. To rehearse failures:
  key "wrong"          401, the key is not accepted
  key "quota"          no credit is left
  model "unknown…"     404, there is no such model
  model "no-schema…"   takes no JSON schema; "no-json…" no JSON mode either,
                       "text-only…" no tools either
  model "gpt-5…", "o3…" refuses a temperature, as reasoning models do

Kinds of faults: 500, 529, timeout, cut, slow, malformed, truncated, refusal,
wrong-value, wrong-count; --faults shares them out equally. Beside these there
are oversized (a body of 5 MB) and cut-submit (a batch is taken in, and the
connection ends). --errors makes answers valid and wrong: the same question
always gets the same wrong answer.

What it was asked stands at GET /simulator/counts, and is printed at the end;
POST /simulator/reset begins anew. Ctrl-C ends it.`,
		Example: `  classify simulate --rpm 900 --tpm 2000000 --faults 5%
  classify simulate --addr 127.0.0.1:0 --latency 0 --errors 3%
  classify simulate --labels labels.csv --catalogue catalogue.csv --fault timeout=1%`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd.Context(), cmd.OutOrStdout()) },
	}
	f := cmd.Flags()
	f.StringVar(&s.addr, "addr", "127.0.0.1:8123", "address to listen on; port 0 takes a free one")
	f.BoolVar(&s.elsewhere, "insecure-listen", false, "listen also where other machines can reach it: anybody may ask")
	f.IntVar(&s.config.RPM, "rpm", 0, "requests per minute of each model; 0 is no limit")
	f.IntVar(&s.config.TPM, "tpm", 0, "tokens per minute of each model; 0 is no limit")
	f.IntVar(&s.config.OTPM, "otpm", 0, "output tokens per minute of each model in Anthropic's format; 0 is no limit")
	f.BoolVar(&s.config.Announce, "announce", true, "announce the limits in the headers of the answers")
	f.DurationVar(&s.config.Latency, "latency", 1500*time.Millisecond, "median of the latency; 0 is none")
	f.Float64Var(&s.config.Sigma, "sigma", 0.4, "spread of the latency, which is log-normal")
	f.DurationVar(&s.config.BatchLatency, "batch-latency", 5*time.Second, "how long a batch takes")
	f.Var(&s.faults, "faults", "share of requests with a fault of any kind, such as 5%")
	f.StringArrayVar(&s.fault, "fault", nil, "share of requests with one kind of fault, such as timeout=1% (repeatable)")
	f.Var(&s.errors, "errors", "share of questions with a valid but wrong answer, such as 3%")
	f.Uint64Var(&s.config.Seed, "seed", 1, "what chance is drawn from")
	f.StringVar(&s.labels, "labels", "", "answer from this label file; needs --catalogue")
	f.StringVar(&s.catalogue, "catalogue", "", "the catalogue of the labelled indicators")
	return cmd
}

func (s *simulation) run(ctx context.Context, out io.Writer) error {
	if err := s.configure(ctx); err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.addr)
	if err != nil {
		return classify.WithHint(fmt.Errorf("listen on %s: %w", s.addr, err), "another program may listen there: --addr 127.0.0.1:0 takes a free port")
	}
	sim := simulator.New(s.config)
	announceSimulator(out, l.Addr().String())
	if err := serveUntil(ctx, l, sim, s.config.Latency); err != nil {
		return err
	}
	printCounts(out, sim.Counts())
	return nil
}

// configure checks the flags and reads the files.
func (s *simulation) configure(ctx context.Context) error {
	s.config.Faults, s.config.ErrorRate = float64(s.faults), float64(s.errors)
	s.config.Fault = map[simulator.Fault]float64{}
	for _, text := range s.fault {
		name, value, _ := strings.Cut(text, "=")
		kind, err := simulator.ParseFault(name)
		if err != nil {
			return usagef("--fault %q: %w", text, err)
		}
		var n portion
		if err := n.Set(value); err != nil {
			return usagef("--fault %q: %w; write %s=1%%", text, err, name)
		}
		s.config.Fault[kind] = float64(n)
	}
	if err := s.config.Check(); err != nil {
		return &usageError{err}
	}
	if err := s.checkAddress(); err != nil {
		return err
	}
	if (s.labels == "") != (s.catalogue == "") {
		return usagef("--labels and --catalogue go together: the labels name indicators of the catalogue")
	}
	if s.labels == "" {
		return nil
	}
	return s.learn(ctx)
}

// checkAddress lets nobody open the simulator to other machines by mistake.
func (s *simulation) checkAddress() error {
	host, _, err := net.SplitHostPort(s.addr)
	if err != nil {
		return usagef("--addr %q: write host:port, such as 127.0.0.1:8123", s.addr)
	}
	if ip := net.ParseIP(host); s.elsewhere || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return classify.WithHint(usagef("--addr %q: other machines could reach this address, and anybody may ask a simulator", s.addr),
		"use 127.0.0.1, or add --insecure-listen if you want that")
}

// learn reads the labels and finds the questions about their indicators.
func (s *simulation) learn(ctx context.Context) error {
	file, err := labels.Read(s.labels)
	if err != nil {
		return err
	}
	byID := make(map[string]map[string]string, len(file.Rows))
	for _, row := range file.Rows {
		byID[row.IndicatorID] = row.Values
	}
	r, err := catalogue.Open(ctx, []string{s.catalogue}, nil, catalogue.Options{})
	if err != nil {
		return err
	}
	known, found := simulator.NewLabels(), 0
	stages := func(a classify.Answerer) classify.Stages { return stage.New(a, rulebook.New()) }
	for row, err := range r.Rows() {
		if err != nil {
			return err
		}
		values, ok := byID[row.Indicator.ID]
		if row.Reject != nil || !ok {
			continue
		}
		if err := known.Learn(ctx, stages, row.Indicator, values); err != nil {
			return fmt.Errorf("labels of %q: %w", row.Indicator.ID, err)
		}
		found++
	}
	if found == 0 {
		return classify.WithHint(fmt.Errorf("none of the %d labelled indicators is in %q", len(byID), s.catalogue), "give the catalogue that the labels were made for")
	}
	s.config.Labels = known
	return nil
}

// serveUntil serves until the context ends, and then lets what is in flight
// finish.
func serveUntil(ctx context.Context, l net.Listener, sim *simulator.Server, latency time.Duration) error {
	web := &http.Server{
		Handler:           sim,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		WriteTimeout:      15*time.Minute + 20*latency, // a time-out is rehearsed, and a latency may be long
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	web.RegisterOnShutdown(sim.Close)
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := web.Shutdown(last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving: %w", err)
	}
	return web.Close() // whoever is still connected
}

func announceSimulator(out io.Writer, addr string) {
	fmt.Fprintf(out, `The simulator answers in the format of
  OpenAI     http://%[1]s/v1
  Anthropic  http://%[1]s

In another window:
  OPENAI_API_KEY=simulated classify run examples/world.csv --provider openai --base-url http://%[1]s/v1 --model gpt-5-mini
  ANTHROPIC_API_KEY=simulated classify run examples/world.csv --provider anthropic --base-url http://%[1]s --model claude-haiku-4-5

What it was asked: http://%[1]s/simulator/counts    Ctrl-C ends it.
`, addr)
}

func printCounts(out io.Writer, c simulator.Counts) {
	fmt.Fprintf(out, "\nrequests: %d accepted, %d refused with 429; at most %d at once\n", c.Accepted, c.Refused, c.MaxInFlight)
	fmt.Fprintf(out, "questions: %d, of them %d distinct; %d asked again after a good answer\n", c.Questions.Asked, c.Questions.Distinct, c.Questions.AnsweredAgain)
	fmt.Fprintf(out, "A provider would bill %d calls: %d input tokens (%d of them cached), %d output tokens\n", c.Paid, c.Tokens.Input, c.Tokens.Cached, c.Tokens.Output)
	if c.Lost > 0 {
		fmt.Fprintf(out, "%d of these never arrived: %d input tokens, %d output tokens\n", c.Lost, c.LostTokens.Input, c.LostTokens.Output)
	}
	if len(c.Requests) == 0 {
		return
	}
	var rows [][]string
	for _, r := range c.Requests {
		rows = append(rows, []string{r.Endpoint, string(r.Stage), printable(r.Model), r.Outcome, strconv.Itoa(r.Requests), strconv.Itoa(r.Tokens.Input), strconv.Itoa(r.Tokens.Cached), strconv.Itoa(r.Tokens.Output)})
	}
	fmt.Fprintln(out)
	printTable(out, []string{"endpoint", "stage", "model", "outcome", ">requests", ">input", ">cached", ">output"}, rows)
}

// portion is a part of all, written 5% or 0.05.
type portion float64

func (s *portion) String() string {
	return strconv.FormatFloat(100*float64(*s), 'g', 6, 64) + "%"
}

func (s *portion) Set(text string) error {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		v /= 100
	}
	if err != nil || !(v >= 0 && v <= 1) {
		return fmt.Errorf("%q is no share from 0%% to 100%%", text)
	}
	*s = portion(v)
	return nil
}

func (*portion) Type() string { return "share" }
