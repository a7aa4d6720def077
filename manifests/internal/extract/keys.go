package extract

import "strings"

// isContainerList reports whether a key names a list of containers.
func isContainerList(key string) bool {
	switch key {
	case "containers", "initContainers", "ephemeralContainers", "init_containers", "extraContainers", "extraInitContainers",
		"sidecars", "sidecar", "sideCars", "sideCar", "sidecarContainers", "steps":
		return true
	}
	return false
}

// isImageKey reports whether a key names an image.
func isImageKey(key string) bool {
	switch key {
	case "image", "imageName", "containerImage", "imageURI", "initImageURL", "containerImageName":
		return true
	case "osImage", "vmImage", "diskImage", "bootImage", "baseOSImage":
		return false
	}
	return strings.HasSuffix(key, "Image") || strings.HasSuffix(key, "_image")
}

// isPushTarget reports whether a mapping under a key describes where an image is pushed.
func isPushTarget(key string) bool { return key == "output" || key == "push" || key == "destination" }

// isPattern reports whether a value is a glob or a sentinel rather than an image.
func isPattern(v string) bool {
	return strings.ContainsAny(v, "*?|") || v == "auto" || v == "placeholder"
}
