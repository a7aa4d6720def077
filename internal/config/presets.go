package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// Preset is a named configuration that others can extend.
type Preset struct {
	FailOn lint.Severity
	Levels map[string]lint.Severity
}

// presets is the only place in this package that names rules. A test in internal/cli compares them with the rule table.
var presets = map[string]Preset{
	// strict reports everything that is known to fail at some time.
	"strict": {lint.Warning, map[string]lint.Severity{
		"image-tag-floating": lint.Warning, "image-digest-missing": lint.Warning, "image-deprecated": lint.Warning,
	}},
	// ci is for pipelines: it only reports what breaks a deployment, and requires suppressions with a reason that are in use.
	"ci": {lint.Error, map[string]lint.Severity{
		"image-tag-floating": lint.Off, "image-deprecated": lint.Off, "ignore-unused": lint.Error, "ignore-without-reason": lint.Error,
	}},
	// gitops is for trees that a controller applies. The cluster runs exactly what is in the tree, and Secrets come from
	// elsewhere.
	"gitops": {lint.Error, map[string]lint.Severity{
		"image-tag-missing": lint.Error, "image-latest": lint.Error, "pull-policy-latest-cached": lint.Error,
		"pull-secret-missing": lint.Info, "service-account-missing": lint.Info,
	}},
}

func presetNames() []string { return slices.Sorted(maps.Keys(presets)) }

// Presets returns the presets by name.
func Presets() map[string]Preset { return maps.Clone(presets) }

// YAML returns the preset as a configuration file.
func (p Preset) YAML() string {
	var b strings.Builder
	b.WriteString("fail-on: " + p.FailOn.String() + "\nrules:\n")
	for _, id := range slices.Sorted(maps.Keys(p.Levels)) {
		b.WriteString("  " + id + ": " + p.Levels[id].String() + "\n")
	}
	return b.String()
}
