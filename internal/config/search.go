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

// Search says which configuration files hold for a run.
type Search struct {
	// Name is the file that the user names, and Named is true if they do; a name that is "" stands for no file. Otherwise files are searched for.
	Name  string
	Named bool
	// Paths are what is linted.
	Paths []string
	// Rules are those that a file may set.
	Rules []lint.Rule
	// Compile makes rules of the policies of a file that holds for a folder; nil where they are not asked for.
	Compile func([]Policy) ([]lint.Rule, error)
	// SudoUID is what the variable of that name holds; see Find.
	SudoUID string
	// Trust lets a file that was found set what only one that is named may set.
	Trust bool
	// Tell is told which files are used, Warn what of them is not; nil for nobody.
	Tell, Warn func(text string)
}

// Folders turns the configuration files that are met in folders into what they set for these.
type Folders = func(configs []string) ([]lint.Override, error)

// Load loads the configuration of a run: the file that is named, or the nearest one from the folder of the paths upwards. Those below it, or nearer to
// one of several paths, hold for their folders.
func (s *Search) Load() (*Config, Folders, error) {
	if s.Named {
		return s.named()
	}
	cfg := &Config{}
	found, err := Find(commonFolder(s.Paths), s.SudoUID)
	if err == nil && found.Path == "" {
		found, err = Find(".", s.SudoUID)
	}
	if err == nil && found.Path != "" {
		cfg, err = LoadFound(found, s.Rules, s.Trust)
	}
	if err != nil {
		return nil, nil, err
	}
	if found.Path != "" {
		s.tell("configuration: %s", strings.Join(cfg.Used, ", "))
	}
	return cfg, func(configs []string) ([]lint.Override, error) { return s.below(cfg, found, configs) }, nil
}

// named loads the file that the user names, beside which no other one counts.
func (s *Search) named() (*Config, Folders, error) {
	cfg := &Config{}
	if s.Name != "" {
		if err := files.CheckNamed(s.Name); err != nil {
			return nil, nil, fmt.Errorf("read config %q: it %w", s.Name, err)
		}
		var err error
		if cfg, err = Load(s.Name, s.Rules); err != nil {
			return nil, nil, err
		}
		s.tell("configuration: %s", strings.Join(cfg.Used, ", "))
	}
	return cfg, func(configs []string) ([]lint.Override, error) {
		for _, at := range configs {
			if !sameFile(at, s.Name) {
				s.tell("configuration not used: %s, since --config names another one", at)
			}
		}
		return nil, nil
	}, nil
}

// below are what the files met in folders set for these.
func (s *Search) below(cfg *Config, run Found, met []string) ([]lint.Override, error) {
	var out []lint.Override
	nested, err := s.nested(run, met)
	if err != nil {
		return nil, err
	}
	for _, at := range nested {
		inner, err := LoadFound(at, s.Rules, false)
		if err != nil {
			return nil, err
		}
		if unused := inner.Unused(); len(unused) > 0 && s.Warn != nil {
			s.Warn(fmt.Sprintf("%s: %s not used: a configuration below that of the run sets rules, policies, namespace, allow-registries and overrides for its folder", at.Path, Listed(unused)))
		}
		s.tell("configuration for %s: %s", inner.Dir, strings.Join(inner.Used, ", "))
		overrides := cfg.Below(inner, s.Rules)
		if s.Compile != nil {
			if overrides[0].Rules, err = s.Compile(inner.Policies); err != nil {
				return nil, err
			}
		}
		out = append(out, overrides...)
	}
	return out, nil
}

func (s *Search) tell(format string, args ...any) {
	if s.Tell != nil {
		s.Tell(fmt.Sprintf(format, args...))
	}
}

// Listed is a list of keys with the verb that follows: "a is", "a and b are".
func Listed(keys []string) string {
	if len(keys) == 1 {
		return keys[0] + " is"
	}
	return strings.Join(keys[:len(keys)-1], ", ") + " and " + keys[len(keys)-1] + " are"
}

// nested are the configurations, but for that of the run, of the folders that were met and of the paths: the outer ones first.
func (s *Search) nested(run Found, met []string) ([]Found, error) {
	folders := make([]string, 0, len(met)+len(s.Paths))
	for _, at := range met {
		folders = append(folders, filepath.Dir(at))
	}
	for _, p := range s.Paths {
		if p != "-" {
			folders = append(folders, folderOf(p))
		}
	}
	seen := map[string]bool{}
	asked := map[string]bool{}
	var out []Found
	for _, dir := range folders {
		if asked[dir] {
			continue
		}
		asked[dir] = true
		found, err := Find(dir, s.SudoUID)
		if err != nil {
			return nil, err
		}
		if found.Path == "" || seen[absolutePath(found.Path)] || run.Path != "" && sameFile(found.Path, run.Path) {
			continue
		}
		seen[absolutePath(found.Path)] = true
		out = append(out, found)
	}
	slices.SortStableFunc(out, func(a, b Found) int {
		a0, b0 := absolutePath(a.Path), absolutePath(b.Path)
		sep := string(filepath.Separator)
		return cmp.Or(cmp.Compare(strings.Count(a0, sep), strings.Count(b0, sep)), cmp.Compare(a0, b0))
	})
	return out, nil
}

// folderOf is the folder that a path is, or is in.
func folderOf(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return path
	}
	return filepath.Dir(path)
}

// commonFolder is the folder that all paths are in; that of standard input is the working directory.
func commonFolder(paths []string) string {
	common := ""
	for _, p := range paths {
		dir := "."
		if p != "-" {
			dir = folderOf(p)
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
	return rel // as messages name it
}

func absolutePath(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// sameFile reports whether two paths lead to one file.
func sameFile(a, b string) bool {
	one, errA := os.Stat(a)
	other, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(one, other)
}
