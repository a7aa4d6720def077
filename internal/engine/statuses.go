package engine

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests"
)

// StatusInput selects the cluster messages that are read in addition to manifests.
type StatusInput int

// Values of StatusInput.
const (
	// StatusNone reads no messages.
	StatusNone StatusInput = iota
	// StatusManifests reads statuses and Events among manifests.
	StatusManifests
	// StatusRecognized also reads named inputs that are kubectl output or logs.
	StatusRecognized
	// StatusAny also reads any other text as messages, one per line.
	StatusAny
)

// texts collects messages from kubectl output and logs among the inputs.
type texts struct {
	mu   sync.Mutex
	all  cluster.Text
	read map[string]bool
}

// headSize is the number of bytes that are read to detect the form of an input.
const headSize = 32 << 10

// sniff reads the named inputs that are not manifests as texts, if the request asks for cluster messages.
func (l *Loaded) sniff(inputs []manifests.Input) {
	if l.req.Status < StatusRecognized {
		return
	}
	l.texts = &texts{read: map[string]bool{}}
	system := l.files()
	for i := range inputs {
		in := &inputs[i]
		if !in.Named {
			continue
		}
		name, inner := in.Name, in.Open
		if inner == nil {
			inner = func() (io.ReadCloser, error) { return system.Open(name) }
		}
		in.Open = func() (io.ReadCloser, error) { return l.texts.open(name, inner, l.req.Status) }
	}
}

// open opens an input. It reads a text completely and returns the manifests in it, if there are any, in its place.
func (t *texts) open(name string, open func() (io.ReadCloser, error), said StatusInput) (io.ReadCloser, error) {
	rc, err := open()
	if err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(rc, headSize)
	head, err := in.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		head = nil // reading the input reports it
	}
	form := cluster.FormOf(head)
	mixed := form == cluster.FormManifests && cluster.IsMixed(head)
	if form == cluster.FormManifests && !mixed || form == cluster.FormPlain && said != StatusAny || len(head) == 0 {
		return struct {
			io.Reader
			io.Closer
		}{in, rc}, nil
	}
	defer func() { _ = rc.Close() }() // read only
	only := onlyLine(head)
	parts := cluster.Split(in)
	text, err := cluster.ReadText(name, parts)
	if err != nil {
		return nil, err
	}
	if len(text.Observations) == 0 && form == cluster.FormPlain && only != "" {
		text.Observations = []cluster.Observation{{From: "message", Message: only, File: name, Line: 1, Count: 1}}
	}
	if len(text.Observations) > 0 || form != cluster.FormPlain && !mixed { // nothing was found in plain text
		t.take(name, text)
	}
	return io.NopCloser(bytes.NewReader(parts.Manifests())), nil
}

// onlyLine returns the text if it is a single line, else "". Such a line is shown even if the
// message is unknown.
func onlyLine(text []byte) string {
	line := strings.TrimSpace(string(text))
	if strings.ContainsAny(line, "\r\n") {
		return ""
	}
	return strings.ToValidUTF8(line, "�")
}

// take adds the text of an input once. An input is loaded several times if it has several layers.
func (t *texts) take(name string, text *cluster.Text) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.read[name] {
		return
	}
	t.read[name] = true
	t.all.Observations = append(t.all.Observations, text.Observations...)
	t.all.Lines += text.Lines
	t.all.Cut += text.Cut
	t.all.Dropped += text.Dropped
}

// StatusText returns the messages in kubectl output and logs among the inputs. It returns false if there were none.
func (l *Loaded) StatusText() (cluster.Text, bool) {
	if l.texts == nil {
		return cluster.Text{}, false
	}
	return l.texts.all, len(l.texts.read) > 0
}
