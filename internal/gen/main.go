// Command gen writes manifests for measuring: as many as asked for, of the shapes and sizes that real repositories have, always the same.
//
//	go run ./internal/gen -n 100000 > stream.yaml
//	go run ./internal/gen -n 20000 -dir tree -per-file 5
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	var (
		n       = flag.Int("n", 1000, "how many documents")
		dir     = flag.String("dir", "", "write files into this folder instead of one stream to standard output")
		perFile = flag.Int("per-file", 10, "documents a file, with -dir")
		plain   = flag.Bool("plain", false, "neither workloads nor accounts: Services, ConfigMaps, Roles and CustomResourceDefinitions only")
		errs    = flag.Int("defects", 5, "percentage of images with a defect")
	)
	flag.Parse()
	if err := run(os.Stdout, *n, *dir, *perFile, generator{rand: rand.New(rand.NewPCG(1, 2)), plain: *plain, defects: *errs}); err != nil { //nolint:gosec // not for secrets: the output must be the same each time
		panic(err)
	}
}

func run(stdout io.Writer, n int, dir string, perFile int, g generator) error {
	if dir == "" {
		return g.write(stdout, 0, n)
	}
	for from := 0; from < n; from += perFile {
		sub := filepath.Join(dir, fmt.Sprintf("team-%03d", from/perFile/100))
		if err := os.MkdirAll(sub, 0o750); err != nil {
			return err
		}
		f, err := os.Create(filepath.Join(sub, fmt.Sprintf("app-%06d.yaml", from)))
		if err != nil {
			return err
		}
		if err := g.write(f, from, min(n, from+perFile)); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

type generator struct {
	rand    *rand.Rand
	plain   bool
	defects int
}

func (g *generator) write(w io.Writer, from, to int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	for i := from; i < to; i++ {
		if i > from {
			fmt.Fprintln(out, "---")
		}
		g.document(out, i)
	}
	return out.Flush()
}

func (g *generator) document(w *bufio.Writer, i int) {
	name, ns := fmt.Sprintf("app-%d", i), fmt.Sprintf("team-%d", i%40)
	head := func(version, kind string) {
		fmt.Fprintf(w, "apiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n  namespace: %s\n  labels:\n    app.kubernetes.io/name: %s\n", version, kind, name, ns, name)
	}
	kind := g.rand.IntN(100)
	if g.plain {
		kind %= 40
	}
	switch {
	case kind < 12:
		head("v1", "Service")
		fmt.Fprintf(w, "spec:\n  selector: {app: %s}\n  ports:\n    - port: 80\n", name)
	case kind < 28:
		head("v1", "ConfigMap")
		fmt.Fprintln(w, "data:\n  config.yaml: |")
		for range 5 + g.rand.IntN(60) {
			fmt.Fprintf(w, "    key-%d: value # image: not/an:image\n", g.rand.IntN(1000))
		}
	case kind < 36:
		head("rbac.authorization.k8s.io/v1", "Role")
		fmt.Fprintln(w, "rules:\n  - apiGroups: [\"\"]\n    resources: [pods]\n    verbs: [get, list]")
	case kind < 40:
		head("apiextensions.k8s.io/v1", "CustomResourceDefinition")
		fmt.Fprintln(w, "spec:\n  versions:\n    - name: v1\n      schema:\n        openAPIV3Schema:\n          properties:")
		for j := range 80 {
			fmt.Fprintf(w, "            image%d:\n              description: The image of the container, as in a pod.\n              type: string\n", j)
		}
	case kind < 45:
		head("v1", "ServiceAccount")
	default:
		g.workload(w, kind, head)
	}
}

// workload writes a Deployment, a CronJob or a Pod.
func (g *generator) workload(w *bufio.Writer, kind int, head func(version, kind string)) {
	indent := "      "
	switch {
	case kind < 85:
		head("apps/v1", "Deployment")
		fmt.Fprintln(w, "spec:\n  replicas: 2\n  selector:\n    matchLabels: {app: web}\n  template:\n    metadata:\n      labels: {app: web}\n    spec:")
	case kind < 93:
		head("batch/v1", "CronJob")
		fmt.Fprintln(w, "spec:\n  schedule: \"0 3 * * *\"\n  jobTemplate:\n    spec:\n      template:\n        spec:")
		indent = "          "
	default:
		head("v1", "Pod")
		fmt.Fprintln(w, "spec:")
		indent = "  "
	}
	fmt.Fprintf(w, "%scontainers:\n", indent)
	for c := range 1 + g.rand.IntN(3) {
		fmt.Fprintf(w, "%s- name: c%d\n%s  image: %s\n%s  imagePullPolicy: IfNotPresent\n%s  env:\n", indent, c, indent, g.image(), indent, indent)
		for e := range 1 + g.rand.IntN(12) {
			fmt.Fprintf(w, "%s  - name: VARIABLE_%d\n%s    value: \"value %d\"\n", indent, e, indent, g.rand.IntN(1000))
		}
		fmt.Fprintf(w, "%s  resources:\n%s    requests: {cpu: 100m, memory: 64Mi}\n", indent, indent)
	}
}

var (
	registries   = []string{"", "", "docker.io/", "quay.io/", "ghcr.io/", "registry.k8s.io/", "registry.example.com:5000/", "public.ecr.aws/"}
	repositories = []string{"acme/api", "acme/web", "platform/ingress/controller", "prometheus/node-exporter", "team-a/worker"}
)

func (g *generator) image() string {
	name := registries[g.rand.IntN(len(registries))] + repositories[g.rand.IntN(len(repositories))]
	if g.rand.IntN(100) < g.defects {
		return []string{name, name + ":latest", strings.Replace(name, "a", "A", 1) + ":1", "\"" + name + ":\"", name + "@sha256:0123"}[g.rand.IntN(5)]
	}
	return fmt.Sprintf("%s:v%d.%d.%d", name, g.rand.IntN(5), g.rand.IntN(30), g.rand.IntN(20))
}
