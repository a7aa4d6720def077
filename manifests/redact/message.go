package redact

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// plainQueries are the keys of queries that registries and their token services are asked with, whose values are no secrets.
var plainQueries = []string{"scope", "service", "ns", "n", "last", "account", "client_id"}

// Message is a text that a cluster or a registry wrote, with the credentials in its addresses, the values of their queries and the tokens in it
// replaced. Addresses that layers are fetched from are signed by their queries.
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

// wordEnd is where a word ends: at a space or a quotation mark.
func wordEnd(text string) int {
	if end := strings.IndexAny(text, " \t\r\n\"'`<>"); end >= 0 {
		return end
	}
	return len(text)
}

// queries are the values of a query that are not known to be plain.
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
