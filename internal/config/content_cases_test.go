package config

// contentErrors are files with invalid values, and the exact errors.
func contentErrors() []errorTest {
	return []errorTest{
		{"unknown key", "allow-registry: [ghcr.io]\n", `
c:1:1: unknown key "allow-registry": did you mean "allow-registries"?
`},
		{"unknown nested key", "pull-secrets:\n  know: [a]\n", `
c:2:3: unknown key "know" in "pull-secrets": did you mean "known"?
`},
		{"unknown key in an entry", `
ignore:
  - rules: [tag]
    reason: x
    path: [a]
`, `
c:4:5: unknown key "path" in "ignore[0]": did you mean "paths"?
`},
		{"unknown key, nothing near", "fancy: 1\n", `
c:1:1: unknown key "fancy": the keys are extends, rules, fail-on, kubernetes-version, namespace, exclude, allow-registries, mutable-tags, local-images, platforms, allow-empty, guess, max-findings, reference, baseline, catalogs, catalog-max-age, pull-secrets, probe, render, helm, kustomize, charts, resources, policies, overrides, ignore
`},
		{"camel case", "failOn: error\n", `
c:1:1: unknown key "failOn": did you mean "fail-on"?
`},
		{"underscores", "kubernetes_version: 1.33\n", `
c:1:1: unknown key "kubernetes_version": did you mean "kubernetes-version"?
`},
		{"key of another place", `
known-secrets: [a]
severity: {}
enable: [a]
version: 1
image-latest: off
`, `
c:1:1: unknown key "known-secrets": write "known" under "pull-secrets"
c:2:1: unknown key "severity": did you mean "rules"?
c:3:1: unknown key "enable": write RULE: error, or RULE: off, under "rules"
c:4:1: unknown key "version": remove it: a configuration has no version and no kind
c:5:1: unknown key "image-latest": write it under "rules"
`},
		{"group like a key", "pull-secret: {}\n", `
c:1:1: unknown key "pull-secret": did you mean "pull-secrets"?
`},
		{"apiVersion of a resource", `
resources:
  - apiVersion: example.com/v1
    kind: Widget
    images: [spec.image]
`, `
c:2:5: unknown key "apiVersion" in "resources[0]": write "group", without the version
`},
		{"unknown rule", "rules:\n  image-lastest: error\n", `
c:2:3: unknown rule or group "image-lastest": did you mean "image-latest"?
`},
		{"unknown rule, nothing near", "rules:\n  no-such-thing: error\n", `
c:2:3: unknown rule or group "no-such-thing": run "imagelint rules" to list them
`},
		{"star as a rule", "rules:\n  \"*\": off\n", `
c:2:3: unknown rule or group "*": name groups: invalid-reference, tag, policy
`},
		{"unknown level", `
rules:
  image-latest: warn
  tag: false
  policy: high
`, `
c:2:17: "rules.image-latest": invalid value "warn": use error, warning, info or off
c:3:8: "rules.tag" must be a string, not the boolean false: use error, warning, info or off
c:4:11: "rules.policy": invalid value "high": use error, warning, info or off
`},
		{"level of nothing", "rules:\n  image-latest:\n", `
c:2:16: "rules.image-latest" must be a string, not empty: use error, warning, info or off
`},
		{"duplicate key", `
exclude: [a]
guess: true
exclude: [b]
`, `
c:3:1: "exclude" appears twice, first on line 1: keep one
`},
		{"duplicate rule", "rules: {tag: off, tag: error}\n", `
c:1:19: "tag" appears twice, first on line 1: keep one
`},
		{"wrong types", `
rules: [a]
fail-on: [error]
kubernetes-version: {}
namespace: 12
exclude: a/**
allow-empty: "true"
guess: 1
reference: {a: b}
pull-secrets: regcred
resources: {group: a}
ignore: [a]
`, `
c:1:8: "rules" must be a mapping, not a list
c:2:10: "fail-on" must be a string, not a list: use error, warning, info or never
c:3:21: "kubernetes-version" must be a string, not a mapping
c:4:12: "namespace" must be a string, not the number 12: write "12" in quotes
c:5:10: "exclude" must be a list, not a string: write ["a/**"]
c:6:14: "allow-empty" must be true or false, not a string: remove the quotes
c:7:8: "guess" must be true or false, not the number 1
c:8:12: "reference" must be a list, not a mapping
c:9:15: "pull-secrets" must be a mapping, not a string
c:10:12: "resources" must be a list, not a mapping
c:11:10: "ignore[0]" must be a mapping, not a string
`},
		{"wrong types of items", "exclude: [1.30, true, null, [a], {b: c}, \"\", \"  \"]\n", `
c:1:11: "exclude[0]" must be a string, not the number 1.30: write "1.30" in quotes
c:1:17: "exclude[1]" must be a string, not the boolean true: write "true" in quotes
c:1:23: "exclude[2]" must be a string, not empty
c:1:29: "exclude[3]" must be a string, not a list
c:1:34: "exclude[4]" must be a string, not a mapping
c:1:42: "exclude[5]": the value is empty: add a value, or remove it
c:1:46: "exclude[6]": the value is empty: add a value, or remove it
`},
		{"empty scalars", `
namespace:
fail-on: ''
guess:
`, `
c:1:11: "namespace" must be a string, not empty
c:2:10: "fail-on": the value is empty: add a value, or remove it
c:3:7: "guess" must be true or false, not empty
`},
		{"fail-on", "fail-on: off\n", `
c:1:10: "fail-on": invalid value "off": use error, warning, info or never
`},
		{"version", "kubernetes-version: 1.3\n", `
c:1:21: "kubernetes-version": version "1.3" of Kubernetes is not known: write one from 1.20 to 1.40
`},
		{"version of no kind", "kubernetes-version: latest\n", `
c:1:21: "kubernetes-version": "latest" is not a valid Kubernetes version: write one from 1.20 to 1.40
`},
		{"namespace", "namespace: Web\n", `
c:1:12: "namespace": "Web" is not a valid namespace: write lower-case letters, digits and dashes, 63 at most
`},
		{"glob", "exclude: ['[a', 'a', '{b']\nlocal-images: ['a{']\n", `
c:1:11: "exclude[0]": "[a" is not a valid glob: close its brackets and braces, or escape them with "\"
c:1:22: "exclude[2]": "{b" is not a valid glob: close its brackets and braces, or escape them with "\"
c:2:16: "local-images[0]": "a{" is not a valid glob: close its brackets and braces, or escape them with "\"
`},
		{"registries", "allow-registries: [https://ghcr.io/, acme, GHCR.io, 'a b', '*.example.com', ghcr.io/a:1, /a]\n", `
c:1:20: "allow-registries[0]": "https://ghcr.io/" has a scheme: write "ghcr.io"
c:1:38: "allow-registries[1]": "acme" is not a valid registry: include its host, as in "docker.io/acme"
c:1:44: "allow-registries[2]": "GHCR.io" has upper-case letters: write "ghcr.io"
c:1:53: "allow-registries[3]": "a b" contains white space: write a host, as in "registry.example.com"
c:1:60: "allow-registries[4]": "*.example.com" is a glob, but globs are not allowed here: list every registry
c:1:77: "allow-registries[5]": "ghcr.io/a:1" has a tag or a digest: write only the host and a path prefix
c:1:90: "allow-registries[6]": "/a" is not a valid registry: write a host, as in "registry.example.com"
`},
		{"tags", "mutable-tags: ['app:stable', '[']\n", `
c:1:16: "mutable-tags[0]": "app:stable" is not a valid tag: write only the tag, without the image's name
c:1:30: "mutable-tags[1]": "[" is not a valid glob: close its brackets and braces, or escape them with "\"
`},
		{"platforms", "platforms: [amd64, x86_64, linux, linux/x86_64, linus/amd64, linux/amd65, linux/vax, linux/arm/, linux/arm/v7/x]\n", `
c:1:13: "platforms[0]": "amd64" is not a valid platform: write "linux/amd64"
c:1:20: "platforms[1]": "x86_64" is not a valid platform: write "linux/amd64"
c:1:28: "platforms[2]": "linux" is not a valid platform: write os/arch, as in "linux/amd64"
c:1:35: "platforms[3]": "linux/x86_64" is not a valid platform: write "linux/amd64"
c:1:49: "platforms[4]": "linus/amd64" is not a valid platform: the OS is linux or windows
c:1:62: "platforms[5]": "linux/amd65" is not a valid platform: did you mean "linux/amd64"?
c:1:75: "platforms[6]": "linux/vax" is not a valid platform: the architectures are amd64, arm64, arm, 386, ppc64le, riscv64, s390x, loong64, mips64le
c:1:86: "platforms[7]": "linux/arm/" is not a valid platform: write os/arch/variant, as in "linux/arm/v7"
c:1:98: "platforms[8]": "linux/arm/v7/x" is not a valid platform: write os/arch, as in "linux/amd64"
`},
		{"secrets", "pull-secrets:\n  known: [Regcred, a/b/c, /a, a/, 'a b', '[']\n", `
c:2:11: "pull-secrets.known[0]": "Regcred" is not a valid Secret name: use lower-case letters
c:2:20: "pull-secrets.known[1]": "a/b/c" is not a valid Secret name: write NAME or NAMESPACE/NAME
c:2:27: "pull-secrets.known[2]": "/a" is not a valid Secret name: write NAME or NAMESPACE/NAME
c:2:31: "pull-secrets.known[3]": "a/" is not a valid Secret name: write NAME or NAMESPACE/NAME
c:2:35: "pull-secrets.known[4]": "a b" is not a valid Secret name: write NAME or NAMESPACE/NAME
c:2:42: "pull-secrets.known[5]": "[" is not a valid glob: close its brackets and braces, or escape them with "\"
`},
		{"path", `
resources:
  - group: example.com
    kind: Widget
    images: ['spec.image[', spec/image, spec..a]
`, `
c:4:14: "resources[0].images[0]": path "spec.image[": position 12: expected an index, a star, a quoted key or key=value
c:4:29: "resources[0].images[1]": path "spec/image": position 5: unexpected slash: separate keys with dots, or write a key with a slash as ["a/b"]
c:4:41: "resources[0].images[2]": path "spec..a": position 6: expected a key
`},
		{"resource", `
resources:
  - kind: Widget
  - group: example.com/v1
    kind: Widget
  - group: example.com
    kind: wid get
  - group: example.com
    kind: Widget
  - {}
`, `
c:2:5: "resources[0]" has no "group": add the API group, without the version
c:3:12: "resources[1].group": "example.com/v1" is not a valid API group: write "example.com", without the version
c:6:11: "resources[2].kind": "wid get" is not a valid kind: write it as in manifests, for example "Widget"
c:7:5: "resources[3]" names no field: add "images", or another list of paths
c:9:5: "resources[4]" has no "group": add the API group, without the version
c:9:5: "resources[4]" has no "kind": add the kind
`},
		{"what is missing may be what is invalid", `
resources:
  - {group: example.com, kind: Widget, images: spec.image}
policies:
  - id: no-quay
    expression: "true"
    message: x
    tests:
      - manifest:
          kind: Pod
        expect: finding
      - {manifset: a, expect: pass}
      - {expect: pass}
`, `
c:2:48: "resources[0].images" must be a list, not a string: write ["spec.image"]
c:9:11: "policies[0].tests[0].manifest" must be a string, not a mapping: write it as text: "manifest: |", and the lines below it, indented
c:11:10: unknown key "manifset" in "policies[0].tests[1]": did you mean "manifest"?
c:12:9: "policies[0].tests[2]" needs either "image" or "manifest": write one of the two
`},
		{"resource twice", `
resources:
  - {group: example.com, kind: Widget, images: [a]}
  - {group: example.com, kind: Widget, images: [b]}
`, `
c:3:5: "resources[1]" describes Widget of example.com again, first on line 2: put all paths into one entry
`},
		{"parts of a resource", `
resources:
  - group: example.com
    kind: Widget
    split-images: [{tag: tag}]
    pull-secrets: [{shape: list}, {path: a, shape: 1}]
`, `
c:4:20: "resources[0].split-images[0]" has no "path": add the field's path
c:4:20: "resources[0].split-images[0]" has no "repository": add the key that holds the repository
c:5:20: "resources[0].pull-secrets[0]" has no "path": add the field's path
c:5:28: "resources[0].pull-secrets[0].shape": invalid value "list": use objects, strings, string, object or object-with-namespace
c:5:52: "resources[0].pull-secrets[1].shape" must be a string, not the number 1: use objects, strings, string, object or object-with-namespace
`},
		{"ignore entries", `
ignore:
  - paths: [a]
  - rules: []
    reason: x
  - rules: [image-lastest, tag, nothing-at-all]
    reason: ' '
  - rules:
    reason: x
  - rules: tag
    reason: x
  -
`, `
c:2:5: "ignore[0]" has no "rules": add the rules that it applies to, or ["*"]
c:2:5: "ignore[0]" has no "reason": give the reason for ignoring these findings
c:3:12: "ignore[1].rules" is an empty list: at least one item is required
c:5:13: "ignore[2].rules[0]": "image-lastest" is not a valid rule or group: did you mean "image-latest"?
c:5:33: "ignore[2].rules[2]": "nothing-at-all" is not a valid rule or group: run "imagelint rules" to list them
c:6:13: "ignore[2].reason": the value is empty: add a value, or remove it
c:7:11: "ignore[3].rules" must be a list, not empty
c:9:12: "ignore[4].rules" must be a list, not a string: write ["tag"]
c:11:4: "ignore[5]" must be a mapping, not empty
`},
		{"dates", `
ignore:
  - {rules: ['*'], reason: x, expires: 31.1.2027}
  - {rules: ['*'], reason: x, expires: 2027-02-30}
  - {rules: ['*'], reason: x, expires: 2027-1-31}
  - {rules: ['*'], reason: x, expires: 2027}
`, `
c:2:40: "ignore[0].expires": "31.1.2027" is not a valid date: write it as 2027-01-31
c:3:40: "ignore[1].expires": "2027-02-30" is not a valid date: write it as 2027-01-31
c:4:40: "ignore[2].expires": "2027-1-31" is not a valid date: write it as 2027-01-31
c:5:40: "ignore[3].expires": "2027" is not a valid date: write it as 2027-01-31
`},
		{"globs of ignore", `
ignore:
  - rules: ['*']
    reason: x
    paths: ['[']
    objects: ['{']
    images: ['a[']
`, `
c:4:13: "ignore[0].paths[0]": "[" is not a valid glob: close its brackets and braces, or escape them with "\"
c:5:15: "ignore[0].objects[0]": "{" is not a valid glob: close its brackets and braces, or escape them with "\"
c:6:14: "ignore[0].images[0]": "a[" is not a valid glob: close its brackets and braces, or escape them with "\"
`},
		{"columns count code points", "exclude: [\"äöü\", \"[\"]\n", `
c:1:18: "exclude[1]": "[" is not a valid glob: close its brackets and braces, or escape them with "\"
`},
		{"behind a byte order mark", "\ufeffexclude: [\"[\"]\n", `
c:1:11: "exclude[0]": "[" is not a valid glob: close its brackets and braces, or escape them with "\"
`},
		{"CR LF", "guess: true\r\nfancy: 1\r\n", `
c:2:1: unknown key "fancy": the keys are extends, rules, fail-on, kubernetes-version, namespace, exclude, allow-registries, mutable-tags, local-images, platforms, allow-empty, guess, max-findings, reference, baseline, catalogs, catalog-max-age, pull-secrets, probe, render, helm, kustomize, charts, resources, policies, overrides, ignore
`},
		{"alias", `
exclude: &a ['[']
reference: *a
local-images: *a
`, `
c:1:14: "exclude[0]": "[" is not a valid glob: close its brackets and braces, or escape them with "\"
c:1:14: "local-images[0]": "[" is not a valid glob: close its brackets and braces, or escape them with "\"
`},
		{"merge key", `
ignore:
  - &a {rules: ['*'], reason: x}
  - <<: *a
    paths: [a]
`, `
c:3:5: the merge key "<<" is not supported in a configuration: write the keys out
`},
		{"tags of YAML", `
exclude: !mine [a]
namespace: !!binary d2Vi
guess: !!bool true
`, `
c:1:10: "exclude" has the tag "!mine", which has no meaning here: remove the tag
c:2:12: "namespace" has the tag "!!binary", which has no meaning here: remove the tag
c:3:8: "guess" has the tag "!!bool", which has no meaning here: remove the tag
`},
		{"odd keys", `
[a]: 1
1: 2
"": 3
? {}
: 4
`, `
c:1:1: a key of the configuration must be a string, not a list
c:2:1: unknown key "1": the keys are extends, rules, fail-on, kubernetes-version, namespace, exclude, allow-registries, mutable-tags, local-images, platforms, allow-empty, guess, max-findings, reference, baseline, catalogs, catalog-max-age, pull-secrets, probe, render, helm, kustomize, charts, resources, policies, overrides, ignore
c:3:1: a key of the configuration is empty: write the key, or remove the line
c:4:3: a key of the configuration must be a string, not a mapping
`},
		{"all errors in order", `
ignore:
  - rules: [nothing]
guess: 3
fancy: 1
rules: {tag: on}
`, `
c:2:5: "ignore[0]" has no "reason": give the reason for ignoring these findings
c:2:13: "ignore[0].rules[0]": "nothing" is not a valid rule or group: run "imagelint rules" to list them
c:3:8: "guess" must be true or false, not the number 3
c:4:1: unknown key "fancy": the keys are extends, rules, fail-on, kubernetes-version, namespace, exclude, allow-registries, mutable-tags, local-images, platforms, allow-empty, guess, max-findings, reference, baseline, catalogs, catalog-max-age, pull-secrets, probe, render, helm, kustomize, charts, resources, policies, overrides, ignore
c:5:14: "rules.tag": invalid value "on": use error, warning, info or off
`},
	}
}
