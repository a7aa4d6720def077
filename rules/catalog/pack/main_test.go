package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// The built-in catalog, unpacked and packed again, holds the same; packed, it is left alone.
func TestPack(t *testing.T) {
	t.Parallel()
	builtin, err := os.ReadFile("../data/tags.bin")
	if err != nil {
		t.Fatal(err)
	}
	plain := plainly(t, builtin)
	file := filepath.Join(t.TempDir(), "tags.bin")
	if err := os.WriteFile(file, plain, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(file); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(packed) > len(plain)/2 {
		t.Errorf("%d bytes, packed from %d", len(packed), len(plain))
	}
	if !bytes.Equal(plainly(t, packed), plain) {
		t.Error("packed, it holds something else")
	}
	for _, data := range [][]byte{packed, builtin} {
		if again, err := pack(data); err != nil || !bytes.Equal(again, data) {
			t.Errorf("a packed catalog is packed again: %v", err)
		}
	}
	if _, err := pack(packed[:len(packed)-1]); err == nil {
		t.Error("a catalog that is cut short is packed")
	}
}

// plainly is a catalog of the same contents with nothing packed.
func plainly(t *testing.T, data []byte) []byte {
	t.Helper()
	c, err := catalog.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	contents, err := c.Contents()
	if err != nil {
		t.Fatal(err)
	}
	plain, err := catalog.Encode(contents, nil)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}
