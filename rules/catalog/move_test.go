package catalog

import (
	"slices"
	"strings"
	"testing"
)

func TestLookupMove(t *testing.T) {
	t.Parallel()
	const none = "" // no fact to report
	for _, tt := range []struct {
		registry, repository, tag string
		digest                    bool
		status                    string
		gone                      bool
		match                     string
	}{
		// versions were removed, "latest" was not; a digest decides before the tag does
		{"docker.io", "bitnami/mysql", "8.4.5-debian-12-r0", false, "partly-gone", true, "docker.io/bitnami/"},
		{"docker.io", "bitnami/redis", "7", false, "partly-gone", true, "docker.io/bitnami/"},
		{"docker.io", "bitnami/redis", "v7.0", false, "partly-gone", true, "docker.io/bitnami/"},
		{"index.docker.io", "bitnami/redis", "7", false, "partly-gone", true, "docker.io/bitnami/"},
		{"docker.io", "bitnami/redis", "7", true, "partly-gone", false, "docker.io/bitnami/"},
		{"docker.io", "bitnami/redis", "", false, "partly-gone", false, "docker.io/bitnami/"},
		{"docker.io", "bitnami/redis", "latest", false, "partly-gone", false, "docker.io/bitnami/"},
		{"docker.io", "bitnami/minideb", "12", false, none, false, ""},
		{"docker.io", "bitnami/sealed-secrets-controller", "0.27.0", false, none, false, ""},
		{"docker.io", "bitnami/minideb-extras", "1", false, "partly-gone", true, "docker.io/bitnami/"},
		{"docker.io", "bitnamilegacy/kubectl", "1.35", false, "frozen", false, "docker.io/bitnamilegacy/"},
		{"docker.io", "bitnamisecure/redis", "1.0", false, none, false, ""},
		{"ghcr.io", "bitnami/redis", "7", false, none, false, ""},

		{"k8s.gcr.io", "sig-storage/csi-provisioner", "v2.2.2", false, "frozen", false, "k8s.gcr.io/"},
		{"K8S.gcr.io", "pause", "3.1", false, "frozen", false, "k8s.gcr.io/"},
		{"k8s.gcr.io:443", "pause", "3.1", false, "frozen", false, "k8s.gcr.io/"},
		{"k8s.gcr.io:5000", "pause", "3.1", false, none, false, ""},
		{"eu.k8s.gcr.io", "pause", "3.1", false, "frozen", false, "eu.k8s.gcr.io/"},
		{"us.gcr.io", "k8s-artifacts-prod/ingress-nginx/controller", "v0.34.1", false, "moved", false, "us.gcr.io/k8s-artifacts-prod/"},
		{"registry.k8s.io", "ingress-nginx/controller", "v1.11.0", false, "retired", false, "registry.k8s.io/ingress-nginx/"},
		{"registry.k8s.io", "sig-storage/csi-provisioner", "v2.2.2", false, none, false, ""},

		// gcr.io itself still serves images; only named projects are gone
		{"gcr.io", "my-project/app", "1", false, none, false, ""},
		{"gcr.io", "google-samples/hello-app", "1.0", false, none, false, ""},
		{"us.gcr.io", "my-project/app", "1", false, none, false, ""},
		{"gcr.io", "kubernetes-helm/tiller", "v2.14.0", false, "gone", true, "gcr.io/kubernetes-helm/tiller"},
		{"gcr.io", "kubernetes-helm/rudder", "v2.14.0", true, "gone", true, "gcr.io/kubernetes-helm/"},
		{"gcr.io", "kubebuilder/kube-rbac-proxy", "v0.13.1", false, "gone", true, "gcr.io/kubebuilder/kube-rbac-proxy"},
		{"gcr.io", "kubebuilder/other", "", false, "gone", true, "gcr.io/kubebuilder/"},
		{"gcr.io", "kubebuilder-x/other", "", false, none, false, ""},
		{"gcr.io", "heptio-images/ark", "v0.9", false, "gone", false, "gcr.io/heptio-images/"},
		{"gcr.io", "kaniko-project/executor", "latest", false, "retired", false, "gcr.io/kaniko-project/"},
		{"gcr.io", "tekton-releases/github.com/tektoncd/pipeline/cmd/controller", "v0.50", true, "gone", true, "gcr.io/tekton-releases/"},
		{"gcr.io", "google_containers/pause", "2.0", false, "frozen", false, "gcr.io/google_containers/"},

		{"docker.pkg.github.com", "my-org/runner-image/custom-runner", "v1", false, "gone", true, "docker.pkg.github.com/"},
		{"ghcr.io", "my-org/custom-runner", "v1", false, none, false, ""},
		{"jfrog-docker-reg2.bintray.io", "app", "1", false, "gone", true, "*.bintray.io/"},
		{"a.b.bintray.io", "app", "1", false, "gone", true, "*.bintray.io/"},
		{"docker.bintray.io", "jfrog/artifactory-pro", "6", false, "gone", true, "docker.bintray.io/"},
		{"bintray.io", "app", "1", false, "gone", true, "bintray.io/"},
		{"notbintray.io", "app", "1", false, none, false, ""},

		{"quay.io", "kubernetes-ingress-controller/nginx-ingress-controller", "0.33.0", false, "frozen", false, "quay.io/kubernetes-ingress-controller/nginx-ingress-controller"},
		{"quay.io", "kubernetes-ingress-controller/nginx-ingress-controller", "0.34.1", false, "frozen", true, "quay.io/kubernetes-ingress-controller/nginx-ingress-controller"},
		{"quay.io", "kubernetes-ingress-controller/nginx-ingress-controller", "0.34.1", true, "frozen", false, "quay.io/kubernetes-ingress-controller/nginx-ingress-controller"},
		{"quay.io", "kubernetes-ingress-controller/nginx-ingress-controller-amd64", "0.34.1", false, none, false, ""},
		{"quay.io", "coreos/etcd", "v3.5.0", false, none, false, ""},
		{"quay.io", "coreos/prometheus-operator", "v0.43.0", false, "frozen", true, "quay.io/coreos/prometheus-operator"},
		{"quay.io", "coreos/prometheus-operator", "v0.42.1", false, "frozen", false, "quay.io/coreos/prometheus-operator"},
		{"docker.io", "jboss/keycloak", "16.1.1", false, "frozen", false, "docker.io/jboss/keycloak"},
		{"docker.io", "jboss/keycloak", "17.0.0", false, "frozen", true, "docker.io/jboss/keycloak"},
		{"docker.io", "jboss/keycloak", "19.0.3-legacy", false, "frozen", false, "docker.io/jboss/keycloak"},
		{"docker.io", "jboss/keycloak", "latest", false, "frozen", false, "docker.io/jboss/keycloak"},
		{"docker.io", "grafana/grafana-oss", "12.2.0", false, "frozen", false, "docker.io/grafana/grafana-oss"},
		{"docker.io", "grafana/grafana", "12.2.0", false, none, false, ""},
		{"docker.io", "minio/minio", "latest", false, "gone", true, "docker.io/minio/minio"},
		{"docker.io", "minio/console", "latest", false, "gone", false, "docker.io/minio/console"},
		{"quay.io", "minio/minio", "latest", false, "frozen", false, "quay.io/minio/minio"},
		{"quay.io", "minio/minio", "RELEASE.2025-09-07T16-13-09Z", false, "frozen", false, "quay.io/minio/minio"},
		{"quay.io", "minio/minio", "RELEASE.2025-09-08T00-00-00Z", false, "frozen", true, "quay.io/minio/minio"},
		{"quay.io", "minio/minio", "RELEASE.2025-10-15T17-29-55Z", true, "frozen", false, "quay.io/minio/minio"},
		{"quay.io", "minio/minio", "RELEASE.2025-10-15T17-29-55Z-cpuv1", false, "frozen", false, "quay.io/minio/minio"},
		{"quay.io", "minio/mc", "RELEASE.2025-09-07T16-13-09Z", false, "frozen", true, "quay.io/minio/mc"},
		{"quay.io", "minio/operator", "v5", false, none, false, ""},
		{"public.ecr.aws", "bitnami/redis", "7", false, "gone", true, "public.ecr.aws/bitnami/"},
		{"ecr-public.aws.com", "bitnami/redis", "7", true, "gone", true, "public.ecr.aws/bitnami/"},
		{"public.ecr.aws", "docker/library/redis", "7", false, none, false, ""},
		{"docker.io", "kubesphere/ks-console", "v3.4.1", false, "gone", false, "docker.io/kubesphere/"},
		{"docker.io", "rayproject/ray-ml", "2.30.0-py39", false, "retired", false, "docker.io/rayproject/ray-ml"},
		{"docker.io", "rayproject/ray-ml", "2.31.0", false, "retired", true, "docker.io/rayproject/ray-ml"},
		{"docker.io", "rayproject/ray-ml", "2.46.0.0e19ea-py39-gpu", false, "retired", true, "docker.io/rayproject/ray-ml"},
		{"docker.io", "rayproject/ray-ml", "2.46.0.deprecated-py39-gpu", false, "retired", false, "docker.io/rayproject/ray-ml"},
		{"docker.io", "rayproject/ray-ml", "latest-gpu", false, "retired", false, "docker.io/rayproject/ray-ml"},
		{"docker.io", "rayproject/ray", "2.50.0", false, none, false, ""},
		{"projects.registry.vmware.com", "antrea/antrea-ubuntu", "v1", false, "gone", false, "projects.registry.vmware.com/"},
		{"cgr.dev", "chainguard/nginx", "1.23.3", false, "paid", false, "cgr.dev/chainguard/"},
		{"cgr.dev", "chainguard/nginx", "latest-dev", false, none, false, ""},
		{"cgr.dev", "chainguard/static", "latest-glibc", false, none, false, ""},
		{"cgr.dev", "chainguard/nginx", "", false, none, false, ""},
		{"cgr.dev", "chainguard/nginx", "1.23.3", true, none, false, ""},
		{"cgr.dev", "acme.com/nginx", "1.23.3", false, none, false, ""},
		{"gcr.io", "cloud-provider-vsphere/csi/release/driver", "v3.3.0", false, "gone", true, "gcr.io/cloud-provider-vsphere/csi/release/"},
		{"gcr.io", "cloud-provider-vsphere/cpi/release/manager", "v1.28.0", false, "gone", true, "gcr.io/cloud-provider-vsphere/"},
		{"gcr.io", "kuar-demo/kuard-amd64", "blue", false, "gone", true, "gcr.io/kuar-demo/"},
		{"gcr.io", "pomerium-io/pomerium", "v0", false, "gone", false, "gcr.io/pomerium-io/"},
		{"docker.io", "runatlantis/atlantis", "v0.18.3", false, "frozen", false, "docker.io/runatlantis/atlantis"},
		{"docker.io", "runatlantis/atlantis", "v0.18.4", false, "frozen", true, "docker.io/runatlantis/atlantis"},
		{"gcr.azk8s.cn", "google_containers/pause", "3.1", false, "gone", false, "gcr.azk8s.cn/"},
		{"mcr.azk8s.cn", "oss/pause", "3.1", false, "gone", false, "*.azk8s.cn/"},
		{"docker.mirrors.ustc.edu.cn", "library/nginx", "1.25", false, "gone", false, "docker.mirrors.ustc.edu.cn/"},
		{"docker.io", "argoproj/argocd", "v2.0", false, "frozen", false, "docker.io/argoproj/argocd"},
		{"docker.io", "argoproj/argoexec", "latest", false, "moved", false, "docker.io/argoproj/"},
		{"docker.io", "kubernetes/pause", "", false, "gone", true, "docker.io/kubernetes/"},
		{"docker.io", "weaveworks/scope", "1", false, "retired", false, "docker.io/weaveworks/"},
		{"docker.io", "weaveworksdemos/front-end", "1", false, none, false, ""},
		{"docker.io", "library/nginx", "", false, none, false, ""},
		{"docker.io", "library/java", "8", false, none, false, ""}, // a retired official image is not a move
		{"mirror.gcr.io", "library/nginx", "", false, none, false, ""},
		{"", "", "", false, none, false, ""},
	} {
		m, ok := LookupMove(tt.registry, tt.repository, tt.tag, tt.digest)
		status := m.Status.String()
		if !ok {
			status = none
		}
		if status != tt.status || m.Gone != tt.gone || ok && m.Match != tt.match {
			t.Errorf("LookupMove(%q, %q, %q, %v) = %q, gone %v, %q; want %q, gone %v, %q",
				tt.registry, tt.repository, tt.tag, tt.digest, status, m.Gone, m.Match, tt.status, tt.gone, tt.match)
		}
	}
}

func TestLookupMoveNegative(t *testing.T) {
	t.Parallel()
	for _, repository := range []string{"coreos/etcd"} {
		m, ok := LookupMove("quay.io", repository, "", false)
		if ok || m.Status != StatusNotFlagged || m.Source == "" || m.Gone {
			t.Errorf("LookupMove(quay.io, %q) = %+v, %v, want the negative fact and false", repository, m, ok)
		}
	}
}

func TestNewReference(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ registry, repository, tag, want string }{
		{"k8s.gcr.io", "sig-storage/csi-provisioner", "v2.2.2", "registry.k8s.io/sig-storage/csi-provisioner"},
		{"k8s.gcr.io:443", "pause", "", "registry.k8s.io/pause"},
		{"us.gcr.io", "k8s-artifacts-prod/ingress-nginx/controller", "v0.34.1", "registry.k8s.io/ingress-nginx/controller"},
		{"docker.io", "bitnami/mysql", "8.4.5-debian-12-r0", "docker.io/bitnamilegacy/mysql"},
		{"registry-1.docker.io", "bitnami/mysql", "8.4.5-debian-12-r0", "docker.io/bitnamilegacy/mysql"},
		{"docker.io", "bitnami/mysql", "latest", ""},
		{"docker.io", "grafana/grafana-oss", "11.6.0", "docker.io/grafana/grafana"},
		{"docker.pkg.github.com", "a/b/c", "1", ""},
		{"gcr.io", "kubernetes-helm/tiller", "v2.14.0", ""},
		{"docker.io", "library/nginx", "", ""},
	} {
		m, _ := LookupMove(tt.registry, tt.repository, tt.tag, false)
		if got, ok := m.NewReference(tt.registry, tt.repository); got != tt.want || ok != (tt.want != "") {
			t.Errorf("NewReference(%q, %q) = %q, %v, want %q", tt.registry, tt.repository, got, ok, tt.want)
		}
	}
	m, _ := LookupMove("k8s.gcr.io", "pause", "", false)
	for _, other := range [][2]string{{"quay.io", "pause"}, {"k8s.gcr.io", ""}, {"", ""}} {
		if got, ok := m.NewReference(other[0], other[1]); ok {
			t.Errorf("NewReference%q = %q, and it is not at %q", other, got, m.Match)
		}
	}
	m, _ = LookupMove("docker.io", "grafana/grafana-oss", "1", false)
	if got, ok := m.NewReference("docker.io", "grafana/grafana-oss-dev"); ok {
		t.Errorf("NewReference = %q for another repository", got)
	}
}

// TestMoveTable: order, certainty, and that no replacement is itself gone.
func TestMoveTable(t *testing.T) {
	t.Parallel()
	place := func(f *moveFact) (registry, path string) {
		registry, path, _ = strings.Cut(strings.TrimPrefix(f.Match, "*"), "/")
		return registry, path
	}
	for i, f := range moveTable {
		registry, path := place(&f)
		if got := f.path(registry); got != path {
			t.Errorf("%q: path %q, want %q", f.Match, got, path)
		}
		if i > 0 {
			p := moveTable[i-1]
			if before, above := place(&p); before+"\x00"+above >= registry+"\x00"+path {
				t.Errorf("%q does not stand after %q", f.Match, p.Match)
			}
		}
		if !slices.ContainsFunc(movesByRegistry()[registry], func(row moveFact) bool { return row.Match == f.Match }) {
			t.Errorf("%q is not among the rows of %q", f.Match, registry)
		}
		if f.Date == "" || f.Source == "" {
			t.Errorf("%q has no date or no source", f.Match)
		}
		if f.Gone && f.Confidence != ConfidenceHigh {
			t.Errorf("%q is gone for certain with %v confidence", f.Match, f.Confidence)
		}
		if strings.HasSuffix(f.Note, ".") {
			t.Errorf("%q: the note ends in a full stop", f.Match)
		}
		host, repository, _ := strings.Cut(f.Replacement, "/")
		if m, _ := LookupMove(host, strings.TrimSuffix(repository, "/")+"/x", "1.0", false); m.Gone {
			t.Errorf("%q leads to %q, which is gone", f.Match, f.Replacement)
		}
	}
}

func TestNewer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		tag, last string
		want      bool
	}{
		{"0.34.0", "0.33.0", true},
		{"v0.34.0", "0.33.0", true},
		{"0.33.1", "0.33.0", true},
		{"0.100", "0.33.0", true},
		{"1", "0.33.0", true},
		{"0.33.0.1", "0.33.0", true},
		{"0.33.0", "0.33.0", false},
		{"0.33", "0.33.0", false},
		{"0.33.0.0", "0.33.0", false},
		{"00.033.0", "0.33.0", false},
		{"0.32.9", "0.33.0", false},
		{"0.34.0-rc1", "0.33.0", false},
		{"latest", "0.33.0", false},
		{"", "0.33.0", false},
		{"v", "0.33.0", false},
		{"...", "0.33.0", false},
		{"99999999999999999999999999", "0.33.0", true},
		{strings.Repeat(".", 100000), "0.33.0", false},
	} {
		if got := newer(tt.tag, tt.last); got != tt.want {
			t.Errorf("newer(%.20q, %q) = %v", tt.tag, tt.last, got)
		}
	}
}
