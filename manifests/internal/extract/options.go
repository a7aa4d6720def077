package extract

import (
	"slices"

	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// Options configure the extraction.
type Options struct {
	// Said keeps cluster messages about images: statuses and Events.
	Said bool
	// Metadata keeps all labels and annotations of objects.
	Metadata bool
	// AllBroken keeps documents that could not be parsed even if they do not look like Kubernetes.
	AllBroken bool
	guess     bool
	kinds     map[[2]string]*resources.Kind // by group and kind
}

// NewOptions returns options. With guess, it looks for images in uncertain places, too: arguments, environment,
// annotations, YAML in strings. kinds are custom resources that the user configured; of duplicates, the first one
// counts.
func NewOptions(guess bool, kinds []resources.Kind) *Options {
	o := &Options{guess: guess, kinds: make(map[[2]string]*resources.Kind, len(kinds))}
	for i := range kinds {
		id := [2]string{kinds[i].Group, kinds[i].Kind}
		if o.kinds[id] == nil {
			o.kinds[id] = &kinds[i]
		}
	}
	return o
}

func (o *Options) userKind(apiVersion, kind string) *resources.Kind {
	if len(o.kinds) == 0 {
		return nil
	}
	return o.kinds[[2]string{model.Group(apiVersion), kind}]
}

// merged combines the user's configuration of a kind with the table's.
func merged(known resources.Kind, user *resources.Kind) resources.Kind {
	known.Skip = false
	known.Images = append(slices.Clone(known.Images), user.Images...)
	known.ImageObjects = append(slices.Clone(known.ImageObjects), user.ImageObjects...)
	known.PodSpecs = append(slices.Clone(known.PodSpecs), user.PodSpecs...)
	known.Containers = append(slices.Clone(known.Containers), user.Containers...)
	known.PullSecrets = append(slices.Clone(known.PullSecrets), user.PullSecrets...)
	known.ServiceAccounts = append(slices.Clone(known.ServiceAccounts), user.ServiceAccounts...)
	known.NotRun = append(slices.Clone(known.NotRun), user.NotRun...)
	known.NotImage = append(slices.Clone(known.NotImage), user.NotImage...)
	if !known.Builtin {
		known.Patch = true
	}
	return known
}
