package catalog

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestVerdict(t *testing.T) {
	t.Parallel()
	never := func(tier int, reason Reason, why, near string) Verdict {
		return Verdict{State: NeverPublished, Tier: tier, Reason: reason, Why: why, Near: near}
	}
	known, silent := Verdict{State: Known}, Verdict{}
	for _, tt := range []struct {
		image, tag string
		want       Verdict
	}{
		{"nginx", "1.14.2", known},
		{"nginx", "1.14.22", never(1, ClosedLine, "line 1.14 ended with 1.14.2 in 2019-04", "1.14.2")},
		{"nginx", "1.14.2-apline", never(1, Misspelled, `none of its tags has the word "apline", many have "alpine"`, "1.14.2-alpine")},
		{"nginx", "1-alpine3.l1", silent}, // that variant does not exist with a digit either
		{"node", "20-slm", never(1, Misspelled, `none of its tags has the word "slm", many have "slim"`, "20-slim")},
		{"node", "99-slm", silent}, // nor does this tag with the right word
		{"node", "20-lts", silent}, // a word of the image
		{"ubuntu", "22.4", never(1, Misspelled, "its tags have this version with a zero: 22.04", "22.04")},
		{"ubuntu", "28.4", silent},
		{"python", "3.09-slim", never(1, Misspelled, "its tags have this version without a zero: 3.9", "3.9-slim")},
		{"mysql", "8.O", never(1, Misspelled, `it has the letter "O" where 8.0 has the digit "0"`, "8.0")},
		{"nginx", "l.27.I", never(1, Misspelled, `it has the letter "l" where 1.27.1 has the digit "1"`, "1.27.1")},
		{"nginx", "v1.14.2", never(1, VersionMark, `none of its tags has a "v" in front of the version`, "1.14.2")},
		{"nginx", "1.14.2.1", never(1, TooDeep, "1.14.2 was last built in 2019-04, and had no 1.14.2.1", "1.14.2")},
		{"nginx", "1.14.2-alpine3.19", never(2, Combination, "1.14.2 was last built in 2019-04, and never in this variant", "1.14.2-alpine")},
		{"mysql", "8.0.40-alpine", never(2, Combination, "8.0.40 was last built in 2025-01, and never in this variant", "8.0.40")},
		{"postgres", "16.4-alpine3.99", never(2, Combination, "16.4 was last built in 2024-11, and never in this variant", "16.4-alpine")},
		{"postgres", "16.4-20240809", never(2, Combination, "16.4 was last built in 2024-11, and never in this variant", "16.4")}, // no image of it has a date
		{"node", "20.0.0-stretch-newname", never(2, Combination, "20.0.0 was last built in 2023-05, and never in this variant", "20.0.0")},
		{"postgres", "16.4.2-newname", never(1, TooDeep, "16.4 was last built in 2024-11, and had no 16.4.2", "16.4")},
		{"julia", "alpine3.12-newname", silent},
		{"postgres", "9f2ab9c", silent}, // a commit, not a variant of 9
		{"postgres", "newname", silent},
		{"mysql", "1.7.9-newname", silent}, // too low to be likely, but not finished
		{"nginx", "1.99.1", silent},
		{"nginx", "mainline-trixie", known},
		{"nginx", "mainline-newname", silent},
		{"nginx", "4f2ab9c", silent},
		{"node", "20-stretch", never(2, Anachronism, "stretch was last built in 2022-07, before 20 first was in 2023-04", "20")},
		{"maven", "3.9-jdk-21", never(2, Anachronism, "jdk was last built in 2022-09, before 3.9 first was in 2023-02", "3.9")},
		{"mysql", "8-alpine", never(2, MissingVariant, `none of its tags since 2014-06 has the variant "alpine"`, "8")},
		{"mongo", "alpine3.19", never(2, MissingVariant, `none of its tags since 2014-06 has the variant "alpine"`, "")},
		{"golang", "slim", never(2, MissingVariant, `none of its tags since 2014-08 has the variant "slim"`, "")},
		{"mysql", "27-alpine", silent}, // a version that may be newer than the catalog
		{"mysql", "26-alpine", silent}, // a version of a month ago
		{"mysql", "8-alpine-debug", silent},
		{"mysql", "8-newname", silent},
		{"docker.io/grafana/loki", "3.0.0-alpine", silent}, // releases only
		{"node", "slim-20", never(2, Misspelled, `its tags have "slim" after the version: 20-slim`, "20-slim")},
		{"postgres", "latest-alpine", never(2, Misspelled, `none of its tags begins with "latest-"`, "alpine")},
		{"geonetwork", "latest-postgres2", silent}, // it has latest-postgres
		{"node", "slim-99", silent},
		{"node", "lts-20", silent}, // nor is there 20-lts
		{"rabbitmq", "management-4", never(2, Misspelled, `its tags have "management" after the version: 4-management`, "4-management")},
		{"julia", "alpine-1", never(2, Misspelled, `its tags have "alpine" after the version: 1-alpine`, "1-alpine")},
		{"elasticsearch", "8", never(2, ShortTag, "8 has been published since 2022-02, but only under longer tags", "8.19.20")},
		{"ubuntu", "24", never(2, ShortTag, "24 has been published since 2023-12, but only under longer tags", "24.04")},
		{"elasticsearch", "9", silent}, // since 2025-04
		{"elasticsearch", "10", silent},
		{"postgres", "10.23", never(2, Combination, "10.23 was last built in 2022-11, and only under longer tags such as 10.23-alpine", "10.23-alpine")},
		{"elasticsearch", "7", never(2, Combination, "7 was last built in 2025-07, and only under longer tags such as 7.17.28", "")},
		{"python", "3.12.slim", never(2, Misspelled, `its tags have a hyphen before "slim": 3.12-slim`, "3.12-slim")},
		{"node", "20slim", never(2, Misspelled, `its tags have a hyphen before "slim": 20-slim`, "20-slim")},
		{"node", "20_bookworm.slim", never(2, Misspelled, `its tags have a hyphen before "bookworm": 20-bookworm-slim`, "20-bookworm-slim")},
		{"python", "3.12--slim", never(2, Misspelled, `its tags have a hyphen before "slim": 3.12-slim`, "3.12-slim")},
		{"python", "3.12.nothing", silent},
		{"python", "3.99.slim", silent},
		{"centos", "9", never(1, DeadImage, "the image has had no new tags since 2024-07", "7")},
		{"mysql", "1.7.9", never(2, TooLow, "1 is below 5, the lowest it ever had", "5.7.9")},
		{"ubuntu", "jammy-20230230", never(2, NoSuchDay, "20230230 is not a calendar date", "jammy")},
		{"ubuntu", "jammy-20230101", never(2, NoSuchBuild, "no known build of 20230101 with the rest of the tag", "jammy")},
		{"ubuntu", "jammy-20270101", silent},
		{"nginx", "", silent},
		{"registry.k8s.io/kube-proxy", "v1.29.15", known},
		{"registry.k8s.io/kube-proxy", "v1.29.99", never(1, ClosedLine, "line v1.29 ended with v1.29.15", "v1.29.15")},
		{"registry.k8s.io/kube-proxy", "1.29.3", never(1, VersionMark, `all of its tags have a "v" in front of the version`, "v1.29.3")},
		{"registry.k8s.io/kube-proxy", "v1.36.99", silent},
		{"registry.k8s.io/kube-proxy", "v1.17.10", silent},
		{"registry.k8s.io/kube-proxy", "v1.11.3", silent},
		{"registry.k8s.io/ingress-nginx/controller", "v1.9.99", never(1, ClosedLine, "line v1.9 ended with v1.9.6", "v1.9.6")},
		{"registry.k8s.io/ingress-nginx/controller", "v1.8.3", silent},
		{"registry.k8s.io/ingress-nginx/kube-webhook-certgen", "v9.9.9", silent},
	} {
		e := Builtin().find(tt.image)
		if e == nil {
			t.Errorf("%s is not in the catalog", tt.image)
			continue
		}
		registry, repository := "docker.io", "library/"+tt.image
		if i := len("registry.k8s.io"); len(tt.image) > i && tt.image[:i] == "registry.k8s.io" {
			registry, repository = tt.image[:i], tt.image[i+1:]
		}
		im, _ := Builtin().Lookup(registry, repository)
		if diff := cmp.Diff(tt.want, im.Judge().Tag(tt.tag)); diff != "" {
			t.Errorf("%s:%s (-want +got):\n%s", tt.image, tt.tag, diff)
		}
	}
}

// Verdicts that a fresh catalog might change are tested on made-up tags.
func TestVerdictOfTags(t *testing.T) {
	t.Parallel()
	now := MonthOf(2026, 8)
	im := Image{Name: "web", Source: Source{Day: DayOf(time.Date(2026, 8, 21, 0, 0, 0, 0, time.UTC))}}
	var tags []Tag
	for _, name := range []string{"1.31.4", "1.30.9", "1.29.1"} {
		tags = append(tags, Tag{Name: name, First: now - 1, Last: now, Current: true})
	}
	for _, name := range []string{"5.7.4", "5.7.9"} {
		tags = append(tags, Tag{Name: name, First: MonthOf(2015, 1), Last: MonthOf(2018, 1)})
	}
	tags = append(tags, Tag{Name: "9.7.3", First: now - 1, Last: now, Current: true})
	h := newHistory(&im, tags)
	for tag, want := range map[string]Verdict{
		"1.999.1": {State: NeverPublished, Tier: 2, Reason: Jump, Why: "1.999 is far above 1.31, the highest known", Near: "1.29.1"},
		"5.7.3":   {State: NeverPublished, Tier: 1, Reason: Gap, Why: "line 5.7 ended in 2018-01, and had no 5.7.3", Near: "5.7.9"}, // not 9.7.3
		"1.31.5":  {},
	} {
		f := h.judge(tag, func() map[string]bool { return nil })
		if f.State == NeverPublished {
			f.Near = h.near(tag, f)
		}
		if diff := cmp.Diff(want, f.Verdict); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tag, diff)
		}
	}
}

// A zero before a digit only counts as a mistake if all versions of the image agree, and the tag with the right version
// is known.
func TestOtherZeros(t *testing.T) {
	t.Parallel()
	now := MonthOf(2026, 8)
	for _, tt := range []struct {
		tags      []string
		tag, near string
	}{
		{[]string{"22.04", "24.04", "24.10"}, "22.4", "22.04"},
		{[]string{"22.04", "24.04", "24.10"}, "24.010", ""},
		{[]string{"22.04", "24.04", "24.10"}, "25.4", ""},
		{[]string{"22.04", "24.5", "24.10"}, "22.4", ""}, // without zeros since then
		{[]string{"22.04.1", "24.04"}, "22.4.1", "22.04.1"},
		{[]string{"22.04-beta", "24.04"}, "22.4", ""}, // not in this variant
		{[]string{"22.04", "22.4-beta"}, "22.4", ""},
		{[]string{"1.9", "1.10"}, "1.09", "1.9"},
		{[]string{"1.9", "1.10", "1.008"}, "1.09", ""},
		{[]string{"1.9-alpine3.9"}, "1.9-alpine3.09", "1.9-alpine3.9"},
		{[]string{"1.0", "2.0"}, "1.00", "1.0"},
	} {
		var tags []Tag
		for _, name := range tt.tags {
			tags = append(tags, Tag{Name: name, First: now - 1, Last: now, Current: true})
		}
		h := newHistory(&Image{Name: "web", Source: Source{Day: DayOf(time.Date(2026, 8, 21, 0, 0, 0, 0, time.UTC))}}, tags)
		f := h.judge(tt.tag, func() map[string]bool { return nil })
		if f.Reason != "" && f.Reason != Misspelled {
			f = finding{}
		}
		if f.instead != tt.near {
			t.Errorf("%s of %q: %q, want %q", tt.tag, tt.tags, f.instead, tt.near)
		}
	}
}

func TestJudgeDistroless(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		registry, repository, tag string
		want                      State
		near                      string
	}{
		{"gcr.io", "distroless/static", "nonroot", Known, ""},
		{"gcr.io", "distroless/base-debian12", "debug-nonroot-arm64", Known, ""},
		{"gcr.io", "distroless/static-debian12", "non-root", NeverPublished, "nonroot"},
		{"gcr.io", "distroless/cc", "1.0", NeverPublished, ""},
		{"gcr.io", "distroless/base", "0123456789abcdef0123456789abcdef01234567", Silent, ""},
		{"gcr.io", "distroless/java", "11", Silent, ""},
		{"gcr.io", "distroless/static-debianx", "1.0", Silent, ""},
		{"ghcr.io", "distroless/static", "1.0", Silent, ""},
	} {
		if v := JudgeDistroless(tt.registry, tt.repository, tt.tag); v.State != tt.want || v.Near != tt.near {
			t.Errorf("%s/%s:%s: %+v", tt.registry, tt.repository, tt.tag, v)
		}
	}
	for repository, want := range map[string]bool{"kibana/kibana": true, "beats/filebeat": true, "wolfi/chainguard-base": false} {
		if HasNoLatest("docker.elastic.co", repository) != want {
			t.Errorf("%s: want %t", repository, want)
		}
	}
}

func TestBuiltFor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		arches, system, arch, variant string
		built, known                  bool
	}{
		{"", "linux", "amd64", "", false, false},
		{"amd64", "linux", "amd64", "", true, true},
		{"amd64", "", "arm64", "", false, true},
		{"amd64 arm64v8", "linux", "arm64", "v8", true, true},
		{"arm32v6", "linux", "arm", "v7", true, true},
		{"arm32v7", "linux", "arm", "v6", false, true},
		{"windows-amd64", "linux", "amd64", "", false, true},
		{"windows-amd64", "windows", "", "", true, true},
		{"windows-amd64", "", "amd64", "", true, true},
		{"i386", "linux", "386", "", true, true},
		{"s390x", "linux", "", "", true, true},
	} {
		tag := Tag{Architectures: tt.arches}
		if built, known := tag.BuiltFor(tt.system, tt.arch, tt.variant); built != tt.built || known != tt.known {
			t.Errorf("%q for %s/%s/%s: %t, %t", tt.arches, tt.system, tt.arch, tt.variant, built, known)
		}
	}
}
