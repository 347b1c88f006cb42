package cluster_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"classify/cluster"
)

func protocols() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetUnencryptedHTTP2(true)
	return p
}

// listening serves HTTP/2 without encryption, as nodes and replicas speak it.
func listening(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.Protocols = protocols()
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(func() {
		s.CloseClientConnections() // also those of requests that hang
		s.Close()
	})
	return s
}

func TestARequestOfAReplicaThatDiesEndsAtOnceAndTheNextGoesToAnother(t *testing.T) {
	t.Parallel()
	answered := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "begun") // the client reads it, or is gone
		_ = http.NewResponseController(w).Flush()
		_, _ = io.Copy(io.Discard, r.Body) // as long as the node has more to say
	}
	dying, living := listening(t, http.HandlerFunc(answered)), listening(t, http.HandlerFunc(answered))
	b, err := cluster.NewBalancer([]string{dying.URL, living.URL})
	if err != nil {
		t.Fatal(err)
	}
	front := listening(t, b)
	p := new(http.Protocols)
	p.SetUnencryptedHTTP2(true)
	node := &http.Client{Transport: &http.Transport{Protocols: p}}
	t.Cleanup(node.CloseIdleConnections)

	// begin opens a request whose body goes on, and reads the first words of its answer.
	begin := func() (*http.Response, *io.PipeWriter) {
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		t.Cleanup(stop)
		more, says := io.Pipe()
		t.Cleanup(func() { _ = says.Close() }) // never fails
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, front.URL, more)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := node.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = resp.Body.Close() }) // nothing is left to read
		if _, err := io.ReadFull(resp.Body, make([]byte, len("begun"))); err != nil {
			t.Fatal(err)
		}
		return resp, says
	}

	lost, _ := begin()
	dying.CloseClientConnections()
	if _, err := io.ReadAll(lost.Body); err == nil || lost.Request.Context().Err() != nil {
		t.Fatalf("the node does not hear that the replica is gone: %v", err)
	}
	kept, says := begin()
	if err := says.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(kept.Body); err != nil {
		t.Errorf("the other replica: %v", err)
	}
}
