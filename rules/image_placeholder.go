package rules

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImagePlaceholder reports a part of a reference that is a placeholder.
var ImagePlaceholder = lint.Rule{
	ID: "image-placeholder", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning",
	Check: checkImagePlaceholder,
	Doc: lint.Doc{
		Title: `part of the reference is a placeholder`,
		Why:   `The reference is valid, but null, None, REPLACE_ME, __TAG__, your-registry or an example.com host is a placeholder that was never filled in. Values that a kustomization in the same run replaces are not reported, nor are hosts on the list of allowed registries, images of Pods that run according to their status, and hosts that answered them.`,
		Bad:   `image: ghcr.io/your-org/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImagePlaceholder(p *lint.Pass) {
	for w, img := range p.Parsed() {
		at, ok := placeholderIn(p, img)
		if !ok {
			continue
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(at.Start, at.End),
			Message: quote(img.Raw[at.Start:at.End]) + " looks like a placeholder that was not filled in",
			Help:    "replace the placeholder, or find the value that was not set when this was rendered",
			Cluster: pullFails(img, placeholderFails(img, at)),
		})
	}
}

// placeholderFails returns the message of a failed pull for a placeholder in the registry, name or tag.
func placeholderFails(img *manifests.ImageRef, at imageref.Range) string {
	switch l := imageref.Locate(img.Raw); at {
	case l.Registry:
		return cannotResolve(img)
	case l.Tag:
		return notFound(img)
	}
	return denied
}

// placeholderIn returns the range of a complete part that is a placeholder, unless the status of a Pod shows that it is the right text. Other rules need not
// report such a reference.
func placeholderIn(p *lint.Pass, img *manifests.ImageRef) (at imageref.Range, ok bool) {
	if at, ok = placeholderOf(p, img); !ok || p.Plan.IsPulled(img.Raw) {
		return imageref.Range{}, false
	}
	return at, true
}

func placeholderOf(p *lint.Pass, img *manifests.ImageRef) (at imageref.Range, ok bool) {
	host, tag := isPlaceholderRegistry(img.Ref.Registry), img.Ref.Digest == "" && isPlaceholderTag(img.Ref.Tag)
	part, behind := placeholderPart(img.Ref.Repository)
	if !host && !tag && part == "" {
		return imageref.Range{}, false // before the reference is taken apart, since nearly all are like this
	}
	l := imageref.Locate(img.Raw)
	switch {
	case host && l.Registry != (imageref.Range{}) && !p.IsAllowedIn(img.Span.File(), img.Ref) && !p.Plan.HasAnswered(img.Ref.Registry):
		return l.Registry, true
	case part != "":
		end := l.Repository.End - behind
		return imageref.Range{Start: end - len(part), End: end}, true
	}
	return l.Tag, tag
}

// isPlaceholderRegistry reports whether a registry is a placeholder.
func isPlaceholderRegistry(registry string) bool {
	host, known := catalog.LookupHost(registry)
	first, _, _ := strings.Cut(registry, ".")
	first, _, _ = strings.Cut(first, ":")
	return known && host.Anonymous == catalog.AnonymousReserved || isPlaceholderName(first) || isPlaceholderHost(first)
}

// placeholderPart returns the first part of a repository that is a placeholder, or "", and the number of bytes behind it.
func placeholderPart(repository string) (part string, behind int) {
	for rest, more := repository, true; more; {
		if part, rest, more = strings.Cut(rest, "/"); isPlaceholderName(part) {
			if more {
				return part, len("/") + len(rest)
			}
			return part, 0
		}
	}
	return "", 0
}

// isPlaceholderTag reports whether a tag is a placeholder.
func isPlaceholderTag(tag string) bool {
	switch strings.ToLower(strings.Trim(tag, "_-.")) {
	case "null", "none", "nil", "undefined", "replace_me", "replaceme", "replace-me", "replace", "changeme", "change_me", "change-me", "todo",
		"tbd", "fixme", "tag", "image_tag", "image-tag", "imagetag", "your-tag", "your_tag", "yourtag", "version", "your-version",
		"version_placeholder", "placeholder", "x.y.z", "x.x.x", "xxx":
		return true
	}
	return len(tag) > len("____") && strings.HasPrefix(tag, "__") && strings.HasSuffix(tag, "__")
}

// isPlaceholderName reports whether a part of a name is a placeholder. It excludes words that people use as image names, such as
// "todo".
func isPlaceholderName(part string) bool {
	switch part {
	case "null", "none", "nil", "undefined", "replaceme", "replace-me", "replace_me", "changeme", "change-me", "change_me", "fixme", "placeholder",
		"username", "user-name", "myusername", "my-username", "dockerhub-username", "docker-username":
		return true
	}
	if rest, ok := strings.CutPrefix(part, "your"); ok {
		words := strings.FieldsFunc(rest, func(r rune) bool { return r == '-' || r == '_' })
		return slices.Contains(yours, rest) || len(words) > 0 && (rest[0] == '-' || rest[0] == '_') && slices.ContainsFunc(words, func(w string) bool { return slices.Contains(yours, w) })
	}
	return false
}

// yours are the words that are placeholders after "your". "yourls" and "your_spotify" are software.
var yours = []string{
	"account", "acr", "app", "application", "bucket", "cluster", "company", "container", "docker", "dockerhub", "dockerhubusername", "dockerid", "domain", "ecr", "gcr",
	"github", "gitlab", "harbor", "host", "hub", "id", "image", "login", "name", "namespace", "org", "organisation", "organization", "private", "project", "quay",
	"region", "registry", "repo", "repository", "service", "team", "tenant", "user", "username",
}

// isPlaceholderHost reports whether the first label of a host, in capitals, describes what to insert. Only capitals make such a label
// a host.
func isPlaceholderHost(label string) bool {
	if strings.HasPrefix(label, "YOUR-") || strings.HasPrefix(label, "MY-") {
		return true
	}
	switch label {
	case "ACCOUNT", "HOST", "IMAGE", "LOCATION", "NAME", "NAMESPACE", "ORG", "ORGANIZATION", "OWNER", "PROJECT", "REGION", "REGISTRY", "REPO", "REPOSITORY",
		"USER", "USERNAME", "REGION-docker", "LOCATION-docker":
		return true
	}
	return false
}
