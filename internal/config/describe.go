package config

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/lint"
)

// describe returns the table of all keys. The decoder, the editor help and the example are generated from it.
func describe(rules []lint.Rule) *shape {
	glob := &shape{check: checkGlob}
	path := &shape{check: checkPathGlob}
	keys := []key{
		extendsKey(),
		{
			name:    "rules",
			trust:   Harmless,
			doc:     "Severity by rule or group: error, warning, info or off. A rule named here overrides its group; a group does not turn on rules that are off by default.",
			example: rulesExample(rules),
			shape: shape{
				kind: mapping, keys: ruleKeys(rules), own: true, called: "rule or group", listed: "run \"imagelint rules\" to list them",
				foreign: func(name string) string {
					if name != "*" {
						return ""
					}
					return "name groups: " + strings.Join(groups(rules), ", ")
				},
			},
		},
		{
			name: "fail-on", trust: Harmless, doc: "The lowest severity that makes the run fail with exit code 1: error, warning, info or never.",
			example: "error", fallback: "error",
			shape: shape{called: "threshold", choices: []choice{{"error", ""}, {"warning", ""}, {"info", ""}, {"never", ""}}},
		},
		{
			name: "kubernetes-version", trust: Harmless, doc: "The version of the cluster. Some of the cluster's messages differ between versions.",
			example: `"1.33"`,
			shape:   shape{check: checkVersion, number: true, pattern: `^v?1\.[0-9]+([.+-].*)?$`},
		},
		{
			name: "namespace", trust: Harmless, doc: "The namespace of objects that set none. Pull secrets are looked up there.",
			example: "web",
			shape:   shape{check: checkNamespace, pattern: `^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`},
		},
		{
			name: "exclude", trust: Harmless, doc: "Files and folders to skip, as globs. ** matches any folders.",
			example: `["**/testdata/**"]`,
			shape:   shape{kind: list, item: path},
		},
		{
			name: "allow-registries", trust: Harmless, doc: "Registries that images may come from, each a host, optionally with the start of a path. registry-not-allowed reports all other images.",
			example: "[registry.example.com, ghcr.io/acme]",
			shape:   shape{kind: list, item: &shape{check: checkRegistry}},
		},
		{
			name: "mutable-tags", trust: Harmless, doc: "Mutable tags in addition to latest, as globs.",
			example: `[stable, "main-*"]`,
			shape:   shape{kind: list, item: &shape{check: checkTag}},
		},
		{
			name: "local-images", trust: Harmless, doc: "Images that are loaded onto the nodes instead of pulled, as globs of the reference.",
			example: `["*:dev"]`,
			shape:   shape{kind: list, item: glob},
		},
		{
			name: "platforms", trust: Harmless, doc: "Platforms of the cluster's nodes: os/arch or os/arch/variant.",
			example: "[linux/amd64, linux/arm64]",
			shape:   shape{kind: list, item: &shape{check: checkPlatform, pattern: `^(linux|windows)/[0-9a-z]+(/[0-9a-z]+)?$`}},
		},
		{
			name: "allow-empty", trust: Harmless, doc: "Whether to accept input without any Kubernetes objects; otherwise the exit code is 2.",
			example: "false", fallback: false,
			shape: shape{kind: boolean},
		},
		{
			name: "guess", trust: Harmless, doc: "Whether to also look for images in arguments, environment variables, annotations and ConfigMaps. Findings there are infos at most.",
			example: "false", fallback: false,
			shape: shape{kind: boolean},
		},
		{
			name: "max-findings", trust: Harmless, doc: "How many findings of each rule to keep, in order of file and line. The others are counted. On the command line, --max-findings 0 keeps all. In editors, the default is 1000, and the open files are counted apart.",
			example: "10000", fallback: 10000,
			shape: shape{check: checkMaxFindings, number: true, pattern: `^[1-9][0-9]{0,5}$`},
		},
		{
			name: "reference", trust: Inside, doc: "Files and folders that are read for Secrets, ServiceAccounts and siblings, but not reported on. A kustomization given by its folder or file is built; those found below a folder are only read, and charts are not rendered. Relative paths start at the folder of the configuration, or of the editor's workspace.",
			example: "[../base]",
			shape:   shape{kind: list, item: &shape{}},
		},
		{
			name: "baseline", trust: Inside, doc: "The file with known findings to hide, as imagelint --write-baseline writes it. Relative paths start at the folder of the configuration, or of the editor's workspace.",
			example: ".imagelint-baseline.json",
		},
		{
			name: "catalogs", trust: Inside, doc: "Catalogs of images to use besides the built-in one, as imagelint catalog learn and build write them. If two know an image, the newer one is used. Relative paths start at the folder of the configuration, or of the editor's workspace.",
			example: "[.imagelint/catalog]",
			shape:   shape{kind: list, item: &shape{}},
		},
		{
			name: "catalog-max-age", trust: Harmless, doc: "The age, in days, at which a run reports that these catalogs are old.",
			example: "30d",
			shape:   shape{check: checkDays, pattern: `^[1-9][0-9]{0,3}d$`},
		},
		{
			name: "pull-secrets", doc: "Known pull secrets in the cluster.",
			example: "known: [regcred, \"web/regcred\", \"*/pull-*\"]",
			shape: shape{kind: mapping, keys: []key{{
				name:  "known",
				trust: Harmless,
				doc:   "Pull secrets that exist in the cluster though they are not in the manifests: NAME in any namespace, or NAMESPACE/NAME, both as globs. With this list, a Secret that is in neither the list nor the manifests is an error, unless its images are known to be pulled without it, or a preset or rules set the severity of pull-secret-missing.",
				shape: shape{kind: list, item: &shape{check: checkSecret}},
			}}},
		},
		probeKey(),
		renderKey(),
		programKey("helm", "helm4", "The program that renders charts.", "helm", "helm3", "helm4"),
		programKey("kustomize", "kubectl", "The program that builds kustomizations.", "kustomize", "kubectl", "oc"),
		chartsKey(path),
		resourcesKey(),
		policiesKey(),
	}
	top := shape{kind: mapping, keys: keys}
	keys = append(keys, overridesKey(*top.key("rules"), *top.key("namespace"), *top.key("allow-registries"), path, pick(rules, "image-latest").ID), ignoreKey(rules, path, glob))
	return &shape{kind: mapping, keys: keys, foreign: func(name string) string { return foreignKeyHelp(name, rules) }}
}

func resourcesKey() key {
	paths := func(name, doc string) key {
		return key{name: name, trust: Harmless, doc: doc, shape: shape{kind: list, item: &shape{check: checkFieldPath}}}
	}
	part := func(name, doc string) key {
		return key{name: name, trust: Harmless, doc: doc, shape: shape{check: checkFieldPath}}
	}
	field := part("path", "The field, from the root of the object.")
	field.required, field.missing = true, "add the field's path"
	repository := part("repository", "The key that holds the repository.")
	repository.required, repository.missing = true, "add the key that holds the repository"
	return key{
		name: "resources",
		doc:  "Where your own custom resources hold images. A path is a list of keys separated by dots: spec.sidecars[*] is every item of a list, spec.*.image every key of a mapping, spec.**.image any depth.",
		example: `- group: example.com
  kind: Widget
  images: [spec.image]
  split-images: [{path: spec.proxy, registry: registry, repository: repository, tag: tag}]
  pod-specs: [spec.template.spec]
  containers: ["spec.sidecars[*]"]
  pull-secrets: [{path: spec.pullSecrets, shape: strings}]
  service-accounts: [spec.serviceAccountName]
  not-images: [spec.diskImage]`,
		shape: shape{kind: list, item: &shape{kind: mapping, foreign: func(name string) string {
			if name == "apiVersion" {
				return `write "group", without the version`
			}
			return ""
		}, keys: []key{
			{
				name: "group", trust: Harmless, doc: "The API group, without the version.", required: true, missing: "add the API group, without the version",
				shape: shape{check: checkGroup},
			},
			{
				name: "kind", trust: Harmless, doc: "The kind.", required: true, missing: "add the kind",
				shape: shape{check: checkKind},
			},
			paths("images", "Fields that hold a whole image reference."),
			{
				name: "split-images", doc: "Mappings that hold a reference in several keys. The keys are paths below the mapping. A tag that is there but empty counts as missing; one that is not there may be added by the operator.",
				shape: shape{kind: list, item: &shape{kind: mapping, keys: []key{
					field,
					part("registry", "The key that holds the registry's host."),
					repository,
					part("tag", "The key that holds the tag."),
					part("digest", "The key that holds the digest, with its algorithm."),
				}}},
			},
			paths("pod-specs", "Fields that hold a whole pod spec, with its containers and pull secrets."),
			paths("containers", "Containers outside of a pod spec; the path leads to each container: spec.sidecars[*]."),
			{
				name: "pull-secrets", doc: "Fields that name the Secrets with registry credentials. The shape is objects for a list of mappings with the key name, as in a pod spec (the default), strings for a list of names, string for one name, object for one mapping, or object-with-namespace.",
				shape: shape{kind: list, item: &shape{kind: mapping, keys: []key{
					field,
					{
						name: "shape", trust: Harmless, doc: "How the field names them; the default is objects, as in a pod spec.", fallback: "objects",
						shape: shape{called: "shape", choices: secretShapes()},
					},
				}}},
			},
			paths("service-accounts", "Fields that name the account that the pods run under."),
			paths("not-images", "Fields that look like image references but are not, such as disk images."),
		}}},
	}
}

func ignoreKey(rules []lint.Rule, path, glob *shape) key {
	return key{
		name: "ignore",
		doc:  "Known findings to hide. An entry names rules, and can limit them by path, object and image; a reason is required. Entries that suppress nothing are reported.",
		example: "- rules: [" + pick(rules, "image-latest").ID + `]
  paths: ["dev/**"]
  objects: ["Deployment/web", "web/Deployment/*"]
  images: ["*/tools:*"]
  reason: developer tools only
  expires: 2027-01-31`,
		shape: shape{kind: list, item: &shape{kind: mapping, keys: []key{
			{
				name: "rules", trust: Harmless, doc: `Rules or groups; "*" is every rule.`, required: true, missing: `add the rules that it applies to, or ["*"]`,
				shape: shape{kind: list, filled: true, item: ruleName(rules, true)},
			},
			{name: "paths", trust: Harmless, doc: "Globs of the file's path; ** matches any folders.", shape: shape{kind: list, item: path}},
			{name: "objects", trust: Harmless, doc: "Globs of Kind/name or Namespace/Kind/name.", shape: shape{kind: list, item: glob}},
			{name: "images", trust: Harmless, doc: "Globs of the image as written.", shape: shape{kind: list, item: glob}},
			{
				name: "reason", trust: Harmless, doc: "Why these findings are acceptable. Required.", required: true, missing: "give the reason for ignoring these findings",
			},
			{
				name: "expires", trust: Harmless, doc: "The day, YYYY-MM-DD, on which the entry stops having an effect.",
				shape: shape{check: checkDate, number: true, pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`},
			},
		}}},
	}
}

// ruleName returns the shape of a text that names rules.
func ruleName(rules []lint.Rule, star bool) *shape {
	s := &shape{called: "rule or group", own: true, listed: "run \"imagelint rules\" to list them", choices: []choice{}}
	if star {
		s.choices = append(s.choices, choice{"*", "every rule"})
	}
	for _, k := range ruleKeys(rules) {
		s.choices = append(s.choices, choice{k.name, k.doc})
	}
	return s
}

func levelShape() shape {
	return shape{called: "severity", choices: []choice{{"error", ""}, {"warning", ""}, {"info", ""}, {"off", ""}}}
}

// ruleKeys returns a key for each name of a rule, with a severity as its value: groups first, then rules and their aliases in table
// order.
func ruleKeys(rules []lint.Rule) []key {
	level := levelShape()
	var out []key
	for _, g := range groups(rules) {
		out = append(out, key{name: g, doc: "All rules of the group " + g + ".", shape: level})
	}
	for i := range rules {
		r := &rules[i]
		doc := r.Doc.Title
		if r.Severity != lint.Unset {
			doc += " (" + r.Severity.String() + " by default)"
		}
		out = append(out, key{name: r.ID, doc: strings.TrimSpace(doc), shape: level})
		for _, a := range r.Aliases {
			out = append(out, key{name: a, doc: "Former name of " + r.ID + ".", shape: level})
		}
	}
	return out
}

// groups returns the groups in table order.
func groups(rules []lint.Rule) []string {
	var out []string
	for i := range rules {
		if g := rules[i].Group; g != "" && !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	return out
}

// pick returns the rule with an ID for an example, or any rule if the table does not have it.
func pick(rules []lint.Rule, id string) lint.Rule {
	for i := range rules {
		if rules[i].ID == id {
			return rules[i]
		}
	}
	if len(rules) > 0 {
		return rules[0]
	}
	return lint.Rule{ID: id, Group: "tag"}
}

func rulesExample(rules []lint.Rule) string {
	if len(rules) == 0 {
		return "{}"
	}
	r := pick(rules, "image-latest")
	return r.Group + ": warning\n" + r.ID + ": error"
}

// EditorKeys are the settings that only editors can send to the language server.
var EditorKeys = []string{"configFile", "trustConfig", "openFilesOnly", "probeOnSave"}

// foreignKeyHelp returns help for a top-level key that belongs elsewhere.
func foreignKeyHelp(name string, rules []lint.Rule) string {
	for _, key := range EditorKeys {
		if near.Fold(key) == near.Fold(name) {
			return "set it in the settings of the editor, because a configuration cannot"
		}
	}
	switch near.Fold(name) {
	case "version", "apiversion", "kind":
		return "remove it: a configuration has no version and no kind"
	case "knownsecrets", "knownsecret", "known":
		return `write "known" under "pull-secrets"`
	case "severity", "severities", "levels":
		return `did you mean "rules"?`
	case "enable", "disable":
		return `write RULE: error, or RULE: off, under "rules"`
	}
	for _, k := range ruleKeys(rules) {
		if near.Fold(k.name) == near.Fold(name) {
			return `write it under "rules"`
		}
	}
	return ""
}
