package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/kustomize"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// builtKustomization is the result of a build with the built-in kustomize, including failed builds.
type builtKustomization struct {
	*kustomize.Result
	system        files.FS
	shown, folder string // the folder as displayed, and with links resolved
	texts         map[int]*source.Text
	lines         *source.Text // lines of Data
	heads         []int        // the numbers of the lines of Data that no text of a ConfigMap's key contains
}

// maxParents limits how many folders above its own a kustomization outside of a repository may read.
const maxParents = 3

// readableRoot returns the folder in which a kustomization may read: its repository, otherwise the working
// directory if it contains the kustomization, otherwise a few folders up.
func readableRoot(system files.FS, folder string) (string, error) {
	tree, err := treeOf(system, folder)
	if err != nil {
		return "", err
	}
	if files.RepositoryIn(system, tree) == tree {
		return tree, nil
	}
	for range maxParents - 1 {
		if up := filepath.Dir(tree); filepath.Dir(up) != up {
			tree = up
		}
	}
	if here, err := system.Abs("."); err == nil {
		if here, err = system.EvalSymlinks(here); err == nil && filepath.Dir(here) != here {
			if rel, err := filepath.Rel(here, tree); err == nil && filepath.IsLocal(rel) {
				return here, nil
			}
		}
	}
	return tree, nil
}

// MayRead reports whether the kustomization of a folder may read a file, given by absolute path.
func MayRead(system files.FS, folder, abs string) bool {
	root, err := readableRoot(system, folder)
	if err != nil {
		return false
	}
	real, err := system.EvalSymlinks(abs)
	return err == nil && files.Below(real, root)
}

// make builds a kustomization with the built-in kustomize.
func (r *Renderer) make(ctx context.Context, o *Output) {
	root, err := readableRoot(o.files, o.Path)
	if err != nil {
		o.failed(err)
		return
	}
	abs, err := o.files.Abs(o.Path)
	if err == nil {
		abs, err = o.files.EvalSymlinks(abs)
	}
	if err != nil {
		o.failed(fmt.Errorf("read %s: %w", o.Path, files.Cause(err)))
		return
	}
	res, err := r.builders.build(ctx, o.files, kustomize.Request{Root: root, Folder: abs, Shown: o.Path})
	if err != nil {
		o.failed(err)
		return
	}
	o.made = &builtKustomization{Result: res, system: o.files, shown: o.Path, folder: abs, texts: map[int]*source.Text{}, lines: &source.Text{Data: res.Data}}
	switch {
	case res.Outside != "" && files.RepositoryIn(o.files, root) == root:
		at := o.made.span(res.FailedAt)
		o.failed(fmt.Errorf("%s:%d:%d: %q %w", at.File().Name, at.Start().Line, at.Start().Col, res.Outside, &files.EscapesRootError{Repository: true}))
	case res.Reason != "":
		o.failed(errors.New(res.Reason))
	case len(res.Data) == 0 && len(res.Omitted) > 0:
		o.failed(errors.New(o.made.leftOut(res.Omitted[0])))
	default:
		o.Data = res.Data
	}
}

// Omitted returns the parts of a target that were not rendered, with reasons.
func (o *Output) Omitted() []Omitted {
	if o.made == nil {
		return o.omitted
	}
	var out []Omitted
	for _, l := range o.made.Omitted {
		if l.What != kustomize.OmittedValidator { // a validator would not change anything
			out = append(out, Omitted{Why: o.made.leftOut(l)})
		}
	}
	return out
}

func (m *builtKustomization) leftOut(l kustomize.Omitted) string {
	at := m.name(l.At.File)
	switch l.What {
	case kustomize.OmittedChart:
		return fmt.Sprintf("%s names the chart %q (helmCharts), which kustomize fetches: render it separately", at, l.Text)
	case kustomize.OmittedRemote:
		return fmt.Sprintf("%s names %q, which is not in this tree: remote bases are not fetched; vendor it, or lint the output of kustomize build", at, l.Text)
	}
	return fmt.Sprintf("%s names the plugin %q, which is not run: lint the output of kustomize build", at, l.Text)
}

// name returns a file's name as displayed.
func (m *builtKustomization) name(file int) string {
	if file < 0 || file >= len(m.Files) {
		return m.shown
	}
	return m.path(m.Files[file])
}

func (m *builtKustomization) path(abs string) string {
	rel, err := filepath.Rel(m.folder, abs)
	if err != nil {
		return filepath.ToSlash(abs)
	}
	return join(m.shown, filepath.ToSlash(rel))
}

// text returns the content of a file, which is read on first use.
func (m *builtKustomization) text(file int) *source.Text {
	if t, ok := m.texts[file]; ok {
		return t
	}
	var t *source.Text
	if data, err := readFrom(m.system, m.Files[file]); err == nil {
		t = &source.Text{File: &source.File{Name: m.name(file)}, Data: data, Base: source.Pos{Line: 1, Col: 1}}
	}
	m.texts[file] = t
	return t
}

// span returns a position in the files.
func (m *builtKustomization) span(p kustomize.Span) source.Span {
	if p.File < 0 || p.File >= len(m.Files) {
		return source.Span{}
	}
	t := m.text(p.File)
	if t == nil || p.To > len(t.Data) {
		return source.Whole(&source.File{Name: m.name(p.File)})
	}
	return t.Span(p.From, p.To).WithExact(p.Exact)
}

// places returns where the text of spans was written.
func (m *builtKustomization) places(spans []OutputSpan) []Source {
	out := make([]Source, len(spans))
	for i, s := range spans {
		out[i] = m.source(s)
	}
	return out
}

func (m *builtKustomization) source(s OutputSpan) Source {
	n := max(min(s.Line, m.lines.Lines()), 1)
	start, end := m.lines.LineStart(n), m.lines.LineEnd(n)
	from, to := min(start+max(s.From, 0), end), min(start+max(s.To, 0), end)
	v := m.value(start, end, from)
	if v == nil {
		return m.object(s, start)
	}
	// The scalar's text without quotes, and the part of it that the span covers.
	val := v.Offset
	if q := m.Data[val]; (q == '"' || q == '\'') && val+1 < end {
		val++
	}
	a, b := max(from-val, 0), max(to-val, 0)
	if b <= a || from < v.Offset {
		a, b = 0, end-val
	}
	p := Source{Template: m.part(v, string(m.Data[val:end]), a, b)}
	if from < to && to <= v.Offset {
		if key, ok := m.keyAbove(v.At, string(m.Data[from:to]), string(m.Data[to:v.Offset])); ok {
			p.Template = key
		}
	}
	if s.SkipValues {
		return p
	}
	p.Selected = selectedByName(v)
	switch part := chosen(v.Parts, a, b); {
	case part != nil:
		p.Origins = []Origin{m.entry(part)}
	case v.Generator != "":
		p.Origins = []Origin{{Span: p.Template, Message: fmt.Sprintf("%s creates it in %s:%d", v.Generator, p.Template.File().Name, p.Template.Start().Line)}}
	default:
		p.Origins = []Origin{{Span: p.Template, Message: fmt.Sprintf("set in %s:%d", p.Template.File().Name, p.Template.Start().Line), Plain: true}}
		for i := range v.Entries { // the rest of the image
			p.Origins = append(p.Origins, m.entry(&v.Entries[i]))
		}
	}
	return p
}

// entry describes what an entry of images sets.
func (m *builtKustomization) entry(part *kustomize.Part) Origin {
	span := m.span(part.At)
	return Origin{Span: span, Message: fmt.Sprintf("images sets %s %q in %s:%d, replacing %q", part.Key, part.Value, span.File().Name, span.Start().Line, part.Name), Help: part.Help}
}

// selectedByName reports whether an entry of images selects a value by its name, and keeps that.
func selectedByName(v *kustomize.Value) bool {
	return len(v.Entries) > 0 && !slices.ContainsFunc(v.Entries, func(p kustomize.Part) bool { return p.Key == "newName" })
}

// EditableSpan returns the source position of exactly the text of a span, so that the text can be replaced
// there. It returns false for charts and for generated text.
func (o *Output) EditableSpan(s OutputSpan) (source.Span, bool) {
	m := o.made
	if m == nil || m.WithoutOrigins || s.Line < 1 || s.Line > m.lines.Lines() || s.From < 0 || s.To <= s.From {
		return source.Span{}, false
	}
	start, end := m.lines.LineStart(s.Line), m.lines.LineEnd(s.Line)
	from, to := start+s.From, start+s.To
	v := m.value(start, end, from)
	if v == nil || v.Generator != "" || to > end {
		return source.Span{}, false
	}
	val := v.Offset
	if q := m.Data[val]; q == '"' || q == '\'' {
		val++
	}
	a, b := from-val, to-val
	if a < 0 {
		return source.Span{}, false
	}
	text := string(m.Data[from:to])
	for _, part := range v.Parts {
		switch {
		case part.From <= a && b <= part.To && part.At.Exact && part.To-part.From == len(part.Value) && part.Value[a-part.From:b-part.From] == text:
			return m.span(part.At).Sub(a-part.From, b-part.From), true
		case part.From < b && part.To > a:
			return source.Span{}, false
		}
	}
	whole := m.span(v.At)
	t := m.texts[v.At.File]
	if !v.At.Exact || t == nil {
		return source.Span{}, false
	}
	written := string(t.Data[v.At.From:v.At.To])
	if len(v.Entries) > 0 && a < len(imageref.KustomizeName(written)) {
		return source.Span{}, false // an entry selects it by this name, and would not match another one
	}
	if b > len(written) || written[a:b] != text || len(v.Parts) == 0 && (val+len(written) > end || string(m.Data[val:val+len(written)]) != written) {
		return source.Span{}, false
	}
	return whole.Sub(a, b), true
}

// chosen returns the part of an image that the range a..b is about: one that makes the image invalid, or contains the range, or overlaps with it,
// or follows the separator that is the range. It returns nil if there is none.
func chosen(parts []kustomize.Part, a, b int) *kustomize.Part {
	for _, isMeant := range []func(*kustomize.Part) bool{
		func(p *kustomize.Part) bool { return p.Help != "" },
		func(p *kustomize.Part) bool { return a >= p.From && b <= p.To },
		func(p *kustomize.Part) bool { return a < p.To && b > p.From },
		func(p *kustomize.Part) bool { return b == p.From && p.Key != "newName" },
	} {
		for i := range parts {
			if isMeant(&parts[i]) {
				return &parts[i]
			}
		}
	}
	return nil
}

// part returns the position of a part of a value, if the source has the same text there.
func (m *builtKustomization) part(v *kustomize.Value, val string, a, b int) source.Span {
	whole := m.span(v.At)
	t := m.texts[v.At.File]
	if !v.At.Exact || t == nil || b > len(val) {
		return whole
	}
	written := string(t.Data[v.At.From:v.At.To])
	if b <= len(written) && written[a:b] == val[a:b] && strings.HasPrefix(val, written) {
		return whole.Sub(a, b)
	}
	return whole
}

// value returns the scalar on a line: the one at or before an offset if there are several.
func (m *builtKustomization) value(start, end, from int) *kustomize.Value {
	i := sort.Search(len(m.Values), func(i int) bool { return m.Values[i].Offset > from }) - 1
	if i >= 0 && m.Values[i].Offset >= start {
		return &m.Values[i]
	}
	if i++; i < len(m.Values) && m.Values[i].Offset < end {
		return &m.Values[i]
	}
	return nil
}

// object returns the position of something without its own scalar: the next scalar below it, or the object.
func (m *builtKustomization) object(s OutputSpan, start int) Source {
	i := m.objectAt(start)
	if i < 0 {
		return Source{Template: m.file()}
	}
	end := len(m.Data)
	if i+1 < len(m.Objects) {
		end = m.Objects[i+1].From
	}
	o := &m.Objects[i]
	n := sort.Search(len(m.Values), func(i int) bool { return m.Values[i].Offset > start })
	if o.Generator == "" && n < len(m.Values) && m.Values[n].Offset < end && isNested(m.Data, start, m.Values[n].Offset) {
		at := m.Values[n].At
		line, _, _ := strings.Cut(string(m.Data[start:end]), "\n")
		if name, _, ok := strings.Cut(strings.TrimLeft(line, " -"), ":"); ok {
			if key, ok := m.keyAbove(at, name, ":"); ok {
				return Source{Template: key}
			}
		}
		return Source{Template: m.span(at)}
	}
	if !o.HasOrigin {
		return Source{Template: m.file()}
	}
	if at, ok := m.input(o, s, start); ok {
		p := Source{Template: at}
		if !s.SkipValues {
			p.Origins = []Origin{{Span: at, Message: fmt.Sprintf("%s takes it from %s:%d", o.Generator, at.File().Name, at.Start().Line)}}
		}
		return p
	}
	p := Source{Template: m.span(o.At)}
	if o.Generator == "" {
		if key, ok := m.key(o.At, start); ok {
			p.Template = key
		}
	}
	if o.Generator != "" && !s.SkipValues {
		p.Origins = []Origin{{Span: p.Template, Message: fmt.Sprintf("%s creates it in %s:%d", o.Generator, p.Template.File().Name, p.Template.Start().Line)}}
	}
	return p
}

// textIndent is how far the text of a ConfigMap's key is indented in the output, and keyIndent how far the key is.
const keyIndent, textIndent = 2, 4

// input returns the position of a span in the file that a ConfigMap's key is generated from. It returns false if that file does not have the same line.
func (m *builtKustomization) input(o *kustomize.Object, s OutputSpan, start int) (source.Span, bool) {
	if len(o.Inputs) == 0 {
		return source.Span{}, false
	}
	n := m.lines.LineAt(start)
	head := m.headAbove(n)
	if head == 0 || head == n {
		return source.Span{}, false
	}
	key, style, _ := strings.Cut(strings.TrimSpace(m.line(m.lines, head)), ": ")
	if style != "|" && style != "|-" && style != "|+" {
		return source.Span{}, false
	}
	i := slices.IndexFunc(o.Inputs, func(in kustomize.Input) bool { return in.Key == strings.Trim(key, `"'`) })
	if i < 0 {
		return source.Span{}, false
	}
	t, built := m.text(o.Inputs[i].File), m.line(m.lines, n)
	if t == nil || n-head > t.Lines() || len(built) < textIndent || built[textIndent:] != m.line(t, n-head) {
		return source.Span{}, false
	}
	if s.To <= s.From || s.From < textIndent {
		if s.From = strings.Index(built, s.Text); s.Text == "" || s.From < 0 { // an image written in parts
			s.From, s.Text = 0, ""
		}
		s.To = s.From + len(s.Text)
		s = s.with(built)
	}
	from := t.LineStart(n-head) - textIndent
	return t.Span(from+max(s.From, textIndent), from+max(min(s.To, len(built)), textIndent)).WithExact(true), true
}

// line returns a line of a text.
func (m *builtKustomization) line(t *source.Text, n int) string {
	return strings.TrimRight(string(t.Data[t.LineStart(n):t.LineEnd(n)]), "\r")
}

// headAbove returns the number of the last line at or above one that no text of a ConfigMap's key contains, or 0.
func (m *builtKustomization) headAbove(n int) int {
	if m.heads == nil {
		for i := 1; i <= m.lines.Lines(); i++ {
			if line := m.line(m.lines, i); line != "" && len(line)-len(strings.TrimLeft(line, " ")) <= keyIndent {
				m.heads = append(m.heads, i)
			}
		}
	}
	i := sort.SearchInts(m.heads, n+1) - 1
	if i < 0 {
		return 0
	}
	return m.heads[i]
}

// objectAt returns the number of the object that contains an offset in the output, or -1.
func (m *builtKustomization) objectAt(offset int) int {
	return sort.Search(len(m.Objects), func(i int) bool { return m.Objects[i].From > offset }) - 1
}

// ObjectName is the namespace and the name of an object in a file.
type ObjectName struct{ Namespace, Name string }

// Written returns the file that an object of the output of a kustomization was written in, given by an offset in the object, and its namespace and name
// there, which do not depend on what is built from the file. It returns false if that is not known.
func (o *Output) Written(offset int) (file string, name ObjectName, ok bool) {
	if o.made == nil {
		return "", name, false
	}
	i := o.made.objectAt(offset)
	if i < 0 || o.made.Objects[i].Name == "" {
		return "", name, false
	}
	at := &o.made.Objects[i]
	return o.made.name(at.At.File), ObjectName{at.Namespace, at.Name}, true
}

// Patched returns the object that a patch names, given by a place in its file. It returns false if there is no such patch.
func (o *Output) Patched(at source.Span) (name ObjectName, ok bool) {
	if o.made == nil || at.File() == nil {
		return name, false
	}
	from := at.Start().Offset
	for i := range o.made.Patches {
		if p := &o.made.Patches[i]; p.At.From <= from && from <= p.At.To && o.made.name(p.At.File) == at.File().Name {
			return ObjectName{p.Namespace, p.Name}, true
		}
	}
	return name, false
}

// WrittenName returns the name that people wrote for the object at a line of the output, or "" if that is not known.
func (o *Output) WrittenName(line int) string {
	m := o.made
	if m == nil || m.WithoutOrigins || line < 1 || line > m.lines.Lines() {
		return ""
	}
	start := m.lines.LineStart(line)
	i := m.objectAt(start)
	if i < 0 || !m.Objects[i].HasOrigin || !m.Objects[i].At.Exact {
		return ""
	}
	at := m.Objects[i].At
	if t := m.text(at.File); t != nil && at.From >= 0 && at.From <= at.To && at.To <= len(t.Data) {
		return string(t.Data[at.From:at.To])
	}
	return ""
}

// key returns the position of the key on a line of output in the document of the source file that an object is from. It returns false unless the
// document has that key once. Annotations and the data of Secrets have no scalars with known origins.
func (m *builtKustomization) key(object kustomize.Span, start int) (source.Span, bool) {
	t := m.text(object.File)
	line, _, _ := bytes.Cut(m.Data[start:], []byte("\n"))
	key, _, ok := bytes.Cut(bytes.TrimLeft(line, " -"), []byte(":"))
	if key = bytes.Trim(key, `"'`); t == nil || object.To > len(t.Data) || !ok || len(key) == 0 {
		return source.Span{}, false
	}
	from, to := bytes.LastIndex(t.Data[:object.From], []byte("\n---"))+1, len(t.Data)
	if n := bytes.Index(t.Data[object.To:], []byte("\n---")); n >= 0 {
		to = object.To + n
	}
	found := -1
	for at := from; ; at++ {
		n := bytes.Index(t.Data[at:to], key)
		if n < 0 {
			break
		}
		at += n
		before, after := t.Data[max(at-1, 0)], bytes.TrimLeft(t.Data[at+len(key):to], `"'`)
		if bytes.HasPrefix(after, []byte(":")) && (at == 0 || bytes.IndexByte([]byte(" \n\"'{,"), before) >= 0) {
			if found >= 0 {
				return source.Span{}, false
			}
			found = at
		}
	}
	if found < 0 {
		return source.Span{}, false
	}
	return t.Span(found, found+len(key)), true
}

// maxAbove limits how far above a scalar its key is searched for, in bytes.
const maxAbove = 4 << 10

// keyAbove returns the position of a key of the output in a source file, given the position of the first scalar below it there. rest is what follows
// the key in the output.
func (m *builtKustomization) keyAbove(below kustomize.Span, key, rest string) (source.Span, bool) {
	t := m.text(below.File)
	key = strings.Trim(key, `"'`)
	if t == nil || below.From > len(t.Data) || key == "" || strings.ContainsAny(key, ":\n ") || !strings.HasPrefix(strings.TrimLeft(rest, `"'`), ":") {
		return source.Span{}, false
	}
	begin := max(0, below.From-maxAbove)
	for text := t.Data[begin:below.From]; ; {
		at := bytes.LastIndex(text, []byte(key))
		if at < 0 {
			return source.Span{}, false
		}
		after := bytes.TrimLeft(bytes.TrimLeft(t.Data[begin+at+len(key):], `"'`), " ")
		if bytes.HasPrefix(after, []byte(":")) && (begin+at == 0 || bytes.IndexByte([]byte(" \n\"'{,-"), t.Data[begin+at-1]) >= 0) {
			return t.Span(begin+at, begin+at+len(key)).WithExact(true), true
		}
		text = text[:at]
	}
}

// isNested reports whether the line at offset is indented below the line that begins at start.
func isNested(data []byte, start, offset int) bool {
	line := offset
	for line > 0 && data[line-1] != '\n' {
		line--
	}
	return line > start && indent(data[line:]) >= indent(data[start:])
}

// indent returns the indentation of a line, including list hyphens.
func indent(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " -")) }

// file returns the outermost kustomization's file.
func (m *builtKustomization) file() source.Span {
	return source.Whole(&source.File{Name: join(m.shown, kustomizationFile(m.system, m.folder))})
}

// File returns the name under which the output is reported: the kustomization file, or the chart's folder or
// archive.
func (o *Output) File() string {
	if o.Kind != Kustomization {
		return o.Path
	}
	return join(o.Path, kustomizationFile(o.files, o.Path))
}

// UsedFiles returns the files that went into the build, with the names that walk gives them. After a failed
// build it returns only those that are not complete manifests.
func (o *Output) UsedFiles() []UsedFile {
	if o.made == nil {
		return nil
	}
	abs, err := o.files.Abs(o.Path)
	if err != nil {
		return nil
	}
	var out []UsedFile
	for _, n := range o.made.FileUses {
		if o.Reason != "" && (n.Role == kustomize.AsResource || n.Role == kustomize.AsKustomization) {
			continue
		}
		rel, err := filepath.Rel(o.made.folder, n.File)
		if err != nil {
			continue
		}
		if u := (UsedFile{File: filepath.Join(abs, rel), Role: string(n.Role)}); !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// UsedFile is a file that a kustomization names, by absolute path.
type UsedFile struct{ File, Role string }

// IsKustomization reports whether the file is a kustomization that was built.
func (u UsedFile) IsKustomization() bool { return u.Role == string(kustomize.AsKustomization) }

// AsPatch is the role of a patch, AsResource that of a file of objects.
const (
	AsPatch    = string(kustomize.AsPatch)
	AsResource = string(kustomize.AsResource)
)

// KustomizeImage is an entry in a kustomization's images.
type KustomizeImage struct {
	Span source.Span
	Name string
	Used bool
	// Kept and Empty are as in kustomize.Image. EmptyAt is the position of Empty, or that of the name.
	Kept, Empty string
	EmptyAt     source.Span
}

// KustomizeImages returns the images entries of all kustomizations in the build. It returns none if something
// was omitted, if origins are unknown, or for a component that is built on its own, whose entries may be for
// images of other kustomizations.
func (o *Output) KustomizeImages() []KustomizeImage {
	if o.made == nil || o.Reason != "" || o.IsComponent() || len(o.Omitted()) > 0 || o.made.WithoutOrigins {
		return nil
	}
	out := make([]KustomizeImage, 0, len(o.made.Images))
	for _, e := range o.made.Images {
		img := KustomizeImage{Span: o.made.span(e.At), Name: e.Name, Used: e.Used, Kept: e.Kept, Empty: e.Empty}
		if img.Kept != "" {
			img.EmptyAt = o.made.span(e.EmptyAt)
		}
		out = append(out, img)
	}
	return out
}

// Fields returns the fields that kustomize configurations declare to be images, by kind.
func (o *Output) Fields() []kustomize.Field {
	if o.made == nil {
		return nil
	}
	return o.made.Fields
}

// objectHead matches the first lines of a built object.
var objectHead = lazy(`(?m)^(apiVersion|kind): (.*)$`)

// Groups returns the API groups of the objects that have a field.
func (o *Output) Groups(f kustomize.Field) []string {
	if f.Group != "" {
		return []string{f.Group}
	}
	var out []string
	version := ""
	for _, m := range objectHead().FindAllSubmatch(o.Data, -1) {
		if string(m[1]) == "apiVersion" {
			version = string(m[2])
			continue
		}
		group, _, ok := strings.Cut(version, "/")
		if !ok {
			group = ""
		}
		if string(m[2]) == f.Kind && !slices.Contains(out, group) {
			out = append(out, group)
		}
	}
	return out
}

// Bases returns the folders that a kustomization builds on, by absolute path.
func (o *Output) Bases() []string {
	if o.made == nil {
		return nil
	}
	return o.made.Folders
}
