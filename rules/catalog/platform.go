package catalog

import (
	"slices"
	"strings"
)

// BuiltFor reports whether the tag was last built for a platform: operating system, architecture (both in Go's names)
// and variant ("v7"), each "" for any. known is false if the platforms of the tag are unknown.
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

// isArch reports whether an image for docker-library's architecture word runs on arch and variant.
func isArch(word, arch, variant string) bool {
	switch word {
	case "i386":
		return arch == "386"
	case "arm64v8":
		return arch == "arm64"
	case "arm32v5", "arm32v6", "arm32v7":
		// a newer variant runs images for older ones
		return arch == "arm" && (variant == "" || word[len("arm32"):] <= variant)
	}
	return word == arch
}

// ArchitecturesOf converts platforms (os/arch or os/arch/variant) to the words of Tag.Architectures, sorted. It omits
// systems other than Linux and Windows, and invalid platforms.
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
				variant = "v7" // the default variant
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

// Platforms returns the platforms that the tag was last built for as os/arch: "linux/amd64, linux/arm64"; "" if
// unknown.
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
