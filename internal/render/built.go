package render

import (
	"bytes"
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// kustomizePlaces finds what produced spans of a kustomization's output: an entry of images, a generator, or
// a line in one of its files. It compares text, since kustomize keeps no positions.
func (o *Output) kustomizePlaces(spans []OutputSpan) []Source {
	lines := bytes.Split(o.Data, []byte("\n"))
	files := o.built.index()
	out := make([]Source, len(spans))
	for i, s := range spans {
		line := ""
		if s.Line >= 1 && s.Line <= len(lines) {
			line = strings.TrimSpace(string(lines[s.Line-1]))
		}
		about := ""
		if raw := string(lines[max(min(s.Line, len(lines)), 1)-1]); s.From >= 0 && s.To <= len(raw) && s.From < s.To {
			about = raw[s.From:s.To]
		}
		name := s.Text
		if !s.SkipValues {
			if origin, replaced, ok := o.built.imageEntry(s.Text, about); ok {
				out[i].Origins = append(out[i].Origins, origin)
				if replaced != "" {
					name = replaced
					line = strings.Replace(line, s.Text, replaced, 1)
				}
			} else if origin, ok := o.built.generator(s.Text); ok {
				out[i].Origins = append(out[i].Origins, origin)
			}
		}
		at, ok := files.written(s, line, name)
		if !ok {
			out[i].Template = source.Whole(o.built.kustomizations[0].file)
			continue
		}
		if from := strings.Index(string(lines[s.Line-1]), s.Text); from >= 0 && s.From >= from && name == s.Text {
			at = at.Sub(s.From-from, s.To-from)
		}
		out[i].Template = at
		if len(out[i].Origins) == 0 && !s.SkipValues {
			out[i].Origins = []Origin{{Span: at, Message: fmt.Sprintf("set in %s:%d", at.File().Name, at.Start().Line), Plain: true}}
		}
	}
	return out
}

// texts returns the files of the tree, the kustomizations last.
func (t *tree) texts() []*source.Text {
	var out []*source.Text
	for _, name := range t.files {
		if data, err := readFile(name); err == nil {
			out = append(out, &source.Text{File: &source.File{Name: name}, Data: data, Base: source.Pos{Line: 1, Col: 1}})
		}
	}
	for _, d := range t.kustomizations {
		out = append(out, d.text)
	}
	return out
}

// imageEntry finds the images entry that produced an image: the outermost one whose result matches.
// replaced is the image before the replacement, as far as the entry shows it.
func (t *tree) imageEntry(image, about string) (o Origin, replaced string, ok bool) {
	for _, d := range t.kustomizations {
		for _, e := range yamlnode.Items(yamlnode.Field(d.root, "images")) {
			name, newName, tag, digest := yamlnode.Text(e, "name"), yamlnode.Text(e, "newName"), yamlnode.Text(e, "newTag"), yamlnode.Text(e, "digest")
			base := newName
			if base == "" {
				base = imageref.KustomizeName(name)
			}
			rest, is := strings.CutPrefix(image, base)
			if name == "" || newName+tag+digest == "" || !is || rest != "" && rest[0] != ':' && rest[0] != '@' {
				continue
			}
			if tag != "" && digest == "" && rest != ":"+tag || digest != "" && !strings.HasSuffix(rest, "@"+digest) {
				continue
			}
			key := "newName"
			switch {
			case tag != "" && (newName == "" || strings.Contains(about, tag) && !strings.Contains(about, newName)):
				key = "newTag"
			case digest != "" && newName == "":
				key = "digest"
			}
			n := yamlnode.Field(e, key)
			span := d.span(n)
			return Origin{Span: span, Message: fmt.Sprintf("images sets %s %q in %s:%d, replacing %q", key, n.Value, d.file.Name, span.Start().Line, name)}, name, true
		}
	}
	return Origin{}, "", false
}

// hashed matches the suffix that kustomize appends to generated names.
var hashed = lazy(`-[a-z0-9]{10}$`)

// generator finds the generator that produced a name.
func (t *tree) generator(text string) (Origin, bool) {
	cut := hashed().FindStringIndex(text)
	if cut == nil {
		return Origin{}, false
	}
	for _, d := range t.kustomizations {
		for _, key := range []string{"secretGenerator", "configMapGenerator"} {
			for _, e := range yamlnode.Items(yamlnode.Field(d.root, key)) {
				n := yamlnode.Field(e, "name")
				if n != nil && n.Kind == yaml.ScalarNode && n.Value != "" && strings.HasSuffix(text[:cut[0]], n.Value) {
					span := d.span(n)
					return Origin{Span: span, Message: fmt.Sprintf("%s creates it in %s:%d", key, d.file.Name, span.Start().Line)}, true
				}
			}
		}
	}
	return Origin{}, false
}

// fileLine is a line of a file with its key and value.
type fileLine struct {
	text     *source.Text
	n        int
	key, val string
}

// index holds the lines of files by value; images are those with the key image.
type index struct {
	by     map[string][]fileLine
	images []fileLine
}

// index reads the files of the tree, once for all spans.
func (t *tree) index() *index {
	x := &index{by: map[string][]fileLine{}}
	for _, f := range t.texts() {
		for n := 1; n <= f.Lines(); n++ {
			key, val := pair(strings.TrimSpace(string(f.Data[f.LineStart(n):f.LineEnd(n)])))
			if val == "" {
				continue
			}
			l := fileLine{f, n, key, val}
			x.by[val] = append(x.by[val], l)
			if key == "image" {
				x.images = append(x.images, l)
			}
		}
	}
	return x
}

// written finds the file line with the key and value of a rendered line, preferably in an object of the same
// kind and name. name is the image before an images entry replaced it.
func (x *index) written(s OutputSpan, line, name string) (source.Span, bool) {
	key, val := pair(line)
	var best fileLine
	score := 0
	try := func(l fileLine, at int) {
		if at > 0 && inObject(l.text, l.n, s) {
			at += 4
		}
		if at > score {
			score, best = at, l
		}
	}
	candidates := x.by[val]
	for _, l := range candidates[:min(len(candidates), maxCandidates)] {
		switch {
		case l.key == key:
			try(l, 3)
		case l.key == "value":
			try(l, 2)
		case len(val) > 3:
			try(l, 1)
		}
	}
	if key == "image" && name != "" {
		for _, l := range x.images[:min(len(x.images), maxCandidates)] {
			if strings.HasPrefix(l.val, name+":") || strings.HasPrefix(l.val, name+"@") {
				try(l, 2)
			}
		}
	}
	if score == 0 {
		return source.Span{}, false
	}
	return valueSpan(best.text, best.n, best.val), true
}

// maxCandidates limits the lines compared for one span.
const maxCandidates = 1000

// pair splits a line into its key and value, without quotes and list hyphen.
func pair(line string) (key, val string) {
	line = strings.TrimSpace(strings.TrimPrefix(line, "- "))
	if i := strings.Index(line, " #"); i >= 0 {
		line = strings.TrimSpace(line[:i])
	}
	key, val, ok := strings.Cut(line, ": ")
	if !ok {
		if k, only := strings.CutSuffix(line, ":"); only {
			return k, ""
		}
		key, val = "", line
	}
	val = strings.TrimSpace(val)
	if n := len(val); n >= 2 && (val[0] == '"' || val[0] == '\'') && val[n-1] == val[0] {
		val = val[1 : n-1]
	}
	return strings.Trim(key, `"'`), val
}

// valueSpan returns the span of a line's value.
func valueSpan(f *source.Text, n int, val string) source.Span {
	start := f.LineStart(n)
	raw := string(f.Data[start:f.LineEnd(n)])
	if at := strings.LastIndex(raw, val); val != "" && at >= 0 {
		return f.Span(start+at, start+at+len(val)).WithExact(true)
	}
	return lineSpan(f, n)
}

// inObject reports whether a line is in a document with the kind of a span's object and with a name that is
// part of its name.
func inObject(f *source.Text, n int, s OutputSpan) bool {
	if s.Kind == "" {
		return false
	}
	from, to := n, n
	isEnd := func(n int) bool { return bytes.HasPrefix(f.Data[f.LineStart(n):f.LineEnd(n)], []byte("---")) }
	for from > 1 && !isEnd(from) && n-from < 5000 {
		from--
	}
	for to < f.Lines() && !isEnd(to) && to-n < 5000 {
		to++
	}
	kind, name := false, false
	for i := from; i <= to; i++ {
		k, v := pair(string(f.Data[f.LineStart(i):f.LineEnd(i)]))
		kind = kind || k == "kind" && v == s.Kind
		name = name || k == "name" && v != "" && strings.Contains(s.Name, v)
	}
	return kind && name
}
