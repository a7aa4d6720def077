package cluster

import "strings"

const statusSource = "Kubernetes pkg/printers/internalversion/printers.go"

// statuses are the words in the STATUS column of kubectl get pods, and reasons of events and of the API server, that
// say little about a cause. They match only where there is no message.
var statuses = []Message{
	{
		ID: "pending", Kind: KindCreate, Cause: "the pod is not on a node yet, so none of its images has been pulled", Confidence: Likely, Who: Platform, Reasons: []string{"Pending", "SchedulingGated", "FailedScheduling"},
		Do: "look why no node takes the pod: the event FailedScheduling says it", Check: checkEvents, Mistaken: "a pull that fails", Source: statusSource,
	},
	{
		ID: "creating", Kind: KindCreate, Cause: "the pod is on a node, and its images are being pulled or wait for the pulls before them, or its volumes or its network are not ready; no pull has failed", Confidence: Likely, Who: Platform,
		Reasons: []string{"ContainerCreating", "PodInitializing", "Pulling"},
		Do:      "look at the last event: after Pulling, the pull is slow, or waits for the pulls of other pods; FailedMount and FailedCreatePodSandBox have other causes", Check: checkEvents, Mistaken: "a pull that fails", Source: statusSource,
	},
	{
		ID: "init-running", Kind: KindCreate, Cause: "the init containers have not all finished, so the images of the other containers are not tried yet", Confidence: Certain, Who: Author,
		Reasons: []string{"Init:N/M"},
		Do:      "look at the log of the init container that runs; a bad image after it shows up only when it ends", Check: "kubectl describe pod {pod} -n {namespace}", Mistaken: "a pull that fails", Source: statusSource,
	},
	{
		ID: "ended", Kind: KindCreate, Cause: "the container was started and ended, so its image was pulled; the program itself ends, or is ended", Confidence: Likely, Who: Author, Pulled: true,
		Reasons: []string{"CrashLoopBackOff", "Error", "OOMKilled", "Completed", "ExitCode:N", "Signal:N"},
		Do:      "look at the container's last output; \"exec format error\" there means that the image is made for another processor", Check: "kubectl logs {pod} -n {namespace} --previous", Mistaken: "a pull that fails", Source: statusSource,
	},
	{
		ID: "not-pulling", Kind: KindCreate, Cause: "the status is not about images", Confidence: Certain, Who: Author,
		Reasons: []string{"Running", "NotReady", "Succeeded", "Terminating", "Evicted", "DeadlineExceeded", "Pulled", "Scheduled", "Created", "Started", "Killing", "Unhealthy"},
		Do:      "look at the pod's events and at the container's output", Check: checkEvents, Mistaken: "a pull that fails", Source: statusSource,
	},
	{
		ID: "node-unknown", Kind: KindNode, Cause: "the node does not report to the API server, so the state of the pod's containers is not known", Confidence: Likely, Who: Platform,
		Reasons: []string{"Unknown", "NodeLost", "NodeAffinity", "NodeShutdown", "ContainerStatusUnknown"},
		Do:      "look at the node", Check: "kubectl describe node {node}", Mistaken: "a pull that fails", Source: statusSource,
	},
	{
		ID: "start-failed", Kind: KindCreate, Cause: "the container cannot be started; the pull succeeded", Confidence: Likely, Who: Author, Pulled: true, Reasons: []string{"ContainerCannotRun", "StartError", "PostStartHookError"},
		Do: "look at the message of the container's state: the command is not in the image, or is for another processor", Check: "kubectl describe pod {pod} -n {namespace}", Mistaken: "a pull that fails", Source: statusSource,
	},
	{
		ID: "pod-not-created", Kind: KindCreate, Cause: "the API server rejects the pods of a controller, so there is no pod and no pull; the event's message says why", Confidence: Certain, Who: Author, Reasons: []string{"FailedCreate"},
		Do: "look at the event of the ReplicaSet, Job or StatefulSet", Check: checkCreate, Mistaken: "a pull that fails", Source: "Kubernetes pkg/controller/controller_utils.go",
	},
	{
		ID: "object-rejected", Kind: KindCreate, Cause: "the API server rejects the object, so nothing is applied; its message says which field is wrong", Confidence: Certain, Who: Author, Reasons: []string{"BadRequest", "Invalid", "Forbidden"},
		Do: "correct the field: imagelint PATH finds those that concern images and pull secrets", Check: "kubectl apply --dry-run=server -f FILE", Mistaken: "a pull that fails", Source: "Kubernetes apimachinery pkg/apis/meta/v1/types.go",
	},
	{
		ID: "volume-image", Kind: KindVolume, Cause: "the image of a volume cannot be mounted", Confidence: Certain, Who: Author, Reasons: []string{"ImageVolumeMountFailed"},
		Do: "mount a directory of an image that has layers, and not a single file of it or an artifact", Check: "kubectl get pod {pod} -n {namespace} -o jsonpath='{.spec.volumes[*].image}'", Mistaken: "a fault of the container's own image", Source: "k8s.io/cri-api pkg/errors",
	},
	{
		ID: "event-inspect", Kind: KindName, Cause: "the kubelet cannot parse the reference, or the runtime cannot say whether it has the image: the event's message says which", Confidence: Possible, Who: Author, Reasons: []string{"InspectFailed"},
		Do: "look at the message, then lint the manifest", Check: checkEvents, Mistaken: "a missing image: no registry was asked", Source: "Kubernetes pkg/kubelet/images/image_manager.go",
	},
	{
		ID: "event-failed", Kind: KindBackOff, Cause: "a container failed; the event's message says whether its pull did", Confidence: Unknown, Reasons: []string{"Failed"},
		Do: "look at the message", Check: checkEvents, Mistaken: "the cause", Source: "Kubernetes pkg/kubelet/events/event.go",
	},
}

// afterPull are the statuses of containers whose image is on the node.
var afterPull = []string{"CreateContainerConfigError", "CreateContainerError", "RunContainerError"}

// matchStatus returns the entry for a status without a message, in any case. "Init:" before a status is that of an
// init container.
func matchStatus(status string) *Message {
	const init = "Init:"
	isInit := len(status) > len(init) && strings.EqualFold(status[:len(init)], init)
	if isInit {
		status = status[len(init):]
	}
	if done, all, ok := strings.Cut(status, "/"); ok && isInit && isNumber(done) && isNumber(all) {
		status = init + "N/M"
	}
	for _, prefix := range []string{"ExitCode:", "Signal:"} {
		if n, ok := strings.CutPrefix(status, prefix); ok && isNumber(n) {
			status = prefix + "N"
		}
	}
	if m := matchIn(tables, status, status); m != nil {
		return m
	}
	return matchIn([][]Message{statuses}, status, status)
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }
