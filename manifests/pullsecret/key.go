package pullsecret

import (
	"net"
	"net/url"
	"path"
	"strings"
)

const (
	hubHost  = "docker.io"                   // in lookup names
	hubIndex = "index.docker.io"             // in keys; never in lookup names
	hubKey   = "https://index.docker.io/v1/" // as docker login writes it
)

// Match reports whether a key, as written, serves an image by itself. The name is the
// image's registry and repository, normalized and without tag and digest:
// "docker.io/library/nginx". A key of "index.docker.io" serves the images of Docker Hub,
// but only if no other key of the keyring matches; [Keyring.Lookup] implements that.
func Match(key, name string) bool {
	host, keyPath, err := normalize(key)
	if err != nil {
		return false
	}
	normal := host + keyPath
	if normal == hubIndex && isHub(name) {
		return true
	}
	p, ok := compile(normal)
	if !ok {
		return false
	}
	t, ok := compile(name)
	return ok && p.matches(t)
}

// RecommendedKey returns the key (kubectl's --docker-server) that serves all images of a
// registry, given by host and port as in a lookup name: "https://index.docker.io/v1/" for
// "docker.io", otherwise the registry itself. It returns "" if no key can serve the
// registry, such as an IPv6 address without a port.
func RecommendedKey(registry string) string {
	if registry == hubHost || registry == hubIndex || registry == "" {
		return hubKey
	}
	if !Match(registry, registry+"/x") {
		return ""
	}
	return registry
}

// normalize does the same as BasicDockerKeyring.Add. The kubelet sorts by the result,
// host and path joined, and parses it again to match.
func normalize(key string) (host, keyPath string, err error) {
	if !strings.HasPrefix(key, "https://") && !strings.HasPrefix(key, "http://") {
		key = "https://" + key
	}
	u, err := url.Parse(key)
	if err != nil {
		return "", "", err
	}
	keyPath = u.Path
	if strings.HasPrefix(keyPath, "/v1/") || strings.HasPrefix(keyPath, "/v2/") {
		keyPath = keyPath[len("/v1"):]
	}
	if keyPath == "/" {
		keyPath = ""
	}
	return u.Host, keyPath, nil
}

// pattern is a normalized key, or a lookup name, split for matching.
type pattern struct {
	host, port string
	labels     []string // of host
	path       string
	glob       bool // a label has characters that are special in a pattern
}

func compile(normal string) (pattern, bool) {
	u, err := url.Parse("https://" + normal)
	if err != nil {
		return pattern{}, false
	}
	host, port, err := net.SplitHostPort(u.Host)
	if err != nil {
		// No port. An IPv6 address keeps its brackets, which are a character class in the
		// pattern.
		host, port = u.Host, ""
	}
	for strings.Contains(host, "**") {
		host = strings.ReplaceAll(host, "**", "*") // equivalent for a glob, and limits its length
	}
	return pattern{
		host: host, port: port, labels: strings.Split(host, "."),
		path: u.Path, glob: isGlob(host),
	}, true
}

func isGlob(s string) bool { return strings.ContainsAny(s, `*?[\`) }

// matches implements the kubelet's URLsMatch: equal ports, the same number of labels, a
// glob for each label, and a path that is a plain prefix.
func (p pattern) matches(name pattern) bool {
	return p.port == name.port && p.matchesHost(name) && strings.HasPrefix(name.path, p.path)
}

func (p pattern) matchesHost(name pattern) bool {
	if !p.glob {
		return p.host == name.host
	}
	if len(p.labels) != len(name.labels) {
		return false
	}
	// From the right: the last labels differ between most patterns.
	for i := len(p.labels) - 1; i >= 0; i-- {
		if !matchLabel(p.labels[i], name.labels[i]) {
			return false
		}
	}
	return true
}

// matchLabel is filepath.Match on Linux, where the kubelet runs. path.Match is the same
// on every platform.
func matchLabel(glob, label string) bool {
	if len(glob) > 2*len(label)+1 && glob[0] != '[' {
		return false // more characters other than stars than the label has
	}
	if !isGlob(glob) {
		return glob == label
	}
	ok, err := path.Match(glob, label)
	return ok && err == nil
}

// isHub implements the kubelet's isDefaultRegistryMatch.
func isHub(name string) bool {
	first, _, more := strings.Cut(name, "/")
	switch {
	case first == "":
		return false
	case !more, first == hubHost: // the kubelet's version also accepts hubIndex, which no lookup name has
		return true
	}
	return !strings.ContainsAny(first, ".:")
}

// mask hides the parts of a key that may contain a secret and that the kubelet drops:
// userinfo, query and fragment.
func mask(key string) string {
	scheme := ""
	if i := strings.Index(key, "://"); i >= 0 && !strings.ContainsAny(key[:i], "/@?#") {
		scheme, key = key[:i+3], key[i+3:]
	}
	digest := ""
	if i := strings.LastIndex(key, "@sha"); i >= 0 {
		key, digest = key[:i], key[i:]
	}
	if i := strings.LastIndex(key, "@"); i >= 0 {
		// A password may contain any other delimiter.
		key = "***" + key[i:]
	}
	key += digest
	if i := strings.IndexAny(key, "?#"); i >= 0 {
		key = key[:i+1] + "***"
	}
	return scheme + key
}
