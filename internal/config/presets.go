package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// Preset is a configuration that others extend by a name.
type Preset struct {
	FailOn lint.Severity
	Levels map[string]lint.Severity
}

// presets are the one place of this package that names rules; a test of the command line holds them to the table of rules.
var presets = map[string]Preset{
	// strict is for those who want to hear of all that is known to fail one day.
	"strict": {lint.Warning, map[string]lint.Severity{
		"image-tag-floating": lint.Warning, "image-digest-missing": lint.Warning, "image-deprecated": lint.Warning,
	}},
	// ci is for a pipeline: nobody reads what does not break it, and what is suppressed stays true.
	"ci": {lint.Error, map[string]lint.Severity{
		"image-tag-floating": lint.Off, "image-deprecated": lint.Off, "ignore-unused": lint.Error, "ignore-without-reason": lint.Error,
	}},
	// gitops is for a tree that a controller applies: what runs is what the tree says, and Secrets come from elsewhere.
	"gitops": {lint.Error, map[string]lint.Severity{
		"image-tag-missing": lint.Error, "image-latest": lint.Error, "pull-policy-latest-cached": lint.Error,
		"pull-secret-missing": lint.Info, "service-account-missing": lint.Info,
	}},
}

func presetNames() []string { return slices.Sorted(maps.Keys(presets)) }

// Presets are the presets by their names.
func Presets() map[string]Preset { return maps.Clone(presets) }

// YAML is the preset as a configuration file would write it.
func (p Preset) YAML() string {
	var b strings.Builder
	b.WriteString("fail-on: " + p.FailOn.String() + "\nrules:\n")
	for _, id := range slices.Sorted(maps.Keys(p.Levels)) {
		b.WriteString("  " + id + ": " + p.Levels[id].String() + "\n")
	}
	return b.String()
}
