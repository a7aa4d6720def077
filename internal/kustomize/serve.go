package kustomize

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// maxMessage is the maximum length in bytes of a message between the program and its worker.
const maxMessage = 4 * maxOutput

// Send writes a message: its length, then the encoded value.
func Send(w io.Writer, v any) error {
	message := appendValue(make([]byte, 4, 4096), reflect.ValueOf(v))
	n := len(message) - 4
	if n > maxMessage {
		return fmt.Errorf("a message of %d MiB is too long", n>>20)
	}
	binary.BigEndian.PutUint32(message, uint32(n)) //nolint:gosec // below maxMessage
	if _, err := w.Write(message); err != nil {
		return fmt.Errorf("write a message: %w", err)
	}
	return nil
}

// Receive reads a message into a zero value. It returns io.EOF at the end of the input.
func Receive(r io.Reader, v any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		return fmt.Errorf("read a message: %w", err)
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxMessage {
		return fmt.Errorf("a message of %d MiB is too long", n>>20)
	}
	data, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err == nil && len(data) < int(n) {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		_, err = readValue(data, reflect.ValueOf(v))
	}
	if err != nil {
		return fmt.Errorf("read a message: %w", err)
	}
	return nil
}

// Serve answers requests with Replies until the end of the input. It is the main loop of a worker.
func Serve(r io.Reader, w io.Writer) error {
	var shared sharedTexts
	for {
		var req Request
		switch err := Receive(r, &req); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		system := files.OS
		if req.Remote {
			system = &remote{r, w}
		}
		if err := Send(w, &Reply{Result: *build(system, req, &shared)}); err != nil {
			return err
		}
	}
}
