package config

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/lint"
)

// SettingError is an invalid setting, identified by its flag.
type SettingError struct {
	Setting string // "" if the error is not about a single setting
	Err     error
}

// Error implements error.
func (e *SettingError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *SettingError) Unwrap() error { return e.Err }

// Override sets the value of a flag, validated like the configuration key. It panics if the flag is not one with a single value.
func (c *Config) Override(flag, text string) error {
	var err error
	switch flag {
	case "fail-on":
		c.FailOn.V, err = ParseFailOn(text)
		c.FailOn.Set = true
	case "kubernetes-version":
		c.Kubernetes.V, err = ParseKubernetesVersion(text)
		c.Kubernetes.Set = true
	case "namespace":
		c.Namespace.V, err = Check(flag, text, nil)
		c.Namespace.Set, c.flags.namespace = true, true
	case "max-findings":
		c.MaxFindings.V, err = strconv.Atoi(text)
		if c.MaxFindings.Set = true; err != nil || c.MaxFindings.V < 0 {
			err = fmt.Errorf("%q is not a valid number of findings: write one, or 0 for all", text)
		}
	default:
		panic("not a configuration flag: " + flag)
	}
	return err
}

// OverrideList is like Override for a repeated flag. Registries and platforms replace those in the configuration; excluded files and known Secrets are
// added.
func (c *Config) OverrideList(flag string, texts []string) error {
	switch flag {
	case "allow-registry":
		c.flags.registries = true
		return checked(&c.AllowedRegistries, "allow-registries", texts)
	case "platform":
		return checked(&c.Platforms, "platforms", texts)
	case "known-secret":
		var known []string
		if err := checked(&known, "pull-secrets.known", texts); err != nil {
			return err
		}
		c.KnownSecrets = append(append([]string{}, c.KnownSecrets...), known...)
		return nil
	case "exclude":
		for _, pattern := range texts {
			if err := glob.Check(filepath.ToSlash(pattern)); err != nil {
				return err
			}
			c.ExcludeHere = append(c.ExcludeHere, pattern)
		}
		return nil
	}
	panic("not a configuration flag: " + flag)
}

func checked(to *[]string, key string, texts []string) error {
	out := make([]string, 0, len(texts))
	for _, text := range texts {
		v, err := Check(key, text, nil)
		if err != nil {
			return err
		}
		out = append(out, v)
	}
	*to = out
	return nil
}

// allRules is the name of all rules in Changes.Disable.
const allRules = "all"

// Changes holds changes of levels. Each list names rules or groups: the only ones to run, those to enable, those to disable, and RULE=LEVEL. Disable
// also accepts "all".
type Changes struct{ Select, Enable, Disable, Severity []string }

// precedence is how changes of a rule's level relate to the levels in overrides.
type precedence int

const (
	belowOverrides precedence = iota // those in overrides apply
	enabling                         // they apply, except that none turns the rule off
	aboveOverrides                   // they do not apply
)

// OverrideLevels applies changes to the levels of the configuration, in the order of the fields. A rule's name overrides its group, as in the
// configuration. Its errors are of type *SettingError.
func (c *Config) OverrideLevels(changes Changes, all []lint.Rule) error {
	if err := c.checkChanges(changes, all); err != nil {
		return err
	}
	c.Levels, c.flags.rules = changes.apply(c.Expand(all), all)
	c.flags.changes = changes
	return nil
}

// checkChanges returns an error if changes name an unknown rule or level.
func (c *Config) checkChanges(changes Changes, all []lint.Rule) error {
	for _, list := range []struct {
		setting string
		names   []string
	}{{"select", changes.Select}, {"enable", changes.Enable}, {"disable", changes.Disable}} {
		for _, name := range list.names {
			if list.setting == "disable" && name == allRules {
				continue
			}
			if err := c.checkRule(name, all); err != nil {
				return settingError(list.setting, err)
			}
		}
	}
	for _, pair := range changes.Severity {
		name, level, ok := strings.Cut(pair, "=")
		if !ok {
			more := ""
			if s, err := lint.ParseSeverity(pair); err == nil && s != lint.Off {
				more = fmt.Sprintf("; --min-severity %s hides less severe findings", s)
			}
			return &SettingError{"severity", fmt.Errorf("%q does not have the form RULE=LEVEL%s", pair, more)}
		}
		_, err := lint.ParseSeverity(level)
		if err == nil {
			err = c.checkRule(name, all)
		}
		if err != nil {
			return settingError("severity", err)
		}
	}
	return nil
}

// apply returns the levels of the run, and the precedence of those that overrides may change. configured are the levels of the configuration.
func (ch *Changes) apply(configured map[string]lint.Severity, all []lint.Rule) (map[string]lint.Severity, map[string]precedence) {
	levels, over := maps.Clone(configured), map[string]precedence{}
	set := func(r *lint.Rule, level lint.Severity) { levels[r.ID], over[r.ID] = level, aboveOverrides }
	isOff := func(r *lint.Rule) bool {
		level, ok := levels[r.ID]
		return level == lint.Off || !ok && r.Severity == lint.Off
	}
	// turnOn gives a rule that is off the level of the configuration, or else its default.
	turnOn := func(r *lint.Rule) {
		level, ok := configured[r.ID]
		switch {
		case ok && level != lint.Off:
			levels[r.ID] = level
		case r.Severity == lint.Off:
			levels[r.ID] = r.OnceEnabled()
		default:
			delete(levels, r.ID)
		}
	}
	if len(ch.Select) > 0 || slices.Contains(ch.Disable, allRules) {
		for i := range all {
			if r := &all[i]; !slices.ContainsFunc(ch.Select, func(name string) bool { return r.Group == name || isNamed(r, name) }) {
				set(r, lint.Off)
			}
		}
	}
	// each calls a function for the rules with one of the names, or in one of the groups. A group does not turn on rules that are off by default.
	each := func(names []string, byGroup bool, change func(*lint.Rule)) {
		for _, name := range names {
			for i := range all {
				if r := &all[i]; byGroup && r.Group == name || !byGroup && isNamed(r, name) {
					change(r)
				}
			}
		}
	}
	for _, byGroup := range []bool{true, false} {
		each(ch.Select, byGroup, func(r *lint.Rule) {
			if isOff(r) && (r.Severity != lint.Off || !byGroup) {
				turnOn(r)
				over[r.ID] = belowOverrides
			}
		})
		each(ch.Enable, byGroup, func(r *lint.Rule) {
			if (isOff(r) || over[r.ID] != aboveOverrides) && (r.Severity != lint.Off || !byGroup) {
				if isOff(r) {
					turnOn(r)
				}
				over[r.ID] = enabling
			}
		})
		each(ch.Disable, byGroup, func(r *lint.Rule) { set(r, lint.Off) })
		for _, pair := range ch.Severity {
			name, text, _ := strings.Cut(pair, "=")
			level, err := lint.ParseSeverity(text)
			if err != nil {
				continue // reported by checkChanges
			}
			each([]string{name}, byGroup, func(r *lint.Rule) {
				if r.Severity != lint.Off || !byGroup {
					set(r, level)
				}
			})
		}
	}
	return levels, over
}

// isNamed reports whether a name is that of a rule.
func isNamed(r *lint.Rule, name string) bool {
	return r.ID == name || slices.Contains(r.Aliases, name)
}

// checkRule is like CheckRule, but also accepts the policies of other configurations, for which it looks only if the name is unknown without them. If
// one of those is broken, its error is the reason why the name is unknown.
func (c *Config) checkRule(name string, all []lint.Rule) error {
	err := CheckRule(name, all)
	if err == nil || c.flags.others == nil {
		return err
	}
	known, broken := c.flags.others.known(name)
	if err = CheckRule(name, slices.Concat(all, known)); err != nil && broken != nil {
		return &otherError{broken}
	}
	return err
}

// otherError is an error in another configuration.
type otherError struct{ error }

// Unwrap returns the error.
func (e *otherError) Unwrap() error { return e.error }

// settingError returns an error about the value of a setting, or about another configuration that keeps it from being understood.
func settingError(setting string, err error) *SettingError {
	var other *otherError
	if errors.As(err, &other) {
		return &SettingError{"", other.error}
	}
	return &SettingError{setting, err}
}
