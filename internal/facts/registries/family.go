package registries

import (
	"slices"
	"strings"
)

// Family identifies related hosts: addresses of one registry, or of one account in several places.
type Family struct {
	// ID is common to related hosts. Place distinguishes them, and is "" for aliases.
	ID, Place string
	// What is the kind of Place: "region".
	What string
}

// FamilyOf returns the family that a host belongs to. ok is false for most hosts.
//
// Sources: the documentation of Amazon ECR, Google Artifact Registry and Container Registry, Alibaba Cloud ACR, Oracle Container Registry and
// JFrog, from general knowledge on 2026-11-29; no page was fetched.
func FamilyOf(host string) (k Family, ok bool) {
	for _, family := range []func(string) (Family, bool){familyECR, familyGoogle, familyAliyun, familyOCIR, familyJFrog} {
		if k, ok := family(host); ok {
			return k, true
		}
	}
	return Family{}, false
}

// familyECR matches the registries of an AWS account, one per region.
func familyECR(host string) (Family, bool) {
	account, rest, ok := strings.Cut(host, ".dkr.ecr.")
	if !ok || len(account) != 12 || strings.Trim(account, "0123456789") != "" {
		return Family{}, false
	}
	for _, end := range []string{".amazonaws.com", ".amazonaws.com.cn"} {
		if region, ok := strings.CutSuffix(rest, end); ok && region != "" && !strings.Contains(region, ".") {
			return Family{"ecr " + account + end, region, "region"}, true
		}
	}
	return Family{}, false
}

// familyGoogle matches the locations of Artifact Registry and Container Registry.
func familyGoogle(host string) (Family, bool) {
	if location, ok := strings.CutSuffix(host, endOfGAR); ok && location != "" && !strings.ContainsAny(location, ".*") {
		return Family{"artifact registry", location, "location"}, true
	}
	switch host {
	case "gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io":
		return Family{"container registry", host, "host"}, true
	}
	return Family{}, false
}

// familyAliyun matches the public and the internal addresses of a registry in Alibaba Cloud.
func familyAliyun(host string) (Family, bool) {
	name, ok := strings.CutSuffix(host, ".aliyuncs.com")
	if !ok || strings.Contains(name, "*") {
		return Family{}, false
	}
	first, region, ok := strings.Cut(name, ".")
	if !ok {
		return Family{}, false
	}
	for _, end := range []string{"-vpc", "-internal"} {
		first = strings.TrimSuffix(first, end)
	}
	if first != "registry" && !strings.HasSuffix(region, ".cr") {
		return Family{}, false
	}
	return Family{ID: "aliyun " + first + " " + region}, true
}

// ociRegions maps the short region names in old Oracle Container Registry addresses to the long names.
var ociRegions = [...][2]string{
	{"ams", "eu-amsterdam-1"},
	{"arn", "eu-stockholm-1"},
	{"auh", "me-abudhabi-1"},
	{"bom", "ap-mumbai-1"},
	{"cdg", "eu-paris-1"},
	{"cwl", "uk-cardiff-1"},
	{"dxb", "me-dubai-1"},
	{"fra", "eu-frankfurt-1"},
	{"gru", "sa-saopaulo-1"},
	{"hyd", "ap-hyderabad-1"},
	{"iad", "us-ashburn-1"},
	{"icn", "ap-seoul-1"},
	{"jed", "me-jeddah-1"},
	{"jnb", "af-johannesburg-1"},
	{"kix", "ap-osaka-1"},
	{"lhr", "uk-london-1"},
	{"lin", "eu-milan-1"},
	{"mad", "eu-madrid-1"},
	{"mel", "ap-melbourne-1"},
	{"mrs", "eu-marseille-1"},
	{"mtz", "il-jerusalem-1"},
	{"nrt", "ap-tokyo-1"},
	{"ord", "us-chicago-1"},
	{"phx", "us-phoenix-1"},
	{"qro", "mx-queretaro-1"},
	{"scl", "sa-santiago-1"},
	{"sin", "ap-singapore-1"},
	{"sjc", "us-sanjose-1"},
	{"syd", "ap-sydney-1"},
	{"vcp", "sa-vinhedo-1"},
	{"yny", "ap-chuncheon-1"},
	{"yul", "ca-montreal-1"},
	{"yyz", "ca-toronto-1"},
	{"zrh", "eu-zurich-1"},
}

// isOCIRegion reports whether a word is one of the short names, or a long one.
func isOCIRegion(word string) bool {
	return slices.ContainsFunc(ociRegions[:], func(names [2]string) bool { return word == names[0] || word == names[1] })
}

// familyOCIR matches both addresses of a region.
func familyOCIR(host string) (Family, bool) {
	region, ok := strings.CutSuffix(host, ".ocir.io")
	if !ok || strings.ContainsAny(region, ".*") {
		return Family{}, false
	}
	for _, names := range ociRegions {
		if names[0] == region {
			region = names[1]
		}
	}
	return Family{ID: "ocir " + region}, true
}

// familyJFrog matches the addresses of an account: ACME.jfrog.io, and ACME-REPOSITORY.jfrog.io for each repository.
func familyJFrog(host string) (Family, bool) {
	name, ok := strings.CutSuffix(host, ".jfrog.io")
	if !ok || name == "" || strings.ContainsAny(name, ".*") {
		return Family{}, false
	}
	account, _, _ := strings.Cut(name, "-")
	return Family{"jfrog " + account, name, ""}, true
}
