package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// CatalogFormats returns the formats in which the catalog is printed.
func CatalogFormats() []string { return []string{"text", "json"} }

// CatalogSource is a source of facts and their number.
type CatalogSource struct {
	Name     string `json:"name"`
	Revision string `json:"revision,omitempty"`
	Kind     string `json:"kind"`
	Rule     string `json:"rule,omitempty"` // how tags are derived from the source
	Date     string `json:"date"`
	Images   int    `json:"images"`
	Tags     int    `json:"tags"`
}

// CatalogFacts is the number of built-in facts of a kind, regardless of the catalog file.
type CatalogFacts struct {
	Name  string `json:"name"`
	Date  string `json:"date"`
	Count int    `json:"count"`
}

// Catalog describes the contents of a catalog.
type Catalog struct {
	Version int             `json:"version"`
	File    string          `json:"file,omitempty"` // "" for the built-in one
	Date    string          `json:"date"`
	Size    int             `json:"size"` // in bytes
	Sources []CatalogSource `json:"sources"`
	Facts   []CatalogFacts  `json:"facts"`
}

// CatalogMove describes where the images of a place moved.
type CatalogMove struct {
	Match       string `json:"match"`
	Status      string `json:"status"`
	Since       string `json:"since,omitempty"`
	Replacement string `json:"replacement,omitempty"`
	Note        string `json:"note,omitempty"`
	Gone        bool   `json:"gone"`
	Confidence  string `json:"confidence"`
	Source      string `json:"source"`
	Date        string `json:"date"`
}

// CatalogTag is what is known about one tag.
type CatalogTag struct {
	Tag       string `json:"tag"`
	First     string `json:"first,omitempty"` // YYYY-MM
	Last      string `json:"last,omitempty"`  // YYYY-MM
	Current   bool   `json:"current"`
	Platforms string `json:"platforms,omitempty"`
	Digest    string `json:"digest,omitempty"`
}

// CatalogRegistry is what is known about a registry.
type CatalogRegistry struct {
	Title     string `json:"title,omitempty"`
	Anonymous string `json:"anonymous"` // who can pull without credentials: yes, mixed, login, never, gone, local, reserved or unknown
	Note      string `json:"note,omitempty"`
}

// anonymousText says in words who can pull.
var anonymousText = map[string]string{
	"yes": "everything is pulled without credentials", "mixed": "public images are pulled without credentials, private ones are not",
	"login": "as a rule, pulls need credentials", "never": "every pull needs credentials", "gone": "it was shut down",
	"local": "the name is that of the machine that pulls", "reserved": "the name is reserved for examples", "unknown": "whether pulls need credentials is not known",
}

// CatalogImage is what is known about one image and the requested tag.
type CatalogImage struct {
	Version     int              `json:"version"`
	Image       string           `json:"image"`
	Kind        string           `json:"kind,omitempty"`
	Source      string           `json:"source"`
	Rule        string           `json:"rule,omitempty"`
	Verified    bool             `json:"verified"`
	Date        string           `json:"date"`
	Tags        int              `json:"tags"`
	Current     int              `json:"current"`
	First       string           `json:"first,omitempty"`
	Last        string           `json:"last,omitempty"`
	Deprecated  bool             `json:"deprecated"`
	Replacement string           `json:"replacement,omitempty"`
	Mirror      bool             `json:"mirror"`
	Move        *CatalogMove     `json:"move,omitempty"`
	Registry    *CatalogRegistry `json:"registry,omitempty"` // for a registry that was named without an image
	Asked       string           `json:"asked,omitempty"`    // the requested tag
	State       string           `json:"state,omitempty"`    // known, never-published or silent
	Tier        int              `json:"tier,omitempty"`
	Why         string           `json:"why,omitempty"`
	Meant       string           `json:"meant,omitempty"`
	Near        []CatalogTag     `json:"near"`
}

func catalogJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, broken(b.String(), `\u0023`, "["))
	return err
}

// PrintCatalog prints the contents of a catalog.
func PrintCatalog(w io.Writer, format string, c Catalog) error {
	c.Version = 1
	if format == "json" {
		return catalogJSON(w, c)
	}
	where := "built in"
	if c.File != "" {
		where = "from " + Escape(c.File)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "catalog of %s, %s, %d KB\n", c.Date, where, (c.Size+1023)/1024)
	for _, s := range kindRows(c.Sources) {
		at := ""
		if s.Revision != "" {
			at = " at " + Escape(s.Revision)
		}
		fmt.Fprintf(&b, "%7d tags of %3d images, up to %s: %s%s\n", s.Tags, s.Images, s.Date, Escape(s.Name), at)
	}
	for _, f := range c.Facts {
		fmt.Fprintf(&b, "%7d %s, known on %s\n", f.Count, f.Name, f.Date)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// kindRows returns the sources of a catalog, with lists combined by kind.
func kindRows(sources []CatalogSource) []CatalogSource {
	var rows []CatalogSource
	place, count := map[string]int{}, map[string]int{}
	names := map[string]string{"complete": "complete lists of tags", "releases": "release tags", "learned": "tags that registries listed"}
	for _, s := range sources {
		if names[s.Kind] == "" {
			rows = append(rows, s)
			continue
		}
		n, ok := place[s.Kind]
		if !ok {
			n = len(rows)
			place[s.Kind] = n
			rows = append(rows, CatalogSource{Kind: s.Kind})
		}
		count[s.Kind]++
		r := &rows[n]
		r.Date = max(r.Date, s.Date)
		r.Images += s.Images
		r.Tags += s.Tags
	}
	for i := range rows {
		if name := names[rows[i].Kind]; name != "" {
			rows[i].Name = fmt.Sprintf("%s (sources: %d)", name, count[rows[i].Kind])
		}
	}
	return rows
}

// PrintCatalogImage prints what is known about an image.
func PrintCatalogImage(w io.Writer, format string, c CatalogImage) error {
	c.Version = 1
	if format == "json" {
		return catalogJSON(w, c)
	}
	var b strings.Builder
	b.WriteString(Escape(c.Image) + ": ")
	switch {
	case c.Registry != nil:
		b.WriteString(registryText(c.Registry))
	case c.Tags == 0 && c.State == "":
		b.WriteString("its tags are not known")
	case c.Tags == 0:
		b.WriteString("its tags are few")
	default:
		fmt.Fprintf(&b, "%d tags", c.Tags)
		if c.First != "" {
			fmt.Fprintf(&b, " since %s", c.First)
		}
		switch {
		case c.Kind == "releases" || c.Kind == "complete":
			fmt.Fprintf(&b, ", the last in %s", c.Last)
		case c.Current > 0:
			fmt.Fprintf(&b, ", %d of them current", c.Current)
		default:
			fmt.Fprintf(&b, ", none since %s", c.Last)
		}
	}
	fmt.Fprintf(&b, " (catalog of %s)\n", c.Date)
	switch from := Escape(c.Source); c.Kind {
	case "releases":
		held := "verified against tags in use"
		if !c.Verified {
			held = "not verified"
		}
		fmt.Fprintf(&b, "release tags only, %s: %s (%s); other tags are not known\n", held, from, Escape(c.Rule))
	case "complete":
		fmt.Fprintf(&b, "every tag: %s (%s)\n", from, Escape(c.Rule))
	case "learned":
		fmt.Fprintf(&b, "every tag that %s listed\n", from)
	}
	if c.Move != nil {
		b.WriteString(moveText(c.Move))
	}
	if c.Deprecated {
		b.WriteString("deprecated")
		if c.Replacement != "" {
			b.WriteString("; its maintainers recommend " + strings.Join(strings.Fields(Escape(c.Replacement)), " or ") + " instead")
		}
		b.WriteString("\n")
	}
	if c.Mirror {
		b.WriteString("this registry mirrors the image, but maybe not every tag\n")
	}
	if c.Asked != "" && c.State != "" {
		fmt.Fprintf(&b, "%s: %s\n", Escape(c.Asked), catalogVerdict(&c))
	}
	if len(c.Near) > 0 {
		b.WriteString("\n")
		t := tabwriter.NewWriter(&b, 0, 8, 3, ' ', 0)
		platforms := slices.ContainsFunc(c.Near, func(n CatalogTag) bool { return n.Platforms != "" })
		if platforms {
			fmt.Fprintln(t, "TAG\tLISTED\tPLATFORMS")
		} else {
			fmt.Fprintln(t, "TAG\tLISTED")
		}
		for _, n := range c.Near {
			if platforms {
				fmt.Fprintf(t, "%s\t%s\t%s\n", Escape(n.Tag), listed(n), n.Platforms)
			} else {
				fmt.Fprintf(t, "%s\t%s\n", Escape(n.Tag), listed(n))
			}
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// registryText describes a registry.
func registryText(r *CatalogRegistry) string {
	out := "a registry"
	if r.Title != "" {
		out += ", " + r.Title
	}
	out += "; " + anonymousText[r.Anonymous]
	if r.Note != "" {
		out += "; " + r.Note
	}
	return out
}

// moveText describes a move and its source.
func moveText(m *CatalogMove) string {
	out := m.Match + ": " + m.Status
	if m.Status == "not-flagged" {
		out = m.Match + ": still served"
	} else if m.Since != "" {
		out += " since " + m.Since
	}
	if m.Gone && m.Status != "gone" {
		out += ", this image too"
	}
	if m.Replacement != "" {
		out += ", see " + m.Replacement
	}
	if m.Note != "" {
		out += " (" + m.Note + ")"
	}
	return out + "\n  source: " + m.Source + "\n"
}

func catalogVerdict(c *CatalogImage) string {
	switch c.State {
	case "known":
		return "published"
	case "never-published":
		out := "never published: " + c.Why
		if c.Tier > 1 {
			out = "probably " + out
		}
		if c.Meant != "" {
			out += "; did you mean " + c.Meant + "?"
		}
		return Escape(out)
	}
	return "not known; it may be newer than the catalog"
}

// listed says when a tag was listed.
func listed(t CatalogTag) string {
	switch {
	case !t.Current && t.First != "" && t.First == t.Last:
		return t.First
	case t.Current && t.First != "":
		return "since " + t.First
	case t.Current:
		return "current"
	case t.First == "":
		return "until " + t.Last
	}
	return t.First + " to " + t.Last
}
