package gather

import (
	"slices"
	"strings"
)

// parse parses a file of the library folder. It returns the tags with their architectures, sorted and separated by spaces, or "" if the file names
// none. There are two formats: paragraphs of fields since 2016 (go-dockerlibrary's manifest, in the style of RFC 2822), and before that a line
// "tag: repository@commit" for each tag. Other lines are skipped.
func parse(text string) map[string]string {
	tags := map[string]string{}
	var paragraphs [][]string
	var paragraph []string
	old, fields := false, false
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, "\r")
		switch trimmed := strings.TrimSpace(line); {
		case strings.HasPrefix(trimmed, "#"):
			continue
		case trimmed == "":
			paragraphs, paragraph = append(paragraphs, paragraph), nil
			continue
		}
		paragraph = append(paragraph, line)
		name, _, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "tags", "maintainers", "gitcommit", "sharedtags":
			fields = true
		}
		_, isOld := oldTag(line)
		old = old || isOld
	}
	paragraphs = append(paragraphs, paragraph)
	arches := "amd64"
	for _, lines := range paragraphs {
		if old && !fields {
			for _, line := range lines {
				if tag, ok := oldTag(line); ok {
					tags[tag] = ""
				}
			}
			continue
		}
		addParagraph(tags, lines, &arches)
	}
	return tags
}

// oldTag parses "tag: repository@commit [folder]".
func oldTag(line string) (string, bool) {
	f := strings.Fields(line)
	if len(f) != 2 && len(f) != 3 || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
		return "", false
	}
	tag, ok := strings.CutSuffix(f[0], ":")
	at := strings.LastIndexByte(f[1], '@')
	return tag, ok && isTag(tag) && at > 0 && at < len(f[1])-1
}

// addParagraph adds the tags of a paragraph. A paragraph without tags sets the default architectures.
func addParagraph(tags map[string]string, lines []string, arches *string) {
	field := map[string]string{}
	name := ""
	for _, line := range lines {
		if line[0] == ' ' || line[0] == '\t' {
			if name != "" {
				field[name] += " " + strings.TrimSpace(line)
			}
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if name = ""; ok {
			name = strings.ToLower(key)
			field[name] = strings.TrimSpace(value)
		}
	}
	own, has := field["architectures"]
	own = set(own)
	listed := append(words(field["tags"]), words(field["sharedtags"])...)
	_, plain := field["tags"]
	_, shared := field["sharedtags"]
	if !plain && !shared {
		if has {
			*arches = own
		}
		return
	}
	if !has {
		own = *arches
	}
	for _, t := range listed {
		if isTag(t) {
			tags[t] = set(tags[t] + " " + own)
		}
	}
}

func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

// set sorts the words of a list and removes duplicates.
func set(list string) string {
	w := words(list)
	slices.Sort(w)
	return strings.Join(slices.Compact(w), " ")
}

// isTag reports whether s is a valid tag in the distribution specification.
func isTag(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_'
		if !letter && (i == 0 || c != '.' && c != '-') {
			return false
		}
	}
	return s != "" && len(s) <= 128
}
