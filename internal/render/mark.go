package render

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	yaml "go.yaml.in/yaml/v3"
)

// A mark is added to a value so that it can be found again in what is rendered: image.tag is set to "1.27zq7qz". It is made of letters and
// digits, which every field takes, and is put behind the value, so that templates that look at its beginning go the same way.
var marked = lazy(`[+]?zq([0-9]+)qz`)

func markOf(n int) string { return "zq" + strconv.Itoa(n) + "qz" }

// version matches what a template may compare as a version: a mark behind "+" leaves the order as it is.
var version = lazy(`^v?[0-9]+(\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?$`)

// mark is one value that is marked in a rendering.
type mark struct {
	value *value
	// text is what the value was printed as, "" for one that is empty or not written.
	text string
	// template is the value itself where a template is to evaluate it; text is what came of it then.
	template string
}

// with is the value with its mark.
func (m mark) with(n int) string {
	text := cmp.Or(m.template, m.text)
	if version().MatchString(text) {
		return text + "+" + markOf(n)
	}
	return text + markOf(n)
}

// ofImage matches the last keys of values that are parts of images.
var ofImage = lazy(`(?i)(image|registry|repository|repo|tag|version|digest)$`)

func (m mark) isOfImage() bool { return m.template != "" || ofImage().MatchString(m.value.path) }

// evaluated is what a value that is a template itself came to in a text: the template with anything in place of its actions. It is "" where the text
// holds no such thing, or the template has no letter of its own.
func evaluated(text string, v *value) string {
	if v.node == nil || !strings.Contains(v.node.Value, "{{") || strings.Contains(v.node.Value, "\n") {
		return ""
	}
	var pattern strings.Builder
	own := false
	for i, part := range action().Split(v.node.Value, -1) {
		if i > 0 {
			pattern.WriteString("(?:.*?)")
		}
		own = own || strings.ContainsFunc(part, unicode.IsLetter)
		pattern.WriteString(regexp.QuoteMeta(part))
	}
	re, err := regexp.Compile("^" + pattern.String() + "$")
	if err != nil || !own || !re.MatchString(text) {
		return ""
	}
	return text
}

// fragmentForm returns the form of a value in which it is a part of a text, "" where it is none: bounded by what separates the parts of a reference.
func fragmentForm(text string, v *value) string {
	for _, s := range v.texts() {
		if s == "" || strings.ContainsAny(s, "\n") {
			continue
		}
		for from := 0; ; {
			i := strings.Index(text[from:], s)
			if i < 0 {
				break
			}
			i += from
			end := i + len(s)
			if bounds(text, s, i, end, v.isNumber()) {
				return s
			}
			from = i + 1
		}
	}
	return ""
}

// bounds reports whether text[from:to], which is s, is a part of the text. A number is one only as a whole: 1 is no part of 1.27.
func bounds(text, s string, from, to int, number bool) bool {
	inside := isWord
	if number {
		inside = func(c byte) bool { return isWord(c) || c == '.' }
	}
	left := from == 0 || !inside(text[from-1]) || !isWord(s[0]) || text[from-1] == 'v' && (from == 1 || !isWord(text[from-2]))
	return left && (to == len(text) || !inside(text[to]) || !isWord(s[len(s)-1]))
}

func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
}

// imageKey matches the last keys of values that are parts of images, pulls and their secrets.
var imageKey = lazy(`(?i)(image|registry|repo|hub|tag|version|name|prefix|suffix|host|secret|policy)`)

// ofReference matches the keys of values that are parts of images, among those above.
var ofReference = lazy(`(?i)(image|registry|repo|hub|tag|version|prefix|suffix)`)

// blank are the values that are empty and may be the part that a text lacks: those of images, but for digests, which would be in place of
// tags, and for those of all charts, which would be in place of a chart's own.
func blank(v *value, all bool) bool {
	key := v.path[strings.LastIndexByte(v.path, '.')+1:]
	if !v.isEmpty() || !imageKey().MatchString(v.path) || strings.Contains(strings.ToLower(key), "digest") || strings.Contains(strings.ToLower(key), "sha") {
		return false
	}
	return all || !strings.HasPrefix(v.path, "global.") && !strings.Contains(v.path, ".global.")
}

// mayBeEmptied reports whether a text is one that an empty value may have made.
func mayBeEmptied(text string) bool {
	t := strings.TrimSpace(text)
	return t == "" || strings.ContainsAny(t[:1], "/:@") || strings.ContainsAny(t[len(t)-1:], "/:@") ||
		strings.Contains(t, "//") || strings.Contains(t, "/:") || strings.Contains(t, ":@") || strings.Contains(t, "<no value>") || strings.Contains(t, "%!")
}

// overlay is what to give helm so that it renders with marks: a file of values, and strings to set in place of what the command line sets.
// A list is written whole, since helm takes lists from one file only.
func overlay(all *value, marks []mark) (file []byte, set []string, err error) {
	at := map[*value]int{}
	for i, m := range marks {
		if m.value.flag != "" {
			set = append(set, m.value.path+"="+strings.ReplaceAll(m.with(i), ",", `\,`))
			continue
		}
		at[m.value] = i
	}
	node := partOf(all, marks, at)
	// What is written nowhere hangs under no value that is there.
	for i, m := range marks {
		if m.value.doc == nil && m.value.flag == "" {
			if node == nil {
				node = &yaml.Node{Kind: yaml.MappingNode}
			}
			insert(node, strings.Split(m.value.path, "."), m.with(i))
		}
	}
	if node == nil {
		return nil, set, nil
	}
	file, err = yaml.Marshal(node)
	if err != nil {
		return nil, nil, fmt.Errorf("write marked values: %w", err)
	}
	return file, set, nil
}

func quotedNode(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: s, Tag: "!!str", Style: yaml.DoubleQuotedStyle}
}

// partOf is the part of the values in which something is marked; nil where nothing is.
func partOf(v *value, marks []mark, at map[*value]int) *yaml.Node {
	switch {
	case v == nil:
		return nil
	case v.keys != nil:
		var out *yaml.Node
		for _, key := range sortedKeys(v.keys) {
			if below := partOf(v.keys[key], marks, at); below != nil {
				if out == nil {
					out = &yaml.Node{Kind: yaml.MappingNode}
				}
				out.Content = append(out.Content, quotedNode(key), below)
			}
		}
		return out
	case v.list != nil:
		if !slices.ContainsFunc(v.list, func(one *value) bool { return partOf(one, marks, at) != nil }) {
			return nil
		}
		out := &yaml.Node{Kind: yaml.SequenceNode}
		for _, one := range v.list {
			out.Content = append(out.Content, unmarked(one, marks, at))
		}
		return out
	}
	if i, ok := at[v]; ok {
		return quotedNode(marks[i].with(i))
	}
	return nil
}

// unmarked is a value as it is written, but for what is marked.
func unmarked(v *value, marks []mark, at map[*value]int) *yaml.Node {
	switch {
	case v.keys != nil:
		out := &yaml.Node{Kind: yaml.MappingNode}
		for _, key := range sortedKeys(v.keys) {
			out.Content = append(out.Content, quotedNode(key), unmarked(v.keys[key], marks, at))
		}
		return out
	case v.list != nil:
		out := &yaml.Node{Kind: yaml.SequenceNode}
		for _, one := range v.list {
			out.Content = append(out.Content, unmarked(one, marks, at))
		}
		return out
	}
	if i, ok := at[v]; ok {
		return quotedNode(marks[i].with(i))
	}
	plain := *v.node
	plain.Anchor, plain.HeadComment, plain.LineComment, plain.FootComment = "", "", "", ""
	return &plain
}

// insert writes a value under a path of keys.
func insert(n *yaml.Node, keys []string, val string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == keys[0] {
			if len(keys) > 1 && n.Content[i+1].Kind == yaml.MappingNode {
				insert(n.Content[i+1], keys[1:], val)
			}
			return
		}
	}
	to := quotedNode(val)
	if len(keys) > 1 {
		to = &yaml.Node{Kind: yaml.MappingNode}
		insert(to, keys[1:], val)
	}
	n.Content = append(n.Content, quotedNode(keys[0]), to)
}
