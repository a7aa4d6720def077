package catalog

import (
	"slices"
	"strings"
)

// BuiltFor reports whether the tag was last built for a platform: an operating system ("" for any), an architecture in Go's words ("" for
// any) and a variant ("v7", "" for any). known is false where the platforms of the tag are not known.
func (t *Tag) BuiltFor(system, arch, variant string) (built, known bool) {
	if t.Architectures == "" {
		return false, false
	}
	for _, word := range strings.Fields(t.Architectures) {
		on := "linux"
		if cut, ok := strings.CutPrefix(word, "windows-"); ok {
			on, word = "windows", cut
		}
		if (system == "" || system == on) && (arch == "" || isArch(word, arch, variant)) {
			return true, true
		}
	}
	return false, true
}

// isArch reports whether what docker-library builds runs on an architecture.
func isArch(word, arch, variant string) bool {
	switch word {
	case "i386":
		return arch == "386"
	case "arm64v8":
		return arch == "arm64"
	case "arm32v5", "arm32v6", "arm32v7":
		// A newer variant runs what was built for an older one.
		return arch == "arm" && (variant == "" || word[len("arm32"):] <= variant)
	}
	return word == arch
}

// ArchitecturesOf brings platforms, as os/arch or os/arch/variant, into the words of Tag.Architectures, sorted. Other systems than Linux and Windows, and
// what is no platform, are left out.
func ArchitecturesOf(platforms []string) string {
	var out []string
	for _, p := range platforms {
		system, rest, _ := strings.Cut(p, "/")
		arch, variant, _ := strings.Cut(rest, "/")
		if !all(arch, func(b byte) bool { return isLower(b) || isDigit(b) }) {
			continue
		}
		word := arch
		switch arch {
		case "386":
			word = "i386"
		case "arm64":
			word = "arm64v8"
		case "arm":
			if variant != "v5" && variant != "v6" {
				variant = "v7" // what is meant without a variant
			}
			word = "arm32" + variant
		}
		switch system {
		case "linux":
		case "windows":
			word = "windows-" + word
		default:
			continue
		}
		out = append(out, word)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

// Platforms lists for what the tag was last built, as os/arch: "linux/amd64, linux/arm64"; "" where that is not known.
func (t *Tag) Platforms() string {
	var out []string
	for _, word := range strings.Fields(t.Architectures) {
		on := "linux/"
		if cut, ok := strings.CutPrefix(word, "windows-"); ok {
			on, word = "windows/", cut
		}
		switch word {
		case "i386":
			word = "386"
		case "arm64v8":
			word = "arm64"
		case "arm32v5", "arm32v6", "arm32v7":
			word = "arm/" + word[len("arm32"):]
		}
		out = append(out, on+word)
	}
	return strings.Join(out, ", ")
}
