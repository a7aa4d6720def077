package manifests

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/extract"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// deployment, service and definition are the objects that benchmarks read: what holds images, what does not, and what is large and
// says "image" in every other line.
func deployment(i int) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-%d
  namespace: shop
  labels: {app.kubernetes.io/name: web, app.kubernetes.io/managed-by: Helm}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      serviceAccountName: default
      imagePullSecrets:
      - name: regcred
      containers:
      - name: app
        image: registry.example/team/web:1.%d.0
        imagePullPolicy: IfNotPresent
        args: ["--log-level=info", "--listen=:8080"]
        env:
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        ports:
        - containerPort: 8080
          name: http
        resources:
          limits: {cpu: 500m, memory: 256Mi}
          requests: {cpu: 100m, memory: 128Mi}
        volumeMounts:
        - mountPath: /config
          name: config
      - name: sidecar
        image: "ghcr.io/acme/proxy@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      volumes:
      - name: config
        configMap:
          name: settings
`, i, i)
}

func service(i int) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata:\n  name: web-%d\n  namespace: shop\nspec:\n  selector:\n    app: web\n  ports:\n  - name: http\n    port: 80\n    targetPort: 8080\n", i)
}

func definition(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: widgets%d.acme.example\nspec:\n  versions:\n  - schema:\n      openAPIV3Schema:\n        properties:\n", i)
	for f := range 200 {
		fmt.Fprintf(&b, "          field%d:\n            description: The container image that is run; see https://kubernetes.io/docs/concepts/containers/images\n            type: string\n", f)
	}
	return b.String()
}

// inOneLine is a Pod in minified JSON.
func inOneLine(i int) string {
	return fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-%d","namespace":"shop","labels":{"app":"web"}},"spec":{"containers":[`+
		`{"name":"app","image":"registry.example/team/web:1.%d.0","imagePullPolicy":"IfNotPresent","args":["--log-level=info"],"ports":[{"containerPort":8080}],`+
		`"resources":{"limits":{"cpu":"500m","memory":"256Mi"}}}],"imagePullSecrets":[{"name":"regcred"}]},"status":{"phase":"Running"}}`, i, i)
}

func documents(n int, of func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("---\n" + of(i))
	}
	return b.String()
}

func BenchmarkLoad(b *testing.B) {
	item := func(of func(i int) string) func(i int) string {
		return func(i int) string { return "- " + strings.ReplaceAll(of(i), "\n", "\n  ") + "\n" }
	}
	list := func(n int, of func(i int) string, between string) string {
		items := make([]string, n)
		for i := range items {
			items[i] = of(i)
		}
		return strings.Join(items, between)
	}
	for _, bm := range []struct {
		name   string
		data   string
		images int
	}{
		{"workloads", documents(2000, deployment), 4000},
		{"services", documents(10_000, service), 0},
		{"definitions", documents(100, definition), 0},
		{"mixed", documents(300, func(i int) string {
			switch i % 5 {
			case 0:
				return definition(i)
			case 1, 2:
				return deployment(i)
			}
			return service(i)
		}), 240},
		{"CRLF", strings.ReplaceAll(documents(2000, deployment), "\n", "\r\n"), 4000},
		{"list", "apiVersion: v1\nkind: List\nitems:\n" + list(2000, item(deployment), ""), 4000},
		{"JSON", `{"apiVersion":"v1","kind":"List","items":[` + list(5000, inOneLine, ",") + "]}", 5000},
		{"large-list", "apiVersion: v1\nitems:\n" + list(6000, item(deployment), "") + "kind: List\n", 12_000},
		{"large-JSON", `{"apiVersion":"v1","kind":"List","items":[` + list(20_000, inOneLine, ",") + "]}", 20_000},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.SetBytes(int64(len(bm.data)))
			b.ReportAllocs()
			for b.Loop() {
				if set := mustLoad(b, Options{}, bm.data); set.Stats.Images != bm.images {
					b.Fatalf("%d images, want %d", set.Stats.Images, bm.images)
				}
			}
		})
	}
}

// BenchmarkLoadFiles reads many small inputs, as a walk finds them.
func BenchmarkLoadFiles(b *testing.B) {
	inputs := make([]Input, 2000)
	size := 0
	for i := range inputs {
		data := documents(1, deployment) + documents(3, service)
		inputs[i], size = textInput(fmt.Sprintf("%d.yaml", i), data), size+len(data)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		if set, err := Load(context.Background(), inputs, Options{}); err != nil || set.Stats.Images != 2*len(inputs) {
			b.Fatal(set.Stats, err)
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	for name, data := range map[string]string{
		"LF": documents(20_000, service), "CRLF": strings.ReplaceAll(documents(20_000, service), "\n", "\r\n"), "large": documents(200, definition),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			var s stream.Splitter
			for b.Loop() {
				s.Reset(strings.NewReader(data), &source.File{})
				for {
					if _, err := s.Next(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func BenchmarkLook(b *testing.B) {
	for name, data := range map[string]string{"workload": deployment(1), "service": service(1), "definition": definition(1), "JSON": inOneLine(1)} {
		b.Run(name, func(b *testing.B) {
			doc, o := chunkOf(data), extract.NewOptions(false, nil)
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if g := o.Look(doc, false, &extract.Kinds{}); !g.Object {
					b.Fatal("it is an object")
				}
			}
		})
	}
}

// BenchmarkExtract reads one document again and again: parsing, and then what is taken from the nodes.
func BenchmarkExtract(b *testing.B) {
	for name, data := range map[string]string{"workload": deployment(1), "JSON": inOneLine(1)} {
		b.Run(name+"/parse", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if err := tree.Parse(&chunkOf(data).Text, func(*yaml.Node) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/read", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			o := extract.NewOptions(false, nil)
			var found extract.Found
			for b.Loop() {
				if o.Read(chunkOf(data), extract.Glance{Object: true, Needed: true}, &found); len(found.Workloads) != 1 {
					b.Fatal("no workload")
				}
			}
		})
	}
}

func chunkOf(data string) *stream.Doc {
	return &stream.Doc{Text: source.Text{File: &source.File{}, Data: []byte(data), Base: source.Pos{Line: 1, Col: 1}}}
}
