package cluster

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// Splitter reads the text of a paste that holds manifests as well, such as the output of two commands. Lines of manifests are empty in the text, and
// lines of the text are empty in the manifests, so that both keep their line numbers.
type Splitter struct {
	in        *bufio.Reader
	manifests bytes.Buffer
	lines     int  // before the first manifest
	inside    bool // of a manifest
	rest      bool // of a line that is longer than the buffer
	pending   []byte
}

// Split returns a Splitter for a paste.
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

// take sorts a line, or the rest of a long one, and returns what is text of it.
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
		s.manifests.WriteString("---") // what comes after the text is another document
		fallthrough
	case s.manifests.Len() > 0:
		s.manifests.Write(end)
	case end != nil:
		s.lines++
	}
	return line
}

// Manifests returns the manifests of what was read.
func (s *Splitter) Manifests() []byte { return s.manifests.Bytes() }

// IsMixed reports whether an input that begins with manifests holds text as well.
func IsMixed(head []byte) bool {
	for line := range bytes.Lines(head) {
		if isTextLine(strings.TrimRight(string(line), "\r\n")) {
			return true
		}
	}
	return false
}

// isTextLine reports whether a line ends a manifest: a command at a prompt, or the beginning of another output. No line of YAML at the margin is one.
func isTextLine(text string) bool {
	return isPrompt(text) || header(text) != nil || strings.HasPrefix(text, "Name:    ") || isLog(text)
}

// isPrompt reports whether a line is a command at a shell's prompt.
func isPrompt(text string) bool {
	if strings.HasPrefix(text, "$ ") || strings.HasPrefix(text, "% ") {
		return true
	}
	before, _, ok := strings.Cut(text, " kubectl ")
	return ok && strings.Contains(before, "@") && strings.ContainsAny(before[len(before)-1:], "$#%>")
}

// beginsObject reports whether a line is the first one of an object in YAML or JSON.
func beginsObject(text string) bool {
	return strings.HasPrefix(text, "apiVersion:") || strings.HasPrefix(text, "kind:") || text == "{"
}
