package catalogs

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// parts lists the rules whose findings can explain why an image is not pulled, by the part of the reference that they are about.
var parts = map[string]cluster.Part{
	"image-digest-unknown": cluster.PartImage, "image-host-only": cluster.PartImage, "image-id-as-name": cluster.PartImage, "image-moved": cluster.PartImage,
	"image-path-depth": cluster.PartImage, "image-placeholder": cluster.PartImage, "image-registry-duplicated": cluster.PartPrefix, "image-tag-git-describe": cluster.PartImage,
	"image-tag-mangled-number": cluster.PartImage, "image-tag-unknown": cluster.PartImage, "image-unknown-official": cluster.PartImage, "image-unknown-repository": cluster.PartImage,

	"image-registry-typo": cluster.PartRegistry, "registry-internal-endpoint": cluster.PartHost,

	"image-digest-malformed": cluster.PartSyntax, "image-double-tag": cluster.PartSyntax, "image-empty-path-segment": cluster.PartSyntax, "image-empty-tag": cluster.PartSyntax,
	"image-illegal-char": cluster.PartSyntax, "image-leading-slash": cluster.PartSyntax, "image-scheme": cluster.PartSyntax, "image-tag-invalid": cluster.PartSyntax,
	"image-unrendered": cluster.PartSyntax, "image-uppercase": cluster.PartSyntax, "image-whitespace": cluster.PartSyntax,
}

// partOf returns the part of a reference that a finding is about. The registry is "" if the reference cannot be parsed.
func partOf(f *lint.Finding, registry string) cluster.Part {
	switch {
	case registry == "": // whichever rule says why
		return cluster.PartSyntax
	case f.Rule == "image-placeholder" && strings.HasPrefix(f.Message, strconv.Quote(registry)+" "):
		return cluster.PartDoubt
	case f.Rule == "image-uppercase": // an owner that is read as a registry
		return cluster.PartHost
	case f.Rule == "image-moved" && strings.Contains(f.Message, "the registry "+registry+" was closed"):
		return cluster.PartRegistry
	}
	return parts[f.Rule]
}

// Known returns a function that says what a catalog and the rules know about an image. If cat is nil, it uses the
// built-in catalog, which it opens with the first image.
func Known(cat *catalog.Catalog) func(image string) cluster.Known {
	open := sync.OnceValue(func() *catalog.Catalog {
		if cat == nil {
			return catalog.Builtin()
		}
		return cat
	})
	asked := map[string]cluster.Known{}
	return func(image string) cluster.Known {
		k, ok := asked[image]
		if !ok {
			k = knownOf(open(), image)
			asked[image] = k
		}
		return k
	}
}

func knownOf(cat *catalog.Catalog, image string) cluster.Known {
	var k cluster.Known
	ref, err := imageref.Parse(image)
	for _, f := range faults(cat, image) {
		k.Flaws = append(k.Flaws, cluster.Flaw{Text: f.Message, Help: f.Help, Error: f.Severity == lint.Error, Of: partOf(&f, ref.Registry)})
	}
	if err != nil {
		return k
	}
	im, ok := cat.Lookup(ref.Registry, ref.Repository)
	if !ok || im.Damaged || ref.Tag == "" || ref.Digest != "" {
		return k
	}
	k.Copy = cat.IsCopy(ref.Registry, ref.Repository)
	k.Listed, k.Date = true, im.Source.Day.String()
	_, k.Published = im.Tag(ref.Tag)
	return k
}

// faults returns the findings about an image of which nothing else is known.
func faults(cat *catalog.Catalog, image string) []lint.Finding {
	pod := fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec: {containers: [{name: app, image: %q}]}\n", image)
	input := manifests.Input{Name: "pod.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(pod)), nil }}
	set, err := manifests.Load(context.Background(), []manifests.Input{input}, manifests.Options{})
	if err != nil {
		return nil
	}
	all := slices.DeleteFunc(rules.With(cat), func(r lint.Rule) bool { return parts[r.ID] == "" })
	linter := lint.Linter{Rules: all, Settings: lint.Settings{Kubernetes: lint.NewestKubernetes}}
	result, err := linter.Run(context.Background(), set)
	if err != nil {
		return nil
	}
	return result.Findings
}
