package policy

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/config"
)

// message is the template of a finding's text: literal pieces, each followed by a placeholder.
type message struct {
	pieces  []piece
	ofImage bool // a placeholder is about the image or its container
}

type piece struct {
	text  string
	value func(*subject) string // nil for the last piece
}

// placeholder matches placeholders and attempts to write one.
var placeholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{[a-zA-Z.]*\}`) })

// placeholders returns the function behind each placeholder.
func placeholders() map[string]func(*subject) string {
	return map[string]func(*subject) string{
		"{image}":      func(s *subject) string { return s.image.Raw },
		"{registry}":   func(s *subject) string { return s.image.Ref.Registry },
		"{repository}": func(s *subject) string { return s.image.Ref.Repository },
		"{tag}":        func(s *subject) string { return s.image.Ref.Tag },
		"{digest}":     func(s *subject) string { return s.image.Ref.Digest },
		"{container}":  func(s *subject) string { return s.image.Container },
		"{kind}":       func(s *subject) string { return s.workload.Kind },
		"{namespace}":  (*subject).namespace,
		"{name}":       func(s *subject) string { return s.workload.Name },
	}
}

func newMessage(t *config.Text) (message, error) {
	var m message
	known, text, from := placeholders(), t.Value, 0
	for _, at := range placeholder().FindAllStringIndex(text, -1) {
		value := known[text[at[0]:at[1]]]
		if value == nil {
			return m, t.Error(1, 1+len([]rune(text[:at[0]])), "unknown placeholder "+strconv.Quote(text[at[0]:at[1]]),
				"write {image}, {registry}, {repository}, {tag}, {digest}, {container}, {kind}, {namespace} or {name}")
		}
		m.pieces = append(m.pieces, piece{text[from:at[0]], value})
		switch text[at[0]:at[1]] {
		case "{kind}", "{namespace}", "{name}":
		default:
			m.ofImage = true
		}
		from = at[1]
	}
	m.pieces = append(m.pieces, piece{text: text[from:]})
	return m, nil
}

// about returns the message for a subject. Text from a manifest is quoted.
func (m message) about(s *subject) string {
	var b strings.Builder
	for _, p := range m.pieces {
		b.WriteString(p.text)
		if p.value != nil {
			b.WriteString(strconv.Quote(clip(p.value(s))))
		}
	}
	return b.String()
}
