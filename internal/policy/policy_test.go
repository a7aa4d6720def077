package policy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"cel.dev/cel-go/common/stdlib"
	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// unknown is a catalog that knows nothing.
func unknown() Known { return func(*manifests.ImageRef) string { return "unknown" } }

// compile compiles policies with a catalog that knows nothing.
func compile(ctx context.Context, policies []config.Policy) ([]lint.Rule, error) {
	return (&Compiler{Open: unknown}).Compile(ctx, policies)
}

// parse reads a configuration.
func parse(t testing.TB, text string) []config.Policy {
	t.Helper()
	c, err := config.Parse("c.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.Policies
}

// one is a policy with an expression, written in single quotes.
func one(t testing.TB, expression string) []config.Policy {
	t.Helper()
	return parse(t, "policies:\n- id: own\n  message: 'm {image}'\n  expression: '"+strings.ReplaceAll(expression, "'", "''")+"'\n")
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod, labels: {team: shop}, annotations: {note: hello}}
spec:
  template:
    spec:
      serviceAccountName: runner
      imagePullSecrets: [{name: regcred}]
      initContainers:
      - {name: init, image: "quay.io/acme/init@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", imagePullPolicy: Never}
      containers:
      - {name: app, image: "nginx:1.27"}
`

// lintWith runs policies over a manifest.
func lintWith(t testing.TB, policies []config.Policy, manifest string) []lint.Finding {
	t.Helper()
	rules, err := compile(t.Context(), policies)
	if err != nil {
		t.Fatal(err)
	}
	in := manifests.Input{Name: "a.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(manifest)), nil }}
	set, err := manifests.Load(t.Context(), []manifests.Input{in}, manifests.Options{Metadata: (&lint.Linter{Rules: rules}).NeedsMetadata()})
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&lint.Linter{Rules: rules}).Run(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	return res.Findings
}

// Every fact has the value in the manifest, for each of two images.
func TestFacts(t *testing.T) {
	t.Parallel()
	digest := `"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"`
	want := map[string][2]string{
		"image.raw":           {`"quay.io/acme/init@" + ` + digest, `"nginx:1.27"`},
		"image.registry":      {`"quay.io"`, `"docker.io"`},
		"image.repository":    {`"acme/init"`, `"library/nginx"`},
		"image.name":          {`"quay.io/acme/init"`, `"docker.io/library/nginx"`},
		"image.tag":           {`""`, `"1.27"`},
		"image.digest":        {digest, `""`},
		"image.normalized":    {`"quay.io/acme/init@" + ` + digest, `"docker.io/library/nginx:1.27"`},
		"container.name":      {`"init"`, `"app"`},
		"container.kind":      {`"init"`, `"container"`},
		"object.apiVersion":   {`"apps/v1"`, `"apps/v1"`},
		"object.kind":         {`"Deployment"`, `"Deployment"`},
		"object.namespace":    {`"prod"`, `"prod"`},
		"object.name":         {`"web"`, `"web"`},
		"object.labels":       {`{"team": "shop"}`, `{"team": "shop"}`},
		"object.annotations":  {`{"note": "hello"}`, `{"note": "hello"}`},
		"pull.policy":         {`"Never"`, `"IfNotPresent"`},
		"pull.secrets":        {`["regcred"]`, `["regcred"]`},
		"pull.anonymous":      {`false`, `true`},
		"pull.serviceAccount": {`"runner"`, `"runner"`},
		"catalog.known":       {`"unknown"`, `"unknown"`},
	}
	for _, f := range Facts() {
		values, ok := want[f.Name]
		if !ok {
			t.Errorf("no test covers %s", f.Name)
			continue
		}
		// The container tells the first image: the expression is true for both only if both values are right.
		expression := fmt.Sprintf(`%s == (image.registry == "quay.io" ? %s : %s)`, f.Name, values[0], values[1])
		if found := lintWith(t, one(t, expression), deployment); len(found) > 0 {
			t.Errorf("%s: %s", expression, found[0].Message)
		}
		if found := lintWith(t, one(t, "!("+expression+")"), deployment); len(found) != 2 {
			t.Errorf("%d findings where %s is not allowed", len(found), expression)
		}
	}
	bare := "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: 'ghcr.io/acme/a:1'}]}\n"
	if found := lintWith(t, one(t, `pull.anonymous && pull.secrets.size() == 0 && pull.serviceAccount == "default" && object.namespace == "" && object.labels.size() == 0`), bare); len(found) > 0 {
		t.Error(found[0].Message)
	}
}

// The page lists exactly the existing facts, and its examples pass their tests.
func TestPage(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	var want strings.Builder
	for _, f := range Facts() {
		fmt.Fprintf(&want, "| `%s` | `%s` | %s | `%s` |\n", f.Name, f.Type, f.Doc, f.Example)
	}
	_, rest, _ := strings.Cut(page, "| fact | type | what it is | example |\n|---|---|---|---|\n")
	table, _, _ := strings.Cut(rest, "\n\n")
	if diff := cmp.Diff(want.String(), table+"\n"); diff != "" {
		t.Errorf("the table of facts (-want +page):\n%s", diff)
	}
	for _, f := range Facts() {
		if _, err := compile(t.Context(), one(t, f.Name+" == "+f.Example)); err != nil {
			t.Errorf("the example of %s: %v", f.Name, err)
		}
	}
	_, examples, _ := strings.Cut(page, "## Examples")
	ids := []string{}
	for _, block := range strings.Split(examples, "```yaml\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		policies := parse(t, block)
		if _, err := compile(t.Context(), policies); err != nil {
			t.Errorf("%v\n%s", err, block)
		}
		for _, p := range policies {
			ids = append(ids, p.Rule.ID)
			for _, finding := range []bool{true, false} {
				if !slices.ContainsFunc(p.Tests, func(t config.PolicyTest) bool { return t.Finding == finding }) {
					t.Errorf("no test of %s has finding %t", p.Rule.ID, finding)
				}
			}
		}
		// A test that cannot fail tests nothing.
		for _, constant := range []string{"true", "false"} {
			for i := range policies {
				policies[i].Expression.Value = constant
			}
			if _, err := compile(t.Context(), policies); err == nil {
				t.Errorf("the tests also pass for %s:\n%s", constant, block)
			}
		}
	}
	if diff := cmp.Diff([]string{"prod-needs-digest", "tag-is-semver", "payments-own-registry", "cronjob-latest", "owner-label-missing"}, ids); diff != "" {
		t.Error(diff)
	}
}

// Errors in an expression are reported in our words, at the right position.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		`image.tga != ""`:                        `4:16: unknown fact "image.tga": did you mean image.tag?`,
		`imag.tag == "x"`:                        `4:16: unknown fact "imag.tag": did you mean image.tag?`,
		`team == "x"`:                            `4:16: unknown fact "team": docs/policies.md lists the facts`,
		`image == "x"`:                           `4:16: "image" is not a value: write one of its facts, as in image.raw`,
		`has(image.tag)`:                         `4:20: "image.tag" is always present, and has() needs a key of a map: compare it with an empty string, as in image.tag != ""`,
		`image.tag`:                              `4:16: the expression is of type string, not bool: compare it with something, as in image.tag != "latest"`,
		`image.tag == 1`:                         `4:26: == does not work with string and int: compare values of one type; put strings in quotes`,
		`image.tag.match("x")`:                   `4:26: unknown function "match": did you mean matches?`,
		`readFile("x") == ""`:                    `4:16: unknown function "readFile": docs/policies.md lists the facts`,
		`image.tag.matches("[")`:                 `4:34: the regular expression is not valid: check brackets and backslashes; double backslashes in '...', but not in r'...'`,
		`image.tag.matches("(a?){500}")`:         `4:34: the regular expression is too large: simplify it, for example with fewer repetitions`,
		`image.tag != "a" and true`:              `4:33: unexpected "and": join conditions with && and ||, and put strings in quotes`,
		`true &&`:                                `4:23: the expression is incomplete: complete it and close all brackets`,
		`image.tag == "x`:                        `4:29: a string is not closed: add the closing quote`,
		`image.tag.x == "1"`:                     `4:25: a value of type string has no fields: docs/policies.md lists the facts`,
		`pull.secrets.exists(1, true)`:           `4:36: the first argument of a macro must be a name: write it as in pull.secrets.exists(s, s == "regcred")`,
		strings.Repeat("(", 80) + `true`:         `4:16: the expression is too large: split it into several policies`,
		`true` + strings.Repeat(" && true", 600): ``,
	} {
		c, err := config.Parse("c.yaml", []byte("policies:\n- id: own\n  message: m\n  expression: '"+expression+"'\n"), nil)
		if err != nil {
			if want == "" {
				continue // too long for the configuration
			}
			t.Errorf("%s: %v", expression, err)
			continue
		}
		_, err = compile(t.Context(), c.Policies)
		want = strings.Replace(want, ": ", `: "policies[0].expression": `, 1)
		if err == nil || err.Error() != "c.yaml:"+want {
			t.Errorf("%.60s\n got %v\nwant c.yaml:%s", expression, err, want)
		}
	}
}

// The position is exact in every YAML style that preserves it, and otherwise the beginning of the value.
func TestPlaces(t *testing.T) {
	t.Parallel()
	head := "policies:\n- id: own\n  message: m\n  expression: "
	for yaml, want := range map[string]string{
		`object.kind != "é" && image.tga == ""`:                              "4:37:",
		"object.kind != 'é' &&\n    image.tga == ''":                         "5:5:",
		`"object.kind != 'é' && image.tga == ''"`:                            "4:38:",
		`"object.kind != \"é\" && image.tga == ''"`:                          "4:15:",
		`'object.kind != "é" && image.tga == ""'`:                            "4:38:",
		"|\n    object.kind != \"é\" &&\n      image.tga == \"\"":            "6:7:",
		"|-\n\n    object.kind != \"é\" && image.tga == \"\"":                "6:27:",
		">-\n    object.kind != \"é\" &&\n    image.tga == \"\"":             "6:5:",
		">-\n    object.kind != \"é\" &&\n      image.tga == \"\"":           "",
		"&x object.kind != 'é' && image.tga == ''":                           "4:15:",
		"object.kind != 'é' &&\n    image.tag != '' &&\n    image.tga == ''": "6:5:",
	} {
		c, err := config.Parse("c.yaml", []byte(head+yaml+"\n"), nil)
		if err != nil {
			t.Errorf("%s: %v", yaml, err)
			continue
		}
		if _, err = compile(t.Context(), c.Policies); err == nil || !strings.HasPrefix(err.Error(), "c.yaml:"+want) {
			t.Errorf("%s: %v, want %s", yaml, err, want)
		}
	}
}

// An evaluation error is a finding of the policy, in our words.
func TestUndecided(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		`object.labels["owner"] == "x"`:      `the map has no key "owner"`,
		`int(image.tag) > 3`:                 `a string is not a valid number or time`,
		`pull.secrets[7] == "x"`:             `an index is out of range`,
		`1 / image.digest.size() > 0`:        `division by zero`,
		`image.raw.matches(image.raw + "[")`: `a regular expression is not valid`,
	} {
		found := lintWith(t, one(t, expression), "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: 'ghcr.io/acme/a:v1'}]}\n")
		if len(found) != 1 || found[0].Message != `policy "own" could not be evaluated for this image: `+want || found[0].Severity != lint.Warning {
			t.Errorf("%s: %+v", expression, found)
		}
	}
}

// hostile are deliberately expensive expressions.
func hostile() map[string]string {
	list := "[" + strings.Repeat("1,", 300) + "1]"
	return map[string]string{
		"nested loops":    list + ".all(a, " + list + ".all(b, " + list + ".all(c, a + b + c > 0)))",
		"growing text":    `["` + strings.Repeat(`a","`, 60) + `a"].map(x, [image.raw, image.raw, image.raw].map(y, y + y + y + y + y + y)).size() > 0`,
		"doubled lists":   `[[1,2,3,4,5,6,7,8,9,10]].map(a, a + a + a + a).map(a, a + a + a + a).map(a, a + a + a + a).map(a, a + a + a + a).all(a, a.all(b, b > 0))`,
		"regular":         `[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20].all(i, !(image.raw + image.raw + image.raw + image.raw).matches("(a?b?c?d?e?f?){9}z"))`,
		"made regular":    `image.raw.matches("(((((((((a{99}){99}){99}){99}){99}){99}){99}){99}){99})" + image.tag)`,
		"many conditions": strings.Repeat("image.raw.matches(\".*.*.*x\") || ", 100) + "true",
	}
}

// A deliberately expensive expression is rejected, evaluated, or stopped, but never takes long.
func TestCost(t *testing.T) {
	t.Parallel()
	for name, expression := range hostile() {
		began := time.Now()
		rules, err := compile(t.Context(), one(t, expression))
		if err != nil {
			t.Logf("%s: refused in %s", name, time.Since(began))
			continue
		}
		long := "ghcr.io/" + strings.Repeat("a", 200) + ":" + strings.Repeat("b", 120)
		pod := "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n" + strings.Repeat("  - {name: a, image: '"+long+"'}\n", 20)
		in := manifests.Input{Name: "a.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(pod)), nil }}
		set, err := manifests.Load(t.Context(), []manifests.Input{in}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		began = time.Now()
		res, err := (&lint.Linter{Rules: rules}).Run(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		t.Logf("%s: %s for 20 images, %d findings", name, took, len(res.Findings))
		if took > 20*5*time.Second { // a hundred times what is needed, since machines may be busy
			t.Errorf("%s takes %s for 20 images", name, took)
		}
		if name == "nested loops" && (len(res.Findings) != 20 || !strings.Contains(res.Findings[0].Message, "costs more than the limit")) {
			t.Errorf("%s: %d findings", name, len(res.Findings))
		}
	}
}

// An expensive policy stops after some images and reports that once; one that lists a few prefixes sees them
// all.
func TestCostOfRun(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	const images = 1000
	pod := "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n" + strings.Repeat("  - {name: a, image: 'ghcr.io/acme/app:1.0'}\n", images)
	costly := `[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3].all(c, a + b + c + image.raw.size() > 0)))`
	found := lintWith(t, one(t, costly), pod)
	want := `policy "own" is not checked for this and all following images: the expression exceeds the cost limit of a run`
	if len(found) != 1 || found[0].Message != want || found[0].Span.Start().Line < 100 {
		t.Errorf("%d findings: %+v", len(found), found)
	}
	prefixes := `["a.example/", "b.example/", "c.example/", "d.example/", "e.example/", "f.example/", "g.example/", "ghcr.io/"].exists(p, image.name.startsWith(p)) && image.tag != "1.0"`
	if found := lintWith(t, one(t, prefixes), pod); len(found) != images {
		t.Errorf("%d findings", len(found))
	}
}

// The time limit catches what the cost estimate does not.
func TestTime(t *testing.T) {
	t.Parallel()
	c := &Compiler{}
	if err := c.prepare(); err != nil {
		t.Fatal(err)
	}
	ast, errs := c.compile(&config.Text{Value: `[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1].all(c, a + b + c > 0)))`})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	program, err := c.language.program(ast)
	if err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[time.Duration]error{time.Nanosecond: errTime, time.Hour: nil} {
		fine, _, err := (&check{program: program, time: limit}).ask(&activation{})
		if !errors.Is(err, want) || fine != (want == nil) {
			t.Errorf("%s: %t, %v", limit, fine, err)
		}
	}
}

// Inherited policies are compiled once, and policies that differ in any way are kept apart.
func TestCompiledOnce(t *testing.T) {
	t.Parallel()
	c := &Compiler{Open: unknown}
	compiled := func(text string) lint.Rule {
		rules, err := c.Compile(t.Context(), parse(t, text))
		if err != nil || len(rules) != 1 {
			t.Fatal(err)
		}
		return rules[0]
	}
	base := "policies:\n- id: own\n  expression: 'false'\n  message: one\n"
	compiled(base)
	compiled(base)
	if len(c.done) != 1 {
		t.Errorf("%d are compiled", len(c.done))
	}
	for _, other := range []string{strings.Replace(base, "own", "other", 1), strings.Replace(base, "one", "two", 1), strings.Replace(base, "false", "true", 1), base + "  severity: info\n", base + "  help: h\n"} {
		before := len(c.done)
		if compiled(other); len(c.done) != before+1 {
			t.Errorf("mistaken for another one:\n%s", other)
		}
	}
}

// Without policies nothing is compiled, and labels are kept only if a policy uses them.
func TestMetadataIsAsked(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]bool{
		`image.tag != ""`: false, `"a" in object.labels`: true, `has(object.labels.a)`: true, `object.annotations.size() == 0`: true, `object.labels.a == "1"`: true,
	} {
		rules, err := compile(t.Context(), one(t, expression))
		if err != nil || rules[0].NeedsMetadata != want {
			t.Errorf("%s: %v, %+v", expression, err, rules)
		}
	}
	c := &Compiler{}
	if rules, err := c.Compile(t.Context(), nil); err != nil || rules != nil || c.language != nil {
		t.Errorf("%+v, %v", rules, err)
	}
}

// The catalogs are opened only for policies that use them.
func TestCatalogIsAsked(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]int{`image.tag != ""`: 0, `catalog.known != "moved"`: 1} {
		rules, err := (&Compiler{Open: func() Known { want--; return unknown() }}).Compile(t.Context(), one(t, expression))
		if err != nil {
			t.Fatal(err)
		}
		in := manifests.Input{Name: "a.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(deployment)), nil }}
		set, err := manifests.Load(t.Context(), []manifests.Input{in}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (&lint.Linter{Rules: rules}).Run(t.Context(), set); err != nil || want != 0 {
			t.Errorf("%s: %v, opened %d times", expression, err, want)
		}
	}
}

// A failing test is an error at its position, and so is one that cannot be run.
func TestTests(t *testing.T) {
	t.Parallel()
	head := "policies:\n- id: own\n  expression: image.tag != 'bad' && object.labels['a'] != 'b'\n  message: m {tag}\n  tests:\n"
	for test, want := range map[string]string{
		"  - {image: 'a:bad', expect: pass}":    `6:5: "policies[0].tests[0]": the policy reports "m \"bad\"", but the test expects "pass": fix the expression or the test`,
		"  - {image: 'a:bad', expect: finding}": ``,
		"  - {image: 'a:1', expect: finding}":   `6:5: "policies[0].tests[0]": policy "own" could not be evaluated for this image: the map has no key "a": fix the expression`,
		"  - {image: 'A B', expect: pass}":      `6:5: "policies[0].tests[0]": no image in it can be parsed: write a Pod, a Deployment or the like with an image`,
		"  - {manifest: 'a: [', expect: pass}":  `6:5: "policies[0].tests[0]": `,
		"  - {manifest: '" + `{"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "c"}}, "spec": {"containers": [{"name": "a", "image": "a:1"}]}}` + "', expect: finding}": `6:5: "policies[0].tests[0]": expected a finding, but the policy reports nothing: fix the expression or the test`,
	} {
		_, err := compile(t.Context(), parse(t, head+test+"\n"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), "c.yaml:"+want)) {
			t.Errorf("%s\n got %v\nwant c.yaml:%s", test, err, want)
		}
	}
}

// A message quotes the values of placeholders, and unknown placeholders are rejected.
func TestMessage(t *testing.T) {
	t.Parallel()
	all := "{image} {registry} {repository} {tag} {digest} {container} {kind} {namespace} {name} { } {1}"
	found := lintWith(t, parse(t, "policies:\n- id: own\n  expression: container.kind != 'container'\n  message: '"+all+"'\n"), deployment)
	want := `"nginx:1.27" "docker.io" "library/nginx" "1.27" "" "app" "Deployment" "prod" "web" { } {1}`
	if len(found) != 1 || found[0].Message != want {
		t.Errorf("%+v", found)
	}
	_, err := compile(t.Context(), parse(t, "policies:\n- id: own\n  expression: 'true'\n  message: the {imag} is wrong\n"))
	if err == nil || !strings.HasPrefix(err.Error(), `c.yaml:4:16: "policies[0].message": unknown placeholder "{imag}": write {image}`) {
		t.Error(err)
	}
}

// If a field may not be an image, the finding is less severe, as for other rules.
func TestSureness(t *testing.T) {
	t.Parallel()
	policies := parse(t, "policies:\n- id: own\n  expression: 'false'\n  message: m\n  severity: error\n")
	if found := lintWith(t, policies, deployment); len(found) != 2 || found[0].Severity != lint.Error {
		t.Errorf("%+v", found)
	}
	if found := lintWith(t, policies, "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {image: 'ghcr.io/acme/a:1'}\n"); len(found) != 1 || found[0].Severity != lint.Warning {
		t.Errorf("%+v", found)
	}
	if found := lintWith(t, policies, "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec: {values: {image: 'ghcr.io/acme/a:1'}}\n"); len(found) != 1 || found[0].Severity != lint.Error {
		t.Errorf("%+v", found)
	}
}

// FuzzCompile: no expression makes the compiler panic or report anything but our words, and evaluating it
// does not panic.
func FuzzCompile(f *testing.F) {
	for _, expression := range hostile() {
		f.Add(expression)
	}
	for _, s := range []string{`image.tga`, `"`, "'\x00", "a.b.c(", "has(x)", "[1][2]", "\u2028", "{1: 2}", `image.tag.matches("`, "..", "timestamp('x')", `b"\xff"`, "0x", "1e999", "-9223372036854775808"} {
		f.Add(s)
	}
	in := manifests.Input{Name: "a.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(deployment)), nil }}
	set, err := manifests.Load(f.Context(), []manifests.Input{in}, manifests.Options{Metadata: true})
	if err != nil {
		f.Fatal(err)
	}
	base := one(f, "true")
	f.Fuzz(func(t *testing.T, expression string) {
		policies := slices.Clone(base)
		policies[0].Expression.Value = expression
		rules, err := compile(t.Context(), policies)
		if err != nil {
			for _, word := range []string{"ERROR:", "<input>", "antlr", "cel", "overload", "\n |"} {
				if strings.Contains(err.Error(), word) && !strings.Contains(expression, word) {
					t.Errorf("%q: %v", expression, err)
				}
			}
			return
		}
		if _, err := (&lint.Linter{Rules: rules}).Run(t.Context(), set); err != nil {
			t.Error(err)
		}
	})
}

// Expressions have only the standard functions, which only compute. A function added by a new version of the
// library must be reviewed here.
func TestFunctions(t *testing.T) {
	t.Parallel()
	var got []string
	for _, f := range stdlib.Functions() {
		name := f.Name()
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
			got = append(got, name)
		}
	}
	slices.Sort(got)
	want := []string{
		"bool", "bytes", "contains", "double", "duration", "dyn", "endsWith", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear",
		"getHours", "getMilliseconds", "getMinutes", "getMonth", "getSeconds", "in", "int", "matches", "size", "startsWith", "string", "timestamp", "type", "uint",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
}

// A policy about the object alone is reported once an object, at the image about which it is most certain.
func TestAboutObject(t *testing.T) {
	t.Parallel()
	const manifest = `apiVersion: v1
kind: Pod
metadata: {name: one, labels: {app: a}}
spec:
  containers:
  - {name: a, image: "nginx:1"}
  - {name: b, image: "redis:1"}
---
apiVersion: v1
kind: Pod
metadata: {name: two}
spec:
  containers:
  - {name: a, image: "nginx:1"}
  - {name: b, image: "redis:1"}
`
	for text, want := range map[string]int{
		"message: has no label team\n  expression: '\"team\" in object.labels'":                               2,
		"message: '{kind} {namespace}/{name} has no label'\n  expression: '\"team\" in object.labels'":        2,
		"message: 'the object of {image} has no label'\n  expression: '\"team\" in object.labels'":            4,
		"message: '{container} runs in it'\n  expression: '\"team\" in object.labels'":                        4,
		"message: x\n  expression: '\"team\" in object.labels || object.name == \"one\"'":                     1,
		"message: x\n  expression: '\"team\" in object.labels || image.tag == \"2\"'":                         4,
		"message: x\n  expression: '\"team\" in object.labels || image.repository.startsWith(\"library/r\")'": 2,
		"message: x\n  expression: '\"team\" in object.labels && pull.anonymous'":                             4,
		"message: x\n  expression: 'object.labels.exists(k, k == \"team\")'":                                  2,
		"message: x\n  expression: '1 > 2'":                                                                   4,
	} {
		found := lintWith(t, parse(t, "policies:\n- id: own\n  "+text+"\n"), manifest)
		if len(found) != want {
			t.Errorf("%s: %d findings, want %d", text, len(found), want)
		}
	}
	// The first image is replaced, and the second one is pulled.
	patched := `apiVersion: v1
kind: Pod
metadata: {name: one, annotations: {sidecar.istio.io/inject: "true"}}
spec:
  containers:
  - {name: istio-proxy, image: auto}
  - {name: b, image: "redis:1"}
`
	found := lintWith(t, parse(t, "policies:\n- id: own\n  severity: error\n  message: x\n  expression: '\"team\" in object.labels'\n"), patched)
	if len(found) != 1 || found[0].Image != "redis:1" || found[0].Severity != lint.Error {
		t.Errorf("with a replaced image: %+v", found)
	}
}
