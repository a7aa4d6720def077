package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// knowing returns the check of a rule that uses the catalog. The catalog is opened at the first image.
func knowing(open func() *catalog.Catalog, check func(*lint.Pass, *catalogKnowledge)) func(*lint.Pass) {
	return func(p *lint.Pass) { check(p, &catalogKnowledge{open: open}) }
}

// With returns every rule, sorted by ID. Rules about public images use c instead of the built-in catalog.
func With(c *catalog.Catalog) []lint.Rule {
	open := func() *catalog.Catalog { return c }
	all := All()
	for i := range all {
		if check := knowingChecks(all[i].ID); check != nil {
			all[i].Check = knowing(open, check)
		}
	}
	return all
}

// knowingChecks returns the check of a rule that uses the catalog, or nil for other rules.
func knowingChecks(id string) func(*lint.Pass, *catalogKnowledge) {
	switch id {
	case ImageDeprecated.ID:
		return checkImageDeprecated
	case ImageDigestUnknown.ID:
		return checkImageDigestUnknown
	case ImageEndOfLife.ID:
		return checkImageEndOfLife
	case ImageLatest.ID:
		return checkImageLatest
	case ImageMoved.ID:
		return checkImageMoved
	case ImagePathDepth.ID:
		return checkImagePathDepth
	case ImageTagMissing.ID:
		return checkImageTagMissing
	case ImageTagUnknown.ID:
		return checkImageTagUnknown
	case ImageUnknownOfficial.ID:
		return checkImageUnknownOfficial
	case ImageUnknownRepository.ID:
		return checkImageUnknownRepository
	}
	return nil
}

// settledAfter is the number of months with tags but without "latest" after which an image is assumed to have no "latest".
const settledAfter = 3

// aboutLatest is what the catalog knows about the tag "latest" of an image.
type aboutLatest struct {
	clause string // "" if nothing is unusual
	never  bool   // it was never published
	exists bool   // it certainly exists
}

// mayBeMissing sets the error of the cluster for a missing tag. It is only certain if the tag was never published.
func (k *catalogKnowledge) mayBeMissing(f *lint.Finding, img *manifests.ImageRef, a aboutLatest) {
	switch {
	case a.never:
		f.Severity, f.Cluster = k.severity(img), pullFails(img, notFound(img))
	case !isNever(img):
		f.Cluster = pullFails(img, notFound(img)+", if the repository has no such tag")
	}
}

// isThere reports whether a registry said that an image exists.
func isThere(p *lint.Pass, img *manifests.ImageRef) bool {
	result, asked := p.ProbeResult(img)
	return asked && result.Pod.Outcome == lint.Exists
}

func (k *catalogKnowledge) latest(img *manifests.ImageRef) aboutLatest {
	if catalog.HasNoLatest(img.Ref.Registry, img.Ref.Repository) {
		return aboutLatest{clause: fmt.Sprintf("which docker.elastic.co never had for it (known on %s)", catalog.HandDate), never: true}
	}
	im, ok := k.image(img)
	if !ok || im.Kind == catalog.Releases || im.Kind == catalog.History && !im.Official() || im.Partial || im.Absent {
		return aboutLatest{}
	}
	about, asked := k.said[im.Name]
	if !asked {
		if k.said == nil {
			k.said = map[string]aboutLatest{}
		}
		about = latestOf(&im)
		k.said[im.Name] = about
	}
	return about
}

// latestOf looks up the tag "latest" of an image whose tags are all known.
func latestOf(im *catalog.Image) aboutLatest {
	day := im.Source.Day
	tag, ok := im.Tag("latest")
	switch {
	case im.Kind == catalog.Complete && !ok:
		return aboutLatest{clause: fmt.Sprintf("which this image never had (catalog of %s)", day)}
	case im.Kind == catalog.Learned && (!ok || tag.Gone != 0):
		return aboutLatest{clause: fmt.Sprintf("which its registry did not have on %s", day)}
	case im.Kind != catalog.History:
		return aboutLatest{exists: ok}
	case ok && !tag.Current && tag.Last < day.Month()-12:
		return aboutLatest{clause: fmt.Sprintf("which was last published in %s, and is out of date or removed (catalog of %s)", tag.Last, day)}
	case ok:
		return aboutLatest{exists: true}
	}
	all, err := im.All()
	if err != nil {
		return aboutLatest{}
	}
	for i := range all {
		if all[i].First != 0 && all[i].First+settledAfter <= day.Month() {
			return aboutLatest{clause: fmt.Sprintf("which this image never had (catalog of %s)", day), never: true}
		}
	}
	return aboutLatest{}
}
