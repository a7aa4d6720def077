// Command pack makes ../data/tags.bin, the embedded catalog, from the histories that the file already contains and the
// lists in ../data/lists. Histories come from "imagelint catalog build", which writes them uncompressed, so that the
// released program needs no compressor. A file with the same content is left alone, even if this version of Go would
// compress it differently.
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
		panic(err) // only "go generate" runs this command
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
	// The mode applies only to a new file; git keeps the mode of an existing one.
	if err := os.WriteFile(file, packed, 0o600); err != nil {
		return fmt.Errorf("write the catalog: %w", err)
	}
	return nil
}

// read parses the lists of a folder.
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

// pack returns a compressed catalog of the histories in data and of lists. It returns data itself if that is already
// the result.
func pack(data []byte, lists []catalog.List) ([]byte, error) {
	c, err := catalog.Open(data)
	if err != nil {
		return nil, err
	}
	before, err := c.Contents()
	if err != nil {
		return nil, err
	}
	now, err := mergeLists(before, lists)
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

// mergeLists replaces the lists of a catalog and keeps its histories.
func mergeLists(before catalog.Contents, lists []catalog.List) (catalog.Contents, error) {
	var out catalog.Contents
	number := map[int]int{} // new index of each old source
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
