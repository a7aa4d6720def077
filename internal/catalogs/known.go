package catalogs

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// absence lists the rules whose findings can explain why a registry does not have an image.
var absence = []string{
	"image-digest-unknown", "image-host-only", "image-id-as-name", "image-moved", "image-path-depth", "image-placeholder", "image-registry-duplicated",
	"image-registry-typo", "image-tag-git-describe", "image-tag-mangled-number", "image-tag-unknown", "image-unknown-official", "image-unknown-repository",
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
	if err != nil {
		return k
	}
	for _, f := range faults(cat, image) {
		if f.Rule == "image-placeholder" && strings.Contains(f.Message, fmt.Sprintf("contains %q", ref.Registry)) {
			continue // it answered
		}
		if k.Help == "" && f.Severity == lint.Error {
			k.Help = f.Help
		}
		k.Faults = append(k.Faults, f.Message)
	}
	im, ok := cat.Lookup(ref.Registry, ref.Repository)
	if !ok || ref.Tag == "" || ref.Digest != "" {
		return k
	}
	_, k.Copy, _ = catalog.OfficialName(ref.Registry, ref.Repository)
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
	all := slices.DeleteFunc(rules.With(cat), func(r lint.Rule) bool { return !slices.Contains(absence, r.ID) })
	linter := lint.Linter{Rules: all, Settings: lint.Settings{Kubernetes: lint.NewestKubernetes}}
	result, err := linter.Run(context.Background(), set)
	if err != nil {
		return nil
	}
	return result.Findings
}
