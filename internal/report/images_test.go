package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

func imageSet(t testing.TB) *manifests.Set {
	t.Helper()
	image := func(file, raw, container string, change func(*manifests.ImageRef)) *manifests.ImageRef {
		img := &manifests.ImageRef{Raw: raw, Container: container, Path: "spec.containers[0].image", Span: at(t, file, "image: "+raw, raw)}
		ref, err := imageref.Parse(raw)
		if err != nil {
			img.Err = &imageref.Error{}
		}
		img.Ref = ref
		if change != nil {
			change(img)
		}
		return img
	}
	const digest = "sha256:6926dd802f40e5e7257fded83e0d8030039642e4e10c4a98a6478e9c6fe06153"
	pod := &manifests.Object{APIVersion: "v1", Kind: "Pod", Namespace: "web", Name: "x"}
	cr := &manifests.Object{APIVersion: "example.com/v1", Kind: "Cache"}
	return &manifests.Set{Workloads: []*manifests.Workload{
		{Object: pod, Images: []*manifests.ImageRef{
			image("a.yaml", "nginx:1.27", "app", nil),
			image("a.yaml", "ghcr.io/o/r:1@"+digest, "proxy", nil),
			image("a.yaml", "Nginx\x1b[31m:1\u202e", "bad", nil),
			image("a.yaml", "", "none", func(i *manifests.ImageRef) { i.State = manifests.StateMissing }),
			image("a.yaml", "1.2", "number", func(i *manifests.ImageRef) { i.State, i.ValueType = manifests.StateNotString, "number" }),
		}},
		{Object: cr, Images: []*manifests.ImageRef{
			image("b.yaml", "docker.io/library/nginx:1.27", "", func(i *manifests.ImageRef) { i.Confidence = manifests.Likely }),
			image("b.yaml", "quay.io/o/operator", "", func(i *manifests.ImageRef) { i.Untagged = true }),
			image("b.yaml", "=cmd,\"x\"", "", func(i *manifests.ImageRef) { i.Confidence = manifests.Guess }),
			image("b.yaml", "busybox", "", nil),
		}},
	}}
}

func TestImagesGolden(t *testing.T) {
	t.Parallel()
	set := imageSet(t)
	for _, format := range ImageFormats() {
		for name, list := range map[string]*ImageList{
			"images.": Images(set, ImageChoice{}), "images.unique.": Images(set, ImageChoice{Unique: true}),
		} {
			t.Run(name+format, func(t *testing.T) {
				t.Parallel()
				var b bytes.Buffer
				if err := list.Write(&b, format); err != nil {
					t.Fatal(err)
				}
				golden(t, name+format, b.Bytes())
			})
		}
	}
	if err := Images(set, ImageChoice{}).Write(&bytes.Buffer{}, "xml"); err == nil {
		t.Error("Images accepts an unknown format")
	}
}

// TestImagesReadBack reads the machine-readable formats, and compares them with the set.
func TestImagesReadBack(t *testing.T) {
	t.Parallel()
	set := imageSet(t)
	var want, fromJSON, fromCSV []string
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if normalized(img) != "" {
				want = append(want, img.Raw)
			}
		}
	}

	var b bytes.Buffer
	if err := Images(set, ImageChoice{}).Write(&b, "json"); err != nil {
		t.Fatal(err)
	}
	var list struct {
		Version int
		Images  []struct {
			Image       string
			Tag, Digest *string
		}
	}
	if err := json.Unmarshal(b.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	for _, i := range list.Images {
		fromJSON = append(fromJSON, i.Image)
		if i.Tag == nil || i.Digest == nil {
			t.Errorf("image %q has no tag or digest field", i.Image)
		}
	}
	if diff := cmp.Diff(want, fromJSON); diff != "" {
		t.Error(diff)
	}

	b.Reset()
	if err := Images(set, ImageChoice{}).Write(&b, "csv"); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		fromCSV = append(fromCSV, row[3])
	}
	for i := range want {
		if want[i] = visible(want[i]); want[i][0] == '=' {
			want[i] = "'" + want[i] // a spreadsheet would compute it
		}
	}
	if diff := cmp.Diff(want, fromCSV); diff != "" {
		t.Error(diff)
	}
}

func TestImagesEmpty(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{"text": "", "json": "{\"version\":1,\n \"images\":[]}\n"} {
		var b bytes.Buffer
		if err := Images(nil, ImageChoice{Unique: true}).Write(&b, format); err != nil || b.String() != want {
			t.Errorf("%s: %q, %v; want %q", format, b.String(), err, want)
		}
	}
}
