package rulebook

// calibrated maps a raw confidence (the product of what the stages answered)
// to the share of records at that confidence whose unit type, family, type
// and temporal aggregation are all right. The points are joined by straight
// lines.
func calibrated(raw float64) float64 {
	last := calibration[0]
	for _, p := range calibration[1:] {
		if raw <= p.raw {
			t := (raw - last.raw) / (p.raw - last.raw)
			return last.share + max(0, t)*(p.share-last.share)
		}
		last = p
	}
	return last.share
}

var calibration = []struct{ raw, share float64 }{
	{0, 0.05}, {0.2, 0.2}, {0.4, 0.45}, {0.55, 0.7}, {0.7, 0.86}, {0.82, 0.94}, {0.9, 0.97}, {0.96, 0.985}, {1, 0.995},
}
