package lsp

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// publication is what was last sent for a file, and by which workspace.
type publication struct {
	by   *workspace
	text []byte
}

// publish sends the diagnostics of files for which they changed.
func (w *workspace) publish() {
	w.s.publishing.Lock()
	defer w.s.publishing.Unlock()
	w.s.mu.Lock()
	r, gone := w.latest, w.ctx.Err() != nil
	dirty := map[string]bool{}
	for path := range w.s.dirty {
		if w.s.spaceOf(path) == w {
			dirty[path] = true
		}
	}
	c := converter{encoding: w.s.encoding, client: &w.s.client}
	w.s.mu.Unlock()
	byURI := map[string][]diagnostic{}
	if r != nil && !gone {
		c.docs = r.docs
		w.collect(&c, r, dirty, byURI)
	}
	for uri, p := range w.s.published {
		if p.by == w && byURI[uri] == nil {
			byURI[uri] = []diagnostic{}
		}
	}
	for _, uri := range slices.Sorted(maps.Keys(byURI)) {
		w.send(&c, uri, byURI[uri])
	}
}

// send sends the diagnostics of a file, unless the client already has them.
func (w *workspace) send(c *converter, uri string, list []diagnostic) {
	p := publishParams{URI: uri, Diagnostics: list}
	text, err := json.Marshal(list)
	known, ok := w.s.published[uri]
	if err != nil || !ok && len(list) == 0 {
		return
	}
	w.s.published[uri] = publication{w, text}
	if len(list) == 0 {
		delete(w.s.published, uri)
	}
	if bytes.Equal(text, known.text) {
		return
	}
	if d := c.docs[pathOf(uri)]; d != nil {
		p.Version = d.version
	}
	_ = w.s.conn.Notify(w.s.ctx, "textDocument/publishDiagnostics", p) // if the client is gone, nothing is lost
}

// collect converts the findings to diagnostics, grouped by file URI.
func (w *workspace) collect(c *converter, r *result, dirty map[string]bool, byURI map[string][]diagnostic) {
	openOnly := r.setup != nil && r.setup.OpenFilesOnly
	owned := map[string]bool{}
	add := func(path string, d diagnostic) {
		mine, known := owned[path]
		if !known {
			mine = w.owns(path)
			owned[path] = mine
		}
		if !mine {
			return // an inner workspace reports it
		}
		uri := uriOf(path)
		if doc := c.docs[path]; doc != nil {
			uri = doc.uri
		} else if openOnly {
			return
		}
		byURI[uri] = append(byURI[uri], d)
	}
	for f := range r.shown(&w.state, dirty) {
		if at := report.Where(f); at.File() != nil && !at.File().InMemory {
			add(at.File().Name, c.diagnostic(f, at))
		}
	}
	for path, doc := range r.docs {
		if isConfiguration(path) {
			for _, e := range w.s.configErrors(w.ctx, path, []byte(doc.text)) {
				add(path, c.configError(e))
			}
		}
	}
	for _, e := range r.configErrors {
		if r.docs[e.File] == nil {
			add(e.File, c.configError(e))
		}
	}
}

// shown yields the findings that still apply to the text in the editor. It omits findings in rendered output and
// from registries for files edited since the last save. If nothing was edited, it yields all findings of the saved
// state.
func (r *result) shown(v *savedState, dirty map[string]bool) func(yield func(*lint.Finding) bool) {
	all, slow := v.findings()
	if r.Response == nil {
		all, slow = nil, nil
	}
	var list []lint.Finding
	switch {
	case r.Response == nil:
	case len(dirty) == 0 && all != nil:
		list = all
	default:
		list = slices.Clone(r.Result.Findings)
		known := map[findingKey]bool{}
		for i := range list {
			known[keyOf(&list[i])] = true
		}
		for i := range slow {
			at := report.Where(&slow[i])
			if at.File() != nil && !dirty[at.File().Name] && !known[keyOf(&slow[i])] {
				list = append(list, slow[i])
			}
		}
	}
	return func(yield func(*lint.Finding) bool) {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}

// findingKey is a finding's rule and line. A finding in rendered output often repeats one in its source.
type findingKey struct {
	rule, file string
	line       int
}

func keyOf(f *lint.Finding) findingKey {
	at := report.Where(f)
	if at.File() == nil {
		return findingKey{rule: f.Rule}
	}
	return findingKey{f.Rule, at.File().Name, at.Start().Line}
}

// converter turns findings into protocol diagnostics.
type converter struct {
	docs     map[string]*document
	encoding encoding
	client   *capabilities
}

var severities = map[lint.Severity]int{lint.Error: severityError, lint.Warning: severityWarning, lint.Info: severityInformation}

// tags maps rules to diagnostic tags: editors fade or strike through the range.
var tags = map[string]int{lint.RuleIgnoreUnused: tagUnnecessary, "kustomize-image-unused": tagUnnecessary, "image-moved": tagDeprecated, "image-deprecated": tagDeprecated}

func (c *converter) diagnostic(f *lint.Finding, at source.Span) diagnostic {
	can := &c.client.TextDocument.PublishDiagnostics
	d := diagnostic{Range: c.span(at), Severity: severities[f.Severity], Code: f.Rule, Source: section, Message: report.Brief(f)}
	if can.CodeDescriptionSupport {
		d.CodeDescription = &codeDescription{Href: report.RuleURL(f)}
	}
	if tag := tags[f.Rule]; tag != 0 && slices.Contains(can.TagSupport.ValueSet, tag) {
		d.Tags = []int{tag}
	}
	if !can.RelatedInformation {
		return d
	}
	for _, o := range report.OtherPlaces(f) {
		if o.Span.File() != nil && !o.Span.File().InMemory {
			d.Related = append(d.Related, related{c.location(o.Span), o.Message})
		}
	}
	return d
}

func (c *converter) location(s source.Span) location {
	uri := uriOf(s.File().Name)
	if d := c.docs[s.File().Name]; d != nil {
		uri = d.uri
	}
	return location{uri, c.span(s)}
}

// span returns the range of a span: exact in an open document, otherwise computed from the line that the span
// carries.
func (c *converter) span(s source.Span) textRange {
	if d := c.docs[s.File().Name]; d != nil && s.Start().Line > 0 {
		return d.textRange(s.Start().Offset, s.End().Offset, c.encoding)
	}
	start := c.excerpt(s, s.Start())
	end := start
	switch {
	case s.End().Line == s.Start().Line && s.End().Offset > s.Start().Offset:
		end = c.excerpt(s, s.End())
	case s.End().Line > s.Start().Line:
		end = position{s.End().Line - 1, max(s.End().Col-1, 0)}
	}
	return textRange{start, end}
}

// excerpt returns a position on the line that a span carries. If the line is truncated or missing, it
// counts code points.
func (c *converter) excerpt(s source.Span, p source.Pos) position {
	at, line := position{max(p.Line-1, 0), max(p.Col-1, 0)}, s.Excerpt()
	if n := p.Offset - line.Offset; line.Text != "" && line.Col == 1 && !line.CutLeft && n >= 0 && n <= len(line.Text) {
		at.Character = c.encoding.units(line.Text[:n])
	}
	return at
}

// configError converts an error in a configuration file. Its range is the rest of the word.
func (c *converter) configError(e *config.Error) diagnostic {
	d := diagnostic{Severity: severityError, Code: "configuration", Source: section, Message: e.Message}
	if e.Help != "" {
		d.Message += "; " + e.Help
	}
	at := position{max(e.Line-1, 0), max(e.Col-1, 0)}
	d.Range = textRange{at, at}
	doc := c.docs[e.File]
	if doc == nil {
		return d
	}
	line := doc.line(at.Line)
	from := encodingUTF32.offset(line, at.Character)
	to := from
	for to < len(line) && line[to] != ':' && line[to] != '#' && line[to] != ',' {
		to++
	}
	d.Range = textRange{position{at.Line, c.encoding.units(line[:from])}, position{at.Line, c.encoding.units(line[:to])}}
	return d
}

// errorsOf returns the configuration errors joined in err.
func errorsOf(err error) []*config.Error {
	var one *config.Error
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*config.Error
		for _, e := range many.Unwrap() {
			out = append(out, errorsOf(e)...)
		}
		return out
	}
	if errors.As(err, &one) {
		return []*config.Error{one}
	}
	return nil
}
