package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// monorepo writes the manifests of six teams with twenty services each, for development and for production:
// 240 Deployments with a pull secret that is not defined. 59 of them have one of two images that were
// removed, 34 one of four that moved, 68 use latest and 66 no tag. It is deterministic.
func monorepo(t *testing.T, dir string) {
	t.Helper()
	i := 0
	for _, team := range []string{"ads", "cart", "mail", "pay", "search", "web"} {
		for service := range 20 {
			for _, env := range []string{"dev", "prod"} {
				folder := filepath.Join(dir, team, fmt.Sprintf("svc%d", service), env)
				if err := os.MkdirAll(folder, 0o750); err != nil {
					t.Fatal(err)
				}
				text := fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: svc%d
  namespace: %s-%s
spec:
  selector: {matchLabels: {app: svc%[1]d}}
  template:
    metadata: {labels: {app: svc%[1]d}}
    spec:
      imagePullSecrets:
        - name: regcred
      containers:
        - name: app
          image: %[4]s
`, service, team, env, monorepoImage(i))
				if err := os.WriteFile(filepath.Join(folder, "deploy.yaml"), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				i++
			}
		}
	}
}

// monorepoImage returns the image of the n-th Deployment. Steps of 7 distribute the kinds over the folders.
func monorepoImage(n int) string {
	switch n = n * 7 % 240; {
	case n < 32:
		return "bitnami/postgresql:15.4.0"
	case n < 59:
		return "bitnami/redis:7.0.11"
	case n < 93:
		return []string{"k8s.gcr.io/pause:3.6", "k8s.gcr.io/coredns:1.7.0", "k8s.gcr.io/metrics-server/metrics-server:v0.6.1", "k8s.gcr.io/kube-proxy:v1.23.0"}[n%4]
	case n < 161:
		return fmt.Sprintf("ghcr.io/acme/service-%d:latest", n%9)
	case n < 227:
		return fmt.Sprintf("ghcr.io/acme/worker-%d", n%8)
	}
	return "ghcr.io/acme/app:1.4.2"
}

// In a monorepo of 240 workloads, each mistake is reported once, errors first, with a table of rules at the
// end: 467 findings in 24 blocks.
func TestMonorepo(t *testing.T) {
	dir := t.TempDir()
	monorepo(t, dir)
	t.Chdir(dir)
	run := func(args ...string) string {
		var out, errs bytes.Buffer
		c := cli.Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Dial: refuse{}.dial}
		if code := c.Main(t.Context(), append([]string{"imagelint", "."}, args...)); code != cli.ExitFindings || errs.Len() > 0 {
			t.Fatalf("exit code %d: %s", code, errs.String())
		}
		return out.String()
	}
	if got := strings.Count(run("--format", "short"), "\n"); got != 467 {
		t.Errorf("%d findings, want 467", got)
	}
	if got := strings.Count(run("--no-fold"), "\n"); got < 3000 {
		t.Errorf("%d lines without folding: the test has lost its sense", got)
	}
	pulls := func(args ...string) string {
		var out bytes.Buffer
		c := cli.Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Dial: refuse{}.dial}
		if code := c.Main(t.Context(), append([]string{"imagelint", "pulls", "."}, args...)); code != cli.ExitFindings {
			t.Fatalf("pulls: exit code %d", code)
		}
		return out.String()
	}
	if got := strings.Count(pulls("--verbose"), "verdict:"); got != 240 {
		t.Errorf("%d pulls, want 240", got)
	}
	if text := pulls(); strings.Count(text, "\n") != 55 || !strings.Contains(text, `59 of 240 pulls fail`) || !strings.Contains(text, `k8s.gcr.io/pause:3.6: Deployment ads-dev/svc6, container "app", and 8 more: anonymous: `) {
		t.Errorf("pulls of 24 images:\n%s", text)
	}
	text := run()
	t.Logf("%d lines", strings.Count(text, "\n"))
	if got := strings.Count(text, "\n"); got > 215 {
		t.Errorf("%d lines, want 215 at most:\n%s", got, text)
	}
	blocks := regexp.MustCompile(`(?m)^\S+:\d+:\d+: (error|warning): .* \[(\S+)\]$`).FindAllStringSubmatch(text, -1)
	count := map[string]int{}
	for i, b := range blocks {
		count[b[1]+" "+b[2]]++
		if b[1] == "error" && i > 1 {
			t.Errorf("block %d is an error after warnings", i)
		}
	}
	want := map[string]int{"error image-moved": 2, "warning image-moved": 4, "warning pull-secret-missing": 1, "warning image-latest": 9, "warning image-tag-missing": 8}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	for _, line := range []string{
		"   = help: add the Secret to the manifests, or declare that it exists: --known-secret '*/regcred'\n",
		"ads/svc0/prod/deploy.yaml:12:17, ads/svc1/dev/deploy.yaml:12:17, ads/svc1/prod/deploy.yaml:12:17 and 236 more places, in 11 more namespaces\n",
		"\nrule                   errors  warnings     infos   fixable\nimage-moved                59        34                  93\npull-secret-missing                 240\n",
		"\n240 files, 240 documents, 240 workloads, 240 images (93 whose tags are known offline): 59 errors, 408 warnings; 17 can be fixed with --fix, 93 with --fix=all\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}

// A Deployment and everything it owns are one finding, however many ReplicaSets and Pods a dump of the
// namespace contains.
func TestNamespaceDump(t *testing.T) {
	t.Parallel()
	var dump strings.Builder
	dump.WriteString("apiVersion: v1\nkind: List\nitems:\n")
	item := func(version, kind, name, owner, rest string) {
		fmt.Fprintf(&dump, "- apiVersion: %s\n  kind: %s\n  metadata: {name: %s, namespace: shop%s}\n  %s\n", version, kind, name, owner, rest)
	}
	pod := `{containers: [{name: app, image: "nginx:latest", imagePullPolicy: Always}]}`
	item("apps/v1", "Deployment", "web", "", "spec: {replicas: 20, template: {spec: "+pod+"}}")
	for i := range 11 {
		replicas := 0
		if i == 0 {
			replicas = 20
		}
		item("apps/v1", "ReplicaSet", fmt.Sprintf("web-%d", i), ", ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]", fmt.Sprintf("spec: {replicas: %d, template: {spec: %s}}", replicas, pod))
	}
	for i := range 20 {
		item("v1", "Pod", fmt.Sprintf("web-0-%d", i), ", ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-0, controller: true}]", "spec: "+pod)
	}
	for _, c := range []struct {
		args  []string
		lines string
	}{
		{[]string{"imagelint", "-", "--format", "short"}, "<stdin>:7:81: warning: image \"nginx:latest\" uses the mutable tag \"latest\" [image-latest]\n"},
		{[]string{"imagelint", "images", "-"}, "<stdin>:7:75\tnginx:latest\tDeployment shop/web app\n"},
	} {
		var out, errs bytes.Buffer
		(cli.Command{Stdin: strings.NewReader(dump.String()), Stdout: &out, Stderr: &errs, Dial: refuse{}.dial}).Main(t.Context(), c.args)
		if diff := cmp.Diff(c.lines, out.String()); diff != "" {
			t.Errorf("%v (-want +got):\n%s%s", c.args, diff, errs.String())
		}
	}
}
