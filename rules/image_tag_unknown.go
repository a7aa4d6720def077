package rules

import (
	"fmt"
	"path"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageTagUnknown reports a tag that was never published.
var ImageTagUnknown = lint.Rule{
	ID: "image-tag-unknown", Group: "suspicious-reference", Severity: lint.Error, Levels: "error; warning if it is only very likely",
	Check: knowing(catalog.Builtin, checkImageTagUnknown), ChecksEntries: true,
	Doc: lint.Doc{
		Title: `tag was never published`,
		Why:   `The built-in catalog contains every tag that Docker Official Images and Kubernetes' control plane (kube-apiserver and the like, from v1.16 on) ever had, and the release tags of some 700 other images, up to its date. A tag that is not in it may be newer than the catalog, so it is reported only if it cannot be: its version line has ended, a word in it is misspelled, it lacks a "v" or has one too many, or the image gets no more tags. A tag that was never built for the platform of the nodes is reported as well. In a mirror that probe.mirrors of the configuration names, it is a warning for a Docker Official Image without library/, which may be one of the mirror's own. Run "imagelint catalog learn" to add the tags of your own registries.`,
		Bad:   `image: nginx:1.14.22`,
		Good:  `image: nginx:1.14.2`,
		Since: "0.1.0",
	},
}

func checkImageTagUnknown(p *lint.Pass, k *catalogKnowledge) {
	for w, img := range p.Parsed() {
		if img.Ref.Digest != "" || p.IsLocal(img) {
			continue
		}
		if f, ok := k.unknownTag(img); ok {
			p.ReportImage(w, img, f)
		} else if f, ok := k.missingPlatform(p, img); ok {
			p.ReportImage(w, img, f)
		}
	}
}

// catalogKnowledge looks up images in the catalog, and caches what it unpacks during one run of a rule.
type catalogKnowledge struct {
	open   func() *catalog.Catalog
	judges map[string]*catalog.Judge
	tags   map[string]*catalog.Tag
	said   map[string]aboutLatest
}

// tag returns what the catalog has about a tag, or nil.
func (k *catalogKnowledge) tag(im *catalog.Image, name string) *catalog.Tag {
	key := im.Name + ":" + name
	t, asked := k.tags[key]
	if !asked {
		if k.tags == nil {
			k.tags = map[string]*catalog.Tag{}
		}
		if tag, ok := im.Tag(name); ok {
			t = &tag
		}
		k.tags[key] = t
	}
	return t
}

// image returns the catalog's entry for an image.
func (k *catalogKnowledge) image(img *manifests.ImageRef) (catalog.Image, bool) {
	return k.open().Lookup(img.Ref.Registry, img.Ref.Repository)
}

func (k *catalogKnowledge) judge(im *catalog.Image, tag string) catalog.Verdict {
	j := k.judges[im.Name]
	if j == nil {
		if k.judges == nil {
			k.judges = map[string]*catalog.Judge{}
		}
		j = im.Judge()
		k.judges[im.Name] = j
	}
	return j.Tag(tag)
}

// severity returns the severity of a finding that proves that an image is not in its repository. It is at most a warning for a name without an owner
// below a mirror of Docker Hub: that is where a mirror that is also pushed to has images of its own.
func (k *catalogKnowledge) severity(img *manifests.ImageRef) lint.Severity {
	s := capIfNeverPulled(img, byConfidence(img))
	if k.open().IsShortOfHub(img.Ref.Registry, img.Ref.Repository) {
		s = min(lint.Warning, s)
	}
	return s
}

// move returns what happened to the place of an image. If that is a copy, of is the original that it happened to.
func (k *catalogKnowledge) move(ref imageref.Ref) (m catalog.Move, of *catalog.Original, ok bool) {
	return k.open().LookupMove(ref.Registry, ref.Repository, ref.Tag, ref.Digest != "")
}

// unknownTag returns the finding for a tag that was never published. It ignores "latest", which has its own rules.
func (k *catalogKnowledge) unknownTag(img *manifests.ImageRef) (lint.Finding, bool) {
	tag := img.Ref.Tag
	if tag == "" || tag == "latest" || mangled(tag) {
		return lint.Finding{}, false
	}
	v, im := catalog.JudgeDistroless(img.Ref.Registry, img.Ref.Repository, tag), catalog.Image{}
	if known, ok := k.image(img); ok {
		v, im = k.judge(&known, tag), known
	}
	if v.State != catalog.NeverPublished {
		return lint.Finding{}, false
	}
	at := imageref.Locate(img.Raw).Tag
	f := lint.Finding{
		Severity: k.severity(img), Span: img.At(at.Start, at.End),
		Message: fmt.Sprintf("image %s %s", quote(img.Raw), neverPublished(&im, img.Ref.Tag, v)),
		Help:    "use a tag that the image has",
		Cluster: pullFails(img, notFound(img)),
	}
	if v.Tier > 1 {
		f.Severity = min(lint.Warning, f.Severity)
	}
	if v.Near != "" {
		f.Help = fmt.Sprintf("did you mean %s?", quote(img.Raw[:at.Start]+v.Near))
		f.Fix = replaceFix(img, img.Raw[:at.Start]+v.Near+img.Raw[at.End:], false)
	}
	return f, true
}

// neverPublished returns a clause about what is wrong with a tag, depending on what the kind of list can prove.
func neverPublished(im *catalog.Image, tag string, v catalog.Verdict) string {
	probably := ""
	if v.Tier > 1 {
		probably = "probably "
	}
	switch name := path.Base(im.Name); {
	case im.Kind == catalog.Releases && v.Reason == catalog.VersionMark:
		return fmt.Sprintf("has a tag that %sdoes not exist: release %s (release tags of %s, %s)", probably, v.Why, name, im.Source.Day)
	case im.Kind == catalog.Releases:
		return fmt.Sprintf("has a tag that %sdoes not exist: there is no release %s of %s: %s (release tags, %s)", probably, tag, name, v.Why, im.Source.Day)
	case im.Kind == catalog.Learned:
		return fmt.Sprintf("has a tag that its registry did not have on %s: %s", im.Source.Day, v.Why)
	}
	date := catalog.HandDate
	if im.Name != "" {
		date = im.Source.Day.String()
	}
	return fmt.Sprintf("has a tag that was %snever published: %s (catalog of %s)", probably, v.Why, date)
}

// missingPlatform returns the finding for an image that was not built for its nodes: for the platforms in the settings, for those that the
// pod selects, or for both.
func (k *catalogKnowledge) missingPlatform(p *lint.Pass, img *manifests.ImageRef) (lint.Finding, bool) {
	wanted := p.Platforms(img)
	if len(wanted) == 0 {
		return lint.Finding{}, false
	}
	im, ok := k.image(img)
	if !ok {
		return lint.Finding{}, false
	}
	name := img.Ref.Tag
	if name == "" {
		name = "latest"
	}
	tag := k.tag(&im, name)
	if tag == nil {
		return lint.Finding{}, false
	}
	var missing []string
	for _, platform := range wanted {
		system, rest, _ := strings.Cut(platform, "/")
		arch, variant, _ := strings.Cut(strings.TrimPrefix(rest, "*"), "/")
		if built, known := tag.BuiltFor(system, arch, variant); known && !built {
			missing = append(missing, strings.TrimSuffix(platform, "/*"))
		}
	}
	if len(missing) == 0 {
		return lint.Finding{}, false
	}
	asked := "the nodes run"
	switch {
	case img.Pod == nil || img.Pod.Nodes.IsZero():
	case img.Pod.Nodes.Any == nil:
		asked = "the pod's node selector asks for"
	case len(img.Pod.Nodes.All) == 0:
		asked = "the pod's node affinity asks for"
	default:
		asked = "the pod's node selector and affinity ask for"
	}
	f := lint.Finding{
		Severity: k.severity(img),
		Message: fmt.Sprintf("image %s was not built for %s, which %s: it was built for %s (%s)", quote(img.Raw), strings.Join(missing, " and "), asked,
			tag.Platforms(), since(&im)),
		Help:    "choose a tag built for that platform, or nodes that match the image",
		Cluster: pullFails(img, fmt.Sprintf("%s: no match for platform in manifest: not found", cannotResolve(img))),
	}
	if len(missing) < len(wanted) || im.Kind == catalog.Learned { // the tag may have been pushed again for more platforms
		f.Severity = min(lint.Warning, f.Severity)
	}
	return f, true
}
