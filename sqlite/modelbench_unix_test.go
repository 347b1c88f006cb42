//go:build unix

package sqlite

import (
	"crypto/sha256"
	"encoding/hex"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"classify"
	"classify/storetest"
)

// BenchmarkRecordCall records calls with an answer each from 32 callers. The
// time of the processor is that of the whole process.
func BenchmarkRecordCall(b *testing.B) {
	s, run := benchStore(b)
	calls, answers := make([]classify.Call, b.N), make([][]classify.CachedAnswer, b.N)
	for n := range b.N {
		calls[n], answers[n] = storetest.Call(run, n), []classify.CachedAnswer{hashed(run, n)}
	}
	runtime.GC()
	var next atomic.Int64
	b.ReportAllocs()
	before := processorTime(b)
	b.ResetTimer()
	var callers errgroup.Group
	for range 32 {
		callers.Go(func() error {
			for n := int(next.Add(1) - 1); n < b.N; n = int(next.Add(1) - 1) {
				if err := s.RecordCall(b.Context(), calls[n], answers[n]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := callers.Wait(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/call")
	b.StopTimer()
	benchClose(b, s)
}

// BenchmarkCachedAnswer looks up answers that are there, one after the other.
func BenchmarkCachedAnswer(b *testing.B) {
	s, run := benchStore(b)
	const answers = 20_000
	var keys []string
	for n := 0; n < answers; n += 1000 {
		var page []classify.CachedAnswer
		for i := n; i < n+1000; i++ {
			a := hashed(run, i)
			page, keys = append(page, a), append(keys, a.Key)
		}
		if _, err := s.ImportAnswers(b.Context(), page); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if _, err := s.CachedAnswer(b.Context(), keys[n*7919%answers]); err != nil {
			b.Fatal(err)
		}
		n++
	}
	benchClose(b, s)
}

// hashed is an answer whose key stands anywhere among the others, as a hash does.
func hashed(run int64, n int) classify.CachedAnswer {
	a := storetest.CachedAnswer(run, n)
	sum := sha256.Sum256(a.Question)
	a.Key = hex.EncodeToString(sum[:])
	return a
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
