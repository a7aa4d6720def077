package near

import "strings"

// Host reports whether a host is another one with a single typing error. Hosts with different digits, ports or top-level domains are different hosts, and
// so are those that differ in a short word, such as "a" in "registry-a.example.com".
func Host(typed, right string) bool {
	const shortWord = 4
	typed, right = strings.ToLower(typed), strings.ToLower(right)
	kind, got, want := SingleEdit(typed, right)
	if kind == NoEdit || isDigit(got) || isDigit(want) || !strings.Contains(right, ".") || topLevel(typed) != topLevel(right) {
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

// topLevel returns the top-level domain of a host, with its port.
func topLevel(host string) string { return host[strings.LastIndexByte(host, '.')+1:] }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
