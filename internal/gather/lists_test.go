package gather

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

const someDigest = "sha256:eec279de92328954ec69e9c2ef920861de28d31bb14b5290b53b5ef3dfa96502"

// fetched returns small samples of the sources.
func fetched() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"ls-remote/acme+web": file("0123456789012345678901234567890123456789\trefs/tags/v1.0.0\n" +
			"1123456789012345678901234567890123456789\trefs/tags/v1.0.0^{}\n2123456789012345678901234567890123456789\trefs/tags/v1.1.0\n" +
			"3123456789012345678901234567890123456789\trefs/tags/chart/1.0\n"),
		"release-data/releases/app.json": file(`{"releases": {"1": {"name": "1", "releaseDate": "2025-01-01", "eol": "2026-01-01"}}, ` +
			`"versions": {"1.0.0": {"name": "1.0.0", "date": "2025-01-01"}, "1.0.1": {"name": "1.0.1", "date": "2025-03-31"}}}`),
		"k8s.io/registry.k8s.io/images/k8s-staging-acme/images.yaml": file("- name: metrics\n  dmap:\n    \"" + someDigest + "\": [\"v0.1.0\", \"v0.1\"]\n" +
			"    \"sha256:c75567c69943f814558eddd38833974f26d9afa1c43a1b3bee407fd83fbcf0af\": [\"v0.2.0\"]\n- name: other\n  dmap:\n    '" + someDigest + "': ['v3']\n"),
		"k8s.io/registry.k8s.io/manifests/k8s-staging-acme/promoter-manifest.yaml": file("# a comment\nregistries:\n- name: gcr.io/k8s-staging-acme\n  src: true\n" +
			"- name: asia-east1-docker.pkg.dev/k8s-artifacts-prod/images/acme\n  service-account: robot@example.com\n"),
		"k8s.io/registry.k8s.io/images/k8s-staging-root/images.yaml": file("\n- name: node/tool\n  dmap:\n    \"" + someDigest + "\": [\"3.9\"]\n\n"),
		"k8s.io/registry.k8s.io/manifests/k8s-staging-root/promoter-manifest.yaml": file("registries:\n- name: gcr.io/k8s-staging-root\n  src: true\n" +
			"- name: us-west1-docker.pkg.dev/k8s-artifacts-prod/images\n- name: us-west2-docker.pkg.dev/k8s-artifacts-prod/images\n" +
			"- name: us-west1-docker.pkg.dev/k8s-artifacts-prod/images/kubernetes\n- name: us-west2-docker.pkg.dev/k8s-artifacts-prod/images/kubernetes\n"),
		"image-mirror/images-list":  file("# source target tag\nquay.io/acme/web rancher/mirrored-acme-web v1.0.0\n"),
		"image-mirror/regsync.yaml": file("sync:\n- source: acme/web:v1.1.0\n  target: docker.io/rancher/mirrored-acme-web:v1.1.0\n  type: image\n- source: acme/web:v1.1.0\n  target: registry.suse.com/rancher/mirrored-acme-web:v1.1.0\n  type: image\n"),
	}
}

const listsBefore = `image: docker.io/acme/app
kind: releases
source: endoflife-date/release-data releases/app.json (git)
rule: v + version
date: 2025-02-01
2025-01: v1.0.0

image: docker.io/rancher/mirrored-acme-web
kind: complete
source: github.com/rancher/image-mirror images-list and regsync.yaml, all history
date: 2025-02-01
2025-01: v0.9.0

image: quay.io/acme/gone
kind: releases
source: github.com/acme/gone git tags
rule: git tag as it is
date: 2025-02-01
2025-01: v1.0.0

image: quay.io/acme/web verified
image: registry.k8s.io/acme/metrics
kind: releases
source: github.com/acme/web git tags
revision: 0123456789ab
rule: git tag without leading v
date: 2025-02-01
2024-05: 0.9.0
seen: latest
`

func TestLists(t *testing.T) {
	t.Parallel()
	before, err := catalog.ParseLists([]byte(listsBefore))
	if err != nil {
		t.Fatal(err)
	}
	day := catalog.DayOf(time.Date(2025, 6, 7, 0, 0, 0, 0, time.UTC))
	got, err := Lists(before, fetched(), day)
	if err != nil {
		t.Fatal(err)
	}
	want := `image: docker.io/acme/app
kind: releases
source: endoflife-date/release-data releases/app.json (git)
rule: v + version
date: 2025-06-07
2025-01: v1.0.0
2025-03: v1.0.1

image: docker.io/rancher/mirrored-acme-web
kind: complete
source: github.com/rancher/image-mirror images-list and regsync.yaml, all history
date: 2025-06-07
2025-01: v0.9.0
2025-06: v1.0.0 v1.1.0

image: quay.io/acme/gone
kind: releases
source: github.com/acme/gone git tags
rule: git tag as it is
date: 2025-02-01
2025-01: v1.0.0

image: quay.io/acme/web verified
kind: releases
source: github.com/acme/web git tags
rule: git tag without leading v
date: 2025-06-07
2024-05: 0.9.0
2025-06: 1.0.0 1.1.0
seen: latest

image: registry.k8s.io/acme/metrics
kind: complete
source: github.com/kubernetes/k8s.io registry.k8s.io/images
date: 2025-06-07
2025-06: v0.1@` + someDigest + ` v0.1.0@` + someDigest + ` v0.2.0@sha256:c75567c69943f814558eddd38833974f26d9afa1c43a1b3bee407fd83fbcf0af
`
	if diff := cmp.Diff(want, string(catalog.AppendLists(nil, got.Lists))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"quay.io/acme/gone: the sources contain no data from github.com/acme/gone git tags"}, got.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	promoted, err := Promoted(got.Lists, fetched(), day)
	if err != nil {
		t.Fatal(err)
	}
	want = "image: registry.k8s.io/acme/other\nkind: complete\nsource: github.com/kubernetes/k8s.io registry.k8s.io/images\ndate: 2025-06-07\ntags: v3@" + someDigest + "\n"
	for _, folder := range []string{"kubernetes/", ""} { // from one project to two folders
		want += "\nimage: registry.k8s.io/" + folder + "node/tool\nkind: complete\nsource: github.com/kubernetes/k8s.io registry.k8s.io/images\ndate: 2025-06-07\ntags: 3.9@" + someDigest + "\n"
	}
	if diff := cmp.Diff(want, string(catalog.AppendLists(nil, promoted))); diff != "" {
		t.Errorf("promoted (-want +got):\n%s", diff)
	}
	// The second time, there is nothing new.
	again, err := Lists(got.Lists, fetched(), day)
	if diff := cmp.Diff(string(catalog.AppendLists(nil, got.Lists)), string(catalog.AppendLists(nil, again.Lists))); err != nil || diff != "" {
		t.Errorf("again: %v (-want +got):\n%s", err, diff)
	}
}

func TestRenamed(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]map[string]catalog.Month{
		"git tag as it is":                      {"v1.0": 1, "RELEASE.2": 2, "tool-3.0": 3},
		"git tag without leading v":             {"1.0": 1, "RELEASE.2": 2, "tool-3.0": 3},
		"git tag without leading v, only 1.":    {"1.0": 1},
		"git tag without leading v, without 1.": {"RELEASE.2": 2, "tool-3.0": 3},
		"v + version":                           {"vv1.0": 1, "vRELEASE.2": 2, "vtool-3.0": 3},
		"git tag RELEASE.*":                     {"RELEASE.2": 2},
		"pre:tool-":                             {"3.0": 3},
		"by hand":                               {},
	} {
		if diff := cmp.Diff(want, renamed(map[string]catalog.Month{"v1.0": 1, "RELEASE.2": 2, "tool-3.0": 3}, rule)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}

// Invalid input is an error.
func TestListsBroken(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"release-data/releases/app.json":                                           "{",
		"k8s.io/registry.k8s.io/manifests/k8s-staging-acme/promoter-manifest.yaml": "registries: []\n",
	} {
		sources := fetched()
		sources[name] = &fstest.MapFile{Data: []byte(text)}
		before, err := catalog.ParseLists([]byte(listsBefore))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Lists(before, sources, 20_000); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	bad := fetched()
	bad["release-data/releases/app.json"] = &fstest.MapFile{Data: []byte(`{"versions": {"1": {"date": "soon"}}}`)}
	before, err := catalog.ParseLists([]byte(listsBefore))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lists(before, bad, 20_000); err == nil {
		t.Error("a version without a day passes")
	}
}
