package catalog

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

func TestBuiltin(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	data, err := os.ReadFile("data/tags.bin")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	images, tags := 0, 0
	for _, name := range c.Images() {
		registry, repository, ok := strings.Cut(name, "/")
		if !ok {
			registry, repository = "docker.io", "library/"+name
			images++
		}
		im, ok := c.Lookup(registry, repository)
		if !ok {
			t.Fatalf("%s is not found", name)
		}
		all, err := im.All()
		if err != nil || len(all) != im.Tags {
			t.Fatalf("%s: %d tags of %d, %v", name, len(all), im.Tags, err)
		}
		if im.Official() {
			tags += len(all)
		}
	}
	if images < 181 || tags < 185_939 {
		t.Errorf("the catalog has only %d official images and %d tags", images, tags)
	}
	if len(data) > 400<<10 {
		t.Errorf("the catalog has %d bytes: go generate ./rules/catalog packs a fresh one", len(data))
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	c := Builtin()
	for _, tt := range []struct{ registry, repository, want string }{
		{"docker.io", "library/nginx", "nginx"},
		{"index.docker.io", "library/nginx", "nginx"},
		{"public.ecr.aws", "docker/library/redis", "redis"},
		{"mirror.gcr.io", "library/busybox", "busybox"},
		{"mirror.gcr.io", "busybox", "busybox"},
		{"public.ecr.aws", "docker/busybox", ""},
		{"registry.k8s.io", "kube-proxy", "registry.k8s.io/kube-proxy"},
		{"REGISTRY.k8s.io:443", "kube-proxy", "registry.k8s.io/kube-proxy"},
		{"docker.io", "nginx", ""},
		{"docker.io", "acme/nginx", ""},
		{"docker.io", "library/a/b", ""},
		{"docker.io", "library/", ""},
		{"quay.io", "library/nginx", ""},
		{"public.ecr.aws", "library/nginx", ""},
		{"", "nginx", ""},
		{"", "", ""},
	} {
		im, ok := c.Lookup(tt.registry, tt.repository)
		if im.Name != tt.want || ok != (tt.want != "") {
			t.Errorf("%s/%s: %q, want %q", tt.registry, tt.repository, im.Name, tt.want)
		}
	}
	im, _ := c.Lookup("docker.io", "library/nginx")
	tag, ok := im.Tag("1.14.2")
	want := Tag{Name: "1.14.2", First: MonthOf(2018, 12), Last: MonthOf(2019, 4), Architectures: "amd64 arm32v7 arm64v8 i386 ppc64le s390x"}
	if diff := cmp.Diff(want, tag); !ok || diff != "" {
		t.Errorf("nginx:1.14.2 (-want +got):\n%s", diff)
	}
	for _, name := range []string{"", "1.14.22", "zzz", "0", strings.Repeat("9", 500)} {
		if _, ok := im.Tag(name); ok {
			t.Errorf("nginx has the tag %q", name)
		}
	}
}

// sample is a catalog that uses every feature of the format.
func sample() Contents {
	return Contents{
		Sources: []Source{{Name: "one", Revision: "abc", Day: DayOf(time.Date(2026, 8, 21, 0, 0, 0, 0, time.UTC))}, {Name: "two", Day: 20000}},
		Images: []ImageTags{
			{Name: "web", Deprecated: true, Replacement: "acme/web other", Tags: []Tag{
				{Name: "1.0", First: MonthOf(2014, 1), Last: MonthOf(2015, 2), Architectures: "amd64"},
				{Name: "1.0.1-alpine", First: MonthOf(2014, 1), Last: MonthOf(2026, 8), Current: true, Architectures: "amd64 arm64v8"},
				{Name: "latest", Last: MonthOf(2026, 8), Current: true},
			}},
			{Name: "registry.example.com/a/b", Source: 1, Immutable: true, Gaps: true, Tags: []Tag{
				{Name: "v1", Last: Day(20000).Month(), Current: true},
				{Name: "v2-alpine", Last: Day(20000).Month(), Current: true, Digest: "sha256:" + strings.Repeat("0a", 32)},
				{Name: "v3", Last: Day(20000).Month(), Current: true, Digest: "sha256:" + strings.Repeat("fe", 32)},
			}},
			{Name: "empty", Partial: true, Tags: []Tag{}},
		},
	}
}

func TestEncodeOpen(t *testing.T) {
	t.Parallel()
	data, err := Encode(sample(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"empty", "registry.example.com/a/b", "web"}, c.Images()); diff != "" {
		t.Errorf("images (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(sample().Sources, c.Sources()); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	for _, want := range sample().Images {
		e := c.find(want.Name)
		im := Image{catalog: c, entry: e}
		all, err := im.All()
		if diff := cmp.Diff(want.Tags, all); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", want.Name, err, diff)
		}
	}
	if diff := cmp.Diff(map[string]bool{"alpine": true}, c.commonWords()); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	again, err := Encode(sample(), nil)
	if err != nil || string(again) != string(data) {
		t.Errorf("equal contents are encoded differently: %v", err)
	}
	for name, change := range map[string]func(*Contents){
		"no such source": func(c *Contents) { c.Images[0].Source = 9 },
		"twice":          func(c *Contents) { c.Images[0].Tags[1].Name = "1.0" },
		"no name":        func(c *Contents) { c.Images[0].Tags[1].Name = "" },
		"future":         func(c *Contents) { c.Images[0].Tags[0].Last = MonthOf(2030, 1) },
		"digest":         func(c *Contents) { c.Images[1].Tags[1].Digest = "sha256:12" },
	} {
		s := sample()
		change(&s)
		if _, err := Encode(s, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A file that is truncated, changed in any byte, or of another kind is an error; it never opens as a smaller catalog.
func TestOpenDamaged(t *testing.T) {
	t.Parallel()
	data, err := Encode(sample(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range data {
		if _, err := Open(data[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are accepted as a catalog", n, len(data))
		}
		changed := []byte(string(data))
		changed[n] ^= 0x10
		if _, err := Open(changed); err == nil {
			t.Errorf("a change in byte %d is not detected", n)
		}
	}
	for _, foreign := range []string{"", "\x1f\x8b", "ILC1", "imagelint catalog 1\n", "{}", "apiVersion: v1"} {
		if _, err := Open([]byte(foreign)); !errors.Is(err, ErrNoCatalog) {
			t.Errorf("%q: %v, want ErrNoCatalog", foreign, err)
		}
	}
}

// Where a block is damaged, nothing is known about the tags of its image, not even of those whose names can be read.
func TestDamagedBlock(t *testing.T) {
	t.Parallel()
	contents := sample()
	data, err := Encode(contents, nil)
	if err != nil {
		t.Fatal(err)
	}
	named, damaged := 0, 0
	whole, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole.blocks {
		blocks := []byte(whole.blocks)
		blocks[at] ^= 0x01
		c, err := Open(data)
		if err != nil {
			t.Fatal(err)
		}
		c.blocks = string(blocks)
		for i := range contents.Images {
			im, ok := c.named(contents.Images[i].Name)
			if !ok {
				t.Fatalf("%s is not found", contents.Images[i].Name)
			}
			b, blockErr := c.blockOf(im.entry)
			if blockErr == nil && c.facts(im.entry, b) != nil {
				named++
			}
			if im.Damaged {
				damaged++
			}
			if _, err := im.All(); (err != nil) != im.Damaged {
				t.Fatalf("byte %d: %s: damaged: %t, %v", at, im.Name, im.Damaged, err)
			}
			for _, tag := range contents.Images[i].Tags {
				if v := im.Judge().Tag(tag.Name); im.Damaged && v.State != Silent {
					t.Fatalf("byte %d: %s:%s is %s", at, im.Name, tag.Name, v.State)
				}
			}
			if im.Damaged && im.Judge().Tag("0.0.1").State != Silent {
				t.Fatalf("byte %d: %s:0.0.1 is judged", at, im.Name)
			}
		}
	}
	if named == 0 || damaged <= named {
		t.Errorf("%d damaged blocks, %d of them with names: the test tests nothing", damaged, named)
	}
}

// FuzzEncode encodes arbitrary tags and reads them back.
func FuzzEncode(f *testing.F) {
	f.Add("1.0 1.0-alpine 1.1 1.1-alpine latest v2.9rc1 2.9 2.10 2.010 bookworm-20230109-slim -1.2", uint64(1))
	f.Add("9 10 99 100 1.9-a9 1.10-a10 1.2.3 1.2.30 0 00 000", uint64(7))
	f.Add(strings.Repeat("a", maxTag)+" "+strings.Repeat("b", maxTag)+" "+strings.Repeat("9", maxTag-1)+" 0", uint64(3))
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 1))
		end := MonthOf(2026, 8)
		seen := map[string]bool{}
		im := ImageTags{Name: "web", Tags: []Tag{}}
		for _, name := range strings.Fields(text) {
			if seen[name] || strings.ContainsFunc(name, func(r rune) bool { return r >= 0x80 || r == 0 }) || len(name) > maxTag {
				continue
			}
			seen[name] = true
			tag := Tag{Name: name, Last: end, Current: r.IntN(2) == 0}
			if !tag.Current {
				tag.Last -= Month(r.IntN(4))
			}
			if r.IntN(5) > 0 {
				tag.First = tag.Last - Month(r.IntN(4))
			}
			tag.Architectures = []string{"", "amd64", "amd64 arm64v8", "s390x"}[r.IntN(4)]
			if r.IntN(9) == 0 {
				tag.Digest = fmt.Sprintf("sha256:%064x", r.Uint64())
			}
			im.Tags = append(im.Tags, tag)
		}
		data, err := Encode(Contents{Sources: []Source{{Day: DayOf(time.Date(2026, 8, 21, 0, 0, 0, 0, time.UTC))}}, Images: []ImageTags{im}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		c, err := Open(data)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := c.Lookup("docker.io", "library/web")
		all, err := got.All()
		sort.Slice(im.Tags, func(i, j int) bool { return im.Tags[i].Name < im.Tags[j].Name })
		if diff := cmp.Diff(im.Tags, all); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		for _, want := range im.Tags {
			if tag, ok := got.Tag(want.Name); !ok || tag != want {
				t.Errorf("%q is %+v, want %+v", want.Name, tag, want)
			}
		}
	})
}

// FuzzOpen skips the checksum: whatever the index and the blocks contain, nothing panics or grows without bound.
func FuzzOpen(f *testing.F) {
	data, err := Encode(sample(), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[len(magic):], "1.0.2")
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, body []byte, tag string) {
		file := append([]byte(magic), body...)
		if len(file) < headerSize {
			return
		}
		c, err := open(string(file))
		if err != nil {
			return
		}
		for i := range min(c.len(), 5) {
			e := c.at(i)
			c.find(tag)
			if e == nil {
				continue
			}
			im := c.image(e)
			all, err := im.All()
			if err == nil && len(all) != e.tags {
				t.Errorf("%d tags of %d", len(all), e.tags)
			}
			im.Judge().Tag(tag)
			_, _ = im.Near(tag, 3)
		}
		_, _ = c.Evaluate(3)
	})
}

// FuzzTag judges arbitrary tags.
func FuzzTag(f *testing.F) {
	for _, tag := range []string{"1.14.22", "v1.2", "20240231", "1.2.3-alpine3.99", "99999999999999999999.1", "alpnie", "1..2", "-", "\xff1"} {
		f.Add(tag)
	}
	judges := map[string]*Judge{}
	for _, name := range []string{"nginx", "ubuntu", "haskell", "alpine"} {
		im, _ := Builtin().Lookup("docker.io", "library/"+name)
		judges[name] = im.Judge()
	}
	f.Fuzz(func(t *testing.T, tag string) {
		for name, j := range judges {
			v := j.Tag(tag)
			if v != j.Tag(tag) {
				t.Errorf("%s:%q: two verdicts", name, tag)
			}
			if (v.State == NeverPublished) != (v.Why != "") || v.State != NeverPublished && (v.Near != "" || v.Tier != 0) {
				t.Errorf("%s:%q: %+v", name, tag, v)
			}
			im := j.image
			if _, known := im.Tag(v.Near); v.Near != "" && !known {
				t.Errorf("%s:%q: %q is proposed and not known", name, tag, v.Near)
			}
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := open(builtin); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTag(b *testing.B) {
	for _, tt := range []struct{ image, tag string }{{"nginx", "1.14.2"}, {"nginx", "zzz"}, {"openjdk", "zzz"}} {
		b.Run(fmt.Sprintf("%s:%s", tt.image, tt.tag), func(b *testing.B) {
			im, _ := Builtin().Lookup("docker.io", "library/"+tt.image)
			for b.Loop() {
				im.Tag(tt.tag)
			}
		})
	}
}

func BenchmarkJudge(b *testing.B) {
	for _, tt := range []struct{ image, tag string }{{"nginx", "1.14.22"}, {"openjdk", "8.0.99"}} {
		b.Run(fmt.Sprintf("%s:%s", tt.image, tt.tag), func(b *testing.B) {
			im, _ := Builtin().Lookup("docker.io", "library/"+tt.image)
			for b.Loop() {
				im.Judge().Tag(tt.tag)
			}
		})
	}
}
