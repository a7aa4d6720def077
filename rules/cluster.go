package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// denied is how containerd words that a repository is not there or not open; registries answer both alike.
const denied = "pull access denied, repository does not exist or may require authorization"

// pullFails is what a pull ends in. Under the policy Never there is none, and the kubelet says that the image is not on the node.
func pullFails(img *manifests.ImageRef, message string) lint.ClusterError {
	switch {
	case img.Remote:
		return lint.ClusterError{}
	case isNever(img):
		return neverPulled(img)
	}
	return lint.ClusterError{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: message}
}

// cannotResolve is how containerd begins to say that a registry gave no answer of use.
func cannotResolve(img *manifests.ImageRef) string {
	return fmt.Sprintf("failed to pull and unpack image %q", img.Ref.Canonical())
}

// notFound is how containerd words that a repository has no such tag.
func notFound(img *manifests.ImageRef) string { return img.Ref.Canonical() + ": not found" }

// neverPulled is what the kubelet says of an image with the policy Never that is not on the node.
func neverPulled(img *manifests.ImageRef) lint.ClusterError {
	return lint.ClusterError{
		Stage: lint.StageKubelet, Reason: "ErrImageNeverPull",
		Message: fmt.Sprintf("Container image %s is not present with pull policy of Never", quote(img.Raw)),
	}
}

// unparsable is what becomes of a reference that cannot be parsed, for the parser's reason why. The kubelet gives up on it
// (pkg/kubelet/images/image_manager.go, EnsureImageExists), unless spaces at its ends have the API server refuse the pod before that.
func unparsable(w *manifests.Workload, img *manifests.ImageRef, why string) lint.ClusterError {
	if img.Remote {
		return lint.ClusterError{}
	}
	if img.Field != manifests.FieldVolume && strings.TrimSpace(img.Raw) != img.Raw {
		text := fmt.Sprintf("Invalid value: %s: must not have leading or trailing whitespace", quote(img.Raw))
		if isPod(w) {
			return refused(w, img, img.Path, text)
		}
		return podRefused(img, img.Path, text)
	}
	return lint.ClusterError{
		Stage: lint.StageKubelet, Reason: "InvalidImageName",
		Message: fmt.Sprintf("Failed to apply default image tag %s: couldn't parse image name %[1]s: %s", quote(img.Raw), why),
	}
}

// refused is where an object ends whose pod spec is invalid at a path. Kubernetes validates a pod and the templates of its own kinds as
// they are applied (pkg/apis/core/validation); a custom resource is accepted, and the pods made of it are refused.
func refused(w *manifests.Workload, img *manifests.ImageRef, path, text string) lint.ClusterError {
	switch {
	case img.Remote:
		return lint.ClusterError{}
	case isBuiltin(w):
		return lint.ClusterError{Stage: lint.StageValidation, Reason: "Invalid", Message: path + ": " + text}
	}
	return podRefused(img, path, text)
}

// podRefused is what a controller's events say when the API server refuses the pods that it makes of a template.
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

// undecodable is what the API server says of a value of the wrong type; goType is the type that it wants.
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

// schemaType is OpenAPI's word for a kind of value.
func schemaType(is string) string {
	if is == "boolean" {
		return is
	}
	return manifests.JSONType(is)
}

// withoutIndexes is a path as encoding/json writes it: "spec.containers.image".
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

// isPod reports whether an object is a Pod itself, no template for one.
func isPod(w *manifests.Workload) bool { return w.Kind == "Pod" && w.Group() == "" }

// isBuiltin reports whether the API server itself validates the pod template of an object: it is of a kind of Kubernetes, or of
// OpenShift's DeploymentConfig.
func isBuiltin(w *manifests.Workload) bool {
	switch w.Group() {
	case "", "apps", "batch", "extensions", "apps.openshift.io":
		return true
	}
	return false
}

// isNever reports whether the kubelet never asks a registry for an image.
func isNever(img *manifests.ImageRef) bool {
	return img.PullPolicy != nil && img.PullPolicy.State == manifests.StateString && img.PullPolicy.Value == "Never"
}

// policyName is the name of the field that holds a pull policy: "imagePullPolicy", or "pullPolicy" in an image volume.
func policyName(p *manifests.PullPolicy) string { return p.Path[strings.LastIndexByte(p.Path, '.')+1:] }
