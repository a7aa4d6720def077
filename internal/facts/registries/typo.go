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
	for _, find := range []func(string) (Typo, bool){suffixTypo, awsTypo, locationTypo, nearHost} {
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

// locationTypo matches Artifact Registry locations that are written like AWS regions: "us-central-1-docker.pkg.dev".
func locationTypo(host string) (Typo, bool) {
	location, ok := strings.CutSuffix(host, "-docker.pkg.dev")
	if !ok {
		return Typo{}, false
	}
	t := Typo{Why: fmt.Sprintf("has the location %q, and locations of the Artifact Registry read as \"us-central1\" or \"europe\"", location)}
	if i := strings.LastIndexByte(location, '-'); i > 0 && isGARLocation(location[:i]+location[i+1:]) {
		t.Right = location[:i] + location[i+1:] + "-docker.pkg.dev"
	}
	return t, true
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
