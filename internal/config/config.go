// Package config reads .imagelint.yaml and describes it: the decoder, the JSON Schema and the commented example come from the same table. Apart from
// the presets, it knows no rule by name. It reads no environment variables, flags or clock.
package config

import (
	"fmt"
	"path/filepath"
	"slices"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// MaxSize is the maximum size of a configuration file in bytes.
const MaxSize = 1 << 20

// Value is a configuration value that may be unset. A flag overrides an environment variable, which overrides the file, which overrides a default.
type Value[T any] struct {
	V   T
	Set bool
}

// Or returns the value if the file sets it, else def.
func (v Value[T]) Or(def T) T {
	if v.Set {
		return v.V
	}
	return def
}

// Config is the content of a configuration file. A list or map that the file does not set is nil; one that it sets to empty is not. The zero value is
// an empty configuration.
type Config struct {
	// File is the file for spans. It is nil in the zero value.
	File *source.File
	// Dir is the folder of the file, in the form in which the file was named. Context is relative to it.
	Dir string
	// Levels holds severities by rule, alias or group, as written; Expand converts them to severities by rule ID.
	Levels map[string]lint.Severity
	// FailOn is the lowest severity that makes the run fail, or lint.Off for never.
	FailOn Value[lint.Severity]
	// Kubernetes is the minor version: 33 for 1.33.
	Kubernetes Value[int]
	Namespace  Value[string]
	AllowEmpty Value[bool]
	Guess      Value[bool]
	// MaxFindings is the maximum number of findings per rule. 0 means no limit, which only a flag can set.
	MaxFindings Value[int]
	// Exclude holds globs of files to skip, relative to the folder of the configuration. ExcludeHere holds those of flags, relative to the working
	// directory.
	Exclude, ExcludeHere []string
	// AllowedRegistries holds registry hosts, optionally with the start of a path.
	AllowedRegistries []string
	MutableTags       []string // globs of tags
	LocalImages       []string // globs of references
	Platforms         []string // os/arch or os/arch/variant
	// Context holds paths that are read but not reported on; see ContextPaths.
	Context []string
	// Catalogs holds catalog files; see CatalogPaths.
	Catalogs []string
	// CatalogMaxAge is the age in days from which catalogs are reported as old; 0 for any age.
	CatalogMaxAge int
	// Baseline is the baseline file; see BaselinePath.
	Baseline Value[string]
	// KnownSecrets holds globs NAME or NAMESPACE/NAME of pull secrets that exist in the cluster. If it is not nil, the list is complete: a Secret that
	// is neither in it nor in the manifests does not exist.
	KnownSecrets []string
	// KnownTypes holds the types of those KnownSecrets for which --known-secret tells one.
	KnownTypes map[string]string
	// Render is true if charts and kustomizations that are found should be rendered, too, and false if none should be.
	Render Value[bool]
	// Helm and Kustomize are the renderers to look up in PATH; "" if the file does not set them.
	Helm, Kustomize string
	// Charts sets the values that charts are rendered with.
	Charts []Chart
	// Probe sets how registries are probed.
	Probe Probe
	// Mirrors are the mirrors that the file sets, also if Probe has none because the file is not trusted. Names are compared with them; no host of theirs may
	// be contacted.
	Mirrors []Mirror
	// Kinds describes the user's custom resources.
	Kinds []resources.Kind
	// Ignores holds the suppressions; each has a reason, and a Span in the file.
	Ignores []lint.Ignore
	// Overrides holds settings for some files; see ForFiles.
	Overrides []Override
	// Used names the file, and the files and presets that it extends.
	Used []string
	// Policies are the rules that the configuration defines.
	Policies []Policy
	// Bounds restricts a configuration that was found automatically. It is nil for one that the user named.
	Bounds *Bounds

	above      []lint.Rule       // policies of configurations in folders above, which it may name
	written    []string          // keys that the file itself sets
	inherited  map[string]string // what sets the levels that the file does not set itself, by rule ID
	flags      flags             // flags that override it
	outer      []string          // folders of the files that it extends
	chartsFrom *source.File      // where Charts was set; nil for File
}

// Load reads a configuration file that the user named. The rule table determines the rule names that are valid in it. Errors about the content are one
// *Error, or several joined in the order of the file.
func Load(path string, rules []lint.Rule) (*Config, error) {
	return (&loader{rules: rules}).file(path)
}

// LoadFound is like Load, but for a file that was found automatically. It must not read files outside of its repository. Keys that affect network
// access are ignored unless trusted is true.
func LoadFound(f Found, rules []lint.Rule, trusted bool) (*Config, error) {
	cfg, err := f.load(rules, nil, trusted)
	if err == nil {
		return cfg, nil
	}
	if above := f.above(rules); len(above) > 0 { // which it may name, whether they are in effect or not
		return f.load(rules, above, trusted)
	}
	return nil, err
}

func (f Found) load(rules, above []lint.Rule, trusted bool) (*Config, error) {
	root, err := files.NewRoot(f.Root)
	if err != nil {
		return nil, fmt.Errorf("read config %q: %w", f.Path, err)
	}
	root.Repository = f.Repository
	if _, err := root.Resolve(f.Path); err != nil {
		return nil, fmt.Errorf("read config %q: it %w: pass it with --config to use it anyway", f.Path, err)
	}
	return (&loader{rules: rules, root: root, trusted: trusted, above: above}).file(f.Path)
}

// Parse is like Load, but for content in memory; name is the file name for errors and spans. It does not read files that the content extends.
func Parse(name string, data []byte, rules []lint.Rule) (*Config, error) {
	return (&loader{rules: rules, memory: true}).parse(name, data)
}

// ParseFound is like Parse, for a file that would be found automatically: it may name the policies of configurations in the folders above it.
func ParseFound(f Found, data []byte, rules []lint.Rule) (*Config, error) {
	cfg, err := Parse(f.Path, data, rules)
	if err == nil {
		return cfg, nil
	}
	return (&loader{rules: rules, memory: true, above: f.above(rules)}).parse(f.Path, data)
}

func (l *loader) parse(name string, data []byte) (*Config, error) {
	c := &Config{File: &source.File{Name: name}, Dir: filepath.Dir(name), Used: []string{name}, Bounds: l.bounds(), above: l.above}
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
		keys := describe(tableWithPolicies(slices.Concat(base.config.Rules(l.rules), l.above), root))
		v := (&decoder{problems: p, budget: maxValues}).decode(root, keys, "")
		if v != nil {
			below := v.keys["probe"]
			c.Mirrors = below.mirrors()
		}
		if v != nil && c.Bounds != nil {
			b.keep(v, keys, "")
		}
		b.build(v, l.rules)
		switch {
		case v == nil:
		case base.message != "":
			p.node(v.keys["extends"].node, `"extends": `+base.message, base.help)
		case len(p.all) == 0:
			c.over(base.config, slices.Concat(l.rules, l.above))
		}
	}
	if err := p.err(); err != nil {
		return nil, withPolicies(err, c.Policies)
	}
	return c, nil
}

// isManifest reports whether root is a Kubernetes object. One error is better than one for each of its keys.
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

// Apply returns s with the settings of the file.
func (c *Config) Apply(s lint.Settings) lint.Settings {
	s.Kubernetes = c.Kubernetes.Or(s.Kubernetes)
	s.Namespace = c.Namespace.Or(s.Namespace)
	s.KnownTypes = c.KnownTypes
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

// ContextPaths returns the paths of Context, relative ones joined to Dir.
func (c *Config) ContextPaths() []string {
	out := make([]string, 0, len(c.Context))
	for _, p := range c.Context {
		out = append(out, c.path(p))
	}
	return out
}

// CatalogPaths returns the paths of Catalogs, relative ones joined to Dir.
func (c *Config) CatalogPaths() []string {
	out := make([]string, 0, len(c.Catalogs))
	for _, p := range c.Catalogs {
		out = append(out, c.path(p))
	}
	return out
}

// BaselinePath returns the path of Baseline, joined to Dir if it is relative; "" if it is not set.
func (c *Config) BaselinePath() string {
	if c.Baseline.Or("") == "" {
		return ""
	}
	return c.path(c.Baseline.V)
}

// Expand converts Levels to severities by rule ID; see ExpandLevels.
func (c *Config) Expand(rules []lint.Rule) map[string]lint.Severity {
	return ExpandLevels(c.Levels, rules)
}

// Configured returns the severities that the configuration sets, by rule ID, and which file or preset sets each.
func (c *Config) Configured(rules []lint.Rule) map[string]lint.Level {
	out := map[string]lint.Level{}
	for id, severity := range c.Expand(rules) {
		by := filepath.ToSlash(c.Used[0])
		if from := c.inherited[id]; from != "" {
			by = filepath.ToSlash(from) + ", extended by " + by
		}
		out[id] = lint.Level{Severity: severity, By: by}
	}
	c.addPathLevels(out, rules)
	return out
}

// ExpandLevels converts severities by rule, alias or group to severities by rule ID. A rule's name overrides its group, and an ID overrides an alias.
// A group does not enable rules that are off by default; only their own names do.
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

// ParseFailOn parses the lowest severity that makes the run fail; "never" is lint.Off.
func ParseFailOn(name string) (lint.Severity, error) {
	if name == "never" {
		return lint.Off, nil
	}
	if s, err := lint.ParseSeverity(name); err == nil && s != lint.Off {
		return s, nil
	}
	return lint.Unset, fmt.Errorf("invalid value %s: use error, warning, info or never", quote(name))
}

// Check validates a value for a key: "exclude", or "pull-secrets.known" for a nested one; for a list, value is one of its items. It returns the
// normalized value; for kubernetes-version, the minor version. Flags and environment variables use it to report the same errors. An unknown key is
// also an error.
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

// CheckRule returns an error for a name that is neither a rule ID, an alias nor a group. The error suggests a similar name.
func CheckRule(name string, rules []lint.Rule) error {
	_, err := ruleName(rules, false).verdict(name)
	return err
}
