package cluster

import (
	"cmp"
	"slices"
	"strings"
)

// column is a column of a kubectl table: its heading and the rune offset where it starts.
type column struct {
	name string
	at   int
}

// headings are the column headings of kubectl get events, also with -A and -o wide, and those before Kubernetes 1.15.
var headings = []string{"NAMESPACE", "LAST SEEN", "FIRST SEEN", "TYPE", "REASON", "OBJECT", "KIND", "SUBOBJECT", "SOURCE", "MESSAGE", "COUNT", "NAME"}

// ofPods are the column headings of kubectl get pods, also with -A and -o wide.
var ofPods = []string{"NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE", "NOMINATED NODE", "READINESS GATES"}

// header parses the heading line of a table of events or pods. It returns nil for any other line.
func header(text string) []column {
	headings := headings
	switch {
	case strings.Contains(text, "REASON") && strings.Contains(text, "MESSAGE"):
	case strings.Contains(text, "READY") && strings.Contains(text, "STATUS") && strings.Contains(text, "RESTARTS"):
		headings = ofPods
	default:
		return nil
	}
	var columns []column
	for i := 0; i < len(text); {
		if text[i] == ' ' {
			i++
			continue
		}
		name := ""
		for _, h := range headings {
			if strings.HasPrefix(text[i:], h) && len(h) > len(name) {
				name = h
			}
		}
		if name == "" {
			return nil
		}
		columns = append(columns, column{name, i})
		i += len(name)
	}
	return columns
}

// event reads a row of a table of events.
func (p *textReader) event(text string) {
	row := p.row(text)
	if row == nil {
		p.bare(text)
		return
	}
	if status, ok := row["STATUS"]; ok {
		p.podRow(row, status)
		return
	}
	s := Observation{From: "events", Namespace: row["NAMESPACE"], Reason: row["REASON"], Message: row["MESSAGE"], Container: row["SUBOBJECT"]}
	s.First, s.Last, s.Count = age(row["LAST SEEN"])
	s.First = cmp.Or(row["FIRST SEEN"], s.First)
	switch {
	case row["COUNT"] != "":
		s.Count = number(row["COUNT"])
	case !strings.Contains(row["LAST SEEN"], "(x"):
		s.Count = 0 // the table has no counts
	}
	kind, name, ok := strings.Cut(row["OBJECT"], "/")
	if !ok {
		kind, name = row["KIND"], row["NAME"]
	}
	s.Kind, s.Name = objectKind(kind), name
	if _, node, ok := strings.Cut(row["SOURCE"], ", "); ok {
		s.Node = strings.TrimSpace(node)
	}
	p.addEvent(s)
}

// podRow reads a row of a table of pods. Only the status is useful, such as "Init:ErrImagePull" for
// an init container.
func (p *textReader) podRow(row map[string]string, status string) {
	s := Observation{From: "pods", Namespace: row["NAMESPACE"], Name: row["NAME"], Node: row["NODE"], Count: 1}
	s.Reason, s.List = initStatus(status)
	if s.Node == "<none>" {
		s.Node = ""
	}
	p.addPod(s)
}

// objectKind returns the kind of an event's object, or "" for a Pod.
func objectKind(kind string) string {
	if strings.EqualFold(kind, "pod") || strings.EqualFold(kind, "pods") {
		return ""
	}
	return kind
}

// row splits a row by the columns. If a value is longer than its column, as in the output of
// kubectl get -w, row splits at double spaces.
func (p *textReader) row(text string) map[string]string {
	runes := []rune(text)
	aligned := true
	for _, c := range p.columns[1:] {
		if c.at-1 < len(runes) && runes[c.at-1] != ' ' {
			aligned = false
		}
	}
	row := map[string]string{}
	if aligned {
		for i, c := range p.columns {
			end := len(runes)
			if i+1 < len(p.columns) {
				end = min(end, p.columns[i+1].at)
			}
			if c.at < end {
				row[c.name] = strings.TrimSpace(string(runes[c.at:end]))
			}
		}
		return row
	}
	names := make([]string, len(p.columns))
	for i, c := range p.columns {
		names[i] = c.name
	}
	fields := splitColumns(text)
	if slices.Contains(names, "SUBOBJECT") && len(fields) == len(names)-1 { // often empty
		names = slices.DeleteFunc(names, func(n string) bool { return n == "SUBOBJECT" })
	}
	if len(fields) < len(names) {
		return nil
	}
	for i, n := range names {
		row[n] = fields[i]
	}
	if last := names[len(names)-1]; last == "MESSAGE" {
		row[last] = strings.Join(fields[len(names)-1:], "  ")
	}
	return row
}
