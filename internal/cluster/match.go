package cluster

import (
	"slices"
	"strings"
)

// maxMessage is how much of a message is read. The longest that were seen, with the errors of a dozen mirrors, have 4 KiB.
const maxMessage = 16 << 10

// Match finds the entry for a message and for the status or event that it came with; either may be "". Where a message wraps another one,
// inner is the entry for that. The entry is nil where the table has none.
//
// It costs a search for each piece of the table in the first 16 KiB of the message.
func Match(reason, message string) (found, inner *Message) {
	text := strings.ToLower(clip(message, maxMessage))
	found = matchText(text, nil)
	if found != nil && found.Kind == KindBackOff {
		if _, last, ok := strings.Cut(text, "errimagepull: "); ok && strings.TrimSpace(last) != "" { // the message of the last try is here
			return matchLast(last)
		}
	}
	if found == nil {
		found = matchReason(reason, text)
	}
	if found == nil { // an error of the kubelet that is none of its statuses stands in the place of one
		found = matchText(strings.ToLower(clip(reason, maxMessage)), nil)
	}
	if found == nil && reason == "" {
		found = matchNamed(text)
	}
	if found != nil && found.Wraps {
		inner = matchText(text, found)
	}
	return found, inner
}

// matchLast finds the entry for the message of the last try, as the status of a back-off has it. One that is not in the table is unknown, and no back-off.
func matchLast(text string) (found, inner *Message) {
	if found = matchText(text, nil); found != nil && found.Wraps {
		inner = matchText(text, found)
	}
	return found, inner
}

// matchText finds the first entry whose pieces are in a text. Within but, where it is given, one is looked for that tells why.
func matchText(text string, but *Message) *Message {
	for _, part := range tables {
		for i := range part {
			m := &part[i]
			if but != nil && (m.Wraps || m.Kind == KindCreate) || len(m.All)+len(m.Any) == 0 {
				continue
			}
			if m.in(text) {
				return m
			}
		}
	}
	return nil
}

// in reports whether the pieces of an entry are in a text.
func (m *Message) in(text string) bool {
	for _, s := range m.All {
		if !strings.Contains(text, s) {
			return false
		}
	}
	within := func(s string) bool { return strings.Contains(text, s) }
	return (len(m.Any) == 0 || slices.ContainsFunc(m.Any, within)) && !slices.ContainsFunc(m.Not, within)
}

// matchReason finds the entry for a status or an event. A message of the form "Error: ErrImagePull" is a status, too.
func matchReason(reason, text string) *Message {
	alone := strings.TrimPrefix(strings.TrimSpace(text), "error: ")
	for _, part := range tables {
		for i := range part {
			for _, r := range part[i].Reasons {
				if r == reason || strings.EqualFold(r, alone) {
					return &part[i]
				}
			}
		}
	}
	return nil
}

// matchNamed finds the entry of a status about images that a sentence names, as people write to each other: "the pod is in InvalidImageName". A status that
// has many causes says nothing there.
func matchNamed(text string) *Message {
	words := strings.FieldsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' })
	for _, part := range tables {
		for i := range part {
			m := &part[i]
			if m.Sure == Certain && slices.ContainsFunc(m.Reasons, func(r string) bool {
				return strings.Contains(r, "Image") && slices.Contains(words, strings.ToLower(r))
			}) {
				return m
			}
		}
	}
	return nil
}

// clip cuts a text to a number of bytes, and leaves no half of a character behind.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}
