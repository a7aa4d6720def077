package registries

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// endOfGAR ends all hosts of the Artifact Registry that serve images.
const endOfGAR = "-docker.pkg.dev"

// garTypo matches hosts of the Artifact Registry with a location that does not exist, such as "us-central-1-docker.pkg.dev", and those with a location that
// exists and a misspelled rest.
func garTypo(host string) (Typo, bool) {
	location, ok := strings.CutSuffix(host, endOfGAR)
	if !ok {
		return garTailTypo(host)
	}
	if hasFormOfGAR(location) {
		right, _ := misspelledGAR(location)
		t := Typo{Why: fmt.Sprintf("has the location %q, which the Artifact Registry does not have", location)}
		if right != "" {
			t.Right = right + endOfGAR
		}
		return t, true
	}
	t := Typo{Why: fmt.Sprintf("has the location %q, and locations of the Artifact Registry read as \"us-central1\" or \"europe\"", location)}
	for _, right := range splitLocations(location) {
		if isGARLocation(right) {
			t.Right = right + endOfGAR
		}
	}
	return t, true
}

// splitLocations returns locations with other hyphens: without the one of "us-central-1", and with the one that "uscentral1" lacks.
func splitLocations(location string) []string {
	var out []string
	for _, area := range garAreas {
		if rest, ok := strings.CutPrefix(location, area); ok {
			out = append(out, area+"-"+rest)
		}
	}
	if i := strings.LastIndexByte(location, '-'); i > 0 {
		out = append(out, location[:i]+location[i+1:])
	}
	return out
}

// garTailTypo matches a location before a misspelled "-docker.pkg.dev", such as "europe-docker.pgk.dev" or "europe.pkg.dev".
func garTailTypo(host string) (Typo, bool) {
	if location, ok := strings.CutSuffix(host, ".pkg.dev"); ok && isGARLocation(location) {
		return Typo{Right: location + endOfGAR, Why: fmt.Sprintf("lacks %q of a registry for images, as in %q", "-docker", location+endOfGAR)}, true
	}
	location, typed, ok := nearTail(host, endOfGAR)
	if !ok || !isGARLocation(location) {
		return Typo{}, false
	}
	return Typo{Right: location + endOfGAR, Why: fmt.Sprintf("ends in %q where %q is meant", typed, endOfGAR)}, true
}

// gcrTypo matches the hosts of a multi-region of gcr.io with a misspelled region, and those with a misspelled rest: "ue.gcr.io", "eu.grc.io". Other names are those of
// particular projects.
func gcrTypo(host string) (Typo, bool) {
	const domain = "gcr.io"
	region, rest, _ := strings.Cut(host, ".")
	regions := []string{"asia", "eu", "us"}
	if t, ok := facts().mistakes[rest]; ok && t.Right == domain && facts().hosts[region+"."+domain] != nil {
		return Typo{Right: region + "." + domain, Why: fmt.Sprintf("is a misspelling of %q", region+"."+domain)}, true
	}
	if rest != domain {
		return Typo{}, false
	}
	right, wrong := fixWord(region, regions)
	for _, r := range regions {
		if habits[region] == r || habits[r] == region {
			right, wrong = r, true
		}
	}
	if !wrong || right == "" {
		return Typo{}, false
	}
	right += "." + domain
	if kind, _, _ := near.SingleEdit(host, right); kind == near.Transposed {
		return Typo{Right: right, Why: fmt.Sprintf("is %q with two letters swapped", right)}, true
	}
	return Typo{Right: right, Why: "is not a host of gcr.io: its regions are \"asia\", \"eu\" and \"us\""}, true
}
