package pullsecret

import (
	"fmt"
	"strings"
)

// kin is a registry host that others are near to: two addresses of one
// registry, or one account in several places. id is what they share; place
// tells them apart, "" where the hosts are two names for the same.
type kin struct {
	id, place string
	what      string // what place is: "region"
}

// kinOf tells which family a host belongs to; ok is false for most hosts.
//
// Sources: the documentation of Amazon ECR, Artifact Registry, Container
// Registry of Google Cloud, Alibaba Cloud's ACR, Oracle's Container Registry
// and JFrog, from general knowledge on 2026-11-29; no page was fetched for it.
func kinOf(host string) (k kin, ok bool) {
	for _, family := range []func(string) (kin, bool){kinECR, kinGoogle, kinAliyun, kinOCIR, kinJFrog} {
		if k, ok := family(host); ok {
			return k, true
		}
	}
	return kin{}, false
}

// kinECR knows the registries of one AWS account, which are one for a region.
func kinECR(host string) (kin, bool) {
	account, rest, ok := strings.Cut(host, ".dkr.ecr.")
	if !ok || len(account) != 12 || strings.Trim(account, "0123456789") != "" {
		return kin{}, false
	}
	for _, end := range []string{".amazonaws.com", ".amazonaws.com.cn"} {
		if region, ok := strings.CutSuffix(rest, end); ok && region != "" && !strings.Contains(region, ".") {
			return kin{"ecr " + account + end, region, "region"}, true
		}
	}
	return kin{}, false
}

// kinGoogle knows the locations of Artifact Registry and of Container Registry.
func kinGoogle(host string) (kin, bool) {
	if location, ok := strings.CutSuffix(host, "-docker.pkg.dev"); ok && location != "" && !strings.ContainsAny(location, ".*") {
		return kin{"artifact registry", location, "location"}, true
	}
	switch host {
	case "gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io":
		return kin{"container registry", host, "host"}, true
	}
	return kin{}, false
}

// kinAliyun knows the addresses of one registry of Alibaba Cloud: the public
// one, and those within its networks.
func kinAliyun(host string) (kin, bool) {
	name, ok := strings.CutSuffix(host, ".aliyuncs.com")
	if !ok || strings.Contains(name, "*") {
		return kin{}, false
	}
	first, region, ok := strings.Cut(name, ".")
	if !ok {
		return kin{}, false
	}
	for _, end := range []string{"-vpc", "-internal"} {
		first = strings.TrimSuffix(first, end)
	}
	if first != "registry" && !strings.HasSuffix(region, ".cr") {
		return kin{}, false
	}
	return kin{id: "aliyun " + first + " " + region}, true
}

// ociRegions are the short names of regions in the old addresses of Oracle's
// Container Registry, each of which has a long one, too.
var ociRegions = map[string]string{
	"ams": "eu-amsterdam-1", "arn": "eu-stockholm-1", "auh": "me-abudhabi-1", "bom": "ap-mumbai-1", "cdg": "eu-paris-1", "cwl": "uk-cardiff-1",
	"dxb": "me-dubai-1", "fra": "eu-frankfurt-1", "gru": "sa-saopaulo-1", "hyd": "ap-hyderabad-1", "iad": "us-ashburn-1", "icn": "ap-seoul-1",
	"jed": "me-jeddah-1", "jnb": "af-johannesburg-1", "kix": "ap-osaka-1", "lhr": "uk-london-1", "lin": "eu-milan-1", "mad": "eu-madrid-1",
	"mel": "ap-melbourne-1", "mrs": "eu-marseille-1", "mtz": "il-jerusalem-1", "nrt": "ap-tokyo-1", "ord": "us-chicago-1", "phx": "us-phoenix-1",
	"qro": "mx-queretaro-1", "scl": "sa-santiago-1", "sin": "ap-singapore-1", "sjc": "us-sanjose-1", "syd": "ap-sydney-1", "vcp": "sa-vinhedo-1",
	"yny": "ap-chuncheon-1", "yul": "ca-montreal-1", "yyz": "ca-toronto-1", "zrh": "eu-zurich-1",
}

// kinOCIR knows the two addresses of each region.
func kinOCIR(host string) (kin, bool) {
	region, ok := strings.CutSuffix(host, ".ocir.io")
	if !ok || strings.ContainsAny(region, ".*") {
		return kin{}, false
	}
	if long, ok := ociRegions[region]; ok {
		region = long
	}
	return kin{id: "ocir " + region}, true
}

// kinJFrog knows the addresses of one account: ACME.jfrog.io, and
// ACME-REPOSITORY.jfrog.io for each repository.
func kinJFrog(host string) (kin, bool) {
	name, ok := strings.CutSuffix(host, ".jfrog.io")
	if !ok || name == "" || strings.ContainsAny(name, ".*") {
		return kin{}, false
	}
	account, _, _ := strings.Cut(name, "-")
	return kin{"jfrog " + account, name, ""}, true
}

// isKin reports whether two different hosts are of one family, and of one
// account where only accounts share a family.
func isKin(key, img string) bool {
	a, ok := kinOf(key)
	b, too := kinOf(img)
	if !ok || !too || a.id != b.id || key == img {
		return false
	}
	if strings.HasPrefix(a.id, "jfrog ") { // acme-corp and acme-docker may be two accounts
		return strings.HasPrefix(a.place, b.place+"-") || strings.HasPrefix(b.place, a.place+"-")
	}
	return true
}

// kinWhy says what keeps the key of one host from serving the other.
func kinWhy(key, img string) string {
	a, _ := kinOf(key)
	b, _ := kinOf(img)
	switch {
	case strings.HasPrefix(a.id, "ecr "):
		return fmt.Sprintf("it is for the registry of the account in %q, and the image is in %q", a.place, b.place)
	case a.what == "location":
		return fmt.Sprintf("it is for the location %q, and the image is in %q", a.place, b.place)
	case a.what == "host":
		return fmt.Sprintf("it is for the images at %q, and this one is at %q", a.place, b.place)
	}
	return fmt.Sprintf("%q is another address than %q, and addresses are compared as text, whatever stands behind them", key, img)
}
