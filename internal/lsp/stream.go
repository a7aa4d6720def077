package lsp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// Limits of a message. A text larger than the largest document that is linted would be useless
// here.
const (
	maxMessage = 64 << 20
	maxHeader  = 4 << 10
)

// stream frames messages as the protocol does. The library's own codec accepts messages of any size and stops
// at one that is not JSON.
type stream struct {
	in  *bufio.Reader
	raw io.Closer
	mu  sync.Mutex
	out io.Writer
}

func newStream(in io.ReadCloser, out io.Writer) *stream {
	return &stream{in: bufio.NewReaderSize(in, maxHeader), raw: in, out: out}
}

// ReadObject implements jsonrpc2.ObjectStream. It answers an unreadable message with an error and continues
// with the next one.
func (s *stream) ReadObject(v any) error {
	for {
		n, err := s.header()
		if err != nil {
			return err
		}
		if n > maxMessage {
			if _, err := io.CopyN(io.Discard, s.in, n); err != nil {
				return err
			}
			if err := s.refuse(jsonrpc2.CodeInvalidRequest, fmt.Sprintf("the message is larger than %d MiB", maxMessage>>20)); err != nil {
				return err
			}
			continue
		}
		body, err := io.ReadAll(io.LimitReader(s.in, n)) // allocate by what arrives, not by what is announced
		switch {
		case err != nil:
			return err
		case int64(len(body)) < n:
			return io.ErrUnexpectedEOF
		}
		if json.Unmarshal(body, v) == nil {
			return nil
		}
		if err := s.refuse(jsonrpc2.CodeParseError, "the message is not a JSON-RPC message"); err != nil {
			return err
		}
	}
}

// header reads up to the empty line and returns the length of the body.
func (s *stream) header() (int64, error) {
	length, size := int64(-1), 0
	for {
		line, err := s.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if size += len(line); size > maxHeader {
			return 0, errors.New("the header is too long")
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			if length < 0 {
				return 0, errors.New("the header has no Content-Length")
			}
			return length, nil
		}
		name, value, _ := strings.Cut(text, ":")
		if strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64); err != nil || length < 0 {
				return 0, errors.New("the Content-Length is not a number")
			}
		}
	}
}

// refuse sends an error for a message whose ID is unknown.
func (s *stream) refuse(code int, message string) error {
	return s.WriteObject(map[string]any{"jsonrpc": "2.0", "id": nil, "error": map[string]any{"code": code, "message": message}})
}

// WriteObject implements jsonrpc2.ObjectStream.
func (s *stream) WriteObject(v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = s.out.Write(append(fmt.Appendf(make([]byte, 0, len(body)+32), "Content-Length: %d\r\n\r\n", len(body)), body...))
	return err
}

// Close implements jsonrpc2.ObjectStream.
func (s *stream) Close() error { return s.raw.Close() }
