package registries

import (
	"fmt"
	"slices"
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
}

// HostTypo returns the intended host for a known misspelling or web site of a registry, a cloud registry with an invalid
// part, or a well-known host with one typing error. It returns false for all known hosts and all hosts with a port, and
// if the error would be in a digit, the first letter or the top-level domain. Short hosts such as "ghcr.io" must have
// two letters swapped or one doubled, because other neighbors are registries, too.
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
	for _, find := range []func(string) (Typo, bool){underscoreTypo, suffixTypo, awsTypo, garTypo, gcrTypo, tailTypo, nearHost} {
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
	if topLevel(host) != topLevel(right) {
		return false // the same name in another country
	}
	return len(right) >= shortHost || kind == near.Inserted && doubled(host, right)
}

// tailTypo matches hosts of a cloud that end in a suffix with one typing error: "myregistry.azureacr.io". The first letter of its name is right, and so is the
// top-level domain, unless it does not exist.
func tailTypo(host string) (Typo, bool) {
	r, _ := Lookup("myregistry.azurecr.io")
	for _, right := range r.Suffixes {
		left, typed, ok := nearTail(host, right)
		if !ok || left == "" || topLevel(typed) != topLevel(right) && topLevelSlips[topLevel(typed)] != topLevel(right) && !slices.Contains(notTopLevels, topLevel(typed)) {
			continue
		}
		if typed[1] != right[1] && typed[:3] != right[:1]+right[2:3]+right[1:2] {
			continue
		}
		t := Typo{Right: left + right, Why: fmt.Sprintf("ends in %q where %q is meant", typed, right)}
		if _, known := Lookup(t.Right); !known {
			t.Right = ""
		}
		return t, true
	}
	return Typo{}, false
}

// notTopLevels are misspellings of "io" that are no top-level domains.
var notTopLevels = []string{"i", "iio", "ioo", "ip", "lo", "o", "uo"}

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
