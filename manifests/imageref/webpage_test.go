package imageref

import (
	"strings"
	"testing"
)

func TestWebPage(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("0a", 32)
	for _, c := range []struct{ text, what, image string }{
		{"hub.docker.com/r/grafana/promtail:2.9.3", "a web page of Docker Hub", "grafana/promtail:2.9.3"},
		{"hub.docker.com/r/grafana/promtail/tags?page=2#x", "a web page of Docker Hub", "grafana/promtail"},
		{"registry.hub.docker.com/_/nginx", "a web page of Docker Hub", "nginx"},
		{"hub.docker.com/layers/library/nginx/1.27/images/sha256-0a", "a web page of Docker Hub", "nginx:1.27"},
		{"hub.docker.com/layers/grafana/promtail/RC-1/images/sha256-0a", "a web page of Docker Hub", "grafana/promtail:RC-1"},
		{"hub.docker.com/repository/docker/Acme/app/general", "a web page of Docker Hub", "acme/app"},
		{"hub.docker.com/r/app:1", "a web page of Docker Hub", ""},
		{"hub.docker.com/acme/app/tags", "a web page of Docker Hub", ""},
		{"quay.io/repository/prometheus/prometheus@" + digest, "a web page of Quay", "quay.io/prometheus/prometheus@" + digest},
		{"quay.io/repository/prometheus/prometheus/manifest/" + digest, "a web page of Quay", "quay.io/prometheus/prometheus@" + digest},
		{"quay.io/repository/prometheus/prometheus/tag/v2.54.0", "a web page of Quay", "quay.io/prometheus/prometheus:v2.54.0"},
		{"github.com/orgs/acme/packages/container/package/app", "a web page of GitHub", "ghcr.io/acme/app"},
		{"github.com/users/acme/packages/container/app/versions", "a web page of GitHub", "ghcr.io/acme/app"},
		{"ghcr.io/acme/shop/pkgs/container/web:1.0", "a web page of GitHub", "ghcr.io/acme/web:1.0"},
		{"gitlab.com/acme/team/shop/-/container_registry/12", "a web page of GitLab", "registry.gitlab.com/acme/team/shop"},
		{"gallery.ecr.aws/nginx/nginx:1.27", "a web page of the ECR Public Gallery", "public.ecr.aws/nginx/nginx:1.27"},
		{"mcr.microsoft.com/en-us/artifact/mar/dotnet/aspnet/about", "a web page of the Microsoft Artifact Registry", "mcr.microsoft.com/dotnet/aspnet"},
		{"mcr.microsoft.com/product/dotnet/aspnet/tags", "a web page of the Microsoft Artifact Registry", "mcr.microsoft.com/dotnet/aspnet"},
		{"console.cloud.google.com/gcr/images/acme/EU/team/app", "a web page of Google Cloud", "eu.gcr.io/acme/team/app"},
		{"console.cloud.google.com/artifacts/docker/acme/europe-west3/shop/web/" + digest, "a web page of Google Cloud", "europe-west3-docker.pkg.dev/acme/shop/web@" + digest},
		{"nordwind.jfrog.io/artifactory/shop/web:1.2.0", "the API of Artifactory", "nordwind.jfrog.io/shop/web:1.2.0"},
		{"Nordwind.JFrog.io/artifactory/shop/web@" + digest, "the API of Artifactory", "nordwind.jfrog.io/shop/web@" + digest},
		{"nordwind.jfrog.io/artifactory/api/docker/shop/web:1.2.0", "the API of Artifactory", "nordwind.jfrog.io/shop/web:1.2.0"},
		{"repo.nordwind.com:8443/artifactory/api/docker/shop/team/web:1.2.0", "the API of Artifactory", "repo.nordwind.com:8443/shop/team/web:1.2.0"},
		{"repo.nordwind.com/artifactory/api/docker/shop/v2/web/manifests/1.2.0", "the API of Artifactory", "repo.nordwind.com/shop/web:1.2.0"},
		{"repo.nordwind.com/artifactory/api/docker/shop/v2/web", "the API of Artifactory", "repo.nordwind.com/shop/web"},
		{"nordwind.jfrog.io/ui/repos/tree/General/shop/web/1.2.0", "a web page of Artifactory", ""},
		{"nordwind.jfrog.io/artifactory/api/npm/shop/web", "the API of Artifactory", ""},
		{"nordwind.jfrog.io/artifactory/webapp/#/artifacts/browse/tree/General/shop/web", "a web page of Artifactory", ""},
		{"nordwind.jfrog.io/ui/native/shop/web:1.2.0", "a web page of Artifactory", ""},
	} {
		if what, image, ok := WebPage(c.text); !ok || what != c.what || image != c.image {
			t.Errorf("%s: got %q, %q, %t; want %q, %q", c.text, what, image, ok, c.what, c.image)
		}
	}
	for _, text := range []string{
		"", "nginx", "quay.io/repository/app:1.0", "quay.io/prometheus/repository:1.0", "registry.hub.docker.com/library/nginx:1.27", "docker.io/r/app:1",
		"registry.hub.docker.com/search/app:1", "mcr.microsoft.com/product/app:1.0", "mcr.microsoft.com/dotnet/aspnet:8.0", "quay.io/r/a/b:1", "ghcr.io/acme/container/app:1",
		"gitlab.com/acme/dependency_proxy/containers/nginx:1.27", "registry.gitlab.com/acme/container_registry/app:1", "harbor.example.com/repository/docker/acme/app:1",
		"nexus.example.com/repository/docker/app:1", "github.com/acme/app:1", "hub.docker.com/acme/app:1", "gallery.ecr.aws/nginx:1",
		"nordwind.jfrog.io/shop/web:1.2.0", "nordwind.jfrog.io/shop/artifactory/web:1", "nordwind.jfrog.io/ui/web:1", "repo.nordwind.com/artifactory/shop/web:1",
		"repo.nordwind.com/artifactory/api/docker/web:1", "repo.nordwind.com/artifactory/api/npm/shop/web:1", "jfrog.io/artifactory/web:1", "nordwind.jfrog.io/ui/native:1",
	} {
		if what, image, ok := WebPage(text); ok {
			t.Errorf("%s: got the address of %s about %q", text, what, image)
		}
	}
}
