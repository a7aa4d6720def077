package pullsecret

import (
	"slices"
	"strings"
)

// Shape is what a payload turned out to be, beside what its Kind promises.
type Shape int

const (
	// ShapeEntries has at least one registry entry, where it belongs.
	ShapeEntries Shape = iota + 1
	// ShapeNull is the JSON null, which the API server accepts.
	ShapeNull
	// ShapeEmpty is an object with nothing in it.
	ShapeEmpty
	// ShapeAuthsEmpty has "auths", and nothing in it.
	ShapeAuthsEmpty
	// ShapeHelpers has no entries, but names credential helpers (credsStore,
	// credHelpers), which no node has.
	ShapeHelpers
	// ShapeBare is the layout of .dockercfg under .dockerconfigjson: the
	// "auths" around the entries is missing.
	ShapeBare
	// ShapeWrapped is the layout of .dockerconfigjson under .dockercfg: the
	// kubelet takes "auths" for a host.
	ShapeWrapped
	// ShapeOther is an object without "auths" that resembles none of these.
	ShapeOther
)

// String returns what the payload is in a few words.
func (s Shape) String() string {
	switch s {
	case ShapeEntries:
		return "registry entries"
	case ShapeNull:
		return "null"
	case ShapeEmpty:
		return "an empty object"
	case ShapeAuthsEmpty:
		return `an empty "auths"`
	case ShapeHelpers:
		return "credential helpers without entries"
	case ShapeBare:
		return `entries without "auths" around them`
	case ShapeWrapped:
		return `entries with "auths" around them`
	case ShapeOther:
		return `an object without "auths"`
	}
	return "no shape"
}

// Shape returns what the payload turned out to be. Only ShapeEntries gives the
// kubelet anything to match; all others are accepted, and pulls go on without
// credentials.
func (c Config) Shape() Shape { return c.get().shape }

// HasNoAuths reports whether the payload holds no entry for any registry, so that
// it serves no image at all. [Config.Shape] says in which way.
func (c Config) HasNoAuths() bool {
	return c.Shape() != ShapeEntries
}

// Ignored returns the names of top-level members that hold something, and that
// the kubelet does not read: credsStore, credHelpers.
func (c Config) Ignored() []string { return slices.Clone(c.get().ignored) }

func shapeOf(kind Kind, top value, r *reader) Shape {
	if top.kind() == "null" {
		return ShapeNull
	}
	if kind == DockerCfg {
		return shapeOfDockerCfg(top, r)
	}
	if len(r.entries) > 0 {
		return ShapeEntries
	}
	members, bare := 0, false
	for m := range top.members() {
		members++
		bare = bare || !r.sawAuths && looksLikeEntry(m)
	}
	switch {
	case members == 0:
		return ShapeEmpty
	case bare:
		return ShapeBare
	case r.credsStore || r.helpers:
		return ShapeHelpers
	case r.sawAuths:
		return ShapeAuthsEmpty
	}
	return ShapeOther
}

func shapeOfDockerCfg(top value, r *reader) Shape {
	if len(r.entries) == 0 {
		return ShapeEmpty
	}
	for m := range top.members() {
		if strings.EqualFold(m.name, "auths") && !hasEntryField(m.value) {
			return ShapeWrapped
		}
	}
	return ShapeEntries
}

// looksLikeEntry reports whether a top-level member is what belongs under "auths".
func looksLikeEntry(m member) bool {
	if m.value.kind() != "object" {
		return false
	}
	switch strings.ToLower(m.name) {
	case "httpheaders", "credhelpers", "proxies", "plugins", "aliases", "features", "auths":
		return false
	}
	return hasEntryField(m.value) || strings.ContainsAny(m.name, ".:")
}

func hasEntryField(v value) bool {
	for f := range v.members() {
		switch strings.ToLower(f.name) {
		case "username", "password", "auth", "email", "identitytoken", "registrytoken":
			if f.value.kind() == "string" {
				return true
			}
		}
	}
	return false
}

// Key is one registry key of a payload and what is known of it without its
// secret values.
type Key struct {
	// Written is the key as it is in the payload, save that userinfo,
	// query and fragment, which may hold a secret and never matter to the
	// kubelet, are masked as "***".
	Written string
	// Host and Path are what the kubelet matches by: host with its port, and
	// the path ("" or beginning with a slash) without "/v1/" and "/v2/". Both
	// are "" where the kubelet cannot read the key.
	Host, Path string
	// Usable is false when no image can ever match the key.
	Usable bool
	// Why says why the key is not usable. On a usable key it says why the key
	// hardly does what it was written for, and is else "".
	Why string
	// SameAs is the earlier key, as Written, that is the same to the kubelet;
	// which of the two it tries first then differs from run to run.
	SameAs string
	// Username is the username, or "***" where the username is a token itself.
	Username string
	// HasCredentials reports whether username and password are both non-empty.
	HasCredentials bool
	// Ignored names the fields that hold something, and that the kubelet does
	// not read: identitytoken, registrytoken in the entry; credsStore,
	// credHelpers beside it.
	Ignored []string
}

// Keys returns the registry keys in the order written. A key that is written
// twice is in its first place with its last value.
func (c Config) Keys() []Key {
	inner := c.get()
	keys := make([]Key, 0, len(inner.entries))
	first := make(map[string]string, len(inner.entries))
	for i := range inner.entries {
		e := &inner.entries[i]
		k := Key{
			Written: mask(e.written), Username: displayUser(e.username, e.password),
			HasCredentials: e.username != "" && e.password != "",
		}
		if e.identity {
			k.Ignored = append(k.Ignored, "identitytoken")
		}
		if e.registry {
			k.Ignored = append(k.Ignored, "registrytoken")
		}
		k.Ignored = append(k.Ignored, inner.ignored...)
		k.Usable, k.Why = judge(e.written)
		if host, path, err := normalize(e.written); err == nil {
			if mask(host+path) == host+path {
				k.Host, k.Path = host, path
			}
			if k.SameAs = first[host+path]; k.SameAs == "" {
				first[host+path] = k.Written
			}
		}
		keys = append(keys, k)
	}
	return keys
}

// displayUser returns the username as it may be printed. Some registries take a
// token as username, alone or in both places.
func displayUser(username, password string) string {
	if username == "" {
		return ""
	}
	if username == password {
		return "***"
	}
	for _, prefix := range []string{
		"ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-", "gldt-", "glcbt-",
		"dckr_pat_", "dckr_oat_", "dop_v1_", "eyJ", "ya29.",
	} {
		if strings.HasPrefix(username, prefix) {
			return "***"
		}
	}
	return username
}
