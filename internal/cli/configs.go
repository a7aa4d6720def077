package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
)

// foldersFunc is what the engine asks about the configuration files that it meets.
type foldersFunc = func(configs []string) ([]lint.Override, error)

// config loads the configuration file that the flag names; --config "" reads none. Otherwise it is the nearest one from the folder of the paths
// upwards, and those below it, or nearer to one of several paths, hold for their folders.
func (c Command) config(ctx *cli.Context, paths []string) (*config.Config, foldersFunc, error) {
	tell := func(format string, args ...any) {
		if ctx.Bool("verbose") {
			c.complain(fmt.Errorf(format, args...))
		}
	}
	name := ctx.String("config")
	if ctx.IsSet("config") {
		cfg := &config.Config{}
		if name != "" {
			if err := files.CheckNamed(name); err != nil {
				return nil, nil, usagef("read config %q: it %w", name, err)
			}
			var err error
			if cfg, err = config.Load(name, rules.All()); err != nil {
				return nil, nil, usageError{err}
			}
			tell("configuration: %s", strings.Join(cfg.Used, ", "))
		}
		return cfg, func(configs []string) ([]lint.Override, error) {
			for _, at := range configs {
				if !sameFile(at, name) {
					tell("configuration not used: %s, since --config names another one", at)
				}
			}
			return nil, nil
		}, nil
	}
	cfg := &config.Config{}
	found, err := c.findConfig(commonFolder(paths))
	if err == nil && found.Path == "" {
		found, err = c.findConfig(".")
	}
	if err == nil && found.Path != "" {
		cfg, err = config.LoadFound(found, rules.All(), ctx.Bool("trust-config"))
	}
	if err != nil {
		return nil, nil, usageError{err}
	}
	if found.Path != "" {
		tell("configuration: %s", strings.Join(cfg.Used, ", "))
	}
	return cfg, func(configs []string) ([]lint.Override, error) {
		var out []lint.Override
		below, err := c.nested(found, paths, configs)
		if err != nil {
			return nil, usageError{err}
		}
		for _, at := range below {
			nested, err := config.LoadFound(at, rules.All(), false)
			if err != nil {
				return nil, usageError{err}
			}
			if unused := nested.Unused(); len(unused) > 0 {
				c.complain(fmt.Errorf("%s: %s not used: a configuration below that of the run sets rules, namespace, allow-registries and overrides for its folder", at.Path, listed(unused)))
			}
			tell("configuration for %s: %s", nested.Dir, strings.Join(nested.Used, ", "))
			out = append(out, cfg.Below(nested, rules.All())...)
		}
		return out, nil
	}, nil
}

func (c Command) findConfig(dir string) (config.Found, error) {
	return config.Find(dir, c.Getenv("SUDO_UID"))
}

// nested are the configurations, but for that of the run, of the folders that were met and of the paths: the outer ones first.
func (c Command) nested(run config.Found, paths, met []string) ([]config.Found, error) {
	folders := make([]string, 0, len(met)+len(paths))
	for _, at := range met {
		folders = append(folders, filepath.Dir(at))
	}
	for _, p := range paths {
		if p != "-" {
			folders = append(folders, folderOf(p))
		}
	}
	seen := map[string]bool{}
	asked := map[string]bool{}
	var out []config.Found
	for _, dir := range folders {
		if asked[dir] {
			continue
		}
		asked[dir] = true
		found, err := c.findConfig(dir)
		if err != nil {
			return nil, err
		}
		if found.Path == "" || seen[absolutePath(found.Path)] || run.Path != "" && sameFile(found.Path, run.Path) {
			continue
		}
		seen[absolutePath(found.Path)] = true
		out = append(out, found)
	}
	slices.SortStableFunc(out, func(a, b config.Found) int {
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
