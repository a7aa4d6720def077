package registries

import (
	"reflect"
	"testing"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"docker.io":             "docker-hub",
		"registry-1.docker.io":  "docker-hub",
		"GHCR.IO":               "ghcr",
		"ghcr.io:443":           "ghcr",
		"ghcr.io:8443":          "",
		"docker.pkg.github.com": "github-legacy",
		"quay.io":               "quay",
		"mirror.gcr.io":         "mirror-gcr",
		"eu.gcr.io":             "gcr",
		"foo.gcr.io":            "",
		"k8s.gcr.io":            "k8s-old",
		"registry.k8s.io":       "k8s",
		"docker.com":            "",

		"123456789012.dkr.ecr.us-east-1.amazonaws.com":          "ecr",
		"123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com": "ecr",
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn":      "ecr",
		"123456789012.dkr-ecr.eu-west-3.on.aws":                 "ecr",
		"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu":      "ecr",
		"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.com":     "",
		"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov":         "ecr",
		"ecr-public.aws.com":                                    "ecr-public",
		"123456789012.dkr-ecr.eu-west-3.amazonaws.com":          "",
		"123456789012.dkr.ecr.eu-west-3.on.aws":                 "",
		"12345678901.dkr.ecr.us-east-1.amazonaws.com":           "",
		"1234567890123.dkr.ecr.us-east-1.amazonaws.com":         "",
		"123456789012.dkr.ecr.us-east1.amazonaws.com":           "",
		"123456789012.dkr.ecr.us-east-12.amazonaws.com":         "",
		"123456789012.dkr.ecr..amazonaws.com":                   "",
		"123456789012.ecr.us-east-1.amazonaws.com":              "",
		"lb-1.us-east-1.elb.amazonaws.com":                      "",
		"dkr.ecr.us-east-1.amazonaws.com":                       "",

		"myregistry.azurecr.io":                 "acr",
		"myregistry-a1b2.azurecr.io":            "acr",
		"myregistry.westeurope.data.azurecr.io": "acr",
		"myregistry.azurecr.cn":                 "acr",
		"myregistry.westeurope.geo.azurecr.io":  "acr",
		"myregistry.westeurope.web.azurecr.io":  "",
		"myregistry.azurecr.io:5000":            "",
		"abcd.azurecr.io":                       "",
		"my_registry.azurecr.io":                "",
		".azurecr.io":                           "",
		"azurecr.io":                            "",

		"us-docker.pkg.dev":                          "gar",
		"europe-west2-docker.pkg.dev":                "gar",
		"us-central-1-docker.pkg.dev":                "",
		"docker.pkg.dev":                             "",
		"-docker.pkg.dev":                            "",
		"us-maven.pkg.dev":                           "",
		"acme.jfrog.io":                              "jfrog",
		"a.b.jfrog.io":                               "",
		"fra.ocir.io":                                "ocir",
		"ocir.eu-frankfurt-1.oci.oraclecloud.com":    "ocir",
		"eu-frankfurt-1.oci.oraclecloud.com":         "",
		"icr.io":                                     "icr",
		"us.icr.io":                                  "icr",
		"private.de.icr.io":                          "icr",
		"private.icr.io":                             "icr",
		"private.jp2.icr.io":                         "icr",
		"private.xx.icr.io":                          "",
		"xx.icr.io":                                  "",
		"cp.icr.io":                                  "cp-icr",
		"registry.cn-hangzhou.aliyuncs.com":          "aliyun",
		"registry-vpc.cn-beijing.aliyuncs.com":       "aliyun",
		"registry-intl.ap-southeast-1.aliyuncs.com":  "aliyun",
		"team-registry.cn-hangzhou.cr.aliyuncs.com":  "aliyun-instance",
		"registry-internal.cn-hangzhou.aliyuncs.com": "aliyun",
		"crpi-a1b2c3d4e5f6.cn-hangzhou.personal.cr.aliyuncs.com":     "aliyun-instance",
		"crpi-a1b2c3d4e5f6-vpc.cn-hangzhou.personal.cr.aliyuncs.com": "aliyun-instance",
		"crpi-a1b2c3d4e5f6.cn-hangzhou.cr.aliyuncs.com":              "",
		"oss-cn-hangzhou.aliyuncs.com":                               "",
		"docker.redpanda.com":                                        "redpanda", "redpanda.com": "",
		"cr.yandex": "yandex", "codeberg.org": "codeberg", "lscr.io": "lscr", "registry.suse.com": "suse", "registry.suse.de": "",
		"projects.packages.broadcom.com": "broadcom", "643vlk6z.gra7.container-registry.ovh.net": "ovh", "container-registry.ovh.net": "",
		"mirror.ccs.tencentyun.com":        "tencent-mirror",
		"ccr.ccs.tencentyun.com":           "tencent",
		"acme.tencentcloudcr.com":          "tencent",
		"swr.cn-north-4.myhuaweicloud.com": "huawei",
		"rg.fr-par.scw.cloud":              "scaleway",
		"old.bintray.io":                   "bintray",

		"localhost":            "local",
		"localhost:5000":       "local",
		"127.0.0.1:5000":       "local",
		"[::1]:5000":           "local",
		"kind-registry:5000":   "local",
		"k3d-x.localhost:5000": "local",
		"registry.default.svc.cluster.local:5000":                        "local",
		"image-registry.openshift-image-registry.svc:5000":               "openshift-internal",
		"image-registry.openshift-image-registry.svc.cluster.local:5000": "openshift-internal",
		"registry.example.com":                                           "example",
		"example.org":                                                    "example",
		"harbor.example.com:8443":                                        "example",
		"registry.test":                                                  "example",
		"notexample.com":                                                 "",
		"registry.example.corp":                                          "",

		"": "", ".": "", ":": "", "[": "", "::": "", "....": "", ":5000": "", "x:": "",
	} {
		if got, ok := Lookup(host); got.ID != want || ok != (want != "") {
			t.Errorf("Lookup(%q) = %q, %v, want %q", host, got.ID, ok, want)
		}
	}
}

func TestHostFacts(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]Anonymity{
		"registry.k8s.io": AnonymousYes, "ghcr.io": AnonymousMixed, "a12345.azurecr.io": AnonymousLogin,
		"registry.redhat.io": AnonymousNever, "docker.pkg.github.com": AnonymousGone, "localhost": AnonymousLocal,
		"example.com": AnonymousReserved, "registry.corp.com": AnonymousUnknown,
	} {
		if got, _ := Lookup(host); got.Anonymous != want {
			t.Errorf("Lookup(%q).Anonymous = %v, want %v", host, got.Anonymous, want)
		}
	}
	if h, _ := Lookup("123456789012.dkr.ecr.us-east-1.amazonaws.com"); !h.Ambient || h.Anonymous != AnonymousNever {
		t.Errorf("ecr = %+v, want nodes with credentials of their own", h)
	}
}

func TestHostTypo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		host string
		want Typo
	}{
		{"docker.oi", Typo{"docker.io", `is not a host name, no top-level domain "oi" exists`, nil, false}},
		{"hub.docker.com", Typo{"docker.io", "is the web site of Docker Hub, not a registry", nil, false}},
		{"gitlab.com", Typo{
			"registry.gitlab.com", "is the web site of GitLab, which serves images of the dependency proxy and of virtual registries only",
			[]string{"/dependency_proxy/containers/", "/virtual_registries/container/"},
			false,
		}},
		{"github.com", Typo{"ghcr.io", "is the web site of GitHub, not a registry", nil, false}},
		{"gchr.io", Typo{"ghcr.io", `is a misspelling of "ghcr.io"`, nil, false}},
		{"GCHR.io", Typo{"ghcr.io", `is a misspelling of "ghcr.io"`, nil, false}},
		{"registry.kubernetes.io", Typo{"registry.k8s.io", `is a misspelling of "registry.k8s.io"`, nil, false}},
		{"docker.pkg.dev", Typo{"", `lacks the location of the Artifact Registry, as in "us-docker.pkg.dev"`, nil, false}},

		{"harbor.acme.c", Typo{"", `is not a host name, no top-level domain "c" exists`, nil, true}},
		{"quay.o", Typo{"quay.io", `is not a host name, no top-level domain "o" exists`, nil, false}},
		{"ghc.io", Typo{"ghcr.io", "is a web site about Haskell, not a registry", nil, false}},
		{"quey.io", Typo{"quay.io", `is a misspelling of "quay.io"`, nil, false}},
		{"nordwind.jfog.io", Typo{"nordwind.jfrog.io", `ends in ".jfog.io" where ".jfrog.io" is meant`, nil, false}},
		{"myregistry.azurecr.com", Typo{"myregistry.azurecr.io", `ends in ".azurecr.com" where ".azurecr.io" is meant`, nil, false}},
		{"x.azurecr.com", Typo{"", `ends in ".azurecr.com" where ".azurecr.io" is meant`, nil, false}},
		{"us-docker.pkg.com", Typo{"us-docker.pkg.dev", `ends in "-docker.pkg.com" where "-docker.pkg.dev" is meant`, nil, false}},
		{"europe-west2.docker.pkg.dev", Typo{"europe-west2-docker.pkg.dev", `ends in ".docker.pkg.dev" where "-docker.pkg.dev" is meant`, nil, false}},
		{"us-central-1-docker.pkg.dev", Typo{"us-central1-docker.pkg.dev", `has the location "us-central-1", and locations of the Artifact Registry read as "us-central1" or "europe"`, nil, false}},

		{"12345678901.dkr.ecr.us-east-1.amazonaws.com", Typo{"", "has an account number of 11 digits, and AWS account numbers have 12", nil, false}},
		{"1234567890123.dkr.ecr.us-east-1.amazonaws.com", Typo{"", "has an account number of 13 digits, and AWS account numbers have 12", nil, false}},
		{"dkr.ecr.us-east-1.amazonaws.com", Typo{"", `lacks the number of an AWS account, as in "123456789012.dkr.ecr.us-east-1.amazonaws.com"`, nil, false}},
		{"azurecr.io", Typo{"", `lacks the name of a registry, as in "myregistry.azurecr.io"`, nil, false}},
		{"123456789012.dkr.ecr.us-east-1.amazon.com", Typo{"123456789012.dkr.ecr.us-east-1.amazonaws.com", `ends in "amazon.com", and registries of AWS end in "amazonaws.com"`, nil, false}},
		{"123456789012.ecr.us-east-1.amazonaws.com", Typo{"123456789012.dkr.ecr.us-east-1.amazonaws.com", `lacks the part "dkr" of a registry of AWS`, nil, false}},
		{"123456789012.dkr.us-east-1.amazonaws.com", Typo{"123456789012.dkr.ecr.us-east-1.amazonaws.com", `lacks the part "ecr" of a registry of AWS`, nil, false}},
		{"123456789012.dkr.ecr.us-east1.amazonaws.com", Typo{"123456789012.dkr.ecr.us-east-1.amazonaws.com", `has the region "us-east1", and AWS regions read as "us-east-1"`, nil, false}},
		{"123456789012.dkr.ecr.useast.amazonaws.com", Typo{"", `has the region "useast", and AWS regions read as "us-east-1"`, nil, false}},

		{"doker.io", Typo{"docker.io", `is one letter away from "docker.io"`, nil, false}},
		{"dockre.io", Typo{"docker.io", `is "docker.io" with two letters swapped`, nil, false}},
		{"ghccr.io", Typo{"ghcr.io", `is one letter away from "ghcr.io"`, nil, false}},
		{"registry.gitab.com", Typo{"registry.gitlab.com", `is one letter away from "registry.gitlab.com"`, nil, false}},
		{"registry.redhta.io", Typo{"registry.redhat.io", `is "registry.redhat.io" with two letters swapped`, nil, false}},
		{"mcr.microsft.com", Typo{"mcr.microsoft.com", `is one letter away from "mcr.microsoft.com"`, nil, false}},
		{"public.ecr.asw", Typo{"public.ecr.aws", `is "public.ecr.aws" with two letters swapped`, nil, false}},
	} {
		if got, ok := HostTypo(tt.host); !reflect.DeepEqual(got, tt.want) || !ok {
			t.Errorf("HostTypo(%q) = %+v, %v, want %+v", tt.host, got, ok, tt.want)
		}
	}
}

// A host of a cloud is wrong if one word of it is misspelled, and the right one is known.
func TestCloudTypo(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"eu-docker.pkg.dev": "europe-docker.pkg.dev", "europ-docker.pkg.dev": "europe-docker.pkg.dev", "uss-docker.pkg.dev": "us-docker.pkg.dev", "asai-docker.pkg.dev": "asia-docker.pkg.dev",
		"apac-docker.pkg.dev": "", "me-docker.pkg.dev": "", "us-cental1-docker.pkg.dev": "us-central1-docker.pkg.dev", "eruope-west1-docker.pkg.dev": "europe-west1-docker.pkg.dev",
		"eu-west1-docker.pkg.dev": "europe-west1-docker.pkg.dev", "eu-west-1-docker.pkg.dev": "", "europe-weast1-docker.pkg.dev": "", "nouthamerica-east1-docker.pkg.dev": "",
		"uscentral1-docker.pkg.dev": "us-central1-docker.pkg.dev", "europe-west-docker.pkg.dev": "", "em-west1-docker.pkg.dev": "me-west1-docker.pkg.dev",
		"europe_docker.pkg.dev": "europe-docker.pkg.dev", "us_central1-docker.pkg.dev": "us-central1-docker.pkg.dev", "europe-docker.pkg.de": "europe-docker.pkg.dev",
		"europe-docker.pgk.dev": "europe-docker.pkg.dev", "europe-docker.pkg.dv": "europe-docker.pkg.dev", "europe-docker.pkgdev": "europe-docker.pkg.dev", "europe-dokcer.pkg.dev": "europe-docker.pkg.dev",
		"europe-west1.pkg.dev": "europe-west1-docker.pkg.dev",

		"123456789012.dkr.ecr.eu-wets-1.amazonaws.com":     "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
		"123456789012.dkr.ecr.ue-west-1.amazonaws.com":     "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
		"123456789012.dkr.ecr.eu-weast-1.amazonaws.com":    "",
		"123456789012.dkr.ecr.us-gov-wset-1.amazonaws.com": "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.con":     "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
		"123456789012.dkr.ecr.eu-west-1.amazonws.com":      "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
		"123456789012.dkr.ecr.eu-west-1.aws.com":           "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
		"123456789012.drk.ecr.eu-west-1.amazonaws.com":     "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
		"123456789012.ecr.dkr.eu-west-1.amazonaws.com":     "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
		"123456789012-dkr.ecr.eu-west-1.amazonaws.com":     "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com":    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
		"123456789012.dkr.ecr.cn-north-1.amazonaws.cn":     "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn":  "123456789012.dkr.ecr.eu-west-1.amazonaws.com",

		"ue.gcr.io": "eu.gcr.io", "europe.gcr.io": "eu.gcr.io", "usa.gcr.io": "us.gcr.io", "asai.gcr.io": "asia.gcr.io", "eu.grc.io": "eu.gcr.io", "us.gcr.oi": "us.gcr.io",

		"acmeprod.azureacr.io": "acmeprod.azurecr.io", "acmeprod.azurecr.ip": "acmeprod.azurecr.io", "acmeprod-azurecr.io": "acmeprod.azurecr.io", "acmeprod.zaurecr.io": "acmeprod.azurecr.io",
		"acmeprod.azurcr.cn": "acmeprod.azurecr.cn", "acme.azurec.io": "", "contosoreg.azuracr.io": "contosoreg.azurecr.io",

		"acme.jfrogg.io": "acme.jfrog.io", "acme.jfrob.io": "acme.jfrog.io", "acme.jfrog.ip": "acme.jfrog.io",
		"registry.cn-hangzhou.aliyncs.com": "registry.cn-hangzhou.aliyuncs.com", "regsitry.cn-hangzhou.aliyuncs.com": "registry.cn-hangzhou.aliyuncs.com",
		"registry.cn-hangzhou.aliyuncs.con": "registry.cn-hangzhou.aliyuncs.com", "team-registry.cn-beijing.cr.aliyucns.com": "team-registry.cn-beijing.cr.aliyuncs.com",
		"registry-vcp.cn-hangzhou.aliyuncs.com": "registry-vpc.cn-hangzhou.aliyuncs.com", "swr.cn-north-4.myhuawiecloud.com": "swr.cn-north-4.myhuaweicloud.com",
		"srw.cn-north-4.myhuaweicloud.com": "swr.cn-north-4.myhuaweicloud.com", "fra.ocri.io": "fra.ocir.io", "eu-frankfurt-1.occir.io": "eu-frankfurt-1.ocir.io",
		"ocir.eu-frankfurt-1.oci.oracelcloud.com": "ocir.eu-frankfurt-1.oci.oraclecloud.com", "de.icr.oi": "de.icr.io", "us.irc.io": "us.icr.io",
		"643vlk6z.gra7.container-registy.ovh.net": "643vlk6z.gra7.container-registry.ovh.net", "acme.tencentcloudc.com": "acme.tencentcloudcr.com",
		"ccr.ccs.tencentyum.com": "ccr.ccs.tencentyun.com", "rg.nl-ams.scw.clod": "rg.nl-ams.scw.cloud", "registry.hub.dokcer.com": "registry.hub.docker.com",
		"k8s.grc.io": "k8s.gcr.io", "mcr.microsoft.con": "mcr.microsoft.com", "quay.ip": "quay.io",

		"quay.o": "quay.io", "ghcr.o": "ghcr.io", "docker.i": "docker.io", "registry.gitlab.c": "registry.gitlab.com", "acmeprod.azurecr.o": "acmeprod.azurecr.io",
		"europe-docker.pkg.v": "europe-docker.pkg.dev", "123456789012.dkr.ecr.eu-west-1.amazonaws.c": "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
		"harbor.acme.c": "", "acme.azurecr.o": "", "cr.y": "", "registry.example.c": "",
	} {
		got, ok := HostTypo(host)
		if !ok || got.Right != want || got.Why == "" {
			t.Errorf("HostTypo(%q) = %+v, %v, want %q", host, got, ok, want)
		}
		if _, known := Lookup(host); known {
			t.Errorf("%q is known", host)
		}
	}
}

// realHosts are hosts that people pull from. None of them is a typing error.
var realHosts = []string{
	"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "auth.docker.io", "dhi.io",
	"ghcr.io", "docker.pkg.github.com", "containers.pkg.github.com", "gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io",
	"marketplace.gcr.io", "launcher.gcr.io", "mirror.gcr.io", "gke.gcr.io", "k8s.gcr.io", "l.gcr.io", "b.gcr.io", "staging-k8s.gcr.io",
	"foo.gcr.io", "quay.io", "cgr.dev", "lscr.io", "icr.io", "us.icr.io", "cp.icr.io", "nvcr.io", "vccr.io", "ocr.io", "bcr.io", "scr.io",
	"cr.io", "hcr.io", "dcr.io", "acr.io", "ecr.io", "mcr.io", "quay.in", "docker.ir", "docker.im", "docker.ai", "docker.dev",
	"ocir.io", "iad.ocir.io", "container-registry.oracle.com", "container-registry-zurich.oracle.com", "mcr.microsoft.com",
	"mcr.azk8s.cn", "registry.k8s.io", "registry.k3s.io", "registry.k9s.io", "registry.k8s.dev", "registry.gitlab.com",
	"registry.gitlab.corp.com", "gitlab.corp.com", "registry.git.corp.com", "registry.redhat.io", "registry.access.redhat.com",
	"registry.connect.redhat.com", "registry.stage.redhat.io", "brew.registry.redhat.io", "registry.suse.com", "registry.suse.de",
	"registry.opensuse.org", "registry.fedoraproject.org", "registry.centos.org", "registry.ci.openshift.org",
	"registry.svc.ci.openshift.org", "registry.build05.ci.openshift.org", "docker.elastic.co", "docker.n8n.io", "docker.gitea.com",
	"docker.getoutline.com", "docker.redpanda.com", "docker.dragonflydb.io", "docker.litellm.ai", "docker.all-hands.dev",
	"docker.mirror.hashicorp.services", "litmuschaos.docker.scarf.sh", "docker.umami.is", "docker.osgeo.org", "cr.fluentbit.io",
	"cr.kgateway.dev", "cr.agentgateway.dev", "cr.weaviate.io", "cr.jina.ai", "cr.l5d.io", "cr.yandex", "codeberg.org", "code.forgejo.org",
	"data.forgejo.org", "gitea.com", "registry.dagger.io", "registry.istio.io", "registry.fly.io", "registry.render.com",
	"registry.heroku.com", "registry.digitalocean.com", "registry.nordix.org", "registry.tanzu.vmware.com", "registry.pivotal.io",
	"registry.ollama.ai", "registry.terraform.io", "registry.npmjs.org", "registry.ng.bluemix.net", "registry.scontain.com",
	"registry.opensource.zalan.do", "registry.eu-central-1.example", "reg.kyverno.io", "rg.fr-par.scw.cloud", "r.j3ss.co", "ttl.sh",
	"projects.registry.vmware.com", "projects.packages.broadcom.com", "xpkg.upbound.io", "xpkg.crossplane.io",
	"oci.external-secrets.io", "public.ecr.aws", "123456789012.dkr.ecr.us-east-1.amazonaws.com", "ecr.aws", "lb-1.elb.amazonaws.com",
	"vpce-0a1b.dkr.ecr.us-east-1.vpce.amazonaws.com", "123456789012.s3.us-east-1.amazonaws.com", "hub.c.163.com", "ghcr.nju.edu.cn",
	"docker.m.daocloud.io", "m.daocloud.io", "k8s.m.daocloud.io", "ghcr.m.daocloud.io", "ghcr.dockerproxy.com", "docker.1panel.live",
	"registry.cn-hangzhou.aliyuncs.com", "registry.aliyuncs.com", "ccr.ccs.tencentyun.com", "hkccr.ccs.tencentyun.com",
	"swr.cn-north-4.myhuaweicloud.com", "acme.jfrog.io", "acme-docker.jfrog.io", "releases-docker.jfrog.io", "myregistry.azurecr.io",
	"us-docker.pkg.dev", "us-maven.pkg.dev", "us-python.pkg.dev", "us-west5-docker.pkg.dev", "asia-west9-docker.pkg.dev", "me-central2-docker.pkg.dev", "antarctica-pole1-docker.pkg.dev", "region-docker.pkg.dev",
	"europe-docker.pkg.io", "europe-docker.corp.dev", "docker.pkg.de", "corp-docker.pkg.de", "us.pkg.de", "123456789012.dkr.ecr.ap-southeast-9.amazonaws.com", "123456789012.dkr.ecr.us-central-1.amazonaws.com",
	"123456789012.dkr.ecr.as-south-1.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.corp.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.corp", "123456789012.dax.us-east-1.amazonaws.com", "123456789012.dkr.ecr.us-east-1.on.aws",
	"uk.gcr.io", "marketplace.gcr.io", "eu.corp.io", "eu-gcr.io", "acme.azurecr.co", "acme.azurecrm.net", "acme.myazurecr.io", "myazurecr.io", "acme.zurecr.io", "acme_prod.azurecr.io", "my_registry.corp.com", "acme.frog.io", "acme-jfrog.io", "acme.jfrog.co", "fra.ocr.io",
	"acme.ocri.io", "us.cir.io", "us.icr.co", "acme.aliyncs.com", "oss-cn-hangzhou.aliyuncs.com", "registry2.cn-hangzhou.aliyuncs.com", "gra-container-registry.ovh.net", "harbor.acme.internal",
	"harbor.acme.intrenal", "a.b", "registry.acme.9", "registry.suse.co", "europe-west2-docker.pkg.dev", "northamerica-northeast1-docker.pkg.dev", "localhost",
	"localhost:5000", "127.0.0.1:8080", "10.0.0.5:5000", "kind-registry:5000", "registry:5000", "harbor.corp.com", "docker.corp.com",
	"docker.company.io", "registry.company.io", "registry.corp.io", "quay.corp.com", "nexus.corp.com:8082", "example.com", "test.registry.com",
	"rocker.io", "locker.io", "quays.io", "quad.io", "qay.io", "nver.io", "ghcs.io", "myregistry.azurecr.io:5000", "corp.img.io", "bar.io", "custom-registry.io", "registry.internal.renku.ch", "rocker.co", "docker-registry.default.svc:5000",
}

func TestRealHostsAreNoTypos(t *testing.T) {
	t.Parallel()
	for _, host := range realHosts {
		if got, ok := HostTypo(host); ok {
			t.Errorf("HostTypo(%q) = %+v, and it is real", host, got)
		}
	}
	for _, r := range table {
		for _, h := range r.Hosts {
			if got, ok := HostTypo(h); ok {
				t.Errorf("HostTypo(%q) = %+v, and it is known", h, got)
			}
		}
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"registry-vpc.cn-beijing.aliyuncs.com":          "Alibaba Cloud",
		"registry-internal.cn-hangzhou.aliyuncs.com":    "Alibaba Cloud",
		"team-registry-vpc.cn-hangzhou.cr.aliyuncs.com": "Alibaba Cloud",
		"registry.cn-hangzhou.aliyuncs.com":             "",
		"registry-intl.ap-southeast-1.aliyuncs.com":     "",
		"mirror.ccs.tencentyun.com":                     "Tencent Cloud",
		"acme-vpc.tencentcloudcr.com":                   "Tencent Cloud",
		"acmevpc.tencentcloudcr.com":                    "",
		"private.us.icr.io":                             "IBM Cloud",
		"us.icr.io":                                     "",
		"private.azurecr.io":                            "",
		"registry-vpc.example.com":                      "",
	} {
		r, _ := Lookup(host)
		if got := r.Network(host); got != want {
			t.Errorf("%s answers in the network of %q, want %q", host, got, want)
		}
	}
}

func TestWantsLogin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		host, repository string
		want             bool
	}{
		{"cp.icr.io", "cp/cpd/olm-utils", true},
		{"cp.icr.io", "cpopen/ibm-operator-catalog", false},
		{"registry.redhat.io", "ubi9", true},
		{"dhi.io", "nginx", true},
		{"ghcr.io", "acme/app", false},
		{"registry.corp.com", "cp/app", false},
	} {
		if r, _ := Lookup(tt.host); r.WantsLogin(tt.repository) != tt.want {
			t.Errorf("%s/%s wants a login: %t, want %t", tt.host, tt.repository, !tt.want, tt.want)
		}
	}
}

func TestNewPassword(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ user, host, want string }{
		{"AWS", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "aws ecr get-login-password --region eu-west-1"},
		{"AWS", "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "aws ecr get-login-password --region cn-north-1"},
		{"AWS", "123456789012.dkr-ecr.us-east-1.on.aws", "aws ecr get-login-password --region us-east-1"},
		{"AWS", "registry.acme.test", ""},
		{"AWS", "europe-docker.pkg.dev", ""},
		{"oauth2accesstoken", "europe-docker.pkg.dev", "gcloud auth print-access-token"},
		{"00000000-0000-0000-0000-000000000000", "acmereg.azurecr.io", "az acr login --name acmereg --expose-token --output tsv --query accessToken"},
		{"bob", "acmereg.azurecr.io", ""},
	} {
		if got := NewPassword(c.user, c.host); got != c.want {
			t.Errorf("NewPassword(%q, %q) = %q, want %q", c.user, c.host, got, c.want)
		}
	}
}
