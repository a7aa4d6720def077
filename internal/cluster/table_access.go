package cluster

// secrets are messages about pull secrets and credential providers.
var secrets = []Message{
	{
		ID: "secret-base64", Kind: KindSecret, Cause: `a pull secret holds an "auth" that is not base64, which fails every pull of the pod`, Confidence: Likely, Who: Author, Any: []string{"illegal base64 data at input byte"},
		Do: "make the Secret again with kubectl create secret docker-registry", Check: "kubectl get secret {secret} -n {namespace} -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d", Mistaken: "a problem with the image: public ones fail as well",
		Source: "Kubernetes pkg/credentialprovider/config.go", Versions: "as the status itself from Kubernetes 1.33 on, behind ErrImagePull before",
	},
	{
		ID: "secret-auth", Kind: KindSecret, Cause: `a pull secret holds an "auth" that is not USER:PASSWORD in base64, which fails every pull of the pod`, Confidence: Certain, Who: Author, Any: []string{"unable to parse auth field", "invalid decoded auth"},
		Do: "make the Secret again with kubectl create secret docker-registry", Check: "kubectl get secret {secret} -n {namespace} -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d", Mistaken: "a problem with the image: public ones fail as well",
		Source: "Kubernetes pkg/credentialprovider/config.go",
	},
	{
		ID: "secret-json", Kind: KindSecret, Cause: "a pull secret does not hold the JSON that it must, which fails every pull of the pod", Confidence: Likely, Who: Author,
		Any: []string{"json: cannot unmarshal", "dockerconfigentry", "field dockerconfigjson"}, Not: []string{"podspec", "container.", "unable to retrieve some", "go struct field secret", "is invalid", "strict decoding"},
		Do: "make the Secret again with kubectl create secret docker-registry", Check: "kubectl get secret {secret} -n {namespace} -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d", Mistaken: "an answer of the registry",
		Source: "Kubernetes pkg/credentialprovider/config.go",
	},
	{
		ID: "secret-missing", Kind: KindSecret, Cause: "a pull secret of the pod is not in its namespace; the pull continues without it", Confidence: Likely, Who: Author,
		Any: []string{"unable to retrieve some image pull secrets", "unable to retrieve pull secret", "image pull secrets: "}, Reasons: []string{"FailedToRetrieveImagePullSecret"},
		Do: "create the Secret in the pod's own namespace, or correct its name", Check: checkSecrets, Mistaken: "the cause of a failed pull: a public image is pulled all the same",
		Source: "Kubernetes pkg/kubelet/kubelet_pods.go", Versions: "from Kubernetes 1.37 on only after a failed pull",
	},
	{
		ID: "provider-failed", Kind: KindSecret, Cause: "the kubelet's credential provider failed, so the pull was anonymous", Confidence: Certain, Who: Platform,
		Any: []string{"credential provider plugin", "external registry credential provider", "failed to get credentials from plugin"},
		Do:  "run the provider on the node by hand, and look at its permissions", Check: "journalctl -u kubelet --since -1h | grep -i 'credential provider'    # on the node", Mistaken: "a missing pull secret",
		Source: "Kubernetes pkg/credentialprovider/plugin/plugin.go", Versions: "Kubernetes 1.20 and later",
	},
	{
		ID: "credentials-not-verified", Kind: KindSecret, Cause: "the image is on the node, but the pod does not have the credentials that it was pulled with", Confidence: Certain, Who: Author,
		Any: []string{"does not have the proper auth", "image pull credentials verification", "imagenotensured"}, Reasons: []string{"ErrImageNotEnsured"},
		Do: "give the pod the pull secret, or load the image without credentials", Check: checkSecrets, Mistaken: "an image that is not on the node",
		Source: "Kubernetes KEP-2535 (KubeletEnsureSecretPulledImages)", Versions: "off before Kubernetes 1.35",
	},
}

// registries are denials in the wording of one registry.
var registries = []Message{
	{
		ID: "ecr-expired", Kind: KindAccess, Cause: "the ECR token has expired; it lasts for 12 hours", Confidence: Certain, Who: Author, All: []string{"authorization token has expired"},
		Do: "let something renew the Secret, or let nodes use their own identity; for public images, remove the Secret", Check: checkSecrets, Mistaken: "a missing permission", Source: "an answer of Amazon ECR",
	},
	{
		ID: "ecr-permission", Kind: KindAccess, Cause: "the AWS identity may not pull from the repository", Confidence: Certain, Who: Platform, All: []string{"is not authorized to perform", "ecr"},
		Do: "allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer for it, in the repository's policy where it is of another account", Check: "aws ecr get-repository-policy --repository-name {path}", Mistaken: "an expired token", Source: "an answer of Amazon ECR",
	},
	{
		ID: "ecr-anonymous", Kind: KindAccess, Cause: "the node asked ECR without credentials", Confidence: Certain, Who: Platform, All: []string{".dkr.ecr.", "no basic auth credentials"},
		Do: "run ecr-credential-provider on nodes in AWS; elsewhere (Docker Desktop, minikube, kind, on premises) a node has no AWS identity, so use a pull secret that something renews", Check: "aws sts get-caller-identity    # on the node", Mistaken: "a missing image",
		Source: "containerd core/remotes/docker/authorizer.go; containerd/containerd#11103",
	},
	{
		ID: "ecr-unauthorized", Kind: KindAccess, Cause: "ECR rejected the credentials, or got none", Confidence: Likely, Who: Platform, All: []string{".dkr.ecr."}, Any: []string{"401 unauthorized", "not authorized", "authentication required"},
		Do: "renew the token of the Secret; on nodes outside of AWS there is no other identity", Check: "aws sts get-caller-identity    # on the node", Mistaken: "a missing image", Source: "kubernetes/kubernetes#102750",
	},
	{
		ID: "ecr-forbidden", Kind: KindAccess, Cause: "ECR rejects the credentials: the token has expired, or may not read the repository", Confidence: Likely, Who: Platform, All: []string{".dkr.ecr.", "403 forbidden"},
		Do: "renew the token, and look at the repository's policy where it is of another account", Check: "aws ecr get-repository-policy --repository-name {path}", Mistaken: "a missing image", Source: "containerd core/remotes/errors; an answer of Amazon ECR",
	},
	{
		ID: "ecr-public", Kind: KindAccess, Cause: "public.ecr.aws rejects credentials that it does not need", Confidence: Likely, Who: Author, All: []string{"public.ecr.aws"}, Any: []string{"400 bad request", "401 unauthorized", "403 forbidden", "denied"},
		Do: "remove the pull secret for public.ecr.aws, or renew it", Check: checkSecrets, Mistaken: "a private image", Source: "aws/containers-roadmap#2835",
	},
	{
		ID: "ghcr-anonymous", Kind: KindAccess, Cause: "ghcr.io does not allow anonymous pulls: the package is private or does not exist", Confidence: Likely, Who: Author,
		All: []string{"ghcr.io", "failed to fetch anonymous token"}, Any: []string{"401 unauthorized", "403 forbidden", "denied"},
		Do: "make the package public, or give the pod a pull secret with a token that has read:packages", Check: checkSecrets, Mistaken: "a wrong password: none was sent", Source: "containerd core/remotes/docker/authorizer.go; nloui/paperless-mcp#10",
	},
	{
		ID: "ghcr-token", Kind: KindAccess, Cause: "ghcr.io rejects the token of the pull secret: it has expired, lacks read:packages, or may not read the package", Confidence: Likely, Who: Author,
		All: []string{"ghcr.io"}, Any: []string{"failed to fetch oauth token", "read_package", "permission_denied", "403 forbidden"}, Not: []string{"dial tcp", "timeout", "x509"},
		Do: "renew the token; with credentials no anonymous pull is tried, even of a public package", Check: checkSecrets, Mistaken: "a missing image", Source: "containerd core/remotes/docker/authorizer.go; kedacore/http-add-on#48",
	},
	{
		ID: "ghcr-denied", Kind: KindAccess, Cause: "ghcr.io denies the pull: the package is private or not there, or the token may not read it", Confidence: Possible, Who: Author,
		All: []string{"ghcr.io"}, Any: []string{"denied: denied", "requested access to the resource is denied"},
		Do: "make the package public, or give the pod a pull secret with a token that has read:packages", Check: checkSecrets, Mistaken: "a missing tag", Source: "an answer of ghcr.io; quay PR 4235",
	},
	{
		ID: "gcp-permission", Kind: KindAccess, Cause: "the identity may not read the repository, or it does not exist", Confidence: Possible, Who: Platform,
		Any: []string{"downloadartifacts", "storage.objects.get", "storage.objects.list", "caller does not have permission"},
		Do:  "grant roles/artifactregistry.reader on the repository to the nodes' service account, and check its name", Check: "gcloud artifacts repositories get-iam-policy {artifacts}", Mistaken: "a missing tag", Source: "an answer of Google Artifact Registry; gcr-cleaner#76",
	},
	{
		ID: "gcp-unauthenticated", Kind: KindAccess, Cause: "Google's registry got no credentials that it accepts", Confidence: Likely, Who: Platform,
		Any: []string{"unauthenticated request", "_json_key"}, Do: "let nodes use their service account, or give the pod a key with the user _json_key", Check: checkSecrets, Mistaken: "a missing image", Source: "an answer of Google Artifact Registry",
	},
	{
		ID: "acr-firewall", Kind: KindPolicy, Cause: "the registry's firewall blocks the node's address", Confidence: Certain, Who: Network, All: []string{"client with ip", "is not allowed access"},
		Do: "allow the address in the registry's firewall, or use a private endpoint", Check: "az acr show --name {account} --query networkRuleSet", Mistaken: "missing credentials", Source: "an answer of Azure Container Registry; docker/build-push-action#1214",
	},
	{
		ID: "acr-unauthorized", Kind: KindAccess, Cause: "Azure's registry got no credentials that it accepts", Confidence: Likely, Who: Platform, All: []string{".azurecr.io"}, Any: []string{"401 unauthorized", "authentication required", "failed to fetch anonymous token", "failed to fetch oauth token", "aka.ms/acr/authorization"},
		Not: []string{"not found"}, Do: "attach the registry to the cluster (az aks update --attach-acr), or give the pod a pull secret; a missing tag gives 401, too", Check: "az aks check-acr --name CLUSTER --resource-group GROUP --acr {host}", Mistaken: "a missing tag, and the reverse", Source: "Azure/acr#359",
	},
	{
		ID: "quay-unauthorized", Kind: KindAccess, Cause: "quay.io has no such public repository: it is private or does not exist", Confidence: Possible, Who: Author,
		Any: []string{"access to the requested resource is not authorized"}, Do: "check the name; make the repository public, or give the pod a pull secret", Check: checkTags, Mistaken: "a wrong password", Source: "quay endpoints/v2/errors.py; goharbor/harbor-helm#1888",
	},
	{
		ID: "quay-401", Kind: KindAccess, Cause: "quay.io has no such public repository: it is private or does not exist", Confidence: Possible, Who: Author,
		All: []string{"quay.io"}, Any: []string{"401 unauthorized", "unauthorized"}, Do: "check the name; make the repository public, or give the pod a pull secret", Check: checkTags, Mistaken: "a wrong password", Source: "neuvector PR 1663",
	},
	{
		ID: "gitlab-denied", Kind: KindAccess, Cause: "GitLab's registry rejects the credentials, or got none", Confidence: Likely, Who: Author, Any: []string{"denied: access forbidden", "access forbidden", "http basic: access denied"},
		Do: "use a deploy token with read_registry, and write the registry's host as the key of the Secret", Check: checkSecrets, Mistaken: "a missing tag", Source: "gitlab-org/container-registry; kubefirst#2256",
	},
	{
		ID: "harbor-unauthorized", Kind: KindAccess, Cause: "Harbor does not let the pod read the project, or has no such project", Confidence: Possible, Who: Author, All: []string{"unauthorized to access repository"},
		Do: "give the pod a robot account of the project, with permission to pull", Check: checkSecrets, Mistaken: "a missing tag", Source: "goharbor/harbor src/server/middleware/v2auth; goharbor/harbor#17713",
	},
	{
		ID: "artifactory-permission", Kind: KindAccess, Cause: "Artifactory does not let the user read the repository", Confidence: Likely, Who: Platform, All: []string{"the client does not have permission for"},
		Do: "grant the user read access to the repository and to its remote repositories", Check: checkSecrets, Mistaken: "a missing image", Source: "an answer of JFrog Artifactory; kubernetes/kubernetes#65958",
	},
	{
		ID: "redhat-login", Kind: KindAccess, Cause: "registry.redhat.io requires credentials, and got none that it accepts", Confidence: Certain, Who: Platform, Any: []string{"please login to the red hat registry", "registry.redhat.io: unauthorized", "registry.redhat.io/v2/: unauthorized"},
		Do: "put a token of Red Hat into OpenShift's global pull secret, or into the pod's", Check: "oc get secret pull-secret -n openshift-config", Mistaken: "a missing image", Source: "an answer of registry.redhat.io",
	},
	{
		ID: "openshift-registry", Kind: KindAccess, Cause: "OpenShift's own registry does not let the service account read the project", Confidence: Likely, Who: Author, All: []string{"image-registry.openshift-image-registry"}, Any: []string{"authentication required", "unauthorized", "denied"},
		Do: "grant system:image-puller in the project of the image: oc policy add-role-to-user system:image-puller system:serviceaccount:{namespace}:default -n PROJECT", Check: "oc get is -n PROJECT", Mistaken: "a missing image", Source: "openshift/image-registry pkg/dockerregistry/server/auth.go",
	},
	{
		ID: "nvcr-denied", Kind: KindAccess, Cause: "nvcr.io denies the request: the image is not public, or the key is not valid", Confidence: Possible, Who: Author, All: []string{"nvcr.io"}, Any: []string{"401 unauthorized", "403 forbidden", "access denied", "authentication required"},
		Do: "use the user $oauthtoken with a key of NGC; remove the Secret where the image is public", Check: checkSecrets, Mistaken: "a missing image", Source: "NVIDIA/gpu-operator#2295",
	},
	{
		ID: "ocir-tenant", Kind: KindAccess, Cause: "Oracle's registry does not know the tenancy, or allows no anonymous access", Confidence: Likely, Who: Author, Any: []string{"anonymous users are only allowed read access on public repos", "unknown tenant"},
		Do: "write REGION.ocir.io/NAMESPACE/IMAGE, and the user NAMESPACE/USER in the Secret", Check: checkSecrets, Mistaken: "a missing image", Source: "an answer of OCIR",
	},
	{
		ID: "icr-authorization", Kind: KindAccess, Cause: "IBM's registry got no credentials that it accepts", Confidence: Likely, Who: Author, All: []string{"icr.io"}, Any: []string{"authorization required", "401 unauthorized", "denied"},
		Do: "copy the cluster's all-icr-io Secret into the namespace, and add it to the service account", Check: checkSecrets, Mistaken: "a missing image", Source: "an answer of icr.io",
	},
	{
		ID: "chainguard", Kind: KindAccess, Cause: "cgr.dev provides this tag only to customers", Confidence: Likely, Who: Author, All: []string{"cgr.dev"}, Any: []string{"403 forbidden", "401 unauthorized", "forbidden"},
		Do: "use the tag latest, or a pull secret of an account", Check: checkTags, Mistaken: "a missing tag", Source: "spiffe/helm-charts-hardened#567",
	},
	{
		ID: "hub-password", Kind: KindAccess, Cause: "the registry does not take the user name and password of the pull secret", Confidence: Certain, Who: Author,
		Any: []string{"incorrect username or password", "invalid username/password", "wrong username or password", "email must be verified", "personal access token is expired", "invalid credentials"},
		Do:  "make the Secret again; with credentials no anonymous pull is tried, even of a public image", Check: checkSecrets, Mistaken: "a private image", Source: "containers/image docker/errors.go; an answer of auth.docker.io",
	},
}

// ownerless is only said about images without an owner, and those that are not known.
const ownerless = ": a name without an owner is an official image of Docker Hub"

// access are denials in a wording that many registries share.
var access = []Message{
	{
		ID: "proxy-auth", Kind: KindConnect, Cause: "the proxy between node and registry requires a login", Confidence: Certain, Who: Network, Any: []string{"407 proxy authentication required", "proxy authentication required"},
		Do: "write user and password into the proxy settings of the runtime's service", Check: "systemctl show containerd --property=Environment    # on the node", Mistaken: "missing credentials of the registry", Source: "Go net/http",
	},
	{
		ID: "no-basic-auth", Kind: KindAccess, Cause: "the registry requires credentials, and the node had none for it", Confidence: Certain, Who: Author, Any: []string{"no basic auth credentials"},
		Do: "give the pod a pull secret whose key is the registry's host", Check: checkSecrets, Mistaken: "a missing image", Source: "containerd core/remotes/docker/authorizer.go",
	},
	{
		ID: "anonymous-token", Kind: KindAccess, Cause: "the registry does not allow anonymous pulls: the image is private or does not exist", Confidence: Likely, Who: Author, All: []string{"failed to fetch anonymous token"}, Any: []string{"401 unauthorized", "403 forbidden", "denied"},
		Not: []string{"dial tcp", "timeout", "x509"},
		Do:  "give the pod a pull secret for this registry, or check the name", Check: checkSecrets, Mistaken: "a wrong password: none was sent", Source: "containerd core/remotes/docker/authorizer.go",
	},
	{
		ID: "oauth-token", Kind: KindAccess, Cause: "the registry rejects the credentials of the pull secret", Confidence: Likely, Who: Author, All: []string{"failed to fetch oauth token"}, Any: []string{"400 bad request", "401 unauthorized", "403 forbidden", "denied"}, Not: []string{"dial tcp", "timeout", "x509"},
		Do: "renew the password or token of the Secret; with credentials no anonymous pull is tried", Check: checkSecrets, Mistaken: "a private image", Source: "containerd core/remotes/docker/authorizer.go",
	},
	{
		ID: "denied-or-absent", Kind: KindAccess, Cause: "the repository does not exist, or the pod may not pull it: the registry does not say which", Confidence: Possible, Who: Author,
		Any: []string{"repository does not exist or may require", "insufficient_scope", "pull access denied", "no pull access", "please verify that it exists and you have permission"},
		Do:  "check the name first" + ownerless + "; then give the pod a pull secret", Check: checkTags, Mistaken: "missing credentials alone: a name that is mistyped, or an image that was only built on a laptop, gives the same", Source: "containerd core/remotes/docker/resolver.go",
	},
	{
		ID: "denied", Kind: KindAccess, Cause: "the registry denies access to the repository", Confidence: Possible, Who: Author, Any: []string{"requested access to the resource is denied", "denied: ", ": denied"}, Not: []string{"pull access denied", "admission webhook", "permission denied"},
		Do: "check the name, then the credentials for it", Check: checkTags, Mistaken: "a missing tag", Source: "distribution registry/api/errcode/register.go",
	},
	{
		ID: "authentication-required", Kind: KindAccess, Cause: "the registry requires credentials, or hides that the repository does not exist", Confidence: Possible, Who: Author,
		Any: []string{"authentication required", "unauthorized: ", "401 unauthorized", "status code 401", "401 (unauthorized)"},
		Do:  "check the name, then the pull secret for this registry: give the pod one, or renew what it has", Check: checkSecrets, Mistaken: "a missing tag", Source: "distribution registry/api/errcode/register.go",
	},
	{
		ID: "forbidden", Kind: KindAccess, Cause: "the registry, or a proxy before it, forbids the request", Confidence: Possible, Who: Author, Any: []string{"403 forbidden", "status code 403", "403 (forbidden)", "(forbidden)"},
		Do: "check the credentials, then whether the registry lets the node's address in", Check: checkReach, Mistaken: "a missing image", Source: "containerd core/remotes/errors",
	},
	{
		ID: "auth-scheme", Kind: KindRegistry, Cause: "the registry asks for a kind of login that the runtime does not know", Confidence: Likely, Who: Platform, Any: []string{"failed to find supported auth scheme", "did not include a token in the response", "missing realm in bearer auth challenge", "no realm specified for token auth challenge"},
		Do: "look at the WWW-Authenticate header that the registry, or a proxy before it, answers", Check: checkReach, Mistaken: "a wrong password", Source: "containerd core/remotes/docker/authorizer.go, auth/fetch.go",
	},
}
