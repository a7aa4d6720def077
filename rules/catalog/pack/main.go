// Command pack packs ../data/tags.bin where it stands unpacked, as imagelint catalog build writes it: that keeps the code that packs out of the
// program. A file that is packed already is left as it is, whatever this version of Go would make of it.
package main

import (
	"bytes"
	"compress/flate"
	"fmt"
	"os"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

func main() {
	if err := run("data/tags.bin"); err != nil {
		panic(err) // stops "go generate"; nobody else runs this
	}
}

func run(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the catalog: %w", err)
	}
	packed, err := pack(data)
	if err != nil {
		return fmt.Errorf("pack %s: %w", file, err)
	}
	if bytes.Equal(packed, data) {
		return nil
	}
	// The mode is for a file that is not there yet; git keeps its own.
	if err := os.WriteFile(file, packed, 0o600); err != nil {
		return fmt.Errorf("write the catalog: %w", err)
	}
	return nil
}

// pack returns a catalog with its blocks packed, or the same bytes where they are.
func pack(data []byte) ([]byte, error) {
	c, err := catalog.Open(data)
	if err != nil {
		return nil, err
	}
	contents, err := c.Contents()
	if err != nil {
		return nil, err
	}
	plain, err := catalog.Encode(contents, nil)
	if err != nil || !bytes.Equal(plain, data) {
		return data, err
	}
	return catalog.Encode(contents, deflate)
}

func deflate(raw, dictionary []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriterDict(&b, flate.BestCompression, dictionary)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
