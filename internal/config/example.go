package config

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// exampleWidth is the width of the text in the example, in bytes after "# ".
const exampleWidth = 98

// Example returns the commented configuration for new projects. It explains every key, and all but the first few are commented out. To enable a key,
// remove the "# " from it and its lines, up to the next empty line. tests are globs of test folders, which the example suggests to exclude.
func Example(rules []lint.Rule, tests []string) []byte {
	var b bytes.Buffer
	b.WriteString("# yaml-language-server: $schema=" + SchemaURL + "\n#\n")
	prose(&b, "Configuration of imagelint. Flags and IMAGELINT_... variables override this file. The files that it names stay within the repository, unless it is named with --config.")
	d := describe(rules)
	for i := range d.keys {
		k := &d.keys[i]
		b.WriteString("\n")
		prose(&b, k.doc)
		if k.name == "rules" && len(rules) > 0 {
			prose(&b, "The groups are "+strings.Join(groups(rules), ", ")+". `imagelint rules` lists the rules.")
		}
		for i := range k.keys {
			if k.name != "rules" {
				field(&b, &k.keys[i])
			}
		}
		if k.item != nil && k.item.kind == mapping {
			for i := range k.item.keys {
				field(&b, &k.item.keys[i])
			}
		}
		if k.name == "exclude" && len(tests) > 0 {
			prose(&b, "These folders look like test data, which is not deployed.")
			k.example = "[" + quoteAll(tests) + "]"
		}
		mark := "# "
		if k.name == "fail-on" {
			mark = ""
		}
		entry(&b, mark, k)
	}
	return b.Bytes()
}

// quoteAll quotes the items of a list.
func quoteAll(texts []string) string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = strconv.Quote(text)
	}
	return strings.Join(out, ", ")
}

// entry writes a key and its example.
func entry(b *bytes.Buffer, mark string, k *key) {
	lines := strings.Split(k.example, "\n")
	if len(lines) == 1 && k.kind != mapping {
		b.WriteString(mark + k.name + ": " + lines[0] + "\n")
		return
	}
	b.WriteString(mark + k.name + ":\n")
	for _, l := range lines {
		b.WriteString(mark + "  " + l + "\n")
	}
}

// field writes the explanation of a key in an entry.
func field(b *bytes.Buffer, k *key) {
	words := k.doc
	if k.required && !strings.Contains(words, "Required") {
		words += " Required."
	}
	lines := wrap(words, exampleWidth-20)
	for i, l := range lines {
		head := ""
		if i == 0 {
			head = k.name
		}
		b.WriteString("#   " + head + strings.Repeat(" ", 18-len(head)) + l + "\n")
	}
}

func prose(b *bytes.Buffer, words string) {
	for _, l := range wrap(words, exampleWidth) {
		b.WriteString("# " + l + "\n")
	}
}

// wrap breaks words into lines of at most width bytes; longer words get a line of their own.
func wrap(words string, width int) []string {
	var out []string
	line := ""
	for _, w := range strings.Fields(words) {
		switch {
		case line == "":
			line = w
		case len(line)+1+len(w) > width:
			out = append(out, line)
			line = w
		default:
			line += " " + w
		}
	}
	return append(out, line)
}
