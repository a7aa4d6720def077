package pullsecret

import (
	"encoding/json"
	"strconv"
	"strings"
)

// draft is a docker config whose text is a template, with placeholders for what a tool
// fills in later.
type draft struct {
	text    string // the config with the placeholders
	partial bool   // some registry keys are filled in later, so they are unknown
}

// ParseTemplate is like [Parse] for a Secret that is a template. It puts placeholders
// where a tool fills in text later: defects of the config are defects whatever is filled
// in, but its logins are not real. partial is true if some registry keys are filled in;
// their placeholders match no image. ok is false if the result of the template cannot be
// predicted.
func ParseTemplate(kind Kind, text string) (c Config, partial, ok bool, err error) {
	d, ok := newDraft(text)
	if !ok {
		return Config{}, false, false, nil
	}
	c, err = Parse(kind, []byte(d.text))
	return c, d.partial, true, err
}

// The placeholders: base64 of the username and password "***:***", a host in a top-level
// domain that does not exist, and arbitrary text.
const (
	standInAuth = "KioqOioqKg=="
	standInHost = ".filled-in.invalid"
	standIn     = "***"
)

// newDraft replaces the variables and actions of a template with placeholders: {{ x }},
// ${x}, $(x). ok is false if no placeholder can represent the result: an action repeats
// or omits parts of the text, or stands for more than the content of a string.
//
// If there are actions outside of strings and no value in their place results in valid
// JSON, the draft has strings there. Its defects are then defects whatever is filled in.
func newDraft(text string) (d draft, ok bool) {
	pieces, ok := cutDraft(text)
	if trimmed := strings.TrimSpace(text); !ok || !strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "{{") {
		return draft{}, false // all of it is filled in, or a tool creates it from something else
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

// IsPlaceholder reports whether a key from [ParseTemplate] is a placeholder for one that
// is filled in later.
func IsPlaceholder(key string) bool { return strings.HasSuffix(key, standInHost) }

// draftPiece is a JSON string, an action outside of strings, or the text in between.
type draftPiece struct {
	text    string // of a string, with its quotes and with a standIn for each action
	literal string // of a string: the text outside of actions
	filled  bool   // a string with an action
	outside bool
	str     bool
	key     bool // a string before a colon
}

// cutDraft splits a text into strings, actions and the rest.
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

// cutString reads a JSON string. An unterminated string extends to the end.
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

// control are the first words of actions that produce no text themselves.
var control = map[string]bool{
	"if": true, "else": true, "end": true, "range": true, "with": true, "define": true, "block": true, "template": true, "include": true, "break": true, "continue": true,
}

// action reads a placeholder at the beginning of a text: its length, and whether it
// produces text. known is false if there is none.
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

// joinDraft joins the pieces, with values for the actions outside of strings.
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
