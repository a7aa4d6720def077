package resources

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// paths lists every path of k, including those of the parts of image objects.
func paths(k Kind) []Path {
	all := slices.Concat(k.Images, k.Untagged, k.Parts, k.PodSpecs, k.Containers, k.Volumes, k.ServiceAccounts, k.Embedded,
		k.Values, k.Mirrored, k.NotRun, k.NotImage)
	for _, s := range k.PullSecrets {
		all = append(all, s.Path)
	}
	for _, o := range slices.Concat(k.ImageObjects, k.Partial) {
		all = append(all, o.Path)
		for _, p := range []Path{o.Registry, o.Repository, o.Name, o.Tag, o.Digest, o.Version, o.URL, o.Reference} {
			if p != nil {
				all = append(all, p)
			}
		}
	}
	return all
}

func TestTable(t *testing.T) {
	t.Parallel()
	for i := range table {
		e := &table[i]
		if i > 0 && (table[i-1].group > e.group || table[i-1].group == e.group && table[i-1].kind >= e.kind) {
			t.Errorf("%s/%s comes after %s/%s", e.group, e.kind, table[i-1].group, table[i-1].kind)
		}
		k := *e.decode()
		found := paths(k)
		if len(found) == 0 && !k.Skip {
			t.Errorf("%s/%s says nothing", e.group, e.kind)
		}
		for _, p := range found {
			again, err := ParsePath(p.String())
			if err != nil {
				t.Errorf("%s/%s: %v", e.group, e.kind, err)
			} else if d := cmp.Diff(p, again); d != "" {
				t.Errorf("%s/%s: %s does not round-trip (-want +got):\n%s", e.group, e.kind, p, d)
			}
		}
		for _, u := range k.Untagged {
			if !slices.ContainsFunc(k.Images, func(p Path) bool { return p.String() == u.String() }) {
				t.Errorf("%s/%s: %s is untagged, but not an image", e.group, e.kind, u)
			}
		}
	}
}

// TestImagesApart checks that no field is listed both as pulled and as not pulled.
func TestImagesApart(t *testing.T) {
	t.Parallel()
	for i := range table {
		k := *table[i].decode()
		pulled := map[string]bool{}
		for _, p := range k.Images {
			pulled[p.String()] = true
		}
		for _, p := range k.Containers {
			pulled[p.String()+".image"] = true
		}
		for _, p := range slices.Concat(k.Parts, k.NotRun, k.NotImage) {
			if pulled[p.String()] {
				t.Errorf("%s/%s: %s is listed as pulled and as not pulled", k.Group, k.Kind, p)
			}
		}
		for _, o := range k.ImageObjects {
			for _, p := range []Path{o.Repository, o.Name, o.Tag, o.Digest, o.Version, o.URL} {
				if s := slices.Concat(o.Path, p).String(); p != nil && pulled[s] {
					t.Errorf("%s/%s: %s is both a whole image and a part of one", k.Group, k.Kind, s)
				}
			}
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		object string
		values map[string]string
		want   string
	}{
		{"spec{repository,tag}", map[string]string{"repository": "quay.io/a/b", "tag": "1"}, "quay.io/a/b:1"},
		{"spec{repository,tag}", map[string]string{"repository": "a/b"}, "a/b"},
		{"spec{repository,tag}", map[string]string{"tag": "1"}, ""},
		{"spec{repository,tag,digest}", map[string]string{"repository": "b", "tag": "1", "digest": "sha256:0"}, "b@sha256:0"},
		{"spec{registry,repository,tag=version}", map[string]string{"registry": "r.io", "repository": "a/b", "version": "2"}, "r.io/a/b:2"},
		{"spec{registry,repository}", map[string]string{"registry": "r.io"}, ""},
		{"spec{repository,name=image,version}", map[string]string{"repository": "r.io/a", "image": "b", "version": "2"}, "r.io/a/b:2"},
		{"spec{repository,name=image,version}", map[string]string{"repository": "r.io/a", "image": "b", "version": "sha256:0"}, "r.io/a/b@sha256:0"},
		{"spec{repository,name=image,version}", map[string]string{"image": "r.io/a/b:2"}, "r.io/a/b:2"},
		{"spec{repository,name=image,version}", map[string]string{"image": "b", "version": "2"}, ""},
		{"spec{repository,name,tag}", map[string]string{"repository": "r.io/a", "tag": "2"}, ""}, // the name has a default
		{"spec{name,tag}", map[string]string{"name": "agent", "tag": "7"}, ""},
		{"spec{name,tag}", map[string]string{"name": "r.io/agent", "tag": "7"}, "r.io/agent:7"},
		{"spec{url}", map[string]string{"url": "docker://quay.io/a/b:1"}, "quay.io/a/b:1"},
		{"spec{url}", map[string]string{"url": "quay.io/a/b:1"}, "quay.io/a/b:1"},
		{"spec{url}", map[string]string{"url": "https://a.org/b.wasm"}, ""},
		{"spec{url}", map[string]string{"url": "oci-archive:/tmp/b"}, ""},
		{"spec{url,tag=ref.tag}", map[string]string{"url": "oci://r.io/a", "ref.tag": "1"}, "r.io/a:1"},
		{"spec{reference}", map[string]string{"reference": "a:1"}, "a:1"},
		{"spec{reference}", nil, ""},
	} {
		o := mustParseObject(test.object)
		if got := o.Join(func(p Path) string { return test.values[p.String()] }); got != test.want {
			t.Errorf("%s with %v is %q, want %q", test.object, test.values, got, test.want)
		}
	}
}
