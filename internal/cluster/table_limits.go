package cluster

// What to do about the answer of a registry that is passed on by a cache, and what it is often taken for.
const (
	inCache     = "in its settings (the registry endpoint in Harbor, the remote or proxy repository in Artifactory and Nexus, the pull-through cache rule in ECR)"
	notPassedOn = "a missing pull secret: a cache does not pass on the credentials of pods"
)

// limits are messages about rate limits, policies and failing registries.
var limits = []Message{
	{
		ID: "hub-limit-anonymous", Kind: KindLimit, Cause: "Docker Hub's limit for anonymous pulls from the node's address is used up", Confidence: Certain, Who: Platform, All: []string{"unauthenticated pull rate limit"}, Hosts: hubHosts,
		Do: "give the pods a pull secret of Docker Hub, or pull through a mirror; the limit is renewed within six hours", Check: checkHubLimit, Mistaken: "a missing image", Source: "an answer of Docker Hub",
	},
	{
		ID: "hub-limit", Kind: KindLimit, Cause: "Docker Hub's pull limit is used up", Confidence: Certain, Who: Platform, All: []string{"you have reached your pull rate limit"}, Hosts: hubHosts,
		Do: "use a pull secret of a paid account, or pull through a mirror; the limit is renewed within six hours", Check: checkHubLimit, Mistaken: "a missing image", Source: "an answer of Docker Hub; distribution registry/api/errcode/register.go",
	},
	{
		ID: "hub-limit-anonymous-relayed", Kind: KindLimit, Relayed: true, Cause: "Docker Hub's limit for anonymous pulls is used up: not that of the node, but that of the cache between them", Confidence: Certain, Who: Platform, All: []string{"unauthenticated pull rate limit"},
		Do: "give {host} an account of Docker Hub, " + inCache + "; the limit is renewed within six hours", Check: checkPull, Mistaken: notPassedOn, Source: "an answer of Docker Hub; goharbor/harbor src/pkg/registry/client.go",
	},
	{
		ID: "hub-limit-relayed", Kind: KindLimit, Relayed: true, Cause: "Docker Hub's pull limit is used up: not that of the node, but that of the cache between them", Confidence: Certain, Who: Platform, All: []string{"you have reached your pull rate limit"},
		Do: "give {host} a paid account of Docker Hub, " + inCache + "; the limit is renewed within six hours", Check: checkPull, Mistaken: notPassedOn, Source: "an answer of Docker Hub; goharbor/harbor src/pkg/registry/client.go",
	},
	{
		ID: "ecr-limit", Kind: KindLimit, Cause: "ECR's request rate is used up", Confidence: Certain, Who: Platform, Any: []string{"rate exceeded"}, Hosts: amazonHosts, Do: "wait; start fewer nodes at once, or ask AWS for a higher quota", Check: checkPull, Mistaken: "Docker Hub's limit", Source: "an answer of Amazon ECR; go-containerregistry PR 750",
	},
	{
		ID: "gcp-quota", Kind: KindLimit, Cause: "a quota of the Google Cloud project is used up", Confidence: Certain, Who: Platform, Any: []string{"quota exceeded for quota metric", "quota exceeded for quota group"}, Hosts: googleHosts, Do: "wait, or ask Google for a higher quota", Check: checkPull, Mistaken: "a missing permission", Source: "an answer of Google Artifact Registry",
	},
	{
		ID: "limit-relayed", Kind: KindLimit, Relayed: true, Cause: "a limit is used up: not that of the node, but that of the cache between it and the registry", Confidence: Likely, Who: Platform,
		Any: []string{"http status code: 429, body:", "quota exceeded for quota metric", "quota exceeded for quota group", "toomanyrequests: rate exceeded"},
		Do:  "wait; give {host} an account of that registry, " + inCache + ", or raise the limit of the one that it has", Check: checkPull, Mistaken: notPassedOn, Source: "goharbor/harbor src/pkg/registry/client.go",
	},
	{
		ID: "too-many-requests", Kind: KindLimit, Cause: "the registry got too many requests from the node's address or account", Confidence: Certain, Who: Platform, Any: []string{"429 too many requests", "toomanyrequests", "too many requests", "status code 429"},
		Do: "wait, sign in to the registry, or pull through a mirror", Check: checkReach, Mistaken: "a missing image", Source: "distribution registry/api/errcode/register.go; containers/image docker/errors.go",
	},
	{
		ID: "kubelet-qps", Kind: KindLimit, Cause: "the kubelet's own limit of pulls a second is used up", Confidence: Certain, Who: Platform, All: []string{"pull qps exceeded"},
		Do: "wait: the kubelet tries again; raise registryPullQPS and registryBurst if it persists", Check: "kubectl get --raw /api/v1/nodes/{node}/proxy/configz", Mistaken: "a limit of the registry: none was asked", Source: "Kubernetes pkg/kubelet/images/throttled_puller.go",
	},
	{
		ID: "harbor-policy", Kind: KindPolicy, Cause: "Harbor's project forbids pulls of images with such vulnerabilities, or of images without a signature", Confidence: Certain, Who: Publisher,
		Any: []string{"projectpolicyviolation", "project_policy_violation", "cannot be pulled due to configured policy", "is not signed in notary", "the image is not signed"},
		Do:  "fix the image and scan it again, or add an exception to the project", Check: checkPull, Mistaken: "missing credentials", Source: "goharbor/harbor src/server/middleware/vulnerable; goharbor/harbor#10092",
	},
	{
		ID: "precondition-failed", Kind: KindPolicy, Cause: "a policy of the registry forbids to pull this image (412)", Confidence: Likely, Who: Publisher, Any: []string{"412 precondition failed", "status code 412"},
		Do: "look into the registry's rules on vulnerabilities and signatures for the project", Check: checkReach, Mistaken: "missing credentials", Source: "goharbor/harbor#15885",
	},
	{
		ID: "xray-policy", Kind: KindPolicy, Cause: "Artifactory's Xray blocks the download", Confidence: Certain, Who: Publisher, Any: []string{"blocking policy configured in xray", "artifact download request rejected"},
		Do: "fix the image, or ask for an exception from the Xray policy", Check: checkReach, Mistaken: "missing credentials", Source: "an answer of JFrog Artifactory",
	},
	{
		ID: "payment-required", Kind: KindPolicy, Cause: "the registry requires payment", Confidence: Certain, Who: Platform, Any: []string{"402 payment required", "status code 402"}, Do: "look at the account's plan and bills", Check: checkReach, Mistaken: "missing credentials", Source: "HTTP status 402",
	},
	{
		ID: "legal-reasons", Kind: KindPolicy, Cause: "the registry must not provide the image to the node's country, or to anybody", Confidence: Certain, Who: Network, Any: []string{"451 unavailable for legal reasons", "status code 451", "unavailable for legal reasons"},
		Do: "pull through a mirror that may have it", Check: checkReach, Mistaken: "missing credentials", Source: "HTTP status 451",
	},
	{
		ID: "signature", Kind: KindPolicy, Cause: "the node's policy does not accept the image's signature", Confidence: Certain, Who: Platform,
		Any: []string{"because the signature validation failed", "signaturevalidationfailed", "a signature was required, but no signature exists", "blocked pull of", "rejected by policy", "source image rejected"}, Reasons: []string{"SignatureValidationFailed"},
		Do: "sign the image with a key that the policy names, or change the policy", Check: "cat /etc/containers/policy.json    # on the node", Mistaken: "a digest that does not match", Source: "CRI-O internal/storage/image.go; containers/image signature; Kubernetes pkg/kubelet/images/image_manager.go; containerd docs/image-verification.md",
	},
	{
		ID: "server-error", Kind: KindRegistry, Cause: "the registry failed (500)", Confidence: Certain, Who: Platform, Any: []string{"500 internal server error", "status code 500", "internal_error", "unknown: internal server error"}, Not: []string{"stream error", "http2"},
		Do: "wait and try again; look at the registry's status page, or at its storage where it is your own", Check: checkReach, Mistaken: "a problem with the image or the credentials", Source: "containerd core/remotes/errors",
	},
	{
		ID: "bad-gateway", Kind: KindRegistry, Cause: "the registry, or a proxy before it, does not answer (502, 503, 504)", Confidence: Certain, Who: Platform,
		Any: []string{"502 bad gateway", "503 service unavailable", "504 gateway time", "status code 502", "status code 503", "status code 504", "503 service temporarily unavailable", "503 (service unavailable)"},
		Do:  "wait and try again; look at the registry's status page, or at its load balancer where it is your own", Check: checkReach, Mistaken: "a problem with the image", Source: "containerd core/remotes/errors; oauth2-proxy/oauth2-proxy#3395",
	},
	{
		ID: "server-other", Kind: KindRegistry, Cause: "the registry's content network fails (520 to 530)", Confidence: Certain, Who: Platform,
		Any: []string{": 520", ": 521", ": 522", ": 523", ": 524", ": 525", ": 526", ": 530"}, All: []string{"unexpected", "status"},
		Do: "wait and try again", Check: checkReach, Mistaken: "a problem with the image", Source: "containerd core/remotes/errors",
	},
	{
		ID: "method-not-allowed", Kind: KindRegistry, Cause: "the registry, or a proxy before it, does not allow the request (405)", Confidence: Likely, Who: Platform, Any: []string{"405 method not allowed", "status code 405"},
		Do: "let HEAD and GET pass, and look for an outage of the registry", Check: checkReach, Mistaken: "missing credentials", Source: "containerd core/remotes/docker/resolver.go",
	},
	{
		ID: "https-to-http", Kind: KindTLS, Cause: "the runtime uses plain HTTP on a port that expects HTTPS", Confidence: Certain, Who: Platform, Any: []string{"client sent an http request to an https server", "plain http request was sent to https port"},
		Do: "remove http:// from the registry's settings on the node", Check: "cat /etc/containerd/certs.d/{host}/hosts.toml    # on the node", Mistaken: "a bad request of the image", Source: "Go net/http",
	},
	{
		ID: "bad-request", Kind: KindRegistry, Cause: "the registry does not take the request (400)", Confidence: Possible, Who: Platform, Any: []string{"400 bad request", "status code 400", "400 (bad request)"},
		Do: "check the number of parts in the name, then proxies and stale credentials", Check: checkReach, Mistaken: "a missing image", Source: "fluxcd/flux2#2454; registry.k8s.io#333",
	},
	{
		ID: "unavailable", Kind: KindRegistry, Cause: "the registry says that it is not available", Confidence: Likely, Who: Platform, Any: []string{"unavailable: service unavailable"}, Do: "wait and try again", Check: checkReach, Mistaken: "a missing image", Source: "distribution registry/api/errcode/register.go",
	},
	{
		ID: "redirects", Kind: KindRegistry, Cause: "the registry redirects in a circle", Confidence: Certain, Who: Platform, Any: []string{"stopped after 10 redirects"}, Do: "check the external address configured for the registry or its proxy", Check: checkReach, Mistaken: "a slow network", Source: "containerd core/remotes/docker/resolver.go",
	},
}
