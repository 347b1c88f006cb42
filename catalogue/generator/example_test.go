package generator_test

import (
	"fmt"
	"os"

	"classify/catalogue/generator"
)

func ExampleGenerate() {
	for item := range generator.Generate(generator.Options{N: 3, Seed: 1, Values: true}) {
		kind, _ := item.Label("type")
		fmt.Printf("%s: %q, %d values, a %s\n", item.Indicator.ID, item.Indicator.Name, len(item.Indicator.Values), kind)
	}
	// Output:
	// GEN:BEL:DEFAULT_PROBABILITY:D: "Corporate default probability, 12-month (per cent)", 46 values, a probability
	// GEN:MOZ:LABOUR_FORCE:A: "Labour force, total (Persons, thousands)", 25 values, a count
	// GEN:SAU:OIL_PRODUCTION_DAILY:M: "Oil production", 39 values, a volume
}

func ExampleWriteCatalogue() {
	if err := generator.WriteCatalogue(os.Stdout, generator.Options{N: 1, Seed: 1, JSONL: true}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"indicator_id":"GEN:PAK:SAVING.PKR:Q","name":"Gross national saving","units":"current LCU","source_name":"National Statistics Office of Pakistan","source_url":"https://data.example.org/series/SAVING","topic":"National accounts","periodicity":"quarterly","currency_code":"PKR","country":"PK"}
}
