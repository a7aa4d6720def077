package config

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// others knows the policies of the other configurations of a repository. It reads those below the paths of the run first, and all others only if a name
// is still unknown.
type others struct {
	below, everywhere func() ([]lint.Rule, error)
	nested            func() []*Config // those below the configuration of the run
}

// others returns the other configurations of a run; nil if they are not searched.
func (s *Search) others(run Found) *others {
	if s.Met == nil {
		return nil
	}
	below := func() ([]lint.Rule, error) { return s.policies(run, s.Met(s.Paths)) }
	everywhere := func() ([]lint.Rule, error) {
		root := run.Root
		if abs := absolutePath(commonFolder(s.Paths)); run.Path == "" {
			root = files.Repository(abs)
		}
		if root == "" {
			return nil, nil
		}
		return s.policies(Found{}, s.Met([]string{root}))
	}
	return &others{sync.OnceValues(below), sync.OnceValues(everywhere), func() []*Config { return s.nestedConfigs(run) }}
}

// Link lets a configuration, loaded from run, know the policies of the other configurations of the repository: Elsewhere
// names them, and so may flags.
func (s *Search) Link(cfg *Config, run Found) { cfg.flags.others = s.others(run) }

// known returns the policies of other configurations, as far as these must be read to know a name, and the error of a broken one.
func (o *others) known(name string) ([]lint.Rule, error) {
	rules, err := o.below()
	if err == nil && CheckRule(name, rules) != nil {
		rules, err = o.everywhere()
	}
	return rules, err
}

// policies returns the rules that configurations define, and the error of the first broken one.
func (s *Search) policies(run Found, met []string) ([]lint.Rule, error) {
	quiet := *s
	quiet.Broken = nil
	all, broken := quiet.nested(run, met)
	var out []lint.Rule
	for _, at := range all {
		inner, err := LoadFound(at, s.Rules, false)
		switch {
		case err == nil:
			out = append(out, inner.Rules(nil)...)
		case broken == nil:
			broken = err
		}
	}
	return out, broken
}

// pointBelow adds to errors of a file about unknown rules which configuration below it defines them. Only that one can configure
// its policies, because they apply to its folder alone.
func (s *Search) pointBelow(err error, at Found) {
	many, ok := err.(interface{ Unwrap() []error })
	if !ok || s.Met == nil {
		return
	}
	unknown := map[string][]*Error{}
	for _, one := range many.Unwrap() {
		var e *Error
		if errors.As(one, &e) && strings.HasPrefix(e.Message, unknownRule) {
			unknown[e.Message] = append(unknown[e.Message], e)
		}
	}
	if len(unknown) == 0 {
		return
	}
	quiet := *s
	quiet.Broken = func(error) {}
	below, _ := quiet.nested(at, s.Met([]string{filepath.Dir(at.Path)})) // Broken receives all errors
	for _, inner := range below {
		for _, r := range defined(inner.Path) {
			message := unknownRule + quote(r.ID)
			for _, e := range unknown[message] {
				e.Help = filepath.ToSlash(inner.Path) + " defines it: set its severity there, or with --severity"
			}
			delete(unknown, message)
		}
	}
}

// defined returns the policies that a file seems to define. It need not be valid: it may name policies of a broken file.
func defined(path string) []lint.Rule {
	data, err := files.Read(path, MaxSize)
	if err != nil {
		return nil // reported when it is used
	}
	_, root := parse(&source.File{Name: path}, data, &problems{})
	return tableWithPolicies(nil, root)
}

// nestedConfigs returns the configurations below that of the run, outer ones first.
func (s *Search) nestedConfigs(run Found) []*Config {
	folder := "."
	if run.Path != "" {
		folder = filepath.Dir(run.Path)
	}
	quiet := *s
	quiet.Broken = func(error) {}
	found, _ := quiet.nested(run, s.Met([]string{folder})) // Broken receives all errors
	var out []*Config
	for _, at := range found {
		if cfg, err := LoadFound(at, s.Rules, false); err == nil { // broken ones are reported when they are used
			out = append(out, cfg)
		}
	}
	return out
}

// addPathLevels adds the severities that overrides, and configurations below this one, set for some files.
func (c *Config) addPathLevels(to map[string]lint.Level, rules []lint.Rule) {
	defaults := map[string]lint.Severity{}
	for i := range rules {
		defaults[rules[i].ID] = rules[i].Severity
	}
	add := func(levels map[string]lint.Severity, paths []string, by string) {
		for id, severity := range ExpandLevels(levels, rules) {
			level, ok := to[id]
			if !ok {
				level.Severity = defaults[id]
			}
			level.For = append(level.For, lint.PathLevel{Severity: severity, Paths: paths, By: by})
			to[id] = level
		}
	}
	for _, o := range c.Overrides {
		add(o.Levels, o.Paths, o.At)
	}
	if c.flags.others == nil {
		return
	}
	for _, inner := range c.flags.others.nested() {
		folder := filepath.ToSlash(inner.Dir) + "/"
		if rel, err := filepath.Rel(absolutePath(c.Dir), absolutePath(inner.Dir)); err == nil {
			folder = filepath.ToSlash(rel) + "/" // as in the globs of this configuration
		}
		add(inner.Levels, []string{folder + "**"}, filepath.ToSlash(inner.Used[0]))
		for _, o := range inner.Overrides {
			if slices.ContainsFunc(c.Overrides, func(own Override) bool { return own.At == o.At }) {
				continue // the nested configuration extends this one
			}
			paths := slices.Clone(o.Paths)
			for i := range paths {
				paths[i] = folder + paths[i]
			}
			add(o.Levels, paths, o.At)
		}
	}
}

// unknownRule begins the message about a name that is not a rule.
const unknownRule = "unknown rule or group "

// RulesFor returns the rules of a table and those that the configuration defines. If name is not among them, it adds those of the other configurations
// of the repository, and returns the error of one that is broken.
func (c *Config) RulesFor(name string, table []lint.Rule) ([]lint.Rule, error) {
	own := c.Rules(table)
	if c.flags.others == nil || CheckRule(name, own) == nil {
		return own, nil
	}
	others, err := c.flags.others.known(name)
	return append(own, others...), err
}

// Elsewhere returns the names of the policies of all other configurations of the repository.
func (c *Config) Elsewhere() []string {
	if c.flags.others == nil {
		return nil
	}
	below, _ := c.flags.others.below() // broken ones are reported when they are used
	all, _ := c.flags.others.everywhere()
	var out []string
	for _, r := range slices.Concat(below, all) {
		out = append(out, r.ID)
	}
	return out
}

// above returns the policies of the configurations in the folders above a file, up to its root.
func (f Found) above(rules []lint.Rule) []lint.Rule {
	var paths []string
	root, dir := absolutePath(f.Root), absolutePath(filepath.Dir(f.Path))
	for dir != root && files.Below(dir, root) {
		dir = filepath.Dir(dir)
		if at, err := here(dir); err == nil && at != "" {
			paths = append(paths, at)
		}
	}
	var out []lint.Rule
	for _, at := range slices.Backward(paths) {
		outer := Found{Path: at, Root: f.Root, Repository: f.Repository}
		if cfg, err := outer.load(rules, out, false); err == nil { // broken ones are reported when they are used
			out = append(out, cfg.Rules(nil)...)
		}
	}
	return out
}
