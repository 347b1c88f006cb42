package series_test

import (
	"slices"
	"testing"

	"classify"
	"classify/series"
)

func TestSequence(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		first string
		f     classify.Frequency
		want  []string
	}{
		"months over a year":           {"2023-11", classify.Monthly, []string{"2023-11", "2023-12", "2024-01"}},
		"month ends stay month ends":   {"2024-01-31", classify.Monthly, []string{"2024-01-31", "2024-02-29", "2024-03-31"}},
		"a month end of 30 days":       {"2024-04-30", classify.Quarterly, []string{"2024-04-30", "2024-07-31", "2024-10-31"}},
		"quarters":                     {"2024Q4", classify.Quarterly, []string{"2024-Q4", "2025-Q1", "2025-Q2"}},
		"half-years":                   {"2024-S2", classify.SemiAnnual, []string{"2024-S2", "2025-S1", "2025-S2"}},
		"years":                        {"1999", classify.Annual, []string{"1999", "2000", "2001"}},
		"weeks":                        {"2024-02-26", classify.Weekly, []string{"2024-02-26", "2024-03-04", "2024-03-11"}},
		"a day that no month has left": {"2024-01-30", classify.Monthly, []string{"2024-01-30", "2024-02-29", "2024-03-30"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := series.Sequence(tt.first, tt.f, 3)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("Sequence(%q, %s) = %v, %v; want %v", tt.first, tt.f, got, err, tt.want)
			}
		})
	}
}

func TestSequenceRefusesWhatHasNoStep(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		first string
		f     classify.Frequency
	}{
		"months from a bare year": {"2024", classify.Monthly},
		"irregular":               {"2024-01", classify.Irregular},
		"no date":                 {"last10YearsAvg", classify.Annual},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := series.Sequence(tt.first, tt.f, 3); err == nil {
				t.Errorf("Sequence(%q, %s) = %v, want an error", tt.first, tt.f, got)
			}
		})
	}
}
