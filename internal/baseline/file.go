package baseline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// Version is the version of the file format. Raise it when the layout or the input of the fingerprints changes.
const Version = 1

// maxBytes bounds the size of a baseline file. An entry takes about 250 bytes.
const maxBytes = 256 << 20

// again is the help for a damaged baseline.
const again = "delete the file and write a new one with --write-baseline"

// Read reads a baseline file. Its errors say what to do about an invalid file. If the file does not exist, the error is
// fs.ErrNotExist.
func Read(name string) ([]Entry, error) {
	data, err := files.Read(name, maxBytes)
	if err != nil {
		return nil, fmt.Errorf("read baseline %q: %w", name, err)
	}
	entries, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("baseline %q %w", name, err)
	}
	return entries, nil
}

// parse parses the content of a baseline. Its errors continue a sentence that starts with the file name.
func parse(data []byte) ([]Entry, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	var file struct {
		Version  *json.Number    `json:"version"`
		Findings json.RawMessage `json:"findings"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, notJSON(data, err)
	}
	if file.Version == nil || file.Findings == nil {
		return nil, notBaseline()
	}
	switch v, err := file.Version.Int64(); {
	case err != nil || v < 1:
		return nil, fmt.Errorf("has the unknown version %s: %s", *file.Version, again)
	case v > Version:
		return nil, fmt.Errorf("has version %d, but this imagelint reads only up to %d: use the newer imagelint that wrote it, or %s", v, Version, again)
	}
	var entries []Entry
	if err := json.Unmarshal(file.Findings, &entries); err != nil {
		return nil, notJSON(data, err)
	}
	for i, e := range entries {
		if e.Fingerprint == "" || e.Rule == "" {
			return nil, fmt.Errorf("has no fingerprint or no rule in finding %d: %s", i+1, again)
		}
	}
	return entries, nil
}

// notJSON explains why data is not valid JSON.
func notJSON(data []byte, err error) error {
	if i := bytes.Index(data, []byte("<<<<<<<")); i >= 0 {
		return fmt.Errorf("contains merge conflict markers at line %d: keep the findings of both sides, or %s", lineAt(data, i), again)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && looksLikeBaseline(data) {
		return fmt.Errorf("is not valid JSON at line %d: %s", lineAt(data, int(syntax.Offset)), again)
	}
	return notBaseline()
}

// notBaseline does not suggest deleting the file: it may be something else, such as a manifest.
func notBaseline() error {
	return errors.New("is not an imagelint baseline: restore it from version control, or name another file; --write-baseline creates a missing one")
}

// looksLikeBaseline reports whether invalid content was once a baseline, which is safe to overwrite.
func looksLikeBaseline(data []byte) bool {
	data = bytes.TrimSpace(data)
	return len(data) == 0 || bytes.HasPrefix(data, []byte("{")) && bytes.Contains(data, []byte(`"findings"`))
}

func lineAt(data []byte, offset int) int {
	return 1 + bytes.Count(data[:min(offset, len(data))], []byte("\n"))
}

// Write writes a baseline, sorted and with one finding per line so that version control can merge branches.
func Write(w io.Writer, entries []Entry) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\"version\":%d,\n \"findings\":[", Version)
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	sep := "\n  "
	for _, e := range Sorted(entries) {
		b.WriteString(sep)
		if err := enc.Encode(e); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1) // the encoder adds a line break
		sep = ",\n  "
	}
	if len(entries) > 0 {
		b.WriteString("\n ")
	}
	b.WriteString("]}\n")
	_, err := w.Write(b.Bytes())
	return err
}
