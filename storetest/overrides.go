package storetest

import (
	"testing"

	"classify"
)

var overrideTests = map[string]func(*testing.T, Opener){
	"an indicator that got a label is done again": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 3)...)
		s.save(Answer(Indicator(0)), Answer(Indicator(1)), Answer(Indicator(2)))
		same(t, "before", s.todoIDs(all(classify.ModeChanged)), []string(nil))
		s.override(classify.Override{IndicatorID: "IND.00001", Field: "per", Value: "capita"}, classify.Override{IndicatorID: "IND.00001", Field: "currency", Value: ""})
		todo := s.todo(all(classify.ModeChanged))
		same(t, "after", ids(todo), []string{"IND.00001"})
		same(t, "labels", todo[0].Overrides, map[string]string{"per": "capita", "currency": ""})
		same(t, "of the indicator", s.indicator("IND.00001").Overrides, map[string]string{"per": "capita", "currency": ""})
		s.save(Answer(todo[0]))
		same(t, "once it is answered", s.todoIDs(all(classify.ModeChanged)), []string(nil))
	},
	"the same labels again change nothing": func(t *testing.T, open Opener) {
		s := begin(t, open)
		label := classify.Override{IndicatorID: "IND.00000", Field: "per", Value: "capita"}
		s.override(label)
		s.take(Catalogue(0, 1)...)
		s.save(Answer(s.indicator("IND.00000")))
		s.override(label)
		s.restart()
		same(t, "taken", s.take(Catalogue(0, 1)...), []classify.Taken{{Kind: classify.TakenUnchanged}})
		same(t, "to do", s.todoIDs(all(classify.ModeChanged)), []string(nil))
	},
	"a label replaces the one of its field, and no other": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 2)...)
		s.override(classify.Override{IndicatorID: "IND.00000", Field: "per", Value: "capita"}, classify.Override{IndicatorID: "IND.00001", Field: "type", Value: "stock"})
		s.override(classify.Override{IndicatorID: "IND.00000", Field: "family", Value: "temporal"})
		same(t, "another field", s.indicator("IND.00000").Overrides, map[string]string{"per": "capita", "family": "temporal"})
		s.override(classify.Override{IndicatorID: "IND.00000", Field: "family", Value: "price-value"})
		same(t, "the same field", s.indicator("IND.00000").Overrides, map[string]string{"per": "capita", "family": "price-value"})
		same(t, "another indicator", s.indicator("IND.00001").Overrides, map[string]string{"type": "stock"})
		s.save(Answer(s.indicator("IND.00000")), Answer(s.indicator("IND.00001")))
		same(t, "the hash covers all of them", s.todoIDs(all(classify.ModeChanged)), []string(nil))
	},
	"what was set is counted, and what is not there yet is named": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 2)...)
		same(t, "nothing", s.override(), classify.OverrideCounts{})
		same(t, "some", s.override(
			classify.Override{IndicatorID: "Z", Field: "per", Value: "capita"},
			classify.Override{IndicatorID: "IND.00000", Field: "per", Value: "capita"},
			classify.Override{IndicatorID: "IND.00000", Field: "per", Value: ""},
			classify.Override{IndicatorID: "IND.00000", Field: "type", Value: "stock"},
			classify.Override{IndicatorID: "A", Field: "per", Value: "capita"},
			classify.Override{IndicatorID: "IND.00001"},
		), classify.OverrideCounts{Labels: 4, Indicators: 4, Unknown: 2, UnknownExample: "Z"})
		same(t, "the last of a field counts", s.indicator("IND.00000").Overrides, map[string]string{"per": "", "type": "stock"})
	},
	"a label without a field takes the labels away": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 1)...)
		s.save(Answer(Indicator(0)))
		s.override(classify.Override{IndicatorID: "IND.00000", Field: "per", Value: "capita"})
		s.override(classify.Override{IndicatorID: "IND.00000"})
		same(t, "indicator", s.indicator("IND.00000"), Indicator(0))
		same(t, "to do", s.todoIDs(all(classify.ModeChanged)), []string(nil))
		s.override(classify.Override{IndicatorID: "IND.00000", Field: "per", Value: "capita"})
		same(t, "labels set", s.override(classify.Override{IndicatorID: "IND.00000", Field: "family", Value: "temporal"},
			classify.Override{IndicatorID: "IND.00000"}, classify.Override{IndicatorID: "IND.00000", Field: "type", Value: "stock"}).Labels, 1)
		same(t, "what follows stays", s.indicator("IND.00000").Overrides, map[string]string{"type": "stock"})
	},
	"a label of an indicator that comes later is there when it comes": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.override(classify.Override{IndicatorID: "IND.00001", Field: "per", Value: "capita"})
		s.take(Catalogue(0, 2)...)
		want := Indicator(1)
		want.Overrides = map[string]string{"per": "capita"}
		same(t, "indicators", s.todo(all(classify.ModeChanged)), []classify.Indicator{Indicator(0), want})
		same(t, "the same row again", s.take(Catalogue(1, 2)...)[0].Kind, classify.TakenDuplicate)
	},
	"a label that the taxonomy does not allow is refused with all the others": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 1)...)
		for _, bad := range []classify.Override{{IndicatorID: "IND.00000", Field: "colour", Value: "red"}, {IndicatorID: "IND.00000", Field: "family", Value: "red"}} {
			_, err := s.SetOverrides(t.Context(), []classify.Override{{IndicatorID: "IND.00000", Field: "per", Value: "capita"}, bad})
			if !isInvalid(err) {
				t.Errorf("%s: %v", bad.Field, err)
			}
		}
		same(t, "indicator", s.indicator("IND.00000"), Indicator(0))
	},
}

// all selects every indicator of the store.
func all(m classify.Mode) classify.Selection {
	return classify.Selection{Mode: m, LogicVersion: "logic-1"}
}
