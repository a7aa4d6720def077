package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// origin is the date and source of a fact. Facts without one inherit that of their file.
type origin struct {
	Date   string `json:"date"`
	Source string `json:"source"`
}

type alias struct {
	Name   string `json:"name"`
	Target string `json:"target"`
	Note   string `json:"note"`
	origin
}

type distinct struct {
	Name string `json:"name"`
	origin
}

type move struct {
	Match           string   `json:"match"`
	Status          string   `json:"status"`
	Since           string   `json:"since"`
	Replacement     string   `json:"replacement"`
	Exact           bool     `json:"exact"`
	Gone            bool     `json:"gone"`
	VersionTagsOnly bool     `json:"versionTagsOnly"`
	LastTag         string   `json:"lastTag"`
	Leading         bool     `json:"leading"`
	KeepTags        []string `json:"keepTags"`
	Kind            string   `json:"kind"`
	Answer          string   `json:"answer"`
	Confidence      string   `json:"confidence"`
	Note            string   `json:"note"`
	origin
}

// file is the format of a file of facts.
type file[T any] struct {
	origin
	Facts []T `json:"facts"`
}

var (
	day   = regexp.MustCompile(`^20\d\d-[01]\d-[0-3]\d$`)
	since = regexp.MustCompile(`^(20\d\d(-[01]\d(-[0-3]\d)?)?)?$`)
)

// read decodes a file of facts strictly, gives each fact its origin, and checks that the keys are sorted.
func read[T any](dir, name string, fact func(*T) (key string, own *origin)) (file[T], error) {
	var f file[T]
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return f, fmt.Errorf("read facts: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return f, fmt.Errorf("decode %s: %w", name, err)
	}
	last := ""
	for i := range f.Facts {
		key, own := fact(&f.Facts[i])
		if own.Date == "" {
			own.Date = f.Date
		}
		if own.Source == "" {
			own.Source = f.Source
		}
		switch {
		case key <= last:
			return f, fmt.Errorf("%s: %q is not sorted after %q", name, key, last)
		case !day.MatchString(own.Date) || own.Source == "":
			return f, fmt.Errorf("%s: %q lacks a date or a source", name, key)
		}
		last = key
	}
	return f, nil
}

// split returns the key of a row: the registry (from the dot on for "*.") and the path.
func (m move) split() (registry, path string) {
	registry, path, _ = strings.Cut(m.Match, "/")
	return strings.TrimPrefix(registry, "*"), path
}

// check verifies the constraints between the fields of a move.
func (m move) check() error {
	_, path := m.split()
	var errs []error
	if !strings.Contains(m.Match, "/") {
		errs = append(errs, errors.New("no path"))
	}
	if !since.MatchString(m.Since) {
		errs = append(errs, fmt.Errorf("since %q is not a day, month or year", m.Since))
	}
	if m.Gone && m.Confidence != "high" {
		errs = append(errs, errors.New("gone for certain needs high confidence"))
	}
	if m.Leading && m.LastTag == "" {
		errs = append(errs, errors.New("leading needs a last tag"))
	}
	if m.Gone && m.Status != "gone" && m.Status != "partly-gone" {
		errs = append(errs, errors.New("gone, and its status is not"))
	}
	below := path == "" || strings.HasSuffix(path, "/")
	if m.Exact && (m.Replacement == "" || m.Confidence == "low" || below != strings.HasSuffix(m.Replacement, "/")) {
		errs = append(errs, errors.New("exact needs a replacement of the same form"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("moved.json: %q: %w", m.Match, err)
	}
	return nil
}
