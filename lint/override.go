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

// Override holds settings for some files. If several match a file, the last one that sets something wins.
type Override struct {
	// Match reports whether the override applies to a file, given by its clean slash-separated name, as in spans.
	Match func(file string) bool
	// Levels are severities by rule ID, which replace those of the run.
	Levels map[string]Severity
	// Namespace is the namespace of objects that set none; "" keeps that of the run.
	Namespace string
	// AllowedRegistries is as in Settings; nil keeps that of the run.
	AllowedRegistries []string
	// Rules apply only to these files. They replace rules with the same ID of the run and of earlier overrides, and do
	// not check chart values.
	Rules []Rule
	// Entry is the entry of a nested configuration that sets it; the zero value for any other override.
	Entry OverrideEntry
}

// OverrideEntry is an entry of a nested configuration: its file and line, its globs, and the folder of the configuration.
type OverrideEntry struct {
	At     string
	Paths  []string
	Folder string
}

// overrides finds the overrides for a file. It matches each file once and is safe for concurrent use.
type overrides struct {
	all     []Override
	allowed []*registries // for overrides with their own list
	sources func(*Finding) []string
	mu      sync.Mutex // guards files
	files   map[string][]int
}

func newOverrides(all []Override, sources func(*Finding) []string) *overrides {
	o := &overrides{all: all, allowed: make([]*registries, len(all)), sources: sources, files: map[string][]int{}}
	for i := range all {
		if all[i].AllowedRegistries != nil {
			o.allowed[i] = newRegistries(all[i].AllowedRegistries)
		}
	}
	return o
}

// of returns the indexes of the overrides for a file, the last one first.
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

// level returns the severity that an override sets for a rule in a file.
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

// turnsOn reports whether an override enables a rule for some file.
func (o *overrides) turnsOn(rule string) bool {
	return slices.ContainsFunc(o.all, func(one Override) bool {
		s, ok := one.Levels[rule]
		return ok && s != Off
	})
}

// turnsOff reports whether a rule for some objects alone is off in the files of all of them.
func (o *overrides) turnsOff(s scope) bool {
	return len(s.only) > 0 && !slices.ContainsFunc(s.only, func(w *manifests.Workload) bool {
		level, ok := o.level(s.rule.ID, w.Span.File())
		return !ok || level != Off
	})
}

// namespace returns the namespace that an override sets for a file, or "".
func (o *overrides) namespace(file string) string {
	for _, i := range o.of(file) {
		if ns := o.all[i].Namespace; ns != "" {
			return ns
		}
	}
	return ""
}

// settle sets the severity of a finding by its file, and reports whether it is reported there, or may be at its source.
func (o *overrides) settle(f *Finding, level Severity) bool {
	if s, ok := o.level(f.Rule, f.Span.File()); ok {
		f.Severity, level = s, s
	}
	return level != Off || o.sources != nil && o.awaitsSource(f)
}

// awaitsSource reports whether a later override enables the rule of a finding in rendered output for one of its sources,
// and gives the finding that severity until it is traced.
func (o *overrides) awaitsSource(f *Finding) bool {
	if f.Span.File() == nil || !f.Span.File().InMemory || !o.turnsOn(f.Rule) {
		return false
	}
	there := o.last(f.Rule, f.Span.File().Name)
	for _, file := range o.sources(f) {
		if here := o.last(f.Rule, file); here > there && o.all[here].Levels[f.Rule] != Off {
			f.Severity, f.AwaitsSource = o.all[here].Levels[f.Rule], true
			return true
		}
	}
	return false
}

// AllowedIn returns the registries that images in a file may come from; empty means any.
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

// IsAllowedIn is IsAllowed with the list for a file.
func (p *Pass) IsAllowedIn(file *source.File, r imageref.Ref) bool { return p.allowedIn(file).allow(r) }

// IsPartlyAllowedIn reports whether only some names of a registry are allowed for images in a file.
func (p *Pass) IsPartlyAllowedIn(file *source.File, registry string) bool {
	return p.allowedIn(file).parted[registry]
}

func (p *Pass) allowedIn(file *source.File) *registries {
	if p.overrides != nil && file != nil {
		for _, i := range p.overrides.of(file.Name) {
			if list := p.overrides.allowed[i]; list != nil {
				return list
			}
		}
	}
	return p.lists.allowed
}

// Running returns a function that reports whether a rule runs in a file, and whether any file has the rule. rendered is the rendered output that a finding
// in the file is traced from; "" for none.
func (l *Linter) Running() func(rule, file, rendered string) (runs, known bool) {
	o := newOverrides(l.Settings.Overrides, nil)
	pass := &Pass{Settings: l.Settings, overrides: o}
	general, anywhere := map[string]*Rule{}, map[string]bool{}
	for i := range l.Rules {
		general[l.Rules[i].ID] = &l.Rules[i]
	}
	for _, r := range l.AllRules() {
		anywhere[r.ID] = true
	}
	return func(rule, file, rendered string) (runs, known bool) {
		if rendered == "" {
			rendered = file
		}
		found := general[rule]
		for _, i := range slices.Backward(o.of(rendered)) { // the nearest override is the first
			for j := range o.all[i].Rules {
				if o.all[i].Rules[j].ID == rule {
					found = &o.all[i].Rules[j]
				}
			}
		}
		if found == nil {
			return false, anywhere[rule]
		}
		level := l.level(found)
		if last := max(o.last(rule, file), o.last(rule, rendered)); last >= 0 {
			level = o.all[last].Levels[rule]
		}
		return level != Off && (found.IsIdle == nil || !found.IsIdle(pass, &source.File{Name: rendered})), true
	}
}
