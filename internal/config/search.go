package config

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
)

// Search finds the configuration files for a run.
type Search struct {
	// Name is the file that the user named, if Named is true; "" means no configuration. If Named is false, Load searches for files.
	Name  string
	Named bool
	// Paths are the linted paths.
	Paths []string
	// Rules are the rules that a file may configure.
	Rules []lint.Rule
	// Compile compiles the policies of a nested configuration to rules, and those of a configuration with errors to find more. If it is nil, they are
	// ignored.
	Compile func([]Policy) ([]lint.Rule, error)
	// SudoUID is the value of SUDO_UID; see Find.
	SudoUID string
	// Met lists the configuration files below paths before those are walked, for names of rules that only these files define. It may be nil.
	Met func(paths []string) []string
	// Trust allows all keys in a file that was found, as in a named one.
	Trust bool
	// Info receives the names of the files in use, Warn the keys that have no effect. Both may be nil.
	Info, Warn func(text string)
	// Broken receives the error of a nested configuration, which is then not used. If it is nil, such an error ends the search.
	Broken func(error)
}

// Folders returns the overrides of the configuration files found in folders.
type Folders = func(configs []string) ([]lint.Override, error)

// Load loads the configuration of a run: the named file, or the one that ofRun finds. Other configurations, below it or nearer to one of the paths,
// apply to their own folders.
func (s *Search) Load() (*Config, Folders, error) {
	if s.Named {
		return s.named()
	}
	cfg := &Config{}
	found, err := s.ofRun()
	if err == nil && found.Path != "" {
		if cfg, err = LoadFound(found, s.Rules, s.Trust); err != nil {
			s.pointBelow(err, found)
		}
	}
	if err != nil {
		return nil, nil, allErrors(err, s.Compile)
	}
	if found.Path != "" {
		s.info("configuration: %s", strings.Join(cfg.Used, ", "))
	}
	s.Link(cfg, found)
	return cfg, func(configs []string) ([]lint.Override, error) { return s.Below(cfg, found, configs) }, nil
}

// ofRun finds the configuration of a run: the nearest one in or above the working directory if the paths are below that, so that it does not depend on
// which files are linted together. For paths elsewhere or in another repository, it is the nearest one in or above their common folder, if there is one.
func (s *Search) ofRun() (Found, error) {
	common := commonFolder(s.Paths)
	found, err := Find(common, s.SudoUID)
	working := absolutePath(".")
	switch {
	case err != nil:
		return Found{}, err
	case found.Path != "" && !files.Below(absolutePath(common), working), found.Repository && !files.Below(working, absolutePath(found.Root)):
		return found, nil
	}
	outer, err := Find(".", s.SudoUID)
	if err != nil || found.Path == "" || outer.Path != "" && outer.Repository == found.Repository {
		return outer, err
	}
	return found, nil
}

// named loads the file that the user named. All others are ignored.
func (s *Search) named() (*Config, Folders, error) {
	cfg := &Config{}
	if s.Name != "" {
		if err := files.CheckNamed(s.Name); err != nil {
			return nil, nil, fmt.Errorf("read config %q: it %w", s.Name, err)
		}
		var err error
		if cfg, err = Load(s.Name, s.Rules); err != nil {
			return nil, nil, allErrors(err, s.Compile)
		}
		s.info("configuration: %s", strings.Join(cfg.Used, ", "))
	}
	return cfg, func(configs []string) ([]lint.Override, error) {
		for _, at := range configs {
			if !sameFile(at, s.Name) {
				s.info("configuration not used: %s, since --config names another one", at)
			}
		}
		return nil, nil
	}, nil
}

// Below returns the overrides of the configurations found in folders. run is the file that cfg was loaded from.
func (s *Search) Below(cfg *Config, run Found, met []string) ([]lint.Override, error) {
	var out []lint.Override
	nested, err := s.nested(run, met)
	if err != nil {
		return nil, err
	}
	for _, at := range nested {
		overrides, err := s.one(cfg, at)
		if err == nil {
			out = append(out, overrides...)
		} else if err = s.broken(err); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// one returns the overrides of a nested configuration.
func (s *Search) one(cfg *Config, at Found) ([]lint.Override, error) {
	inner, err := LoadFound(at, s.Rules, false)
	if err != nil {
		s.pointBelow(err, at)
		return nil, allErrors(err, s.Compile)
	}
	if unused := inner.Unused(); len(unused) > 0 && s.Warn != nil {
		s.Warn(fmt.Sprintf("%s: %s not used: a configuration below that of the run sets rules, policies, namespace, allow-registries and overrides for its folder", at.Path, Listed(unused)))
	}
	s.info("configuration for %s: %s", inner.Dir, strings.Join(inner.Used, ", "))
	out := cfg.Below(inner, s.Rules)
	if s.Compile != nil {
		out[0].Rules, err = s.Compile(inner.Policies)
	}
	return out, err
}

// broken returns an error unless somebody receives it.
func (s *Search) broken(err error) error {
	if s.Broken == nil {
		return err
	}
	s.Broken(err)
	return nil
}

func (s *Search) info(format string, args ...any) {
	if s.Info != nil {
		s.Info(fmt.Sprintf(format, args...))
	}
}

// Listed lists keys with a verb: "a is", "a and b are".
func Listed(keys []string) string {
	if len(keys) == 1 {
		return keys[0] + " is"
	}
	return strings.Join(keys[:len(keys)-1], ", ") + " and " + keys[len(keys)-1] + " are"
}

// nested returns the other configurations for the folders that were met and for the paths, outer ones first.
func (s *Search) nested(run Found, met []string) ([]Found, error) {
	folders := make([]string, 0, len(met)+len(s.Paths))
	for _, at := range met {
		folders = append(folders, filepath.Dir(at))
	}
	for _, p := range s.Paths {
		if p != "-" {
			folders = append(folders, files.Folder(p))
		}
	}
	seen := map[string]bool{}
	var out []Found
	for _, dir := range folders {
		found, err := s.upwards(dir, run, seen)
		if err != nil {
			if err = s.broken(err); err != nil {
				return nil, err
			}
		}
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b Found) int {
		a0, b0 := absolutePath(a.Path), absolutePath(b.Path)
		sep := string(filepath.Separator)
		return cmp.Or(cmp.Compare(strings.Count(a0, sep), strings.Count(b0, sep)), cmp.Compare(a0, b0))
	})
	return out, nil
}

// upwards returns the configurations in and above a folder, up to that of the run, or else to the root of the repository. seen holds the folders and
// files of earlier calls, above which there is nothing new.
func (s *Search) upwards(dir string, run Found, seen map[string]bool) ([]Found, error) {
	var out []Found
	for more := true; more && !seen[absolutePath(dir)]; dir = parent(dir) {
		seen[absolutePath(dir)] = true
		found, err := Find(dir, s.SudoUID)
		if err != nil || seen[absolutePath(found.Path)] && found.Path != "" || sameFile(found.Path, run.Path) {
			return out, err
		}
		if found.Path != "" {
			seen[absolutePath(found.Path)] = true
			out = append(out, found)
			dir = filepath.Dir(found.Path)
		}
		at := absolutePath(dir)
		belowRun := run.Path != "" && files.Below(at, absolutePath(filepath.Dir(run.Path))) // as when the folder of the run is linted
		more = belowRun || found.Repository && at != absolutePath(found.Root)
	}
	return out, nil
}

// commonFolder returns the folder that all paths are in. For standard input, that is the working directory.
func commonFolder(paths []string) string {
	common := ""
	for _, p := range paths {
		dir := "."
		if p != "-" {
			dir = files.Folder(p)
		}
		if dir = filepath.Clean(dir); common == "" || common == dir {
			common = dir
			continue
		}
		for a, b := absolutePath(common), absolutePath(dir); !files.Below(b, a); a = filepath.Dir(a) {
			if common = filepath.Dir(a); common == a {
				return "." // on another volume
			}
		}
	}
	rel, err := filepath.Rel(absolutePath("."), absolutePath(common))
	if err != nil || filepath.IsAbs(common) && (rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator))) {
		return cmp.Or(common, ".")
	}
	return rel // in the form that messages use
}

func absolutePath(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// sameFile reports whether two paths are the same file.
func sameFile(a, b string) bool {
	one, errA := os.Stat(a)
	other, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(one, other)
}
