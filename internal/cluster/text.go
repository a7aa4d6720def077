package cluster

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Bounds for the text that is read.
const (
	maxLine         = 256 << 10 // bytes per line; the rest is skipped
	maxObservations = 200_000   // without repeats
)

// Text holds the observations in kubectl output or a log.
type Text struct {
	Observations []Observation
	Lines        int
	// Cut counts lines that were truncated. Dropped counts observations beyond the limit.
	Cut, Dropped int
}

// Form is the form of a text.
type Form string

// Values of Form.
const (
	FormDescribe  Form = "describe" // kubectl describe pod
	FormEvents    Form = "events"   // kubectl get events, kubectl get pods
	FormLog       Form = "log"      // kubelet, containerd or CRI-O
	FormManifests Form = "manifests"
	FormPlain     Form = "plain" // anything else
)

// FormOf detects the form of a text by its first lines. Text with an apiVersion or a kind is a manifest.
func FormOf(head []byte) Form {
	logs, rows := 0, 0
	for n := 0; len(head) > 0 && n < 200; n++ {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		head = rest
		text := strings.TrimRight(string(line), "\r ")
		switch {
		case text == "":
			continue
		case header(text) != nil:
			return FormEvents
		case strings.HasPrefix(text, "Name:  ") || strings.HasPrefix(text, "Name:\t") || text == "Events:" || strings.HasPrefix(text, "Events:  "):
			return FormDescribe
		case isObjectLine(text):
			return FormManifests
		case isBareRow(text):
			rows++
		case isLog(text), isMessage(text):
			logs++
		}
	}
	switch {
	case logs > 0:
		return FormLog
	case rows > 0:
		return FormEvents
	}
	return FormPlain
}

// isObjectLine reports whether a line belongs to a Kubernetes object in YAML or JSON.
func isObjectLine(line string) bool {
	t := strings.TrimLeft(line, " \t-\"{")
	return strings.HasPrefix(t, "apiVersion") || strings.HasPrefix(t, "kind:") || strings.HasPrefix(t, `kind"`)
}

// ReadText reads a text of any form line by line, and skips lines that are not about images. name is the file name for the observations.
func ReadText(name string, r io.Reader) (*Text, error) {
	t := &Text{}
	p := textReader{out: t, file: name, namespaces: map[string]string{}}
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		line, cut, err := readLine(in)
		if len(line) > 0 || err == nil {
			t.Lines++
			if cut {
				t.Cut++
			}
			p.line(strings.ReplaceAll(strings.ToValidUTF8(strings.TrimRight(line, "\r\n"), "�"), "\t", "    "))
		}
		switch {
		case errors.Is(err, io.EOF):
			p.place()
			p.placeOthers()
			return t, nil
		case err != nil:
			return t, fmt.Errorf("read line %d: %w", t.Lines+1, err)
		}
	}
}

// readLine reads a line and skips the part beyond the bound.
func readLine(in *bufio.Reader) (line string, cut bool, err error) {
	var buf []byte
	for {
		part, err := in.ReadSlice('\n')
		if room := maxLine - len(buf); len(part) > room {
			part, cut = part[:room], true
		}
		buf = append(buf, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(buf), cut, err
		}
	}
}

// textReader reads lines. Some of them set the context of the lines below.
type textReader struct {
	out  *Text
	file string
	// pod and section are the pod and the section of the description being read. columns are those of the current table of events.
	pod     Observation
	section string
	state   string
	columns []column
	// namespace is that of the last command, or "".
	namespace string
	// scheduled is where the pods of the current output are; namespaces has those of all outputs.
	scheduled  scheduled
	namespaces map[string]string
}

func (p *textReader) add(s Observation) {
	if len(p.out.Observations) >= maxObservations {
		p.out.Dropped++
		return
	}
	if s.From == "events" || s.From == "pods" {
		s.Namespace = cmp.Or(s.Namespace, p.namespace)
	}
	s.File, s.Line = p.file, p.out.Lines
	s.Message = clip(s.Message, maxMessage)
	p.out.Observations = append(p.out.Observations, s)
}

func (p *textReader) line(text string) {
	if isCommand(text) {
		p.begin()
		p.columns, p.section, p.namespace = nil, "", namespaceIn(text)
		return
	}
	if columns := header(text); columns != nil {
		p.begin()
		p.columns, p.section = columns, ""
		return
	}
	switch {
	case text == "" && p.columns == nil && p.section == "":
		p.begin() // rows without a heading end there
	case p.columns == nil && p.bare(text):
	case p.describe(text):
	case p.columns != nil && text != "":
		p.event(text)
	case isLog(text):
		p.log(text)
	default:
		p.plain(text)
	}
}

// plain reads a line that is only a message, such as a copied one.
func (p *textReader) plain(text string) {
	text = strings.TrimSpace(text)
	if text == "" || p.section != "" {
		return
	}
	if key, status, ok := strings.Cut(text, ":"); ok && strings.EqualFold(key, "reason") && slices.Contains(failing, strings.TrimSpace(status)) { // a part of a description
		p.add(Observation{From: "message", Reason: strings.TrimSpace(status), Count: 1})
		return
	}
	if found, _ := Match("", text); found == nil && !isMessage(text) {
		return
	}
	s := Observation{From: "message", Message: text, Image: first(imageIn(text), imageIn(unescaped(text)))}
	if strings.Contains(text, waitingToStart) { // kubectl logs
		s.Container, s.Name = quotedAfter(text, "container "), quotedAfter(text, "in pod ")
	}
	p.add(s)
}

// waitingToStart is what kubectl logs prints for a container that has not started.
const waitingToStart = " is waiting to start: "

// isMessage reports whether kubectl or the kubelet may have written a line about an image. Lines of
// manifests do not count.
func isMessage(line string) bool {
	if strings.HasPrefix(line, "#") {
		return false
	}
	return strings.HasPrefix(line, "Error from server") && strings.Contains(line, waitingToStart) ||
		slices.ContainsFunc(begins, func(b string) bool { return strings.Contains(line, b) })
}
