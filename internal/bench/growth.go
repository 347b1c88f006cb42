package main

import (
	"fmt"
	"path/filepath"
)

// growth compares a large catalogue with one of a tenth of its size.
func (b *bench) growth(large int) error {
	for _, variant := range []struct {
		name   string
		flags  []string
		stated bool // the time is stated, not to be reached
	}{{"ids in order", []string{"--no-values"}, false}, {"shuffled ids", []string{"--no-values", "--shuffle"}, true}} {
		var m [2]measured
		for i, n := range []int{large / 10, large} {
			path, err := b.catalogueFile(n, variant.flags...)
			if err != nil {
				return err
			}
			store := filepath.Join(b.dir, "growth.db")
			removeStore(store)
			if m[i], err = b.classify("run", path, "--store", "sqlite:"+store, "--quiet"); err != nil {
				return err
			}
			removeStore(store)
			fmt.Fprintf(b.log, "  %d %s: %.1f s, %.0f MB\n", n, variant.name, m[i].seconds, m[i].peakMB)
		}
		b.add(figure{
			what:     fmt.Sprintf("growth from %d to %d indicators, %s: time", large/10, large, variant.name),
			wanted:   "at most × 11",
			measured: fmt.Sprintf("× %.1f (%.1f s to %.1f s)", m[1].seconds/m[0].seconds, m[0].seconds, m[1].seconds),
			reached:  m[1].seconds <= 11*m[0].seconds,
			printed:  variant.stated,
		})
		b.add(figure{
			what:     fmt.Sprintf("growth from %d to %d indicators, %s: peak memory", large/10, large, variant.name),
			wanted:   "at most + 20 %, under 400 MB",
			measured: fmt.Sprintf("%+.0f %% (%.0f MB to %.0f MB)", 100*(m[1].peakMB/m[0].peakMB-1), m[0].peakMB, m[1].peakMB),
			reached:  m[1].peakMB <= 1.2*m[0].peakMB && m[1].peakMB < 400,
		})
	}
	return nil
}
