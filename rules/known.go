package rules

import (
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// What a catalog can know of an image.
const (
	KnownPublished   = "published"   // the tag was published; whether it can be pulled is another question
	KnownUnpublished = "unpublished" // the tag was never published, or is no longer there; or there is no official image of that name
	KnownMoved       = "moved"       // its place moved, was frozen or removed
	KnownRepository  = "repository"  // the repository is known, and the catalog does not tell about the tag
	KnownNothing     = "unknown"
)

// Known returns a function that says what a catalog knows of an image: one of the words above. The function is for one goroutine.
func Known(c *catalog.Catalog) func(*manifests.ImageRef) string {
	k := &catalogKnowledge{open: func() *catalog.Catalog { return c }}
	said := map[imageref.Ref]string{}
	return func(img *manifests.ImageRef) string {
		if img.State != manifests.StateString || img.Err != nil || img.Ref.Repository == "" {
			return KnownNothing
		}
		word, asked := said[img.Ref]
		if !asked {
			word = k.describe(img.Ref)
			said[img.Ref] = word
		}
		return word
	}
}

func (k *catalogKnowledge) describe(ref imageref.Ref) string {
	move, moved := catalog.LookupMove(ref.Registry, ref.Repository, ref.Tag, ref.Digest != "")
	if moved && move.Gone {
		return KnownMoved
	}
	im, ok := k.open().Lookup(ref.Registry, ref.Repository)
	tag := ref.Tag
	if tag == "" && ref.Digest == "" {
		tag = "latest"
	}
	v := catalog.JudgeDistroless(ref.Registry, ref.Repository, tag)
	switch {
	case ok && im.Absent:
		return KnownUnpublished
	case ok && tag != "":
		v = k.judge(&im, tag)
	}
	switch {
	case v.State == catalog.Known:
		return KnownPublished
	case v.State == catalog.NeverPublished && (v.Tier == 1 || v.Reason == catalog.Removed):
		return KnownUnpublished
	case moved:
		return KnownMoved
	case ok:
		return KnownRepository
	case isNoOfficial(ref):
		return KnownUnpublished
	}
	return KnownNothing
}

// isNoOfficial reports whether a reference is to Docker Hub's library and names none of its images. All of them are known, so the image is not there; an
// image of that name on the nodes, built locally, is another matter.
func isNoOfficial(ref imageref.Ref) bool {
	_, mirror, official := catalog.OfficialName(ref.Registry, ref.Repository)
	_, known := catalog.Builtin().Lookup(ref.Registry, ref.Repository)
	return official && !mirror && !known
}
