package lint

import (
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

func TestIsAllowed(t *testing.T) {
	t.Parallel()
	p := &Pass{lists: newLists(&Settings{AllowedRegistries: []string{"ghcr.io/acme", "registry.example.com:5000/", "index.docker.io/library", "*.corp.example", "localhost"}})}
	for image, want := range map[string]bool{
		"ghcr.io/acme/app:1": true, "ghcr.io/acme/team/app:1": true, "ghcr.io/acmeevil/app:1": false, "ghcr.io.evil.com/acme/app:1": false, "ghcr.io/other/acme:1": false,
		"registry.example.com:5000/app:1": true, "registry.example.com/app:1": false, "nginx": true, "acme/nginx": false, "localhost/a": true,
		"a.corp.example/x:1": true, "a.b.corp.example/x:1": true, "corp.example/x:1": false, "acorp.example/x:1": false, "ghcr.io/acme": true,
	} {
		r, err := imageref.Parse(image)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.IsAllowed(r); got != want {
			t.Errorf("%s is allowed: %t, want %t", image, got, want)
		}
	}
	if none := (&Pass{lists: newLists(&Settings{})}); none.IsAllowed(imageref.Ref{Registry: "ghcr.io", Repository: "acme/app"}) {
		t.Error("an empty list allows a registry")
	}
}
