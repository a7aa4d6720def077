package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// maxOtherKeys bounds how many keys a defect names.
const maxOtherKeys = 3

// otherRegistries completes the defect of pull secrets that only have credentials for other registries or repositories than the
// image's. It returns the defect as it is if one of the Secrets cannot be used, or has no key.
func (p *Pull) otherRegistries(ref imageref.Ref, d Defect) Defect {
	var names, hosts, keys []string
	want := ref.Registry
	for i := range p.PullSecrets {
		u := &p.PullSecrets[i]
		if !u.HasKeys() {
			return d
		}
		if id := SecretID(u.Namespace, u.Ref.Name); !slices.Contains(names, id) {
			names = append(names, id)
		}
		for _, k := range u.Secret.Content().Config.Keys() {
			if !k.Usable {
				return d
			}
			host := registryOf(k)
			if host == registryName(ref.Registry) {
				want = ref.Name() // the key has a path
			}
			if !slices.Contains(hosts, host) {
				hosts = append(hosts, host)
			}
			keys = append(keys, fmt.Sprintf("%q", k.Written))
		}
	}
	if len(keys) == 0 {
		return d
	}
	word, has, key := "Secret", "has", "key"
	if len(names) > 1 {
		word, has = "Secrets", "have"
	}
	if len(keys) > 1 {
		key = "keys"
	}
	if want == ref.Registry {
		want = registryName(want)
	}
	d.Kind, d.Secret = DefectRegistry, names[0]
	d.Text = fmt.Sprintf("%s %s %s credentials for %s only (%s %s), none for %s", word, ShortList(names), has, ShortList(hosts), key, ShortList(keys), want)
	d.Help = fmt.Sprintf("make Secret %s again with --docker-server=%s, or add that key to it", names[0], dockerServer(ref.Registry))
	if len(names) > 1 {
		d.Help = fmt.Sprintf("give the pod a pull secret that is made with --docker-server=%s, or add that key to one of %s", dockerServer(ref.Registry), ShortList(names))
	}
	return d
}

// otherHosts names the registries of a Secret's keys, if all keys are known and none of them is meant for the image's
// registry. It returns nil otherwise.
func (p *Planner) otherHosts(u *PullSecret, ref imageref.Ref) []string {
	if !u.Usable {
		return nil
	}
	alone := p.alone(u)
	if _, near := alone.pull.mismatch(ref.Name()); near || len(alone.pull.keyring.Lookup(ref.Name())) > 0 || slices.Contains(alone.hosts, registryName(ref.Registry)) {
		return nil
	}
	return alone.hosts
}

// aloneSecret is what one Secret offers for any image: its credentials, and the different registries of its keys, or none if a key is not usable.
type aloneSecret struct {
	pull  Pull
	hosts []string
}

// alone caches what a usable Secret offers, because thousands of pods may name it.
func (p *Planner) alone(u *PullSecret) *aloneSecret {
	p.mu.Lock()
	defer p.mu.Unlock()
	if out := p.byItself[u.Secret]; out != nil {
		return out
	}
	out := &aloneSecret{pull: Pull{keyring: ringOf(SecretID(u.Namespace, u.Ref.Name), u.Secret)()}}
	seen := map[string]bool{}
	for _, k := range u.Secret.Payload.Config.Keys() {
		if !k.Usable {
			out.hosts = nil
			break
		}
		if host := registryOf(k); !seen[host] {
			seen[host], out.hosts = true, append(out.hosts, host)
		}
	}
	if p.byItself == nil {
		p.byItself = map[*manifests.Secret]*aloneSecret{}
	}
	p.byItself[u.Secret] = out
	return out
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

// ShortList joins the first items of a list, and counts the others.
func ShortList(items []string) string {
	if more := len(items) - maxOtherKeys; more > 0 {
		items = append(slices.Clone(items[:maxOtherKeys]), fmt.Sprintf("%d more", more))
	}
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}
