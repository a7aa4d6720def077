// Package near finds the word that a mistyped one probably means. It holds no word lists; its callers do.
package near

// Longest is the longest text that is compared, in bytes: the longest name that Kubernetes allows.
const Longest = 253

// Distance returns the number of typos between two texts: a letter added, dropped or replaced, or two
// neighbors exchanged (optimal string alignment). Letters are bytes. It returns limit+1 for anything above
// the limit and for texts longer than Longest. A smaller limit is faster.
func Distance(a, b string, limit int) int {
	if len(a) > Longest || len(b) > Longest || max(len(a)-len(b), len(b)-len(a)) > limit {
		return limit + 1
	}
	var rows [3][Longest + 1]uint8 // a distance is at most the length of the longer text
	above, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = uint8(j) //nolint:gosec // at most Longest
	}
	for i := range len(a) {
		row[0] = uint8(i + 1) //nolint:gosec // at most Longest
		least := row[0]
		for j := range len(b) {
			d := last[j]
			if a[i] != b[j] {
				d++
			}
			d = min(d, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, above[j-1]+1)
			}
			row[j+1] = d
			least = min(least, d)
		}
		if int(least) > limit {
			return limit + 1
		}
		above, last, row = last, row, above
	}
	return min(int(last[len(b)]), limit+1)
}

// Beginning counts the slips between a text and the nearest of the beginnings of another: no text that begins with a is nearer to b. More than the limit
// comes out as limit+1.
func Beginning(a, b string, limit int) int {
	if len(a) > Longest || len(b) > Longest || len(a)-len(b) > limit {
		return limit + 1
	}
	var rows [3][Longest + 2]uint8
	above, last, row := &rows[0], &rows[1], &rows[2]
	far := uint8(min(limit, Longest) + 1) //nolint:gosec // at most Longest
	for j := range min(len(b), limit) + 1 {
		last[j] = uint8(j) //nolint:gosec // at most Longest
	}
	last[min(len(b), limit)+1] = far
	for i := range len(a) {
		from, to := max(0, i+1-limit), min(len(b), i+1+limit) // what is further off has more slips than the limit
		least := far
		if from > 0 {
			row[from-1] = far
		}
		for j := from; j <= to; j++ {
			var d uint8
			if j == 0 {
				d = min(far, uint8(i+1)) //nolint:gosec // at most Longest
			} else {
				d = last[j-1]
				if a[i] != b[j-1] {
					d++
				}
				d = min(d, last[j]+1, row[j-1]+1, far)
				if i > 0 && j > 1 && a[i] == b[j-2] && a[i-1] == b[j-1] {
					d = min(d, above[j-2]+1)
				}
			}
			row[j] = d
			least = min(least, d)
		}
		if int(least) > limit {
			return limit + 1
		}
		row[to+1] = far
		above, last, row = last, row, above
	}
	least := far
	for j := max(0, len(a)-limit); j <= min(len(b), len(a)+limit); j++ {
		least = min(least, last[j])
	}
	return min(int(least), limit+1)
}
