package catalog

import (
	_ "embed" // the dates
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Product is software with release cycles that end, and the images whose tags begin with its versions.
type Product struct {
	// Name is that of its page on endoflife.date.
	Name string
	// Images are registry and repository, as "docker.io/library/nginx".
	Images []string
	Cycles []Cycle
}

// Cycle is a line of releases.
type Cycle struct {
	// Name is what its versions begin with: "1.27".
	Name string
	// Alias is what its tags may begin with instead: "bookworm"; "" for most.
	Alias string
	// End is the day on which support ended or ends; 0 where there is none.
	End Day
	// Ended says that support has ended, on a day that is not told.
	Ended bool
}

// Products are the release cycles of products, as known on a day.
type Products struct {
	Source Source
	List   []Product
}

// ErrNoProducts says that a text holds no release cycles.
var ErrNoProducts = errors.New("not release cycles of products")

// ParseProducts reads release cycles from text. Lines that begin with "#" are comments, an empty line ends a product, and each other line is a key, a colon
// and a value:
//
//	source: github.com/endoflife-date/endoflife.date    (at the top; a revision may follow, and the date does)
//
//	product: debian
//	image: docker.io/library/debian                     (one line an image)
//	12 bookworm: 2026-06-10                             (a cycle, perhaps with an alias; "ended" without a day, "-" where no end is known)
func ParseProducts(text []byte) (Products, error) {
	var out Products
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok || key == "" || value == "" {
			return Products{}, fmt.Errorf("line %d: %w", n, ErrNoProducts)
		}
		if err := out.line(key, value); err != nil {
			return Products{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return out, nil
}

// line takes in a line.
func (ps *Products) line(key, value string) error {
	switch key {
	case keySource:
		ps.Source.Name = value
	case keyRevision:
		ps.Source.Revision = value
	case keyDate:
		day, err := parseDay(value)
		ps.Source.Day = day
		return err
	case "product":
		ps.List = append(ps.List, Product{Name: value})
	default:
		if len(ps.List) == 0 {
			return ErrNoProducts
		}
		p := &ps.List[len(ps.List)-1]
		if key == keyImage {
			p.Images = append(p.Images, value)
			return nil
		}
		c := Cycle{Ended: value == "ended"}
		c.Name, c.Alias, _ = strings.Cut(key, " ")
		if value != "-" && !c.Ended {
			day, err := parseDay(value)
			if err != nil {
				return err
			}
			c.End = day
		}
		p.Cycles = append(p.Cycles, c)
	}
	return nil
}

func parseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%w: %q is not a date", ErrNoProducts, s)
	}
	return DayOf(t), nil
}

// AppendProducts writes release cycles as ParseProducts reads them.
func AppendProducts(out []byte, ps Products) []byte {
	out = fmt.Appendf(out, "%s: %s\n", keySource, ps.Source.Name)
	if ps.Source.Revision != "" {
		out = fmt.Appendf(out, "%s: %s\n", keyRevision, ps.Source.Revision)
	}
	out = fmt.Appendf(out, "%s: %s\n", keyDate, ps.Source.Day)
	for i := range ps.List {
		p := &ps.List[i]
		out = fmt.Appendf(out, "\nproduct: %s\n", p.Name)
		for _, image := range p.Images {
			out = fmt.Appendf(out, "%s: %s\n", keyImage, image)
		}
		for _, c := range p.Cycles {
			out = append(out, c.Name...)
			if c.Alias != "" {
				out = append(append(out, ' '), c.Alias...)
			}
			switch {
			case c.Ended:
				out = append(out, ": ended\n"...)
			case c.End == 0:
				out = append(out, ": -\n"...)
			default:
				out = fmt.Appendf(out, ": %s\n", c.End)
			}
		}
	}
	return out
}

// endings are the products, by image.
type endings struct {
	source Source
	of     map[string]*Product
}

//go:embed data/endoflife.txt
var endOfLifeText string

// endOfLife is the text that the program is built with, read when the first image is looked up. A test reads it.
var endOfLife = sync.OnceValue(func() endings {
	ps, err := ParseProducts([]byte(endOfLifeText))
	if err != nil {
		panic(err)
	}
	out := endings{source: ps.Source, of: map[string]*Product{}}
	for i := range ps.List {
		for _, image := range ps.List[i].Images {
			out.of[image] = &ps.List[i]
		}
	}
	return out
})

// EndOfLife returns the product and the release cycle that a tag of an image belongs to, where they are known: the cycle whose name the version in the tag
// begins with. A tag that names less than a cycle ("nginx:1") is mutable, and belongs to none.
func (c *Catalog) EndOfLife(registry, repository, tag string) (product string, cycle Cycle, ok bool) {
	name := nameOf(registry, repository)
	if im, known := c.Lookup(registry, repository); known {
		name = im.Name // of a mirror: the image that it copies
	}
	if !strings.Contains(name, "/") {
		name = "docker.io/library/" + name
	}
	p := endOfLife().of[name]
	if p == nil {
		return "", Cycle{}, false
	}
	version := leadingVersion(tag)
	word, _, _ := strings.Cut(tag, "-")
	best := -1
	for i := range p.Cycles {
		is := version == p.Cycles[i].Name || strings.HasPrefix(version, p.Cycles[i].Name+".") || p.Cycles[i].Alias != "" && word == p.Cycles[i].Alias
		if is && (best < 0 || len(p.Cycles[i].Name) > len(p.Cycles[best].Name)) {
			best = i
		}
	}
	if best < 0 {
		return "", Cycle{}, false
	}
	return p.Name, p.Cycles[best], true
}

// EndOfLifeSource says where the release cycles are from.
func EndOfLifeSource() Source { return endOfLife().source }

// leadingVersion is the version that a tag begins with, without its "v"; "" where it begins with none, or with something else than a version and a word behind
// a dash ("8u302").
func leadingVersion(tag string) string {
	s := tag
	if beginsWithV(s) {
		s = s[1:]
	}
	n := 0
	for n < len(s) && (isDigit(s[n]) || s[n] == '.' && n > 0 && n+1 < len(s) && isDigit(s[n+1])) {
		n++
	}
	if n < len(s) && s[n] != '-' && s[n] != '_' {
		return ""
	}
	return s[:n]
}
