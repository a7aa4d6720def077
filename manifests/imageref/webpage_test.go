package imageref

import (
	"strings"
	"testing"
)

func TestWebPage(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("0a", 32)
	for _, c := range []struct{ text, site, image string }{
		{"hub.docker.com/r/grafana/promtail:2.9.3", "Docker Hub", "grafana/promtail:2.9.3"},
		{"hub.docker.com/r/grafana/promtail/tags?page=2#x", "Docker Hub", "grafana/promtail"},
		{"registry.hub.docker.com/_/nginx", "Docker Hub", "nginx"},
		{"hub.docker.com/layers/library/nginx/1.27/images/sha256-0a", "Docker Hub", "nginx:1.27"},
		{"hub.docker.com/layers/grafana/promtail/RC-1/images/sha256-0a", "Docker Hub", "grafana/promtail:RC-1"},
		{"hub.docker.com/repository/docker/Acme/app/general", "Docker Hub", "acme/app"},
		{"hub.docker.com/r/app:1", "Docker Hub", ""},
		{"hub.docker.com/acme/app/tags", "Docker Hub", ""},
		{"quay.io/repository/prometheus/prometheus@" + digest, "Quay", "quay.io/prometheus/prometheus@" + digest},
		{"quay.io/repository/prometheus/prometheus/manifest/" + digest, "Quay", "quay.io/prometheus/prometheus@" + digest},
		{"quay.io/repository/prometheus/prometheus/tag/v2.54.0", "Quay", "quay.io/prometheus/prometheus:v2.54.0"},
		{"github.com/orgs/acme/packages/container/package/app", "GitHub", "ghcr.io/acme/app"},
		{"github.com/users/acme/packages/container/app/versions", "GitHub", "ghcr.io/acme/app"},
		{"ghcr.io/acme/shop/pkgs/container/web:1.0", "GitHub", "ghcr.io/acme/web:1.0"},
		{"gitlab.com/acme/team/shop/-/container_registry/12", "GitLab", "registry.gitlab.com/acme/team/shop"},
		{"gallery.ecr.aws/nginx/nginx:1.27", "the ECR Public Gallery", "public.ecr.aws/nginx/nginx:1.27"},
		{"mcr.microsoft.com/en-us/artifact/mar/dotnet/aspnet/about", "the Microsoft Artifact Registry", "mcr.microsoft.com/dotnet/aspnet"},
		{"mcr.microsoft.com/product/dotnet/aspnet/tags", "the Microsoft Artifact Registry", "mcr.microsoft.com/dotnet/aspnet"},
		{"console.cloud.google.com/gcr/images/acme/EU/team/app", "Google Cloud", "eu.gcr.io/acme/team/app"},
		{"console.cloud.google.com/artifacts/docker/acme/europe-west3/shop/web/" + digest, "Google Cloud", "europe-west3-docker.pkg.dev/acme/shop/web@" + digest},
	} {
		if site, image, ok := WebPage(c.text); !ok || site != c.site || image != c.image {
			t.Errorf("%s: got %q, %q, %t; want %q, %q", c.text, site, image, ok, c.site, c.image)
		}
	}
	for _, text := range []string{
		"", "nginx", "quay.io/repository/app:1.0", "quay.io/prometheus/repository:1.0", "registry.hub.docker.com/library/nginx:1.27", "docker.io/r/app:1",
		"registry.hub.docker.com/search/app:1", "mcr.microsoft.com/product/app:1.0", "mcr.microsoft.com/dotnet/aspnet:8.0", "quay.io/r/a/b:1", "ghcr.io/acme/container/app:1",
		"gitlab.com/acme/dependency_proxy/containers/nginx:1.27", "registry.gitlab.com/acme/container_registry/app:1", "harbor.example.com/repository/docker/acme/app:1",
		"nexus.example.com/repository/docker/app:1", "github.com/acme/app:1", "hub.docker.com/acme/app:1", "gallery.ecr.aws/nginx:1",
	} {
		if site, image, ok := WebPage(text); ok {
			t.Errorf("%s: got a page of %s about %q", text, site, image)
		}
	}
}
