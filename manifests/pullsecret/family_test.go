package pullsecret

import (
	"strings"
	"testing"
)

// A key for another address or region of the same registry or account is distinguished from one for
// another registry.
func TestFamily(t *testing.T) {
	t.Parallel()
	const account = "123456789012.dkr.ecr."
	for _, c := range []struct{ key, name, why, want string }{
		{account + "us-east-1.amazonaws.com", account + "us-west-2.amazonaws.com/a", `in "us-east-1", but the image is in "us-west-2"`, account + "us-west-2.amazonaws.com"},
		{"https://" + account + "us-east-1.amazonaws.com", account + "us-west-2.amazonaws.com/a", `"us-east-1"`, account + "us-west-2.amazonaws.com"},
		{"us-docker.pkg.dev", "europe-docker.pkg.dev/p/r/a", `location "us", but the image is in "europe"`, "europe-docker.pkg.dev"},
		{"us.gcr.io", "eu.gcr.io/p/a", `at "us.gcr.io", but this one is at "eu.gcr.io"`, "eu.gcr.io"},
		{"eu.gcr.io", "gcr.io/p/a", `this one is at "gcr.io"`, "gcr.io"},
		{"registry.cn-hangzhou.aliyuncs.com", "registry-vpc.cn-hangzhou.aliyuncs.com/a/b", "compared as text", "registry-vpc.cn-hangzhou.aliyuncs.com"},
		{"acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com", "acme-registry.cn-hangzhou.cr.aliyuncs.com/a/b", "compared as text", "acme-registry.cn-hangzhou.cr.aliyuncs.com"},
		{"fra.ocir.io", "eu-frankfurt-1.ocir.io/t/a", "compared as text", "eu-frankfurt-1.ocir.io"},
		{"acme.jfrog.io", "acme-docker.jfrog.io/a", "compared as text", "acme-docker.jfrog.io"},
		{"acme-docker.jfrog.io", "acme.jfrog.io/docker/a", "compared as text", "acme.jfrog.io"},

		{"210987654321.dkr.ecr.us-east-1.amazonaws.com", account + "us-east-1.amazonaws.com/a", "", ""}, // another account
		{"12345.dkr.ecr.us-east-1.amazonaws.com", "12345.dkr.ecr.us-west-2.amazonaws.com/a", "", ""},    // no account
		{account + "cn-north-1.amazonaws.com.cn", account + "us-east-1.amazonaws.com/a", "", ""},        // another partition
		{"registry.cn-beijing.aliyuncs.com", "registry.cn-hangzhou.aliyuncs.com/a/b", "", ""},           // another region's registry
		{"other-registry.cn-hangzhou.cr.aliyuncs.com", "acme-registry.cn-hangzhou.cr.aliyuncs.com/a/b", "", ""},
		{"oss.cn-hangzhou.aliyuncs.com", "registry.cn-hangzhou.aliyuncs.com/a/b", "", ""},
		{"iad.ocir.io", "eu-frankfurt-1.ocir.io/t/a", "", ""},
		{"acme-corp.jfrog.io", "acme-docker.jfrog.io/a", "", ""}, // possibly two accounts
		{"gcr.io", "us-docker.pkg.dev/p/r/a", "", ""},
		{"docker.pkg.dev", "europe-docker.pkg.dev/p/r/a", "", ""},
	} {
		var why, want string
		sameRegistry := true
		for _, m := range ringOf(t, c.key).NearMiss(c.name) {
			why, want, sameRegistry = m.Why, m.Want, m.SameRegistry
		}
		if !strings.Contains(why, c.why) || want != c.want || (why == "") != (c.why == "") || !sameRegistry {
			t.Errorf("%q for %q: %q, %q, same registry %t; want %q, %q", c.key, c.name, why, want, sameRegistry, c.why, c.want)
		}
	}
}

// An address of Artifactory's API is not the address of any image, so the key is not meant for
// other images.
func TestArtifactoryAPI(t *testing.T) {
	t.Parallel()
	for key, name := range map[string]string{
		"https://acme.jfrog.io/artifactory/api/docker/docker-local": "acme.jfrog.io/docker-local/app",
		"acme.jfrog.io/artifactory":                                 "acme.jfrog.io/docker-local/app",
		"https://acme.jfrog.io/artifactory/":                        "acme.jfrog.io/docker-local/app",
		"images.shop.internal/artifactory/api/docker/local":         "images.shop.internal/local/app",
	} {
		misses := ringOf(t, key).NearMiss(name)
		host, _, _ := strings.Cut(name, "/")
		if len(misses) != 1 || misses[0].Loose || misses[0].SameRegistry || misses[0].Want != host || !strings.Contains(misses[0].Why, "address of Artifactory's API") {
			t.Errorf("%q for %q: %+v", key, name, misses)
		}
	}
	// A team may have this name.
	for _, m := range ringOf(t, "images.shop.internal/artifactory").NearMiss("images.shop.internal/other/app") {
		if !m.Loose {
			t.Errorf("%+v is not loose", m)
		}
	}
}
