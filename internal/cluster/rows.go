package cluster

import (
	"cmp"
	"slices"
	"strings"
)

// bareRow reads a row of a table without its heading: an event of kubectl describe or kubectl get events, or a pod of kubectl
// get pods. The columns may be one space apart. Whatever is not in the row is that of known. It returns false for any other line.
func bareRow(text string, known Observation) (Observation, bool) {
	text = strings.TrimLeft(text, " >-*|") // of a quotation or a list
	known.Container, known.Image, known.List = "", "", ""
	if s, ok := describedRow(text, known); ok {
		return s, true
	}
	if s, ok := podsRow(text); ok {
		return s, true
	}
	return eventsRow(text)
}

func isBareRow(text string) bool {
	_, ok := bareRow(text, Observation{})
	return ok
}

// describedRow reads "Warning  Failed  3m (x4 over 5m)  kubelet  Failed to pull image ...".
func describedRow(text string, s Observation) (Observation, bool) {
	kind, rest := word(text)
	reason, rest := word(rest)
	seen, rest := agePart(rest)
	if !isType(kind) || !isReason(reason) || seen == "" {
		return s, false
	}
	from, message := source(rest)
	if message == "" {
		return s, false
	}
	s.From, s.Reason, s.Message = "describe", reason, message
	s.First, s.Last, s.Count = age(seen)
	s.Node, s.Kind = cmp.Or(s.Node, nodeOf(from)), controllers[from]
	return s, true
}

// source splits the source of an event, such as "kubelet" or "kubelet, worker-1", from its message. Some events have no source.
func source(text string) (from, message string) {
	if strings.HasPrefix(text, "Error: ") || slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(text, b) }) {
		return "", text
	}
	if from, message, ok := strings.Cut(text, "  "); ok && len(strings.Fields(from)) < 3 {
		return from, strings.TrimSpace(message)
	}
	from, message = word(text)
	if strings.HasSuffix(from, ",") {
		node, rest := word(message)
		return from + " " + node, rest
	}
	return from, message
}

// eventsRow reads "[NAMESPACE]  3m  Warning  Failed  pod/cart-0  Failed to pull image ...".
func eventsRow(text string) (Observation, bool) {
	s := Observation{From: "events"}
	seen, rest := agePart(text)
	if seen == "" {
		s.Namespace, rest = word(text)
		seen, rest = agePart(rest)
	}
	kind, rest := word(rest)
	reason, rest := word(rest)
	object, message := word(rest)
	of, name, ok := strings.Cut(object, "/")
	if !ok || seen == "" || !isType(kind) || !isReason(reason) || message == "" {
		return s, false
	}
	s.First, s.Last, s.Count = age(seen)
	if !strings.Contains(seen, "(x") {
		s.Count = 0 // the table has no counts
	}
	s.Kind, s.Name, s.Reason, s.Message = objectKind(of), name, reason, message
	return s, true
}

// podsRow reads "[NAMESPACE]  cart-0  0/1  ImagePullBackOff  0  3m".
func podsRow(text string) (Observation, bool) {
	fields := strings.Fields(text)
	ready := slices.IndexFunc(fields, func(f string) bool {
		up, all, ok := strings.Cut(f, "/")
		return ok && isNumber(up) && isNumber(all)
	})
	if ready < 1 || ready > 2 || len(fields) < ready+4 || !isNumber(fields[ready+2]) {
		return Observation{}, false
	}
	s := Observation{From: "pods", Name: fields[ready-1], Count: 1}
	s.Reason, s.List = initStatus(fields[ready+1])
	s.Name = s.Name[strings.Index(s.Name, "/")+1:] // pod/cart-0
	if ready == 2 {
		s.Namespace = fields[0]
	}
	return s, true
}

// word splits the first word of a text from the rest.
func word(text string) (first, rest string) {
	first, rest, _ = strings.Cut(strings.TrimLeft(text, " "), " ")
	return first, strings.TrimLeft(rest, " ")
}

// agePart splits the age at the start of a text from the rest, such as "3m2s" or "3m (x4 over 5m)". The age is "" if there is none.
func agePart(text string) (seen, rest string) {
	seen, rest = word(text)
	if seen != "<unknown>" && seen != "<invalid>" && (seen == "" || seen[0] < '0' || seen[0] > '9' || strings.Trim(seen, "0123456789smhdy") != "" || isNumber(seen)) {
		return "", text
	}
	if times, after, ok := strings.Cut(rest, ")"); ok && strings.HasPrefix(times, "(x") {
		return seen + " " + times + ")", strings.TrimLeft(after, " ")
	}
	return seen, rest
}

func isType(text string) bool { return text == "Warning" || text == "Normal" }

// isReason reports whether a word may be the reason of an event.
func isReason(text string) bool {
	return text != "" && text[0] >= 'A' && text[0] <= 'Z' && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}

// bare reads a row without its heading. It returns false for any other line.
func (p *textReader) bare(text string) bool {
	base := Observation{}
	if p.section != "" {
		base = p.pod
	}
	s, ok := bareRow(text, base)
	switch {
	case !ok:
		return false
	case s.From == "pods":
		p.addPod(s)
	default:
		p.addEvent(s)
	}
	return true
}

// addPod adds a pod of a table if its status is about an image.
func (p *textReader) addPod(s Observation) {
	if IsFailing(s.Reason) {
		p.add(s)
	}
}
