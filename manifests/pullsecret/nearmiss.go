package pullsecret

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// KeyMismatch is a key that is evidently meant for an image but does not match it.
type KeyMismatch struct {
	Secret       string // as in Named
	Key          string // as in [Key].Written
	Why          string // why it does not match: a clause about the key, lower case
	Want         string // the key that would match; "" if the key is not what must change
	Loose        bool   // the key may be meant for other repositories of the registry
	SameRegistry bool   // the key is for another address or region of the same registry or account, which may be right for other images
}

// maxMisses limits how many are reported for one image.
const maxMisses = 8

// NearMiss returns the keys that look meant for an image but do not match it: the most
// obvious first, at most eight. The name is that of [Keyring.Lookup]. Call it only for
// images without credentials: if another key matches, a key with a different path is not
// a mistake.
func (k Keyring) NearMiss(name string) []KeyMismatch {
	if k.inner == nil {
		return nil
	}
	r := k.inner()
	x := r.intents()
	img := newTarget(name)
	found := x.candidates(img.intent)
	slices.Sort(found)
	found = slices.Compact(found)
	matched := r.find(name)
	served := make(map[*entry]bool)
	for _, i := range matched {
		for _, h := range r.slots[i].holders {
			served[h.entry] = true
		}
	}

	type graded struct {
		KeyMismatch
		plain bool
	}
	var misses []graded
	same := 0 // keys that differ only by the path
	for _, i := range found {
		h := x.entries[i]
		if served[h.entry] {
			continue
		}
		if x.ordinary[i] == img.registry {
			if same++; same > maxMisses {
				continue
			}
		}
		why, want, plain := "", "", true
		if !h.hub || !isHub(name) {
			why, want, plain = explain(h.entry.written, img)
		} else if len(matched) > 0 {
			why = fmt.Sprintf("%q is used only if nothing else matches, and %q does", hubIndex, mask(r.slots[matched[0]].normal))
			want = hubHost
		}
		if why != "" {
			sameRegistry := !plain && isRelated(intentOf(h.entry.written).host, img.host)
			misses = append(misses, graded{KeyMismatch{h.secret, mask(h.entry.written), why, want, !plain && !sameRegistry, sameRegistry}, plain})
		}
	}
	slices.SortStableFunc(misses, func(a, b graded) int { return cmp.Compare(rank(a.plain), rank(b.plain)) })
	var out []KeyMismatch
	for _, m := range misses[:min(len(misses), maxMisses)] {
		if m.Want != "" && !Match(m.Want, name) {
			m.Want = "" // a name that no image can have
		}
		out = append(out, m.KeyMismatch)
	}
	return out
}

// Misspelled returns the keys whose host is a misspelling of the image's. Call it after
// [Keyring.NearMiss].
func (k Keyring) Misspelled(name string) []KeyMismatch {
	if k.inner == nil {
		return nil
	}
	var out []KeyMismatch
	var img target
	for _, slip := range k.inner().slips() {
		if host, _, _ := strings.Cut(name, "/"); !strings.EqualFold(slip.right, host) || len(out) == maxMisses {
			continue
		}
		if img.name == "" {
			img = newTarget(name)
		}
		want := img.key
		if better := img.registry + slip.path; len(slip.path) > 1 && Match(better, name) {
			want = better
		}
		out = append(out, KeyMismatch{Secret: slip.secret, Key: mask(slip.entry.written), Why: slip.why, Want: want})
	}
	return out
}

// hostTypo is a key whose host is a misspelling of another.
type hostTypo struct {
	holder
	right, path, why string
}

// slipsOf finds the misspelled hosts among the first of all keys.
func slipsOf(all []holder) []hostTypo {
	var out []hostTypo
	for _, h := range all[:min(len(all), maxCandidates)] {
		in := intentOf(h.entry.written)
		if typo, ok := registries.HostTypo(in.host); ok && typo.Right != "" && typo.Right != in.host {
			out = append(out, hostTypo{h, typo.Right, in.path, fmt.Sprintf("%q %s", in.host, typo.Why)})
		}
	}
	return out
}

// target is the image for which near misses are searched.
type target struct {
	intent
	name     string
	registry string // host and port, as in the name
	key      string // the RecommendedKey of the registry
}

func newTarget(name string) target {
	registry, _, _ := strings.Cut(name, "/")
	return target{intentOf(name), name, registry, RecommendedKey(registry)}
}

func rank(plain bool) int {
	if plain {
		return 0
	}
	return 1
}

// explain says why a key does not match the image, and which key would. The reason is ""
// if the key is unrelated to the image. plain is false for a key that may be meant for
// other repositories.
func explain(written string, img target) (why, want string, plain bool) {
	in := intentOf(written)
	want = img.key
	relation := relate(in, img.intent)
	if relation == unrelated {
		return "", "", false
	}
	if why := misspellingOf(written, in); why != "" {
		return why, want, true
	}
	switch relation {
	case otherName:
		return fmt.Sprintf("%q is not the host that the kubelet looks up, which is %q", in.host, img.registry), want, true
	case bareLabel:
		return fmt.Sprintf("an image that begins with %q is on Docker Hub, since it has no dot and no port", in.host+"/"), "", true
	case parentDomain:
		return fmt.Sprintf("%q does not match its subdomains", in.host), want, true
	case otherPlace:
		return whyOtherHost(in.host, img.host), want, false
	case otherLabels:
		return `each "*" matches one label of the host or a part of it, and the number of labels must be equal`, want, true
	}
	if in.port != img.port {
		return portMismatch(in, img.intent), want, true
	}
	if in.host == hubIndex && img.host == hubHost && Match(hubIndex, img.name) {
		if _, path, err := normalize(written); err == nil && path != "" {
			return hubPath(path), want, true
		}
	}
	if why, path, plain := pathWhy(in.path, img.intent); why != "" {
		if better := strings.TrimSuffix(in.hostPort, ".") + path; path != "" && Match(better, img.name) {
			want = better
		} else if better := img.registry + path; path != "" && Match(better, img.name) {
			want = better
		}
		return why, want, plain
	}
	if host, _ := splitPort(in.hostPort); host != strings.ToLower(host) || img.registry != strings.ToLower(img.registry) {
		return fmt.Sprintf("the kubelet's comparison is case-sensitive: %q is not %q", in.hostPort, img.registry), want, true
	}
	if _, why := judge(written); why != "" {
		return why, want, true
	}
	return fmt.Sprintf("the kubelet does not read it as %q", img.registry), want, true
}

type relation int

const (
	unrelated    relation = iota
	sameHost              // except for case, port and the like; or a pattern that fits
	otherName             // a name of Docker Hub or another registry that is not used for lookups
	bareLabel             // the key is the first segment of an image of Docker Hub
	parentDomain          // the key is a parent domain of the image's host
	otherLabels           // a pattern with the wrong number of labels
	otherPlace            // another address or region of the same registry or account
)

func relate(in, img intent) relation {
	host, cut := in.registry()
	switch {
	case in.host == img.host:
		return sameHost
	case in.host == hubIndex && img.host == hubHost:
		return sameHost
	case cut:
		p := pattern{labels: strings.Split(in.host, "."), glob: true}
		if p.matchesHost(pattern{labels: strings.Split(img.host, ".")}) {
			return sameHost
		}
		if strings.Contains(host, ".") && (host == img.host || strings.HasSuffix(img.host, "."+host)) {
			return otherLabels
		}
		return unrelated
	case strings.Contains(in.host, ".") && strings.HasSuffix(img.host, "."+in.host):
		return parentDomain
	case isRelated(in.host, img.host):
		return otherPlace
	}
	if other, _ := img.registry(); host == other {
		return otherName
	}
	if img.host == hubHost && in.port == "" && !strings.Contains(in.host, ".") && in.host != "" &&
		strings.HasPrefix(img.path, "/"+in.host+"/") {
		return bareLabel
	}
	return unrelated
}

// misspellingOf says what in the text of a key prevents the kubelet from reading the intended
// host.
func misspellingOf(written string, in intent) string {
	host, _, err := normalize(written)
	switch {
	case strings.ContainsFunc(written, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) && err != nil:
		return unreadable(written)
	case strings.ContainsAny(written, `"'\`):
		return "it contains quotes or backslashes"
	case in.scheme:
		return `only one lower-case "https://" or "http://" is removed, and the host must follow it`
	case err != nil:
		return unreadable(written)
	case strings.HasSuffix(strings.TrimSuffix(host, ":"+in.port), "."):
		return "the trailing dot makes it another host"
	}
	return ""
}

func portMismatch(in, img intent) string {
	switch {
	case img.port == "":
		return fmt.Sprintf("it has the port %q, but the image has none", in.port)
	case in.port == "":
		return fmt.Sprintf("it lacks the port %q of the image", img.port)
	}
	return fmt.Sprintf("it has the port %q, but the image has %q", in.port, img.port)
}

// pathWhy says why the path of a key is not a prefix of the image's, and which path would
// be. The reason is "" if the path is right.
func pathWhy(p string, img intent) (why, want string, plain bool) {
	if p == "/v1" || p == "/v2" {
		return endpointWhy(p), "", true
	}
	if strings.HasPrefix(p, "/v1/") || strings.HasPrefix(p, "/v2/") {
		p = p[len("/v1"):]
	}
	if p == "" || p == "/" {
		return "", "", false
	}
	if why := badPath(p); why != "" {
		stop := strings.IndexAny(p, "*:@")
		if stop < 0 {
			stop = len(p)
		}
		want := strings.ToLower(strings.TrimRight(p[:stop], "/"))
		return why, want, strings.HasPrefix(img.path, want)
	}
	switch {
	case strings.TrimSuffix(p, "/") == img.path:
		return "the trailing slash makes it a longer path than the image's", img.path, true
	case img.host == hubHost && strings.HasPrefix(img.path, "/library"+p):
		return `Docker Official Images are looked up under "library/"`, "/library" + p, true
	case isArtifactoryAPI(p, img.host):
		return fmt.Sprintf("%q is an address of Artifactory's API, and no image name begins with it", p), "", true
	case isEndpoint(p):
		return fmt.Sprintf("the kubelet reads %q as a path: it removes only \"/v1/\" and \"/v2/\"", p), "", true
	case strings.HasPrefix(img.path, p):
		return "", "", false // the path is right
	}
	return fmt.Sprintf("it matches only repositories whose name begins with %q", strings.TrimPrefix(p, "/")), "", false
}

// isArtifactoryAPI reports whether a path is that of Artifactory's own API, as its web
// pages show it, and not the beginning of a repository.
func isArtifactoryAPI(p, host string) bool {
	p = strings.Trim(p, "/")
	return strings.HasPrefix(p+"/", "artifactory/api/") || p == "artifactory" && strings.HasSuffix(host, ".jfrog.io")
}

// isEndpoint reports whether a path is that of an API, such as "/v3/" or "/api/v2/".
func isEndpoint(p string) bool {
	p = strings.Trim(p, "/")
	if rest, ok := strings.CutPrefix(p, "api"); ok {
		if rest == "" {
			return true
		}
		if p, ok = strings.CutPrefix(rest, "/"); !ok {
			return false
		}
	}
	return len(p) > 1 && p[0] == 'v' && strings.Trim(p[1:], "0123456789") == ""
}
