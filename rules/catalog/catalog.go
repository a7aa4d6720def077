// Package catalog knows, as data with a date, what public registries serve: the names of the Docker Official Images,
// the images and registries that moved or were shut down. What is known of registries themselves is in internal/facts/registries, and only passed on here.
// It judges nothing, asks no registry, and parses no image reference: it takes the parts of a reference, normalized
// as the runtimes do ("docker.io", "library/nginx").
//
// The facts stand in data/*.json, one fact a line with its date and source, and are edited there; tables_gen.go is made
// from them. The tables are constants in sorted order: they cost nothing when the program starts.
package catalog

//go:generate go run ./gen
//go:generate go run ./pack

import "strings"

// pick returns the i-th name, and "unknown" for a value that no constant has.
func pick(i int, names ...string) string {
	if i < 0 || i >= len(names) {
		return "unknown"
	}
	return names[i]
}

// maxHost is the longest host name of the DNS (RFC 1035) with a port behind it; what is longer is looked up nowhere.
const maxHost = 253 + len(":65535")

// plainHost brings a registry host into the spelling of the tables: lower case, without the port that HTTPS implies.
func plainHost(host string) string {
	if len(host) > maxHost {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(host), ":443")
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func isLower(b byte) bool { return 'a' <= b && b <= 'z' }

// all reports whether s is not empty and every byte of it passes.
func all(s string, pass func(byte) bool) bool {
	for i := range len(s) {
		if !pass(s[i]) {
			return false
		}
	}
	return s != ""
}
