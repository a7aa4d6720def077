package report

import (
	"bufio"
	"cmp"
	"io"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// writeSARIF writes a log of one run, with one rule or result per line. Suppressed findings follow the
// others, marked as such, unless Quiet is set: GitHub ignores suppressions and would open an alert for each.
func writeSARIF(w io.Writer, r Report, o Options) error {
	b, enc := bufio.NewWriter(w), newJSONEncoder()
	writeAll(b, []byte(`{"$schema":"`+sarifSchema+`","version":"2.1.0","runs":[`+"\n"+` {"tool":{"driver":`))
	driver, err := enc.encode(newSARIFDriver(o.Version))
	if err != nil {
		return err
	}
	writeAll(b, driver[:len(driver)-1], []byte(`,"rules":`))
	if err := writeItems(b, enc, "  ", len(r.Rules), func(i int) any { return newSARIFRule(&r.Rules[i]) }); err != nil {
		return err
	}
	head, err := enc.encode(newSARIFHead(r))
	if err != nil {
		return err
	}
	writeAll(b, []byte("}},\n  "), head[1:len(head)-1], []byte(",\n"+`  "results":`))
	p := newSARIFPrinter(r, o)
	if err := writeItems(b, enc, "  ", len(p.prints), func(i int) any { return p.result(i) }); err != nil {
		return err
	}
	writeAll(b, []byte("}]}\n"))
	return b.Flush()
}

// newSARIFDriver describes imagelint. A version must begin with a digit (section 3.19.13), and only releases
// have a comparable one.
func newSARIFDriver(version string) sarifDriver {
	d := sarifDriver{Name: "imagelint", FullName: "imagelint: container images in Kubernetes manifests", InformationURI: projectPage, Version: version}
	if number, ok := strings.CutPrefix(version, "v"); ok && number != "" && '0' <= number[0] && number[0] <= '9' {
		d.Version, d.SemanticVersion = number, number
	}
	return d
}

func newSARIFHead(r Report) sarifHead {
	run := sarifInvocation{Successful: len(r.RunErrors) == 0}
	for _, e := range r.RunErrors {
		run.Notifications = append(run.Notifications, sarifNotification{"error", sarifText{Text: sarifMessage(visible(e))}})
	}
	return sarifHead{
		ColumnKind: "unicodeCodePoints",
		Newlines:   []string{"\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"}, // where YAML ends a line
		Bases:      map[string]sarifArtifact{sarifRoot: {Description: &sarifText{Text: "The folder that imagelint ran in."}}},

		Invocations: []sarifInvocation{run},
	}
}

// sarifPrinter turns findings into results.
type sarifPrinter struct {
	findings []*lint.Finding
	prints   []string
	rules    map[string]int // indices by ID
	root     string
}

func newSARIFPrinter(r Report, o Options) *sarifPrinter {
	p := &sarifPrinter{root: o.Root, rules: make(map[string]int, len(r.Rules))}
	for i := range r.Rules {
		p.rules[r.Rules[i].ID] = i
	}
	// One call for both lists, so that no two results have the same fingerprint and those of the findings are
	// the same as in every format.
	all := r.Result.Findings
	if len(r.Result.Suppressed) > 0 && !o.Quiet {
		all = append(append(make([]lint.Finding, 0, len(all)+len(r.Result.Suppressed)), all...), r.Result.Suppressed...)
	}
	p.prints = Fingerprints(all)
	p.findings = make([]*lint.Finding, len(all))
	for i := range all {
		p.findings[i] = &all[i]
	}
	return p
}

func (p *sarifPrinter) result(i int) sarifResult {
	f := p.findings[i]
	index, ok := p.rules[f.Rule]
	if !ok {
		index = -1
	}
	s := sarifResult{
		RuleID: f.Rule, RuleIndex: index, Level: sarifLevel(f.Severity), Message: sarifText{Text: sarifMessage(explained(f))},
		Locations: p.locations(f), Fingerprints: map[string]string{"imagelint/v" + fingerprintVersion: p.prints[i]},
		Suppressions: sarifSuppressions(f),
		Properties:   sarifProperties{Group: f.Group, Container: f.Container, Path: f.Path, Image: f.Image, Source: template(f), Cluster: newJSONCluster(f.Cluster), Advice: f.Advice},
	}
	if f.NoteOf != nil {
		s.Properties.Under = f.NoteOf.Rule
	}
	for _, r := range otherPositions(f) {
		s.Related = append(s.Related, sarifLocation{Physical: p.physical(r.Span), Message: &sarifText{Text: sarifMessage(r.Message)}})
	}
	if fix := p.fix(f.Fix); fix != nil {
		s.Fixes = []sarifFix{*fix}
	}
	return s
}

// sarifLevel returns the SARIF level of a severity.
func sarifLevel(s lint.Severity) string {
	switch s {
	case lint.Error:
		return "error"
	case lint.Info:
		return "note"
	}
	return "warning"
}

// sarifMessage returns text without placeholders, whose braces are doubled (section 3.11.5). It contains no
// links, whose syntax is never used (3.11.6).
func sarifMessage(s string) string {
	return sarifEscapes.Replace(s)
}

var sarifEscapes = strings.NewReplacer("{", "{{", "}", "}}", "](", "] (")

func (p *sarifPrinter) locations(f *lint.Finding) []sarifLocation {
	l := sarifLocation{Physical: p.physical(where(f)), Logical: sarifLogicals(f.Object)}
	if l.Physical == nil && l.Logical == nil {
		return nil
	}
	return []sarifLocation{l}
}

func (p *sarifPrinter) physical(s source.Span) *sarifPhysical {
	if s.File() == nil {
		return nil
	}
	return &sarifPhysical{p.artifact(s.File()), regionOf(s)}
}

func (p *sarifPrinter) artifact(file *source.File) sarifArtifact {
	uri, absolute := fileURI(filePath(file, p.root))
	a := sarifArtifact{URI: uri}
	switch {
	case file.InMemory:
		a.Description = &sarifText{Text: "Standard input."}
	case !absolute:
		a.URIBaseID = sarifRoot
	}
	return a
}

// sarifLogicals names a Kubernetes object: "apps/v1/Deployment/shop/web".
func sarifLogicals(o *manifests.Object) []sarifLogical {
	if o == nil {
		return nil
	}
	name := cmp.Or(o.Name, unnamed)
	parts := []string{o.APIVersion, o.Kind, o.Namespace, name}
	full := make([]string, 0, len(parts))
	for _, part := range parts {
		if part != "" {
			full = append(full, part)
		}
	}
	return []sarifLogical{{visible(name), visible(strings.Join(full, "/")), "resource"}}
}

// fix returns nil if there is nothing to change, or an edit has no position.
func (p *sarifPrinter) fix(fix *lint.Fix) *sarifFix {
	if fix == nil || len(fix.Edits) == 0 {
		return nil
	}
	out := &sarifFix{Description: sarifText{Text: sarifMessage(visible(fix.Title))}, Properties: map[string]bool{"safe": fix.Safe}}
	at := map[string]int{}
	for _, e := range fix.Edits {
		r := regionOf(e.Span)
		if r == nil || r.EndLine == 0 {
			return nil
		}
		artifact := p.artifact(e.Span.File())
		n, ok := at[artifact.URI]
		if !ok {
			n = len(out.Changes)
			at[artifact.URI] = n
			out.Changes = append(out.Changes, sarifChange{Artifact: artifact})
		}
		out.Changes[n].Replacements = append(out.Changes[n].Replacements, sarifReplacement{*r, sarifText{Text: e.New}})
	}
	return out
}

// sarifSuppressions is empty for a finding that is shown: in a log with suppressions, a missing list would
// mean "not known" (section 3.27.23).
func sarifSuppressions(f *lint.Finding) []sarifSuppression {
	if f.Suppressed == "" {
		return []sarifSuppression{}
	}
	kind := "external"
	if f.SuppressedBy == lint.SuppressedByComment || f.SuppressedBy == lint.SuppressedByAnnotation {
		kind = "inSource"
	}
	return []sarifSuppression{{kind, visible(f.Suppressed)}}
}
