package cluster

import "strings"

// Commands that several entries share.
const (
	checkPull    = "crictl pull {image}    # on the node"
	checkSecrets = "kubectl get secrets -n {namespace}    # pull secrets have the type kubernetes.io/dockerconfigjson"
	// checkLogin asks the registry with the credentials that the pods have. checkPodLogin does so for one pod.
	checkLogin    = "kubectl get pods,secrets -n {namespace} -o yaml | imagelint - --probe    # asks with the pods' pull secrets"
	checkPodLogin = "kubectl get pod/{pod}%s -n {namespace} -o yaml | imagelint - --probe    # asks with these credentials"
	// checkPulls shows which pull secrets the pod in the cluster names.
	checkPulls = "kubectl get pod {pod} -n {namespace} -o jsonpath='{.spec.imagePullSecrets}'"
	// checkHubLimit shows how many pulls Docker Hub still allows from the node's address.
	checkHubLimit = `curl -sI -H "Authorization: Bearer $(curl -s 'https://auth.docker.io/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull' | jq -r .token)" https://registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest | grep -i ratelimit    # on the node`
	checkReach    = "curl -sSI https://{host}/v2/    # on the node"
	checkStorage  = "curl -sSI https://{host}/    # on the node; any answer shows that it is reached"
	checkPrivate  = "nslookup {name}    # on the node: with a private endpoint, the address must be a private one"
	checkDNS      = "nslookup {name}    # on the node"
	checkTLS      = "openssl s_client -connect {address} -servername {name} </dev/null    # on the node"
	checkTags     = "skopeo list-tags docker://{repository}"
	checkRaw      = "skopeo inspect --raw docker://{image}"
	checkDisk     = "df -h /var/lib/containerd /var/lib/containers /var/lib/rancher    # on the node"
	checkRuntime  = "crictl info; journalctl -u containerd -u crio --since -1h    # on the node"
	checkEvents   = "kubectl get events -n {namespace} --field-selector involvedObject.name={pod} --sort-by=.lastTimestamp"
	checkCreate   = "kubectl get events -n {namespace} --field-selector reason=FailedCreate"
)

// checkAccountLimit shows how many pulls Docker Hub still allows for an account. curl asks for the password.
func checkAccountLimit(account string) string {
	command := strings.Replace(checkHubLimit, "curl -s 'https://auth", "curl -su "+account+" 'https://auth", 1)
	return strings.TrimSuffix(command, "    # on the node") + "    # asks for the password"
}

// wrapping are messages that wrap another message.
var wrapping = []Message{
	{
		ID: "sandbox-image", Kind: KindSandbox, Cause: "the node cannot pull the image of its sandboxes (pause), so no pod starts on it", Confidence: Certain, Who: Platform, Wraps: true,
		All: []string{"failed to get sandbox image"},
		Do:  "set an image that the node can reach as the sandbox image of the runtime, and keep it from being garbage collected", Check: "crictl images | grep pause    # on the node",
		Mistaken: "a problem with the pod's own images: they are not tried yet", Source: "containerd internal/cri/server/podsandbox/sandbox_run.go",
	},
	{
		ID: "sandbox-image-crio", Kind: KindSandbox, Cause: "the node cannot pull the image of its sandboxes (pause), so no pod starts on it", Confidence: Certain, Who: Platform, Wraps: true,
		All: []string{"pause", "sandbox"}, Any: []string{"creating pod sandbox", "failed to create pod sandbox", "failed pulling image", "failed to pull image"},
		Not: []string{"network for sandbox", "network for pod"},
		Do:  "set an image that the node can reach as pause_image in crio.conf, or as sandboxImage of the runtime", Check: "crictl images | grep pause    # on the node",
		Mistaken: "a problem with the pod's own images: they are not tried yet", Source: "CRI-O server/sandbox_run_linux.go; cri-dockerd core/sandbox_run.go",
	},
	{
		ID: "image-volume", Kind: KindVolume, Cause: "the image of a volume cannot be mounted", Confidence: Certain, Who: Author, Wraps: true,
		All: []string{"imagevolumemountfailed"},
		Do:  "mount a directory of an image that has layers, and not a single file of it or an artifact", Check: "kubectl get pod {pod} -n {namespace} -o jsonpath='{.spec.volumes[*].image}'",
		Mistaken: "a problem with the container's own image", Source: "k8s.io/cri-api pkg/errors; containerd internal/cri/server/container_image_mount.go", Versions: "Kubernetes 1.33 and later",
	},
}

// nodes are messages about the node that pulls.
var nodes = []Message{
	{
		ID: "no-space", Kind: KindNode, Cause: "the node has no space left for the image", Confidence: Certain, Who: Platform,
		All: []string{"no space left on device"},
		Do:  "free space on the node or give it a larger disk; a smaller image helps too", Check: checkDisk,
		Mistaken: "a problem with the image: it is there, and was being unpacked", Source: "Linux ENOSPC; containerd core/content, core/diff/apply",
	},
	{
		ID: "no-quota", Kind: KindNode, Cause: "a quota of the node's file system is used up", Confidence: Certain, Who: Platform,
		All: []string{"disk quota exceeded"},
		Do:  "raise the quota of the runtime's folder, or free space below it", Check: checkDisk, Mistaken: "a limit of the registry", Source: "Linux EDQUOT",
	},
	{
		ID: "read-only", Kind: KindNode, Cause: "the node's file system is read-only", Confidence: Certain, Who: Platform,
		All: []string{"read-only file system"},
		Do:  "look into the node's disk; a file system turns read-only after errors", Check: "dmesg | tail -50    # on the node", Mistaken: "a problem with the image", Source: "Linux EROFS",
	},
	{
		ID: "disk-error", Kind: KindNode, Cause: "the node's disk has errors", Confidence: Likely, Who: Platform,
		All: []string{"input/output error"},
		Do:  "drain the node and look into its disk", Check: "dmesg | tail -50    # on the node", Mistaken: "a damaged image in the registry", Source: "Linux EIO",
	},
	{
		ID: "runtime-down", Kind: KindNode, Cause: "the kubelet cannot reach the container runtime", Confidence: Certain, Who: Platform,
		All: []string{"dial unix"}, Any: []string{"containerd.sock", "crio.sock", "cri-dockerd.sock", "docker.sock"},
		Do: "start the runtime on the node", Check: checkRuntime, Mistaken: "a registry that is down: no registry was asked", Source: "grpc-go; k8s.io/cri-client pkg",
	},
	{
		ID: "runtime-no-cri", Kind: KindNode, Cause: "the container runtime does not serve images to the kubelet", Confidence: Certain, Who: Platform,
		All: []string{"unknown service runtime."},
		Do:  `remove "cri" from disabled_plugins in the config of containerd, and restart it`, Check: checkRuntime, Mistaken: "a version of the image that is not supported", Source: "grpc-go; containerd docs/cri",
	},
	{
		ID: "store-damaged", Kind: KindNode, Cause: "a layer is missing in the node's own store", Confidence: Likely, Who: Platform,
		Any: []string{"failed to get reader from content store", "blob not found: not found", "missing parent"},
		Do:  "remove the image from the node and let it be pulled again", Check: "crictl rmi {image} && crictl pull {image}    # on the node",
		Mistaken: "an image that is not in the registry", Source: "containerd core/diff/apply/apply.go",
	},
	{
		ID: "ref-locked", Kind: KindNode, Cause: "another pull of the same layer is under way on the node", Confidence: Likely, Who: Platform,
		Any: []string{"locked for", "locked: unavailable"}, All: []string{"unavailable"},
		Do: "wait; restart the runtime if it lasts for more than an hour", Check: checkRuntime, Mistaken: "a registry that is not available", Source: "containerd plugins/content/local/store.go",
	},
	{
		ID: "unpack-id", Kind: KindNode, Cause: "the layers hold users that the node's user namespace does not map", Confidence: Likely, Who: Platform,
		Any: []string{"lchown", "potentially insufficient uids or gids", "can't map uid", "there might not be enough ids available in the namespace"},
		Do:  "give the runtime a larger range in /etc/subuid and /etc/subgid", Check: "cat /etc/subuid /etc/subgid    # on the node", Mistaken: "a damaged image", Source: "containers/storage pkg/idtools; containerd pkg/archive",
	},
	{
		ID: "unpack-layer", Kind: KindNode, Cause: "the node cannot unpack a layer", Confidence: Likely, Who: Platform,
		Any: []string{"failed to extract layer", "failed to register layer", "applylayer", "error committing the finished image", "unpacking layer", "wrong diff id"},
		Do:  "pull the image on another node: if it works there, the node's snapshotter or disk is the cause, else the image", Check: checkPull,
		Mistaken: "a registry that does not have the image: it was downloaded", Source: "containerd core/unpack/unpacker.go; containers/storage layers.go",
	},
	{
		ID: "exec-format", Kind: KindPlatform, Cause: "the image is made for another processor than that of the node", Confidence: Likely, Who: Publisher, Pulled: true,
		All: []string{"exec format error"},
		Do:  "use an image for the node's processor, or select nodes that fit; a script without #! says the same", Check: "kubectl get node {node} -o jsonpath='{.status.nodeInfo.architecture}'",
		Mistaken: "a problem with the application: its program never started", Source: "Linux ENOEXEC; runc",
	},
	{
		ID: "sandbox-network", Kind: KindCreate, Cause: "the pod's network cannot be set up; no image has been tried", Confidence: Certain, Who: Platform,
		Any: []string{"network for sandbox", "network for pod", "failed to find plugin", "cni plugin not initialized", "networkplugin cni failed"},
		Do:  "look into the CNI plugin of the node", Check: "kubectl get pods -n kube-system -o wide --field-selector spec.nodeName={node}", Mistaken: "a pull that fails", Source: "containerd internal/cri/server/podsandbox/sandbox_run.go; CRI-O server/sandbox_run_linux.go",
	},
	{
		ID: "sandbox", Kind: KindCreate, Cause: "the pod's sandbox cannot be made; no image has been tried", Confidence: Likely, Who: Platform,
		Any: []string{"failed to create pod sandbox", "error creating pod sandbox"}, Reasons: []string{"FailedCreatePodSandBox"},
		Do: "look into the runtime's log on the node", Check: checkRuntime, Mistaken: "a pull that fails", Source: "Kubernetes pkg/kubelet/kuberuntime/kuberuntime_sandbox.go",
	},
}

// names are messages about the image reference.
var names = []Message{
	{
		ID: "name-uppercase", Kind: KindName, Cause: "the repository's name has upper-case letters", Confidence: Certain, Who: Author,
		All: []string{"must be lowercase"},
		Do:  "write it in lower case; a template that was not rendered says the same", Check: "kubectl get pod {pod} -n {namespace} -o jsonpath='{images}'",
		Mistaken: "a missing image: no registry was asked", Source: "distribution/reference reference.go",
	},
	{
		ID: "name-digest-length", Kind: KindName, Cause: "the digest is too short or too long", Confidence: Certain, Who: Author, All: []string{"invalid checksum digest length"},
		Do: "copy all of the digest: sha256: and 64 hexadecimal digits", Check: "crane digest {repository}", Mistaken: "a digest that is not in the registry", Source: "opencontainers/go-digest algorithm.go",
	},
	{
		ID: "name-digest-format", Kind: KindName, Cause: "the digest has characters that are not lower-case hexadecimal", Confidence: Certain, Who: Author, All: []string{"invalid checksum digest format"},
		Do: "copy the digest from the registry", Check: "crane digest {repository}", Mistaken: "a digest that is not in the registry", Source: "opencontainers/go-digest algorithm.go",
	},
	{
		ID: "name-digest-algorithm", Kind: KindName, Cause: "the digest is not of sha256 or sha512", Confidence: Certain, Who: Author, All: []string{"unsupported digest algorithm"},
		Do: "use the sha256 digest that the registry reports", Check: "crane digest {repository}", Mistaken: "a digest that is not in the registry", Source: "opencontainers/go-digest digest.go",
	},
	{
		ID: "name-image-id", Kind: KindName, Cause: "an image ID is used as a name", Confidence: Certain, Who: Author, All: []string{"cannot specify 64-byte hexadecimal strings"},
		Do: "write the name and tag of the image; an ID is known to one node only", Check: "crictl images    # on the node", Mistaken: "a digest", Source: "distribution/reference normalize.go",
	},
	{
		ID: "name-long", Kind: KindName, Cause: "the repository's name is longer than 255 characters", Confidence: Certain, Who: Author, All: []string{"must not be more than 255 characters"},
		Do: "shorten the name; a value was probably put in twice", Source: "distribution/reference reference.go", Mistaken: "a limit of the registry",
	},
	{
		ID: "name-invalid", Kind: KindName, Cause: "the reference cannot be parsed, so no pull is tried", Confidence: Certain, Who: Author,
		Any: []string{"invalid reference format", "couldn't parse image", "failed to apply default image tag", "invalid image name"}, Reasons: []string{"InvalidImageName"},
		Do: "lint the manifest: imagelint says which part is wrong", Check: "kubectl get pod {pod} -n {namespace} -o jsonpath='{images}' | cat -A",
		Mistaken: "a missing image; it never heals by itself", Source: "Kubernetes pkg/kubelet/images/image_manager.go; pkg/util/parsers",
	},
	{
		ID: "name-port", Kind: KindName, Cause: "the registry's port is not a port", Confidence: Certain, Who: Author, Any: []string{": invalid port", "unknown port"}, Do: "write a port from 1 to 65535",
		Mistaken: "a registry that is down", Source: "Go net",
	},
	{
		ID: "short-name-ambiguous", Kind: KindName, Cause: "the image has no registry, and CRI-O has several to search", Confidence: Certain, Who: Author,
		Any: []string{"short name mode is enforcing", "short-name resolution enforced but cannot prompt"},
		Do:  "write the registry in front: docker.io/library/nginx for nginx", Check: "cat /etc/containers/registries.conf    # on the node", Mistaken: "a missing image",
		Source: "CRI-O internal/storage/image.go; containers/image pkg/shortnames", Versions: "CRI-O 1.34 and later by default",
	},
	{
		ID: "short-name-unknown", Kind: KindName, Cause: "the image has no registry, and CRI-O has none to search", Confidence: Certain, Who: Author, All: []string{"did not resolve to an alias"},
		Do: "write the registry in front: docker.io/library/nginx for nginx", Check: "cat /etc/containers/registries.conf    # on the node", Mistaken: "a missing image",
		Source: "containers/image pkg/shortnames/shortnames.go",
	},
	{
		ID: "registry-blocked", Kind: KindPolicy, Cause: "the node's registries.conf blocks the registry", Confidence: Certain, Who: Platform, All: []string{"is blocked in"},
		Do: "use a registry that the cluster allows, or ask for this one", Check: "cat /etc/containers/registries.conf    # on the node", Mistaken: "a firewall", Source: "containers/image docker/docker_client.go",
	},
}
