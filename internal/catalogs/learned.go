package catalogs

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// LearnedFile is the default file for the tags listed by registries.
const LearnedFile = ".imagelint/catalog"

// learnedHead is the start of the file.
const learnedHead = catalog.ListMagic + "\n# Written by imagelint catalog learn: the tags that registries list. It holds no credentials. Use it with --catalog, or under catalogs in .imagelint.yaml.\n\n"

// ParseRepository parses the name of a repository, HOST/NAME.
func ParseRepository(name string) (probe.Repository, error) {
	ref, err := imageref.Parse(name)
	if err == nil && (ref.Tag != "" || ref.Digest != "") {
		err = fmt.Errorf("%q has a tag or a digest: write only registry/repository", name)
	}
	if err != nil {
		return probe.Repository{}, err
	}
	return probe.Repository{Registry: ref.Registry, Name: ref.Repository}, nil
}

// ReadLearned reads the existing file, or returns nil if there is none. It returns an error for any other kind of file, so that it is
// not overwritten.
func ReadLearned(name string) ([]catalog.List, error) {
	data, err := files.ReadNamed(name, MaxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	lists, err := catalog.ParseLists(data)
	if err == nil && len(data) > 0 && !catalog.IsLists(data) {
		err = catalog.ErrNoList
	}
	return lists, err
}

// EncodeLearned returns the content of a file of lists. It returns an error if that could not be read again.
func EncodeLearned(lists []catalog.List) ([]byte, error) {
	text := catalog.AppendLists(nil, lists)
	if _, err := catalog.ParseLists(text); err != nil {
		return nil, err
	}
	return append([]byte(learnedHead), text...), nil
}
