package main

import (
	"fmt"
	"path/filepath"
)

// growth compares a large catalogue with one of a tenth of its size. The small
// one is run before and after the large one, because a machine that others
// share is not equally fast for minutes; its mean counts.
func (b *bench) growth(large int) error {
	for _, variant := range []struct {
		name   string
		flags  []string
		stated bool // the time is stated, not to be reached
	}{{"ids in order", []string{"--no-values"}, false}, {"shuffled ids", []string{"--no-values", "--shuffle"}, true}} {
		var runs [3]measured
		for i, n := range []int{large / 10, large, large / 10} {
			var err error
			if runs[i], err = b.grown(n, variant.flags); err != nil {
				return err
			}
			fmt.Fprintf(b.log, "  %d %s: %.1f s, %.0f MB\n", n, variant.name, runs[i].seconds, runs[i].peakMB)
		}
		small, big := measured{
			seconds: (runs[0].seconds + runs[2].seconds) / 2,
			peakMB:  (runs[0].peakMB + runs[2].peakMB) / 2,
		}, runs[1]
		b.add(figure{
			what:   fmt.Sprintf("growth from %d to %d indicators, %s: time", large/10, large, variant.name),
			wanted: "at most × 11",
			measured: fmt.Sprintf("× %.1f (%.1f s and %.1f s, before and after, to %.1f s)", big.seconds/small.seconds,
				runs[0].seconds, runs[2].seconds, big.seconds),
			reached: big.seconds <= 11*small.seconds,
			printed: variant.stated,
		})
		b.add(figure{
			what:     fmt.Sprintf("growth from %d to %d indicators, %s: peak memory", large/10, large, variant.name),
			wanted:   "at most + 20 %, under 400 MB",
			measured: fmt.Sprintf("%+.0f %% (%.0f MB to %.0f MB)", 100*(big.peakMB/small.peakMB-1), small.peakMB, big.peakMB),
			reached:  big.peakMB <= 1.2*small.peakMB && big.peakMB < 400,
		})
	}
	return nil
}

// grown classifies a generated catalogue into a new store.
func (b *bench) grown(n int, flags []string) (measured, error) {
	path, err := b.catalogueFile(n, flags...)
	if err != nil {
		return measured{}, err
	}
	store := filepath.Join(b.dir, "growth.db")
	removeStore(store)
	defer removeStore(store)
	return b.classify("run", path, "--store", "sqlite:"+store, "--quiet")
}
