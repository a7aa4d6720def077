package lint

import (
	"slices"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
)

// What is said of a reference beside an error is grouped under it; what is said of another one, or of another container, is not.
func TestUnder(t *testing.T) {
	t.Parallel()
	web, api := &manifests.Object{Name: "web"}, &manifests.Object{Name: "api"}
	findings := []Finding{
		{Severity: Warning, Object: web, Path: "a", Image: "x"},
		{Severity: Error, Object: web, Path: "a", Image: "x"},
		{Severity: Error, Object: web, Path: "a", Image: "x"},
		{Severity: Info, Object: web, Path: "b", Image: "x"},
		{Severity: Info, Object: api, Path: "a", Image: "x"},
		{Severity: Info, Object: web, Path: "a"},
		{Severity: Info},
	}
	if got, want := primaryFindings(findings), []int{1, -1, -1, -1, -1, -1, -1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// What follows from a decision stands under the finding about it, in whatever order they come; a more severe one never does.
func TestUnderDecision(t *testing.T) {
	t.Parallel()
	web := &manifests.Object{Name: "web"}
	on := func(rule, container string, s Severity, outranks ...string) Finding {
		return Finding{Rule: rule, Severity: s, Object: web, Container: container, Image: "x:latest", Outranks: outranks}
	}
	findings := []Finding{
		on("latest", "a", Warning),
		on("unknown", "a", Warning, "latest"),
		on("never", "a", Warning, "latest", "unknown"),
		on("latest", "b", Warning),
		on("never", "c", Warning, "unknown"),
		on("unknown", "c", Error, "latest"),
	}
	if got, want := primaryFindings(findings), []int{2, 2, -1, -1, -1, -1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Neither advice nor a policy is why a pull fails, so nothing stands under it, and it stands under what is, whatever its severity was set to.
func TestUnderAdvice(t *testing.T) {
	t.Parallel()
	web := &manifests.Object{Name: "web"}
	findings := []Finding{
		{Severity: Error, Object: web, Path: "a", Image: "x", Advice: true},
		{Severity: Warning, Object: web, Path: "a", Image: "x"},
		{Severity: Error, Object: web, Path: "b", Image: "x", Advice: true},
		{Severity: Error, Object: web, Path: "b", Image: "x"},
		{Severity: Error, Object: web, Path: "c", Image: "x", Own: true},
		{Severity: Warning, Object: web, Path: "c", Image: "x"},
	}
	LinkNotes(findings)
	for i, want := range []*Finding{nil, nil, &findings[3], nil, nil, nil} {
		if findings[i].NoteOf != want {
			t.Errorf("%d: %+v, want %+v", i, findings[i].NoteOf, want)
		}
	}
}

// A finding that covers several images has the notes of all of them.
func TestUnderCovered(t *testing.T) {
	t.Parallel()
	web, api := &manifests.Object{Name: "web"}, &manifests.Object{Name: "api"}
	unknown := func(o *manifests.Object) Finding {
		return Finding{Rule: "unknown", Severity: Warning, Object: o, Container: "a", Image: "x"}
	}
	entry := unknown(web)
	entry.Rule, entry.Outranks, entry.Covers = "entry", []string{"unknown"}, []Subject{{api, "a", "x"}}
	findings := []Finding{unknown(web), entry, unknown(api), {Rule: "other", Severity: Warning, Object: api, Container: "a", Image: "x"}}
	if got, want := primaryFindings(findings), []int{1, -1, 1, -1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A joined finding stands for the images of all findings that were joined, whichever of them came first.
func TestUnderJoined(t *testing.T) {
	t.Parallel()
	web, api := &manifests.Object{Name: "web"}, &manifests.Object{Name: "api"}
	on := func(rule string, s Severity, o *manifests.Object, joined ...Subject) Finding {
		return Finding{Rule: rule, Severity: s, Object: o, Container: "a", Path: "p", Image: "x", Joined: joined}
	}
	outranks := func(f Finding, rule string) Finding {
		f.Outranks = []string{rule}
		return f
	}
	also := Subject{api, "a", "x"}
	for _, findings := range [][]Finding{
		{outranks(on("entry", Error, api), "unknown"), on("unknown", Error, web, also)},
		{outranks(on("unknown", Warning, web, also), "latest"), on("latest", Warning, api)},
		{on("uppercase", Error, web, also), on("missing", Warning, api)},
		{on("uppercase", Error, api), on("missing", Warning, web, also)},
	} {
		if got, want := primaryFindings(findings), []int{-1, 0}; !slices.Equal(got, want) {
			t.Errorf("%s and %s: %v, want %v", findings[0].Rule, findings[1].Rule, got, want)
		}
	}
}
