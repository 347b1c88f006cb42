package price

import "slices"

// Standard is the text of the table that is part of the program, to be edited
// and read again with Read.
func Standard() []byte { return slices.Clone(standard) }
