package catalog

import (
	_ "embed" // the release cycles
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Product is software with release cycles that reach their end of life, and the images that are tagged with its
// versions.
type Product struct {
	// Name is the product's name on endoflife.date.
	Name string
	// Images lists registry and repository, such as "docker.io/library/nginx".
	Images []string
	Cycles []Cycle
}

// Cycle is a release cycle.
type Cycle struct {
	// Name is the common prefix of its versions: "1.27".
	Name string
	// Alias is another name that its tags may begin with, such as "bookworm"; usually "".
	Alias string
	// End is the last day of support, past or future; 0 if unknown.
	End Day
	// Ended is true if support has ended on an unknown day.
	Ended bool
}

// Products holds the release cycles as known on the day of Source.
type Products struct {
	Source Source
	List   []Product
}

// ErrNoProducts reports a text that is not in the format of ParseProducts.
var ErrNoProducts = errors.New("not a file of release cycles")

// ParseProducts parses release cycles. Lines that begin with "#" are comments, an empty line ends a product, and every
// other line is a key, a colon and a value:
//
//	source: github.com/endoflife-date/endoflife.date    (at the top; an optional revision, then the date)
//
//	product: debian
//	image: docker.io/library/debian                     (one line per image)
//	12 bookworm: 2026-06-10                             (a cycle with an optional alias; "ended" without a day, "-" for no known end)
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

// line parses one line.
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

// AppendProducts appends release cycles in the format of ParseProducts.
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

// endings indexes the products by image.
type endings struct {
	source Source
	of     map[string]*Product
}

//go:embed data/endoflife.txt
var endOfLifeText string

// endOfLife parses the embedded release cycles on first use. A test parses them too, so it cannot panic in a release.
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

// EndOfLife returns the product and release cycle that a tag belongs to: the cycle whose name is a prefix of the
// version in the tag. A tag that is less specific than a cycle ("nginx:1") is mutable and belongs to none.
func (c *Catalog) EndOfLife(registry, repository, tag string) (product string, cycle Cycle, ok bool) {
	name := nameOf(registry, repository)
	if im, known := c.Lookup(registry, repository); known {
		name = im.Name // a mirror: use the image that it copies
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

// EndOfLifeSource returns the source of the release cycles.
func EndOfLifeSource() Source { return endOfLife().source }

// leadingVersion returns the version at the start of a tag, without its "v". It returns "" if there is none or if
// something other than "-word" follows it ("8u302").
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
