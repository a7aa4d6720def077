// Command pack makes ../data/tags.bin, the catalog that is built into the program: of the histories that it holds already, and of the lists in
// ../data/lists. Histories come from imagelint catalog build, which writes them unpacked: that keeps the code that packs out of the program. A file that
// holds the same already is left as it is, whatever this version of Go would make of it.
package main

import (
	"bytes"
	"compress/flate"
	"fmt"
	"os"
	"path/filepath"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

func main() {
	if err := run("data/tags.bin", "data/lists"); err != nil {
		panic(err) // stops "go generate"; nobody else runs this
	}
}

func run(file, dir string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the catalog: %w", err)
	}
	lists, err := read(dir)
	if err != nil {
		return err
	}
	packed, err := pack(data, lists)
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

// read reads the lists of a folder.
func read(dir string) ([]catalog.List, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	var all []catalog.List
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read lists: %w", err)
		}
		lists, err := catalog.ParseLists(text)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		all = append(all, lists...)
	}
	return all, nil
}

// pack returns a catalog of the histories in data and of lists, packed; the same bytes where they hold that, and are packed.
func pack(data []byte, lists []catalog.List) ([]byte, error) {
	c, err := catalog.Open(data)
	if err != nil {
		return nil, err
	}
	before, err := c.Contents()
	if err != nil {
		return nil, err
	}
	now, err := together(before, lists)
	if err != nil {
		return nil, err
	}
	plainBefore, err := catalog.Encode(before, nil)
	if err != nil {
		return nil, err
	}
	plain, err := catalog.Encode(now, nil)
	if err != nil || bytes.Equal(plain, plainBefore) && !bytes.Equal(plain, data) {
		return data, err
	}
	return catalog.Encode(now, deflate)
}

// together adds lists to the histories of a catalog, in place of those that it holds.
func together(before catalog.Contents, lists []catalog.List) (catalog.Contents, error) {
	var out catalog.Contents
	number := map[int]int{} // of a source before: its number now
	for _, im := range before.Images {
		if im.Kind != catalog.History {
			continue
		}
		n, ok := number[im.Source]
		if !ok {
			n = len(out.Sources)
			number[im.Source] = n
			out.Sources = append(out.Sources, before.Sources[im.Source])
		}
		im.Source = n
		out.Images = append(out.Images, im)
	}
	listed, err := catalog.ImagesOf(lists)
	if err != nil {
		return catalog.Contents{}, err
	}
	for _, im := range listed.Images {
		im.Source += len(out.Sources)
		out.Images = append(out.Images, im)
	}
	out.Sources = append(out.Sources, listed.Sources...)
	return out, nil
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
