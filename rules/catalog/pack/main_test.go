package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// Unpacking and packing the embedded catalog again keeps its content, and a packed file is left alone.
func TestPack(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	builtin, err := os.ReadFile("../data/tags.bin")
	if err != nil {
		t.Fatal(err)
	}
	plain := plainly(t, builtin)
	file := filepath.Join(t.TempDir(), "tags.bin")
	if err := os.WriteFile(file, plain, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(file, "../data/lists"); err != nil {
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
		t.Error("the packed catalog has other contents")
	}
	lists, err := read("../data/lists")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := pack(builtin, lists); err != nil || !bytes.Equal(again, builtin) {
		t.Errorf("a packed catalog was packed again, or go generate ./rules/catalog was not run: %v", err)
	}
	if _, err := pack(packed[:len(packed)-1], lists); err == nil {
		t.Error("a truncated catalog is packed")
	}
}

// The embedded catalog contains the lists in the repository: each image once, and nothing that was removed from a
// list.
func TestPackLists(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	builtin := some(t, "nginx", "quay.io/prometheus/prometheus")
	lists, err := catalog.ParseLists([]byte("image: quay.io/acme/web verified\nkind: releases\nsource: here\ndate: 2026-08-01\n2024-05: v1.0.0\n"))
	if err != nil {
		t.Fatal(err)
	}
	packed, err := pack(builtin, lists)
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Open(packed)
	if err != nil {
		t.Fatal(err)
	}
	if im, ok := c.Lookup("quay.io", "acme/web"); !ok || im.Tags != 1 || !im.Verified || im.Kind != catalog.Releases {
		t.Errorf("the list is not there: %+v", im)
	}
	if _, ok := c.Lookup("quay.io", "prometheus/prometheus"); ok {
		t.Error("a removed list is still used")
	}
	if im, ok := c.Lookup("docker.io", "library/nginx"); !ok || im.Kind != catalog.History {
		t.Errorf("the histories are not kept: %+v", im)
	}
	if _, err := pack(builtin, append(lists, lists...)); err == nil {
		t.Error("an image is in two lists")
	}
}

// plainly returns an uncompressed catalog of the same content.
// some returns a catalog of some of the shipped images.
func some(t *testing.T, names ...string) []byte {
	t.Helper()
	contents, err := catalog.Builtin().Contents()
	if err != nil {
		t.Fatal(err)
	}
	contents.Images = slices.DeleteFunc(contents.Images, func(im catalog.ImageTags) bool { return !slices.Contains(names, im.Name) })
	if len(contents.Images) != len(names) {
		t.Fatalf("%d of the images %v are in the catalog", len(contents.Images), names)
	}
	data, err := catalog.Encode(contents, nil)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

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
