// Package catalog holds dated facts about what public registries serve: the tags of known images, and which images and
// registries moved or were shut down. Facts about registries themselves live in internal/facts/registries and are only
// re-exported here. The package does not decide what is an error, does no I/O, and does not parse image references:
// callers pass the parts of a reference as the runtimes normalize them ("docker.io", "library/nginx").
//
// Edit the facts in data/*.json, one per line with date and source; tables_gen.go is generated from them. The tables
// are sorted arrays of constants, so they add nothing to the start-up time.
package catalog

//go:generate go run ./gen
//go:generate go run ./pack

import "strings"

// pick returns the i-th name, or "unknown" if i is out of range.
func pick(i int, names ...string) string {
	if i < 0 || i >= len(names) {
		return "unknown"
	}
	return names[i]
}

// maxHost is the length of the longest DNS name (RFC 1035) with a port. Longer hosts are never looked up.
const maxHost = 253 + len(":65535")

// plainHost returns host in the spelling of the tables: lower case, without the default port of HTTPS.
func plainHost(host string) string {
	if len(host) > maxHost {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(host), ":443")
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func isLower(b byte) bool { return 'a' <= b && b <= 'z' }

// all reports whether s is not empty and pass holds for every byte.
func all(s string, pass func(byte) bool) bool {
	for i := range len(s) {
		if !pass(s[i]) {
			return false
		}
	}
	return s != ""
}
