package rules

import (
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// What a catalog can know of an image.
const (
	KnownPublished   = "published"   // the tag was published; whether it can be pulled is another question
	KnownUnpublished = "unpublished" // the tag was never published, or is no longer there
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
	}
	return KnownNothing
}
