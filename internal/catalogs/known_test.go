package catalogs

import (
	"testing"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Whichever rule says why a reference cannot be parsed, that explains an InvalidImageName.
func TestKnownSyntax(t *testing.T) {
	t.Parallel()
	known := Known(nil)
	for _, image := range []string{
		"nexus.acme.test:5000/nexus.acme.test:5000/risk/feeds:1.2.0", "docker.io/nexus.acme.test:5000/feeds:1", "a/b:1:2", "https://nexus.acme.test/a", "nginx:", "nginx@sha256:12", "x//y", "/x", "nginx:1 ", "Nginx:1",
		"nexus.acme.test/nginx:$(VERSION)", "nginx:{{ tag }}", "<registry>/feeds:1", "nexus.acme.test/feeds:<tag>", "nginx:v_!", "-nginx", "nexus.acme.test:/a:1", ":1", "nexus.acme.test/a@", "REGISTRY:5000/Team/App:1",
	} {
		if _, err := imageref.Parse(image); err == nil {
			t.Errorf("%q can be parsed", image)
		}
		flaws := known(image).Flaws
		if len(flaws) == 0 {
			t.Errorf("%q has no flaw", image)
		}
		for _, flaw := range flaws {
			if flaw.Of != cluster.PartSyntax || flaw.Help == "" || !flaw.Error {
				t.Errorf("%q: %+v", image, flaw)
			}
		}
	}
	if flaws := known("docker.io/ghcr.io/acme/feeds:1").Flaws; len(flaws) != 1 || flaws[0].Of != cluster.PartPrefix {
		t.Errorf("a reference that can be parsed: %+v", flaws)
	}
}
