package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImagePathDepth reports a path with more or fewer segments than its registry supports.
var ImagePathDepth = lint.Rule{
	ID: "image-path-depth", Group: "suspicious-reference", Severity: lint.Warning, Levels: "error or warning",
	Check: knowing(catalog.Builtin, checkImagePathDepth),
	Doc: lint.Doc{
		Title: `path has more or fewer segments than its registry allows`,
		Why:   `Registries differ in the paths they allow: Docker Hub has OWNER/IMAGE and nothing deeper, Artifact Registry has PROJECT/REPOSITORY/IMAGE. A path of another depth was cut off, or joined from two names. It is an error if a reference with a registry has a path that is too short, and the registry is known to reject it, as ghcr.io is. It is a warning if the answer to a pull is not known, as that of Artifact Registry, for a name without a registry, which may be loaded onto the nodes, and for a path that is too long, since pull-through mirrors may have deeper ones. A pull-through cache of Amazon ECR keeps Docker Official Images under library/, as public.ecr.aws does under docker/library/; it is recognized by a folder such as docker-hub, or by probe.mirrors in the configuration, which needs no --probe.`,
		Bad:   `image: us-docker.pkg.dev/acme-prod/app:1.4.2`,
		Good:  `image: us-docker.pkg.dev/acme-prod/shop/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImagePathDepth(p *lint.Pass, k *catalogKnowledge) {
	for w, img := range p.Parsed() {
		host, known := catalog.LookupHost(img.Ref.Registry)
		if !known || host.Anonymous > catalog.AnonymousNever || isNever(img) || p.IsLocal(img) {
			continue
		}
		if f, outside := k.outsideLibrary(host, img); outside {
			if !isOtherMistake(p, img) {
				p.ReportImage(w, img, f)
			}
			continue
		}
		n := strings.Count(img.Ref.Repository, "/") + 1
		bound, certain := depthOf(host, img, n)
		if bound == "" || isOtherMistake(p, img) {
			continue
		}
		from, to := nameSpan(img)
		f := lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(from, to),
			Message: fmt.Sprintf("image %s: %s, and repositories of %s have %s", quote(img.Raw), segments(img.Ref.Repository, n), registryName(img), bound),
			Help:    "write the whole path: " + img.Ref.Registry + "/" + host.Form,
			Cluster: pullFails(img, denied),
		}
		if certain && imageref.Locate(img.Raw).Registry != (imageref.Range{}) {
			f.Severity = byConfidence(img)
		}
		p.ReportImage(w, img, f)
	}
}

// isOtherMistake reports whether another rule explains why the path of an image has the wrong depth.
func isOtherMistake(p *lint.Pass, img *manifests.ImageRef) bool {
	_, placeholder := placeholderIn(p, img)
	_, doubled := innerRegistry(img.Ref)
	_, _, isPage := imageref.WebPage(img.Raw)
	return placeholder || doubled || isPage
}

// depthOf returns the limit that a path of n segments violates, or "", and whether that is certain.
func depthOf(host *catalog.Host, img *manifests.ImageRef, n int) (bound string, certain bool) {
	switch {
	case n < host.MinSegments && !(img.Untagged && img.Field == manifests.FieldScalar): // without a tag, it may be a prefix
		if host.MinSegments == host.MaxSegments {
			return fmt.Sprintf("%d", host.MinSegments), host.MinCertain
		}
		return fmt.Sprintf("at least %d", host.MinSegments), host.MinCertain
	case host.MaxSegments > 0 && n > host.MaxSegments && !host.IsDeeper(img.Ref.Repository):
		return fmt.Sprintf("at most %d", host.MaxSegments), false // mirrors have longer paths than their originals
	}
	return "", false
}

func segments(repository string, n int) string {
	if n == 1 {
		return fmt.Sprintf("the path %s has 1 segment", quote(repository))
	}
	return fmt.Sprintf("the path %s has %d segments", quote(repository), n)
}

// outsideLibrary returns the finding for a Docker Official Image in a copy of Docker Hub that is missing library/.
func (k *catalogKnowledge) outsideLibrary(host *catalog.Host, img *manifests.ImageRef) (lint.Finding, bool) {
	path, name, copied := host.OfficialPath(img.Ref.Repository)
	if !copied {
		at := strings.LastIndexByte(img.Ref.Repository, '/')
		if !host.CachesLibrary || at < 0 || !isHubFolder(img.Ref.Repository[:at]) && !k.open().IsShortOfHub(img.Ref.Registry, img.Ref.Repository) {
			return lint.Finding{}, false
		}
		name = img.Ref.Repository[at+1:]
		path = img.Ref.Repository[:at] + "/library/" + name
	}
	if im, found := catalog.Builtin().Lookup("docker.io", "library/"+name); !found || !im.Official() {
		return lint.Finding{}, false
	}
	right := renamed(img, img.Ref.Registry+"/"+path)
	from, to := nameSpan(img)
	f := lint.Finding{
		Severity: min(lint.Warning, byConfidence(img)), Span: img.At(from, to),
		Message: fmt.Sprintf("image %s: %s has Docker Official Images under %s only", quote(img.Raw), img.Ref.Registry, quote(strings.TrimSuffix(path, name))),
		Help:    "write " + quote(right),
		Cluster: pullFails(img, notFound(img)),
		Fix:     replaceFix(img, right, false),
	}
	if !copied {
		f.Message = fmt.Sprintf("image %s: a pull-through cache of Docker Hub keeps Docker Official Images under %s", quote(img.Raw), quote("library/"))
		f.Help += ", unless the image was pushed to this repository by hand"
	}
	return f, true
}

// isHubFolder reports whether the folder of a cache is named after Docker Hub.
func isHubFolder(folder string) bool {
	switch folder {
	case "docker-hub", "dockerhub", "docker.io", "docker-io", "dockerio", "hub", "registry-1.docker.io", "docker-hub-cache", "dockerhub-cache":
		return true
	}
	return false
}
