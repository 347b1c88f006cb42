package tables

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"classify"
)

// CheckCall refuses a price that is no finite number.
func CheckCall(c *classify.Call) error {
	if math.IsNaN(c.USD) || math.IsInf(c.USD, 0) {
		return &classify.InvalidInputError{What: "price of a call", Err: fmt.Errorf("%v is no finite number", c.USD)}
	}
	return nil
}

// CheckCached refuses answers that could not be found or exported again: one
// without a key, or whose question or answer is not JSON.
func CheckCached(answers []classify.CachedAnswer) error {
	for i := range answers {
		a := &answers[i]
		switch {
		case a.Key == "":
			return &classify.InvalidInputError{What: "answer of a model", Err: errors.New("it has no key")}
		case !json.Valid(a.Question) || !json.Valid(a.Answer):
			return &classify.InvalidInputError{What: "answer of a model", Err: fmt.Errorf("question and answer of %q have to be JSON", a.Key)}
		}
	}
	return nil
}

// CheckBatch refuses a batch without an id, and items without a key or with a
// question that is not JSON.
func CheckBatch(b *classify.Batch) error {
	if b.ID == "" {
		return &classify.InvalidInputError{What: "batch", Err: errors.New("it has no id")}
	}
	for i := range b.Items {
		if it := &b.Items[i]; it.Key == "" || !json.Valid(it.Question) {
			return &classify.InvalidInputError{What: "batch " + b.ID, Err: fmt.Errorf("item %d has no key, or a question that is not JSON", i+1)}
		}
	}
	return nil
}

// CheckTraits refuses what is not JSON.
func CheckTraits(id string, traits json.RawMessage) error {
	if !json.Valid(traits) {
		return &classify.InvalidInputError{What: "traits of model " + id, Err: errors.New("they are not JSON")}
	}
	return nil
}
