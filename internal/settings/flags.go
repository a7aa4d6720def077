// Package settings defines the command-line flags and turns their values into settings of the engine. All its
// errors are usage errors. It does not lint.
package settings

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/report"
)

// Groups of flags, in the order of the help.
const (
	groupInput    = "Input"
	groupRender   = "Charts and kustomizations"
	groupRules    = "Rules"
	groupCluster  = "Cluster"
	groupBefore   = "Known findings"
	groupFix      = "Fixes"
	groupRegistry = "Registries"
	groupOutput   = "Output"
)

// Groups returns the groups of flags, in the order of the help.
func Groups() []string {
	return []string{groupInput, groupRules, groupCluster, groupRender, groupRegistry, groupBefore, groupFix, groupOutput}
}

// Core returns the flags that the short help lists, in its order.
func Core() []string {
	return []string{"config", "values", "namespace", "disable", "min-severity", "fix", "probe", "format", "output", "verbose"}
}

func colorFlag() cli.Flag {
	return &cli.StringFlag{Name: "color", Category: groupOutput, Value: "auto", Usage: "`WHEN` to use color: auto, always or never"}
}

func configFlag() cli.Flag {
	return &cli.StringFlag{Name: "config", Category: groupInput, Aliases: []string{"c"}, Usage: "configuration `FILE` (default: .imagelint.yaml, here or above)"}
}

// formatFlag returns the --format flag of a command; the first format is the default.
func formatFlag(known []string) cli.Flag {
	return &cli.StringFlag{Name: "format", Category: groupOutput, Value: known[0], Usage: "print as `FORMAT`: " + strings.Join(known, ", ")}
}

func kubernetesVersionFlag() cli.Flag {
	return &cli.StringFlag{Name: "kubernetes-version", Category: groupCluster, Usage: "`VERSION` of the cluster, such as 1.33; charts are rendered for it, or for each of a list"}
}

func namespaceFlag() cli.Flag {
	return &cli.StringFlag{Name: "namespace", Category: groupCluster, Aliases: []string{"n"}, Usage: "namespace `NS` for objects that set none"}
}

func allowEmptyFlag() cli.Flag {
	return &cli.BoolFlag{Name: "allow-empty", Category: groupInput, Usage: "accept input without any Kubernetes objects"}
}

func knownSecretFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "known-secret", Category: groupCluster, Usage: "assume that the Secret `[NAMESPACE/]NAME` exists; globs, or @FILE with one per line (repeatable)"}
}

func nowFlag() cli.Flag {
	return &cli.StringFlag{Name: "now", Category: groupCluster, Usage: "current `TIME`, such as 2027-01-31 or 2027-01-31T15:00:00Z, for expiry dates and the next retry"}
}

func noCacheFlag() cli.Flag {
	return &cli.BoolFlag{Name: "no-cache", Category: groupRegistry, Usage: "ignore cached registry answers"}
}

func quietFlag(usage string) cli.Flag {
	return &cli.BoolFlag{Name: "quiet", Category: groupOutput, Aliases: []string{"q"}, Usage: usage}
}

func verboseFlag(usage string) cli.Flag {
	return &cli.BoolFlag{Name: "verbose", Category: groupOutput, Aliases: []string{"v"}, Usage: usage}
}

// renderFlags returns the flags for charts and kustomizations.
func renderFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "render", Category: groupRender, Usage: "render charts and build kustomizations (default true)"},
		&cli.StringSliceFlag{Name: "values", Category: groupRender, Aliases: []string{"f"}, Usage: "values `FILE` for charts (repeatable)"},
		&cli.StringSliceFlag{Name: "set", Category: groupRender, Usage: "set `KEY=VALUE` for charts, like helm --set (repeatable)"},
		&cli.StringSliceFlag{Name: "set-string", Category: groupRender, Usage: "set `KEY=VALUE` as a string, like helm --set-string (repeatable)"},
		&cli.StringFlag{Name: "release-name", Category: groupRender, Usage: "release `NAME` for charts (default release-name)"},
		&cli.StringSliceFlag{Name: "api-versions", Category: groupRender, Usage: "render charts as if the cluster had `API` (repeatable)"},
		&cli.StringFlag{Name: "helm", Category: groupRender, Usage: "render charts with the program `PATH` (default: helm from PATH)"},
		&cli.StringFlag{Name: "kustomize", Category: groupRender, Usage: "build kustomizations with the program `PATH`, kustomize or kubectl (default: built in)"},
		&cli.StringFlag{Name: "render-timeout", Category: groupRender, Usage: "`TIME` limit for rendering one chart (default 60s)"},
	}
}

func inputFlags() []cli.Flag {
	return append([]cli.Flag{
		configFlag(),
		&cli.BoolFlag{Name: "trust-config", Category: groupInput, Usage: "let a discovered .imagelint.yaml set mirrors, plain HTTP and certificates for --probe"},
		&cli.StringSliceFlag{Name: "reference", Category: groupInput, Usage: "also read `PATH` for Secrets and service accounts, but do not report on it (repeatable)"},
		&cli.StringSliceFlag{Name: "exclude", Category: groupInput, Usage: "skip files and folders that match `GLOB` (repeatable)"},
		&cli.BoolFlag{Name: "force-exclude", Category: groupInput, Usage: "apply --exclude to files named on the command line, too (for pre-commit)"},
		&cli.BoolFlag{Name: "no-gitignore", Category: groupInput, Usage: "read files that .gitignore excludes"},
		&cli.BoolFlag{Name: "guess", Category: groupInput, Usage: "also look for images in arguments, environment variables and annotations"},
	}, renderFlags()...)
}

// Lint returns the flags of lint.
func Lint() []cli.Flag {
	return append(append(inputFlags(), append(fixFlags(), probeFlags()...)...),
		&cli.StringSliceFlag{Name: "format", Category: groupOutput, Usage: "print as `FORMAT`: " + strings.Join(report.Names(), ", ")},
		&cli.StringSliceFlag{Name: "output", Category: groupOutput, Aliases: []string{"o"}, Usage: "write to `FILE`; once per --format, or by its extension"},
		&cli.StringFlag{Name: "fail-on", Category: groupOutput, Usage: "exit 1 if any finding is at or above `SEVERITY`: error, warning, info or never (default error)"},
		&cli.StringFlag{Name: "baseline", Category: groupBefore, Usage: "hide the findings listed in `FILE`; \"\" for none"},
		&cli.BoolFlag{Name: "write-baseline", Category: groupBefore, Usage: "write the findings to the --baseline file (default " + baseline.Name + ")"},
		&cli.StringFlag{Name: "new-from", Category: groupBefore, Usage: "report only findings that are new since the git revision `REV`; REV... compares with the merge base"},
		&cli.StringSliceFlag{Name: "select", Category: groupRules, Usage: "run only `RULE` or the rules of a group (repeatable)"},
		&cli.StringSliceFlag{Name: "enable", Category: groupRules, Usage: "turn on a `RULE` or a group (repeatable)"},
		&cli.StringSliceFlag{Name: "disable", Category: groupRules, Usage: "turn off a `RULE`, a group or all (repeatable)"},
		&cli.StringSliceFlag{Name: "severity", Category: groupRules, Usage: "set the severity of a rule or group: `RULE=LEVEL`, with error, warning, info or off (repeatable)"},
		&cli.StringFlag{Name: "min-severity", Category: groupOutput, Usage: "hide findings below `LEVEL`: error, warning or info"},
		&cli.BoolFlag{Name: "only-fixable", Category: groupOutput, Usage: "report only findings that --fix=all can fix"},
		&cli.BoolFlag{Name: "no-fold", Category: groupOutput, Usage: "print every place of a finding that occurs in several"},
		kubernetesVersionFlag(),
		namespaceFlag(),
		knownSecretFlag(),
		nowFlag(),
		&cli.StringSliceFlag{Name: "allow-registry", Category: groupRules, Usage: "report images from registries other than `HOST[/PATH]` (repeatable)"},
		&cli.StringSliceFlag{Name: "platform", Category: groupCluster, Usage: "`OS/ARCH` of the cluster's nodes, such as linux/arm64 (repeatable)"},
		&cli.StringFlag{Name: "max-findings", Category: groupOutput, Usage: "keep the first `N` findings of each rule; 0 keeps all (default 10000)"},
		allowEmptyFlag(),
		catalogFlag(),
		colorFlag(),
		quietFlag("print findings only, without the summary"),
		verboseFlag("also list what was skipped and suppressed"),
		&cli.BoolFlag{Name: "stats", Category: groupOutput, Usage: "print timing and counts to stderr"},
	)
}

// probeFlags returns the flags for registries.
func probeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "probe", Category: groupRegistry, Usage: "check the registries, with the pods' own credentials"},
		&cli.StringFlag{Name: "probe-as", Category: groupRegistry, Usage: "with --probe: use the logins of `WHOM`: pod, me or anonymous (default pod)"},
		&cli.BoolFlag{Name: "probe-strict", Category: groupRegistry, Usage: "with --probe: fail if a registry could not be checked"},
		&cli.StringFlag{Name: "probe-login", Category: groupRegistry, Usage: "with --probe: use your own logins for images that the pod is denied, to check `WHAT`: none, exists or tags (default exists; none in CI)"},
		&cli.StringFlag{Name: "wait", Category: groupRegistry, Usage: "with --probe: wait up to `TIME`, such as 15m, for images that do not exist yet"},
		noCacheFlag(),
	}
}

// fixFlags returns the flags for changing files.
func fixFlags() []cli.Flag {
	return []cli.Flag{
		&cli.GenericFlag{Name: "fix", Category: groupFix, Value: new(flags.FixMode), Usage: "fix the files; --fix=all also applies unsafe fixes"},
		diffFlag("print what --fix would change, without writing it"),
	}
}

func diffFlag(usage string) cli.Flag {
	return &cli.BoolFlag{Name: "diff", Category: groupFix, Usage: usage}
}

func catalogFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "catalog", Category: groupRules, Usage: "also use the catalog in `FILE`, instead of those that the configuration names (repeatable)"}
}

// Learn returns the flags of catalog learn that lint does not have.
func Learn() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "repository", Usage: "learn: also list the tags of `HOST/NAME`, even if no manifest uses it (repeatable)"},
		&cli.BoolFlag{Name: "digests", Usage: "learn: also list the digests of the tags in use, one request each"},
		&cli.BoolFlag{Name: "platforms", Usage: "learn: also list the platforms of the tags in use, two or three requests each"},
		&cli.StringSliceFlag{Name: "image", Usage: "learn: only the repositories that match `GLOB` (repeatable; default all but Docker Official Images)"},
	}
}

// Images returns the flags of images.
func Images() []cli.Flag {
	return append(inputFlags(),
		formatFlag(report.ImageFormats()),
		&cli.StringFlag{Name: "output", Category: groupOutput, Aliases: []string{"o"}, Usage: "write to `FILE`, in the format of its extension"},
		catalogFlag(),
		&cli.BoolFlag{Name: "unique", Category: groupOutput, Aliases: []string{"u"}, Usage: "print each image once, normalized"},
		&cli.StringSliceFlag{Name: "registry", Category: groupInput, Usage: "only images of the registry `HOST`; '!HOST' leaves it out (repeatable)"},
		&cli.StringFlag{Name: "why", Category: groupInput, Usage: "only the places of `IMAGE`, as written, normalized, without its tag, or as a glob"},
		&cli.BoolFlag{Name: "exclude-tests", Category: groupInput, Usage: "omit what only helm test runs"},
		&cli.StringFlag{Name: "to", Category: groupOutput, Usage: "list each image with its destination below `REGISTRY[/PATH]`"},
		kubernetesVersionFlag(),
		namespaceFlag(),
		allowEmptyFlag(),
		verboseFlag("also name what was skipped, and the configuration"),
	)
}

// Pulls returns the flags of pulls.
func Pulls() []cli.Flag {
	return append(inputFlags(),
		formatFlag(report.PullFormats()),
		&cli.StringFlag{Name: "image", Category: groupInput, Usage: "only images that match `GLOB`, as written or normalized"},
		&cli.BoolFlag{Name: "failing", Category: groupInput, Usage: "only images whose pull fails, according to the manifests or the cluster's messages"},
		&cli.StringFlag{Name: "workload", Category: groupInput, Usage: "only the object `[NAMESPACE/]KIND/NAME` and what it owns"},
		kubernetesVersionFlag(),
		namespaceFlag(),
		knownSecretFlag(),
		nowFlag(),
		allowEmptyFlag(),
		colorFlag(),
		verboseFlag("print each plan whole, however many, and name the configuration"),
	)
}

// Pin returns the flags of pin.
func Pin() []cli.Flag {
	return append(inputFlags(),
		&cli.StringSliceFlag{Name: "image", Category: groupRules, Usage: "pin only images whose reference (without the digest) or repository matches `GLOB` (repeatable)"},
		&cli.BoolFlag{Name: "update", Category: groupFix, Usage: "also replace digests that differ from the tag's current digest"},
		diffFlag("print the changes instead of writing them"),
		namespaceFlag(),
		noCacheFlag(),
		allowEmptyFlag(),
		quietFlag("do not print the summary"),
		verboseFlag("also list the images without a tag"),
	)
}

// Catalog returns the flags of catalog.
func Catalog() []cli.Flag {
	return append(append(inputFlags(), Learn()...),
		catalogFlag(),
		formatFlag(report.CatalogFormats()),
		&cli.StringFlag{Name: "official-images", Usage: "build: the clone of docker-library/official-images in `DIR`"},
		&cli.StringFlag{Name: "lists", Usage: "build: bring the lists of tags in `DIR` up to date"},
		&cli.StringFlag{Name: "end-of-life", Usage: "build: bring the release cycles in `FILE` up to date"},
		&cli.StringFlag{Name: "sources", Usage: "build: the sources of lists and release cycles, in `DIR`"},
		&cli.StringFlag{Name: "docs", Usage: "build: the clone of docker-library/docs in `DIR`"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "build, learn: write the catalog to `FILE` (learn: default " + catalogs.LearnedFile + ")"},
	)
}

// Explain returns the flags of explain.
func Explain() []cli.Flag {
	return []cli.Flag{formatFlag(report.CauseFormats()), configFlag(), nowFlag(), colorFlag()}
}

// Rules returns the flags of rules.
func Rules() []cli.Flag {
	return []cli.Flag{formatFlag(report.RuleFormats()), configFlag(), colorFlag()}
}
