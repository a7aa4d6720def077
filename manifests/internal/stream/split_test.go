package stream

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// cut is a Doc in comparable form.
type cut struct {
	Data  string
	Base  source.Pos
	Large bool
}

func cuts(t *testing.T, r io.Reader, limit int) []cut {
	t.Helper()
	s := New(r, &source.File{Name: "x"})
	s.limit = limit
	return allOf(t, s)
}

func allOf(t *testing.T, s *Splitter) []cut {
	t.Helper()
	var out []cut
	for {
		c, err := s.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		s.Place(&c)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, cut{string(c.Data), c.Base, c.TooLarge})
	}
}

func datas(all []cut) []string {
	var out []string
	for _, c := range all {
		out = append(out, c.Data)
	}
	return out
}

func TestSplit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     []string
	}{
		{"nothing", "", nil},
		{"a byte order mark alone", "\uFEFF", nil},
		{"one document", "a: 1\n", []string{"a: 1\n"}},
		{"no newline at the end", "a: 1", []string{"a: 1"}},
		{"two", "a: 1\n---\nb: 2\n", []string{"a: 1\n", "---\nb: 2\n"}},
		{"a marker at the end of the stream", "a: 1\n---", []string{"a: 1\n", "---"}},
		{"a marker at the beginning", "---\na: 1\n", []string{"---\na: 1\n"}},
		{"a comment behind the marker", "a: 1\n--- # x\nb: 2\n", []string{"a: 1\n", "--- # x\nb: 2\n"}},
		{"blanks behind the marker", "a: 1\n--- \t\nb: 2\n", []string{"a: 1\n", "--- \t\nb: 2\n"}},
		{"content behind the marker", "a: 1\n--- {b: 2}\n", []string{"a: 1\n", "--- {b: 2}\n"}},
		{"a block of text behind the marker", "--- |\n text\n---\nb: 2\n", []string{"--- |\n text\n", "---\nb: 2\n"}},
		{"a marker in a block of text that is not indented", "a: |\n  x\n---\n  y\n", []string{"a: |\n  x\n", "---\n  y\n"}},
		{"an indented marker is text", "a: |\n  x\n  ---\n  y\n", []string{"a: |\n  x\n  ---\n  y\n"}},
		{"four dashes are no marker", "a: 1\n----\nb: 2\n", []string{"a: 1\n----\nb: 2\n"}},
		{"dashes and a word are no marker", "a: 1\n---b: 2\n", []string{"a: 1\n---b: 2\n"}},
		{"a marker in a comment is none", "a: 1\n# ---\nb: 2\n", []string{"a: 1\n# ---\nb: 2\n"}},
		{"document end", "a: 1\n...\nb: 2\n", []string{"a: 1\n...\n", "b: 2\n"}},
		{"document end with a comment", "a: 1\n... # over\nb: 2\n", []string{"a: 1\n... # over\n", "b: 2\n"}},
		{"document end at the end", "a: 1\n...", []string{"a: 1\n..."}},
		{"document end, then a marker", "a: 1\n...\n---\nb: 2\n", []string{"a: 1\n...\n", "---\nb: 2\n"}},
		{"dots and a word are no end", "a: 1\n...b\n", []string{"a: 1\n...b\n"}},
		{"directives belong to what follows", "%YAML 1.2\n---\na: 1\n...\n%TAG ! !x\n---\nb: 2\n", []string{"%YAML 1.2\n---\na: 1\n...\n", "%TAG ! !x\n---\nb: 2\n"}},
		{"comments belong to what follows", "# one\n\n---\na: 1\n", []string{"# one\n\n---\na: 1\n"}},
		{"comments behind a marker are a document", "---\n# one\n---\na: 1\n", []string{"---\n# one\n", "---\na: 1\n"}},
		{"CR LF", "a: 1\r\n---\r\nb: 2\r\n", []string{"a: 1\r\n", "---\r\nb: 2\r\n"}},
		{"CR", "a: 1\r---\rb: 2\r", []string{"a: 1\r", "---\rb: 2\r"}},
		{"CR, with comments first", "# one\r---\ra: 1\r", []string{"# one\r---\ra: 1\r"}},
		{"document end with CR LF", "a: 1\r\n...\r\nb: 2", []string{"a: 1\r\n...\r\n", "b: 2"}},
		{"breaks of all kinds", "a: 1\n---\rb: 2\r\n---\nc: 3", []string{"a: 1\n", "---\rb: 2\r\n", "---\nc: 3"}},
		{"ends behind ends", "a: 1\n...\n...\n...\nb: 2", []string{"a: 1\n...\n", "...\n...\n", "b: 2"}},
		{"a byte order mark behind a marker is left out", "a: 1\n---\r\n\uFEFFb: 2\n---\n# x\n\uFEFFc: 3\n", []string{"a: 1\n", "b: 2\n", "---\n# x\n\uFEFFc: 3\n"}},
		{"a byte order mark is left out", "\uFEFFa: 1\n---\nb: 2", []string{"a: 1\n", "---\nb: 2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for name, r := range map[string]io.Reader{
				"whole": strings.NewReader(tt.in), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.in)),
				"data with the end": iotest.DataErrReader(strings.NewReader(tt.in)),
			} {
				if diff := cmp.Diff(tt.want, datas(cuts(t, r, MaxDocument))); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

func TestSplitPlaces(t *testing.T) {
	t.Parallel()
	in := "\uFEFFa: 1\r\n---\r\nb: é\r\n...\r\n%YAML 1.2\r\n---\nc: 3\n---\n"
	want := []source.Pos{{Offset: 3, Line: 1, Col: 1}, {Offset: 9, Line: 2, Col: 1}, {Offset: 26, Line: 5, Col: 1}, {Offset: 46, Line: 8, Col: 1}}
	for name, r := range map[string]io.Reader{"whole": strings.NewReader(in), "byte by byte": iotest.OneByteReader(strings.NewReader(in))} {
		var got []source.Pos
		for _, c := range cuts(t, r, MaxDocument) {
			got = append(got, c.Base)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestSplitLimit puts one document over the limit between two others. Its beginning is kept, and
// later positions are correct.
func TestSplitLimit(t *testing.T) {
	t.Parallel()
	big := "---\nkind: X\n" + strings.Repeat("x: 1\r\n", 50)
	for _, end := range []string{"---\nb: 2\n", "...\r\nb: 2\n", "... " + strings.Repeat("#", 500) + "\r\nb: 2\n", "---"} {
		in := "a: 1\n" + big + end
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(in), "byte by byte": iotest.OneByteReader(strings.NewReader(in))} {
			got := cuts(t, r, 100)
			if len(got) != 3 || !got[1].Large || got[0].Large || got[2].Large {
				t.Fatalf("%s, %q: %+v", name, end, got)
			}
			if head := in[5:105]; got[1].Data != head {
				t.Errorf("%s, %q: kept %q, want %q", name, end, got[1].Data, head)
			}
			last := got[2]
			if want := 1 + source.CountBreaks([]byte(in[:last.Base.Offset])); last.Base.Line != want || !strings.HasSuffix(in, last.Data) || last.Base.Offset+len(last.Data) != len(in) {
				t.Errorf("%s, %q: the document behind it is %+v, want line %d", name, end, last, want)
			}
		}
	}
}

func TestSplitLimitExact(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in    string
		large bool
	}{{"12345678\n-", false}, {"123456789\n-", true}, {"12345678\n\n---\n", false}, {"123456789\n\n---\n", true}, {"1234\n...\n---\n", false}, {"1234\n... \n---", false}, {"1234\n... #\n---", true}} {
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(tt.in), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.in))} {
			if got := cuts(t, r, 10); got[0].Large != tt.large {
				t.Errorf("%s, %q: large %t, want %t", name, tt.in, got[0].Large, tt.large)
			}
		}
	}
}

func TestSplitUTF16(t *testing.T) {
	t.Parallel()
	in := "a: 😀é, 1234567é, 12345678\u0100, 123\u007f\u0080\r\n---\r\nb: 2"
	want := []string{"a: 😀é, 1234567é, 12345678\u0100, 123\u007f\u0080\r\n", "---\r\nb: 2"}
	for name, little := range map[string]bool{"little endian": true, "big endian": false} {
		raw := encodeUTF16("\uFEFF"+in, little)
		s := New(bytes.NewReader(raw), &source.File{})
		for _, w := range want {
			if c, err := s.Next(); err != nil || string(c.Data) != w {
				t.Errorf("%s: %q, %v; want %q", name, c.Data, err, w)
			}
		}
		if s.read != int64(len(raw)) || !s.file.UTF16 {
			t.Errorf("%s: counted %d bytes of %d, UTF-16 %t", name, s.read, len(raw), s.file.UTF16)
		}
		if diff := cmp.Diff(want, datas(cuts(t, iotest.OneByteReader(bytes.NewReader(raw)), MaxDocument))); diff != "" {
			t.Errorf("%s, byte by byte (-want +got):\n%s", name, diff)
		}
	}
	for name, tt := range map[string]struct{ in, want string }{
		"half a code unit":                  {"\xFF\xFEa\x00b", "a\uFFFD"},
		"half a pair at the end":            {"\xFF\xFEa\x00\x3D\xD8", "a\uFFFD"},
		"half a pair":                       {"\xFF\xFE\x3D\xD8a\x00", "\uFFFDa"},
		"the second half of a pair":         {"\xFF\xFE\x00\xDEa\x00", "\uFFFDa"},
		"two first halves and a second one": {"\xFF\xFE\x3D\xD8\x3D\xD8\x00\xDE", "\uFFFD😀"},
	} {
		if got := datas(cuts(t, strings.NewReader(tt.in), MaxDocument)); len(got) != 1 || got[0] != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func encodeUTF16(s string, little bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if little {
			out = append(out, byte(u), byte(u>>8))
		} else {
			out = append(out, byte(u>>8), byte(u))
		}
	}
	return out
}

func TestSplitReadError(t *testing.T) {
	t.Parallel()
	bad := errors.New("disk on fire")
	for name, r := range map[string]io.Reader{
		"at once": iotest.ErrReader(bad), "later": io.MultiReader(strings.NewReader("a: 1\n"), iotest.ErrReader(bad)),
		"in UTF-16":       io.MultiReader(strings.NewReader("\xFF\xFEa\x00"), iotest.ErrReader(bad)),
		"behind a marker": io.MultiReader(strings.NewReader("\n...\r"), iotest.ErrReader(bad)),
	} {
		s := New(r, &source.File{})
		if _, err := s.Next(); !errors.Is(err, bad) {
			t.Errorf("%s: %v, want %v", name, err, bad)
		}
	}
	s := New(idle{}, &source.File{})
	if _, err := s.Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that returns nothing: %v", err)
	}
}

// idle is a reader that never returns anything.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

var anyBreak = regexp.MustCompile("\r\n|[\n\r\u0085\u2028\u2029]")

var markedMark = regexp.MustCompile("^---(\r\n|[\n\r])\uFEFF")

// slowSplit splits a stream by examining each byte.
func slowSplit(data string) []string {
	data = strings.TrimPrefix(data, "\uFEFF")
	marker := func(at int, mark string) bool {
		rest, ok := strings.CutPrefix(data[at:], mark)
		return ok && (rest == "" || strings.ContainsRune(" \t\r\n", rune(rest[0])))
	}
	empty := func(doc string) bool {
		for _, line := range anyBreak.Split(doc, -1) {
			if t := strings.TrimSpace(line); t != "" && t[0] != '#' && line[0] != '%' && !regexp.MustCompile(`^\.\.\.([ \t\r\n]|$)`).MatchString(line) {
				return false
			}
		}
		return true
	}
	var out []string
	start := 0
	for at := 1; at < len(data); at++ {
		if data[at-1] != '\n' && data[at-1] != '\r' || at <= start {
			continue
		}
		switch {
		case marker(at, "---") && (marker(start, "---") || !empty(data[start:at])):
			out, start = append(out, data[start:at]), at
		case marker(at, "..."):
			end := len(data)
			if i := strings.IndexAny(data[at:], "\r\n"); i >= 0 {
				end = at + i + 1
				if data[end-1] == '\r' && end < len(data) && data[end] == '\n' {
					end++
				}
			}
			out, start = append(out, data[start:end]), end
		}
	}
	if start < len(data) {
		out = append(out, data[start:])
	}
	for i, doc := range out {
		out[i] = markedMark.ReplaceAllString(doc, "")
	}
	return out
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"a\n---\nb", "# c\n---\r\n...\r\n\r...\r---", "%YAML\n---\n--- |\n...", "\uFEFF\n---", "...\n...\n---", "\u0085---\n\u2028... x\n---x", "\n...\r0", "00000\r000000000\r---"} {
		f.Add(s, uint8(1))
		f.Add(s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, data string, size uint8) {
		if strings.HasPrefix(data, "\xFF\xFE") || strings.HasPrefix(data, "\xFE\xFF") {
			_ = cuts(t, strings.NewReader(data), MaxDocument)
			return
		}
		whole := cuts(t, strings.NewReader(data), MaxDocument)
		if diff := cmp.Diff(slowSplit(data), datas(whole)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		at := len(data) - len(strings.TrimPrefix(data, "\uFEFF"))
		for _, c := range whole {
			at += strings.Index(data[at:], c.Data) // a byte order mark may be omitted, with the marker before it
			if want := (source.Pos{Offset: at, Line: 1 + source.CountBreaks([]byte(data[:at])), Col: 1}); c.Base != want {
				t.Fatalf("%q is at %v, want %v", c.Data, c.Base, want)
			}
			at += len(c.Data)
		}
		if at != len(data) {
			t.Fatalf("%d bytes of %d came out", at, len(data))
		}
		bits := func() io.Reader { return &drip{strings.NewReader(data), int(size)%7 + 1} }
		if diff := cmp.Diff(whole, cuts(t, bits(), MaxDocument)); diff != "" {
			t.Fatalf("in bits (-whole +bits):\n%s", diff)
		}
		slow := New(bits(), &source.File{Name: "x"})
		slow.skims = false
		if diff := cmp.Diff(whole, allOf(t, slow)); diff != "" {
			t.Fatalf("without a skim (-whole +slow):\n%s", diff)
		}
		limit := int(size) + 1
		if diff := cmp.Diff(cuts(t, strings.NewReader(data), limit), cuts(t, bits(), limit)); diff != "" {
			t.Fatalf("with a limit of %d (-whole +bits):\n%s", limit, diff)
		}
	})
}

// drip is a reader that returns few bytes at a time.
type drip struct {
	r io.Reader
	n int
}

func (d *drip) Read(p []byte) (int, error) { return d.r.Read(p[:min(len(p), d.n)]) }

// The keys that the search for the end of a document sees are those that a search for each key finds, however much each
// read returns.
func TestRootWords(t *testing.T) {
	t.Parallel()
	const plain = "apiVersion: apps/v1\nkind: Deployment\n"
	for _, c := range []struct {
		in   string // the last document counts
		want bool
	}{
		{plain, true},
		{"kind:   \"Deployment\" # x\nmetadata: {}\napiVersion : 'apps/v1'\n", true},
		{"--- # kind: A\n\n# kind: A\n" + plain, true},
		{"# a\n---\n" + plain, false}, // not seen to be a mapping
		{"a: 1\n---\n" + plain, true},
		{"a: 1\n...\n" + plain + "- x\n.x: y\n", true},
		{"a: 1\nkind: B\n---\napiVersion: apps/v1\nannotations: {}\nkind: Deployment\nspec:\n  kind: A\n  apiVersion: b\n", true},
		{plain + "kind: Pod\n", false},
		{plain + "\"kind\": Pod\n", false},
		{plain + "? kind\n: Pod\n", false},
		{plain + "!!str kind: Pod\n", false},
		{"kind: Deployment\nspec: {}\n", false},
		{"apiVersion: apps/v1\nkind: {a: b}\n", false},
		{"apiVersion: apps/v1\nkind:\n  Deployment\n", false},
		{"{\nkind: Deployment,\napiVersion: apps/v1\n}\n", false},
		{"apiVersion: apps/v1\r\nkind: Deployment\r\n", false}, // not noted
		{"a: 1\r\n---\n" + plain, true},
		{"apiVersion: apps/v1\na: 1\nab: 1\nac: 1\nad: 1\nkind: Deployment\n", false}, // too many to note
	} {
		for _, size := range []int{1, 2, 3, 5, 100} {
			s := New(&drip{strings.NewReader(c.in), size}, &source.File{})
			var last Doc
			for {
				d, err := s.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				last = d
				last.Data = bytes.Clone(d.Data)
			}
			version, kind, ok := last.RootWords()
			if ok != c.want || ok && (string(version) != "apps/v1" || string(kind) != "Deployment") {
				t.Errorf("%q, %d bytes at a time: %q, %q, %t", c.in, size, version, kind, ok)
			}
		}
	}
}

// The position of a document does not depend on whether those before it were asked for.
func TestPlaceSome(t *testing.T) {
	in := "\uFEFF# a\n---\na: 1\n\nb: 2\r\n...\n---\nc: 3\n---\n" + strings.Repeat("# a line\n", 20) + "---\nd: 4\n"
	for _, size := range []int{1, 7, 1000} {
		all := cuts(t, &drip{strings.NewReader(in), size}, MaxDocument)
		for skip := range all {
			s := New(&drip{strings.NewReader(in), size}, &source.File{})
			for i := range all {
				c, err := s.Next()
				if err != nil {
					t.Fatal(err)
				}
				if i < skip {
					continue
				}
				if s.Place(&c); c.Base != all[i].Base {
					t.Errorf("%d bytes at a time, first asked for %d: %d is at %v, want %v", size, skip, i, c.Base, all[i].Base)
				}
			}
		}
	}
}

var (
	escape = regexp.MustCompile(`\\[xuU\n\r]`)
	shout  = regexp.MustCompile(`G[eE][lL][iI][nN][tT]|[gG](E[lL]|[eE]L)[iI][nN][tT]|[gG][eE][lL](I[nN]|[iI]N)[tT]|[gG][eE][lL][iI][nN]T`)
)

// What RootWords returns is what RootWord finds, in any text with the line breaks of YAML 1.2, and Notes are what searches for each of them find.
func FuzzRootWords(f *testing.F) {
	f.Add("apiVersion: v1\nkind: Pod\n---\nkind: A\napiVersion: b\n", uint8(3))
	f.Add("# a\n---\nkind : A # b\n\napiVersion: 'b'\nkin", uint8(200))
	f.Add("a: 1\n"+strings.Repeat(" ", 60)+"# imagelint: b\n---\nkind: A\napiVersion: b\nc: \"\\x\"\n", uint8(9))
	f.Add("a\r--- imagelint\n---\n# imageling "+strings.Repeat("gel", 20)+"\n\ngelin\n---\ngelint", uint8(50))
	f.Add("a: ImageLint\n---\nb: gelinT\n---\nc: imagelint, IMAGELINT\n"+strings.Repeat("~", 70)+"GELINt GELIN\n", uint8(4))
	f.Add("kind: A\napiVersion: b\n... # imagelint\nkind: A\napiVersion: b\n... \\\n", uint8(7))
	f.Add("a: \\\"b\\\\\n---\n# a\n\n# b\n%\nk: \"a \\\n  b\"\n---\na: \\", uint8(2))
	f.Add("kind: A\n---\n---\napiVersion: b\n'kind': C\n---\napiVersion: b\nc: 1\n---\nc: 1\n? kind\n: A\napiVersion: b\n", uint8(11))
	f.Add("a: \u00e9\n---\nkind: A\u2028kind: B\n---\n\u0085", uint8(7))
	f.Fuzz(func(t *testing.T, in string, size uint8) {
		isASCII := !strings.ContainsFunc(in, func(r rune) bool { return r > unicode.MaxASCII })
		s := New(&drip{strings.NewReader(in), max(1, int(size))}, &source.File{})
		for {
			d, err := s.Next()
			if err != nil {
				return
			}
			if got, want := d.OnlyComments(), OnlyComments(bytes.TrimPrefix(d.Data, []byte("---"))); got != want {
				t.Errorf("%q: only comments %t, want %t", d.Data, got, want)
			}
			if got, want := d.isBlockMapping(), IsBlockMapping(d.Data); got != want {
				t.Errorf("%q: a block mapping %t, want %t", d.Data, got, want)
			}
			if notes, ok := d.Notes(); ok {
				want := Notes{Escapes: escape.Match(d.Data), Directive: bytes.Contains(d.Data, []byte(directiveWord)), Shout: shout.Match(d.Data)}
				if notes != want || source.HasWideBreaks(d.Data) {
					t.Errorf("%q: %+v, want %+v", d.Data, notes, want)
				}
			}
			version, kind, ok := d.RootWords()
			wantKind, n, _ := RootWord(d.Data, []byte("kind"), 0)
			wantVersion, m, _ := RootWord(d.Data, []byte("apiVersion"), 0)
			if _, noted := d.Notes(); noted && isASCII && d.LacksRootWord() && (n > 0 && m > 0 || !IsBlockMapping(d.Data)) {
				t.Errorf("%q: lacks one of %d kinds and %d versions", d.Data, n, m)
			}
			if !ok || !isASCII {
				continue
			}
			if string(kind) != wantKind || string(version) != wantVersion || n != 1 || m != 1 {
				t.Errorf("%q: %q, %q, want %q, %q (%d, %d)", d.Data, version, kind, wantVersion, wantKind, m, n)
			}
		}
	})
}

// A skim finds the first byte that may matter, at any distance from the end, and nothing behind the end.
func TestSkim(t *testing.T) {
	t.Parallel()
	if !canSkim {
		t.Skip("not for this processor")
	}
	matters := func(data []byte) bool {
		return data[0] == '\n' && strings.IndexByte("-.ika\"'?&!*", data[1]) >= 0 || data[0] == '\r' || data[0] == '\\' && strings.IndexByte(hiding, data[1]) >= 0 || data[0] == 0xC2 || data[0] == 0xE2 || data[0]|' ' == 'g' && data[2]|' ' == 'l'
	}
	for size := range 170 {
		for _, word := range []string{"", "\n ", "\na", "\n-", "\n.", "\n\"", "\n!", "\nb", "\nitems:", "\n\n\n&", "\r", "\\", "\\x", "\\\\u", "\\\n", "\nb\nb\\\"\nk", "\u00e9", "\u00a0", "\u2028", "gel", "gol", "gem", "GEL", "GaL", "g,L", "'eL", "|", "-", "\x80"} {
			for at := 0; at+len(word) <= size; at++ {
				data := []byte(strings.Repeat("~", size) + "\\gel\n!")
				copy(data[at:], word)
				got := skim(data[:size])
				for i := range got {
					if matters(data[i:]) {
						t.Fatalf("%q of %q is not seen", word, data[:size])
					}
				}
				if got > size || got+34 <= size && !matters(data[got:]) {
					t.Fatalf("a skim of %q ends at %d", data[:size], got)
				}
			}
		}
	}
}
