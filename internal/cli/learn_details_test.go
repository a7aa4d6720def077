package cli_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// built is a single-platform image.
func built(t *testing.T, system, arch string) v1.Image {
	t.Helper()
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: system, Architecture: arch, RootFS: v1.RootFS{Type: "layers"}})
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// pushBuilt pushes a single-platform image, or an index for several platforms, and returns its digest.
func (p *private) pushBuilt(t *testing.T, image string, platforms ...string) string {
	t.Helper()
	ref, err := name.ParseReference(p.host + "/" + image)
	if err != nil {
		t.Fatal(err)
	}
	as := remote.WithTransport(asRobot{p.server.Client().Transport})
	index := v1.ImageIndex(empty.Index)
	for _, platform := range platforms {
		system, arch, _ := strings.Cut(platform, "/")
		one := built(t, system, arch)
		if len(platforms) == 1 {
			if err := remote.Write(ref, one, as); err != nil {
				t.Fatal(err)
			}
			digest, err := one.Digest()
			if err != nil {
				t.Fatal(err)
			}
			return digest.String()
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: one, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: system, Architecture: arch}}})
	}
	if err := remote.WriteIndex(ref, index, as); err != nil {
		t.Fatal(err)
	}
	digest, err := index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return digest.String()
}

// Digests and platforms of the tags in use are learned on request, and used offline.
func TestCatalogLearnDetails(t *testing.T) {
	p := newPrivate(t)
	several := p.pushBuilt(t, "team/app:1.0.0", "linux/amd64", "windows/amd64")
	single := p.pushBuilt(t, "team/app:1.0.1", "linux/arm64")
	p.push(t, "team/app", "0.9.0") // not in use
	p.pods(t, "team/app:1.0.0", "team/app:1.0.1", "team/app:7")
	code, text, stderr := p.learn(t, "2027-01-05", "--platforms")
	want := learned + `image: REGISTRY/team/app
kind: learned
source: REGISTRY
date: 2027-01-05
built for linux/amd64,windows/amd64: 1.0.0@` + several + `
built for linux/arm64: 1.0.1@` + single + `
tags: 0.9.0
`
	if code != cli.ExitOK || text != want {
		t.Errorf("exit %d, %s\n%s", code, stderr, text)
	}
	// A list, a HEAD and the manifest for each of the two tags, and the configuration of the single-platform
	// image.
	if heads := count(p.log, "HEAD"); len(p.log) != 6 || heads != 2 {
		t.Errorf("asked: %q", p.log)
	}
	if code, _, stderr := p.learn(t, "2027-01-05", "--platforms"); code != cli.ExitOK {
		t.Errorf("learned again: exit %d, %s", code, stderr)
	}

	mistyped := several[:len(several)-1] + map[bool]string{true: "1", false: "0"}[strings.HasSuffix(several, "0")]
	p.pods(t, "team/app:1.0.0@"+several, "team/app:1.0.0@"+single, "team/app:1.0.0@"+mistyped, "team/app:1.0.0", "team/app:1.0.1", "team/app:0.9.0")
	asked := p.requests.Load()
	code, stdout, stderr := p.imagelint(t, "2027-03-01", "--config", "", "--catalog", filepath.Join(p.dir, "learned", "catalog"), "--platform", "linux/amd64", "--format", "short",
		"--select", "image-digest-unknown", "--select", "image-tag-unknown", filepath.Join(p.dir, "pod.yaml"))
	var got []string
	for line := range strings.Lines(stdout) {
		_, rest, _ := strings.Cut(line, "pod.yaml:")
		_, rest, _ = strings.Cut(rest, ": ")
		got = append(got, strings.TrimSpace(strings.NewReplacer(p.host, "REGISTRY", several, "SEVERAL", single, "SINGLE", mistyped, "SLIP").Replace(rest)))
	}
	slices.Sort(got)
	wantLines := []string{
		`error: image "REGISTRY/team/app:1.0.0@SLIP" has a mistyped digest: 1 of 64 digits differ from that of its tag (according to its registry on 2027-01-05) [image-digest-unknown]`,
		`info: image "REGISTRY/team/app:1.0.0@SINGLE" has the digest of the tag "1.0.1", so that is what runs (according to its registry on 2027-01-05) [image-digest-unknown]`,
		`warning: image "REGISTRY/team/app:1.0.1" was not built for linux/amd64, which the nodes run: it was built for linux/arm64 (according to its registry on 2027-01-05) [image-tag-unknown]`,
	}
	if code != cli.ExitFindings || !slices.Equal(got, wantLines) {
		t.Errorf("exit %d, %s\n%s", code, stderr, strings.Join(got, "\n"))
	}
	if p.requests.Load() != asked {
		t.Error("a registry was asked")
	}

	// Only digests: no manifest is read.
	p.log = nil
	p.pods(t, "team/app:1.0.0")
	if code, text, stderr := p.learn(t, "2027-01-06", "--digests"); code != cli.ExitOK || !strings.Contains(text, "\ntags: 1.0.0@"+several+"\n") || strings.Contains(text, "built for") {
		t.Errorf("exit %d, %s\n%s", code, stderr, text)
	}
	if len(p.log) > 2 {
		t.Errorf("asked: %q", p.log)
	}
}

func count(list []string, begin string) int {
	n := 0
	for _, s := range list {
		if strings.HasPrefix(s, begin) {
			n++
		}
	}
	return n
}
