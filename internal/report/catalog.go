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
	Name     string `json:"name"`               // what the facts are from
	Revision string `json:"revision,omitempty"` // the commit that was read
	Kind     string `json:"kind"`               // what is known of its images
	Rule     string `json:"rule,omitempty"`     // how tags are made of what is there
	Date     string `json:"date"`               // up to when it was read (YYYY-MM-DD)
	Images   int    `json:"images"`             // images that it has tags of
	Tags     int    `json:"tags"`               // tags that it has, of all images
}

// CatalogFacts is the number of built-in facts of a kind, regardless of the catalog file.
type CatalogFacts struct {
	Name  string `json:"name"`  // what they are about
	Date  string `json:"date"`  // when they were written down (YYYY-MM-DD)
	Count int    `json:"count"` // how many there are
}

// Catalog describes the contents of a catalog.
type Catalog struct {
	Version int             `json:"version"`        // version of the format
	File    string          `json:"file,omitempty"` // the files that it was read from; left out for the one that is built in
	Date    string          `json:"date"`           // the newest date of its sources (YYYY-MM-DD)
	Size    int             `json:"size"`           // size in bytes
	Sources []CatalogSource `json:"sources"`        // where its tags are from
	Facts   []CatalogFacts  `json:"facts"`          // what is built in besides, whatever file is used
}

// CatalogMove describes where the images of a place moved.
type CatalogMove struct {
	Match       string `json:"match"`                 // the place: a registry with a path
	Status      string `json:"status"`                // what became of it
	Since       string `json:"since,omitempty"`       // since when (YYYY-MM-DD, YYYY-MM or YYYY)
	Replacement string `json:"replacement,omitempty"` // where to look now
	Note        string `json:"note,omitempty"`        // what more is known
	Gone        bool   `json:"gone"`                  // whether this image certainly cannot be pulled
	Confidence  string `json:"confidence"`            // how sure that is
	Source      string `json:"source"`                // where the fact is from
	Date        string `json:"date"`                  // when it was written down (YYYY-MM-DD)
}

// CatalogTag is what is known about one tag.
type CatalogTag struct {
	Tag       string `json:"tag"`                 // the tag
	First     string `json:"first,omitempty"`     // the month in which it came (YYYY-MM)
	Last      string `json:"last,omitempty"`      // the last month in which it was listed (YYYY-MM)
	Current   bool   `json:"current"`             // whether it is still listed
	Platforms string `json:"platforms,omitempty"` // the platforms that it was last built for, with commas between
	Digest    string `json:"digest,omitempty"`    // its digest
}

// CatalogRegistry is what is known about a registry.
type CatalogRegistry struct {
	Title     string `json:"title,omitempty"` // its name in words
	Anonymous string `json:"anonymous"`       // who pulls without credentials
	Note      string `json:"note,omitempty"`  // what more is known
}

// anonymousText says in words who can pull.
var anonymousText = map[string]string{
	"yes": "everything is pulled without credentials", "mixed": "public images are pulled without credentials, private ones are not",
	"login": "as a rule, pulls need credentials", "never": "every pull needs credentials", "gone": "it was shut down",
	"local": "the name is that of the machine that pulls", "reserved": "the name is reserved for examples", "unknown": "whether pulls need credentials is not known",
}

// CatalogImage is what is known about one image and the requested tag.
type CatalogImage struct {
	Version     int              `json:"version"`               // version of the format
	Image       string           `json:"image"`                 // the image, as the catalog names it
	Kind        string           `json:"kind,omitempty"`        // what is known of its tags; left out if nothing is
	Source      string           `json:"source"`                // where its tags are from; "" if none are known
	Rule        string           `json:"rule,omitempty"`        // how tags are made of what is there
	Verified    bool             `json:"verified"`              // whether tags in use were held against the list
	Partial     bool             `json:"partial,omitempty"`     // whether tags are missing from the list, so that nothing is concluded from it
	Rebuilt     bool             `json:"rebuilt,omitempty"`     // whether releases are tagged in several forms, so that only a wrong "v" is reported
	Date        string           `json:"date"`                  // up to when its tags are known (YYYY-MM-DD)
	Tags        int              `json:"tags"`                  // tags that are known
	Current     int              `json:"current"`               // tags that are still listed
	First       string           `json:"first,omitempty"`       // the month of the first tag (YYYY-MM)
	Last        string           `json:"last,omitempty"`        // the last month in which a tag was listed (YYYY-MM)
	Deprecated  bool             `json:"deprecated"`            // whether its maintainers advise against it
	Replacement string           `json:"replacement,omitempty"` // what they name instead
	Mirror      bool             `json:"mirror"`                // whether the registry holds a copy, perhaps not of every tag
	Move        *CatalogMove     `json:"move,omitempty"`        // what became of the place that it is pulled from
	Registry    *CatalogRegistry `json:"registry,omitempty"`    // for a registry that was named without an image
	Asked       string           `json:"asked,omitempty"`       // the tag that is asked for
	State       string           `json:"state,omitempty"`       // the verdict on that tag; silent: it may be newer than the catalog, or nothing is concluded
	Tier        int              `json:"tier,omitempty"`        // of never-published: 1 if it is certain, 2 if it is probable
	Why         string           `json:"why,omitempty"`         // the reason
	Meant       string           `json:"meant,omitempty"`       // the tag that was probably meant
	Near        []CatalogTag     `json:"near"`                  // tags near the one that is asked for, or the newest
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
		verified := "verified against tags in use"
		if !c.Verified {
			verified = "not verified"
		}
		if c.Rebuilt {
			verified += ", rebuilt in several forms"
		}
		if c.Partial {
			verified = "partial"
		}
		fmt.Fprintf(&b, "release tags only, %s: %s (%s); other tags are not known\n", verified, from, Escape(c.Rule))
	case "complete":
		what := "every tag"
		if c.Partial {
			what = "some tags"
		}
		fmt.Fprintf(&b, "%s: %s (%s)\n", what, from, Escape(c.Rule))
	case "learned":
		what := "every tag"
		if c.Partial {
			what = "some tags"
		}
		fmt.Fprintf(&b, "%s that %s listed\n", what, from)
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
	if c.Partial {
		return "not known; the list is partial, so the tag may exist"
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
