package manifests

import (
	"bytes"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// glance is what a document's bytes tell before it is parsed.
type glance struct {
	// object says that the document may be a Kubernetes object: it holds the words apiVersion and kind.
	object bool
	// needed says that it may hold something imagelint asks about, so it must be parsed.
	needed bool
}

var (
	wordKind       = []byte("kind")
	wordAPIVersion = []byte("apiVersion")
)

// look judges a document by its bytes. It may err only towards parsing: whatever it passes over can hold no finding, which
// TestLookAhead and the differential runs check.
func (o *Options) look(data []byte, name string) glance {
	if isKustomizationFile(name) {
		return glance{object: true, needed: true}
	}
	escaped := mayEscapeKeys(data)
	if !escaped && (!bytes.Contains(data, wordKind) || !bytes.Contains(data, wordAPIVersion)) {
		return glance{}
	}
	g := glance{object: true}
	kind, n := rootValue(data, "kind:")
	version, m := rootValue(data, "apiVersion:")
	if escaped || n != 1 || m != 1 || kind == "" || version == "" || !isBlockMapping(data) {
		g.needed = escaped || o.Guess || holdsWords(data) || bytes.Contains(data, []byte("Secret")) || bytes.Contains(data, []byte("ServiceAccount"))
		return g
	}
	g.needed = o.needs(version, kind, data)
	return g
}

// needs reports whether an object of a kind may hold what imagelint asks about.
func (o *Options) needs(apiVersion, kind string, data []byte) bool {
	if isList(kind) || !strings.Contains(apiVersion, "/") && (kind == "Secret" || kind == "ServiceAccount") || isProvider(group(apiVersion), kind) ||
		o.Guess && kind == "ConfigMap" || o.userKind(apiVersion, kind) != nil {
		return true
	}
	if k, ok := resources.Lookup(apiVersion, kind); ok {
		if !k.Skip || !strings.Contains(apiVersion, "/") && isWorkload(kind) {
			return true
		}
		return group(apiVersion) == "kustomize.config.k8s.io"
	}
	return !resources.SkipGroup(group(apiVersion)) && holdsWords(data)
}

// isList reports whether objects of a kind are lists of others.
func isList(kind string) bool { return strings.HasSuffix(kind, "List") }

// holdsWords reports whether a document holds a word without which it can hold neither an image nor a pull secret.
func holdsWords(data []byte) bool {
	return bytes.Contains(data, []byte("mage")) || bytes.Contains(data, []byte("ullSecret")) || bytes.Contains(data, []byte("MAGE"))
}

// mayEscapeKeys reports whether a document holds escapes that could spell a key otherwise than it reads.
func mayEscapeKeys(data []byte) bool {
	for rest := data; ; {
		i := bytes.IndexByte(rest, '\\')
		if i < 0 || i+1 >= len(rest) {
			return false
		}
		switch rest[i+1] {
		case 'x', 'u', 'U':
			// Only a key in double quotes counts: the escape is followed by the closing quote and a colon on its line.
			line := rest[i:]
			if e := bytes.IndexByte(line, '\n'); e >= 0 {
				line = line[:e]
			}
			if q := bytes.IndexByte(line, '"'); q >= 0 && bytes.HasPrefix(bytes.TrimLeft(line[q+1:], " \t"), []byte(":")) {
				return true
			}
		}
		rest = rest[i+2:]
	}
}

// rootValue finds the lines that begin with key in the first column, counts them, and returns the value of the first where it is a
// plain word; else "".
func rootValue(data []byte, key string) (value string, n int) {
	if bytes.HasPrefix(data, []byte(key)) {
		n, value = 1, plainWord(data[len(key):])
	}
	pattern := make([]byte, 0, 16)
	pattern = append(append(pattern, '\n'), key...)
	for rest := data; ; {
		i := bytes.Index(rest, pattern)
		if i < 0 {
			return value, n
		}
		rest = rest[i+len(pattern):]
		if n++; n == 1 {
			value = plainWord(rest)
		}
	}
}

// plainWord is the rest of a line where it is one plain or quoted word, perhaps with a comment behind it.
func plainWord(data []byte) string {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		data = data[:i]
	}
	if len(data) == 0 || data[0] != ' ' && data[0] != '\t' {
		return ""
	}
	if i := bytes.Index(data, []byte(" #")); i >= 0 {
		data = data[:i]
	}
	data = bytes.TrimSpace(data)
	if len(data) > 1 && (data[0] == '"' || data[0] == '\'') && data[len(data)-1] == data[0] {
		data = data[1 : len(data)-1]
	}
	for _, c := range data {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '/' && c != '-' {
			return ""
		}
	}
	return string(data)
}

// isBlockMapping reports whether the first line with content begins a block mapping in the first column.
func isBlockMapping(data []byte) bool {
	if isMarker(data, '-') {
		// "--- text" begins the content on the marker's line.
		line := data[3:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line, data = line[:i], line[i+1:]
		} else {
			data = nil
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	for len(data) > 0 {
		c := data[0]
		if c != '\n' && c != '\r' && c != '#' && c != '%' {
			return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '"' || c == '\''
		}
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			return false
		}
		data = data[i+1:]
	}
	return false
}

// group is the API group of an apiVersion.
func group(apiVersion string) string {
	if i := strings.IndexByte(apiVersion, '/'); i >= 0 {
		return apiVersion[:i]
	}
	return ""
}

// isWorkload reports whether a kind is one of apps or batch, in whatever group it is written.
func isWorkload(kind string) bool {
	switch kind {
	case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob":
		return true
	}
	return false
}

// isKustomizationFile reports whether a file is read by kustomize under its name, with or without a kind.
func isKustomizationFile(name string) bool {
	base := name[strings.LastIndexAny(name, `/\`)+1:]
	return base == "kustomization.yaml" || base == "kustomization.yml" || base == "Kustomization"
}
