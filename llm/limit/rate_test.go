package limit_test

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/limit"
)

// bubble runs f on a clock of its own.
func bubble(t *testing.T, f func(*testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, f)
}

func (s *server) wantUsed(t *testing.T, perMinute, least float64) {
	t.Helper()
	used := s.steady() * 60 / perMinute
	t.Logf("used %.1f %% of the limit, %d of %d calls refused, %v", 100*used, len(s.refusals), len(s.arrived)+len(s.refusals), time.Since(s.began))
	if used < least {
		t.Errorf("used %.1f %% of the permitted calls, want at least %.0f %%", 100*used, 100*least)
	}
}

func (s *server) wantRefused(t *testing.T, most float64) {
	t.Helper()
	all := len(s.arrived) + len(s.refusals)
	if share := float64(len(s.refusals)) / float64(all); share > most {
		t.Errorf("%d of %d calls were refused (%.2f %%), want at most %.1f %%", len(s.refusals), all, 100*share, 100*most)
	}
}

// seeds is over how many courses of chance a claim is tested.
const seeds = 5

func TestAnnouncedLimitIsUsedAndNeverExceeded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		rpm    float64
		median time.Duration
		calls  int
		used   float64
	}{
		{"900 a minute, 1.5 s", 900, 1500 * time.Millisecond, 3000, 0.95},
		{"9,000 a minute, 150 ms", 9000, 150 * time.Millisecond, 3000, 0.95},
		{"300 a minute, 20 s, which takes a while to fill the window", 300, 20 * time.Second, 1500, 0.8},
		{"60 a minute, a second's worth is one call", 60, 1500 * time.Millisecond, 300, 0.94},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(seeds) {
				synctest.Test(t, func(t *testing.T) {
					s := newServer(seed, c.rpm, 0)
					s.announce, s.median = true, c.median
					l := limit.New(limit.Config{})
					s.run(t, l, c.calls, nil)
					s.wantUsed(t, c.rpm, c.used)
					s.wantRefused(t, 0)
					if state := l.State(); state.Source != limit.Announced || state.RPM > c.rpm || state.InFlight != 0 {
						t.Errorf("state is %+v", state)
					}
				})
			}
		})
	}
}

func TestUnannouncedLimitIsLearned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		rpm        float64
		median     time.Duration
		retryAfter func(time.Duration) time.Duration
		seconds    float64
		refused    float64
	}{
		{"900 a minute", 900, 1500 * time.Millisecond, exactly, 1, 0.02},
		{"900 a minute, waits in whole seconds", 900, 1500 * time.Millisecond, wholeSeconds, 1, 0.02},
		{"900 a minute, no wait given", 900, 1500 * time.Millisecond, nil, 1, 0.02},
		{"9,000 a minute, 150 ms", 9000, 150 * time.Millisecond, exactly, 1, 0.02},
		{"300 a minute", 300, 1500 * time.Millisecond, exactly, 1, 0.02},
		{"a bucket of ten seconds", 900, 1500 * time.Millisecond, exactly, 10, 0.02},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(seeds) {
				synctest.Test(t, func(t *testing.T) {
					s := newServer(seed, c.rpm, 0)
					s.median, s.retryAfter, s.requests.seconds = c.median, c.retryAfter, c.seconds
					l := limit.New(limit.Config{})
					s.run(t, l, 3000, nil)
					s.wantUsed(t, c.rpm, 0.85)
					s.wantRefused(t, c.refused)
					if state := l.State(); state.Source != limit.Learned {
						t.Errorf("source of the limits is %q, want learned", state.Source)
					}
				})
			}
		})
	}
}

// unsure makes tokens of a mean with an error of up to half.
func unsure(r *rand.Rand) classify.Tokens {
	f := 0.5 + r.Float64()
	return classify.Tokens{Input: int(900 * f), Output: int(100 * f)}
}

func TestTokenLimitBindsInsteadOfRequests(t *testing.T) {
	t.Parallel()
	fixed := func(n int) func(*rand.Rand) classify.Tokens {
		return func(*rand.Rand) classify.Tokens { return classify.Tokens{Input: 9 * n, Output: n} }
	}
	for _, c := range []struct {
		name     string
		estimate func(*rand.Rand) classify.Tokens
		used     func(*rand.Rand) classify.Tokens
	}{
		{"exact estimates", fixed(100), fixed(100)},
		{"estimates up to half off", unsure, fixed(100)},
		{"use up to half off", fixed(100), unsure},
		{"estimates a third too low", fixed(67), fixed(100)},
		{"estimates half too low", fixed(50), fixed(100)},
		{"estimates half too high", fixed(150), unsure},
		{"no estimates", fixed(0), unsure},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(seeds) {
				synctest.Test(t, func(t *testing.T) {
					const tpm = 600_000 // 600 calls of 1,000
					s := newServer(seed, 900, tpm)
					s.announce, s.used = true, c.used
					s.run(t, limit.New(limit.Config{}), 2000, c.estimate)
					s.wantUsed(t, tpm/1000, 0.95)
					s.wantRefused(t, 0)
				})
			}
		})
	}
}

func TestPersonsCapHoldsBesidesAnnouncedLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		config   limit.Config
		announce bool
		rpm      float64 // expected
		source   limit.Source
	}{
		{"cap below the limit", limit.Config{RPM: 300}, true, 300, limit.Set},
		{"cap above the limit", limit.Config{RPM: 3000}, true, 900, limit.Announced},
		{"cap alone", limit.Config{RPM: 300}, false, 300, limit.Set},
		{"cap on tokens", limit.Config{TPM: 300_000}, true, 300, limit.Announced},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newServer(1, 900, 0)
				s.announce = c.announce
				l := limit.New(c.config)
				s.run(t, l, 1000, nil)
				s.wantUsed(t, c.rpm, 0.95)
				s.wantRefused(t, 0)
				if s.steady()*60 > c.rpm {
					t.Errorf("%.0f calls a minute, want at most %.0f", s.steady()*60, c.rpm)
				}
				if state := l.State(); state.Source != c.source {
					t.Errorf("source is %q, want %q", state.Source, c.source)
				}
			})
		})
	}
}

func TestLimitThatChangesIsFollowed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		announce bool
		from, to float64
		refused  float64
		within   time.Duration // until the new limit is used
		least    float64
	}{
		{"announced, halved", true, 900, 450, 0.02, 10 * time.Second, 0.94},
		{"announced, doubled", true, 450, 900, 0, 5 * time.Second, 0.95},
		{"unannounced, halved", false, 900, 450, 0.02, 10 * time.Second, 0.85},
		{"unannounced, raised by a third", false, 900, 1200, 0.02, 90 * time.Second, 0.85},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newServer(3, c.from, 0)
				s.announce = c.announce
				change := s.began.Add(time.Minute)
				time.AfterFunc(time.Minute, func() {
					s.mu.Lock()
					defer s.mu.Unlock()
					s.requests.fill(time.Now())
					s.requests.perMinute = c.to
				})
				s.run(t, limit.New(limit.Config{}), 3000, nil)
				s.wantRefused(t, c.refused)
				s.began = change.Add(c.within - 10*time.Second)
				s.wantUsed(t, c.to, c.least)
			})
		})
	}
}

func TestRememberedLimitIsUsedAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(1, 900, 0)
		s.announce = true
		l := limit.New(limit.Config{Announced: llm.Limits{Requests: llm.Window{Limit: 900}}})
		s.run(t, l, 600, nil)
		s.wantRefused(t, 0)
		if took := s.arrived[len(s.arrived)-1].Sub(s.began); took > 44*time.Second {
			t.Errorf("600 calls took %v at 900 a minute", took)
		}
	})
}

func TestRememberedLimitIsForgottenWhenNoneIsAnnounced(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(1, 900, 0)
		l := limit.New(limit.Config{Announced: llm.Limits{Requests: llm.Window{Limit: 10}}})
		s.run(t, l, 300, nil)
		if took := time.Since(s.began); took > time.Minute {
			t.Errorf("300 calls took %v at 900 a minute", took)
		}
	})
}

func TestLocalServerIsNotFlooded(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(seed, 0, 0)
			s.slots, s.median, s.timeout = 4, 10*time.Second, 120*time.Second
			l := limit.New(limit.Config{})
			s.run(t, l, 1000, nil)
			if s.timeouts > 0 {
				t.Errorf("%d calls ran into a time-out", s.timeouts)
			}
			if s.most > 32 {
				t.Errorf("%d calls were under way at a server with four slots", s.most)
			}
			perCall := s.median.Seconds() * 1.083 // mean of the distribution
			if used := s.steady() * perCall / 4; used < 0.9 {
				t.Errorf("the four slots were busy %.0f %% of the time", 100*used)
			}
			t.Logf("most under way %d, window %d, %v", s.most, l.State().Window, time.Since(s.began))
		})
	}
}

func TestServerWithoutLimitsIsUsedInFull(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(1, 0, 0)
		s.run(t, limit.New(limit.Config{MaxInFlight: 64}), 4000, nil)
		if s.most != 64 {
			t.Errorf("at most %d calls were under way, want 64", s.most)
		}
		if want := 64 / (1.5*1.083 + 0.025); s.steady() < 0.9*want {
			t.Errorf("%.1f calls a second, want about %.1f", s.steady(), want)
		}
	})
}
