package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// denied is containerd's message for a repository that does not exist or is private; registries do not distinguish the two.
const denied = "pull access denied, repository does not exist or may require authorization"

// pullFails returns the error of a failed pull. With the policy Never nothing is pulled, and the kubelet says that the image is not on
// the node.
func pullFails(img *manifests.ImageRef, message string) lint.ClusterError {
	switch {
	case img.Remote:
		return lint.ClusterError{}
	case isNever(img):
		return neverPulled(img)
	}
	return lint.ClusterError{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: message}
}

// cannotResolve returns the start of containerd's message for a registry without a usable response.
func cannotResolve(img *manifests.ImageRef) string {
	return fmt.Sprintf("failed to pull and unpack image %q", img.Ref.Canonical())
}

// notFound returns containerd's message for a missing tag.
func notFound(img *manifests.ImageRef) string { return img.Ref.Canonical() + ": not found" }

// neverPulled returns the kubelet's error for an image with the policy Never that is not on the node.
func neverPulled(img *manifests.ImageRef) lint.ClusterError {
	return lint.ClusterError{
		Stage: lint.StageKubelet, Reason: "ErrImageNeverPull",
		Message: fmt.Sprintf("Container image %s is not present with pull policy of Never", quote(img.Raw)),
	}
}

// unparsable returns the error for an invalid reference; why is the parser's message. The kubelet reports it
// (pkg/kubelet/images/image_manager.go, EnsureImageExists), unless leading or trailing spaces make the API server reject the pod. Both quote the image, which
// is not known if it has parameters.
func unparsable(w *manifests.Workload, img *manifests.ImageRef, why string) lint.ClusterError {
	if img.Remote {
		return lint.ClusterError{}
	}
	if img.Field != manifests.FieldVolume && strings.TrimSpace(img.Raw) != img.Raw {
		value := quote(img.Raw)
		if img.Processed() == manifests.ProcessedInvalid {
			value = "..."
		}
		text := fmt.Sprintf("Invalid value: %s: must not have leading or trailing whitespace", value)
		if isPod(w) {
			return refused(w, img, img.Path, text)
		}
		return podRefused(img, img.Path, text)
	}
	answer := lint.ClusterError{Stage: lint.StageKubelet, Reason: "InvalidImageName"}
	if img.Processed() != manifests.ProcessedInvalid {
		answer.Message = fmt.Sprintf("Failed to apply default image tag %s: couldn't parse image name %[1]s: %s", quote(img.Raw), why)
	}
	return answer
}

// refused returns the error for an object with a pod spec that is invalid at path. Kubernetes validates pods and the templates of its
// own kinds when they are applied (pkg/apis/core/validation). A custom resource is accepted, but its pods are rejected.
func refused(w *manifests.Workload, img *manifests.ImageRef, path, text string) lint.ClusterError {
	switch {
	case img.Remote:
		return lint.ClusterError{}
	case isBuiltin(w):
		return lint.ClusterError{Stage: lint.StageValidation, Reason: "Invalid", Message: path + ": " + text}
	}
	return podRefused(img, path, text)
}

// podRefused returns the event of a controller whose pods the API server rejects.
func podRefused(img *manifests.ImageRef, path, text string) lint.ClusterError {
	if img.Remote {
		return lint.ClusterError{}
	}
	message := "Error creating: Pod is invalid: "
	if img.InPodSpec() {
		message += "spec" + strings.TrimPrefix(path, img.Pod.Path) + ": "
	}
	return lint.ClusterError{Stage: lint.StageController, Reason: "FailedCreate", Message: message + text}
}

// undecodable returns the API server's error for a value of the wrong type; goType is the expected type.
func undecodable(w *manifests.Workload, img *manifests.ImageRef, path, is, goType string) lint.ClusterError {
	switch {
	case img.Remote:
		return lint.ClusterError{}
	case !isBuiltin(w):
		return lint.ClusterError{
			Stage: lint.StageValidation, Reason: "Invalid",
			Message: fmt.Sprintf("%s: Invalid value: %q: %[1]s in body must be of type string: %[2]q", path, schemaType(is)),
		}
	}
	holder := "Container"
	switch img.Field {
	case manifests.FieldVolume:
		holder = "ImageVolumeSource"
	case manifests.FieldEphemeral:
		holder = "EphemeralContainer"
	}
	version := w.APIVersion[strings.LastIndexByte(w.APIVersion, '/')+1:]
	return lint.ClusterError{
		Stage: lint.StageDecode, Reason: "BadRequest",
		Message: fmt.Sprintf("%s in version %q cannot be handled as a %[1]s: json: cannot unmarshal %[3]s into Go struct field %s.%s of type %s",
			w.Kind, version, manifests.JSONType(is), holder, withoutIndexes(path), goType),
	}
}

// schemaType returns OpenAPI's name for the type of a value.
func schemaType(is string) string {
	if is == "boolean" {
		return is
	}
	return manifests.JSONType(is)
}

// withoutIndexes returns a path as encoding/json writes it: "spec.containers.image".
func withoutIndexes(path string) string {
	var b strings.Builder
	for path != "" {
		name, rest, found := strings.Cut(path, "[")
		b.WriteString(name)
		if !found {
			break
		}
		_, path, _ = strings.Cut(rest, "]")
	}
	return b.String()
}

// isPod reports whether an object is a Pod, not a template for pods.
func isPod(w *manifests.Workload) bool { return w.Kind == "Pod" && w.Group() == "" }

// isBuiltin reports whether the API server validates the pod template of an object: its kind belongs to Kubernetes, or it is an
// OpenShift DeploymentConfig.
func isBuiltin(w *manifests.Workload) bool {
	switch w.Group() {
	case "", "apps", "batch", "extensions", "apps.openshift.io":
		return true
	}
	return false
}

// isNever reports whether the pull policy of an image is Never.
func isNever(img *manifests.ImageRef) bool {
	return img.PullPolicy != nil && img.PullPolicy.State == manifests.StateString && img.PullPolicy.Value == "Never"
}

// policyName returns the name of the field with the pull policy: "imagePullPolicy", or "pullPolicy" in an image volume.
func policyName(p *manifests.PullPolicy) string { return p.Path[strings.LastIndexByte(p.Path, '.')+1:] }
