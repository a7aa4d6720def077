package cluster

import (
	"cmp"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Fill inserts the known facts of a failure into a command. Unknown values, and values that a shell would not read as a plain word, become
// placeholders in capitals.
func Fill(command string, f *Failure) string {
	repository, path := "", ""
	if ref, err := imageref.Parse(f.Image); err == nil && f.Image != "" {
		repository, path = ref.Name(), ref.Repository
	} else if f.Image == "" {
		path = repositoryIn(f.Message)
	}
	secret := ""
	if f.Planned != nil {
		secret = f.Planned.Faulty.Name
		if secret == "" && len(f.Planned.Named) == 1 {
			secret = f.Planned.Named[0].Name
		}
	}
	host := cmp.Or(f.Host, f.Registry)
	if host == "docker.io" {
		host = "registry-1.docker.io"
	}
	account, _, _ := strings.Cut(host, ".")
	name, _, withPort := strings.Cut(host, ":")
	address := plain(host, "HOST")
	if !withPort || address == "HOST" {
		address += ":443"
	}
	return strings.NewReplacer(
		"{images}", f.images(), "{path}", plain(path, "NAME"), "{account}", plain(account, "NAME"), "{secret}", plain(secret, "NAME"), "{artifacts}", artifacts(host, path),
		"{image}", plain(f.Image, "IMAGE"), "{repository}", plain(repository, "REPOSITORY"), "{host}", plain(host, "HOST"),
		"{name}", plain(name, "HOST"), "{address}", address,
		"{namespace}", plain(f.Namespace, "NAMESPACE"), "{pod}", plain(f.Name, "POD"), "{node}", plain(f.Node, "NODE"),
	).Replace(command)
}

// images is the JSONPath template that prints the images of the list that has the failed container, or else of the lists that may have it.
func (f *Failure) images() string {
	if f.List == "" {
		return "{.spec.initContainers[*].image} {.spec.containers[*].image}"
	}
	return "{.spec." + string(f.List) + "[*].image}"
}

// repositoryIn returns the repository that a message without an image names, in the address of a manifest, a blob or a token.
func repositoryIn(message string) string {
	if _, scope, ok := strings.Cut(message, "scope=repository"); ok {
		scope, _, _ = strings.Cut(scope, "&")
		scope, _, _ = strings.Cut(scope, " ")
		scope = strings.NewReplacer("%3A", ":", "%3a", ":", "%2F", "/", "%2f", "/").Replace(scope)
		if path, ok := strings.CutSuffix(strings.TrimPrefix(scope, ":"), ":pull"); ok {
			return path
		}
	}
	if _, path, ok := strings.Cut(message, "/v2/"); ok {
		for _, end := range []string{"/manifests/", "/blobs/"} {
			if path, _, ok := strings.Cut(path, end); ok {
				return path
			}
		}
	}
	return ""
}

// artifacts are the arguments of gcloud that name a repository of Artifact Registry: LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE.
func artifacts(host, path string) string {
	location, google := strings.CutSuffix(host, "-docker.pkg.dev")
	parts := strings.Split(path, "/")
	switch {
	case !google:
		return "REPOSITORY --location LOCATION"
	case len(parts) < 3:
		return "REPOSITORY --location " + plain(location, "LOCATION")
	}
	return plain(parts[1], "REPOSITORY") + " --location " + plain(location, "LOCATION") + " --project " + plain(parts[0], "PROJECT")
}

// plain returns text if every shell reads it as a plain word, else placeholder.
func plain(text, placeholder string) string {
	if text == "" || text[0] == '-' || len(text) > 512 {
		return placeholder
	}
	for _, c := range text {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("._:/@-", c) {
			return placeholder
		}
	}
	return text
}

// Canonical returns the normalized image reference, or "" if there is no valid one.
func (f *Failure) Canonical() string {
	ref, err := imageref.Parse(f.Image)
	if err != nil || f.Image == "" {
		return ""
	}
	return ref.Canonical()
}
