package registries

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// Typo is a registry host that probably means another one.
type Typo struct {
	// Right is the intended host, or "" if it is unknown.
	Right string
	// Why is a phrase with the written host as its subject: "is a misspelling of \"docker.io\"".
	Why string
	// Except lists parts of paths for which the written host does serve images.
	Except []string
	// Private is true if only a private network may have the written host.
	Private bool
}

// HostTypo returns the intended host for a known misspelling or web site of a registry, a cloud registry with an invalid
// part, a host with a top-level domain of one letter, or a well-known host or suffix of hosts with one typing error. It returns
// false for all known hosts and all hosts with a port, and if the error would be in a digit, the first letter or a top-level domain
// that may exist. Short hosts such as "ghcr.io" must have two letters swapped or one doubled, because other neighbors are registries, too.
func HostTypo(host string) (Typo, bool) {
	host = plainHost(host)
	if _, port := cutPort(host); host == "" || port {
		return Typo{}, false
	}
	if t, ok := facts().mistakes[host]; ok {
		return t, true
	}
	if _, known := Lookup(host); known {
		return Typo{}, false
	}
	for _, find := range []func(string) (Typo, bool){underscoreTypo, letterTypo, suffixTypo, awsTypo, garTypo, gcrTypo, headTypo, tailTypo, nearHost} {
		if t, ok := find(host); ok {
			return t, true
		}
	}
	return Typo{}, false
}

// suffixTypo matches misspelled suffixes of hosts that start with the user's own name.
func suffixTypo(host string) (Typo, bool) {
	for _, m := range facts().ends {
		left, ok := strings.CutSuffix(host, m.Suffix)
		if !ok || left == "" {
			continue
		}
		t := Typo{Right: left + m.Right, Why: fmt.Sprintf("ends in %q where %q is meant", m.Suffix, m.Right)}
		if _, known := Lookup(t.Right); !known {
			t.Right = ""
		}
		return t, true
	}
	return Typo{}, false
}

// nearHost matches well-known hosts with one typing error.
func nearHost(host string) (Typo, bool) {
	for _, right := range facts().near {
		kind, got, want := near.SingleEdit(host, right)
		if kind == near.NoEdit || isDigit(got) || isDigit(want) || host[0] != right[0] || !isLikelyTypo(kind, host, right) {
			continue
		}
		why := fmt.Sprintf("is one letter away from %q", right)
		if kind == near.Transposed {
			why = fmt.Sprintf("is %q with two letters swapped", right)
		}
		return Typo{Right: right, Why: why}, true
	}
	return Typo{}, false
}

// shortHost is the length below which the neighbors of a well-known host are registries, too.
const shortHost = len("docker.io")

// isLikelyTypo distinguishes typing errors from other people's hosts.
func isLikelyTypo(kind near.Edit, host, right string) bool {
	if kind == near.Transposed {
		return true
	}
	if end := topLevel(host); end != topLevel(right) {
		return isNoTopLevel(end) || isLongTopLevelSlip(host, right) // otherwise the same name in another country
	}
	return len(right) >= shortHost || kind == near.Inserted && doubled(host, right)
}

// letterTypo matches hosts with a top-level domain of one letter, which no host has, such as "quay.o".
func letterTypo(host string) (Typo, bool) {
	end := topLevel(host)
	if len(end) != 1 || !isLower(end[0]) || len(host) < len("ab.c") {
		return Typo{}, false
	}
	t := Typo{Why: fmt.Sprintf("is not a host name, no top-level domain %q exists", end)}
	for _, right := range complete(host) {
		if t.Right != "" && t.Right != right {
			return Typo{Why: t.Why}, true
		}
		t.Right = right
	}
	t.Private = t.Right == ""
	return t, true
}

// complete returns the known hosts of whose top-level domain one letter is left in a host.
func complete(host string) []string {
	var out []string
	for i := range len(host) - len(".c") + 1 {
		if i > 0 && host[i] != '.' {
			continue
		}
		for _, right := range shortened()[host[i:]] {
			if _, known := Lookup(host[:i] + right); known {
				out = append(out, host[:i]+right)
			}
		}
	}
	return out
}

// tailTypo matches hosts of a registry with many customers, or in many places, that end in a suffix with one typing error: "myregistry.azureacr.io". The first
// letter of its name is right, and so is the top-level domain, unless it does not exist. What precedes the suffix has the form of the registry's hosts.
func tailTypo(host string) (Typo, bool) {
	for _, tail := range facts().tails {
		left, typed, ok := nearTail(host, tail.suffix)
		if !ok || left == "" || !tail.isMeant(left, typed) {
			continue
		}
		t := Typo{Right: left + tail.suffix, Why: fmt.Sprintf("ends in %q where %q is meant", typed, tail.suffix)}
		if _, known := Lookup(t.Right); !known {
			t.Right = ""
		}
		return t, true
	}
	return Typo{}, false
}

// tail is a suffix of a family whose misspellings are recognized.
type tail struct {
	suffix string
	shape  shape
}

// isMeant reports whether a misspelled suffix after the rest of a host means this one. Domains of up to four letters have neighbors that others may own, so
// two of their letters must be exchanged, or one doubled.
func (t tail) isMeant(left, typed string) bool {
	right := t.suffix
	wrongEnd := topLevel(typed) != topLevel(right)
	if wrongEnd && topLevelSlips[topLevel(typed)] != topLevel(right) && !isNoTopLevel(topLevel(typed)) {
		return false
	}
	const short = len(".ocir.io")
	if typed[1] != right[1] && (len(right) <= short || typed[:3] != right[:1]+right[2:3]+right[1:2]) {
		return false
	}
	switch t.shape {
	case shapeACR: // the name of the customer's registry need not be right
	case shapeAny, shapeLabel:
		if typed[0] != right[0] {
			return false // a domain of its own
		}
	default:
		if !t.shape.fits(left, right) {
			return false
		}
	}
	if t.shape == shapeOCIR && right == ".ocir.io" && !isOCIRegion(left) {
		return false
	}
	kind, _, _ := near.SingleEdit(typed, right)
	return len(right) > short || wrongEnd || kind == near.Transposed || kind == near.Inserted && doubled(typed, right)
}

// headTypo matches hosts of clouds whose first word is always the same, and misspelled: "regsitry.cn-hangzhou.aliyuncs.com".
func headTypo(host string) (Typo, bool) {
	first, rest, _ := strings.Cut(host, ".")
	right, wrong := fixWord(first, []string{"ocir", "registry", "registry-internal", "registry-intl", "registry-vpc", "swr"})
	_, got, _ := near.SingleEdit(first, right)
	if !wrong || right == "" || right[0] != first[0] || isDigit(got) {
		return Typo{}, false
	}
	r, known := Lookup(right + "." + rest)
	if !known || r.shape != shapeAliyun && r.shape != shapeOCIR && r.shape != shapeSWR {
		return Typo{}, false
	}
	return Typo{Right: right + "." + rest, Why: fmt.Sprintf("begins with %q where %q is meant", first, right)}, true
}

// nearTail splits a host that ends in a suffix with one typing error. The separator before the suffix may be the wrong one, but not another letter.
func nearTail(host, suffix string) (left, typed string, ok bool) {
	for n := len(suffix) - 1; n <= len(suffix)+1; n++ {
		if n >= len(host) {
			break
		}
		typed = host[len(host)-n:]
		kind, got, want := near.SingleEdit(typed, suffix)
		if kind != near.NoEdit && !isDigit(got) && !isDigit(want) && strings.IndexByte("-._", typed[0]) >= 0 {
			return host[:len(host)-n], typed, true
		}
	}
	return "", "", false
}

// underscoreTypo matches hosts that have an underscore in place of a hyphen: "europe_docker.pkg.dev". Only those whose right name is certain are matched.
func underscoreTypo(host string) (Typo, bool) {
	if !strings.Contains(host, "_") {
		return Typo{}, false
	}
	right := strings.ReplaceAll(host, "_", "-")
	r, known := Lookup(right)
	if !known || facts().hosts[right] == nil && r.shape != shapeGAR && r.shape != shapeECR {
		return Typo{}, false
	}
	return Typo{Right: right, Why: fmt.Sprintf("has an underscore where %q has a hyphen", right)}, true
}

// topLevel returns the top-level domain of a host, with its port.
func topLevel(host string) string { return host[strings.LastIndexByte(host, '.')+1:] }

// doubled reports whether the extra letter in host repeats the one before it.
func doubled(host, right string) bool {
	for i := 1; i < len(host); i++ {
		if i == len(right) || host[i] != right[i] {
			return host[i] == host[i-1]
		}
	}
	return false
}
