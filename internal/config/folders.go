package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/lint"
)

// Override holds settings for the files that match one of its globs.
type Override struct {
	// Paths are globs of files, relative to the folder of the configuration.
	Paths []string
	// Levels are as in Config.
	Levels            map[string]lint.Severity
	Namespace         string
	AllowedRegistries []string
	// At is the file and line of the entry.
	At string

	dirs []string // the folders of the file with the entry, and of those that extend it
}

func overridesKey(rules, namespace, registries key, pathGlob *shape, rule string) key {
	rules.doc, rules.example = "Severity by rule or group, as above.", ""
	namespace.doc, namespace.example = "The namespace of objects that set none.", ""
	registries.doc, registries.example = "Registries that images may come from.", ""
	return key{
		name: "overrides",
		doc:  "Other settings for some files. If several entries match a file, the last one that sets a key takes precedence.",
		example: `- paths: ["apps/*/prod/**"]
  rules: {` + rule + `: error}
  namespace: prod
  allow-registries: [registry.example.com]`,
		shape: shape{kind: list, item: &shape{kind: mapping, keys: []key{
			{
				name: "paths", trust: Harmless, doc: "Globs of the file's path; ** matches any folders, and a folder matches everything below it.", required: true, missing: "add the files that it applies to",
				shape: shape{kind: list, filled: true, item: pathGlob},
			},
			rules, namespace, registries,
		}}},
	}
}

// overrides reads the decoded key overrides.
func (v *value) overrides(file string) []Override {
	var out []Override
	for _, e := range v.keys["overrides"].list {
		out = append(out, Override{
			Paths: e.texts("paths"), Levels: e.levels(), Namespace: e.keys["namespace"].text, AllowedRegistries: e.texts("allow-registries"),
			At: fmt.Sprintf("%s:%d", filepath.ToSlash(file), e.node.Line), dirs: []string{filepath.Dir(file)},
		})
	}
	return out
}

// levels reads the key rules. It returns nil if the key is not set.
func (v *value) levels() map[string]lint.Severity {
	written, ok := v.keys["rules"]
	if !ok {
		return nil
	}
	out := map[string]lint.Severity{}
	for name, level := range written.keys {
		out[name], _ = lint.ParseSeverity(level.text)
	}
	return out
}

// flags records which settings the command line overrides.
type flags struct {
	namespace, registries bool
	rules                 map[string]precedence // by ID
	changes               Changes               // that rules was computed from
	others                *others               // other configurations of the repository; nil if they are not searched
}

// ForFiles returns the overrides of the configuration. Flags take precedence over them, except that --select and --enable do not set severities.
func (c *Config) ForFiles(rules []lint.Rule) []lint.Override {
	anywhere := c.File != nil && c.Bounds == nil // the user chose it for all paths of the run
	return c.flags.overrides(c.Overrides, rules, func(o *Override) func(string) bool { return o.matcher(anywhere) })
}

// Below returns the overrides that a nested configuration sets for the files in its folder. The first one applies to all of these files, and is the
// place for the rules compiled from its policies.
func (c *Config) Below(nested *Config, table []lint.Rule) []lint.Override {
	own := Override{Paths: []string{"**"}, dirs: []string{nested.Dir}, Levels: nested.Levels, Namespace: nested.Namespace.Or(""), AllowedRegistries: nested.AllowedRegistries}
	rules := slices.Concat(nested.Rules(c.Rules(table)), nested.above)
	f := c.flags
	levels, over := f.changes.apply(ExpandLevels(nested.Levels, rules), rules)
	f.rules = over
	within := own.matcher(false)
	out := f.overrides(slices.Concat([]Override{own}, nested.Overrides), rules, func(o *Override) func(string) bool {
		matches := o.matcher(false) // extended entries may be about other folders, too
		return func(file string) bool { return within(file) && matches(file) }
	})
	for i := range nested.Overrides {
		if o := &nested.Overrides[i]; len(o.dirs) == 1 { // extended entries may be meant for other folders
			out[1+i].Entry = lint.OverrideEntry{At: o.At, Paths: o.Paths, Folder: nested.Dir}
		}
	}
	// Flags may set levels of the nested policies, by their group for example, which the run itself does not know.
	for i := range nested.Policies {
		id := nested.Policies[i].Rule.ID
		if _, written := out[0].Levels[id]; written {
			continue
		}
		if level, ok := levels[id]; ok {
			out[0].Levels[id] = level
		}
	}
	return out
}

// foldersKeys are the keys that a nested configuration may set for its folder.
var foldersKeys = []string{"extends", "rules", "policies", "namespace", "allow-registries", "overrides"}

// Unused returns the keys that have no effect in a nested configuration.
func (c *Config) Unused() []string {
	return slices.DeleteFunc(slices.Clone(c.written), func(key string) bool { return slices.Contains(foldersKeys, key) })
}

func (f *flags) overrides(all []Override, rules []lint.Rule, matcher func(*Override) func(file string) bool) []lint.Override {
	var out []lint.Override
	for i := range all {
		o := lint.Override{Match: matcher(&all[i]), Levels: ExpandLevels(all[i].Levels, rules)}
		maps.DeleteFunc(o.Levels, func(id string, level lint.Severity) bool {
			return f.rules[id] == aboveOverrides || f.rules[id] == enabling && level == lint.Off
		})
		if !f.namespace {
			o.Namespace = all[i].Namespace
		}
		if !f.registries {
			o.AllowedRegistries = all[i].AllowedRegistries
		}
		out = append(out, o)
	}
	return out
}

// matcher returns a function that matches files against the globs of the entry, relative to each of its folders. If anywhere is true, files outside of
// all of these are matched by their names.
func (o *Override) matcher(anywhere bool) func(file string) bool {
	trees := glob.NewTrees(o.Paths)
	return func(file string) bool {
		outside := true
		for _, dir := range o.dirs {
			if rel, ok := relative(dir, file); ok {
				if outside = false; trees.Match(rel) {
					return true
				}
			}
		}
		return outside && anywhere && trees.Match(file)
	}
}

// relative returns the path of a file relative to a folder, with slashes, and whether it is below the folder.
func relative(dir, file string) (string, bool) {
	rel, err := filepath.Rel(dir, filepath.FromSlash(file))
	if err != nil { // one of them is absolute, or the folder is above the working directory
		a, errA := filepath.Abs(dir)
		b, errB := filepath.Abs(filepath.FromSlash(file))
		if errA != nil || errB != nil {
			return "", false
		}
		if rel, err = filepath.Rel(a, b); err != nil {
			return "", false
		}
	}
	rel = filepath.ToSlash(rel)
	return rel, rel != ".." && !strings.HasPrefix(rel, "../")
}
