package pullsecret

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Config is the payload of one Secret, as the kubelet understands it. The zero
// Config has no entries.
type Config struct {
	inner func() *config // a func, so that nothing can print the passwords in it
}

type config struct {
	kind    Kind
	shape   Shape
	entries []entry  // in the order written; a repeated key keeps its first place and takes its last value
	ignored []string // names of what the kubelet does not read, at the top level
}

// entry is what one registry key holds.
type entry struct {
	written            string
	username, password string
	identity, registry bool // an identitytoken, a registrytoken is present
}

func (c Config) get() *config {
	if c.inner == nil {
		return &config{}
	}
	return c.inner()
}

// Kind returns the layout by which the payload was read.
func (c Config) Kind() Kind { return c.get().kind }

// Parse reads the payload of a Secret: the bytes under [Kind.DataKey], with
// the base64 of the manifest undone. The error is a *[Malformed] when the API
// server would refuse the Secret, or the kubelet would fail over it; what is
// accepted and yet useless is in the Config.
//
// Names are matched without regard to case, a later duplicate wins, a second
// "auths" adds to the first, and a non-empty "auth" overrides username and
// password: the kubelet's json.Unmarshal does all this.
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
	return Config{inner: func() *config { return c }}, nil
}

// checkAPIServer does what ValidateSecret does with the payload: decode it
// into a map of anything.
func checkAPIServer(kind Kind, data []byte) *Malformed {
	m := &Malformed{Kind: kind, Stage: APIServer, Offset: -1}
	if err := json.Unmarshal(data, new(syntaxOnly)); err != nil {
		m.Problem, m.Text = notJSON(data), err.Error()
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			m.Offset = int(syntax.Offset)
			if m.Offset > 0 && syntax.Error() != "unexpected end of JSON input" {
				m.Offset-- // Offset counts the byte at fault as read
			}
		}
		return m
	}
	top := trimmedValue(data)
	switch k := top.kind(); k {
	case "null":
	case "object":
		if at := hugeNumber(data); at >= 0 {
			// The API server quotes the number; it is in a Secret, so we do not.
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

// notJSON tells the ways apart in which a payload fails to be JSON.
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

// decodeBase64 takes either alphabet, padded or not.
func decodeBase64(s string) ([]byte, bool) {
	s = strings.TrimRight(strings.TrimSpace(s), "=")
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := enc.DecodeString(s); err == nil {
			return b, true
		}
	}
	return nil, false
}
