package config

import (
	"errors"
	"fmt"
	"math"
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

// OverrideLevels applies changes to the levels of the configuration, in the order of the fields. A rule's name overrides its group, as in the
// configuration. Its errors are of type *SettingError.
func (c *Config) OverrideLevels(changes Changes, all []lint.Rule) error {
	out := c.Expand(all)
	known := func(name string) error { return c.checkRule(name, all) }
	type change struct {
		name  string
		level func(r *lint.Rule, byGroup bool)
	}
	list := make([]change, 0, len(changes.Enable)+len(changes.Disable)+len(changes.Severity))
	for _, name := range changes.Select {
		if err := known(name); err != nil {
			return settingError("select", err)
		}
		list = append(list, change{name, func(r *lint.Rule, byGroup bool) {
			switch {
			case r.Severity == lint.Off && byGroup: // a group does not enable these
			case r.Severity == lint.Off:
				out[r.ID] = r.OnceEnabled()
			case out[r.ID] == lint.Off:
				delete(out, r.ID)
			}
		}})
	}
	if len(changes.Select) > 0 || slices.Contains(changes.Disable, allRules) {
		selected := map[string]bool{}
		for _, name := range changes.Select {
			for i := range all {
				if r := &all[i]; r.ID == name || r.Group == name || slices.Contains(r.Aliases, name) {
					selected[r.ID] = true
				}
			}
		}
		for i := range all {
			if !selected[all[i].ID] {
				out[all[i].ID] = lint.Off
			}
		}
	}
	for _, name := range changes.Enable {
		if err := known(name); err != nil {
			return settingError("enable", err)
		}
		list = append(list, change{name, func(r *lint.Rule, byGroup bool) {
			switch {
			case r.Severity == lint.Off && !byGroup: // only its own name enables a rule that is off by default
				out[r.ID] = r.OnceEnabled()
			case r.Severity != lint.Off && out[r.ID] == lint.Off:
				delete(out, r.ID)
			}
		}})
	}
	for _, name := range changes.Disable {
		if name == allRules {
			continue // other changes take precedence
		}
		if err := known(name); err != nil {
			return settingError("disable", err)
		}
		list = append(list, change{name, func(r *lint.Rule, _ bool) { out[r.ID] = lint.Off }})
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
		s, err := lint.ParseSeverity(level)
		if err == nil {
			err = known(name)
		}
		if err != nil {
			return settingError("severity", err)
		}
		list = append(list, change{name, func(r *lint.Rule, byGroup bool) {
			if r.Severity != lint.Off || !byGroup {
				out[r.ID] = s
			}
		}})
	}
	for _, byGroup := range []bool{true, false} {
		for _, ch := range list {
			for i := range all {
				if r := &all[i]; byGroup && r.Group == ch.name || !byGroup && (r.ID == ch.name || slices.Contains(r.Aliases, ch.name)) {
					ch.level(r, byGroup)
				}
			}
		}
	}
	c.Levels = out
	c.flags.rules, c.flags.changes = changedRules(changes, all), changes
	return nil
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

// changedRules returns the IDs of the rules whose levels changes determine.
func changedRules(changes Changes, all []lint.Rule) map[string]bool {
	names := slices.Concat(changes.Select, changes.Enable, changes.Disable)
	for _, pair := range changes.Severity {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	every := len(changes.Select) > 0 || slices.Contains(changes.Disable, allRules)
	out := map[string]bool{}
	for i := range all {
		r := &all[i]
		if every || slices.Contains(names, r.ID) || slices.Contains(names, r.Group) || slices.ContainsFunc(r.Aliases, func(a string) bool { return slices.Contains(names, a) }) {
			out[r.ID] = true
		}
	}
	return out
}

// SecretNames reads a list of Secrets: NAME or NAMESPACE/NAME per line, the output of kubectl get secrets -o name (secret/NAME), or its table (NAME TYPE
// DATA AGE, with -A after a NAMESPACE).
func SecretNames(text string) []string {
	out := []string{}
	columns := 5 // without a header, rows with this many columns start with a namespace
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || strings.HasPrefix(fields[0], "#"):
		case fields[0] == "NAMESPACE":
			columns = 2
		case fields[0] == "NAME":
			columns = math.MaxInt
		case len(fields) >= columns:
			out = append(out, fields[0]+"/"+fields[1])
		default:
			out = append(out, strings.TrimPrefix(fields[0], "secret/"))
		}
	}
	return out
}
