package walk

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests"
)

// index builds a git index with entries for sorted paths.
func index(version, hash int, paths ...string) []byte {
	b := binary.BigEndian.AppendUint32([]byte("DIRC"), uint32(version))
	b = binary.BigEndian.AppendUint32(b, uint32(len(paths)))
	before := ""
	for i, path := range paths {
		start := len(b)
		b = append(b, make([]byte, 40+hash)...)
		flags := uint16(min(len(path), 0xfff))
		if version > 2 && i%2 == 1 {
			b = binary.BigEndian.AppendUint16(b, flags|0x4000)
			b = append(b, 0, 0)
		} else {
			b = binary.BigEndian.AppendUint16(b, flags)
		}
		if version == 4 {
			same := 0
			for same < min(len(before), len(path)) && before[same] == path[same] {
				same++
			}
			if strip := len(before) - same; strip < 128 {
				b = append(b, byte(strip))
			} else {
				b = append(b, byte(0x80|(strip>>7-1)), byte(strip&0x7f))
			}
			b = append(append(b, path[same:]...), 0)
			before = path
			continue
		}
		b = append(append(b, path...), 0)
		for (len(b)-start)%8 != 0 {
			b = append(b, 0)
		}
	}
	b = append(b, "TREE\x00\x00\x00\x03abc"...)
	return append(b, make([]byte, hash)...)
}

func TestReadIndex(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long/", 60)
	paths := []string{"README.md", "a.yaml", "b/c.json", "b/main.go", "b/" + long + "x.yml", "b/z.YAML", "kustomize/base/d.yaml"}
	want := []string{"a.yaml", "b/c.json", "b/" + long + "x.yml", "b/z.YAML", "kustomize/base/d.yaml"}
	for version := 2; version <= 4; version++ {
		for _, hash := range []int{sha1Size, sha256Size} {
			data := index(version, hash, paths...)
			got, ok := readIndex(data, hash)
			if diff := cmp.Diff(want, got); !ok || diff != "" {
				t.Errorf("version %d, names of %d bytes, %t (-want +got):\n%s", version, hash, ok, diff)
			}
			if _, ok := readIndex(data, sha1Size+sha256Size-hash); ok {
				t.Errorf("version %d: names of %d bytes were read with another size", version, hash)
			}
			for cut := range len(data) - hash - len("TREE\x00\x00\x00\x03abc") {
				if _, ok := readIndex(data[:cut], hash); ok {
					t.Fatalf("version %d: the first %d bytes were accepted as a whole index", version, cut)
				}
			}
		}
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "another file": []byte(strings.Repeat("x", 100)), "version 5": index(5, sha1Size, "a.yaml"), "unsorted": index(2, sha1Size, "b.yaml", "a.yaml"),
		"split": bytes.Replace(index(2, sha1Size, "a.yaml"), []byte("TREE"), []byte("link"), 1),
	} {
		if paths, ok := readIndex(data, sha1Size); ok {
			t.Errorf("%s: it has %q", name, paths)
		}
	}
}

func FuzzReadIndex(f *testing.F) {
	for version := 2; version <= 4; version++ {
		f.Add(index(version, sha1Size, "a.yaml", "b/c.yaml"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if paths, ok := readIndex(data, sha1Size); ok && (!slices.IsSorted(paths) || len(paths) > len(data)/40) {
			t.Errorf("%q", paths)
		}
	})
}

// git does not ignore tracked files.
func TestTracked(t *testing.T) {
	t.Parallel()
	tracked := string(index(2, sha1Size, "build/kept/a.yaml", "pod.yaml", "sub/pod.yaml"))
	root := tree(t, map[string]string{
		"repo/.git/index": tracked, "repo/.gitignore": "/build\npod.yaml\n", "repo/pod.yaml": "", "repo/sub/pod.yaml": "", "repo/other/pod.yaml": "",
		"repo/build/kept/a.yaml": "", "repo/build/kept/b.yaml": "", "repo/build/made/c.yaml": "", "repo/build/d.yaml": "", "repo/build/e.txt": "",
		"broken/.git/index": "DIRC", "broken/.gitignore": "pod.yaml", "broken/pod.yaml": "",
		"linked/.git": "gitdir: ../repo/.git\n", "linked/.gitignore": "pod.yaml", "linked/pod.yaml": "", "linked/x/pod.yaml": "",
	})
	res, err := walkIn(t, root, Options{}, "repo", "broken", "linked")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"repo/build/kept/a.yaml", "repo/pod.yaml", "repo/sub/pod.yaml", "linked/pod.yaml"}, names(res)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	var want []string
	for _, name := range []string{"repo/build/d.yaml", "repo/build/kept/b.yaml", "repo/build/made", "repo/other/pod.yaml", "broken/pod.yaml", "linked/x/pod.yaml"} {
		want = append(want, manifests.SkipIgnored+" "+name)
	}
	if diff := cmp.Diff(want, skips(res)); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	for name, want := range map[string]bool{"repo/pod.yaml": false, "repo/other/pod.yaml": true, "repo/build/kept/a.yaml": false, "repo/build/d.yaml": true} {
		if got := (&Options{}).Skips(root + "/" + name); got != want {
			t.Errorf("%s is skipped: %t", name, got)
		}
	}
}
