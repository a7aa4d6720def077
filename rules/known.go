package rules

import (
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// What a catalog knows about an image.
const (
	KnownPublished   = "published"   // the tag was published; it may not be available any more
	KnownUnpublished = "unpublished" // the tag was never published or was removed, or there is no official image with that name
	KnownMoved       = "moved"       // its place moved, was frozen or removed
	KnownRepository  = "repository"  // the repository is known, but not the tag
	KnownNothing     = "unknown"
)

// Known returns a function that returns what a catalog knows about an image: one of the words above. It is not safe for concurrent use.
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
	move, _, moved := k.move(ref)
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

// isNoOfficial reports whether a reference is in Docker Hub's library but is not one of its images. All of these are known, so a pull fails; a locally
// built image may still be on the nodes.
func isNoOfficial(ref imageref.Ref) bool {
	_, mirror, official := catalog.OfficialName(ref.Registry, ref.Repository)
	_, known := catalog.Builtin().Lookup(ref.Registry, ref.Repository)
	return official && !mirror && !known
}
