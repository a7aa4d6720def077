package imageref

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// KustomizeName returns the name by which kustomize matches an image, valid or not: the text before the first ":" or
// "@" after the first "/" (api/internal/image in sigs.k8s.io/kustomize).
func KustomizeName(raw string) string {
	from := max(strings.IndexByte(raw, '/'), 0)
	if end := strings.IndexAny(raw[from:], ":@"); end >= 0 {
		return raw[:from+end]
	}
	return raw
}

// KustomizeSelector selects images as an images entry of a kustomization does. kustomize reads the entry's name as a regular expression for the start of
// an image, which a tag and a digest may follow. The zero KustomizeSelector selects nothing.
type KustomizeSelector struct {
	name    string
	pattern *regexp.Regexp // nil for a name in which only dots are special
}

// KustomizePattern returns the pattern of the images that an entry with a name selects, or nil if it selects none, because its name is no regular
// expression.
func KustomizePattern(name string) *regexp.Regexp {
	pattern, err := regexp.Compile("^" + name + "(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$")
	if err != nil {
		return nil
	}
	return pattern
}

// SelectorOf returns the selector of a name in an entry. It compiles a pattern only for a name that needs one.
func SelectorOf(name string) KustomizeSelector {
	if !IsKustomizePattern(name) {
		return KustomizeSelector{name: name}
	}
	return KustomizeSelector{pattern: KustomizePattern(name)}
}

// IsKustomizePattern reports whether an entry with a name may select images with other names: it has characters, besides dots, that are special in regular
// expressions.
func IsKustomizePattern(name string) bool { return strings.ContainsAny(name, `\+*?()|[]{}^$`) }

// Selects reports whether kustomize applies the entry to an image.
func (s KustomizeSelector) Selects(image string) bool {
	switch {
	case s.pattern != nil:
		return s.pattern.MatchString(image)
	case s.name == "":
		return false
	}
	rest := image
	for i := range len(s.name) {
		width := 1
		switch {
		case rest == "":
			return false
		case s.name[i] == '.' && rest[0] != '\n':
			_, width = utf8.DecodeRuneInString(rest)
		case s.name[i] != rest[0]:
			return false
		}
		rest = rest[width:]
	}
	if tag, ok := strings.CutPrefix(rest, ":"); ok {
		rest = strings.TrimLeft(tag, kustomizeTag)
	}
	digest, ok := strings.CutPrefix(rest, "@")
	if !ok {
		return rest == ""
	}
	algorithm, hex, ok := strings.Cut(digest, ":")
	if !ok || strings.Trim(hex, kustomizeTag) != "" {
		return false
	}
	separated := true // by the start or a separator
	for i := range len(algorithm) {
		switch c := algorithm[i]; {
		case isAlnum(c):
			separated = false
		case strings.IndexByte(".+_-", c) < 0 || separated:
			return false
		default:
			separated = true
		}
	}
	return !separated
}

// kustomizeTag are the characters of a tag that kustomize replaces.
const kustomizeTag = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.{}-"

// KustomizeSelectors are the selectors of the entries of a kustomization. The zero value selects nothing.
type KustomizeSelectors struct {
	names map[string]bool
	rest  []KustomizeSelector // those that may select more than what begins with their name
}

// maxDotted is how many names with dots are compared character by character with each image: a dot stands for any one. Those beyond select what begins
// with the very name.
const maxDotted = 100

// Add adds the selector of a name.
func (s *KustomizeSelectors) Add(name string) {
	pattern := IsKustomizePattern(name)
	if !pattern {
		if s.names == nil {
			s.names = map[string]bool{}
		}
		s.names[name] = true
	}
	if pattern || strings.Contains(name, ".") && len(s.rest) < maxDotted {
		s.rest = append(s.rest, SelectorOf(name))
	}
}

// Select reports whether kustomize applies one of the entries to an image.
func (s *KustomizeSelectors) Select(image string) bool {
	if len(s.names) > 0 {
		colon, at := strings.LastIndexByte(image, ':'), strings.LastIndexByte(image, '@')
		for _, end := range [...]int{len(image), colon, at, strings.LastIndexByte(image[:max(at, 0)], ':')} {
			if end >= 0 && s.names[image[:end]] && (KustomizeSelector{name: image[:end]}).Selects(image) {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.rest, func(one KustomizeSelector) bool { return one.Selects(image) })
}
