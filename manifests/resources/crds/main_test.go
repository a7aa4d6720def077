package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// definitions are CustomResourceDefinitions as projects ship them: two versions of one kind, one of
// the old API, a List, and files that are not definitions.
var definitions = map[string]string{
	"widget.yaml": `
# a comment first
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.acme.example}
spec:
  group: acme.example
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        properties:
          metadata: {type: object}
          status: {properties: {image: {type: string}}}
          spec:
            properties:
              image: {type: string}
              imagePullPolicy: {type: string}
              disk: {properties: {image: {type: string}, pool: {type: string}, user: {type: string}}}
              sidecar: {properties: {sidecarImage: {type: string}, replicas: {type: integer}}}
              imagePullSecrets: {type: array, items: {properties: {name: {type: string}}}}
              names: {properties: {pullSecrets: {type: array, items: {type: string}}}}
              one: {properties: {pullSecret: {type: string}, pull_secret_ref: {properties: {name: {type: string}, namespace: {type: string}}}}}
              mapping: {properties: {imagePullSecret: {properties: {name: {type: string}, optional: {type: boolean}}}}}
              count: {properties: {pullSecretCount: {type: integer}}}
              exporter: {properties: {repository: {type: string}, tag: {type: string}, registry: {type: string}}}
              operator: {properties: {repository: {type: string}, image: {type: string}, version: {type: string}}}
              git: {properties: {repository: {type: string}}}
              groups: {additionalProperties: {properties: {image: {type: string}}}}
              flags: {additionalProperties: true}
              agents: {type: array, items: {properties: {runnerImage: {type: string}}}}
              serviceAccountName: {type: string}
              template:
                properties:
                  spec:
                    properties:
                      containers: {type: array, items: {properties: {image: {type: string}, name: {type: string}, command: {}, args: {}, env: {}, ports: {}}}}
                      imagePullSecrets: {type: array, items: {properties: {name: {type: string}}}}
                      serviceAccountName: {type: string}
                      volumes: {}
                      nodeSelector: {}
              sidecars: {type: array, items: {properties: {image: {type: string}, name: {type: string}, command: {}, args: {}, env: {}, ports: {}}}}
              volumes: {type: array, items: {properties: {image: {properties: {reference: {type: string}}}}}}
  - name: v2
    schema:
      openAPIV3Schema: {properties: {spec: {properties: {image: {type: string}, otherImage: {type: string}}}}}
`,
	"old/gadget.yml": `
apiVersion: v1
kind: List
items:
- apiVersion: apiextensions.k8s.io/v1beta1
  kind: CustomResourceDefinition
  spec:
    group: acme.example
    names: {kind: Gadget}
    validation: {openAPIV3Schema: {properties: {spec: {properties: {image: {type: string}}}}}}
    versions: [{name: v1}]
`,
	"plain.yaml":   "kind: CustomResourceDefinition\nspec: {group: acme.example, names: {kind: Plain}, versions: [{schema: {openAPIV3Schema: {properties: {spec: {properties: {size: {type: integer}}}}}}}]}\n",
	"rollout.yaml": "kind: CustomResourceDefinition\nspec: {group: argoproj.io, names: {kind: Rollout}, versions: [{schema: {openAPIV3Schema: {properties: {spec: {properties: {image: {type: string}}}}}}}]}\n",
	"broken.yaml":  "kind: CustomResourceDefinition\nspec: {{ .Values.spec }}\n",
	"pod.yaml":     "apiVersion: v1\nkind: Pod\n",
	"notes.txt":    "kind: CustomResourceDefinition\n",
}

const widget = `{"group":"acme.example","kind":"Widget","from":"schema",` +
	`"images":["spec.agents[*].runnerImage","spec.groups.*.image","spec.image","spec.otherImage","spec.sidecar.sidecarImage"],` +
	`"imageObjects":["spec.exporter{repository,registry,tag}","spec.operator{repository,version,name=image}"],` +
	`"podSpecs":["spec.template.spec"],"containers":["spec.sidecars[*]"],"volumes":["spec.volumes[*]"],` +
	`"pullSecrets":{"names":["spec.imagePullSecrets"],"strings":["spec.names.pullSecrets"],"string":["spec.one.pullSecret"],` +
	`"name":["spec.mapping.imagePullSecret"],"nameNamespace":["spec.one.pull_secret_ref"]},"serviceAccounts":["spec.serviceAccountName"]}`

func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range definitions {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRows(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	const gadget = `{"group":"acme.example","kind":"Gadget","from":"schema","images":["spec.image"]}`
	const rollout = `{"group":"argoproj.io","kind":"Rollout","from":"schema","images":["spec.image"]}`
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{dir}, []string{gadget, widget, rollout}},
		{[]string{"-new", dir}, []string{gadget, widget}}, // the table has Rollout
	} {
		var out, complain bytes.Buffer
		if err := run(c.args, &out, &complain); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(strings.Join(c.want, "\n")+"\n", out.String()); d != "" {
			t.Errorf("%q (-want +got):\n%s", c.args, d)
		}
		if text := complain.String(); !strings.Contains(text, "skipped: "+filepath.Join(dir, "broken.yaml")) || !strings.Contains(text, "CustomResourceDefinitions read: 4") {
			t.Errorf("complaints: %s", text)
		}
	}
}

func TestNothingToRead(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	for want, args := range map[string][]string{
		"name a folder":                           nil,
		"no CustomResourceDefinition was found":   {empty},
		"walk " + `"` + filepath.Join(empty, "x"): {filepath.Join(empty, "x")},
		"flag provided but not defined: -unknown": {"-unknown"},
	} {
		if err := run(args, new(bytes.Buffer), new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", args, err, want)
		}
	}
}

// A configuration has its own names for the same content.
func TestConfig(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run([]string{"-config", "-new", folder(t)}, &out, new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"resources: - group: acme.example kind: Gadget images: - spec.image - group: acme.example kind: Widget",
		"split-images: - path: spec.exporter registry: registry repository: repository tag: tag - name: image path: spec.operator repository: repository version: version",
		"pull-secrets: - path: spec.imagePullSecrets shape: objects - path: spec.names.pullSecrets shape: strings - path: spec.one.pullSecret shape: string " +
			"- path: spec.mapping.imagePullSecret shape: object - path: spec.one.pull_secret_ref shape: object-with-namespace",
		"pod-specs: - spec.template.spec containers: - spec.sidecars[*]",
		"service-accounts: - spec.serviceAccountName",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\ndoes not contain %s", got, want)
		}
	}
}
