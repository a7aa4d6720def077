package cluster

import (
	"cmp"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// maxMessage limits how many bytes of a message are searched. The longest known messages, with the
// errors of a dozen mirrors, have 4 KiB.
const maxMessage = 16 << 10

// Match returns the entry for a message and the status or event reason that came with it; either may be "". If the
// message wraps another one, inner is the entry for that message. found is nil if the table has no entry.
//
// The cost is one search for each substring of the table in the first 16 KiB of the message.
func Match(reason, message string) (found, inner *Message) { return matchOf(reason, message, "") }

// matchOf is Match for a message about an image whose registry is known from elsewhere, or is "".
func matchOf(reason, message, registry string) (found, inner *Message) {
	text := strings.ToLower(clip(message, maxMessage))
	matchText := func(text string, but *Message) *Message { return matchText(text, but, registry) }
	found = matchText(text, nil)
	if found != nil && found.Kind == KindBackOff {
		if _, last, ok := strings.Cut(text, "errimagepull: "); ok && strings.TrimSpace(last) != "" { // includes the message of the last attempt
			if found = matchText(last, nil); found != nil && found.Wraps {
				inner = matchText(last, found)
			}
			return found, inner // without an entry, the message is unknown, not a back-off
		}
	}
	if found == nil {
		found = matchReason(reason, text)
	}
	if found == nil && message == "" {
		found = matchStatus(reason)
	}
	if found == nil { // the kubelet writes unclassified errors in place of a status
		found = matchText(strings.ToLower(clip(reason, maxMessage)), nil)
	}
	if found == nil && reason == "" {
		found = matchNamed(text)
	}
	if found == nil && strings.TrimSpace(text) == "not found" { // only the end of a message
		found = matchText(": not found", nil)
	}
	if found != nil && !found.Pulled && isPull(found.Kind) && slices.Contains(afterPull, reason) {
		found = matchReason(reason, "") // the same words about a mount or a task are not about the pull
	}
	if found != nil && found.Wraps {
		inner = matchText(text, found)
	}
	return found, inner
}

// isPull reports whether messages of a kind are about the pull of the container's own image.
func isPull(k Kind) bool { return k != KindCreate && k != KindVolume && k != KindSandbox }

// matchText returns the first entry whose substrings match. If but is not nil, it looks for the
// message that but wraps. registry is that of the image, or "" if only the text may name it.
func matchText(text string, but *Message, registry string) *Message {
	for _, part := range tables {
		for i := range part {
			m := &part[i]
			if but != nil && (m.Wraps || m.Kind == KindCreate) || len(m.All)+len(m.Any) == 0 {
				continue
			}
			if m.in(text) && (m.Hosts == nil || m.isOf(answering(text, registry))) {
				return m
			}
		}
	}
	return nil
}

// in reports whether text is a message of the entry: whether it contains its substrings.
func (m *Message) in(text string) bool {
	for _, s := range m.All {
		if !strings.Contains(text, s) {
			return false
		}
	}
	within := func(s string) bool { return strings.Contains(text, s) }
	return (len(m.Any) == 0 || slices.ContainsFunc(m.Any, within)) && !slices.ContainsFunc(m.Not, within) && (!m.Storage || isStorage(text))
}

// answering returns the host whose answer a message is: the one that it says was asked, or else the registry of the image; "" if neither is known.
func answering(text, registry string) string {
	if host := cmp.Or(hostIn(text), registry); host != "" {
		return host
	}
	image := imageIn(text)
	if ref, err := imageref.Parse(image); err == nil && image != "" {
		return ref.Registry
	}
	return ""
}

// isOf reports whether an entry is an answer of a host's own, as far as is known.
func (m *Message) isOf(host string) bool {
	if host == "" {
		return true
	}
	host = withoutPort(host)
	return slices.ContainsFunc(m.Hosts, func(domain string) bool {
		before, ok := strings.CutSuffix(host, domain)
		return ok && (before == "" || strings.HasSuffix(before, "."))
	})
}

// matchReason returns the entry for a status or an event reason. A message such as "Error: ErrImagePull" counts as a status.
func matchReason(reason, text string) *Message {
	return matchIn(tables, reason, strings.TrimPrefix(strings.TrimSpace(text), "error: "))
}

// matchIn returns the first entry of some tables with a reason, or with one that equals alone in any case.
func matchIn(parts [][]Message, reason, alone string) *Message {
	for _, part := range parts {
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

// matchNamed returns the entry for a status mentioned in a sentence, such as "the pod is in InvalidImageName". Statuses
// with many causes do not match.
func matchNamed(text string) *Message {
	words := strings.FieldsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' })
	for _, part := range tables {
		for i := range part {
			m := &part[i]
			if m.Confidence == Certain && slices.ContainsFunc(m.Reasons, func(r string) bool {
				return strings.Contains(r, "Image") && slices.Contains(words, strings.ToLower(r))
			}) {
				return m
			}
		}
	}
	return nil
}

// clip truncates s to a number of bytes without splitting a character.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}
