package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// OldestKubernetes and NewestKubernetes bound the minor versions in a configuration. The newest is beyond what the rules know, so
// that cluster upgrades do not have to wait for a release.
const (
	OldestKubernetes = 20
	NewestKubernetes = lint.NewestKubernetes + 3
)

// ParseKubernetesVersion returns the minor version of a cluster version as people and clusters write it: 33 for "1.33", "v1.33.2",
// "v1.33.2-gke.100" and "1.33+".
func ParseKubernetesVersion(s string) (minor int, err error) {
	minor, message, help := kubernetesVersion(s)
	if message != "" {
		return 0, errors.New(message + ": " + help)
	}
	return minor, nil
}

func kubernetesVersion(s string) (minor int, message, help string) {
	known := fmt.Sprintf("write one from 1.%d to 1.%d", OldestKubernetes, NewestKubernetes)
	rest, ok := strings.CutPrefix(strings.TrimPrefix(s, "v"), "1.")
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if !ok || digits == 0 || digits > 4 || !isPatch(rest[digits:]) {
		if n, err := strconv.Atoi(s); err == nil && n >= OldestKubernetes && n <= NewestKubernetes {
			known = "write 1." + s
		}
		return 0, quote(s) + " is not a valid Kubernetes version", known
	}
	minor, _ = strconv.Atoi(rest[:digits]) // at most four digits
	if minor < OldestKubernetes || minor > NewestKubernetes {
		return 0, "version " + quote(s) + " of Kubernetes is not known", known
	}
	return minor, "", ""
}

// isPatch reports whether s is a valid rest after the minor version: empty, a patch version, or a vendor suffix.
func isPatch(s string) bool {
	if patch, ok := strings.CutPrefix(s, "."); ok {
		rest := strings.TrimLeft(patch, "0123456789")
		if rest == patch {
			return false
		}
		s = rest
	}
	return s == "" || len(s) < 64 && (s[0] == '+' || s[0] == '-') && strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-_") == ""
}
