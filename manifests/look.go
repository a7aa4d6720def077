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
	wordDirective  = []byte("gelint") // of imagelint: to look for its first letters is to stop at each "image"
	mergeKey       = []byte("<<")
	mergeLine      = []byte("\n<<")
)

// look judges a document by its bytes. It may err only towards parsing: whatever it passes over can hold no finding, which
// TestLookAhead and the differential runs check.
func (o *Options) look(data []byte, name string) glance {
	if isKustomizationFile(name) {
		return glance{object: true, needed: true}
	}
	escaped := mayEscapeKeys(data)
	kind, n, kinds := rootWord(data, wordKind, 0)
	version, m, versions := rootWord(data, wordAPIVersion, len("api"))
	if !escaped && (kinds == 0 || versions == 0) {
		return glance{}
	}
	g := glance{object: true}
	if bytes.Contains(data, wordDirective) {
		g.needed = true // an "imagelint:ignore" that ignores nothing is a finding wherever it stands
		return g
	}
	block := isBlockMapping(data)
	if escaped || n != 1 || m != 1 || kind == "" || version == "" || !block {
		// Whatever it is, it is worth a parser's look; but a block mapping that lacks one of the keys, as values files do, is no object.
		g.needed = escaped || !block || n > 0 && m > 0 || bytes.HasPrefix(data, mergeKey) || bytes.Contains(data, mergeLine)
		g.object = g.needed
		return g
	}
	g.needed = o.needs(version, kind, data, versions)
	return g
}

// needs reports whether an object of a kind may hold what imagelint asks about. versions is how often it says "apiVersion".
func (o *Options) needs(apiVersion, kind string, data []byte, versions int) bool {
	if isList(kind) || !strings.Contains(apiVersion, "/") && (kind == "Secret" || kind == "ServiceAccount") || isProvider(group(apiVersion), kind) ||
		kind == "ConfigMap" && (o.Guess || maySettle(data)) || o.userKind(apiVersion, kind) != nil {
		return true
	}
	if k, ok := resources.Lookup(apiVersion, kind); ok {
		if !k.Skip || !strings.Contains(apiVersion, "/") && isWorkload(kind) {
			return true
		}
		return group(apiVersion) == "kustomize.config.k8s.io"
	}
	// A second apiVersion may be that of a workload inside of a custom resource.
	return !resources.SkipGroup(group(apiVersion)) && (holdsWords(data) || versions > 1)
}

// isList reports whether objects of a kind are lists of others.
func isList(kind string) bool { return strings.HasSuffix(kind, "List") }

// holdsWords reports whether a document holds a word without which it can hold neither an image nor a pull secret.
func holdsWords(data []byte) bool {
	return bytes.Contains(data, []byte("mage")) || bytes.Contains(data, []byte("ullSecret")) || bytes.Contains(data, []byte("MAGE"))
}

// mayHoldValues reports whether values of a chart may hold an image, or a comment that speaks to imagelint.
func mayHoldValues(data []byte) bool {
	return bytes.Contains(data, []byte("mage")) || bytes.Contains(data, []byte("epository")) || mayEscapeKeys(data)
}

// mayEscapeKeys reports whether a document holds escapes that could spell a key otherwise than it reads.
func mayEscapeKeys(data []byte) bool {
	for {
		i := bytes.IndexByte(data, '\\')
		if i < 0 || i+1 >= len(data) {
			return false
		}
		c := data[i+1]
		data = data[i+2:]
		if c != 'x' && c != 'u' && c != 'U' && c != '\n' && c != '\r' {
			continue
		}
		// Only a key in double quotes counts: the next quote is its end, and a colon follows. What lies between is the same string.
		end := quoteFrom(data)
		if end < 0 {
			return false
		}
		data = data[end:]
		if rest := bytes.TrimLeft(data, " \t\r\n"); len(rest) > 0 && rest[0] == ':' {
			return true
		}
	}
}

// quoteFrom is the offset behind the next double quote that no backslash stands before; -1 where there is none.
func quoteFrom(data []byte) int {
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// rootValue is rootWord for a key that is given with its colon.
func rootValue(data []byte, key string) (value string, n int) {
	value, n, _ = rootWord(data, []byte(strings.TrimSuffix(key, ":")), 0)
	return value, n
}

// rootWord finds the lines that begin with a key in the first column, quoted or not and after any break that YAML knows. It counts them,
// and all other places that hold the word, and returns the value of the first line where it is a plain word; else "". It looks for the
// word from its byte rare on: the less often that one is met, the more bytes are gone over at once.
func rootWord(data, word []byte, rare int) (value string, n, all int) {
	for from := 0; ; {
		i := bytes.Index(data[from:], word[rare:])
		if i < 0 {
			return value, n, all
		}
		at := from + i - rare
		from = at + len(word)
		if at < 0 || !bytes.HasPrefix(data[at:], word[:rare]) {
			continue
		}
		all++
		rest := data[from:]
		if at > 0 && (data[at-1] == '"' || data[at-1] == '\'') {
			if at--; len(rest) > 0 && rest[0] == data[at] {
				rest = rest[1:]
			}
		}
		if at > 0 && !endsBreak(data[at-1]) {
			if isDecorated(data[max(0, at-maxDecoration):at]) {
				n += 2 // a key, perhaps, that is not to be read like this
			}
			continue
		}
		rest = bytes.TrimLeft(rest, " \t")
		if len(rest) == 0 || rest[0] != ':' {
			continue
		}
		if n++; n == 1 {
			value = plainWord(rest[1:])
		}
	}
}

// maxDecoration is how much may stand before a key on its line, in bytes: "? ", a tag or an anchor.
const maxDecoration = 128

// isDecorated reports whether the line that text ends with begins with a mark of YAML in the first column: "? kind", "&a kind", "!!str kind".
func isDecorated(text []byte) bool {
	i := len(text)
	for i > 0 && !endsBreak(text[i-1]) {
		i--
	}
	return i < len(text) && bytes.IndexByte([]byte("?&!*"), text[i]) >= 0
}

// endsBreak reports whether c can be the last byte of a line break.
func endsBreak(c byte) bool { return c == '\n' || c == '\r' || c == 0x85 || c == 0xA8 || c == 0xA9 }

// maxWord is how long the rest of a line may be that is read as a word, in bytes.
const maxWord = 512

// plainWord is the rest of a line where it is one plain or quoted word, perhaps with a comment behind it.
func plainWord(data []byte) string {
	if i := bytes.IndexAny(data[:min(len(data), maxWord)], "\r\n"); i >= 0 {
		data = data[:i]
	} else if len(data) > maxWord {
		return ""
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
		var line []byte
		line, data = cutLine(data[3:])
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	for len(data) > 0 {
		c := data[0]
		if c != '\n' && c != '\r' && c != '#' && c != '%' {
			return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '"' || c == '\''
		}
		_, data = cutLine(data)
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
