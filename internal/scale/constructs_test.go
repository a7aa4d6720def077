package scale

import (
	"fmt"
	"math"
	"strings"
)

// construct is input of one shape, in a size that one chooses.
type construct struct {
	name  string
	base  int // the size of the smallest run: the largest one, of eight times as much, takes about a tenth of a second
	files func(n int) map[string]string
}

const (
	podHead = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
	cmHead  = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: p}\ndata:\n"
)

// each joins what f makes of the numbers below n.
func each(n int, sep string, f func(i int) string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = f(i)
	}
	return strings.Join(parts, sep)
}

// lines repeats a line, in which %[1]d is its number.
func lines(n int, format string) string {
	return each(n, "", func(i int) string { return fmt.Sprintf(format, i) })
}

// docs are documents made from a format.
func docs(n int, format string) string {
	return each(n, "---\n", func(i int) string { return fmt.Sprintf(format, i) })
}

// one is a single file.
func one(text string) map[string]string { return map[string]string{"a.yaml": text} }

// pod is a pod with containers of a format.
func pod(n int, format string) map[string]string {
	return one(podHead + "  containers:\n" + lines(n, format))
}

// pods are pods with lines in their spec, in which %[1]d is the number of the pod.
func pods(n int, spec string) string {
	return docs(n, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%[1]d}\nspec:\n"+spec+"  containers:\n  - {name: a, image: \"reg.example.com/a:1\"}\n")
}

// secrets are pull secrets; in host, %[1]d is the number of the Secret.
func secrets(n int, name, host string) string {
	return docs(n, "apiVersion: v1\nkind: Secret\nmetadata: {name: "+name+"}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{\""+
		host+"\":{\"username\":\"u\",\"password\":\"not-a-real-one\"}}}'\n")
}

// names is a list of pull secrets in flow style.
func names(n int) string {
	return "  imagePullSecrets: [" + each(n, ",", func(i int) string { return fmt.Sprintf("{name: s%d}", i) }) + "]\n"
}

// side is the number of rows of a square of n fields.
func side(n int) int { return int(math.Sqrt(float64(n))) }

// configured is a pod beside a configuration.
func configured(config string, files map[string]string) map[string]string {
	files[".imagelint.yaml"] = config
	return files
}

// folder is a file for each number.
func folder(n int, name, text string) map[string]string {
	out := make(map[string]string, n)
	for i := range n {
		out[fmt.Sprintf(name, i, i%10)] = fmt.Sprintf(text, i)
	}
	return out
}

// constructs are the shapes of input in which something was once, or might be, compared with everything else.
var constructs = []construct{
	// Streams.
	{"documents", 700, func(n int) map[string]string { return one(pods(n, "")) }},
	{"documents without workloads", 8000, func(n int) map[string]string {
		return one(docs(n, "apiVersion: v1\nkind: Service\nmetadata: {name: s%[1]d}\nspec: {ports: [{port: 80}]}\n"))
	}},
	{"documents with line breaks of CR alone", 700, func(n int) map[string]string {
		return one(strings.ReplaceAll(pods(n, ""), "\n", "\r"))
	}},
	{"items of a List in JSON", 700, func(n int) map[string]string {
		return map[string]string{"a.json": `{"apiVersion":"v1","kind":"List","items":[` + each(n, ",\n", func(i int) string {
			return fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p%d"},"spec":{"containers":[{"name":"a","image":"reg.example.com/a:1"}]}}`, i)
		}) + "]}\n"}
	}},
	{"ConfigMaps of a List", 1000, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: List\nitems:\n" + lines(n, "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c%[1]d}, data: {image: x}}\n"))
	}},
	// Suppressions.
	{"comments", 500, func(n int) map[string]string {
		return pod(n, "  # c%[1]d\n  - {name: a%[1]d, image: \"nginx:1.25.%[1]d\"} # x\n")
	}},
	{"comments that suppress", 1500, func(n int) map[string]string {
		return pod(n, "  - {name: a%d, image: \"ngnix:1\"} # imagelint:ignore image-unknown-official -- r\n")
	}},
	{"comments that suppress nothing", 1200, func(n int) map[string]string {
		return pod(n, "  - {name: a%d, image: \"ngnix:1\"} # imagelint:ignore image-latest -- r\n")
	}},
	{"comments about a whole object", 700, func(n int) map[string]string {
		return one(strings.Repeat("# imagelint:ignore image-unknown-official -- x\n", n) + podHead + "  containers:\n" + lines(n, "  - {name: a%d, image: \"ngnix:1\"}\n"))
	}},
	{"comments of another verb", 500, func(n int) map[string]string {
		return one(strings.Repeat("# imagelint:ignore-file image-latest -- x\n", n) + podHead + "  containers:\n" + lines(n, "  - {name: a%d, image: \"ngnix:1\"}\n"))
	}},
	{"annotations of one object", 1000, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n" + lines(n, "    imagelint.dev/ignore.image-latest.%d: x\n") +
			"spec:\n  containers:\n" + lines(n, "  - {name: a%d, image: \"ngnix:1\"}\n"))
	}},
	{"entries of ignore by globs", 400, func(n int) map[string]string {
		return configured("ignore:\n"+lines(n, "- {rules: [image-unknown-official], paths: [\"**/a*b*%[1]d*\"], images: [\"n*x%[1]d\"], reason: x}\n"),
			pod(n, "  - {name: a%[1]d, image: \"ngnix:%[1]d\"}\n"))
	}},
	{"entries of ignore by names", 400, func(n int) map[string]string {
		return configured("ignore:\n"+lines(n, "- {rules: [image-unknown-official], images: [\"ngnix:%[1]d\"], reason: x}\n"), pod(n, "  - {name: a%[1]d, image: \"ngnix:%[1]d\"}\n"))
	}},
	// Lists of the configuration.
	{"allowed registries", 800, func(n int) map[string]string {
		return configured("allow-registries:\n"+lines(n, "- h%d.example.com/a\n"), pod(n, "  - {name: a%[1]d, image: \"g%[1]d.example.com/a:1\"}\n"))
	}},
	{"known secrets", 800, func(n int) map[string]string {
		return configured("pull-secrets:\n  known:\n"+lines(n, "  - \"a%d\"\n"), one(pods(n, "  imagePullSecrets: [{name: aabbcc%[1]d}]\n")))
	}},
	{"mutable tags", 800, func(n int) map[string]string {
		return configured("mutable-tags:\n"+lines(n, "- \"a*b*c%d*z\"\n"), pod(n, "  - {name: a%d, image: \"g.example.com/a:aabbcc"+strings.Repeat("x", 80)+"\"}\n"))
	}},
	{"local images", 800, func(n int) map[string]string {
		return configured("local-images:\n"+lines(n, "- \"a*b*c%d*z\"\n"), pod(n, "  - {name: a%d, image: \"g.example.com/a:aabbcc"+strings.Repeat("x", 80)+"\"}\n"))
	}},
	{"described kinds", 300, func(n int) map[string]string {
		return configured("resources:\n"+lines(n, "- {group: g%[1]d.io, kind: K, images: [spec.a.image]}\n"),
			one(docs(n, "apiVersion: g%d.io/v1\nkind: K\nmetadata: {name: a}\nspec: {a: {image: \"ngnix:1\"}}\n")))
	}},
	{"stars in globs", 20, func(n int) map[string]string {
		return configured("exclude:\n- \""+strings.Repeat("*a", n)+"b\"\n- \""+strings.Repeat("**/", n)+"x\"\n", folder(10, strings.Repeat("a", 200)+"%d%[2]d.yaml", "# %d\n"+podHead))
	}},
	{"stars in ignored files", 200, func(n int) map[string]string {
		files := folder(10, strings.Repeat("a", 200)+"%d%[2]d.yaml", "# %d\n"+podHead)
		files[".gitignore"] = strings.Repeat("*a", n) + "b\n" + strings.Repeat("**/", n) + "x\n" + strings.Repeat("[a-z]*", n) + "b\n"
		return files
	}},
	{"files", 400, func(n int) map[string]string {
		return folder(n, "d%[2]d/%[1]d.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec:\n  containers:\n  - {name: a, image: \"reg.example.com/a:1\"}\n")
	}},
	// Pull secrets.
	{"pods with missing pull secrets", 8000, func(n int) map[string]string { return one(pods(side(n), names(side(n)))) }},
	{"pods with pull secrets", 8000, func(n int) map[string]string {
		return one(secrets(side(n), "s%[1]d", "reg.example.com") + "---\n" + pods(side(n), names(side(n))))
	}},
	{"images and missing pull secrets of one pod", 600, func(n int) map[string]string {
		return one(podHead + names(n) + "  containers:\n" + lines(n, "  - {name: a%[1]d, image: \"reg%[1]d.example.com/a:1\"}\n"))
	}},
	{"images and pull secrets of one pod", 400, func(n int) map[string]string {
		return one(secrets(n, "s%[1]d", "h%[1]d.example.com") + "---\n" + podHead + names(n) + "  containers:\n" + lines(n, "  - {name: a%[1]d, image: \"h%[1]d.example.com/a:1\"}\n"))
	}},
	{"keys of one pull secret", 600, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Secret\nmetadata: {name: s0}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{" +
			each(n, ",", func(i int) string {
				return fmt.Sprintf(`"h%d.example.com/x":{"username":"u","password":"not-a-real-one"}`, i)
			}) +
			"}}'\n---\n" + podHead + names(1) + "  containers:\n" + lines(n, "  - {name: a%[1]d, image: \"h%[1]d.example.com/x/y%[1]d:1\"}\n"))
	}},
	{"patterns among the keys of one pull secret", 600, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Secret\nmetadata: {name: s0}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{" +
			each(n, ",", func(i int) string {
				return fmt.Sprintf(`"*.*.h%d.example.com/x":{"username":"u","password":"not-a-real-one"}`, i)
			}) +
			"}}'\n---\n" + podHead + names(1) + "  containers:\n" + lines(n, "  - {name: a%[1]d, image: \"a.b.h%[1]d.example.com/x/y%[1]d:1\"}\n"))
	}},
	{"service accounts", 300, func(n int) map[string]string {
		return one(docs(n, "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa%[1]d}\nimagePullSecrets: [{name: s%[1]d}]\n") + "---\n" + pods(n, "  serviceAccountName: sb%[1]d\n"))
	}},
	{"mistyped names of pull secrets", 300, func(n int) map[string]string {
		return one(secrets(n, "registry-credentials-%08[1]d", "reg.example.com") + "---\n" + pods(n, "  imagePullSecrets: [{name: regsitry-credentialz-%08[1]d}]\n"))
	}},
	{"siblings", 500, func(n int) map[string]string {
		return one(each(n, "---\n", func(i int) string {
			list := ""
			if i%2 == 1 {
				list = fmt.Sprintf("  imagePullSecrets: [{name: s%d}]\n", i%50)
			}
			return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec:\n%s  containers:\n  - {name: a, image: \"ghcr.io/acme/a%d:1\"}\n", i, list, i)
		}))
	}},
	{"namespaces", 200, func(n int) map[string]string {
		return one(docs(n, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%[1]d, namespace: n%[1]d}\nspec:\n  imagePullSecrets: [{name: regcred}]\n  containers:\n  - {name: a, image: \"reg.example.com/a:1\"}\n") +
			"---\n" + secrets(n, "regcred, namespace: m%[1]d", "reg.example.com"))
	}},
	// Images.
	{"mistyped images", 700, func(n int) map[string]string { return pod(n, "  - {name: a%[1]d, image: \"postgresq%[1]dlx:1\"}\n") }},
	{"mistyped registries", 800, func(n int) map[string]string {
		return pod(n, "  - {name: a%[1]d, image: \"registry.k8s%[1]d.oi/x:1\"}\n")
	}},
	{"different tags", 600, func(n int) map[string]string {
		return one(docs(n, "apiVersion: v1\nkind: Pod\nmetadata: {name: p%[1]d}\nspec:\n  containers:\n  - {name: a, image: \"ghcr.io/acme/a:%[1]d\"}\n"))
	}},
	{"images of a kustomization", 500, func(n int) map[string]string {
		return map[string]string{
			"kustomization.yaml": "resources: [a.yaml]\nimages:\n" + lines(n, "- {name: i%d, newTag: latest}\n"),
			"a.yaml":             podHead + "  containers:\n" + lines(n, "  - {name: a%[1]d, image: \"i%[1]d:1\"}\n"),
		}
	}},
	{"a long image", 20_000, func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat("a/", n)+"B:1\"}\n")
	}},
	{"an image of separators", 20_000, func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat("a..b__c--", n)+"\"}\n")
	}},
	{"an image of templates", 40_000, func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat("{{ x ", n)+"\"}\n")
	}},
	{"an image of variables", 40_000, func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat("${a", n)+"\"}\n")
	}},
	{"an image of escapes", 20_000, func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat(`\u202e`, n)+"\"}\n")
	}},
	{"an image of many lines", 20_000, func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \""+strings.Repeat("a\n     ", n)+"\"}\n")
	}},
	// Lines.
	{"findings on one line", 500, func(n int) map[string]string {
		return one("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [" +
			each(n, ",", func(i int) string { return fmt.Sprintf("{name: a%d, image: \"ngnix:1\"}", i) }) + "]}}\n")
	}},
	{"findings on one line of wide runes", 500, func(n int) map[string]string {
		return one("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [" +
			each(n, ",", func(i int) string { return fmt.Sprintf("{name: \"é中%d\", image: \"ngnix:1\"}", i) }) + "]}}\n")
	}},
	{"a long comment of directives", 40_000, func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \"ngnix:1\"} # "+strings.Repeat("imagelint:ignore ", n)+"\n")
	}},
	{"a long comment", 2_000_000, func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \"ngnix:1\"} # "+strings.Repeat("x", n)+"\n")
	}},
	{"a long comment without width", 400_000, func(n int) map[string]string {
		return pod(1, "  - {name: a%d, image: \"ngnix:1\"} # "+strings.Repeat("\u0301", n)+"\n")
	}},
	// YAML.
	{"an image written again and again", 1500, func(n int) map[string]string {
		return one(podHead + "  containers:\n  - name: a\n" + strings.Repeat("    image: ngnix:1\n", n))
	}},
	{"keys written again and again", 1500, func(n int) map[string]string {
		return one(podHead + "  containers:\n  - name: a\n    image: nginx:1\n" + lines(n, "    k%d: 1\n") + lines(n, "    k%d: 2\n"))
	}},
	{"one key of data", 60_000, func(n int) map[string]string { return one(cmHead + strings.Repeat("  k: x\n", n)) }},
	{"keys of data", 6000, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: \"nginx:1\"}]}\ndata:\n" + lines(n, "  k%d: x\n"))
	}},
	{"objects of one name", 700, func(n int) map[string]string {
		return one(strings.Repeat("---\n"+podHead+"  containers:\n  - {name: a, image: \"reg.example.com/a:1\"}\n", n))
	}},
	{"nested lists", 1000, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: " + strings.Repeat("[", n) + strings.Repeat("]", n) + "\n")
	}},
	{"nested mappings", 1000, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: " + strings.Repeat("{a: ", n) + "x" + strings.Repeat("}", n) + "\n")
	}},
	{"nested JSON", 1000, func(n int) map[string]string {
		return map[string]string{"a.json": `{"apiVersion":"v1","kind":"Pod","spec":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}"}
	}},
	{"lists in Lists", 500, func(n int) map[string]string {
		return one(strings.Repeat(`{"apiVersion":"v1","kind":"List","items":[`, n) + strings.Repeat("]}", n))
	}},
	{"aliases", 600, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nx: &x \"ngnix:1\"\nspec:\n  containers:\n" + lines(n, "  - {name: a%d, image: *x}\n"))
	}},
	{"merges", 600, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nb0: &b0 {k: v}\n" +
			each(n-1, "", func(i int) string { return fmt.Sprintf("b%d: &b%d {<<: *b%d, k%d: v}\n", i+1, i+1, i, i+1) }) +
			fmt.Sprintf("spec:\n  <<: *b%d\n  containers: [{name: a, image: \"ngnix:1\"}]\n", n-1))
	}},
	{"anchors", 5000, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nx:\n" + lines(n, "- &a%[1]d x\n- *a%[1]d\n") + "spec: {containers: [{name: a, image: \"ngnix:1\"}]}\n")
	}},
	{"a block of text", 100_000, func(n int) map[string]string {
		return one(cmHead + "  a: |\n" + strings.Repeat("    image: ngnix:1\n", n))
	}},
	// Documents.
	{"items of a List", 700, func(n int) map[string]string {
		return one("apiVersion: v1\nkind: List\nitems:\n" + lines(n, "- {apiVersion: v1, kind: Pod, metadata: {name: p%d}, spec: {containers: [{name: a, image: \"ngnix:1\"}]}}\n"))
	}},
	{"empty documents", 60_000, func(n int) map[string]string { return one(podHead + strings.Repeat("---\n", n)) }},
	{"documents of one word", 40_000, func(n int) map[string]string { return one(podHead + "---\n" + strings.Repeat("a\n---\n", n)) }},
	{"broken documents", 1000, func(n int) map[string]string {
		return one(strings.Repeat("apiVersion: v1\nkind: Pod\nx: [\n---\n", n))
	}},
	{"documents with tabs", 20_000, func(n int) map[string]string { return one(podHead + "---\n" + strings.Repeat("a:\n\tb: x\n---\n", n)) }},
}
