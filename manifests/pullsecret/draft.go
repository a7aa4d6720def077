package pullsecret

import (
	"encoding/json"
	"strconv"
	"strings"
)

// draft is a docker config whose text is a template: what a tool fills in later
// has a placeholder.
type draft struct {
	text    string // the config with the placeholders
	partial bool   // some keys of registries are filled in, so that it is unknown which there are
}

// ParseTemplate reads the payload of a Secret that is a template, as [Parse] reads
// one that is not. What a tool fills in later has a placeholder: what is wrong with
// the config is wrong whatever is filled in, and no login of it is one. partial
// says that some keys of registries are filled in; their placeholders match no
// image. ok is false where nothing can be told of what comes of the template.
func ParseTemplate(kind Kind, text string) (c Config, partial, ok bool, err error) {
	d, ok := newDraft(text)
	if !ok {
		return Config{}, false, false, nil
	}
	c, err = Parse(kind, []byte(d.text))
	return c, d.partial, true, err
}

// What stands for what is filled in: the username and password of the base64
// of "***:***", a host of a top-level domain that there is not, and any text.
const (
	standInAuth = "KioqOioqKg=="
	standInHost = ".filled-in.invalid"
	standIn     = "***"
)

// newDraft puts placeholders in the place of the variables and actions of a
// template: {{ x }}, ${x}, $(x). ok is false where no placeholder could show what
// comes of it: where an action repeats or leaves out parts of the text, or
// stands for more than the text of a string.
//
// Where actions stand outside of strings and no value in their place makes JSON
// of the text, the draft is the text with strings there: what is wrong with it
// is wrong whatever is filled in.
func newDraft(text string) (d draft, ok bool) {
	pieces, ok := cutDraft(text)
	if trimmed := strings.TrimSpace(text); !ok || !strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "{{") {
		return draft{}, false // the whole is filled in, or a tool makes it of something else
	}
	outside := 0
	for _, p := range pieces {
		if p.outside {
			outside++
		}
	}
	if outside == 0 {
		return draft{joinDraft(pieces, nil), hasFilledKey(pieces)}, true
	}
	if outside > 3 {
		return draft{}, false
	}
	values := []string{`"x"`, `1`, `{}`, ``, `"x":{}`, `"x":"y"`}
	choice := make([]int, outside)
	for {
		chosen := make([]string, outside)
		for i, c := range choice {
			chosen[i] = values[c]
		}
		if json.Valid([]byte(joinDraft(pieces, chosen))) {
			return draft{}, false
		}
		i := 0
		for ; i < outside; i++ {
			if choice[i]++; choice[i] < len(values) {
				break
			}
			choice[i] = 0
		}
		if i == outside {
			return draft{text: joinDraft(pieces, []string{`"x"`, `"x"`, `"x"`}[:outside])}, true
		}
	}
}

// IsPlaceholder reports whether a key of [ParseTemplate] is a placeholder for one that is
// filled in later.
func IsPlaceholder(key string) bool { return strings.HasSuffix(key, standInHost) }

// draftPiece is a string of JSON, an action outside of strings, or what stands
// between these.
type draftPiece struct {
	text    string // of a string, with its quotes and with a standIn for each action
	literal string // of a string: what is not an action
	filled  bool   // a string that holds an action
	outside bool
	str     bool
	key     bool // a string before a colon
}

// cutDraft cuts a text into strings, actions and the rest.
func cutDraft(text string) ([]draftPiece, bool) {
	var out []draftPiece
	plain := func(s string) {
		if s != "" {
			out = append(out, draftPiece{text: s})
		}
	}
	start, i := 0, 0
	for i < len(text) {
		if n, ok, known := action(text[i:]); known {
			if !ok {
				return nil, false
			}
			plain(text[start:i])
			out = append(out, draftPiece{text: text[i : i+n], outside: true})
			i += n
			start = i
			continue
		}
		if text[i] != '"' {
			i++
			continue
		}
		plain(text[start:i])
		p, n, ok := cutString(text[i:])
		if !ok {
			return nil, false
		}
		i += n
		start = i
		rest := strings.TrimLeft(text[i:], " \t\r\n")
		p.key = strings.HasPrefix(rest, ":")
		out = append(out, p)
	}
	plain(text[start:])
	return out, true
}

// cutString reads a string of JSON; one that does not end is taken to the end.
func cutString(s string) (p draftPiece, n int, ok bool) {
	p.str = true
	var text, literal strings.Builder
	text.WriteByte('"')
	i := 1
	for i < len(s) {
		if n, ok, known := action(s[i:]); known {
			if !ok {
				return p, 0, false
			}
			text.WriteString(standIn)
			p.filled = true
			i += n
			continue
		}
		c := s[i]
		text.WriteByte(c)
		i++
		if c == '"' {
			break
		}
		if c == '\\' && i < len(s) {
			text.WriteByte(s[i])
			i++
		}
		literal.WriteByte(c)
	}
	p.text, p.literal = text.String(), literal.String()
	return p, i, true
}

// control are the first words of actions that stand for no text by themselves.
var control = map[string]bool{
	"if": true, "else": true, "end": true, "range": true, "with": true, "define": true, "block": true, "template": true, "include": true, "break": true, "continue": true,
}

// action reads what is filled in at the beginning of a text: its length, and
// whether it stands for a text. known is false where there is none.
func action(s string) (n int, ok, known bool) {
	for _, form := range []struct{ open, end string }{{"{{", "}}"}, {"${", "}"}, {"$(", ")"}} {
		if !strings.HasPrefix(s, form.open) {
			continue
		}
		i := strings.Index(s[2:], form.end)
		if i < 0 {
			return 0, false, true
		}
		inner := strings.TrimSpace(strings.Trim(s[2:2+i], "-"))
		word, _, _ := strings.Cut(inner, " ")
		isControl := form.open == "{{" && (control[word] || strings.HasPrefix(inner, "/*") || strings.Contains(inner, ":="))
		return 2 + i + len(form.end), !isControl, true
	}
	return 0, false, false
}

// joinDraft puts the pieces together again, with values for the actions that
// stand outside of strings.
func joinDraft(pieces []draftPiece, values []string) string {
	var b strings.Builder
	last, keys := "", 0
	for _, p := range pieces {
		switch {
		case p.outside:
			b.WriteString(values[0])
			values = values[1:]
		case p.str && p.filled && p.key:
			keys++
			b.WriteString(strconv.Quote("key-" + strconv.Itoa(keys) + standInHost))
		case p.str && p.filled && strings.EqualFold(last, `"auth"`) && !strings.ContainsFunc(p.literal, isNotBase64):
			b.WriteString(`"` + standInAuth + `"`)
		default:
			b.WriteString(p.text)
		}
		if p.str {
			last = p.text
		}
	}
	return b.String()
}

func isNotBase64(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '/' || r == '=' || r == '\n' || r == '\r')
}

func hasFilledKey(pieces []draftPiece) bool {
	for _, p := range pieces {
		if p.key && p.filled {
			return true
		}
	}
	return false
}
