// Package series reads dated values: dates, numbers and periodicities as
// catalogues write them, and what the values say about themselves: how often
// they come, whether they accumulate, and their shape. Everything is
// arithmetic; nothing here keeps state, so all of it is safe for concurrent
// use.
package series
