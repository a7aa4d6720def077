package pullsecret

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Config is the payload of one Secret, as the kubelet reads it. The zero Config has no
// entries.
type Config struct {
	inner func() *config // a func, so that nothing can print the passwords in it
}

type config struct {
	kind    Kind
	shape   Shape
	entries []entry  // in the order written; a duplicate key keeps its first position and takes its last value
	ignored []string // names of top-level members that the kubelet does not read
	keys    func() []Key
}

// entry is the content of one registry key.
type entry struct {
	written            string
	username, password string
	identity, registry bool // has an identitytoken or a registrytoken
	contradiction      string
	secretUser         bool // the user name in auth is the password beside it
}

func (c Config) get() *config {
	if c.inner == nil {
		return &config{keys: func() []Key { return nil }}
	}
	return c.inner()
}

// Kind returns the layout as which the payload was read.
func (c Config) Kind() Kind { return c.get().kind }

// Parse reads the payload of a Secret: the bytes under [Kind.DataKey], after decoding the
// base64 of the manifest. The error is a *[Malformed] if the API server would reject the
// Secret or the kubelet would fail on it. Content that is accepted but useless is in the
// Config.
//
// As in the kubelet's json.Unmarshal, names are matched without regard to case, a later
// duplicate wins, a second "auths" adds to the first, and a non-empty "auth" overrides
// username and password.
func Parse(kind Kind, data []byte) (Config, error) {
	if kind.DataKey() == "" {
		return Config{}, fmt.Errorf("parse pull secret: no kind %d", int(kind))
	}
	if m := checkAPIServer(kind, data); m != nil {
		return Config{}, m
	}
	r := reader{kind: kind, places: make(map[string]int)}
	top := trimmedValue(data)
	if m := r.read(top); m != nil {
		m.Kind, m.Stage, m.Key = kind, Kubelet, mask(m.Key)
		return Config{}, m
	}
	c := &config{kind: kind, entries: r.entries, ignored: r.ignored(), shape: shapeOf(kind, top, &r)}
	c.keys = sync.OnceValue(c.readKeys)
	return Config{inner: func() *config { return c }}, nil
}

// checkAPIServer checks the payload like ValidateSecret: it decodes it into a map of any
// values.
func checkAPIServer(kind Kind, data []byte) *Malformed {
	m := &Malformed{Kind: kind, Stage: APIServer, Offset: -1}
	if err := json.Unmarshal(data, new(syntaxOnly)); err != nil {
		m.Problem, m.Text = notJSON(data), err.Error()
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			m.Offset = int(syntax.Offset)
			if m.Offset > 0 && syntax.Error() != "unexpected end of JSON input" {
				m.Offset-- // Offset includes the invalid byte
			}
		}
		return m
	}
	top := trimmedValue(data)
	switch k := top.kind(); k {
	case "null":
	case "object":
		if at := hugeNumber(data); at >= 0 {
			// The API server quotes the number. It is in a Secret, so we do not.
			m.Problem, m.Offset, m.Text = NumberRange, at, "json: cannot unmarshal number into Go value of type float64"
			return m
		}
	default:
		m.Problem, m.Offset = NotObject, top.start
		m.Text = "json: cannot unmarshal " + k + " into Go value of type map[string]interface {}"
		if k == "string" && isObject([]byte(top.str())) {
			m.Problem = DoubleJSON
		}
		return m
	}
	return nil
}

// notJSON distinguishes the ways in which a payload is not JSON.
func notJSON(data []byte) Problem {
	for _, bom := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(data, []byte(bom)) {
			return ByteOrderMark
		}
	}
	text := bytes.TrimSpace(data)
	if len(text) == 0 {
		return Empty
	}
	for range 3 { // some tools do it a third time
		decoded, ok := decodeBase64(string(text))
		if !ok {
			return NotJSON
		}
		if isObject(decoded) {
			return DoubleBase64
		}
		text = bytes.TrimSpace(decoded)
	}
	return NotJSON
}

func isObject(data []byte) bool {
	text := bytes.TrimSpace(data)
	return len(text) > 0 && text[0] == '{' && json.Valid(text)
}

// decodeBase64 accepts either alphabet, padded or not.
func decodeBase64(s string) ([]byte, bool) {
	s = strings.TrimRight(strings.TrimSpace(s), "=")
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := enc.DecodeString(s); err == nil {
			return b, true
		}
	}
	return nil, false
}
