package gather

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/lazy"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// endOfLife is the folder with a clone of github.com/endoflife-date/endoflife.date.
const endOfLife = "endoflife.date"

// ErrNoCycles is the error for a product file without release cycles.
var ErrNoCycles = errors.New("no release cycles found")

// EndOfLife updates the release cycles of products. It keeps the images of each product, because the identifiers in the files include those of other
// products. A product without a file stays unchanged, with a note.
func EndOfLife(before catalog.Products, sources fs.FS, day catalog.Day) (after catalog.Products, notes []string, err error) {
	after.Source = catalog.Source{Name: before.Source.Name, Revision: "", Day: day}
	for _, p := range before.List {
		data, err := fs.ReadFile(sources, path.Join(endOfLife, "products", p.Name+".md"))
		if errors.Is(err, fs.ErrNotExist) {
			notes = append(notes, p.Name+": it has no file any more")
			after.List = append(after.List, p)
			continue
		}
		if err != nil {
			return catalog.Products{}, nil, err
		}
		if p.Cycles, err = parseCycles(p.Name, string(data)); err != nil {
			return catalog.Products{}, nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		after.List = append(after.List, p)
	}
	return after, notes, nil
}

// cycleName matches the names of cycles that can be the start of a tag.
var cycleName = lazy.Regexp(`^[0-9]+(\.[0-9]+)*$`)

// firstKey matches the first key of a list entry.
var firstKey = lazy.Regexp(`^ {0,2}- +releaseCycle:`)

// aliased lists the products whose tags may start with the code name of a release.
var aliased = map[string]bool{"debian": true, "ubuntu": true}

// parseCycles parses the release cycles in the front matter of a product file: the list under "releases", each entry starting with its name. Checks in the
// upstream project enforce this format.
func parseCycles(product, text string) ([]catalog.Cycle, error) {
	var out []catalog.Cycle
	inReleases, skip := false, false
	head, _, _ := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	for line := range strings.Lines(head) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line != "" && !strings.ContainsRune(" -#", rune(line[0])):
			inReleases = line == "releases:"
			continue
		case !inReleases:
			continue
		}
		if entry := firstKey().FindString(line); entry != "" {
			name := scalar(line[len(entry):])
			if skip = !cycleName().MatchString(name); !skip {
				out = append(out, catalog.Cycle{Name: name})
			}
			continue
		}
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || skip || len(out) == 0 || !strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "     ") {
			continue
		}
		switch c := &out[len(out)-1]; key {
		case "eol":
			if err := setEnd(c, scalar(value)); err != nil {
				return nil, err
			}
		case "codename":
			if word, _, _ := strings.Cut(strings.ToLower(scalar(value)), " "); aliased[product] && isTag(word) {
				c.Alias = word
			}
		}
	}
	if len(out) == 0 {
		return nil, ErrNoCycles
	}
	return out, nil
}

// setEnd sets the end of a cycle: a day, true for a past end, false for an unknown one.
func setEnd(c *catalog.Cycle, value string) error {
	switch value {
	case "true":
		c.Ended = true
	case "false":
	default:
		t, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return fmt.Errorf("cycle %s: %w", c.Name, err)
		}
		c.End = catalog.DayOf(t)
	}
	return nil
}

// scalar returns a plain or quoted value without the comment after it.
func scalar(s string) string {
	s, _, _ = strings.Cut(s, " #")
	return strings.Trim(strings.TrimSpace(s), `"'`)
}
