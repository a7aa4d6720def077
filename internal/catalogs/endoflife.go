package catalogs

import (
	"errors"
	"fmt"
	"os"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/gather"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// RefreshEndOfLife updates a file of release cycles from fetched sources, and returns the new content. It rejects products with fewer cycles than before:
// an ended cycle is never removed, so something was misread.
func RefreshEndOfLife(file, sources string, day catalog.Day, note func(string)) ([]byte, error) {
	data, err := files.Read(file, MaxSize)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	before, err := catalog.ParseProducts(data)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	after, notes, err := gather.EndOfLife(before, os.DirFS(sources), day)
	if err != nil {
		return nil, err
	}
	for _, text := range notes {
		note(text)
	}
	var wrong []error
	for i := range after.List {
		if was, is := len(before.List[i].Cycles), len(after.List[i].Cycles); is < was {
			wrong = append(wrong, fmt.Errorf("%s has %d release cycles, %d before", after.List[i].Name, is, was))
		}
	}
	return catalog.AppendProducts(nil, after), errors.Join(wrong...)
}
