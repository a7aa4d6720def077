package lint

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Override are settings for some files alone. Of several that are for a file, the last one that says something counts.
type Override struct {
	// Match reports whether it is for a file, by the clean name with slashes that spans have.
	Match func(file string) bool
	// Levels are severities by rule ID, in place of those of the run.
	Levels map[string]Severity
	// Namespace is that of objects which write none; "" leaves that of the run.
	Namespace string
	// AllowedRegistries are as in Settings; nil leaves those of the run.
	AllowedRegistries []string
	// Rules are those of these files alone. They are in place of rules of the run, and of overrides before this one, that have the same ID, and judge no
	// values of charts.
	Rules []Rule
}

// overrides answers what is overridden for a file. Each file is held against the overrides once. It is safe for concurrent use.
type overrides struct {
	all     []Override
	allowed []*registries // of those with a list of their own
	mu      sync.Mutex    // guards files
	files   map[string][]int
}

func newOverrides(all []Override) *overrides {
	o := &overrides{all: all, allowed: make([]*registries, len(all)), files: map[string][]int{}}
	for i := range all {
		if all[i].AllowedRegistries != nil {
			o.allowed[i] = newRegistries(all[i].AllowedRegistries)
		}
	}
	return o
}

// of are the indexes of the overrides that are for a file, the last one first.
func (o *overrides) of(file string) []int {
	if len(o.all) == 0 {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	found, ok := o.files[file]
	if !ok {
		name := path.Clean(strings.ReplaceAll(file, `\`, "/"))
		for i := range slices.Backward(o.all) {
			if o.all[i].Match(name) {
				found = append(found, i)
			}
		}
		o.files[file] = found
	}
	return found
}

// level is the severity that a rule has in a file, where an override says so.
func (o *overrides) level(rule string, file *source.File) (Severity, bool) {
	if file == nil {
		return Unset, false
	}
	for _, i := range o.of(file.Name) {
		if s, ok := o.all[i].Levels[rule]; ok {
			return s, true
		}
	}
	return Unset, false
}

// turnsOn reports whether a rule is on somewhere.
func (o *overrides) turnsOn(rule string) bool {
	return slices.ContainsFunc(o.all, func(one Override) bool {
		s, ok := one.Levels[rule]
		return ok && s != Off
	})
}

// turnsOff reports whether a rule for some objects alone is off in the files of all of them.
func (o *overrides) turnsOff(s scope) bool {
	return len(s.only) > 0 && !slices.ContainsFunc(s.only, func(w *manifests.Workload) bool {
		level, ok := o.level(s.rule.ID, w.Span.File)
		return !ok || level != Off
	})
}

// namespace is that of objects of a file which write none; "" where no override says so.
func (o *overrides) namespace(file string) string {
	for _, i := range o.of(file) {
		if ns := o.all[i].Namespace; ns != "" {
			return ns
		}
	}
	return ""
}

// settle gives a finding the severity of its file, and reports whether it is one there.
func (o *overrides) settle(f *Finding, level Severity) bool {
	if s, ok := o.level(f.Rule, f.Span.File); ok {
		f.Severity, level = s, s
	}
	return level != Off
}

// AllowedIn are the registries that images of a file may come from; empty: any.
func (p *Pass) AllowedIn(file *source.File) []string {
	if p.overrides != nil && file != nil {
		for _, i := range p.overrides.of(file.Name) {
			if list := p.overrides.all[i].AllowedRegistries; list != nil {
				return list
			}
		}
	}
	return p.Settings.AllowedRegistries
}

// IsAllowedIn is IsAllowed by the list that is for a file.
func (p *Pass) IsAllowedIn(file *source.File, r imageref.Ref) bool {
	if p.overrides != nil && file != nil {
		for _, i := range p.overrides.of(file.Name) {
			if list := p.overrides.allowed[i]; list != nil {
				return list.allow(r)
			}
		}
	}
	return p.IsAllowed(r)
}
