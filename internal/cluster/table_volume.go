package cluster

const volumeSource = "Kubernetes pkg/volume/util/operationexecutor/operation_generator.go; pkg/kubelet/volumemanager"

// volumes are messages about volumes, which the kubelet mounts before the first pull. They include messages of storage drivers, which may be
// about other connections and certificates than those of registries.
var volumes = []Message{
	{
		ID: "volume-config", Kind: KindCreate, Cause: "a ConfigMap or a Secret of a volume is missing, or lacks a key; volumes are mounted before any image is pulled, so no pull has failed", Confidence: Likely, Who: Author,
		All: []string{"mountvolume.setup failed"}, Any: []string{`configmap "`, `secret "`, "non-existent config key", "non-existent secret key"},
		Do: "create it in the pod's namespace, or set optional: true for the volume", Check: "kubectl get configmaps,secrets -n {namespace}", Mistaken: "a missing pull secret, which does not stop a pod", Source: volumeSource,
	},
	{
		ID: "volume-failed", Kind: KindCreate, Cause: "a volume of the pod cannot be mounted; volumes are mounted before any image is pulled, so no pull has failed", Confidence: Likely, Who: Platform,
		Any: []string{"mountvolume.", "mapvolume.", "unable to attach or mount volumes", "attachvolume.attach failed", "volume(s) failed to"}, Reasons: []string{"FailedMount", "FailedAttachVolume", "FailedMapVolume"},
		Do: "look at the message: a ConfigMap, a Secret, a claim or the storage driver is missing or fails", Check: checkEvents, Mistaken: "a pull that fails", Source: volumeSource,
	},
}
