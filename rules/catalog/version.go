package catalog

import "strings"

// isVersion reports whether a tag starts like a version: with a digit, or "v" and a digit.
func isVersion(tag string) bool {
	tag = strings.TrimPrefix(tag, "v")
	return tag != "" && isDigit(tag[0])
}

// newer reports whether tag is a plain version (digits and dots, with an optional "v") above last, which has no "v".
// Tags with anything else are never newer: only the publisher knows their order.
func newer(tag, last string) bool {
	if isDated(last) {
		return isDated(tag) && tag > last
	}
	tag = strings.TrimPrefix(tag, "v")
	if !all(tag, func(b byte) bool { return isDigit(b) || b == '.' }) {
		return false
	}
	for tag != "" || last != "" {
		var a, b string
		a, tag, _ = strings.Cut(tag, ".")
		b, last, _ = strings.Cut(last, ".")
		if c := compareNumbers(a, b); c != 0 {
			return c > 0
		}
	}
	return false
}

// compareNumbers compares decimal numbers of any length; "" counts as 0.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// isDated reports whether a tag has the form "RELEASE.2025-09-07T16-13-09Z".
func isDated(tag string) bool {
	const form = "RELEASE.0000-00-00T00-00-00Z"
	if len(tag) != len(form) {
		return false
	}
	for i := range len(form) {
		if form[i] == '0' && !isDigit(tag[i]) || form[i] != '0' && form[i] != tag[i] {
			return false
		}
	}
	return true
}
