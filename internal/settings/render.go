package settings

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/report"
)

// Render reads the flags for charts and kustomizations.
func Render(ctx *cli.Context) (engine.Render, error) {
	version := ctx.String("kubernetes-version")
	out := engine.Render{
		Values: flags.List(ctx, "values"), Set: ctx.StringSlice("set"), SetString: ctx.StringSlice("set-string"), Release: ctx.String("release-name"),
		KubeVersion: patchVersion(version), KubeVersions: kubeVersions(version), APIVersions: flags.List(ctx, "api-versions"),
		Helm: ctx.String("helm"), Kustomize: ctx.String("kustomize"), Gate: ctx.Command.Name == "lint" && ctx.Bool("probe"),
	}
	for _, name := range out.Values {
		if _, err := report.Lookup(name); err == nil && !exists(name) {
			return out, Wrong(ctx, "values", fmt.Errorf("%q is a format, not a file of values: use --format %s", name, name))
		}
	}
	for _, flag := range []string{"values", "set", "set-string", "release-name", "api-versions", "helm"} {
		if out.NeedsChart == "" && ctx.IsSet(flag) && ctx.App.Metadata[flag] == nil {
			out.NeedsChart = flag
		}
	}
	if ctx.IsSet("render-timeout") && ctx.App.Metadata["render-timeout"] == nil {
		out.NeedsRender = "render-timeout"
	}
	v := ctx.String("render-timeout")
	if v == "" {
		return out, nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		return out, Wrong(ctx, "render-timeout", fmt.Errorf("%q is not a valid duration: write it as \"90s\" or \"2m\"", v))
	}
	out.Timeout = d
	return out, nil
}

// kubeVersions returns the versions to render charts for if the user names several.
func kubeVersions(list string) []string {
	var out []string
	for v := range strings.SplitSeq(list, ",") {
		v = strings.TrimPrefix(strings.TrimSpace(v), "v")
		if v != "" && strings.Count(v, ".") < 2 {
			v += ".0"
		}
		if v = "v" + v; v != "v" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// patchVersion returns the version to render charts for if the user names a patch version, or "".
func patchVersion(version string) string {
	version = strings.TrimPrefix(version, "v")
	if strings.Count(version, ".") < 2 || strings.Contains(version, ",") {
		return ""
	}
	return "v" + version
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
