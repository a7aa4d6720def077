package imageref

import (
	// The digest library supports an algorithm only if its hash is linked; the kubelet links these
	// two.
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/distribution/reference"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

// check compares Parse with the library and with its documentation.
func check(t *testing.T, raw string) {
	t.Helper()
	got, err := Parse(raw)
	named, wantErr := reference.ParseNormalizedNamed(raw)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("Parse(%q): %v, but the library says: %v", raw, err, wantErr)
	}
	if _, ok := scan(raw); ok != (wantErr == nil) {
		t.Fatalf("scan(%q) = %v, but the library says: %v", raw, ok, wantErr)
	}
	if err == nil {
		checkRef(t, raw, got, named)
		return
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("Parse(%q): %T is not an *Error", raw, err)
	}
	checkError(t, raw, e, wantErr)
}

// refOf returns the library's result for a reference.
func refOf(named reference.Named) Ref {
	r := Ref{Registry: reference.Domain(named), Repository: reference.Path(named)}
	if t, ok := named.(reference.Tagged); ok {
		r.Tag = t.Tag()
	}
	if d, ok := named.(reference.Digested); ok {
		r.Digest = d.Digest().String()
	}
	return r
}

func checkRef(t *testing.T, raw string, got Ref, named reference.Named) {
	t.Helper()
	if want := refOf(named); got != want || got.Name() != named.Name() {
		t.Fatalf("Parse(%q) = %+v, the library says %+v", raw, got, want)
	}
	canonical := got.Canonical()
	if want := reference.TagNameOnly(named).String(); canonical != want {
		t.Fatalf("Canonical of %q = %q, the library says %q", raw, canonical, want)
	}
	again, err := Parse(canonical)
	if got.Tag == "" && got.Digest == "" {
		got.Tag = "latest"
	}
	if err != nil || again != got {
		t.Fatalf("Parse(%q) = %+v, %v; want %+v", canonical, again, err, got)
	}
	l := Locate(raw)
	written := l.Repository.of(raw)
	if l.Registry != (Range{}) {
		written = l.Registry.of(raw) + "/" + written
	}
	if l.Tag != (Range{}) {
		written += ":" + l.Tag.of(raw)
	}
	if l.Digest != (Range{}) {
		written += "@" + l.Digest.of(raw)
	}
	if written != raw {
		t.Fatalf("Locate(%q) finds the parts of %q", raw, written)
	}
}

func checkError(t *testing.T, raw string, e *Error, wantErr error) {
	t.Helper()
	if e.Raw != Redact(raw) {
		t.Fatalf("Parse(%q): Raw = %q", raw, e.Raw)
	}
	if len(raw) <= maxJudged && e.Kubelet() != wantErr.Error() && (e.Raw == raw || len(e.Kubelet()) != len(wantErr.Error())) {
		t.Fatalf("Parse(%q): Kubelet = %q, want %q", raw, e.Kubelet(), wantErr)
	}
	if e.At.Start < 0 || e.At.Start > e.At.End || e.At.End > len(raw) || e.At.Start == e.At.End && raw != "" {
		t.Fatalf("Parse(%q): At = %v", raw, e.At)
	}
	if utf8.ValidString(raw) && (!utf8.ValidString(raw[:e.At.Start]) || !utf8.ValidString(e.At.of(raw))) {
		t.Fatalf("Parse(%q): At = %v is inside a character", raw, e.At)
	}
	if e.Corrected != "" {
		if _, err := Parse(e.Corrected); err != nil || e.Corrected == raw {
			t.Fatalf("Parse(%q): Mended = %q: %v", raw, e.Corrected, err)
		}
	}
	if e.Safe && e.Corrected == "" {
		t.Fatalf("Parse(%q): a safe correction is empty", raw)
	}
	if e.Detail == "" || len(e.Detail) > 1000 || !utf8.ValidString(e.Detail) || strings.Contains(e.Detail, "does not follow the grammar") {
		t.Fatalf("Parse(%q): Detail = %q", raw, e.Detail)
	}
}

// TestVerdictExhaustive tries every short string of the characters that the grammar distinguishes, and every short
// sequence of the parts of references.
func TestVerdictExhaustive(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	pieces := map[string][]string{
		"characters": {"a", "A", "_", ".", "/", ":", "@"},
		"digests": {
			"a", "B", "1", "+", "-", "sha256", "md5", ":", "@", "0123456789abcdef0123456789abcdef", hex64, "\u212a",
		},
		"words": {
			"a", "B", "docker.io", "index.docker.io", "localhost", "a_b.io", "[::1]", "[AB]", "80", "sha256", hex64, "..", "__", "_",
			"-", ".", "/", ":", "@", "+", "\u212a", "\xff",
		},
	}
	sizes := map[string]int{"characters": 5, "digests": 4, "words": 3}
	for name, alphabet := range pieces {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sequences(alphabet, sizes[name], func(s string) { check(t, s) })
		})
	}
}

func sequences(alphabet []string, n int, f func(string)) {
	var walk func(prefix string, n int)
	walk = func(prefix string, n int) {
		f(prefix)
		if n == 0 {
			return
		}
		for _, piece := range alphabet {
			walk(prefix+piece, n-1)
		}
	}
	walk("", n)
}

func TestVerdictAtLengths(t *testing.T) {
	t.Parallel()
	for n := 240; n <= 260; n++ {
		a := strings.Repeat("a", n)
		for _, s := range []string{
			a, "docker.io/" + a, "index.docker.io/" + a, "a/" + a, "a.io/" + a, "a_b.io/" + a, "A/" + a, a + ".io/b", "localhost/" + a + ":1",
			"a_" + a + ".io/b", "[::1]/" + a,
		} {
			check(t, s)
		}
	}
	for n := 126; n <= 130; n++ {
		check(t, "a:"+strings.Repeat("b", n))
	}
	for _, algorithm := range []string{"sha256", "sha384", "sha512", "md5", "sha256+b64", "SHA256", "a+1", "a.b-c_d+e", "a..b", "1a"} {
		for _, n := range []int{31, 32, 63, 64, 65, 95, 96, 97, 127, 128, 129} {
			check(t, "a@"+algorithm+":"+strings.Repeat("b", n))
			check(t, "a:1@"+algorithm+":"+strings.Repeat("b", n)) // after a tag, an algorithm may have capitals
			check(t, "a@"+algorithm+":"+strings.Repeat("F", n))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, v := range loadVectors(f) {
		if len(v.Image) < 200 {
			f.Add(v.Image)
		}
	}
	for _, d := range diagnoses {
		f.Add(unmarked(d.marked))
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if len(raw) > 2*maxJudged {
			return // the library is slow there
		}
		check(t, raw)
	})
}
