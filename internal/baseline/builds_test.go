package baseline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// inNamespaces returns findings about a Secret that is missing in namespaces, in objects that are written without one; "" is the file on its own.
func inNamespaces(file string, namespaces ...string) []lint.Finding {
	var out []lint.Finding
	for _, ns := range namespaces {
		f := lint.Finding{
			Rule: "missing", FingerprintKey: "regcred", Message: "it is missing", Object: &manifests.Object{Kind: "Pod", Name: "web", Namespace: ns},
			Span: source.Whole(&source.File{Name: file}),
		}
		if ns != "" {
			f.Message, f.Written = fmt.Sprintf("it is missing in namespace %q", ns), &lint.ObjectName{Name: "web"}
		}
		out = append(out, f)
	}
	return out
}

// A finding about one build is another one than that about another build; one about the file on its own is the same as all of them.
func TestCompareBuilds(t *testing.T) {
	t.Parallel()
	whole := []string{"prod", "test"}
	for name, c := range map[string]struct {
		before, after         []string
		file                  string // of the second run
		built                 bool   // the second run builds the object
		fresh, stale, current string // current is what a new baseline has
	}{
		"the same":             {before: whole, after: whole, built: true, current: "prod test"},
		"one more":             {before: whole, after: []string{"dev", "prod", "test"}, built: true, fresh: "dev", current: "dev prod test"},
		"another":              {before: whole, after: []string{"dev", "test"}, built: true, fresh: "dev", stale: "prod", current: "dev test"},
		"one less, built":      {before: whole, after: []string{"test"}, built: true, stale: "prod", current: "test"},
		"one less, not built":  {before: whole, after: []string{"test"}, current: "prod test"},
		"on its own":           {before: whole, after: []string{""}, current: "prod test"},
		"twice on its own":     {before: whole, after: []string{"", ""}, fresh: "-", current: "- prod test"},
		"two of each":          {before: []string{"prod", "prod", "test"}, after: []string{"", ""}, current: "prod prod test"},
		"on its own, of both":  {before: []string{"", "prod"}, after: []string{""}, current: "- prod"},
		"mended on its own":    {before: whole, current: "prod test"},
		"from its own on":      {before: []string{""}, after: whole, built: true, current: "prod test"},
		"renamed":              {before: whole, after: whole, file: "b", built: true, current: "prod test"},
		"renamed, on its own":  {before: whole, after: []string{""}, file: "b", current: "prod test"},
		"nothing known before": {after: []string{""}, fresh: "-", current: "-"},
	} {
		if c.file == "" {
			c.file = "a"
		}
		after := inNamespaces(c.file, c.after...)
		r := &Run{
			Set: &manifests.Set{}, Rel: func(name string) string { return name }, Exists: func(file string) bool { return file == c.file },
			Examined: func(string) bool { return true }, RuleRan: func(string, string, string) bool { return true },
			Written: func(*manifests.Object) (string, lint.ObjectName, bool) {
				return c.file, lint.ObjectName{Name: "web"}, true
			},
		}
		if c.built {
			o := &manifests.Object{Kind: "Pod", Name: "prod-web", Span: source.Whole(&source.File{Name: "prod/kustomization.yaml"})}
			r.Layers = []*manifests.Set{{Workloads: []*manifests.Workload{{Object: o}}}}
		}
		got := Compare(r.Entries(inNamespaces("a", c.before...)), after, r)
		if fresh := buildsOf(r.Entries(got.New)); fresh != c.fresh {
			t.Errorf("%s: new %q, want %q", name, fresh, c.fresh)
		}
		if stale := buildsOf(got.Stale); stale != c.stale {
			t.Errorf("%s: stale %q, want %q", name, stale, c.stale)
		}
		if entries := buildsOf(got.Current); entries != c.current {
			t.Errorf("%s: a new baseline has %q, want %q", name, entries, c.current)
		}
	}
}

func buildsOf(entries []Entry) string {
	var out []string
	for _, e := range Sorted(entries) {
		if e.Build == "" {
			e.Build = "-"
		}
		out = append(out, e.Build)
	}
	return strings.Join(out, " ")
}
