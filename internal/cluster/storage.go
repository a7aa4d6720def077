package cluster

import "strings"

// downloads are parts of messages about the download of a layer or a configuration, in lower case: of containerd, CRI-O and Docker.
var downloads = []string{"httpreadseeker: failed open", "reading blob sha256:", "happened during read: ", "parsing image configuration", "error pulling image configuration", "download failed after attempts"}

// isStorage reports whether a message, in lower case, is about the download of a layer from a host to which its registry redirects. By then, the registry
// has answered and given the manifest.
func isStorage(text string) bool {
	if !containsAny(text, downloads...) || containsAny(text, tokens...) {
		return false
	}
	host, path := requestIn(text)
	if host == "" || isOfRegistry(host, path) {
		return false
	}
	registry, _, _ := strings.Cut(imageIn(text), "/")
	return withoutPort(host) != withoutPort(registry)
}

// isOfRegistry reports whether an address is one of a registry's own, or of a mirror's, below a prefix at most.
func isOfRegistry(host, path string) bool {
	_, api, ok := strings.Cut(path, "/v2/")
	switch {
	case strings.HasSuffix(host, "-docker.pkg.dev"): // which has its downloads beside the API
		return true
	case !ok:
		return false
	}
	return strings.HasPrefix(path, "/v2/") || containsAny(api, "/blobs/sha256:", "/manifests/")
}

// requestIn returns the host and the path of the first address in a message that is not a link for the reader.
func requestIn(message string) (host, path string) {
	for text := message; ; {
		start, after, ok := strings.Cut(text, "://")
		if !ok {
			return "", ""
		}
		text = after
		scheme, isSecure := strings.CutSuffix(start, "https")
		if !isSecure {
			if scheme, ok = strings.CutSuffix(start, "http"); !ok {
				continue
			}
		}
		if isLink(scheme) {
			continue
		}
		address, _, _ := strings.Cut(after, " ")
		if end := strings.IndexAny(address, `"?,`); end >= 0 {
			address = address[:end]
		}
		host, path, _ = strings.Cut(address, "/")
		return host, "/" + path
	}
}

// noteStorage says what is known about the storage of a cloud's registry.
func noteStorage(f *Failure, say func(string, ...any)) {
	k := f.kind()
	switch host := f.Host; {
	case f.Entry == nil || !f.Entry.Storage || k == KindNotFound || k == KindRegistry: // it was reached
	case strings.HasSuffix(host, ".blob.core.windows.net"):
		say("Azure's registry keeps layers in storage accounts of its own, *.blob.core.windows.net; with dedicated data endpoints (az acr update --data-endpoint-enabled) they come from REGISTRY.REGION.data.azurecr.io, which a firewall can allow by name")
	case strings.HasSuffix(host, ".data.azurecr.io"):
		say("this is a data endpoint of the registry: a private endpoint has an address for it besides the registry's own, and the zone privatelink.azurecr.io must have both")
	case strings.Contains(host, "-starport-layer-bucket"):
		say("ECR keeps layers in S3: nodes without a way to the internet need a gateway endpoint of S3 whose policy allows prod-REGION-starport-layer-bucket")
	}
}
