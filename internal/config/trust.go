package config

import (
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Trust classifies what a key can do to the machine. A configuration that was found automatically is as untrusted as its repository: a stranger's
// pull request can change it.
type Trust uint8

// Values of Trust. Zero means that the key is not classified.
const (
	// Harmless keys only affect what is linted and reported.
	Harmless Trust = 1 << iota
	// Inside keys name files relative to the configuration. If it was found, they must stay within its repository.
	Inside
	// InsideChart keys name files relative to a chart's folder. If the configuration was found, they must stay within its repository.
	InsideChart
	// Program keys name a program to start. They accept a fixed set of names, and no paths.
	Program
	// Reaches keys change which hosts a run contacts, and with which credentials. If the configuration was found, they need --trust-config.
	Reaches
)

// Trusts returns the trust of every key that holds a value, by path: "charts[].values" is a key in each entry of a list. Keys of a mapping that
// has a trust of its own inherit it.
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

// Bounds restricts a configuration that was found automatically.
type Bounds struct {
	// Root is the folder that its files must stay in.
	Root *files.Root
	// LeftOut lists keys that are set but ignored.
	LeftOut []string

	trusted bool                  // Reaches keys are allowed
	places  map[string]source.Pos // positions of InsideChart values, by path
}

// keep applies the bounds: it reports paths that leave the repository, and deletes Reaches keys.
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

// inside checks the paths of a key: one, or a list of them.
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
		b.node(v.node, fmt.Sprintf("%s: %s %s", name(label), quote(v.text), err), outsideHelp)
	}
}

// outsideHelp is the help for a path outside of the repository.
const outsideHelp = "a configuration that was found automatically cannot read files outside of the repository; pass it with --config to allow that"

// path joins p to Dir unless it is absolute.
func (c *Config) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.Dir, p)
}

// InChart returns an error if the configuration must not use a file for a chart. label is the key with the path or glob, such as
// "charts[0].matrix[1]". If the configuration was found, the file must be in the repository or in the chart, which can read its own files anyway.
// If the user named it, no link may lead out of the tree that the file is in.
func (c *Config) InChart(label, chart, file string) error {
	if c.Bounds == nil {
		if err := files.CheckNamed(file); err != nil {
			return fmt.Errorf("%s: %s %w", c.chartsFile().Name, quote(file), err)
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
	return &Error{File: c.chartsFile().Name, Line: at.Line, Col: at.Col, Message: fmt.Sprintf("%s: %s %s", name(label), quote(file), err), Help: outsideHelp}
}
