package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// maxOtherKeys bounds how many keys a defect names.
const maxOtherKeys = 3

// otherRegistries completes the defect of pull secrets that only have credentials for other registries or repositories than the
// image's. It returns the defect as it is if one of the Secrets cannot be used, or has no key.
func (p *Pull) otherRegistries(ref imageref.Ref, d Defect) Defect {
	var names []string
	var offers []*offer
	seen, keys := map[string]bool{}, 0
	for i := range p.PullSecrets {
		u := &p.PullSecrets[i]
		if !u.HasKeys() {
			return d
		}
		id := SecretID(u.Namespace, u.Ref.Name)
		if seen[id] {
			continue
		}
		seen[id] = true
		o := u.offer()
		if !o.complete {
			return d
		}
		names, offers, keys = append(names, id), append(offers, o), keys+o.keys
	}
	if keys == 0 {
		return d
	}
	want := ref.Registry
	if slices.ContainsFunc(offers, func(o *offer) bool { return o.hosts[registryName(ref.Registry)] }) {
		want = ref.Name() // the key has a path
	}
	word, has, key := "Secret", "has", "key"
	if len(names) > 1 {
		word, has = "Secrets", "have"
	}
	if keys > 1 {
		key = "keys"
	}
	if want == ref.Registry {
		want = registryName(want)
	}
	hosts, numHosts := hostsOf(offers)
	var written []string
	for _, o := range offers {
		written = append(written, o.firstKeys[:min(len(o.firstKeys), maxOtherKeys-len(written))]...)
	}
	d.Kind, d.Secret = DefectRegistry, names[0]
	d.Text = fmt.Sprintf("%s %s %s credentials for %s only (%s %s), none for %s", word, shortNames(names), has, shortList(hosts, numHosts), key, shortList(written, keys), want)
	d.Help = "give the pod a pull secret that is made with --docker-server=" + dockerServer(ref.Registry)
	own := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return IsOpenShift(name[strings.LastIndexByte(name, '/')+1:]) })
	switch len(own) { // to make a Secret again would take away the keys that it has
	case 0:
		d.Help += "; OpenShift renews " + shortNames(names) + ", so a key that is added there does not last"
	case 1:
		d.Help += ", or add that key to " + own[0]
	default:
		d.Help += ", or add that key to one of " + shortNames(own)
	}
	return d
}

// hostsOf returns the first registries that Secrets have keys for, and the number of all. It counts those of the largest Secret without
// looking at them, because thousands of pods may name it.
func hostsOf(offers []*offer) (first []string, n int) {
	largest := slices.MaxFunc(offers, func(a, b *offer) int { return len(a.hosts) - len(b.hosts) })
	n = len(largest.hosts)
	seen := map[string]bool{}
	for _, o := range offers {
		for _, host := range o.firstHosts {
			if len(first) < maxOtherKeys && !slices.Contains(first, host) {
				first = append(first, host)
			}
		}
		if o == largest {
			continue
		}
		for host := range o.hosts {
			if !largest.hosts[host] && !seen[host] {
				seen[host] = true
				n++
			}
		}
	}
	return first, n
}

// otherHosts names the registries of a Secret's keys, if all keys are known and none of them is meant for the image's
// registry. It returns "" otherwise.
func otherHosts(u *PullSecret, ref imageref.Ref) string {
	if !u.Usable {
		return ignoredHosts(u, ref)
	}
	o := u.offer()
	if _, near := o.pull.Mismatch(ref.Name()); near || len(o.pull.keyring.Lookup(ref.Name())) > 0 || !o.complete || o.hosts[registryName(ref.Registry)] {
		return ""
	}
	return shortList(o.firstHosts, len(o.hosts))
}

// ignoredHosts is otherHosts for a Secret of another type, whose keys the kubelet ignores.
func ignoredHosts(u *PullSecret, ref imageref.Ref) string {
	if u.Secret == nil || HaveKeyFor(u.Secret.IgnoredHosts, ref.Registry) {
		return ""
	}
	hosts := u.Secret.IgnoredHosts
	return shortList(hosts[:min(len(hosts), maxOtherKeys)], len(hosts))
}

// HaveKeyFor reports whether one of the hosts of a Secret's keys is that of a registry, or has a similar name.
func HaveKeyFor(hosts []string, registry string) bool {
	return slices.ContainsFunc(hosts, func(host string) bool {
		return pullsecret.Match(host, registry+"/a") || registries.IsSlip(registry, host) || registries.IsSlip(host, registry)
	})
}

// offer is what one Secret has for any image.
type offer struct {
	pull     Pull            // with the Secret alone
	complete bool            // all its keys are usable
	hosts    map[string]bool // the registries of its keys, as messages call them
	names    map[string]bool // their hosts without ports
	keys     int
	// firstHosts are the first registries, and firstKeys the first keys in quotes.
	firstHosts, firstKeys []string
}

// offer returns what a Secret has that may be used. It is worked out once, because thousands of pods may name the Secret.
func (m *Match) offer() *offer { return m.offered() }

func offerOf(s *manifests.Secret) *offer {
	o := &offer{complete: true, hosts: map[string]bool{}, names: map[string]bool{}}
	if s.Payload != nil {
		o.pull.keyring = ringOf(s.SecretName, s)()
	}
	for _, k := range s.Content().Config.Keys() {
		o.complete = o.complete && k.Usable
		host := registryOf(k)
		if !o.hosts[host] && len(o.firstHosts) < maxOtherKeys {
			o.firstHosts = append(o.firstHosts, host)
		}
		o.hosts[host], o.names[hostOf(k.Host)] = true, true
		if o.keys++; o.keys <= maxOtherKeys {
			o.firstKeys = append(o.firstKeys, fmt.Sprintf("%q", k.Written))
		}
	}
	return o
}

// dockerServer is the key for a registry. Docker Hub has one of its own.
func dockerServer(registry string) string {
	if registry == "docker.io" {
		return "https://index.docker.io/v1/"
	}
	return registry
}

// registryOf names the registry that a key is for.
func registryOf(k pullsecret.Key) string { return registryName(k.Host) }

func registryName(host string) string {
	if host == "docker.io" || host == "index.docker.io" {
		return "Docker Hub"
	}
	return host
}

// shortNames joins the first items of a list, and counts the others.
func shortNames(items []string) string {
	return shortList(items[:min(len(items), maxOtherKeys)], len(items))
}

// shortList joins the first items of a list of n.
func shortList(first []string, n int) string {
	if more := n - len(first); more > 0 {
		first = append(slices.Clone(first), fmt.Sprintf("%d more", more))
	}
	if len(first) < 2 {
		return strings.Join(first, "")
	}
	return strings.Join(first[:len(first)-1], ", ") + " and " + first[len(first)-1]
}
