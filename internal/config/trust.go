package config

import (
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Trust says what a key can do to the machine that it is read on. A configuration that was found, rather than named by the user, is as foreign as
// the repository that it lies in: a stranger's pull request can change it.
type Trust uint8

// Trusts. The zero value is that of a key that nobody has judged.
const (
	// Harmless keys decide what is linted and reported, and nothing else.
	Harmless Trust = 1 << iota
	// Inside keys name files, relative to the configuration. In one that was found, they stay within its repository.
	Inside
	// InsideChart keys name files, relative to a chart's folder. In a configuration that was found, they stay within its repository.
	InsideChart
	// Program keys name a program to start. They take names of a fixed set, and no paths.
	Program
	// Reaches keys change whom a run speaks to, and as whom. In a configuration that was found, they need --trust-config.
	Reaches
)

// Trusts is the trust of every key that holds a value, by its path: "charts[].values" is a key of each entry of a list. A key of a mapping that
// is judged as a whole has that judgment.
func Trusts(rules []lint.Rule) map[string]Trust {
	out := map[string]Trust{}
	trusts(describe(rules), "", 0, out)
	return out
}

func trusts(s *shape, label string, above Trust, out map[string]Trust) {
	switch {
	case s.kind == mapping:
		for i := range s.keys {
			k := &s.keys[i]
			trust := k.trust
			if trust == 0 {
				trust = above
			}
			trusts(&k.shape, join(label, k.name), trust, out)
		}
	case s.kind == list && s.item.kind == mapping:
		trusts(s.item, label+"[]", above, out)
	default:
		out[label] = above
	}
}

func join(label, name string) string {
	if label == "" {
		return name
	}
	return label + "." + name
}

// Bounds are what a configuration that was found is held to.
type Bounds struct {
	// Root is what its files may not lead out of.
	Root *files.Root
	// LeftOut are the keys that are written and not obeyed.
	LeftOut []string

	trusted bool                  // to reach out
	places  map[string]source.Pos // of the values that InsideChart judges, by their paths
}

// keep holds a configuration that was found to its bounds: what leads out is reported, and what reaches out is taken out of its values.
func (b *builder) keep(v *value, s *shape, label string) {
	switch s.kind {
	case list:
		for i := range v.list {
			b.keep(&v.list[i], s.item, label+"["+strconv.Itoa(i)+"]")
		}
	case mapping:
		for i := range s.keys {
			k := &s.keys[i]
			child, ok := v.keys[k.name]
			if !ok {
				continue
			}
			at := join(label, k.name)
			if k.trust&(Inside|InsideChart) != 0 {
				b.inside(&child, k.trust, at)
			}
			if k.trust&Reaches != 0 && !b.config.Bounds.trusted {
				delete(v.keys, k.name)
				b.config.Bounds.LeftOut = append(b.config.Bounds.LeftOut, at)
				continue
			}
			b.keep(&child, &k.shape, at)
		}
	}
}

// inside looks at the paths of a key: one, or a list of them.
func (b *builder) inside(v *value, trust Trust, label string) {
	for i := range v.list {
		b.inside(&v.list[i], trust, label+"["+strconv.Itoa(i)+"]")
	}
	if v.text == "" {
		return
	}
	if trust&InsideChart != 0 {
		b.config.Bounds.places[label] = source.Pos{Line: v.node.Line, Col: v.node.Column}
		return
	}
	if _, err := b.config.Bounds.Root.Resolve(b.config.path(v.text)); err != nil {
		b.node(v.node, fmt.Sprintf("%s: %s %s", name(label), quote(v.text), err), keepInside)
	}
}

// keepInside is what to do about a path that a configuration may not name.
const keepInside = "a configuration that was found reads nothing elsewhere; name it with --config to allow that"

// path is a path of the configuration, as seen from where the configuration's name is.
func (c *Config) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.Dir, p)
}

// InChart says why a file is refused that the configuration names for a chart, or that a glob of it matches: by the value with a path, such as
// "charts[0].matrix[1]". In a configuration that was found it stays within the repository, or within the chart, which can read its own files
// anyway; in one that the user named, no link may take it out of the tree that it lies in.
func (c *Config) InChart(label, chart, file string) error {
	if c.Bounds == nil {
		if err := files.CheckNamed(file); err != nil {
			return fmt.Errorf("%s: %s %w", c.File.Name, quote(file), err)
		}
		return nil
	}
	_, err := c.Bounds.Root.Resolve(file)
	if err == nil {
		return nil
	}
	if own, ownErr := files.NewRoot(chart); ownErr == nil {
		if _, ownErr := own.Resolve(file); ownErr == nil {
			return nil
		}
	}
	at := c.Bounds.places[label]
	return &Error{File: c.File.Name, Line: at.Line, Col: at.Col, Message: fmt.Sprintf("%s: %s %s", name(label), quote(file), err), Help: keepInside}
}
