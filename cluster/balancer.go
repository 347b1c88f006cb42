package cluster

import (
	"context"
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// Balancer distributes the requests of the nodes to the replicas of the service in
// turn, one by one: the nodes keep few connections, each with many requests, so
// that connections handed out in turn would not do. Outside a native cluster this
// is the task of whatever stands before services there.
type Balancer struct {
	proxy *httputil.ReverseProxy

	mu       sync.Mutex
	replicas []*replica
	next     int
}

type replica struct {
	url  *url.URL
	down bool
}

type chosen struct{}

// NewBalancer distributes to these addresses. Watch has to run beside it.
func NewBalancer(targets []string) (*Balancer, error) {
	b := &Balancer{}
	for _, target := range targets {
		u, err := url.Parse(target)
		if err != nil || u.Scheme != "http" || u.Host == "" {
			return nil, invalid("write http://HOST:PORT", "a replica at %q", target)
		}
		b.replicas = append(b.replicas, &replica{url: u})
	}
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true) // requests and answers go on at the same time
	b.proxy = &httputil.ReverseProxy{
		Transport:     &http.Transport{Protocols: &protocols, HTTP2: &http.HTTP2Config{SendPingTimeout: 5 * time.Second, PingTimeout: 5 * time.Second}},
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			if to, ok := r.In.Context().Value(chosen{}).(*replica); ok {
				r.SetURL(to.url)
			}
			// The proxy keeps the body from being closed. A request that goes on while
			// its answer does would wait for more of it for ever after its replica died.
			r.Out.Body = r.In.Body
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, _ error) {
			if to, ok := r.Context().Value(chosen{}).(*replica); ok && r.Context().Err() == nil {
				b.set(to, true)
			}
			w.WriteHeader(http.StatusBadGateway) // the node tries again
		},
	}
	return b, nil
}

func (b *Balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	to := b.choose()
	if to == nil {
		http.Error(w, "no replica of the service lives", http.StatusServiceUnavailable)
		return
	}
	b.proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), chosen{}, to)))
}

// choose is the next replica that lives, or nil.
func (b *Balancer) choose() *replica {
	b.mu.Lock()
	defer b.mu.Unlock()
	for range b.replicas {
		r := b.replicas[b.next%len(b.replicas)]
		b.next++
		if !r.down {
			return r
		}
	}
	return nil
}

func (b *Balancer) set(r *replica, down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.down = down
}

// Watch looks at the replicas, and returns when ctx ends.
func (b *Balancer) Watch(ctx context.Context) error {
	beat := time.NewTicker(500 * time.Millisecond)
	defer beat.Stop()
	for {
		var looks sync.WaitGroup
		for _, r := range b.replicas {
			looks.Go(func() { b.set(r, answers(ctx, r.url.String()+"/health") != nil) })
		}
		looks.Wait()
		select {
		case <-beat.C:
		case <-ctx.Done():
			if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		}
	}
}
