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
	at := 0
	for at < len(typed) && at < len(right) && typed[at] == right[at] {
		at++
	}
	word := right[strings.LastIndexAny(right[:at], ".-")+1:]
	if end := strings.IndexAny(right[at:], ".-"); end >= 0 {
		word = word[:len(word)-len(right[at:])+end]
	}
	return len(word) >= shortWord
}
