package imageref

import (
	"regexp"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/lazy"
)

// webPage matches the addresses, without a scheme, of the web pages or the API that a registry has for its images.
type webPage struct {
	site string
	what string // "a web page of Docker Hub"
	// mark is part of each address, so that the pattern is compiled for those only.
	mark    string
	pattern func() *regexp.Regexp
	// image is a template for the reference; "" if the page is not about one image.
	image string
}

// Sites, as messages name them.
const (
	dockerHub   = "Docker Hub"
	quay        = "Quay"
	gitHub      = "GitHub"
	gitLab      = "GitLab"
	ecrGallery  = "the ECR Public Gallery"
	microsoft   = "the Microsoft Artifact Registry"
	googleCloud = "Google Cloud"
	artifactory = "Artifactory"
)

const (
	hubSite    = `(?i:(?:www\.)?hub\.docker\.com)/`
	oldHubSite = `(?i:(?:(?:www|registry)\.)?hub\.docker\.com|docker\.io)/` // the latter two are registries, too
	gitHubSite = `(?i:(?:www\.)?github\.com|ghcr\.io)/`
	pagePart   = `([^/]+)`
	pageRest   = `(?:/.*)?`
	jfrogSite  = `((?i:[a-z0-9-]+\.jfrog\.io))/`
)

// webPages has the more specific pages first. A pattern matches no path that the registry itself has at the same host.
var webPages = []webPage{
	page(dockerHub, "/_/", oldHubSite+`_/`+pagePart+pageRest, "$1"),
	page(dockerHub, "/r/", oldHubSite+`r/`+pagePart+`/`+pagePart+pageRest, "$1/$2"),
	page(dockerHub, "/layers/", hubSite+`layers/library/`+pagePart+`/`+pagePart+pageRest, "$1:$2"),
	page(dockerHub, "/layers/", hubSite+`layers/`+pagePart+`/`+pagePart+`/`+pagePart+pageRest, "$1/$2:$3"),
	page(dockerHub, "/repository/", hubSite+`repository/(?:docker|registry-1\.docker\.io)/`+pagePart+`/`+pagePart+pageRest, "$1/$2"),
	page(dockerHub, "docker.com/", hubSite+`(?:u|r|layers|repository|repositories|search)`+pageRest, ""),
	page(dockerHub, "docker.com/", hubSite+pagePart+`/`+pagePart+`/.+`, ""),
	page(quay, "/repository/", `(?i:quay\.io)/repository/`+pagePart+`/`+pagePart+`/tag/`+pagePart+pageRest, "quay.io/$1/$2:$3"),
	page(quay, "/repository/", `(?i:quay\.io)/repository/`+pagePart+`/`+pagePart+pageRest, "quay.io/$1/$2"),
	page(gitHub, "/packages/container/", gitHubSite+`(?:orgs|users)/`+pagePart+`/packages/container/(?:package/)?`+pagePart+pageRest, "ghcr.io/$1/$2"),
	page(gitHub, "/pkgs/container/", gitHubSite+pagePart+`/`+pagePart+`/pkgs/container/`+pagePart+pageRest, "ghcr.io/$1/$3"),
	page(gitLab, "/container_registry", `(?i:gitlab\.com)/(.+?)(?:/-)?/container_registry`+pageRest, "registry.gitlab.com/$1"),
	page(ecrGallery, "gallery.ecr.aws/", `gallery\.ecr\.aws/`+pagePart+`/(.+)`, "public.ecr.aws/$1/$2"),
	page(microsoft, "/artifact/mar/", `(?i:mcr\.microsoft\.com)/(?:[A-Za-z]{2}-[A-Za-z]{2}/)?artifact/mar/(.+?)(?:/(?:about|tags))?`, "mcr.microsoft.com/$1"),
	page(microsoft, "/product/", `(?i:mcr\.microsoft\.com)/(?:[A-Za-z]{2}-[A-Za-z]{2}/)?product/(.+?)/(?:about|tags)`, "mcr.microsoft.com/$1"),
	page(googleCloud, "/gcr/images/", `(?i:console\.cloud\.google\.com)/gcr/images/`+pagePart+`/(?i:global)/(.+)`, "gcr.io/$1/$2"),
	page(googleCloud, "/gcr/images/", `(?i:console\.cloud\.google\.com)/gcr/images/`+pagePart+`/(?i:(us|eu|asia))/(.+)`, "${2}.gcr.io/$1/$3"),
	page(googleCloud, "/artifacts/docker/", `(?i:console\.cloud\.google\.com)/artifacts/docker/`+pagePart+`/`+pagePart+`/`+pagePart+`/`+pagePart+pageRest, "${2}-docker.pkg.dev/$1/$3/$4"),
	artifactoryAPI("/artifactory/api/docker/", pagePart+`/artifactory/api/docker/`+pagePart+`/v2/(.+)/manifests/`+pagePart, "$1/$2/$3:$4"),
	artifactoryAPI("/artifactory/api/docker/", pagePart+`/artifactory/api/docker/`+pagePart+`/(?:v2/)?(.+)`, "$1/$2/$3"),
	artifactoryAPI("/artifactory/", jfrogSite+`artifactory/api/.+`, ""),
	page(artifactory, "/artifactory/", jfrogSite+`artifactory/webapp`+pageRest, ""),
	artifactoryAPI("/artifactory/", jfrogSite+`artifactory/(.+)`, "$1/$2"), // another host may have a repository of that name
	page(artifactory, "/ui/", jfrogSite+`ui/(?:repos/tree/`+pagePart+`|native|packages)/.+`, ""),
}

func page(site, mark, pattern, image string) webPage {
	return webPage{site, "a web page of " + site, mark, wholly(pattern), image}
}

func artifactoryAPI(mark, pattern, image string) webPage {
	return webPage{artifactory, "the API of Artifactory", mark, wholly(pattern), image}
}

func wholly(pattern string) func() *regexp.Regexp { return lazy.Regexp(`^(?:` + pattern + `)$`) }

// siteOf returns the site that a host belongs to, or "". Artifactory may be at any host.
func siteOf(host string) string {
	domain := host[strings.LastIndexByte(host[:max(strings.LastIndexByte(host, '.'), 0)], '.')+1:]
	switch strings.ToLower(domain) {
	case "docker.com", "docker.io":
		return dockerHub
	case "quay.io":
		return quay
	case "github.com", "ghcr.io":
		return gitHub
	case "gitlab.com":
		return gitLab
	case "ecr.aws":
		return ecrGallery
	case "microsoft.com":
		return microsoft
	case "google.com":
		return googleCloud
	}
	return ""
}

// WebPage reports whether a text without a scheme is the address of a registry's web page or API rather than a reference. what says of which, such as
// "a web page of Docker Hub", and image the reference of the page's image, with the tag or digest of the text; "" if that is unknown.
func WebPage(text string) (what, image string, ok bool) {
	host, _, isLong := strings.Cut(text, "/")
	if !isLong {
		return "", "", false
	}
	site := siteOf(host)
	for i := range webPages {
		p := &webPages[i]
		if p.site != site && p.site != artifactory || !strings.Contains(text, p.mark) {
			continue
		}
		address, _, _ := strings.Cut(text, "?")
		address, _, _ = strings.Cut(address, "#")
		address, version := cutVersion(address)
		address = strings.TrimRight(address, "/")
		if p.pattern().FindStringIndex(address) == nil {
			continue
		}
		image = strings.NewReplacer("%2F", "/", "%2f", "/").Replace(p.pattern().ReplaceAllString(address, p.image))
		name, own := cutVersion(image)
		if version == "" {
			version = own
		}
		if image = strings.ToLower(name) + version; !isValid(image) {
			image = ""
		}
		return p.what, image, true
	}
	return "", "", false
}

// cutVersion cuts the tag and digest off a reference, or the digest off an address that ends in it.
func cutVersion(s string) (name, version string) {
	if i := strings.LastIndex(s, "/sha256:"); i >= 0 {
		return s[:i], "@" + s[i+1:]
	}
	end := len(s)
	if i := strings.IndexByte(s, '@'); i >= 0 {
		end = i
	}
	if i := strings.LastIndexByte(s[:end], ':'); i > strings.LastIndexByte(s[:end], '/') {
		end = i
	}
	return s[:end], s[end:]
}

// webAddress finds the address of a web page without a scheme. Some of them are references by their form.
func webAddress(s string) (fault, bool) {
	what, image, ok := WebPage(s)
	return fault{cause: IllegalChar, at: Range{0, len(s)}, detail: pageDetail(what), try: image}, ok
}

func pageDetail(what string) string {
	return "the address of " + what + " is not a reference"
}
