package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// maxExtends is the maximum length of a chain of files that extend each other.
const maxExtends = 8

func extendsKey() key {
	return key{
		name: "extends", trust: Inside, example: "ci",
		doc:   "A preset or another configuration file to extend. Keys next to it replace those in there; rules and policies are merged by name, and ignore, overrides and resources are added. The presets are " + or(presetNames()) + ". Relative paths start at the folder of the configuration, or of the editor's workspace.",
		shape: shape{check: checkExtends},
	}
}

func checkExtends(v string) (out, message, help string) {
	_, isPreset := presets[v]
	switch {
	case isPreset:
		return v, "", ""
	case strings.Contains(v, "://"):
		return "", quote(v) + " is a URL, and nothing is fetched", "copy the file, and write its path"
	case strings.ContainsAny(v, `./\`):
		return v, "", ""
	}
	help = "write " + or(presetNames()) + ", or a path such as " + quote("./"+v)
	if near := Near(v, presetNames()); near != "" {
		help = "did you mean " + quote(near) + "?"
	}
	return "", quote(v) + " is not a valid preset", help
}

// loader reads a file and the files that it extends.
type loader struct {
	rules   []lint.Rule
	root    *files.Root // the boundary for a configuration that was found; nil for one that was named
	trusted bool
	chain   []string    // files being read, with symbolic links resolved
	memory  bool        // the content is in memory: read no files
	above   []lint.Rule // policies of configurations in folders above
}

// bounds returns the bounds for the next file.
func (l *loader) bounds() *Bounds {
	if l.root == nil {
		return nil
	}
	return &Bounds{Root: l.root, trusted: l.trusted, places: map[string]source.Pos{}}
}

// file reads a file and the files that it extends.
func (l *loader) file(path string) (*Config, error) {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		real = path // reading it reports the error
	}
	l.chain = append(l.chain, real)
	data, err := files.Read(path, MaxSize)
	var large *files.TooLargeError
	switch {
	case errors.As(err, &large):
		p := &problems{file: path}
		p.tooLarge()
		return nil, p.err()
	case err != nil:
		return nil, fmt.Errorf("read config %q: %w", path, err)
	}
	return l.parse(path, data)
}

// extended is the configuration that another one extends; empty if there is none.
type extended struct {
	config        *Config
	message, help string // what is wrong with the file name
}

// base reads the extended configuration first, because other keys may name policies that it defines. An invalid value of extends is reported when that
// key is decoded.
func (l *loader) base(b *builder, root *yaml.Node) (extended, error) {
	none := extended{config: &Config{}}
	key, aside := extendsKey(), &problems{file: b.file}
	at := childOf(root, key.name)
	if at == nil {
		return none, nil
	}
	v := (&decoder{problems: aside, budget: maxValues}).decode(at, &key.shape, key.name)
	if v != nil && b.config.Bounds != nil {
		(&builder{problems: aside, text: b.text, config: b.config}).inside(v, key.trust, key.name)
	}
	if v == nil || len(aside.all) > 0 {
		return none, nil
	}
	if preset, ok := presets[v.text]; ok {
		return extended{config: &Config{FailOn: Value[lint.Severity]{preset.FailOn, true}, Levels: preset.Levels, Used: []string{"preset " + v.text}}}, nil
	}
	if l.memory {
		return none, nil
	}
	path := b.config.path(v.text)
	if message, help := l.extendsError(path); message != "" {
		none.message, none.help = quote(v.text)+" "+message, help
		return none, nil
	}
	config, err := l.file(path)
	if errors.Is(err, fs.ErrNotExist) {
		none.message = "there is no file " + quote(path)
		return none, nil
	}
	return extended{config: config}, err
}

// extendsError returns why a file cannot be extended, or "". Paths that leave the repository were reported before.
func (l *loader) extendsError(path string) (message, help string) {
	if len(l.chain) >= maxExtends {
		return fmt.Sprintf("is one more than the %d files that may extend each other", maxExtends), "extend fewer"
	}
	if l.root == nil && !l.memory {
		if err := files.CheckNamed(path); err != nil {
			return err.Error(), "write the path of the file itself"
		}
	}
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err == nil && slices.Contains(l.chain, real) {
		return "extends this file in turn", "remove one of the two"
	}
	return "", ""
}

// over copies what the configuration does not set from base.
func (c *Config) over(base *Config, rules []lint.Rule) {
	inherited := slices.DeleteFunc(slices.Clone(base.Policies), func(p Policy) bool {
		return slices.ContainsFunc(c.Policies, func(own Policy) bool { return own.Rule.ID == p.Rule.ID })
	})
	c.Policies = slices.Concat(inherited, c.Policies)
	rules = c.Rules(rules)
	if base.Levels != nil {
		levels, own := base.Expand(rules), c.Expand(rules)
		c.inherited = map[string]string{}
		for id := range levels {
			if _, ok := own[id]; !ok {
				c.inherited[id] = cmp.Or(base.inherited[id], base.Used[0])
			}
		}
		maps.Copy(levels, own)
		c.Levels = levels
	}
	c.FailOn = first(c.FailOn, base.FailOn)
	c.Kubernetes = first(c.Kubernetes, base.Kubernetes)
	c.Namespace = first(c.Namespace, base.Namespace)
	c.AllowEmpty = first(c.AllowEmpty, base.AllowEmpty)
	c.Guess = first(c.Guess, base.Guess)
	c.MaxFindings = first(c.MaxFindings, base.MaxFindings)
	c.Render = first(c.Render, base.Render)
	if !c.Baseline.Set && base.Baseline.Set {
		c.Baseline = Value[string]{c.relocate(base.BaselinePath()), true}
	}
	for _, l := range []struct{ to, from *[]string }{
		{&c.Exclude, &base.Exclude},
		{&c.AllowedRegistries, &base.AllowedRegistries},
		{&c.MutableTags, &base.MutableTags},
		{&c.LocalImages, &base.LocalImages},
		{&c.Platforms, &base.Platforms},
		{&c.KnownSecrets, &base.KnownSecrets},
		{&c.Probe.Insecure, &base.Probe.Insecure},
	} {
		if *l.to == nil {
			*l.to = *l.from
		}
	}
	for _, l := range []struct {
		to, written *[]string
		paths       []string
	}{
		{&c.Context, &base.Context, base.ContextPaths()},
		{&c.Catalogs, &base.Catalogs, base.CatalogPaths()},
		{&c.Probe.CAFiles, &base.Probe.CAFiles, base.CAPaths()},
	} {
		if *l.to == nil && *l.written != nil {
			*l.to = make([]string, len(l.paths))
			for i, path := range l.paths {
				(*l.to)[i] = c.relocate(path)
			}
		}
	}
	if c.CatalogMaxAge == 0 {
		c.CatalogMaxAge = base.CatalogMaxAge
	}
	if c.Helm == "" {
		c.Helm = base.Helm
	}
	if c.Kustomize == "" {
		c.Kustomize = base.Kustomize
	}
	if c.Probe.Mirrors == nil {
		c.Probe.Mirrors = base.Probe.Mirrors
	}
	if c.Mirrors == nil {
		c.Mirrors = base.Mirrors
	}
	if c.Probe.Timeout == 0 {
		c.Probe.Timeout = base.Probe.Timeout
	}
	if c.Probe.Concurrency == 0 {
		c.Probe.Concurrency = base.Probe.Concurrency
	}
	for i := range base.Kinds {
		if k := &base.Kinds[i]; !slices.ContainsFunc(c.Kinds, func(own resources.Kind) bool { return own.Group == k.Group && own.Kind == k.Kind }) {
			c.Kinds = append(c.Kinds, *k)
		}
	}
	c.Ignores = slices.Concat(base.Ignores, c.Ignores)
	c.Overrides = slices.Concat(base.overridesFor(c.Dir), c.Overrides)
	c.outer = append(c.outer, base.outer...)
	if base.File != nil {
		c.outer = append(c.outer, base.Dir)
	}
	c.Used = append(c.Used, base.Used...)
	if c.Charts == nil {
		c.Charts, c.chartsFrom = base.Charts, base.chartsFile()
	}
	if c.Bounds != nil && base.Bounds != nil {
		c.Bounds.LeftOut = append(c.Bounds.LeftOut, base.Bounds.LeftOut...)
		if c.chartsFrom != nil {
			c.Bounds.places = base.Bounds.places
		}
	}
}

// overridesFor returns the overrides for a configuration in a folder that extends this one. Their globs are relative to both folders, because a shared
// file need not be above the files that it is about.
func (c *Config) overridesFor(dir string) []Override {
	out := slices.Clone(c.Overrides)
	for i := range out {
		if !slices.Contains(out[i].dirs, dir) {
			out[i].dirs = append(slices.Clip(out[i].dirs), dir)
		}
	}
	return out
}

func first[T any](a, b Value[T]) Value[T] {
	if a.Set {
		return a
	}
	return b
}

// relocate returns path relative to the folder of the configuration.
func (c *Config) relocate(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	if rel, err := filepath.Rel(c.Dir, path); err == nil {
		return rel
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// chartsFile returns the file that sets the charts.
func (c *Config) chartsFile() *source.File {
	if c.chartsFrom != nil {
		return c.chartsFrom
	}
	return c.File
}

// Over returns the configuration as if it extended base: base fills in what it does not set. Paths and globs are relative to base's folder.
func (c *Config) Over(base *Config, rules []lint.Rule) *Config {
	out := *c
	if base.File != nil {
		out.File, out.Dir = base.File, base.Dir
		out.Overrides = slices.Clone(c.Overrides)
		for i := range out.Overrides {
			out.Overrides[i].dirs = []string{base.Dir}
		}
	}
	out.over(base, rules)
	return &out
}
