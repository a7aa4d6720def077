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

// A mark is appended to a value so that it can be recognized in rendered output: image.tag is set to
// "1.27zq7qz". Marks consist of letters and digits, which every field accepts. They are appended, so that
// templates that examine the beginning of a value behave the same.
var marked = lazy(`[+]?zq([0-9]+)qz`)

func markOf(n int) string { return "zq" + strconv.Itoa(n) + "qz" }

// version matches what a template may compare as a version: a mark after "+" does not change the order.
var version = lazy(`^v?[0-9]+(\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?$`)

// mark is one marked value in a rendering.
type mark struct {
	value *value
	// text is what the value is printed as; "" if it is empty or unset.
	text string
	// template is the value itself if it is a template; text is then what it evaluated to.
	template string
}

// with returns the value with its mark.
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

// evaluated returns what a value that is itself a template evaluated to in a text: the template with anything
// in place of its actions. It returns "" if the text does not match or if the template has no literal text.
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

// fragmentForm returns the form in which a value is part of a text, delimited by the separators of a
// reference; "" if it is not part of it.
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

// bounds reports whether s = text[from:to] is a complete part of the text. A number must match as a whole: 1
// is not a part of 1.27.
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

// ofReference matches those of the keys above that are parts of image references.
var ofReference = lazy(`(?i)(image|registry|repo|hub|tag|version|prefix|suffix)`)

// blank reports whether v is an empty value that a text may lack: part of an image, except digests, which
// would replace the tag, and except global values unless all is set, which would replace a chart's own.
func blank(v *value, all bool) bool {
	key := v.path[strings.LastIndexByte(v.path, '.')+1:]
	if !v.isEmpty() || !imageKey().MatchString(v.path) || strings.Contains(strings.ToLower(key), "digest") || strings.Contains(strings.ToLower(key), "sha") {
		return false
	}
	return all || !strings.HasPrefix(v.path, "global.") && !strings.Contains(v.path, ".global.")
}

// mayBeEmptied reports whether a text may be the result of an empty value.
func mayBeEmptied(text string) bool {
	t := strings.TrimSpace(text)
	return t == "" || strings.ContainsAny(t[:1], "/:@") || strings.ContainsAny(t[len(t)-1:], "/:@") ||
		strings.Contains(t, "//") || strings.Contains(t, "/:") || strings.Contains(t, ":@") || strings.Contains(t, "<no value>") || strings.Contains(t, "%!")
}

// overlay returns what to pass to helm to render with marks: a values file, and --set-string arguments for
// values set on the command line. A list is written as a whole, since helm takes a list from one file only.
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
	// An unset value may have no parent mapping.
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

// partOf returns the subset of the values that contains marks, or nil if nothing is marked.
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

// unmarked returns a value as written, with marks applied.
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

// insert sets a value at a path of keys.
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
