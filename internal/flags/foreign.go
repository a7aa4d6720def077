package flags

// foreign maps flags of other tools to those of imagelint.
var foreign = map[string]string{
	"no-color": "color never", "no-colors": "color never", "colour": "color",
	"kube-version": "kubernetes-version", "k8s-version": "kubernetes-version",
	"set-severity": "severity RULE=LEVEL", "level": "min-severity", "severity-threshold": "min-severity",
	"rule": "select", "rules": "select", "only": "select", "skip": "disable for rules, --exclude for files", "ignore": "disable for rules, --exclude for files", "exclude-rule": "disable",
	"ignore-path": "exclude", "context": "reference", "timing": "stats", "kustomize-path": "kustomize", "update-baseline": "write-baseline",
	"out": "output", "output-file": "output", "json": "format json", "sarif": "format sarif", "strict": "fail-on warning", "dry-run": "diff",
	"relocate": "to REGISTRY[/PATH]", "mirror": "to REGISTRY[/PATH]", "update": "fix", "write": "fix", "autofix": "fix",
	"offline": "probe=false, the default", "online": "probe", "show-all": "no-fold", "silent": "quiet",
	"config-file": "config", "since": "new-from REVISION", "diff-from": "new-from REVISION", "base": "new-from REVISION", "changed": "new-from REVISION",
	"create-baseline": "write-baseline", "generate-baseline": "write-baseline", "file": "output for a report; a file to read needs no flag",
}

// unneeded maps flags of other tools for which imagelint needs none to what it does instead.
var unneeded = map[string]string{
	"recursive": "folders are read with all folders below them", "r": "folders are read with all folders below them", "R": "folders are read with all folders below them",
	"filename":   `files are arguments: "imagelint FILE"`,
	"list-rules": `"imagelint rules" lists them`,
	"preset":     `write "extends: NAME" in .imagelint.yaml, with the preset's name`,
	"extends":    `write "extends: NAME" in .imagelint.yaml`,
	"summary":    "more than 20 findings end with a summary by rule",
	"statistics": "more than 20 findings end with a summary by rule",
}

// replacements maps the commands of other tools to what does the same here.
var replacements = map[string]string{
	"scan": lintPath, "check": lintPath, "run": lintPath, "validate": lintPath, "verify": lintPath, "test": lintPath, "analyze": lintPath, "audit": lintPath,
	"fix": `"imagelint PATH --fix"`, "diff": `"imagelint PATH --diff"`, "probe": `"imagelint PATH --probe"`, "baseline": `"imagelint PATH --write-baseline"`,
	"mirror": `"imagelint images PATH --to REGISTRY"`, "copy": `"imagelint images PATH --to REGISTRY"`, "sync": `"imagelint images PATH --format skopeo"`,
	"config": `"imagelint init", which writes .imagelint.yaml`, "setup": `"imagelint init", which writes .imagelint.yaml`, "learn": `"imagelint catalog learn PATH"`,
	"why": pullsPath, "describe": pullsPath, "debug": pullsPath, "diagnose": pullsPath, "pods": pullsPath, "events": pullsPath, "logs": pullsPath,
	"hook": hooks, "hooks": hooks, "install": hooks, "install-hook": hooks, "pre-commit": hooks,
}

const (
	lintPath  = `"imagelint PATH"`
	pullsPath = `"imagelint pulls PATH" for manifests with statuses, "imagelint explain FILE" for the text of kubectl or a log`
	hooks     = "the hooks of pre-commit, as docs/pre-commit.md says"
)
