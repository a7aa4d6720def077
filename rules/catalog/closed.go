package catalog

import (
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// HandDate is the day (YYYY-MM-DD) on which the facts in this file were checked. They cover registries whose tags are
// few or follow one rule.
const HandDate = "2026-11-22"

// distroless lists the images of gcr.io/distroless whose tags are generated from short lists in its build files
// (github.com/GoogleContainerTools/distroless). Each also exists with a "-debian<n>" suffix. Images with a language
// runtime used to have version tags and are left out.
var distroless = [...]string{"base", "base-nossl", "cc", "static"}

var (
	distrolessTags   = [...]string{"debug", "debug-nonroot", "latest", "nonroot"}
	distrolessArches = [...]string{"amd64", "arm", "arm64", "ppc64le", "riscv64", "s390x"}
)

// JudgeDistroless judges a tag of a gcr.io/distroless image by the fixed list of tags. Its findings are tier 2,
// because the list may grow.
func JudgeDistroless(registry, repository, tag string) Verdict {
	name, ok := strings.CutPrefix(repository, "distroless/")
	if plainHost(registry) != "gcr.io" || !ok || tag == "" || len(tag) > maxTag {
		return Verdict{}
	}
	name, debian, numbered := strings.Cut(name, "-debian")
	if numbered && !all(debian, isDigit) || !among(distroless[:], name) {
		return Verdict{}
	}
	if len(tag) == 40 && all(tag, func(b byte) bool { return isDigit(b) || 'a' <= b && b <= 'f' }) {
		return Verdict{} // a commit
	}
	plain := tag
	for _, arch := range distrolessArches {
		if cut, ok := strings.CutSuffix(tag, "-"+arch); ok {
			plain = cut
		}
	}
	if among(distrolessTags[:], plain) {
		return Verdict{State: Known}
	}
	v := Verdict{State: NeverPublished, Tier: 2, Reason: OutsideOfSet, Why: "its tags are " + strings.Join(distrolessTags[:], ", ") + ", each also with an architecture behind it, and commits"}
	for _, right := range distrolessTags {
		if near.Distance(tag, right, maxTypos) <= maxTypos {
			v.Near = right
		}
	}
	return v
}

// HasNoLatest reports whether a repository on docker.elastic.co has release tags only and no "latest".
func HasNoLatest(registry, repository string) bool {
	if plainHost(registry) != "docker.elastic.co" {
		return false
	}
	folder, _, _ := strings.Cut(repository, "/")
	switch folder {
	case "elasticsearch", "kibana", "logstash", "beats", "apm", "elastic-agent", "enterprise-search":
		return true
	}
	return false
}

func among(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}
