package rulebook

import (
	"context"
	"fmt"

	"classify"
	"classify/series"
)

// AnswerTime answers frequency and cumulative pattern: dates before the
// declaration, the declaration before words in unit and name; arithmetic and
// words together for a running total.
func (*Rulebook) AnswerTime(_ context.Context, q classify.TimeQuestion) (classify.TimeInference, error) {
	t := classify.TimeInference{Observed: q.Observed, Declared: classify.FrequencyUnknown, Cumulative: q.Cumulative, Shape: q.Shape}
	t.By = Name
	if f, collection, ok := series.ParsePeriodicity(q.Periodicity); ok {
		t.Declared, t.Collection = f, collection
	} else if f, ok := series.FrequencyInWords(q.Unit); ok {
		t.Declared = f
	} else if f, ok := series.FrequencyInWords(q.Concept); ok {
		t.Declared = f
	}
	frequency(&t)
	cumulative(&t, &q)
	return t, nil
}

// frequency takes the dates before the declaration, and records where they
// contradict each other.
func frequency(t *classify.TimeInference) {
	observed := known(t.Observed)
	switch {
	case observed:
		t.ReportingFrequency, t.Rule, t.Confidence = t.Observed, "time.dates", 0.97
		if known(t.Declared) && t.Declared != t.Observed {
			t.Evidence = append(t.Evidence, fmt.Sprintf("the dates are %s, the source says %s: the dates win", t.Observed, t.Declared))
		}
	case known(t.Declared):
		t.ReportingFrequency, t.Rule, t.Confidence = t.Declared, "time.declared", 0.9
	default:
		t.ReportingFrequency, t.Rule, t.Confidence = classify.FrequencyUnknown, "time.unknown", 0.2
	}
}

func known(f classify.Frequency) bool { return f != "" && f != classify.FrequencyUnknown }

// mayBeNamed are the concepts that add up although their names use a noun of a
// stock: a change in reserves, new loans, a debt repayment.
var mayBeNamed = of(fWageBill, fTourists, fHousingStarts, fPermits, fVehicles, fBirths, fDeaths, fBankruptcies, fCases, fHires, fLayoffs, fRemittance, fFDI, fOrders, fShipments, fEmissions, fEnergyUse, fInvestment, fTax, fConsumption, fIncome, fExports, fImports, fBalance, fFiscalBalance, fTradeBalance, fCurrentAccount, fChange, fNew, fNewCredit, fRepayment, fDisbursement, fDebtService, fInflow, fIssuance, fAcquisition, fSales, fOutput, fSpending, fRevenue)

// mayAccumulate are the units in which something can add up over time.
const mayAccumulate = uCurrency | uCount | uPhysical | uUnknown

// cumulative joins what arithmetic and words say about a running total.
func cumulative(t *classify.TimeInference, q *classify.TimeQuestion) {
	t.CumulativePattern = q.Cumulative.Pattern
	if t.CumulativePattern == "" {
		t.CumulativePattern = classify.PatternUnknown
	}
	seen := lexicon.scan(q.Concept).all
	seen.merge(lexicon.scan(q.Unit).all)
	named := seen.meets(of(fYTD, fCumulativeWord)) && !seen.has(fRollingSum)
	running := q.Cumulative.Pattern == classify.PatternYTD || q.Cumulative.Pattern == classify.PatternFiscalYTD || q.Cumulative.Pattern == classify.PatternRunningTotal
	never := seen.meets(neverCumulative) && !seen.has(fChange) && !(named && seen.meets(mayBeNamed))
	if maskOf(q.UnitType)&mayAccumulate == 0 || never {
		if running {
			t.CumulativePattern = classify.PatternPeriodic
			t.Evidence = append(t.Evidence, "the values look like a running total, but a stock, price, index, ratio or change never is one")
		}
		return
	}
	switch {
	case running && (named || q.Cumulative.Confidence >= 0.7):
		t.IsCumulative = true
	case named && q.Cumulative.Pattern == classify.PatternPeriodic && seen.meets(balances):
		// A balance that is summed up over the year rises and falls.
		t.IsCumulative, t.CumulativePattern = true, classify.PatternYTD
		t.Evidence = append(t.Evidence, "the name says year to date; a balance need not rise within the year")
	case named && q.Cumulative.Pattern != classify.PatternPeriodic:
		t.IsCumulative, t.CumulativePattern = true, namedPattern(seen)
		t.Evidence = append(t.Evidence, "the name says year to date; there are too few values to see it")
	case named:
		t.Evidence = append(t.Evidence, "the name says year to date, the values do not add up within the year")
	}
	if running && !t.IsCumulative {
		t.CumulativePattern = classify.PatternPeriodic
	}
}

// balances are differences, whose running total falls as well as rises.
var balances = of(fBalance, fTradeBalance, fCurrentAccount, fFiscalBalance, fFinancialAccount, fDeficit, fNetLending, fNetIncome, fTICFlow)

// namedPattern is the pattern that the words mean: a year to date, or a total
// of everything so far where people and cases are counted.
func namedPattern(seen set) classify.Pattern {
	if !seen.has(fYTD) && seen.meets(of(fCases, fDisease, fPopulation, fDeaths)) {
		return classify.PatternRunningTotal
	}
	return classify.PatternYTD
}

// neverCumulative are stocks, prices, indices, ratios and rates of change.
var neverCumulative = of(fGrowth, fInflation, fYoY, fPrevious, fPriceIndex, fIndexWord, fDebt, fReserves, fMoney, fDeposits, fCredit, fAssets,
	fPopulation, fLaborForce, fUnemploymentRate, fInventories, fBacklog, fStockpile, fHoldings, fLiabilities, fCapacity, fEmployed, fUnemployed, fPosition, fWealth, fArea, fFX, fPrice, fInterest, fYield, fMarketCap, fPolicyRate)
