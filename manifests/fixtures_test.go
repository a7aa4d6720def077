package manifests

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

var update = flag.Bool("update", false, "write the golden files of fixtures/manifests")

// fixtureDir holds the files that Load is tried on; x.want beside x.yaml says in words what must come out of it.
const fixtureDir = "../fixtures/manifests"

// fixtures are the files of fixtureDir.
func fixtures(t testing.TB) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(fixtureDir, func(path string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err == nil && (ext == ".yaml" || ext == ".json") {
			names = append(names, path)
		}
		return err
	})
	if err != nil || len(names) < 50 {
		t.Fatalf("%d fixtures, %v", len(names), err)
	}
	return names
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	wants, err := filepath.Glob(filepath.Join(fixtureDir, "*", "*.want"))
	more, err2 := filepath.Glob(filepath.Join(fixtureDir, "*.want"))
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	left := append(wants, more...)
	for _, name := range fixtures(t) {
		want := name + ".want"
		left = slices.DeleteFunc(left, func(s string) bool { return s == want })
		t.Run(filepath.ToSlash(strings.TrimPrefix(name, fixtureDir+string(filepath.Separator))), func(t *testing.T) {
			t.Parallel()
			got := describe(loadFile(t, name, Options{}))
			if *update {
				if err := os.WriteFile(want, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			golden, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(golden), got); diff != "" {
				t.Errorf("(-want +got; -update writes it anew):\n%s", diff)
			}
		})
	}
	for _, name := range left {
		t.Errorf("%s belongs to no file", name)
	}
}

func loadFile(t testing.TB, name string, o Options) *Set {
	t.Helper()
	set, err := Load(context.Background(), []Input{{Name: name, Named: true, ChartValues: filepath.Base(filepath.Dir(name)) == "values"}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// describe says in lines what a set holds of one file, leaving out what other tests are about: pull secrets and the parsed references.
func describe(set *Set) string {
	var b strings.Builder
	for _, w := range set.Workloads {
		if len(w.Images)+len(w.Pods) > 0 {
			describeWorkload(&b, w)
		}
	}
	for _, w := range set.Values {
		b.WriteString("values of ")
		describeWorkload(&b, w)
	}
	for _, n := range set.NumberTags {
		fmt.Fprintf(&b, "number %s %s of %q in %s: %s is printed as %q\n", place(n.Span), n.Path, n.Name, title(n.Object), n.Text, n.Printed)
	}
	for _, d := range set.Broken {
		e, ok := d.Err.(*SyntaxError)
		if !ok {
			fmt.Fprintf(&b, "broken with %T: %v\n", d.Err, d.Err)
			continue
		}
		fmt.Fprintf(&b, "broken %s: %s; help: %s\n", place(e.Span), e.Message, e.Help)
	}
	for _, d := range set.Duplicates {
		glued := ""
		if d.MissingSeparator {
			glued = ", glued"
		}
		fmt.Fprintf(&b, "duplicate %s of %s: %s beats %s%s\n", d.Path, title(d.Object), place(d.Span), place(d.First), glued)
	}
	for _, d := range set.Directives {
		fmt.Fprintf(&b, "directive %s %q speaks of line %d", place(d.Span), d.Text, d.Line)
		if d.From > 0 {
			fmt.Fprintf(&b, ", lines %d to %d", d.From, d.To)
		}
		if d.Object != nil {
			fmt.Fprintf(&b, " of %s", title(d.Object))
		}
		b.WriteByte('\n')
	}
	for _, a := range set.Annotated {
		for _, i := range a.Ignores {
			fmt.Fprintf(&b, "annotation %s %s: %q of %s, scope %q\n", place(i.Span), i.Key, i.Value, title(a.Object), i.Scope)
		}
	}
	var names []string
	for _, k := range set.Kustomizations {
		names = append(names, k.Images...)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "kustomized %s\n", name)
	}
	for _, s := range set.Skipped {
		fmt.Fprintf(&b, "skipped line %d: %s\n", s.Line, s.Reason)
	}
	s := set.Stats
	fmt.Fprintf(&b, "%d bytes, %d documents, %d objects, %d unparsed, %d images", s.Bytes, s.Documents, s.Objects, s.Unparsed, s.Images)
	if s.Values > 0 {
		b.WriteString(", values")
	}
	b.WriteByte('\n')
	return b.String()
}

func describeWorkload(b *strings.Builder, w *Workload) {
	fmt.Fprintf(b, "%s at %s", title(w.Object), place(w.Span))
	if w.Doc.Template != "" {
		fmt.Fprintf(b, ", from %s", w.Doc.Template)
	}
	for _, f := range []struct {
		set  bool
		text string
	}{{w.Complete, "whole"}, {w.Outer != nil, "inside of another"}, {w.Doc.Unrendered, "unrendered"}, {w.Context, "context"}} {
		if f.set {
			b.WriteString(", " + f.text)
		}
	}
	b.WriteByte('\n')
	for _, p := range w.Pods {
		fmt.Fprintf(b, "  pod %s, %s", p.Path, p.Confidence)
		if p.Nodes != nil {
			for _, r := range p.Nodes.All {
				fmt.Fprintf(b, ", %s %s %v", [...]string{NodeOS: "os", NodeArch: "arch"}[r.Label], r.Operator, r.Values)
			}
		}
		for _, k := range sortedKeys(p.Annotations) {
			fmt.Fprintf(b, ", %s=%s", k, p.Annotations[k])
		}
		b.WriteByte('\n')
	}
	for _, img := range w.Images {
		describeImage(b, img)
	}
}

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

var (
	stateNames = [...]string{StateString: "written", StateMissing: "missing", StateNull: "null", StateNotString: "not-string", StateTemplate: "template"}
	fieldNames = [...]string{FieldContainer: "container", FieldInit: "init", FieldEphemeral: "ephemeral", FieldVolume: "volume", FieldScalar: "scalar", FieldSplit: "split", FieldMirrored: "mirrored"}
)

func describeImage(b *strings.Builder, img *ImageRef) {
	state := stateNames[img.State]
	if img.ValueType != "" {
		state = img.ValueType
	}
	name := img.Container
	if name == "" {
		name = "-"
	}
	fmt.Fprintf(b, "  %s %s %s %s %s %s %q", place(img.Span), img.Confidence, state, fieldNames[img.Field], img.Path, name, img.Raw)
	if img.Pod == nil {
		b.WriteString(", no pod")
	}
	if img.Untagged {
		b.WriteString(", untagged")
	}
	if img.Remote {
		b.WriteString(", remote")
	}
	if p := img.PullPolicy; p != nil {
		state := stateNames[p.State]
		if p.ValueType != "" {
			state = p.ValueType
		}
		fmt.Fprintf(b, ", policy %s %s %q", place(p.Span), state, p.Value)
	}
	for _, p := range img.Parts() {
		fmt.Fprintf(b, ", %s %s %q", p.Name, place(p.Span), p.Value)
	}
	b.WriteByte('\n')
}

// title names an object.
func title(o *Object) string {
	if o.ValuesFile {
		return "a file"
	}
	name := o.Name
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	return strings.TrimSpace(o.APIVersion + " " + o.Kind + " " + name)
}

// place is a span as line:column-column, columns from 1 with the last one left out; "~" says that it is not the value's own text.
func place(s source.Span) string {
	if s.IsZero() {
		return "nowhere"
	}
	end := fmt.Sprint(s.End().Col)
	if s.End().Line != s.Start().Line {
		end = fmt.Sprintf("%d:%d", s.End().Line, s.End().Col)
	}
	mark := "~"
	if s.Exact() {
		mark = ""
	}
	return fmt.Sprintf("%d:%d-%s%s", s.Start().Line, s.Start().Col, end, mark)
}

// TestFixturePlaces checks every span against the bytes of its file: an exact one holds the value, and each shows its own line.
func TestFixturePlaces(t *testing.T) {
	t.Parallel()
	exact := 0
	for _, name := range fixtures(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		exact += checkPlaces(t, loadFile(t, name, Options{}), data)
	}
	if exact < 150 {
		t.Errorf("%d exact spans: most should be", exact)
	}
}

// bom is the byte order mark in UTF-8.
const bom = "\uFEFF"

// asUTF8 is a file as offsets count its bytes.
func asUTF8(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		order = binary.BigEndian
	default:
		return data
	}
	var units []uint16
	for data = data[2:]; len(data) > 1; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	out := []byte(string(utf16.Decode(units)))
	if len(data) > 0 {
		out = utf8.AppendRune(out, utf8.RuneError) // half a unit
	}
	return out
}

// checkPlaces checks all spans of a set that was read from one file, and returns how many of its images have exact ones.
func checkPlaces(t testing.TB, set *Set, data []byte) (exact int) {
	t.Helper()
	data = asUTF8(data)
	whole := source.Text{File: &source.File{}, Data: bytes.TrimPrefix(data, []byte(bom)), Base: source.Pos{Line: 1, Col: 1}}
	whole.Base.Offset = len(data) - len(whole.Data)
	span := func(what string, s source.Span, value string) {
		if s.IsZero() {
			return
		}
		if s.Start().Offset < 0 || s.End().Offset < s.Start().Offset || s.End().Offset > len(data) {
			t.Fatalf("%s: %d to %d is not within the %d bytes", what, s.Start().Offset, s.End().Offset, len(data))
		}
		for _, p := range []source.Pos{s.Start(), s.End()} {
			if want := whole.Pos(p.Offset - whole.Base.Offset); p != want && !bytes.Contains(data[min(3, len(data)):], []byte(bom)) {
				t.Errorf("%s: offset %d is line %d, column %d; want %d, %d", what, p.Offset, p.Line, p.Col, want.Line, want.Col)
			}
		}
		if got := string(data[s.Start().Offset:s.End().Offset]); s.Exact() && got != value && value != "" { // an image that is missing is at its container's name, whatever that is
			t.Errorf("%s: %q is at %d:%d, want %q", what, got, s.Start().Line, s.Start().Col, value)
		}
		if e := s.Excerpt(); !bytes.HasPrefix(data[e.Offset:], []byte(e.Text)) || source.CountBreaks([]byte(e.Text)) > 0 {
			t.Errorf("%s: the excerpt %q is not at offset %d", what, e.Text, e.Offset)
		}
	}
	for _, n := range set.NumberTags {
		span(n.Path, n.Span, n.Text)
	}
	for _, w := range slices.Concat(set.Workloads, set.Values) {
		name := w.Name
		if name == "" {
			name = "kind" // the key stands for the object then
		}
		span(title(w.Object), w.Span, name)
		for _, img := range w.Images {
			if img.Span.IsZero() {
				t.Errorf("%s of %s is missing", img.Path, title(w.Object))
			}
			value, at := img.Raw, img.Span
			switch {
			case img.Redacted: // the file holds what neither the text nor the excerpt shows
				at = at.WithExcerpt(source.Excerpt{})
				value = string(data[min(img.Span.Start().Offset, len(data)):min(img.Span.End().Offset, len(data))])
			case img.State == StateMissing:
				value = img.Container
			case img.Field == FieldSplit:
				value = ""
				for _, p := range img.Parts() {
					span(img.Path+"."+p.Name, p.Span, p.Value)
					if p.Span.Start() == img.Span.Start() {
						value = p.Value
					}
				}
			case img.State == StateNull && img.Span.Exact():
				value = string(data[img.Span.Start().Offset:img.Span.End().Offset]) // the key, or the word null
			}
			span(img.Path, at, value)
			if img.PullPolicy != nil {
				span(img.PullPolicy.Path, img.PullPolicy.Span, img.PullPolicy.Value)
			}
			if img.Span.Exact() {
				exact++
			}
		}
	}
	for _, d := range set.Directives {
		span("directive", d.Span, d.Text)
	}
	for _, d := range set.Duplicates {
		span("duplicate "+d.Path, d.Span, d.Key)
	}
	for _, d := range set.Broken {
		if e, ok := d.Err.(*SyntaxError); ok {
			span("broken", e.Span, "")
		}
	}
	return exact
}
