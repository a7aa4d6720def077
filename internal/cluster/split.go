package cluster

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// Splitter reads pasted text that also contains manifests, such as the output of two commands. In the text, lines of
// manifests are empty; in the manifests, lines of the text are empty. So both keep their line numbers.
type Splitter struct {
	in        *bufio.Reader
	manifests bytes.Buffer
	lines     int  // before the first manifest
	inside    bool // of a manifest
	rest      bool // of a line that is longer than the buffer
	pending   []byte
}

// Split returns a Splitter for pasted text.
func Split(r io.Reader) *Splitter { return &Splitter{in: bufio.NewReaderSize(r, 64<<10)} }

// Read reads the text without the manifests.
func (s *Splitter) Read(p []byte) (int, error) {
	if len(s.pending) == 0 {
		line, err := s.in.ReadSlice('\n')
		if len(line) == 0 {
			return 0, err
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return 0, err
		}
		s.pending = s.take(line)
		s.rest = line[len(line)-1] != '\n'
	}
	n := copy(p, s.pending)
	s.pending = s.pending[n:]
	return n, nil
}

// take assigns a line, or the rest of a long one, to the text or the manifests. It returns the part
// that belongs to the text.
func (s *Splitter) take(line []byte) []byte {
	before := s.inside
	if !s.rest {
		text := strings.TrimRight(string(line[:min(len(line), 512)]), "\r\n")
		switch {
		case s.inside && isTextLine(text):
			s.inside = false
		case !s.inside && beginsObject(text):
			s.inside = true
		}
	}
	end := line[len(line)-1:]
	if end[0] != '\n' {
		end = nil
	}
	switch {
	case s.inside && s.manifests.Len() == 0:
		s.manifests.WriteString(strings.Repeat("\n", s.lines))
		s.manifests.Write(line)
		return end
	case s.inside:
		s.manifests.Write(line)
		return end
	case before:
		s.manifests.WriteString("---") // what follows the text is another document
		fallthrough
	case s.manifests.Len() > 0:
		s.manifests.Write(end)
	case end != nil:
		s.lines++
	}
	return line
}

// Manifests returns the manifests found so far.
func (s *Splitter) Manifests() []byte { return s.manifests.Bytes() }

// IsMixed reports whether an input that begins with manifests also contains text.
func IsMixed(head []byte) bool {
	for line := range bytes.Lines(head) {
		if isTextLine(strings.TrimRight(string(line), "\r\n")) {
			return true
		}
	}
	return false
}

// isTextLine reports whether a line ends a manifest: a command at a prompt, or the first line of
// other output. No unindented line of YAML looks like that.
func isTextLine(text string) bool {
	return isPrompt(text) || header(text) != nil || strings.HasPrefix(text, "Name:    ") || isLog(text)
}

// isPrompt reports whether a line is a command at a shell prompt.
func isPrompt(text string) bool {
	if strings.HasPrefix(text, "$ ") || strings.HasPrefix(text, "% ") {
		return true
	}
	before, _, ok := strings.Cut(text, " kubectl ")
	return ok && strings.Contains(before, "@") && strings.ContainsAny(before[len(before)-1:], "$#%>")
}

// isCommand reports whether a line is a kubectl command, at a prompt or alone.
func isCommand(text string) bool {
	at := slices.IndexFunc(strings.Fields(text), func(w string) bool { return slices.Contains(clients, w) })
	return at == 0 && !strings.HasPrefix(text, " ") || at > 0 && isPrompt(text)
}

// clients are the commands that print what this package reads.
var clients = []string{"kubectl", "oc", "k"}

// namespaceIn returns the namespace that a command names, or "".
func namespaceIn(command string) string {
	words := strings.Fields(command)
	for i, w := range words {
		if i+1 < len(words) && (w == "-n" || w == "--namespace") {
			return plain(words[i+1], "")
		}
		if ns, ok := strings.CutPrefix(w, "--namespace="); ok {
			return plain(ns, "")
		}
		if ns, ok := strings.CutPrefix(w, "-n"); ok && ns != "" && !strings.HasPrefix(ns, "-") {
			return plain(strings.TrimPrefix(ns, "="), "")
		}
	}
	return ""
}

// beginsObject reports whether a line is the first line of an object in YAML or JSON.
func beginsObject(text string) bool {
	return strings.HasPrefix(text, "apiVersion:") || strings.HasPrefix(text, "kind:") || text == "{"
}
