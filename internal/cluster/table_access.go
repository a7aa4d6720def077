package cluster

import "slices"

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
		ID: "helper-failed", Kind: KindSecret, Cause: "a credential helper of the Docker configuration cannot be run, so nothing is pulled", Confidence: Certain, Who: Platform,
		All: []string{"error getting credentials"},
		Do:  "install the program that the message names, or remove it from credsStore and credHelpers", Check: "cat ~/.docker/config.json    # where the message is printed", Mistaken: "a missing pull secret",
		Source: "docker/docker-credential-helpers client/client.go", Versions: "Docker",
	},
	{
		ID: "credentials-not-verified", Kind: KindSecret, Cause: "the image is on the node, but the pod does not have the credentials that it was pulled with", Confidence: Certain, Who: Author,
		Any: []string{"does not have the proper auth", "image pull credentials verification", "imagenotensured"}, Reasons: []string{"ErrImageNotEnsured"},
		Do: "give the pod the pull secret, or load the image without credentials", Check: checkSecrets, Mistaken: "an image that is not on the node",
		Source: "Kubernetes KEP-2535 (KubeletEnsureSecretPulledImages)", Versions: "off before Kubernetes 1.35",
	},
}

// What a message says about the credentials of the pull. With credentials, containerd asks for an OAuth token, whether by POST or by GET. Docker and CRI-O
// name the account in the request.
const (
	oauthToken     = "failed to fetch oauth token"
	anonymousToken = "failed to fetch anonymous token"
	bearerToken    = "requesting bearer token" // of CRI-O, with or without credentials
	account        = "?account="
)

// orNone is only said where it is not known whether the pod has credentials.
const orNone = ", or got none"

// What to do about an identity that may not read a repository of Google's. No key is to be renewed: an invalid one gives 401.
const (
	checkGoogleName = "check the project and the repository in the name; then grant roles/artifactregistry.reader on the repository to "
	grantGoogle     = checkGoogleName + "the service account of the pull secret's key, or else of the nodes, whose node pool also needs the OAuth scope devstorage.read_only or cloud-platform"
	grantGoogleKey  = checkGoogleName + "the service account of the key in the pull secret"
	grantGoogleNode = checkGoogleName + "the nodes' service account; their node pool also needs the OAuth scope devstorage.read_only or cloud-platform"
)

// notOfGoogleProject are parts of messages about a 403 that no role on a repository changes: of an anonymous request, of a mirror, of public copies that are
// not open to some addresses, and of a project without billing or the API.
var notOfGoogleProject = []string{
	"unauthenticated request", anonymousToken, "?ns=", "mirror.gcr.io", "k8s.gcr.io/", "registry.k8s.io", "k8s-artifacts-prod", "billing", "has not been used in project", "organization's policy",
}

// unanswered are parts of messages about a token that was neither given nor refused: the network or the registry failed, or there were too many requests.
var unanswered = []string{
	"dial tcp", "timeout", "x509", "tls: ", "connection re", ": eof", "unexpected eof", "proxyconnect", "toomanyrequests", "too many requests", "500 internal", "502 bad", "503 service", "504 gateway",
}

// acrNetwork says how Azure's registry lets nodes in.
const acrNetwork = "if the registry has a private endpoint, link the zone privatelink.azurecr.io with the cluster's network, so that nodes ask the private address; otherwise let the cluster's outbound address through the registry's firewall (az acr network-rule add)"

// Domains of the hosts that belong to a registry: those that nodes ask for images, for tokens and for layers.
var (
	hubHosts    = []string{"docker.io", "docker.com"}
	amazonHosts = []string{"amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "on.aws", "on.amazonwebservices.com.cn", "ecr.aws"}
	googleHosts = []string{"pkg.dev", "gcr.io", "googleapis.com", "google.com", "k8s.io"}
	azureHosts  = []string{"azurecr.io", "azurecr.cn", "azurecr.us", "microsoft.com", "windows.net"}
	redHatHosts = []string{"redhat.io", "redhat.com"}
)

// registries are denials in the wording of one registry. A message that shows whether credentials were sent is told apart from one that does not.
var registries = []Message{
	{
		ID: "harbor-upstream", Kind: KindAccess, Relayed: true, Cause: "the pull is denied not by Harbor, but by the registry that it caches, which has no such repository, or does not accept Harbor's account", Confidence: Likely, Who: Platform,
		Any: []string{"http status code: 401, body:", "http status code: 403, body:"},
		Do:  "check the name: a cache of Docker Hub has the official images below library/; then the account in Harbor's registry endpoint", Check: checkPull, Mistaken: notPassedOn, Source: "goharbor/harbor src/pkg/registry/client.go; goharbor/harbor#14767",
	},
	{
		ID: "ecr-expired", Kind: KindAccess, Hosts: amazonHosts, Cause: "the ECR token has expired; it lasts for 12 hours", Confidence: Certain, Who: Credentials, All: []string{"authorization token has expired"},
		Do:    "let something renew the Secret, or let nodes use their own identity; for public images, remove the Secret",
		Tried: "renew the token of {user}, and let something do so from now on, or let nodes use their own identity; for public images, remove the pull secret", Check: checkLogin, Mistaken: "a missing permission", Source: "an answer of Amazon ECR",
	},
	{
		ID: "ecr-permission", Kind: KindAccess, Hosts: amazonHosts, Cause: "the AWS identity may not pull from the repository", Confidence: Certain, Who: Platform, All: []string{"is not authorized to perform", "ecr"},
		Do: "allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer for it, in the repository's policy where it is of another account", Check: "aws ecr get-repository-policy --repository-name {path}", Mistaken: "an expired token", Source: "an answer of Amazon ECR",
	},
	{
		ID: "ecr-anonymous", Kind: KindAccess, Cause: "the node asked ECR without credentials", Confidence: Certain, Who: Platform, All: []string{".dkr.ecr.", "no basic auth credentials"},
		Do: "on nodes in AWS, attach the policy AmazonEC2ContainerRegistryPullOnly or ReadOnly to their role, and run ecr-credential-provider, which EKS always does; elsewhere (Docker Desktop, minikube, kind, on premises) a node has no AWS identity, so use a pull secret that something renews", Check: "aws sts get-caller-identity    # on the node", Mistaken: "a missing image",
		Source: "containerd core/remotes/docker/authorizer.go; containerd/containerd#11103",
	},
	{
		ID: "ecr-unauthorized", Kind: KindAccess, Cause: "ECR rejected the credentials" + orNone, Confidence: Likely, Who: Platform, All: []string{".dkr.ecr."}, Any: []string{"401 unauthorized", "not authorized", "authentication required"},
		Do:    "renew the token of the Secret; on nodes outside of AWS there is no other identity",
		Tried: "renew the token of {user}: it lasts for 12 hours", Bare: "look at the nodes' own identity, which ECR does not accept; nodes outside of AWS have none, so use a pull secret that something renews",
		Check: "aws sts get-caller-identity    # on the node", Mistaken: "a missing image", Source: "kubernetes/kubernetes#102750",
	},
	{
		ID: "ecr-forbidden", Kind: KindAccess, Cause: "ECR rejects the credentials: the token has expired, or may not read the repository", Confidence: Likely, Who: Platform, All: []string{".dkr.ecr.", "403 forbidden"},
		Do:    "renew the token of the pull secret; without one, allow the nodes' role to pull (AmazonEC2ContainerRegistryPullOnly); and look at the repository's policy where it is of another account",
		Tried: "renew the token of {user}, and look at the repository's policy where it is of another account", Bare: "allow the nodes' role to pull (AmazonEC2ContainerRegistryPullOnly), and look at the repository's policy where it is of another account",
		Check: "aws ecr get-repository-policy --repository-name {path}", Mistaken: "a missing image", Source: "containerd core/remotes/errors; an answer of Amazon ECR",
	},
	{
		ID: "ecr-public", Kind: KindAccess, Hosts: amazonHosts, Cause: "public.ecr.aws rejects credentials that it does not need", Confidence: Likely, Who: Author, All: []string{"public.ecr.aws"}, Any: []string{"400 bad request", "401 unauthorized", "403 forbidden", "denied"}, Not: []string{anonymousToken},
		Do: "remove the pull secret for public.ecr.aws, or renew it", Tried: "remove the pull secret, which public images do not need, or renew the token of {user}", Check: checkLogin, Mistaken: "a private image", Source: "aws/containers-roadmap#2835",
	},
	{
		ID: "ghcr-anonymous", Kind: KindAccess, Hosts: []string{"ghcr.io"}, Cause: "ghcr.io does not allow anonymous pulls: the package is private or does not exist", Confidence: Likely, Who: Author,
		All: []string{"ghcr.io", anonymousToken}, Any: []string{"401 unauthorized", "403 forbidden", "denied"}, Not: unanswered,
		Do: "make the package public, or give the pod a pull secret with a token that has read:packages", Check: checkSecrets, Mistaken: "a wrong password: none was sent", Source: "containerd core/remotes/docker/authorizer.go; nloui/paperless-mcp#10",
	},
	{
		ID: "ghcr-token", Kind: KindAccess, Hosts: []string{"ghcr.io"}, Cause: "ghcr.io rejects the token of the pull secret: it has expired, lacks read:packages, or may not read the package", Confidence: Likely, Who: Credentials,
		All: []string{"ghcr.io"}, Any: []string{oauthToken, "read_package", "permission_denied", "403 forbidden"}, Not: append([]string{bearerToken}, unanswered...),
		Do: "renew the token of the pull secret; with credentials no anonymous pull is tried, even of a public package", Check: checkLogin, Mistaken: "a missing image", Source: "containerd core/remotes/docker/authorizer.go; kedacore/http-add-on#48",
	},
	{
		ID: "ghcr-denied", Kind: KindAccess, Hosts: []string{"ghcr.io"}, Cause: "ghcr.io denies the pull: the package is private or not there, or the token may not read it", Confidence: Possible, Who: Author,
		All: []string{"ghcr.io"}, Any: []string{"denied: denied", "requested access to the resource is denied"},
		Do:    "make the package public, or give the pod a pull secret with a token that has read:packages",
		Tried: "check the name; then whether {user} has a token with read:packages that has not expired, and may read the package", Check: checkSecrets, Mistaken: "a missing tag", Source: "an answer of ghcr.io; quay PR 4235",
	},
	{
		ID: "gcp-anonymous", Kind: KindAccess, Hosts: googleHosts, Cause: "Google's registry got no credentials, and the image is private or does not exist", Confidence: Likely, Who: Platform,
		All: []string{anonymousToken}, Any: []string{"downloadartifacts", "storage.objects.", "unauthenticated request", "-docker.pkg.dev/", "https://gcr.io/", ".gcr.io/"}, Not: unanswered,
		Do: "let nodes use a service account that has roles/artifactregistry.reader, or give the pod a pull secret with the user _json_key; check the name", Check: "gcloud artifacts repositories get-iam-policy {artifacts}", Mistaken: "a wrong password: none was sent",
		Source: "containerd core/remotes/docker/authorizer.go; gcr-cleaner#76",
	},
	{
		ID: "gcp-permission", Kind: KindAccess, Hosts: googleHosts, Cause: "the identity may not read the repository, or it does not exist", Confidence: Possible, Who: Platform,
		Any: []string{"downloadartifacts", "storage.objects.get", "storage.objects.list", "caller does not have permission"}, Not: []string{"unauthenticated request"},
		Do: grantGoogle, Tried: grantGoogleKey, Bare: grantGoogleNode,
		Check: "gcloud artifacts repositories get-iam-policy {artifacts}", Mistaken: "a missing tag", Source: "an answer of Google Artifact Registry; gcr-cleaner#76",
	},
	{
		ID: "gcp-forbidden", Kind: KindAccess, Hosts: googleHosts, Cause: "the identity may not read the repository, or the project or the repository does not exist", Confidence: Likely, Who: Platform,
		All: []string{"403 forbidden"}, Any: []string{"-docker.pkg.dev/", "-docker.pkg.dev failed with", "https://gcr.io/", `"gcr.io/`, ".gcr.io/", "host gcr.io failed with", ".gcr.io failed with", "_json_key"}, Not: append([]string{bearerToken}, notOfGoogleProject...),
		Do: grantGoogle, Tried: grantGoogleKey, Bare: grantGoogleNode,
		Check: "gcloud artifacts repositories get-iam-policy {artifacts}", Mistaken: "an invalid or expired key, which gives 401", Source: "containerd core/remotes/docker/authorizer.go, core/remotes/errors; googlecodelabs/monolith-to-microservices#59",
	},
	{
		ID: "gcp-forbidden-crio", Kind: KindAccess, Hosts: googleHosts, Cause: "the identity may not read the repository, or the project or the repository does not exist", Confidence: Likely, Who: Platform,
		All: []string{bearerToken + ": invalid status code from registry 403"}, Any: []string{"-docker.pkg.dev/", "docker://gcr.io/", ".gcr.io/"}, Not: notOfGoogleProject,
		Do: grantGoogle, Tried: grantGoogleKey, Bare: grantGoogleNode,
		Check: "gcloud artifacts repositories get-iam-policy {artifacts}", Mistaken: "an invalid or expired key, which gives 401", Source: "containers/image docker/docker_client.go", Versions: "CRI-O",
	},
	{
		ID: "gcp-key", Kind: KindAccess, Hosts: googleHosts, Cause: "Google's registry rejects the credentials: the key was deleted or is not complete, or its service account is disabled", Confidence: Likely, Who: Credentials,
		All: []string{"_json_key"}, Any: []string{oauthToken, "401 unauthorized", "invalid username/password"}, Not: unanswered,
		Do: "make a new key of the service account, and write it into the pull secret; with credentials no anonymous pull is tried", Check: checkLogin, Mistaken: "a missing image", Source: "containerd core/remotes/docker/authorizer.go; an answer of Google Artifact Registry",
	},
	{
		ID: "gcp-token", Kind: KindAccess, Hosts: googleHosts, Cause: "Google's registry rejects the credentials", Confidence: Likely, Who: Credentials,
		All: []string{oauthToken}, Any: []string{"-docker.pkg.dev/", "https://gcr.io/", ".gcr.io/"}, Not: unanswered,
		Do: "renew what is sent: the key in the pull secret, with the user _json_key, or the nodes' own identity", Tried: "renew the key or token of {user}; an access token lasts for an hour only", Check: checkLogin, Mistaken: "a missing image", Source: "containerd core/remotes/docker/authorizer.go",
	},
	{
		ID: "gcp-unauthenticated", Kind: KindAccess, Hosts: googleHosts, Cause: "Google's registry got no credentials, and the image is private or does not exist", Confidence: Likely, Who: Platform,
		Any: []string{"unauthenticated request"}, Do: "let nodes use a service account that has roles/artifactregistry.reader, or give the pod a pull secret with the user _json_key; check the name",
		Check: "gcloud artifacts repositories get-iam-policy {artifacts}", Mistaken: "a wrong password: none was sent", Source: "an answer of Google Artifact Registry",
	},
	{
		ID: "acr-firewall", Kind: KindPolicy, Hosts: azureHosts, Cause: "the registry's firewall blocks the node's address", Confidence: Certain, Who: Network, All: []string{"client with ip", "is not allowed access"},
		Do: "allow the address in the registry's firewall, or use a private endpoint", Check: "az acr show --name {account} --query networkRuleSet", Mistaken: "missing credentials", Source: "an answer of Azure Container Registry; docker/build-push-action#1214",
	},
	{
		ID: "acr-network", Kind: KindPolicy, Cause: "the network rules of Azure's registry refuse the node: missing credentials would give 401", Confidence: Likely, Who: Network, All: []string{".azurecr.io", anonymousToken, "403 forbidden"}, Not: unanswered,
		Do: acrNetwork, Check: checkPrivate, Mistaken: "missing credentials", Source: "learn.microsoft.com, Fail to pull images from Azure Container Registry to Azure Kubernetes Service cluster, cause 3",
	},
	{
		ID: "acr-token-forbidden", Kind: KindPolicy, Cause: "Azure's registry gives the node no token: its network rules refuse the node, or the credentials may not read the repository", Confidence: Possible, Who: Network,
		All: []string{".azurecr.io", oauthToken, "403 forbidden"}, Not: unanswered,
		Do:    acrNetwork + "; then look at the roles of the user of the pull secret, or of the nodes' identity (az aks check-acr)",
		Check: checkPrivate, Mistaken: "a password that has expired, which gives 401", Source: "learn.microsoft.com, Health check error reference (CONNECTIVITY_FORBIDDEN_ERROR)",
	},
	{
		ID: "acr-anonymous", Kind: KindAccess, Cause: "Azure's registry allows no anonymous pull, and the node had no credentials for it", Confidence: Likely, Who: Platform, All: []string{".azurecr.io", anonymousToken}, Not: unanswered,
		Do: "attach the registry to the cluster (az aks update --attach-acr), or give the pod a pull secret", Check: "az aks check-acr --name CLUSTER --resource-group GROUP --acr {host}", Mistaken: "a wrong password: none was sent", Source: "containerd core/remotes/docker/authorizer.go; Azure/acr#359",
	},
	{
		ID: "acr-token", Kind: KindAccess, Cause: "Azure's registry rejects the credentials that were sent", Confidence: Likely, Who: Credentials, All: []string{".azurecr.io", oauthToken}, Not: unanswered,
		Do:    "renew the password of the pull secret: that of a service principal ends, by default after a year, and an admin user can be disabled; without a pull secret, attach the registry to the cluster (az aks update --attach-acr), which gives the nodes' identity the role AcrPull",
		Tried: "renew the password of {user}: that of a service principal ends, by default after a year, and an admin user can be disabled", Bare: "attach the registry to the cluster (az aks update --attach-acr), which gives the nodes' identity the role AcrPull", Check: checkLogin, Mistaken: "a missing tag", Source: "containerd core/remotes/docker/authorizer.go; learn.microsoft.com/troubleshoot/azure/azure-kubernetes/extensions/cannot-pull-image-from-acr-to-aks-cluster",
	},
	{
		ID: "acr-refused", Kind: KindAccess, Cause: "Azure's registry gives the node no token: it rejects the credentials" + orNone, Confidence: Likely, Who: Platform, All: []string{".azurecr.io", "invalid username/password"},
		Do:    "renew the password of the pull secret, or give the pod one; or attach the registry to the cluster (az aks update --attach-acr)",
		Tried: "renew the password of {user}: that of a service principal ends, by default after a year, and an admin user can be disabled", Bare: "attach the registry to the cluster (az aks update --attach-acr), or give the pod a pull secret",
		Check: checkLogin, Mistaken: "a wrong password alone: CRI-O also says so of a pull without credentials", Source: "containers/image docker/docker_client.go, docker/errors.go", Versions: "CRI-O",
	},
	{
		ID: "acr-unauthorized", Kind: KindAccess, Cause: "Azure's registry got no credentials that it accepts", Confidence: Likely, Who: Platform, All: []string{".azurecr.io"}, Any: []string{"401 unauthorized", "authentication required"},
		Not: []string{"not found"}, Do: "attach the registry to the cluster (az aks update --attach-acr), or give the pod a pull secret; a missing tag gives 401, too", Tried: "check the name and the tag, which give 401, too, if they are missing; then whether {user} has a valid password, and the role AcrPull",
		Check: "az aks check-acr --name CLUSTER --resource-group GROUP --acr {host}", Mistaken: "a missing tag, and the reverse", Source: "Azure/acr#359",
	},
	{
		ID: "acr-forbidden", Kind: KindPolicy, Cause: "Azure's registry forbids the request: its network rules refuse the node, or the credentials may not read the repository", Confidence: Possible, Who: Network,
		All: []string{".azurecr.io"}, Any: []string{"403 forbidden", "status code 403", "403 (forbidden)"},
		Not:   append([]string{"?ns=", "requested access to the resource is denied"}, unanswered...), // of a mirror, and of a repository
		Do:    acrNetwork + "; then look at the roles of the user of the pull secret, or of the nodes' identity (az aks check-acr)",
		Check: checkPrivate, Mistaken: "missing credentials, which give 401", Source: "learn.microsoft.com, Health check error reference (CONNECTIVITY_FORBIDDEN_ERROR)",
	},
	{
		ID: "acr-link", Kind: KindAccess, Hosts: azureHosts, Cause: "Azure's registry got no credentials that it accepts", Confidence: Likely, Who: Platform, All: []string{"aka.ms/acr/authorization"}, // which only Azure's registry names
		Not: []string{"not found"}, Do: "attach the registry to the cluster (az aks update --attach-acr), or give the pod a pull secret; a missing tag gives 401, too", Tried: "check the name and the tag, which give 401, too, if they are missing; then whether {user} has a valid password, and the role AcrPull",
		Check: "az aks check-acr --name CLUSTER --resource-group GROUP --acr {host}", Mistaken: "a missing tag, and the reverse", Source: "Azure/acr#359",
	},
	{
		ID: "quay-token", Kind: KindAccess, Hosts: []string{"quay.io"}, Cause: "quay.io rejects the user name or the token of the pull secret", Confidence: Likely, Who: Credentials,
		All: []string{"quay.io"}, Any: []string{oauthToken, account, "invalid username/password", "could not find robot with username", "invalid username or password"}, Not: unanswered,
		Do: "renew the token of the pull secret: quay.io shows it with the user name, OWNER+ROBOT, at the robot account; with credentials no anonymous pull is tried", Check: checkLogin, Mistaken: "a private repository", Source: "containerd core/remotes/docker/authorizer.go; quay data/model/user.py",
	},
	{
		ID: "quay-unauthorized", Kind: KindAccess, Hosts: []string{"quay.io"}, Cause: "quay.io has no such repository, or does not let the pod read it", Confidence: Possible, Who: Author,
		Any: []string{"access to the requested resource is not authorized"}, Do: "check the name; make the repository public, or give the pod a pull secret", Tried: "check the name; then whether {user} may read the repository (its settings list users and robots)",
		Check: checkTags, Mistaken: "a wrong password", Source: "quay endpoints/v2/errors.py; goharbor/harbor-helm#1888",
	},
	{
		ID: "quay-elsewhere", Kind: KindAccess, Cause: "the registry, a Quay or a cache of one, has no such repository, or does not let the pod read it", Confidence: Possible, Who: Author,
		Any: []string{"access to the requested resource is not authorized"}, Do: "check the name; make the repository public, or give the pod a pull secret; if {host} is a cache, look at its account at what it caches",
		Tried: "check the name; then whether {user} may read the repository; if the registry is a cache, look at its account at what it caches",
		Check: checkTags, Mistaken: "a wrong password", Source: "quay endpoints/v2/errors.py",
	},
	{
		ID: "quay-401", Kind: KindAccess, Hosts: []string{"quay.io"}, Cause: "quay.io has no such repository, or does not let the pod read it", Confidence: Possible, Who: Author,
		All: []string{"quay.io"}, Any: []string{"401 unauthorized", "unauthorized"}, Not: []string{anonymousToken}, Do: "check the name; make the repository public, or give the pod a pull secret", Tried: "check the name; then whether {user} may read the repository (its settings list users and robots)",
		Check: checkTags, Mistaken: "a wrong password", Source: "neuvector PR 1663",
	},
	{
		ID: "gitlab-password", Kind: KindAccess, Cause: "GitLab's registry rejects the credentials of the pull secret", Confidence: Likely, Who: Credentials, Any: []string{"http basic: access denied"},
		Do: "use a deploy token with read_registry that has not expired", Tried: "renew the token of {user}: use a deploy token with read_registry that has not expired, with its own user name", Check: checkLogin, Mistaken: "a private image", Source: "gitlab-org/gitlab app/controllers/jwt_controller.rb; gitlab-org/container-registry",
	},
	{
		ID: "gitlab-denied", Kind: KindAccess, Cause: "GitLab's registry rejects the credentials" + orNone, Confidence: Likely, Who: Author, Any: []string{"denied: access forbidden", "access forbidden"}, Not: []string{anonymousToken},
		Do:    "use a deploy token with read_registry, and write the registry's host as the key of the Secret",
		Tried: "check that {user} has a token with read_registry that has not expired, and may read the project: a deploy token is for one project or group", Bare: "give the pod a pull secret with a deploy token that has read_registry, and the registry's host as its key",
		Check: checkSecrets, Mistaken: "a missing tag", Source: "gitlab-org/container-registry; kubefirst#2256",
	},
	{
		ID: "harbor-unauthorized", Kind: KindAccess, Cause: "Harbor does not let the pod read the project, or has no such project", Confidence: Possible, Who: Author, All: []string{"unauthorized to access repository"},
		Do: "give the pod a robot account of the project, with permission to pull", Tried: "check the name of the project; then whether {user} may pull from it, and is not disabled or expired", Check: checkSecrets, Mistaken: "a missing tag", Source: "goharbor/harbor src/server/middleware/v2auth; goharbor/harbor#17713",
	},
	{
		ID: "artifactory-permission", Kind: KindAccess, Cause: "Artifactory does not let the user read the repository", Confidence: Likely, Who: Platform, All: []string{"the client does not have permission for"},
		Do: "grant the user read access to the repository and to its remote repositories", Tried: "grant {user} read access to the repository and to its remote repositories", Bare: "give the pod a pull secret of a user who may read the repository and its remote repositories",
		Check: checkSecrets, Mistaken: "a missing image", Source: "an answer of JFrog Artifactory; kubernetes/kubernetes#65958",
	},
	{
		ID: "redhat-login", Kind: KindAccess, Hosts: redHatHosts, Cause: "registry.redhat.io requires credentials, and got none that it accepts", Confidence: Certain, Who: Platform, Any: []string{"please login to the red hat registry", "registry.redhat.io: unauthorized", "registry.redhat.io/v2/: unauthorized"},
		Do: "put a token of Red Hat into OpenShift's global pull secret, or into the pod's", Tried: "renew the password or token of {user}", Check: "oc get secret pull-secret -n openshift-config", Mistaken: "a missing image", Source: "an answer of registry.redhat.io",
	},
	{
		ID: "openshift-registry", Kind: KindAccess, Cause: "OpenShift's own registry does not let the service account read the project", Confidence: Likely, Who: Author, All: []string{"image-registry.openshift-image-registry"}, Any: []string{"authentication required", "unauthorized", "denied"},
		Do: "grant system:image-puller in the project of the image: oc policy add-role-to-user system:image-puller system:serviceaccount:{namespace}:default -n PROJECT", Check: "oc get is -n PROJECT", Mistaken: "a missing image", Source: "openshift/image-registry pkg/dockerregistry/server/auth.go",
	},
	{
		ID: "nvcr-token", Kind: KindAccess, Hosts: []string{"nvcr.io", "nvidia.com"}, Cause: "nvcr.io rejects the key of the pull secret", Confidence: Likely, Who: Credentials, All: []string{"nvcr.io", oauthToken}, Not: unanswered,
		Do: "write a new key of NGC into the pull secret, with the user $oauthtoken; remove the pull secret where the image is public", Check: checkLogin, Mistaken: "a missing image", Source: "containerd core/remotes/docker/authorizer.go; NVIDIA/gpu-operator#2295",
	},
	{
		ID: "nvcr-denied", Kind: KindAccess, Hosts: []string{"nvcr.io", "nvidia.com"}, Cause: "nvcr.io denies the request: the image is not public, or the key is not valid", Confidence: Possible, Who: Author, All: []string{"nvcr.io"}, Any: []string{"401 unauthorized", "403 forbidden", "access denied", "authentication required"}, Not: []string{anonymousToken},
		Do:    "use the user $oauthtoken with a key of NGC; remove the Secret where the image is public",
		Tried: "check the name; then whether {user} is $oauthtoken with a valid key of NGC; remove the pull secret where the image is public", Bare: "check the name; then give the pod a pull secret with the user $oauthtoken and a key of NGC",
		Check: checkSecrets, Mistaken: "a missing image", Source: "NVIDIA/gpu-operator#2295",
	},
	{
		ID: "ocir-tenant", Kind: KindAccess, Cause: "Oracle's registry does not know the tenancy, or allows no anonymous access", Confidence: Likely, Who: Author, Any: []string{"anonymous users are only allowed read access on public repos", "unknown tenant"},
		Do: "write REGION.ocir.io/NAMESPACE/IMAGE, and the user NAMESPACE/USER in the Secret", Tried: "write REGION.ocir.io/NAMESPACE/IMAGE, and check {user}: it must be NAMESPACE/USER, with an auth token",
		Bare: "write REGION.ocir.io/NAMESPACE/IMAGE, and give the pod a pull secret with the user NAMESPACE/USER", Check: checkSecrets, Mistaken: "a missing image", Source: "an answer of OCIR",
	},
	{
		ID: "icr-token", Kind: KindAccess, Hosts: []string{"icr.io", "cloud.ibm.com"}, Cause: "IBM's registry rejects the key of the pull secret", Confidence: Likely, Who: Credentials, All: []string{"icr.io", oauthToken}, Not: unanswered,
		Do: "write a new API key into the pull secret, with the user iamapikey", Check: checkLogin, Mistaken: "a missing image", Source: "containerd core/remotes/docker/authorizer.go; an answer of icr.io",
	},
	{
		ID: "icr-authorization", Kind: KindAccess, Hosts: []string{"icr.io", "cloud.ibm.com"}, Cause: "IBM's registry got no credentials that it accepts", Confidence: Likely, Who: Author, All: []string{"icr.io"}, Any: []string{"authorization required", "401 unauthorized", "denied"}, Not: []string{anonymousToken},
		Do: "copy the cluster's all-icr-io Secret into the namespace, and add it to the service account", Tried: "check that {user} is iamapikey with a valid API key that may read the namespace; the cluster's all-icr-io Secret has one", Check: checkSecrets, Mistaken: "a missing image", Source: "an answer of icr.io",
	},
	{
		ID: "chainguard", Kind: KindAccess, Hosts: []string{"cgr.dev"}, Cause: "cgr.dev provides this tag only to customers", Confidence: Likely, Who: Author, All: []string{"cgr.dev"}, Any: []string{"403 forbidden", "401 unauthorized", "forbidden"}, Not: []string{oauthToken},
		Do: "use the tag latest, or a pull secret of an account", Tried: "use the tag latest, or check whether {user} may read this tag", Check: checkTags, Mistaken: "a missing tag", Source: "spiffe/helm-charts-hardened#567",
	},
	{
		ID: "hub-password", Kind: KindAccess, Cause: "the registry does not take the user name and password of the pull secret", Confidence: Certain, Who: Credentials,
		Any: []string{"incorrect username or password", "wrong username or password", "email must be verified", "personal access token is expired", "invalid credentials"},
		Do:  "make the Secret again; with credentials no anonymous pull is tried, even of a public image", Tried: "make the Secret again, with a valid password or token of {user}; with credentials no anonymous pull is tried, even of a public image", Check: checkLogin, Mistaken: "a private image",
		Source: "containers/image docker/errors.go; an answer of auth.docker.io",
	},
	{
		ID: "denial-relayed", Kind: KindAccess, Relayed: true, Cause: "the pull is denied not by the registry that was asked, but by one that it caches, which has no such repository, or does not accept the cache's account", Confidence: Likely, Who: Platform,
		Any: []string{
			"authorization token has expired", "is not authorized to perform: ecr:", "downloadartifacts", "unauthenticated request", "storage.objects.get", "storage.objects.list", "client with ip", "aka.ms/acr/authorization",
			"please login to the red hat registry",
		},
		Do: "check the name; then the account that {host} has there, " + inCache, Check: checkPull, Mistaken: notPassedOn, Source: "answers of Amazon ECR, Google Artifact Registry, Azure Container Registry and registry.redhat.io",
	},
}

// layerDenied is the entry about a layer that the registry denies after it gave the manifest.
const layerDenied = "layer-denied"

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
		ID: "anonymous-token", Kind: KindAccess, Cause: "the registry does not allow anonymous pulls: the image is private or does not exist", Confidence: Likely, Who: Author, All: []string{anonymousToken}, Any: []string{"401 unauthorized", "403 forbidden", "denied"},
		Not: unanswered,
		Do:  "give the pod a pull secret for this registry, or check the name", Check: checkSecrets, Mistaken: "a wrong password: none was sent", Source: "containerd core/remotes/docker/authorizer.go",
	},
	{
		ID: "oauth-forbidden", Kind: KindAccess, Cause: "the registry gives no token for the repository: the credentials of the pull secret are not valid, or may not read it", Confidence: Likely, Who: Credentials, All: []string{oauthToken, "403 forbidden"}, Not: unanswered,
		Do:    "check the name; then whether the user of the pull secret may read the repository, and has a valid password or token",
		Tried: "check the name; then whether {user} may read the repository, and has a valid password or token", Check: checkLogin, Mistaken: "a private image", Source: "containerd core/remotes/docker/authorizer.go",
	},
	{
		ID: "oauth-token", Kind: KindAccess, Cause: "the registry rejects the credentials of the pull secret", Confidence: Likely, Who: Credentials, All: []string{oauthToken}, Any: []string{"400 bad request", "401 unauthorized", "denied"}, Not: unanswered,
		Do: "renew the password or token of the pull secret; with credentials no anonymous pull is tried", Check: checkLogin, Mistaken: "a private image", Source: "containerd core/remotes/docker/authorizer.go",
	},
	{
		ID: "account-token", Kind: KindAccess, Cause: "the registry rejects the credentials of the pull secret", Confidence: Likely, Who: Credentials, All: []string{account}, Any: []string{"400 bad request", "401 unauthorized", "403 forbidden", "denied", "unauthorized"}, Not: unanswered,
		Do: "renew the password or token of the pull secret; with credentials no anonymous pull is tried", Check: checkLogin, Mistaken: "a private image: the request names an account", Source: "containers/image docker/docker_client.go; distribution token specification",
	},
	{
		ID: "token-refused", Kind: KindAccess, Cause: "the registry gives the node no token: it rejects the credentials" + orNone, Confidence: Possible, Who: Author,
		Any: []string{"invalid username/password", bearerToken + ": received unexpected http status: 403", bearerToken + ": invalid status code from registry 403"}, Not: unanswered,
		Do: "check the name; then renew the password or token of the pod's pull secret, or give the pod one for this registry", Tried: "renew the password or token of {user}, or let it read the repository; with credentials no anonymous pull is tried", Bare: "check the name; then give the pod a pull secret for this registry",
		Check: checkLogin, Mistaken: "a wrong password alone: CRI-O also says so of a pull without credentials", Source: "containers/image docker/docker_client.go, docker/errors.go", Versions: "CRI-O",
	},
	{
		ID: layerDenied, Kind: KindAccess, Cause: "the registry gave the manifest, but denies a layer, so name and tag are right", Confidence: Likely, Who: Platform,
		All: []string{"/blobs/sha256:"}, Any: []string{"401 unauthorized", "403 forbidden"}, Not: slices.Concat(tokens, unanswered, []string{"k8s-artifacts-prod"}), // which is not open to some addresses
		Do:    "look for a proxy before {host} that lets requests for manifests through, but not those for layers (/v2/NAME/blobs/), and for such a rule of the registry; the credentials may also have expired during the pull",
		Tried: "check whether {user} may also read layers (/v2/NAME/blobs/), and whether the password or token expired during the pull; then look for a proxy before {host} that lets only requests for manifests through",
		Check: checkPull, Mistaken: "a wrong name or a missing tag: the registry gave the manifest", Source: "containerd core/remotes/docker/fetcher.go, core/remotes/errors",
	},
	{
		ID: "denied-or-absent", Kind: KindAccess, Cause: "the repository does not exist, or the pod may not pull it: the registry does not say which", Confidence: Possible, Who: Author,
		Any: []string{"repository does not exist or may require", "insufficient_scope", "pull access denied", "no pull access", "please verify that it exists and you have permission"},
		Do:  "check the name first" + ownerless + "; then give the pod a pull secret", Tried: "check the name first" + ownerless + "; then whether {user} may read the repository",
		Check: checkTags, Mistaken: "missing credentials alone: a name that is mistyped, or an image that was only built on a laptop, gives the same", Source: "containerd core/remotes/docker/resolver.go",
	},
	{
		ID: "denied", Kind: KindAccess, Cause: "the registry denies access to the repository", Confidence: Possible, Who: Author, Any: []string{"requested access to the resource is denied", "denied: ", ": denied"}, Not: []string{"pull access denied", "admission webhook", "permission denied"},
		Do: "check the name, then the credentials for it", Tried: "check the name; then whether {user} may read the repository", Bare: "check the name; then give the pod a pull secret for this registry", Check: checkTags, Mistaken: "a missing tag", Source: "distribution registry/api/errcode/register.go",
	},
	{
		ID: "authentication-required", Kind: KindAccess, Cause: "the registry requires credentials, or hides that the repository does not exist", Confidence: Possible, Who: Author,
		Any: []string{"authentication required", "unauthorized: ", "401 unauthorized", "status code 401", "401 (unauthorized)"},
		Do:  "check the name, then the pull secret for this registry: give the pod one, or renew what it has", Tried: "check the name; then whether {user} has a valid password or token, and may read the repository",
		Bare: "check the name; then give the pod a pull secret for this registry", Check: checkSecrets, Mistaken: "a missing tag", Source: "distribution registry/api/errcode/register.go",
	},
	{
		ID: "forbidden", Kind: KindAccess, Cause: "the registry, or a proxy before it, forbids the request", Confidence: Possible, Who: Author, Any: []string{"403 forbidden", "status code 403", "403 (forbidden)", "(forbidden)"},
		Do: "check the credentials, then whether the registry lets the node's address in", Tried: "check whether {user} may read the repository; then whether the registry lets the node's address in",
		Bare: "give the pod a pull secret for this registry if the image is private; then check whether the registry lets the node's address in", Check: checkReach, Mistaken: "a missing image", Source: "containerd core/remotes/errors",
	},
	{
		ID: "auth-scheme", Kind: KindRegistry, Cause: "the registry asks for a kind of login that the runtime does not know", Confidence: Likely, Who: Platform, Any: []string{"failed to find supported auth scheme", "did not include a token in the response", "missing realm in bearer auth challenge", "no realm specified for token auth challenge"},
		Do: "look at the WWW-Authenticate header that the registry, or a proxy before it, answers", Check: checkReach, Mistaken: "a wrong password", Source: "containerd core/remotes/docker/authorizer.go, auth/fetch.go",
	},
}
