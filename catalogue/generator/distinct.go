package generator

func placeDistinct(seed uint64, i int) *draft { return &draft{} }
