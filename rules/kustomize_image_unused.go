package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// KustomizeImageUnused reports an entry of images in a kustomization that matches no image.
var KustomizeImageUnused = lint.Rule{
	ID: "kustomize-image-unused", Group: "input", Severity: lint.Warning, Levels: "warning; error if it misspells an image that does not exist",
	Check:    checkKustomizeImageUnused,
	Outranks: []string{"image-unknown-official"},
	Doc: lint.Doc{
		Title: `an images entry of a kustomization matches no image`,
		Why:   `kustomize does not report entries that change nothing, so the tag that the entry sets is not the one that runs. Reported if the kustomization was built and nothing in its files has the name.`,
		Bad:   `- name: acme/web`,
		Good:  `- name: ghcr.io/acme/web`,
		Since: "0.1.0",
	},
}

func checkKustomizeImageUnused(p *lint.Pass) {
	built := builtNames(p)
	for _, e := range p.Set.KustomizeImages {
		if e.Used {
			continue
		}
		f := lint.Finding{
			Span: e.Span, Severity: lint.Warning,
			Message: fmt.Sprintf("no image in the kustomization has the name %s, so the entry changes nothing", quote(e.Name)),
			Help:    "use the whole name from the manifests, without a tag, or remove the entry",
		}
		if name := built.meant(e.Name); name != "" {
			at := built.first[name]
			f.Help = fmt.Sprintf("did you mean %s?", quote(name))
			f.Object, f.Container, f.Image = at.workload.Object, at.image.Container, at.image.Raw
			f.Severity = max(f.Severity, unknownSeverity(at.image, name))
		}
		p.Report(f)
	}
}

// mostEntryNames bounds the images that unused entries are compared with.
const mostEntryNames = 1000

// entryNames are the names of images that an entry of images can have.
type entryNames struct {
	names []string
	first map[string]builtImage
}

type builtImage struct {
	workload *manifests.Workload
	image    *manifests.ImageRef
}

// builtNames returns the names of the images of workloads. After a build, those that entries matched have other names.
func builtNames(p *lint.Pass) entryNames {
	out := entryNames{first: map[string]builtImage{}}
	if len(p.Set.KustomizeImages) == 0 {
		return out
	}
	for w, img := range p.Parsed() {
		name, _, _ := strings.Cut(img.Raw, "@")
		if colon := strings.LastIndex(name, ":"); colon > strings.LastIndex(name, "/") {
			name = name[:colon]
		}
		if _, known := out.first[name]; !known && len(out.names) < mostEntryNames {
			out.names, out.first[name] = append(out.names, name), builtImage{w, img}
		}
	}
	return out
}

// meant returns the only name that is one typo away, or "". Names that differ in a digit, such as those of versions, are no typos.
func (n *entryNames) meant(typed string) string {
	out := ""
	for _, name := range n.names {
		kind, got, want := near.SingleEdit(typed, name)
		if kind == near.NoEdit || len(typed) < 4 || isDigit(got) || isDigit(want) {
			continue
		}
		if out != "" {
			return ""
		}
		out = name
	}
	return out
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// unknownSeverity returns the severity that image-unknown-official gives a misspelt official name, or Info.
func unknownSeverity(img *manifests.ImageRef, name string) lint.Severity {
	official, _, ok := catalog.OfficialName(img.Ref.Registry, img.Ref.Repository)
	if _, known := catalog.Builtin().Lookup(img.Ref.Registry, img.Ref.Repository); !ok || known {
		return lint.Info
	}
	_, typo := catalog.Builtin().NearOfficial(official)
	if _, alias := catalog.Alias(name); typo || alias {
		return surelyUnknown(img)
	}
	return lint.Info
}
