package registries

import (
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// IsSlip reports whether a host that is not a known registry IsNear another one.
func IsSlip(typed, right string) bool {
	if !IsNear(typed, right) {
		return false
	}
	r, known := Lookup(typed)
	return !known || r.Anonymous == AnonymousReserved
}

// IsNear reports whether a host is another one with a single typing error. Hosts with different digits, ports or top-level domains are different hosts, and
// so are those that differ in a short word, such as "a" in "registry-a.example.com".
func IsNear(typed, right string) bool {
	const shortWord = 4
	typed, right = strings.ToLower(typed), strings.ToLower(right)
	kind, got, want := near.SingleEdit(typed, right)
	if kind == near.NoEdit || isDigit(got) || isDigit(want) || !strings.Contains(right, ".") || topLevel(typed) != topLevel(right) {
		return false
	}
	at := firstDifference(typed, right)
	word := right[strings.LastIndexAny(right[:at], ".-")+1:]
	if end := strings.IndexAny(right[at:], ".-"); end >= 0 {
		word = word[:len(word)-len(right[at:])+end]
	}
	return len(word) >= shortWord
}

// IsEvidentSlip reports whether a host that is not a known registry is another one with a typing error that hardly makes another name: two neighbors are
// exchanged, a letter is doubled, or one is missing or too many inside of a long word. Other letters tell environments, regions and customers apart:
// "registryeu" and "registryau", "registry-a" and "registry-b".
func IsEvidentSlip(typed, right string) bool {
	const longWord, before, after = 6, 2, 3
	if !IsSlip(typed, right) {
		return false
	}
	typed, right = strings.ToLower(typed), strings.ToLower(right)
	kind, got, want := near.SingleEdit(typed, right)
	switch {
	case strings.IndexByte(separators, got) >= 0 || strings.IndexByte(separators, want) >= 0 || kind == near.Substituted:
		return false
	case kind == near.Transposed || kind == near.Inserted && doubled(typed, right):
		return true
	}
	at := firstDifference(typed, right)
	begin := strings.LastIndexAny(right[:at], separators) + 1
	end := at + strings.IndexAny(right[at:]+".", separators)
	rest := end - at
	if kind == near.Deleted {
		rest--
	}
	return end-begin >= longWord && at-begin >= before && rest >= after
}

// firstDifference returns the index from which two texts differ.
func firstDifference(a, b string) int {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	return at
}

// separators end the words of a host.
const separators = ".-:"
