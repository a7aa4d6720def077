package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// KustomizeImageUnused reports an entry of images in a kustomization that matches no image, or that sets nothing.
var KustomizeImageUnused = lint.Rule{
	ID: "kustomize-image-unused", Group: "input", Severity: lint.Warning, Levels: "warning; error if it misspells an image that does not exist",
	Check:    checkKustomizeImageUnused,
	Outranks: []string{"image-unknown-official"},
	Doc: lint.Doc{
		Title: `an images entry of a kustomization matches no image, or sets nothing`,
		Why:   `kustomize does not report entries that change nothing, so the tag that the entry sets is not the one that runs. The same applies to an empty newTag, which a script writes if its variable is empty. kustomize compares names with those of images, not of containers, and only in the fields of containers and those that its configurations add.`,
		Bad:   `- name: acme/web`,
		Good:  `- name: ghcr.io/acme/web`,
		Since: "0.1.0",
	},
}

func checkKustomizeImageUnused(p *lint.Pass) {
	built := entryNames{&manifests.Build{Workloads: p.Set.Workloads}, map[*manifests.Build]*buildNames{}}
	for _, e := range p.Set.KustomizeImages {
		if e.Used {
			built.keeps(p, e)
			continue
		}
		f := lint.Finding{
			Span: e.Span, Severity: lint.Warning, FingerprintKey: e.Name, // not the similar image, whose tag changes
			Message: fmt.Sprintf("no image in the kustomization has the name %s, so the entry changes nothing", quote(e.Name)),
			Help:    "use the whole name from the manifests, without a tag, or remove the entry",
		}
		if name, of := built.meant(e); name != "" {
			relate(&f, e.Name, name, of)
		}
		p.Report(f)
	}
}

// keeps reports an entry that leaves an image the tag that it has in the manifests.
func (n *entryNames) keeps(p *lint.Pass, e manifests.KustomizeImage) {
	if e.Kept == "" {
		return
	}
	for _, build := range e.Builds {
		for _, b := range n.of(build).images[withoutTag(e.Kept)] {
			if b.image.Raw != e.Kept || p.Plan.Mutation(b.workload, b.image).Kind != plan.AsWritten {
				continue
			}
			f := lint.Finding{
				Span: e.EmptyAt, Severity: lint.Warning, FingerprintKey: e.Name, Object: b.workload.Object, Container: b.image.Container, Image: b.image.Raw,
				Message: fmt.Sprintf("the entry for %s sets nothing, so %s runs", quote(e.Name), quote(e.Kept)),
				Help:    "add newTag or digest, or remove the entry",
			}
			if e.Empty != "" {
				f.Message = fmt.Sprintf("kustomize ignores the empty %s of the entry for %s, so %s runs", e.Empty, quote(e.Name), quote(e.Kept))
				f.Help = fmt.Sprintf("give %s a value, or remove it: a variable may have been empty", e.Empty)
			}
			p.Report(f)
			return
		}
	}
}

// maxEntryNames bounds the names of images that an unused entry is compared with.
const maxEntryNames = 1000

// entryNames are the images of workloads by their build and by name. After a build, the images that entries renamed have other names.
type entryNames struct {
	all *manifests.Build // the workloads of the set
	in  map[*manifests.Build]*buildNames
}

type buildNames struct {
	names  []string
	images map[string][]builtImage
}

type builtImage struct {
	workload *manifests.Workload
	image    *manifests.ImageRef
}

// of returns the images of a build.
func (n *entryNames) of(build *manifests.Build) *buildNames {
	if in := n.in[build]; in != nil {
		return in
	}
	in := &buildNames{images: map[string][]builtImage{}}
	n.in[build] = in
	for _, w := range build.Workloads {
		for _, img := range w.Images {
			if img.State != manifests.StateString || img.Err != nil {
				continue
			}
			name := withoutTag(img.Raw)
			if in.images[name] == nil {
				in.names = append(in.names, name)
			}
			in.images[name] = append(in.images[name], builtImage{w, img})
		}
	}
	return in
}

// withoutTag cuts the tag and the digest off an image.
func withoutTag(image string) string {
	name, _, _ := strings.Cut(image, "@")
	if colon := strings.LastIndex(name, ":"); colon > strings.LastIndex(name, "/") {
		name = name[:colon]
	}
	return name
}

// meant returns the only name in the builds of an entry that it evidently means, and the images with that name; "" if
// there is none, or more than one.
func (n *entryNames) meant(e manifests.KustomizeImage) (name string, of []builtImage) {
	builds := e.Builds
	if len(builds) == 0 {
		builds = []*manifests.Build{n.all}
	}
	left, similarity := maxEntryNames, notSimilar
	for _, build := range builds {
		in := n.of(build)
		for _, candidate := range in.names {
			if left--; left < 0 {
				return name, of
			}
			l := similarityOf(e.Name, candidate)
			if l == notSimilar && slices.ContainsFunc(in.images[candidate], func(b builtImage) bool { return b.image.Container == e.Name }) {
				l = container
			}
			switch {
			case l == notSimilar || l < similarity:
			case candidate == name:
				of = append(of, in.images[candidate]...)
			case l > similarity:
				similarity, name, of = l, candidate, slices.Clone(in.images[candidate])
			default:
				name, of = "", nil
			}
		}
	}
	return name, of
}

// similarity says how evidently an entry means an image, from unlike to the most evident.
type similarity uint8

const (
	notSimilar similarity = iota
	container             // the name of a container with the image
	typoInEnd             // one letter differs, and the registry is missing
	typo                  // one letter differs
	partly                // the registry or the owner is missing, or too much
	same                  // another spelling of the same repository
)

// similarityOf compares the name of an entry with that of an image. Names that differ in a digit, such as those of
// versions, are not typos.
func similarityOf(typed, name string) similarity {
	bare := withoutTag(typed)
	a, err := imageref.Parse(bare)
	b, err2 := imageref.Parse(name)
	switch {
	case bare == name || err == nil && err2 == nil && a.Name() == b.Name():
		return same
	case strings.HasSuffix(name, "/"+bare) || strings.HasSuffix(bare, "/"+name):
		return partly
	}
	if isTypo(typed, name) {
		return typo
	}
	for end, more := name, strings.Contains(typed, "/"); more; {
		if _, end, more = strings.Cut(end, "/"); more && isTypo(typed, end) {
			return typoInEnd
		}
	}
	return notSimilar
}

func isTypo(typed, name string) bool {
	kind, got, want := near.SingleEdit(typed, name)
	return kind != near.NoEdit && len(typed) >= 4 && !isDigit(got) && !isDigit(want)
}

// relate makes a finding about the images that an unused entry means. What is wrong with their name is then the same
// mistake: the entry would replace it. If the image is the one that is misspelled, the entry is mentioned in a note.
func relate(f *lint.Finding, entry, name string, of []builtImage) {
	first := of[0]
	f.Object, f.Container, f.Image = first.workload.Object, first.image.Container, first.image.Raw
	if name == entry {
		if strings.Contains(first.image.Path, "ontainers[") { // it was inserted after the entries were applied
			return
		}
		f.Message = fmt.Sprintf("kustomize does not replace images in %s of kind %s, so the entry for %s changes nothing", first.image.Path, first.workload.Kind, quote(entry))
		f.Path, f.Help = first.image.Path, "set the image there, or add the field to the images of a kustomize configuration"
		return
	}
	if official, _, ok := catalog.OfficialName(first.image.Ref.Registry, first.image.Ref.Repository); ok {
		if right, typo := catalog.Builtin().NearOfficial(official); typo && right == entry {
			f.Path, f.Help = first.image.Path, fmt.Sprintf("correct the image: %s is a typo of %s", quote(name), quote(entry))
			return
		}
	}
	f.Help = fmt.Sprintf("did you mean %s?", quote(name))
	if similarityOf(entry, name) == notSimilar {
		f.Help += fmt.Sprintf(" %s is the name of a container", quote(entry))
	}
	for _, b := range of {
		f.Severity = max(f.Severity, unknownSeverity(b.image, name))
		f.Covers = append(f.Covers, lint.Subject{Object: b.workload.Object, Container: b.image.Container, Image: b.image.Raw})
	}
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// unknownSeverity returns the severity that image-unknown-official gives a misspelled official name, or Info.
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
