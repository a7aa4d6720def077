package extract

import (
	"slices"

	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

func (o *Options) userKind(apiVersion, kind string) *resources.Kind {
	for i := range o.Kinds {
		if k := &o.Kinds[i]; k.Kind == kind && k.Group == model.Group(apiVersion) {
			return k
		}
	}
	return nil
}

// merged adds what the user says of a kind to what the table says.
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
