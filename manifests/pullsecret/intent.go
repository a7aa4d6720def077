package pullsecret

import (
	"strings"
	"unicode"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// intent is what the author of a key probably meant, whatever the kubelet makes of it.
type intent struct {
	hostPort string // as written
	host     string // lower case, without port and trailing dots
	port     string
	path     string
	scheme   bool // a scheme that the kubelet does not strip, or a second one
}

func intentOf(written string) intent {
	var in intent
	// Mask first: all of this may end up in a message.
	s := strings.TrimFunc(mask(written), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '"' || r == '\'' || r == '\\'
	})
	s, first := cutScheme(s)
	in.scheme = first != "" && first != "https://" && first != "http://"
	for range 3 {
		var more string
		if s, more = cutScheme(s); more != "" {
			in.scheme = true
		}
	}
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		s = s[:i]
	}
	in.hostPort = s
	if i := strings.IndexByte(s, '/'); i >= 0 {
		in.hostPort, in.path = s[:i], s[i:]
	}
	if i := strings.LastIndexByte(in.hostPort, '@'); i >= 0 {
		in.hostPort = in.hostPort[i+1:]
	}
	host, port := splitPort(in.hostPort)
	in.host, in.port = strings.ToLower(strings.TrimRight(host, ".")), port
	return in
}

// cutScheme removes one scheme, well-formed or not, or leading slashes.
func cutScheme(s string) (rest, scheme string) {
	for i := 0; i < len(s) && i <= len("docker"); i++ {
		if s[i] != ':' && s[i] != '/' {
			continue
		}
		switch strings.ToLower(s[:i]) {
		case "", "http", "https", "oci", "docker", "registry", "tcp":
			rest = strings.TrimLeft(s[i:], ":/")
			scheme = s[:len(s)-len(rest)]
			if strings.Contains(scheme, "//") || strings.HasPrefix(scheme, "http") && strings.Contains(scheme, ":/") {
				return rest, scheme
			}
		}
		break
	}
	return s, ""
}

func splitPort(hostPort string) (host, port string) {
	i := strings.LastIndexByte(hostPort, ':')
	if i < 0 || i < strings.LastIndexByte(hostPort, ']') {
		return hostPort, ""
	}
	return hostPort[:i], hostPort[i+1:]
}

// registry returns the host whose images the key is evidently meant for: aliases are
// resolved, and labels up to the last pattern are removed.
func (in intent) registry() (host string, cut bool) {
	if in.host == hubIndex {
		return hubHost, false
	}
	if host, ok := registries.KeyMeans(in.host); ok {
		return host, false
	}
	if i := strings.LastIndexByte(in.host, '*'); i >= 0 {
		_, rest, _ := strings.Cut(in.host[i:], ".")
		return rest, true
	}
	return in.host, false
}

// intentIndex finds the entries that can be a near miss for an image without checking all
// of them.
type intentIndex struct {
	entries  []holder
	byHost   map[string][]int // by intent.registry
	byLabel  map[string][]int // keys without a dot, by what the whole key is
	byFamily map[string][]int // by registries.Family.ID
	wide     []int            // patterns without two plain labels at the end
	// ordinary holds, by entry, the host and port of a key without defects: if such a key does not match an image of
	// that host, its path differs. It is "" for all other keys.
	ordinary []string
}

func newIntentIndex(all []holder) *intentIndex {
	x := &intentIndex{entries: all, byHost: make(map[string][]int), byLabel: make(map[string][]int), byFamily: make(map[string][]int)}
	x.ordinary = make([]string, len(all))
	for i, h := range all {
		in := intentOf(h.entry.written)
		x.ordinary[i] = ordinary(h.entry.written, in)
		host, cut := in.registry()
		switch {
		case cut && !strings.Contains(host, "."):
			x.wide = append(x.wide, i)
		case in.host != "":
			x.byHost[host] = append(x.byHost[host], i)
		}
		if own := in.host; own != host && !cut {
			// An alias also counts as a host of its own.
			x.byHost[own] = append(x.byHost[own], i)
		}
		if k, ok := registries.FamilyOf(in.host); ok {
			x.byFamily[k.ID] = append(x.byFamily[k.ID], i)
		}
		if in.host != "" && !cut && !strings.Contains(in.host, ".") && in.port == "" {
			x.byLabel[in.host] = append(x.byLabel[in.host], i)
		}
	}
	return x
}

// ordinary returns the host and port of a key if images of that host can only fail to
// match by the beginning of the path; otherwise "".
func ordinary(written string, in intent) string {
	p := in.path
	host, cut := in.registry()
	if cut || host != in.host || host == hubHost || in.hostPort != strings.ToLower(in.hostPort) || misspellingOf(written, in) != "" {
		return ""
	}
	if len(p) < 2 || strings.HasSuffix(p, "/") || p == "/v1" || p == "/v2" || strings.HasPrefix(p, "/v1/") || strings.HasPrefix(p, "/v2/") {
		return ""
	}
	if badPath(p) != "" || isEndpoint(p) || isArtifactoryAPI(p, in.host) {
		return ""
	}
	return in.hostPort
}

// maxCandidates limits how many entries are checked for one image.
const maxCandidates = 256

// candidates returns the entries whose host is related to the image's: the same host, a
// parent domain of it, a pattern, or another name of Docker Hub.
func (x *intentIndex) candidates(img intent) []int {
	var found []int
	add := func(list []int) {
		found = append(found, list[:min(len(list), maxCandidates)]...)
	}
	host, _ := img.registry()
	add(x.byHost[host])
	if host != img.host {
		add(x.byHost[img.host])
	}
	for _, parent, ok := strings.Cut(img.host, "."); ok && strings.Contains(parent, "."); _, parent, ok = strings.Cut(parent, ".") {
		add(x.byHost[parent])
	}
	if k, ok := registries.FamilyOf(img.host); ok {
		add(x.byFamily[k.ID])
	}
	add(x.wide)
	if img.host == hubHost {
		first, _, _ := strings.Cut(strings.TrimPrefix(img.path, "/"), "/")
		add(x.byLabel[first])
	}
	return found
}
