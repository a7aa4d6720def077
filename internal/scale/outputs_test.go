//go:build linux || darwin

package scale

import "fmt"

// outputs vary the number of findings, the size of what they are compared with, and the number of
// objects next to a fixed number of others.
var outputs = append([]construct{
	{name: "pods beside 1,000 pull secrets", base: 300, files: func(n int) map[string]string {
		return one(secrets(1000, "s%[1]d", "reg.example.com") + "---\n" + pods(n, names(1)))
	}, fixed: true},
	{name: "pull secrets beside 1,000 pods", base: 500, files: func(n int) map[string]string {
		return one(secrets(n, "s%[1]d", "h%[1]d.example.com") + "---\n" + pods(1000, names(1)))
	}, fixed: true},
	{name: "plans of pods that name one pull secret of many keys", base: 300, env: []string{"ARGS=pulls --verbose"}, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Secret\nmetadata: {name: s0}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{" +
			each(n, ",", func(i int) string {
				return fmt.Sprintf(`"h%d.acme.dev":{"username":"u","password":"not-a-real-one"}`, i)
			}) +
			"}}'\n---\n" + docs(n, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%[1]d}\nspec:\n"+names(1)+"  containers:\n  - {name: a, image: \"other%[1]d.acme.io/a:1\"}\n"))
	}},
	{name: "pull secrets on one line of JSON", base: 700, files: func(n int) map[string]string {
		return map[string]string{"a.json": `{"apiVersion":"v1","kind":"List","items":[` + each(n, ",", func(i int) string {
			return fmt.Sprintf(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s%[1]d"},"type":"kubernetes.io/dockerconfigjson","stringData":{".dockerconfigjson":"{\"auths\":{\"h%[1]d.example.com\":{\"username\":\"u\",\"password\":\"not-a-real-one\"}}}"}}`, i)
		}) + "]}\n"}
	}},
	{name: "pull secrets of each of 100 pods", base: 100, files: func(n int) map[string]string {
		return one(pods(100, names(n)))
	}},
	{name: "containers of one pod", base: 700, files: func(n int) map[string]string {
		return pod(n, "  - {name: a%[1]d, image: \"reg.example.com/a%[1]d:1\"}\n")
	}},
	{name: "containers on one line of JSON", base: 700, files: func(n int) map[string]string {
		return map[string]string{"a.json": `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[` + each(n, ",", func(i int) string {
			return fmt.Sprintf(`{"name":"a%[1]d","image":"reg.example.com/a%[1]d:1"}`, i)
		}) + "]}}"}
	}},
	{name: "CustomResourceDefinitions", base: 20, files: func(n int) map[string]string {
		return one(docs(n, "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c%d}\nspec:\n  versions:\n  - name: v1\n    schema:\n      openAPIV3Schema:\n        properties:\n"+
			lines(500, "          image%d: {type: string, description: the image of a container}\n")))
	}},
	{name: "custom resources of the shape of a pod", base: 500, files: func(n int) map[string]string {
		return one(docs(n, "apiVersion: example.com/v1\nkind: Web\nmetadata: {name: w%[1]d}\nspec:\n  template:\n    spec:\n      containers:\n      - {name: a, image: \"ngnix:1\"}\n  proxy: {image: {repository: reg.example.com/p%[1]d, tag: \"1\"}}\n"))
	}},
	{name: "a baseline that is written", base: 1500, files: mistakes, env: []string{"IMAGELINT_WRITE_BASELINE=true", "IMAGELINT_MAX_FINDINGS=0"}},
	{name: "a baseline that is used", base: 1500, files: mistakes, env: []string{"IMAGELINT_BASELINE=known.json", "IMAGELINT_MAX_FINDINGS=0"}, first: []string{"IMAGELINT_WRITE_BASELINE=true"}},
}, formats()...)

// mistakes returns findings in separate documents, each with a fix.
func mistakes(n int) map[string]string {
	return one(docs(n, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%[1]d}\nspec:\n  containers:\n  - {name: a, image: \"reg.example.com/Web%[1]d:1\"}\n"))
}

// formats returns findings in each format, all together and one at a time.
func formats() []construct {
	var out []construct
	for _, format := range []string{"text", "short", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson", "markdown", "html", "prometheus"} {
		out = append(out, construct{name: "findings as " + format, base: 1500, files: mistakes, env: []string{"IMAGELINT_FORMAT=" + format, "IMAGELINT_MAX_FINDINGS=0", "IMAGELINT_NO_FOLD=true"}})
	}
	return out
}
