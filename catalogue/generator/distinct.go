package generator

import (
	"fmt"
	"strings"

	"classify"
)

// A template is a concept of which only the subject is open: "{s}" in its
// name stands for a product or an industry, and what follows for a breakdown.
type template struct {
	concept
	subjects   []string
	breakdowns []string
}

// placeDistinct makes a concept of its own for the i-th item: first every
// pair of template and subject, then their breakdowns, then their places, and
// finally numbered districts, so that the concepts never run out.
func placeDistinct(seed uint64, i int) *draft {
	pair := distinctPairs[i*distinctStride%len(distinctPairs)]
	t := &templates[pair.template]
	rest := i / len(distinctPairs)
	name := strings.Replace(t.names, "{s}", t.subjects[pair.subject], 1)
	name += t.breakdowns[rest%breakdownCount]
	switch place := rest / breakdownCount; {
	case place == 0:
	case place <= len(places):
		name += ", " + places[place-1]
	default:
		name += fmt.Sprintf(", district %d", place-len(places))
	}
	concept := t.concept
	concept.names = name
	hash := mix(seed ^ mix(uint64(i)))
	country := &countries[hash%uint64(len(countries))]
	return &draft{
		concept: &concept, country: country, turn: int(hash >> 40), slot: uint64(i),
		lead: fmt.Sprintf("GEN:D%07d", i),
	}
}

type pair struct{ template, subject int }

// distinctPairs are all templates with all their subjects; the stride has no
// divisor in common with their number, so that neighbours differ in both.
var distinctPairs, distinctStride = func() (pairs []pair, stride int) {
	for t := range templates {
		for s := range templates[t].subjects {
			pairs = append(pairs, pair{t, s})
		}
	}
	stride = len(pairs)*5/13 | 1
	for gcd(stride, len(pairs)) > 1 {
		stride += 2
	}
	return pairs, stride
}()

func gcd(a, b int) int {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}

// templates are the concepts of the distinct catalogue, sure of their labels
// whatever the subject.
var templates = []template{
	{concept{"EXPORTS_OF", "Exports of {s}", "Trade", money, flow, "MQAMQAmqf", higher, "", flowing(0.004, 0.05, 0.06, mild)}, products, destinations},
	{concept{"IMPORTS_OF", "Imports of {s}", "Trade", money, flow, "MQAMQAmqf", neutral, "", flowing(0.004, 0.05, 0.06, mild)}, products, origins},
	{concept{"EXPORT_GROWTH_OF", "Exports of {s}, YoY growth", "Trade", percentYoY, yearOnYear, "MQ", higher, "", changing(4, 6)}, products, destinations},
	{concept{"PRODUCTION_OF", "Production of {s}", "Business", tonnes, volume, "MQAMm", higher, "", happening(0.05, 0.02, 0.05, mild)}, products, producers},
	{concept{"CONSUMPTION_OF", "Domestic consumption of {s}", "Business", tonnes, volume, "AQ", neutral, noOrientation, happening(0.05, 0.02, 0.03, even)}, products, producers},
	{concept{"STOCKS_OF", "Stocks of {s}", "Business", tonnes, stock, "MQ", neutral, "", living(0.01, 0.02, 0.03)}, products, producers},
	{concept{"PRODUCER_PRICES_OF", "Producer price index of {s}", "Prices", baseYears, index, "MQ", neutral, "", indexed(0.03, 0.01)}, products, producers},
	{concept{"IMPORT_PRICES_OF", "Import price index of {s}", "Prices", baseYears, index, "MQ", neutral, "", indexed(0.02, 0.01)}, products, origins},
	{concept{"WHOLESALE_PRICE_OF", "Average wholesale price of {s}", "Prices", pricePer("tonne", " per tonne| per metric ton|/tonne"), meanPrice, "MQA", neutral, "", priced(900, 0.03, 0.2)}, products, producers},

	{concept{"EMPLOYMENT_IN", "Employment in {s}", "Labour", persons, headcount, "MQA", higher, "", living(0.01, 0.01, 0.004)}, industries, people},
	{concept{"EMPLOYMENT_CHANGE_IN", "Employment change in {s}", "Labour", thousandPersons, balance, "MQ", higher, "", motion{path: swinging, level: 0.0003, by: perHead, noise: 0.001}}, industries, people},
	{concept{"HOURS_IN", "Average weekly hours in {s}", "Labour", spelled(labels(classify.UnitDuration, "", classify.ScaleRaw, ""), false, "hours|Hours|hours per week|Hours per week"), duration, "MQA", neutral, "", between(32, 46, 0.2)}, industries, people},
	{concept{"EARNINGS_IN", "Average monthly earnings in {s}", "Labour", pricePer("month", " per month|/month|, per month"), meanPrice, "MQA", higher, "", motion{path: pulsing, level: 1300, by: inDollars, growth: 0.05, noise: 0.01}}, industries, people},
	{concept{"HIRES_IN", "Hires in {s}", "Labour", thousandPersons, events, "MQ", higher, "", happening(0.01, 0.02, 0.04, summer)}, industries, people},
	{concept{"EMPLOYMENT_SHARE_OF", "Share of {s} in total employment", "Labour", percentOf("", "%|percent|% of total employment|Percent of total employment"), flowShare, "AQ", neutral, "", between(0.5, 12, 0.1)}, industries, people},
	{concept{"UTILISATION_IN", "Capacity utilisation in {s}", "Business", percent, percentage, "MQ", higher, "", between(60, 92, 1)}, industries, firms},
	{concept{"TURNOVER_IN", "Turnover in {s}", "Business", money, flow, "MQAMQAm", higher, "", flowing(0.01, 0.05, 0.03, mild)}, industries, firms},
	{concept{"ORDERS_IN", "New orders in {s}", "Business", money, flow, "MQ", higher, "", flowing(0.008, 0.05, 0.05, mild)}, industries, firms},
	{concept{"INVESTMENT_IN", "Fixed investment in {s}", "Business", money, flow, "QAQAmf", higher, "", flowing(0.003, 0.05, 0.06, december)}, industries, firms},
	{concept{"BANKRUPTCIES_IN", "Bankruptcies in {s}", "Business", number, events, "MQA", lower, "", happening(0.00005, 0.02, 0.15, mild)}, industries, firms},
	{concept{"CONFIDENCE_IN", "Business confidence in {s}", "Business", anyPoints, index, "MQ", higher, "", changing(-3, 6)}, industries, firms},
	{concept{"PRICE_GROWTH_IN", "Producer price inflation in {s}", "Prices", percentYoY, yearOnYear, "MQ", neutral, "", changing(3, 3)}, industries, firms},
	{concept{"INVENTORIES_IN", "Total inventories in {s}", "Business", money, stock, "MQ", neutral, "", held(0.006, 0.04, 0.01)}, industries, firms},
	{concept{"CREDIT_TO", "Bank credit outstanding to {s}", "Money", money, stock, "MQ", neutral, "", held(0.02, 0.07, 0.008)}, industries, firms},
	{concept{"WAGE_INDEX_IN", "Wage index in {s}", "Labour", baseYears, index, "QM", higher, "", indexed(0.05, 0.004)}, industries, people},
	{concept{"VALUE_ADDED_OF", "Value added of {s}", "National accounts", percentGDP, flowShare, "AQ", neutral, "", between(0.3, 9, 0.1)}, industries, firms},
}
