package main

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var openAIAddress = regexp.MustCompile(`OpenAI +(http://127\.0\.0\.1:[1-9]\d*)/v1`)

func TestTheSimulatorServesUntilItIsStoppedAndThenSaysWhatItWasAsked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"labels.csv":    "indicator_id,type\nA,stock\n",
		"catalogue.csv": "indicator_id,name,units\nA,Exports,USD Million\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := program(t, dir, "simulate", "--addr", "127.0.0.1:0", "--latency", "0", "--rpm", "900", "--labels", "labels.csv", "--catalogue", "catalogue.csv")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(stdout)
	var url, said string
	for !strings.Contains(said, "Ctrl-C") {
		line, err := out.ReadString('\n')
		if err != nil {
			t.Fatalf("%v after %q", err, said)
		}
		said += line
		if m := openAIAddress.FindStringSubmatch(line); m != nil {
			url = m[1]
		}
	}
	if !strings.Contains(said, "--provider openai --base-url "+url+"/v1 --model gpt-5-mini") {
		t.Errorf("no command to paste:\n%s", said)
	}
	resp, err := http.Post(url+"/v1/chat/completions", "application/json", strings.NewReader(`{"model":"gpt-5-mini","messages":[{"role":"user","content":"hello"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(body), `"model":"simulator/gpt-5-mini"`) || resp.Header.Get("X-Ratelimit-Limit-Requests") != "900" {
		t.Errorf("%s, %v, %v", body, resp.Header, err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(string(rest), "requests: 1 accepted, 0 refused") {
		t.Errorf("%v:\n%s", err, rest)
	}
}
