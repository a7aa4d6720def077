package cluster

// creates are messages about objects, pods and containers that were not created although no pull
// failed.
var creates = []Message{
	{
		ID: "account-missing", Kind: KindCreate, Cause: "the pod's service account does not exist, so no pod is created", Confidence: Certain, Who: Author, All: []string{"error looking up service account"},
		Do: "create the service account, or correct its name", Check: checkCreate, Mistaken: "a missing pull secret", Source: "Kubernetes plugin/pkg/admission/serviceaccount/admission.go",
	},
	{
		ID: "account-secrets", Kind: KindCreate, Cause: "the service account allows only the pull secrets that it names itself, so no pod is created", Confidence: Certain, Who: Author, All: []string{"does not reference that imagepullsecret"},
		Do: "add the Secret to imagePullSecrets of the service account", Check: "kubectl get serviceaccounts -n {namespace} -o yaml", Mistaken: "a missing pull secret", Source: "Kubernetes plugin/pkg/admission/serviceaccount/admission.go",
	},
	{
		ID: "image-whitespace", Kind: KindCreate, Cause: "the image has spaces or line breaks around it, so no pod is created", Confidence: Certain, Who: Author, All: []string{"must not have leading or trailing whitespace"},
		Do: "remove them; a block of YAML text (|) ends in a line break", Check: checkCreate, Mistaken: "a pull that fails", Source: "Kubernetes pkg/apis/core/validation/validation.go",
	},
	{
		ID: "image-required", Kind: KindCreate, Cause: "a container has no image, so the object is rejected", Confidence: Certain, Who: Author, All: []string{"image: required value"}, Do: "write the image", Check: checkCreate, Mistaken: "a pull that fails", Source: "Kubernetes pkg/apis/core/validation/validation.go",
	},
	{
		ID: "policy-unsupported", Kind: KindCreate, Cause: "the pull policy is not valid, so the object is rejected", Confidence: Certain, Who: Author, All: []string{"imagepullpolicy: unsupported value"},
		Do: "write Always, IfNotPresent or Never", Check: checkCreate, Mistaken: "a pull that fails", Source: "Kubernetes pkg/apis/core/validation/validation.go",
	},
	{
		ID: "field-unknown", Kind: KindCreate, Cause: "a field for pull secrets or images is in a place where Kubernetes has none", Confidence: Certain, Who: Author, All: []string{"unknown field"}, Any: []string{"imagepullsecret", "image"},
		Do: "move imagePullSecrets to the pod spec; without strict validation the field is dropped, and the pull is anonymous", Check: "kubectl explain pod.spec.imagePullSecrets", Mistaken: "a missing Secret", Source: "Kubernetes apimachinery pkg/runtime/serializer",
	},
	{
		ID: "key-twice", Kind: KindCreate, Cause: "a key occurs twice, so the object is rejected; where kubectl reads the file, it silently uses the last one", Confidence: Certain, Who: Author,
		All: []string{`key "image`, "already set in map"},
		Do:  "remove one of the two", Check: "kubectl apply --dry-run=server -f FILE", Mistaken: "a value that was not changed", Source: "sigs.k8s.io/yaml/goyaml.v2 decode.go",
	},
	{
		ID: "secret-unnamed", Kind: KindCreate, Cause: "an entry of imagePullSecrets has no name, so the kubelet ignores it", Confidence: Certain, Who: Author, All: []string{"imagepullsecrets[", "invalid empty name"},
		Do: "write the Secret's name, or remove the entry", Check: "kubectl get pod {pod} -n {namespace} -o jsonpath={.spec.imagePullSecrets}", Mistaken: "a missing Secret", Source: "Kubernetes pkg/api/pod/warnings.go",
	},
	{
		ID: "field-type", Kind: KindCreate, Cause: "an image or a list of pull secrets is of the wrong type, so the object is rejected", Confidence: Certain, Who: Author, All: []string{"cannot unmarshal", "go struct field"}, Any: []string{"imagepullsecrets", ".image of type"},
		Do: "quote the image; write pull secrets as a list of {name: NAME}", Check: "kubectl explain pod.spec.imagePullSecrets", Mistaken: "a damaged Secret", Source: "Kubernetes apimachinery pkg/runtime/serializer/json",
	},
	{
		ID: "secret-refused", Kind: KindCreate, Cause: "the API server rejects the pull secret, so it does not exist", Confidence: Certain, Who: Author, Any: []string{"data[.docker", "cannot be handled as a secret"},
		Do: "make the Secret with kubectl create secret docker-registry", Check: checkSecrets, Mistaken: "a Secret in another namespace", Source: "Kubernetes pkg/apis/core/validation/validation.go",
	},
	{
		ID: "webhook-down", Kind: KindCreate, Cause: "an admission webhook of the cluster cannot be called, so no pod is created", Confidence: Certain, Who: Platform,
		Any: []string{"failed calling webhook"},
		Do:  "fix the service behind the webhook", Check: "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations", Mistaken: "a registry that cannot be reached: none was asked", Source: "Kubernetes apiserver pkg/admission/plugin/webhook",
	},
	{
		ID: "admission", Kind: KindPolicy, Cause: "an admission policy of the cluster rejects the image, so no pod is created", Confidence: Likely, Who: Platform,
		Any: []string{"admission webhook", "imagepolicywebhook", "image policy webhook", "validatingadmissionpolicy"},
		Do:  "use a registry, a digest or a signature that the policy asks for", Check: checkCreate, Mistaken: "missing credentials", Source: "Kubernetes apiserver pkg/admission/plugin",
	},
	{
		ID: "run-as-root", Kind: KindCreate, Cause: "the image runs as root, which runAsNonRoot forbids; the pull succeeded", Confidence: Certain, Who: Author, Pulled: true,
		Any: []string{"image will run as root", "non-numeric user"}, Do: "set runAsUser to a number that is not 0, or use an image with such a user", Check: "crane config {image}", Mistaken: "a pull that fails", Source: "Kubernetes pkg/kubelet/kuberuntime/security_context.go",
	},
	{
		ID: "config-missing", Kind: KindCreate, Cause: "a ConfigMap or a Secret that the container uses is missing; the pull succeeded", Confidence: Likely, Who: Author, Pulled: true,
		Any: []string{`configmap "`, `secret "`, "couldn't find key"}, Not: []string{"imagepullsecret", "pull secret", "invalid", "forbidden"}, Reasons: []string{"CreateContainerConfigError"},
		Do: "create it in the pod's namespace", Check: "kubectl get configmaps,secrets -n {namespace}", Mistaken: "a missing pull secret", Source: "Kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go",
	},
	{
		ID: "command-missing", Kind: KindCreate, Cause: "the container's command is not in the image; the pull succeeded", Confidence: Likely, Who: Author, Pulled: true, Any: []string{"executable file not found in $path", "no command specified", `exec: "`}, Not: []string{"pull and unpack", "credential provider", "error getting credentials"},
		Do: "correct the command, or the image", Check: "crane config {image}", Mistaken: "a pull that fails", Source: "runc",
	},
}

// created are the statuses of containers that fail after the pull, whatever their message.
var created = []Message{
	{
		ID: "name-reserved", Kind: KindCreate, Cause: "the runtime still works on an earlier try to create the container; the pull succeeded", Confidence: Certain, Who: Platform, Pulled: true, Any: []string{"failed to reserve container name"},
		Do: "wait; if it lasts, look at the load and the disk of the node, and restart the runtime", Check: checkRuntime, Mistaken: "two containers of one name", Source: "containerd internal/cri/server/container_create.go", Versions: "containerd",
	},
	{
		ID: "container-not-created", Kind: KindCreate, Cause: "the runtime cannot create the container; the pull succeeded", Confidence: Likely, Who: Author, Pulled: true, Reasons: []string{"CreateContainerError"},
		Do: "look at the message: a volume, a device, the command or the runtime itself; the pod's events have it, too", Check: checkEvents, Mistaken: "a pull that fails", Source: "Kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go",
	},
	{
		ID: "container-not-run", Kind: KindCreate, Cause: "the runtime cannot start the container; the pull succeeded", Confidence: Likely, Who: Author, Pulled: true, Reasons: []string{"RunContainerError"},
		Do: "look at the message: the command is not in the image, is for another processor, or the runtime itself fails", Check: checkEvents, Mistaken: "a pull that fails", Source: "Kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go",
	},
}

// kubelet are messages of the kubelet itself.
var kubelet = []Message{
	{
		ID: "never-pull", Kind: KindNeverPull, Cause: "the pull policy is Never, and the image is not on the node", Confidence: Certain, Who: Author,
		Any: []string{"is not present with pull policy of never"}, Reasons: []string{"ErrImageNeverPull"},
		Do:    "load the image on every node that may run the pod (kind load, minikube image load, ctr -n k8s.io images import), or use IfNotPresent with a registry",
		Check: "crictl images    # on the node", Mistaken: "a missing image in the registry: none was asked; from Kubernetes 1.35 on, an image that was pulled with other credentials counts as absent", Source: "Kubernetes pkg/kubelet/images/image_manager.go",
	},
	{
		ID: "inspect-failed", Kind: KindNode, Cause: "the runtime cannot say whether it has the image", Confidence: Likely, Who: Platform, Any: []string{"failed to inspect image"}, Reasons: []string{"ImageInspectError"},
		Do: "look into the runtime and the disk of the node", Check: checkRuntime, Mistaken: "a missing image", Source: "Kubernetes pkg/kubelet/images/image_manager.go",
	},
	{
		ID: "registry-unavailable", Kind: KindConnect, Cause: "the registry refuses the connection", Confidence: Certain, Who: Platform, Any: []string{"because the registry is unavailable"}, Reasons: []string{"RegistryUnavailable"},
		Do: "start the registry, or correct its host and port", Check: checkReach, Mistaken: "missing credentials", Source: "Kubernetes pkg/kubelet/images/image_manager.go; CRI-O server/image_pull.go", Versions: "CRI-O",
	},
	{
		ID: "disk-pressure", Kind: KindNode, Cause: "the node frees its disk of images, and does not get enough", Confidence: Certain, Who: Platform, Any: []string{"failed to garbage collect required amount of images", "low on resource: ephemeral-storage"}, Reasons: []string{"ImageGCFailed", "FreeDiskSpaceFailed"},
		Do: "give the node a larger disk", Check: checkDisk, Mistaken: "a missing image", Source: "Kubernetes pkg/kubelet/images/image_gc_manager.go",
	},
}

// general are vague messages; they are matched last.
var general = []Message{
	{
		ID: "not-found", Kind: KindNotFound, Cause: "the registry has no such image: the tag, the digest or the repository does not exist", Confidence: Likely, Who: Author,
		Any: []string{"code = notfound", ": not found", "404 not found", "status code 404", "404 (not found)", "not found in repository"},
		Do:  "correct the tag or the name, or push the image; some registries hide private repositories so", Check: checkTags, Mistaken: "missing credentials", Source: "containerd core/remotes/docker/resolver.go",
	},
	{
		ID: "status-other", Kind: KindRegistry, Cause: "the registry, or what is before it, answers with a status that is not one of a registry", Confidence: Possible, Who: Platform,
		Any: []string{"unexpected status from", "unexpected status code", "unexpected http status"},
		Do:  "ask the host of the message for the image, and look for a proxy or a redirect before the registry", Check: checkReach, Mistaken: "a missing image", Source: "containerd core/remotes/errors; containers/image docker/errors.go",
	},
	{
		ID: "back-off", Kind: KindBackOff, Cause: "a pull has failed, and the kubelet waits before the next try; the message with the cause is not in the input", Confidence: Unknown,
		Any: []string{"back-off pulling image", "image can't be pulled", "trying and failing to pull image"}, Reasons: []string{"ImagePullBackOff", "ErrImagePull", "BackOff"},
		Do: "look at the message of the last try; the wait is 10 seconds at first and doubles up to 5 minutes, and a new pod tries at once", Check: checkEvents, Mistaken: "the cause", Source: "Kubernetes pkg/kubelet/images/image_manager.go", Versions: "from Kubernetes 1.32 on the status carries the message as well",
	},
}
