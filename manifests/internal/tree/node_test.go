package tree

import "testing"

func TestTrail(t *testing.T) {
	t.Parallel()
	for _, root := range []string{"", "spec", "a[0]"} {
		for _, key := range []string{"", "image", "a.b", "a[b", `a"b`, "é"} {
			want := Join(root, key)
			at := Trail(root).Key(key)
			if string(at) != want {
				t.Errorf("%q, %q: %q, want %q", root, key, at, want)
			}
			if item := at.Item(12); string(item) != Item(want, 12, nil).Path {
				t.Errorf("%q, %q: item %q", root, key, item)
			}
		}
	}
}
