package extract

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/facts/secretsources"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// itemsKey, itemStart and versionedItem begin the lines of a List as kubectl prints it.
var (
	itemsKey      = []byte("items:")
	itemStart     = []byte("- ")
	versionedItem = []byte("- apiVersion:")
)

// itemsOf returns where the items of a List begin, with the line of the key, and their number. It returns false if there are several such keys, if
// the first item is not on the next line, or if an item does not begin with its apiVersion, so that it may have the List's.
func itemsOf(data []byte) (at, n int, ok bool) {
	at = -1
	for end := 0; ; end++ {
		if end = stream.ListBreak(data, end); end == len(data) {
			return at, n, at >= 0 && n > 0
		}
		line := data[end+1:]
		switch {
		case bytes.HasPrefix(line, versionedItem):
			if at >= 0 {
				n++
			}
		case bytes.HasPrefix(line, itemStart):
			if at >= 0 {
				return at, n, false
			}
		case bytes.HasPrefix(line, itemsKey):
			next, isBreak := bytes.CutPrefix(line[len(itemsKey):], []byte("\n"))
			if at >= 0 || !isBreak || !bytes.HasPrefix(next, versionedItem) {
				return at, n, false
			}
			at = end
		}
	}
}

// maxKinds is the maximum number of kinds, and of API versions, in a List that is judged without parsing it.
const maxKinds = 32

// lookList judges a List by all kinds and API versions in the text of its items, so that dumps of dashboards and the like need not be parsed. It
// returns false if the List must be parsed, because something in it is unclear or may matter.
func (o *Options) lookList(kind string, data []byte) (Glance, bool) {
	if o.guess || o.Said || len(o.kinds) > 0 {
		return Glance{}, false
	}
	at, n, ok := itemsOf(data)
	if !ok || bytes.Contains(data[:at], wordKind) {
		return Glance{}, false
	}
	items := data[at:]
	versions, ok := valuesOf(items, wordAPIVersion, len("api"))
	kinds, okay := valuesOf(items, wordKind, 0)
	if !ok || !okay || len(versions) == 0 {
		return Glance{}, false
	}
	isOf := func(version string) bool { return isOpenShift(model.Group(version)) }
	g := Glance{Object: true, Items: n, OpenShift: isOf(versions[0])} // that of the first item
	if !g.OpenShift && slices.ContainsFunc(versions, isOf) {
		return Glance{}, false // perhaps that of another item
	}
	kinds = slices.DeleteFunc(kinds, func(k string) bool { return k == kind })
	if implied := strings.TrimSuffix(kind, "List"); !slices.Contains(kinds, implied) {
		kinds = append(kinds, implied) // an item may omit its kind
	}
	words := false
	settings := sync.OnceValue(func() bool { return hasSettings(data) })
	for _, version := range versions {
		for _, kind := range kinds {
			needed, withWords := needsItem(version, kind, settings)
			if needed {
				return Glance{}, false
			}
			words = words || withWords
		}
	}
	if words && (holdsKey(data, "mage") || holdsKey(data, "ullSecret") || holdsKey(data, "MAGE")) {
		return Glance{}, false
	}
	return g, !acting().in(data) && !holdsAliasKey(data)
}

// needsItem reports whether an object of a kind in a List may contain anything relevant: in any case, or with keys for images or pull secrets.
// settings tells whether the List has what makes a ConfigMap relevant.
func needsItem(version, kind string, settings func() bool) (needed, withWords bool) {
	group := model.Group(version)
	switch {
	case stream.IsList(kind), secretsources.Has(group, kind), isMirrors(group, kind), configuresNodes(group, kind), group == "kustomize.config.k8s.io":
		return true, false
	case group == "" && (kind == "Secret" || kind == "ServiceAccount" || kind == "Service" || isWorkload(kind)):
		return true, false
	case kind == "ConfigMap":
		return settings(), false
	}
	if k, ok := resources.Lookup(version, kind); ok {
		return !k.Skip, false
	}
	return false, !resources.SkipGroup(group)
}

// valuesOf returns the values of a key wherever it may be in a block mapping, without duplicates. It returns false if one of them is not a plain word
// on the key's line, or if there are too many. The search compares the key from index rare on.
func valuesOf(data, key []byte, rare int) (values []string, ok bool) {
	for from := 0; ; {
		i := bytes.Index(data[from:], key[rare:])
		if i < 0 {
			return values, true
		}
		at := from + i
		if from = at + len(key) - rare; !bytes.HasSuffix(data[:at], key[:rare]) {
			continue
		}
		rest := data[from:]
		value := rest
		if len(value) > 0 && (value[0] == '"' || value[0] == '\'') {
			value = value[1:]
		}
		if value = bytes.TrimLeft(value, " \t"); len(value) == 0 || value[0] != ':' {
			if colonFollows(rest) {
				return nil, false // a key in an unusual notation
			}
			continue // in a text, or part of a longer word
		}
		word := wordOf(value[1:])
		if word == "" || len(values) == maxKinds {
			return nil, false
		}
		if !slices.Contains(values, word) {
			values = append(values, word)
		}
	}
}

// wordOf returns the word that is the value of a key, in a block or a flow mapping, or "" for anything else.
func wordOf(data []byte) string {
	data = bytes.TrimLeft(data, " \t")
	var quote byte
	if len(data) > 0 && (data[0] == '"' || data[0] == '\'') {
		quote, data = data[0], data[1:]
	}
	n := 0
	for n < len(data) && stream.IsOfWord(data[n]) {
		n++
	}
	word, data := data[:n], data[n:]
	if quote != 0 {
		if len(data) == 0 || data[0] != quote {
			return ""
		}
		data = data[1:]
	}
	rest := bytes.TrimLeft(data, " \t")
	if len(rest) > 0 && bytes.IndexByte([]byte("\r\n,}]"), rest[0]) < 0 && (rest[0] != '#' || len(rest) == len(data)) {
		return ""
	}
	return string(word)
}

// holdsKey reports whether a key may have a word in it with which no space follows. The keys of images and pull secrets consist of one word.
func holdsKey(data []byte, word string) bool {
	for {
		i := bytes.Index(data, []byte(word))
		if i < 0 {
			return false
		}
		data = data[i+len(word):]
		end := 0
		for end < len(data) && (stream.IsOfWord(data[end]) || data[end] == '_') {
			end++
		}
		if colonFollows(data[end:]) {
			return true
		}
		data = data[end:]
	}
}

// maxComments and maxCommentLen limit the comments that are read between a key and its colon, where hardly anyone writes one.
const (
	maxComments   = 8
	maxCommentLen = 512 // in bytes
)

// colonFollows reports whether a colon is next after quotes, space, line breaks and comments. It also returns true for many or long comments.
func colonFollows(data []byte) bool {
	for range maxComments {
		data = bytes.TrimLeft(data, " \t\r\n\"'")
		if len(data) == 0 || data[0] != '#' {
			return len(data) > 0 && data[0] == ':'
		}
		end := bytes.IndexByte(data[:min(len(data), maxCommentLen)], '\n')
		if end < 0 {
			return true
		}
		data = data[end:]
	}
	return true
}

// holdsAliasKey reports whether a key may be an alias, so that its text is elsewhere.
func holdsAliasKey(data []byte) bool {
	for {
		i := bytes.IndexByte(data, '*')
		if i < 0 {
			return false
		}
		data = data[i+1:]
		name := data[:min(len(data), maxTagLen)]
		end := bytes.IndexAny(name, ": \t\r\n")
		if end < 0 {
			end = len(name)
		}
		if end > 0 && colonFollows(data[end:]) {
			return true
		}
	}
}
