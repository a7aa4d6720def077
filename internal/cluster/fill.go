package cluster

import (
	"cmp"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Fill puts what is known of a failure into a command. What is not known, or what a shell would read as more than a name, is left as a word
// in capitals.
func Fill(command string, f *Failure) string {
	repository := ""
	if ref, err := imageref.Parse(f.Image); err == nil && f.Image != "" {
		repository = ref.Name()
	}
	host := cmp.Or(f.Host, f.Registry)
	if host == "docker.io" {
		host = "registry-1.docker.io"
	}
	return strings.NewReplacer(
		"{image}", plain(f.Image, "IMAGE"), "{repository}", plain(repository, "REPOSITORY"), "{host}", plain(host, "HOST"),
		"{namespace}", plain(f.Namespace, "NAMESPACE"), "{pod}", plain(f.Name, "POD"), "{node}", plain(f.Node, "NODE"),
	).Replace(command)
}

// plain is a text that is a plain word to every shell, else a placeholder.
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

// Canonical is the image as imagelint normalizes it; "" where there is none that can be parsed.
func (f *Failure) Canonical() string {
	ref, err := imageref.Parse(f.Image)
	if err != nil || f.Image == "" {
		return ""
	}
	return ref.Canonical()
}
