package overlay_test

import (
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
)

// FuzzSubstitute: whatever is in an image and in the value of a variable, what comes of it is no longer than the bound, is read as any other text is,
// and each part of it has a place that spells it.
func FuzzSubstitute(f *testing.F) {
	for _, seed := range [][2]string{
		{"ghcr.io/acme/web:${TAG}", "1"}, {"${TAG}${TAG}", "a/b"}, {"${TAG:=x}", ""}, {"${X:=x}${X:-y}", "z"}, {"$${TAG}", "1"}, {"${TAG", "1"}, {"${}", "1"}, {"${TAG}@${TAG}", "user:pw"}, {"é${TAG}é", "ü"},
	} {
		f.Add(seed[0], seed[1])
	}
	file := func(text string) string {
		return strings.NewReplacer("'", "''", "\n", " ", "\r", " ", "\u0085", " ", "\u2028", " ", "\u2029", " ").Replace(text)
	}
	f.Fuzz(func(t *testing.T, image, value string) {
		set := load(t, map[string]string{
			"app/pod.yaml": pod("a", file(image)), "f/ks.yaml": flux + "spec: {path: app, postBuild: {substitute: {TAG: '" + file(value) + "'}}}\n",
		})
		overlay.Substitute(set)
		for _, w := range set.Workloads {
			for _, img := range w.Images {
				check(t, img)
			}
		}
	})
}

func check(t *testing.T, img *manifests.ImageRef) {
	t.Helper()
	if img.Pieces() == nil {
		if img.Assembly != nil && img.Assembly.Unsubstituted != "" && img.Raw != "" {
			t.Errorf("%q is written %q, and has no pieces", img.Raw, img.Assembly.Unsubstituted)
		}
		return
	}
	at := 0
	for _, p := range img.Pieces() {
		if p.From != at || p.To <= p.From {
			t.Fatalf("the pieces of %q do not join: %+v", img.Raw, img.Pieces())
		}
		at = p.To
		if s := p.Span; s.Exact() && s.Excerpt().Text != "" {
			from, to := s.Start().Offset-s.Excerpt().Offset, s.End().Offset-s.Excerpt().Offset
			if to > len(s.Excerpt().Text) {
				continue // the excerpt of a long line is cut
			}
			if text := s.Excerpt().Text[from:to]; text != img.Raw[p.From:p.To] {
				t.Errorf("%q of %q is at the position of %q", img.Raw[p.From:p.To], img.Raw, text)
			}
		}
	}
	if at != len(img.Raw) {
		t.Errorf("the pieces of %q end at %d", img.Raw, at)
	}
	if _, err := imageref.Parse(img.Raw); (err == nil) != (img.Err == nil) {
		t.Errorf("%q is read as %v, and parses as %v", img.Raw, img.Err, err)
	}
}
