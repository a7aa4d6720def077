package settings

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/rules"
)

// Overlay applies the flags to the configuration, and validates them with the same messages.
func Overlay(ctx *cli.Context, cfg *config.Config) error {
	for _, flag := range []string{"fail-on", "kubernetes-version", "namespace", "max-findings"} {
		if ctx.IsSet(flag) {
			text, err := ctx.String(flag), error(nil)
			if flag == "kubernetes-version" {
				text, err = oldest(text)
			}
			if err == nil {
				err = cfg.Override(flag, text)
			}
			if err != nil {
				return Wrong(ctx, flag, err)
			}
		}
	}
	for name, to := range map[string]*config.Value[bool]{"allow-empty": &cfg.AllowEmpty, "guess": &cfg.Guess, "render": &cfg.Render} {
		if ctx.IsSet(name) {
			*to = config.Value[bool]{V: ctx.Bool(name), Set: true}
		}
	}
	for _, flag := range []string{"allow-registry", "platform", "known-secret", "exclude"} {
		if !ctx.IsSet(flag) {
			continue
		}
		values, err := flags.List(ctx, flag), error(nil)
		if flag == "known-secret" {
			values, cfg.KnownTypes, err = knownSecrets(values)
		}
		if err == nil {
			err = cfg.OverrideList(flag, values)
		}
		if err != nil {
			return Wrong(ctx, flag, err)
		}
	}
	changes := config.Changes{Select: flags.List(ctx, "select"), Enable: flags.List(ctx, "enable"), Disable: flags.List(ctx, "disable"), Severity: flags.List(ctx, "severity")}
	err := cfg.OverrideLevels(changes, cfg.Rules(rules.All()))
	if setting := (*config.SettingError)(nil); errors.As(err, &setting) {
		if setting.Setting == "" {
			return Usage(err)
		}
		return Wrong(ctx, setting.Setting, err)
	}
	return err
}

// oldest returns the oldest of a list of Kubernetes versions, which rules use: what fails there fails for
// somebody.
func oldest(list string) (string, error) {
	var out string
	least := math.MaxInt
	for v := range strings.SplitSeq(list, ",") {
		minor, err := config.ParseKubernetesVersion(strings.TrimSpace(v))
		if err != nil {
			return "", err
		}
		if minor < least {
			least, out = minor, strings.TrimSpace(v)
		}
	}
	return out, nil
}

// maxSecrets limits a file of Secret names, in bytes.
const maxSecrets = 16 << 20

// knownSecrets returns the names of Secrets, and the types of those with one; a value that begins with "@" names a file of them.
func knownSecrets(values []string) (names []string, types map[string]string, err error) {
	var listed []config.ListedSecret
	for _, v := range values {
		file, ok := strings.CutPrefix(v, "@")
		if !ok {
			names = append(names, v)
			continue
		}
		data, err := files.ReadStream(file, maxSecrets)
		if err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", file, err)
		}
		listed = append(listed, config.SecretNames(string(data))...)
	}
	for _, s := range listed {
		names = append(names, s.Name)
	}
	return names, config.TypesOf(listed), nil
}

// Now returns the time by which credentials expire.
func Now(ctx *cli.Context, machine func() time.Time) (time.Time, error) {
	if !ctx.IsSet("now") {
		return machine().UTC(), nil
	}
	v := ctx.String("now")
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, Wrong(ctx, "now", fmt.Errorf("invalid time %q: use 2027-01-31 or 2027-01-31T15:00:00Z", v))
}

// Format returns the format of a command that prints one format.
func Format(ctx *cli.Context, known []string) (string, error) {
	format := ctx.String("format")
	if !slices.Contains(known, format) {
		return "", Wrong(ctx, "format", fmt.Errorf("unknown format %q: use one of %s", format, strings.Join(known, ", ")))
	}
	return format, nil
}
