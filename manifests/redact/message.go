package redact

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// plainQueries are query keys of registries and token services whose values are not secret.
var plainQueries = []string{"scope", "service", "ns", "n", "last", "account", "client_id"}

// Message redacts a text from a cluster or a registry: credentials and query values in URLs, and tokens. Download URLs
// of layers are signed in the query.
func Message(text string) string {
	text = Addresses(text)
	var hidden []imageref.Range
	for i := 0; i < len(text); {
		end := i + wordEnd(text[i:])
		word := text[i:end]
		if imageref.ContainsToken(word) {
			hidden = append(hidden, imageref.Range{Start: i, End: end})
		} else if at := strings.IndexByte(word, '?'); at >= 0 && strings.Contains(word[:at], "://") {
			hidden = append(hidden, queries(text, i+at+1, end)...)
		}
		i = end + 1
	}
	return imageref.Mask(text, hidden)
}

// wordEnd returns the end of a word, at a space or quotation mark.
func wordEnd(text string) int {
	if end := strings.IndexAny(text, " \t\r\n\"'`<>"); end >= 0 {
		return end
	}
	return len(text)
}

// queries returns the values of a query that are not known to be plain.
func queries(text string, from, to int) []imageref.Range {
	var out []imageref.Range
	for from < to {
		end := from
		for end < to && text[end] != '&' {
			end++
		}
		key, _, ok := strings.Cut(text[from:end], "=")
		if ok && !slices.Contains(plainQueries, key) {
			out = append(out, imageref.Range{Start: from + len(key) + 1, End: end})
		}
		from = end + 1
	}
	return out
}
