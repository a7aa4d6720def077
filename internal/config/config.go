// Package config reads .imagelint.yaml into what the run and the rules take, and describes that file: its JSON Schema and its commented
// example come from the same table as the decoder. But for the presets, it knows no rule by name, and it reads no environment variable, flag or clock.
package config

import (
	"fmt"
	"path/filepath"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// MaxSize is how many bytes a configuration file may have.
const MaxSize = 1 << 20

// Value is one value of the configuration, with whether the file writes it: a flag beats a variable, which beats the file, which beats
// a default.
type Value[T any] struct {
	V   T
	Set bool
}

// Or is the value where the file writes it, else def.
func (v Value[T]) Or(def T) T {
	if v.Set {
		return v.V
	}
	return def
}

// Config is what a configuration file says. A list or map that the file does not write is nil; one that it writes empty is not.
// The zero value is that of no file.
type Config struct {
	// File is the file as spans name it; nil for the zero value.
	File *source.File
	// Dir is the folder of the file, as part of the name it was loaded by. Context is relative to it.
	Dir string
	// Levels are severities by rule, alias or group, as written; Expand makes them those of rules.
	Levels map[string]lint.Severity
	// FailOn is the weakest severity that makes the run fail; lint.Off for never.
	FailOn Value[lint.Severity]
	// Kubernetes is the minor version: 33 for 1.33.
	Kubernetes Value[int]
	Namespace  Value[string]
	AllowEmpty Value[bool]
	Guess      Value[bool]
	// MaxFindings is how many findings of a rule are kept; 0 for all, which only a flag says.
	MaxFindings Value[int]
	// Exclude are globs of files that are not read.
	Exclude []string
	// AllowedRegistries are hosts, or hosts with the beginning of a path.
	AllowedRegistries []string
	MutableTags       []string // globs over tags
	LocalImages       []string // globs over references
	Platforms         []string // os/arch or os/arch/variant
	// Context are paths that are read, but not reported on; see ContextPaths.
	Context []string
	// Catalogs are files with what is known of images; see CatalogPaths.
	Catalogs []string
	// CatalogMaxAge is how many days old they may be before that is told; 0 for any age.
	CatalogMaxAge int
	// Baseline is the file with the findings that are not shown; see BaselinePath.
	Baseline Value[string]
	// KnownSecrets are globs "NAME" or "NAMESPACE/NAME" of pull secrets that exist in the cluster. Not nil says that the list is
	// complete, as far as it goes: a Secret that it does not name, and the manifests do not hold, does not exist.
	KnownSecrets []string
	// Render says whether charts and kustomizations are rendered: those met on the way where it is true, none at all where it is false.
	Render Value[bool]
	// Helm and Kustomize are the programs that render, names to be found on PATH; "" where the file does not say.
	Helm, Kustomize string
	// Charts are the values that charts are rendered with.
	Charts []Chart
	// Probe is how registries are asked.
	Probe Probe
	// Kinds are the user's own custom resources.
	Kinds []resources.Kind
	// Ignores are the suppressions; each has a reason, and a Span in the file.
	Ignores []lint.Ignore
	// Overrides are settings for some files; see ForFiles.
	Overrides []Override
	// Used names the file, and the files and presets that it extends.
	Used []string
	// Policies are rules that the configuration defines.
	Policies []Policy
	// Bounds are what a configuration that was found is held to; nil for one that the user named.
	Bounds *Bounds

	written  []string     // the keys that the file itself writes
	flags    flags        // what was laid over it
	chartsIn *source.File // that Charts were taken from; nil for File
}

// Load reads a configuration file that the user named. The rule table decides which names of rules it may write. An error that is about the
// content is one *Error, or several joined, in the order of the file.
func Load(path string, rules []lint.Rule) (*Config, error) {
	return (&loader{rules: rules}).file(path)
}

// LoadFound is Load of a file that nobody named, and which is not trusted: its files stay within its repository, and what reaches out is left out
// unless the user has said that it is trusted to.
func LoadFound(f Found, rules []lint.Rule, trusted bool) (*Config, error) {
	root, err := files.NewRoot(f.Root)
	if err != nil {
		return nil, fmt.Errorf("read config %q: %w", f.Path, err)
	}
	root.Repository = f.Repository
	if _, err := root.Resolve(f.Path); err != nil {
		return nil, fmt.Errorf("read config %q: it %w: pass it with --config to use it anyway", f.Path, err)
	}
	return (&loader{rules: rules, root: root, trusted: trusted}).file(f.Path)
}

// Parse is Load of content that is in memory; name is what errors and spans call the file. It reads no file that the content extends.
func Parse(name string, data []byte, rules []lint.Rule) (*Config, error) {
	return (&loader{rules: rules, memory: true}).parse(name, data)
}

func (l *loader) parse(name string, data []byte) (*Config, error) {
	c := &Config{File: &source.File{Name: name}, Dir: filepath.Dir(name), Used: []string{name}, Bounds: l.bounds()}
	p := &problems{file: name}
	text, root := parse(c.File, data, p)
	if isManifest(root) {
		p.node(root, "the file is a Kubernetes manifest, not a configuration of imagelint", "pass manifests as paths, without --config")
		return nil, p.err()
	}
	if root != nil {
		b := &builder{problems: p, text: text, config: c}
		base, err := l.base(b, root)
		if err != nil {
			return nil, err
		}
		keys := describe(withPolicies(base.config.Rules(l.rules), root))
		v := (&decoder{problems: p, budget: maxValues}).decode(root, keys, "")
		if v != nil && c.Bounds != nil {
			b.keep(v, keys, "")
		}
		b.build(v, l.rules)
		switch {
		case v == nil || len(p.all) > 0:
		case base.message != "":
			p.node(v.keys["extends"].node, `"extends": `+base.message, base.help)
		default:
			c.over(base.config, l.rules)
		}
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// isManifest reports whether a file is an object of Kubernetes, each key of which would be an error of its own.
func isManifest(root *yaml.Node) bool {
	if root == nil || root.Kind != yaml.MappingNode {
		return false
	}
	found := 0
	for i := 0; i+1 < len(root.Content); i += 2 {
		if key := root.Content[i].Value; key == "apiVersion" || key == "kind" {
			found++
		}
	}
	return found == 2
}

// Apply lays what the file says over s.
func (c *Config) Apply(s lint.Settings) lint.Settings {
	s.Kubernetes = c.Kubernetes.Or(s.Kubernetes)
	s.Namespace = c.Namespace.Or(s.Namespace)
	for _, l := range []struct {
		to   *[]string
		from []string
	}{
		{&s.AllowedRegistries, c.AllowedRegistries},
		{&s.MutableTags, c.MutableTags},
		{&s.Platforms, c.Platforms},
		{&s.LocalImages, c.LocalImages},
	} {
		if l.from != nil {
			*l.to = l.from
		}
	}
	return s
}

// ContextPaths are the paths of Context, the relative ones as seen from where the file's name is.
func (c *Config) ContextPaths() []string {
	out := make([]string, 0, len(c.Context))
	for _, p := range c.Context {
		out = append(out, c.path(p))
	}
	return out
}

// CatalogPaths are the paths of Catalogs, the relative ones as seen from where the file's name is.
func (c *Config) CatalogPaths() []string {
	out := make([]string, 0, len(c.Catalogs))
	for _, p := range c.Catalogs {
		out = append(out, c.path(p))
	}
	return out
}

// BaselinePath is the path of Baseline, as seen from where the file's name is; "" where none is written.
func (c *Config) BaselinePath() string {
	if c.Baseline.Or("") == "" {
		return ""
	}
	return c.path(c.Baseline.V)
}

// Expand turns Levels into severities by rule ID; see ExpandLevels.
func (c *Config) Expand(rules []lint.Rule) map[string]lint.Severity {
	return ExpandLevels(c.Levels, rules)
}

// ExpandLevels turns severities by rule, alias or group into severities by rule ID. What names the rule beats what names its group, and
// an ID beats an alias. A group leaves a rule alone that is off by default: such a rule is turned on by its own name only.
func ExpandLevels(levels map[string]lint.Severity, rules []lint.Rule) map[string]lint.Severity {
	out := map[string]lint.Severity{}
	for i := range rules {
		r := &rules[i]
		if s, ok := levels[r.Group]; ok && r.Severity != lint.Off {
			out[r.ID] = s
		}
		for _, a := range r.Aliases {
			if s, ok := levels[a]; ok {
				out[r.ID] = s
			}
		}
		if s, ok := levels[r.ID]; ok {
			out[r.ID] = s
		}
	}
	return out
}

// ParseFailOn reads the severity from which on the run fails; "never" is lint.Off.
func ParseFailOn(name string) (lint.Severity, error) {
	if name == "never" {
		return lint.Off, nil
	}
	if s, err := lint.ParseSeverity(name); err == nil && s != lint.Off {
		return s, nil
	}
	return lint.Unset, fmt.Errorf("invalid value %s: use error, warning, info or never", quote(name))
}

// Check judges one value as the configuration judges it under a key: "exclude", or "pull-secrets.known" for a nested one; for a list,
// value is one of its items. It returns the value as a Config holds it; for kubernetes-version, the minor version. It lets flags and
// variables be checked in the same words. An unknown key is an error too.
func Check(key, value string, rules []lint.Rule) (string, error) {
	s := describe(rules).find(key)
	if s == nil {
		return "", fmt.Errorf("%s is not a configuration key", quote(key))
	}
	if s.kind == list {
		s = s.item
	}
	if s.kind != text {
		return "", fmt.Errorf("%s does not take a single value", quote(key))
	}
	return s.verdict(value)
}

// CheckRule reports a name that is neither a rule's ID, nor an alias, nor a group, and says which one is near.
func CheckRule(name string, rules []lint.Rule) error {
	_, err := ruleName(rules, false).verdict(name)
	return err
}
