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
	{0, 0.05}, {0.2, 0.2}, {0.5, 0.5}, {0.7, 0.72}, {0.85, 0.88}, {0.95, 0.97}, {1, 0.99},
}
