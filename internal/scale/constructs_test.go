//go:build linux || darwin

package scale

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// construct is input of one shape in an adjustable size.
type construct struct {
	name  string
	base  int // the size of the smaller run; the larger run has eight times this size and takes a tenth of a second or more
	files func(n int) map[string]string
	// env lists environment variables of the run. If first is set, another run precedes it, with
	// env and these variables.
	env, first []string
	// fixed is true if part of the input has the same size in each run, so that the cost may grow
	// less than the size.
	fixed bool
}

const (
	podHead = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
	cmHead  = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: p}\ndata:\n"
)

// each joins the results of f for the numbers below n.
func each(n int, sep string, f func(i int) string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = f(i)
	}
	return strings.Join(parts, sep)
}

// lines repeats a line, replacing %[1]d with its number.
func lines(n int, format string) string {
	return each(n, "", func(i int) string { return fmt.Sprintf(format, i) })
}

// docs returns documents made from a format.
func docs(n int, format string) string {
	return each(n, "---\n", func(i int) string { return fmt.Sprintf(format, i) })
}

// one returns a single file.
func one(text string) map[string]string { return map[string]string{"a.yaml": text} }

// pod returns a pod with containers made from a format.
func pod(n int, format string) map[string]string {
	return one(podHead + "  containers:\n" + lines(n, format))
}

// pods returns pods with lines in their spec, replacing %[1]d with the number of the pod.
func pods(n int, spec string) string {
	return docs(n, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%[1]d}\nspec:\n"+spec+"  containers:\n  - {name: a, image: \"reg.example.com/a:1\"}\n")
}

// secrets returns pull secrets. In host, %[1]d is replaced with the number of the Secret.
func secrets(n int, name, host string) string {
	return docs(n, "apiVersion: v1\nkind: Secret\nmetadata: {name: "+name+"}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{\""+
		host+"\":{\"username\":\"u\",\"password\":\"not-a-real-one\"}}}'\n")
}

// names returns a list of pull secrets in flow style.
func names(n int) string {
	return "  imagePullSecrets: [" + each(n, ",", func(i int) string { return fmt.Sprintf("{name: s%d}", i) }) + "]\n"
}

// side returns the number of rows of a square of n fields.
func side(n int) int { return int(math.Sqrt(float64(n))) }

// configured returns a pod and a configuration file.
func configured(config string, files map[string]string) map[string]string {
	files[".imagelint.yaml"] = config
	return files
}

// folder returns a file for each number.
func folder(n int, name, text string) map[string]string {
	out := make(map[string]string, n)
	for i := range n {
		out[fmt.Sprintf(name, i, i%10)] = fmt.Sprintf(text, i)
	}
	return out
}

// constructs are the shapes of input for which the program once compared, or might compare,
// everything with everything else.
var constructs = slices.Concat(inputs, outputs)

// inputs vary the size of what is read.
var inputs = []construct{
	// Streams.
	{name: "documents", base: 700, files: func(n int) map[string]string { return one(pods(n, "")) }},
	{name: "documents without workloads", base: 8000, files: func(n int) map[string]string {
		return one(docs(n, "apiVersion: v1\nkind: Service\nmetadata: {name: s%[1]d}\nspec: {ports: [{port: 80}]}\n"))
	}},
	{name: "documents with line breaks of CR alone", base: 700, files: func(n int) map[string]string {
		return one(strings.ReplaceAll(pods(n, ""), "\n", "\r"))
	}},
	{name: "items of a List in JSON", base: 700, files: func(n int) map[string]string {
		return map[string]string{"a.json": `{"apiVersion":"v1","kind":"List","items":[` + each(n, ",\n", func(i int) string {
			return fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p%d"},"spec":{"containers":[{"name":"a","image":"reg.example.com/a:1"}]}}`, i)
		}) + "]}\n"}
	}},
	{name: "objects in JSON on one line", base: 700, files: func(n int) map[string]string {
		return map[string]string{"a.json": each(n, "", func(i int) string {
			return fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p%d"},"spec":{"containers":[{"name":"a","image":"reg.example.com/a:1"}]}}`, i)
		})}
	}},
	{name: "document ends behind a long text", base: 700, files: func(n int) map[string]string {
		return one("x: |\n" + lines(20*n, "  text %[1]d\n") + lines(2*n, "...\nx: %[1]d\n"))
	}},
	{name: "ConfigMaps of a List", base: 1000, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: List\nitems:\n" + lines(n, "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c%[1]d}, data: {image: x}}\n"))
	}},
	// Suppressions.
	{name: "comments", base: 500, files: func(n int) map[string]string {
		return pod(n, "  # c%[1]d\n  - {name: a%[1]d, image: \"nginx:1.25.%[1]d\"} # x\n")
	}},
	{name: "comments that suppress", base: 1500, files: func(n int) map[string]string {
		return pod(n, "  - {name: a%d, image: \"ngnix:1\"} # imagelint:ignore image-unknown-official -- r\n")
	}},
	{name: "comments that suppress nothing", base: 1200, files: func(n int) map[string]string {
		return pod(n, "  - {name: a%d, image: \"ngnix:1\"} # imagelint:ignore image-latest -- r\n")
	}},
	{name: "comments about a whole object", base: 700, files: func(n int) map[string]string {
		return one(strings.Repeat("# imagelint:ignore image-unknown-official -- x\n", n) + podHead + "  containers:\n" + lines(n, "  - {name: a%d, image: \"ngnix:1\"}\n"))
	}},
	{name: "comments of another verb", base: 500, files: func(n int) map[string]string {
		return one(strings.Repeat("# imagelint:ignore-file image-latest -- x\n", n) + podHead + "  containers:\n" + lines(n, "  - {name: a%d, image: \"ngnix:1\"}\n"))
	}},
	{name: "annotations of one object", base: 1000, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n" + lines(n, "    imagelint.dev/ignore.image-latest.%05d: x\n") +
			"spec:\n  containers:\n" + lines(n, "  - {name: a%d, image: \"ngnix:1\"}\n"))
	}},
	{name: "entries of ignore by globs", base: 400, files: func(n int) map[string]string {
		return configured("ignore:\n"+lines(n, "- {rules: [image-unknown-official], paths: [\"**/a*b*%[1]d*\"], images: [\"n*x%[1]d\"], reason: x}\n"),
			pod(n, "  - {name: a%[1]d, image: \"ngnix:%[1]d\"}\n"))
	}},
	{name: "entries of ignore by names", base: 400, files: func(n int) map[string]string {
		return configured("ignore:\n"+lines(n, "- {rules: [image-unknown-official], images: [\"ngnix:%[1]d\"], reason: x}\n"), pod(n, "  - {name: a%[1]d, image: \"ngnix:%[1]d\"}\n"))
	}},
	// Lists of the configuration.
	{name: "allowed registries", base: 800, files: func(n int) map[string]string {
		return configured("allow-registries:\n"+lines(n, "- h%d.example.com/a\n"), pod(n, "  - {name: a%[1]d, image: \"g%[1]d.example.com/a:1\"}\n"))
	}},
	{name: "known secrets", base: 800, files: func(n int) map[string]string {
		return configured("pull-secrets:\n  known:\n"+lines(n, "  - \"a%d\"\n"), one(pods(n, "  imagePullSecrets: [{name: aabbcc%[1]d}]\n")))
	}},
	{name: "mutable tags", base: 800, files: func(n int) map[string]string {
		return configured("mutable-tags:\n"+lines(n, "- \"a*b*c%d*z\"\n"), pod(n, "  - {name: a%d, image: \"g.example.com/a:aabbcc"+strings.Repeat("x", 80)+"\"}\n"))
	}},
	{name: "local images", base: 800, files: func(n int) map[string]string {
		return configured("local-images:\n"+lines(n, "- \"a*b*c%d*z\"\n"), pod(n, "  - {name: a%d, image: \"g.example.com/a:aabbcc"+strings.Repeat("x", 80)+"\"}\n"))
	}},
	{name: "described kinds", base: 300, files: func(n int) map[string]string {
		return configured("resources:\n"+lines(n, "- {group: g%[1]d.io, kind: K, images: [spec.a.image]}\n"),
			one(docs(n, "apiVersion: g%d.io/v1\nkind: K\nmetadata: {name: a}\nspec: {a: {image: \"ngnix:1\"}}\n")))
	}},
	{name: "stars in globs", base: 20, files: func(n int) map[string]string {
		return configured("exclude:\n- \""+strings.Repeat("*a", n)+"b\"\n- \""+strings.Repeat("**/", n)+"x\"\n", folder(10, strings.Repeat("a", 200)+"%d%[2]d.yaml", "# %d\n"+podHead))
	}},
	{name: "stars in ignored files", base: 200, files: func(n int) map[string]string {
		files := folder(10, strings.Repeat("a", 200)+"%d%[2]d.yaml", "# %d\n"+podHead)
		files[".gitignore"] = strings.Repeat("*a", n) + "b\n" + strings.Repeat("**/", n) + "x\n" + strings.Repeat("[a-z]*", n) + "b\n"
		return files
	}},
	{name: "files", base: 400, files: func(n int) map[string]string {
		return folder(n, "d%[2]d/%[1]d.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec:\n  containers:\n  - {name: a, image: \"reg.example.com/a:1\"}\n")
	}},
	// Pull secrets.
	{name: "pods with missing pull secrets", base: 8000, files: func(n int) map[string]string { return one(pods(side(n), names(side(n)))) }},
	{name: "pods with pull secrets", base: 8000, files: func(n int) map[string]string {
		return one(secrets(side(n), "s%[1]d", "reg.example.com") + "---\n" + pods(side(n), names(side(n))))
	}},
	{name: "images and missing pull secrets of one pod", base: 600, files: func(n int) map[string]string {
		return one(podHead + names(n) + "  containers:\n" + lines(n, "  - {name: a%[1]d, image: \"reg%[1]d.example.com/a:1\"}\n"))
	}},
	{name: "images and pull secrets of one pod", base: 400, files: func(n int) map[string]string {
		return one(secrets(n, "s%[1]d", "h%[1]d.example.com") + "---\n" + podHead + names(n) + "  containers:\n" + lines(n, "  - {name: a%[1]d, image: \"h%[1]d.example.com/a:1\"}\n"))
	}},
	{name: "keys of one pull secret", base: 600, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Secret\nmetadata: {name: s0}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{" +
			each(n, ",", func(i int) string {
				return fmt.Sprintf(`"h%d.example.com/x":{"username":"u","password":"not-a-real-one"}`, i)
			}) +
			"}}'\n---\n" + podHead + names(1) + "  containers:\n" + lines(n, "  - {name: a%[1]d, image: \"h%[1]d.example.com/x/y%[1]d:1\"}\n"))
	}},
	{name: "patterns among the keys of one pull secret", base: 600, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Secret\nmetadata: {name: s0}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{" +
			each(n, ",", func(i int) string {
				return fmt.Sprintf(`"*.*.h%d.example.com/x":{"username":"u","password":"not-a-real-one"}`, i)
			}) +
			"}}'\n---\n" + podHead + names(1) + "  containers:\n" + lines(n, "  - {name: a%[1]d, image: \"a.b.h%[1]d.example.com/x/y%[1]d:1\"}\n"))
	}},
	{name: "pods and keys of one pull secret that match none", base: 300, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Secret\nmetadata: {name: s0}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{" +
			each(n, ",", func(i int) string {
				return fmt.Sprintf(`"h%d.acme.dev":{"username":"u","password":"not-a-real-one"}`, i)
			}) +
			"}}'\n---\n" + docs(n, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%[1]d}\nspec:\n"+names(1)+"  containers:\n  - {name: a, image: \"other%[1]d.acme.io/a:1\"}\n"))
	}},
	{name: "pods and keys of one pull secret in another namespace", base: 300, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Secret\nmetadata: {name: s0, namespace: elsewhere}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{" +
			each(n, ",", func(i int) string {
				return fmt.Sprintf(`"h%d.acme.dev":{"username":"u","password":"not-a-real-one"}`, i)
			}) +
			"}}'\n---\n" + docs(n, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%[1]d, namespace: shop}\nspec:\n"+names(1)+"  containers:\n  - {name: a, image: \"other%[1]d.acme.io/a:1\"}\n"))
	}},
	{name: "service accounts", base: 300, files: func(n int) map[string]string {
		return one(docs(n, "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa%[1]d}\nimagePullSecrets: [{name: s%[1]d}]\n") + "---\n" + pods(n, "  serviceAccountName: sb%[1]d\n"))
	}},
	{name: "mistyped names of pull secrets", base: 300, files: func(n int) map[string]string {
		return one(secrets(n, "registry-credentials-%08[1]d", "reg.example.com") + "---\n" + pods(n, "  imagePullSecrets: [{name: regsitry-credentialz-%08[1]d}]\n"))
	}},
	{name: "siblings", base: 500, files: func(n int) map[string]string {
		return one(each(n, "---\n", func(i int) string {
			list := ""
			if i%2 == 1 {
				list = fmt.Sprintf("  imagePullSecrets: [{name: s%d}]\n", i%50)
			}
			return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec:\n%s  containers:\n  - {name: a, image: \"ghcr.io/acme/a%d:1\"}\n", i, list, i)
		}))
	}},
	{name: "namespaces", base: 200, files: func(n int) map[string]string {
		return one(docs(n, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%[1]d, namespace: n%[1]d}\nspec:\n  imagePullSecrets: [{name: regcred}]\n  containers:\n  - {name: a, image: \"reg.example.com/a:1\"}\n") +
			"---\n" + secrets(n, "regcred, namespace: m%[1]d", "reg.example.com"))
	}},
	// Images.
	{name: "mistyped images", base: 700, files: func(n int) map[string]string { return pod(n, "  - {name: a%[1]d, image: \"postgresq%[1]dlx:1\"}\n") }},
	{name: "mistyped registries", base: 800, files: func(n int) map[string]string {
		return pod(n, "  - {name: a%[1]d, image: \"registry.k8s%[1]d.oi/x:1\"}\n")
	}},
	{name: "different tags", base: 600, files: func(n int) map[string]string {
		return one(docs(n, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%[1]d}\nspec:\n  containers:\n  - {name: a, image: \"ghcr.io/acme/a:%[1]d\"}\n"))
	}},
	{name: "images of a kustomization", base: 500, files: func(n int) map[string]string {
		return map[string]string{
			"kustomization.yaml": "resources: [a.yaml]\nimages:\n" + lines(n, "- {name: i%d, newTag: latest}\n"),
			"a.yaml":             podHead + "  containers:\n" + lines(n, "  - {name: a%[1]d, image: \"i%[1]d:1\"}\n"),
		}
	}},
	{name: "a long image", base: 20_000, files: func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat("a/", n)+"B:1\"}\n")
	}},
	{name: "an image of separators", base: 20_000, files: func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat("a..b__c--", n)+"\"}\n")
	}},
	{name: "an image of templates", base: 40_000, files: func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat("{{ x ", n)+"\"}\n")
	}},
	{name: "an image of variables", base: 40_000, files: func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat("${a", n)+"\"}\n")
	}},
	{name: "an image of escapes", base: 20_000, files: func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat(`\u202e`, n)+"\"}\n")
	}},
	{name: "an image of many lines", base: 20_000, files: func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat("a\n     ", n)+"\"}\n")
	}},
	// Lines.
	{name: "findings on one line", base: 500, files: func(n int) map[string]string {
		return one("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [" +
			each(n, ",", func(i int) string { return fmt.Sprintf("{name: a%d, image: \"ngnix:1\"}", i) }) + "]}}\n")
	}},
	{name: "findings on one line of wide runes", base: 500, files: func(n int) map[string]string {
		return one("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [" +
			each(n, ",", func(i int) string { return fmt.Sprintf("{name: \"é中%d\", image: \"ngnix:1\"}", i) }) + "]}}\n")
	}},
	{name: "a long comment of directives", base: 40_000, files: func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \"ngnix:1\"} # "+strings.Repeat("imagelint:ignore ", n)+"\n")
	}},
	{name: "a long comment", base: 2_000_000, files: func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \"ngnix:1\"} # "+strings.Repeat("x", n)+"\n")
	}},
	{name: "a long comment without width", base: 400_000, files: func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \"ngnix:1\"} # "+strings.Repeat("\u0301", n)+"\n")
	}},
	// YAML.
	{name: "an image written again and again", base: 1500, files: func(n int) map[string]string {
		return one(podHead + "  containers:\n  - name: a\n" + strings.Repeat("    image: ngnix:1\n", n))
	}},
	{name: "keys written again and again", base: 1500, files: func(n int) map[string]string {
		return one(podHead + "  containers:\n  - name: a\n    image: nginx:1\n" + lines(n, "    k%d: 1\n") + lines(n, "    k%d: 2\n"))
	}},
	{name: "one key of data", base: 60_000, files: func(n int) map[string]string { return one(cmHead + strings.Repeat("  k: x\n", n)) }},
	{name: "keys of data", base: 6000, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: \"nginx:1\"}]}\ndata:\n" + lines(n, "  k%d: x\n"))
	}},
	{name: "objects of one name", base: 700, files: func(n int) map[string]string {
		return one(strings.Repeat("---\n"+podHead+"  containers:\n  - {name: a, image: \"reg.example.com/a:1\"}\n", n))
	}},
	{name: "nested lists", base: 1000, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: " + strings.Repeat("[", n) + strings.Repeat("]", n) + "\n")
	}},
	{name: "nested mappings", base: 1000, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: " + strings.Repeat("{a: ", n) + "x" + strings.Repeat("}", n) + "\n")
	}},
	{name: "nested JSON", base: 1000, files: func(n int) map[string]string {
		return map[string]string{"a.json": `{"apiVersion":"v1","kind":"Pod","spec":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}"}
	}},
	{name: "lists in Lists", base: 500, files: func(n int) map[string]string {
		return one(strings.Repeat(`{"apiVersion":"v1","kind":"List","items":[`, n) + strings.Repeat("]}", n))
	}},
	{name: "aliases", base: 600, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nx: &x \"ngnix:1\"\nspec:\n  containers:\n" + lines(n, "  - {name: a%d, image: *x}\n"))
	}},
	{name: "merges", base: 600, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nb0: &b0 {k: v}\n" +
			each(n-1, "", func(i int) string { return fmt.Sprintf("b%d: &b%d {<<: *b%d, k%d: v}\n", i+1, i+1, i, i+1) }) +
			fmt.Sprintf("spec:\n  <<: *b%d\n  containers: [{name: a, image: \"ngnix:1\"}]\n", n-1))
	}},
	{name: "anchors", base: 5000, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nx:\n" + lines(n, "- &a%[1]d x\n- *a%[1]d\n") + "spec: {containers: [{name: a, image: \"ngnix:1\"}]}\n")
	}},
	{name: "a block of text", base: 200_000, files: func(n int) map[string]string {
		return one(cmHead + "  a: |\n" + strings.Repeat("    image: ngnix:1\n", n))
	}},
	// Documents.
	{name: "items of a List", base: 700, files: func(n int) map[string]string {
		return one("apiVersion: v1\nkind: List\nitems:\n" + lines(n, "- {apiVersion: v1, kind: Pod, metadata: {name: p%d}, spec: {containers: [{name: a, image: \"ngnix:1\"}]}}\n"))
	}},
	{name: "empty documents", base: 60_000, files: func(n int) map[string]string { return one(podHead + strings.Repeat("---\n", n)) }},
	{name: "documents of one word", base: 40_000, files: func(n int) map[string]string { return one(podHead + "---\n" + strings.Repeat("a\n---\n", n)) }},
	{name: "broken documents", base: 1000, files: func(n int) map[string]string {
		return one(strings.Repeat("apiVersion: v1\nkind: Pod\nx: [\n---\n", n))
	}},
	{name: "documents with tabs", base: 20_000, files: func(n int) map[string]string { return one(podHead + "---\n" + strings.Repeat("a:\n\tb: x\n---\n", n)) }},
}
