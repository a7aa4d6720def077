package config

// syntaxErrors are files that are not valid YAML or cannot be a configuration, and the exact errors.
func syntaxErrors() []errorTest {
	return []errorTest{
		{"no mapping", "- a\n", `
c:1:1: the configuration must be a mapping, not a list
`},
		{"text", "hello\n", `
c:1:1: the configuration must be a mapping, not a string
`},
		{"two documents", `
guess: true
---
guess: false
`, `
c:2:1: a second document begins here: remove the line "---"; a configuration is one document
`},
		{"control characters are escaped", "namespace: \"a\\e[31m\"\n", `
c:1:12: "namespace": "a\x1b[31m" is not a valid namespace: write lower-case letters, digits and dashes, 63 at most
`},
		{"long text is cut", "namespace: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaB\n", `
c:1:12: "namespace": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." is not a valid namespace: write lower-case letters, digits and dashes, 63 at most
`},
		{"not UTF-8", "exclude: [\xff]\n", `
c:1:11: the file is not UTF-8: save it as UTF-8
`},
		{"NUL", "exclude: [\x00]\n", `
c:1:11: the file is not UTF-8: save it as UTF-8
`},
		{"UTF-16", "\xff\xfee\x00", `
c:1:1: the file is not UTF-8: save it as UTF-8; it is UTF-16
`},
		{"syntax: bracket", "exclude: [a, b\nguess: true\n", `
c:2:6: brackets are not closed, or a "," is missing: close the brackets, or quote a value that begins with one; the unfinished value begins on line 1
`},
		{"syntax: bracket at the end", "exclude: [a", `
c:1:12: brackets are not closed, or a "," is missing: close the brackets, or quote a value that begins with one
`},
		{"syntax: brace", "pull-secrets: {known: [a]\n", `
c:2:1: brackets are not closed, or a "," is missing: close the brackets, or quote a value that begins with one; the unfinished value begins on line 1
`},
		{"syntax: colon", "namespace: a: b\n", `
c:1:13: ":" is not allowed here: indent the line like its neighbors, or quote a value that holds ": "
`},
		{"syntax: star", "exclude: [**/testdata/**]\n", `
c:1:11: a value begins with *, which YAML reads as a reference: quote the value
`},
		{"syntax: star in a list", "exclude:\n  - *.yaml\n", `
c:2:5: a value begins with *, which YAML reads as a reference: quote the value
`},
		{"syntax: alias", "namespace: *web\n", `
c:1:12: a value begins with *, which YAML reads as a reference: quote the value
`},
		{"syntax: indentation", `
exclude:
  - a
 - b
`, `
c:3:2: the indentation of a list item differs from its neighbors: align the items of the list
`},
		{"syntax: indentation of a key", `
rules:
  tag: off
 image-latest: off
`, `
c:3:2: the indentation of a key differs from its neighbors: align the keys of the same mapping; the unfinished value begins on line 1
`},
		{"syntax: tab", "rules:\n\ttag: off\n", `
c:2:1: a tab is used as indentation: indent with spaces
`},
		{"syntax: quote", "namespace: 'web\nguess: true\n", `
c:1:12: a quoted value is not closed: close the quote
`},
		{"syntax: behind a quote", "exclude: ['a' b]\nnamespace: 'web' x\n", `
c:1:15: brackets are not closed, or a "," is missing: close the brackets, or quote a value that begins with one
`},
		{"syntax: behind a quoted value", "namespace: 'web' x\n", `
c:1:18: there is text after the end of a value: put the whole value in quotes
`},
		{"syntax: escape", "namespace: \"\\w\"\n", `
c:1:13: unknown escape sequence after "\": use single quotes, or double the backslash
`},
		{"syntax: at sign", "namespace: @web\n", `
c:1:12: a value cannot begin with this character: quote the value
`},
		{"syntax: directive", "%rules: x\n", `
c:1:1: a line begins with "%", which YAML reads as a directive: quote a value that begins with %
`},
		{"syntax: control character", "guess: true # \a\n", `
c:1:15: there is a control character here: remove it
`},
		{"syntax: no colon", "guess\nnamespace: web\n", `
c:2:10: ":" is not allowed here: indent the line like its neighbors, or quote a value that holds ": "
`},
		{"syntax: dash", "exclude: - a\n", `
c:1:10: a list cannot begin here: put the list on lines of its own
`},
		{"syntax: comment", "exclude: [a]#b\n", `
c:1:13: a "#" follows a value without a space: put a space before the "#", or quote the value
`},
		{"syntax: block text", "namespace: |x\n  a\n", `
c:1:13: the header or the indentation of a block of text is wrong: indent the text deeper than its key
`},
		{"syntax: text behind the document", "--- {guess: true}\nfancy: 1\n", `
c:2:1: there is text after the end of the document: align the line with the keys above
`},
		{"syntax: template", "namespace: {{ .Release.Namespace }}\n", `
c:1:12: "namespace" must be a string, not a mapping
`},
		{"syntax: quoted template", "exclude: {% x %}\n", `
c:1:11: a value cannot begin with this character: quote the value
`},
	}
}
