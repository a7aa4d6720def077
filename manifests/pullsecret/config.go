package pullsecret

import (
	"slices"
	"strings"
)

// Shape is the actual layout of a payload, which may differ from its Kind.
type Shape int

const (
	// ShapeEntries has at least one registry entry in the right place.
	ShapeEntries Shape = iota + 1
	// ShapeNull is the JSON null, which the API server accepts.
	ShapeNull
	// ShapeEmpty is an empty object.
	ShapeEmpty
	// ShapeAuthsEmpty has "auths" without entries.
	ShapeAuthsEmpty
	// ShapeHelpers has no entries, but names credential helpers (credsStore,
	// credHelpers), which nodes do not have.
	ShapeHelpers
	// ShapeBare is the layout of .dockercfg under .dockerconfigjson: the "auths" around
	// the entries is missing.
	ShapeBare
	// ShapeWrapped is the layout of .dockerconfigjson under .dockercfg: the kubelet reads
	// "auths" as a host.
	ShapeWrapped
	// ShapeOther is an object without "auths" that resembles none of these.
	ShapeOther
)

// String describes the shape in a few words.
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

// Shape returns the actual layout of the payload. Only ShapeEntries gives the kubelet
// anything to match. All others are accepted, and pulls continue without credentials.
func (c Config) Shape() Shape { return c.get().shape }

// HasNoAuths reports whether the payload has no entry for any registry, so that it cannot
// be used for any image. [Config.Shape] has the details.
func (c Config) HasNoAuths() bool {
	return c.Shape() != ShapeEntries
}

// Ignored returns the names of non-empty top-level members that the kubelet does not
// read: credsStore, credHelpers.
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

// looksLikeEntry reports whether a top-level member looks like an entry that belongs under "auths".
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

// Key is one registry key of a payload and its properties without secret values.
type Key struct {
	// Written is the key as in the payload, except that userinfo, query and fragment are
	// replaced with "***": they may contain a secret, and the kubelet ignores them.
	Written string
	// Host and Path are what the kubelet matches: the host with its port, and the path
	// ("" or beginning with a slash) without "/v1/" and "/v2/". Both are "" if the
	// kubelet cannot read the key.
	Host, Path string
	// Usable is false if no image can match the key.
	Usable bool
	// Why says why the key is not usable. For a usable key, it says why the key probably
	// does not work as intended, or is "".
	Why string
	// SameAs is the earlier key, as Written, that the kubelet treats as equal. Which of
	// the two it tries first varies between runs.
	SameAs string
	// Username is the username, or "***" if the username is itself a token.
	Username string
	// HasCredentials reports whether username and password are both non-empty.
	HasCredentials bool
	// Defect says why the credentials cannot work, as words after "has": one of the constants, or "".
	Defect string
	// Contradiction says how username and password differ from those in auth, which the kubelet uses instead, or is "".
	Contradiction string
	// Ignored names the non-empty fields that the kubelet does not read: identitytoken
	// and registrytoken in the entry; credsStore and credHelpers next to it.
	Ignored []string
}

// Keys returns the registry keys in the order written. A duplicate key has its first
// position and its last value. The result is shared; do not change it.
func (c Config) Keys() []Key { return c.get().keys() }

func (inner *config) readKeys() []Key {
	keys := make([]Key, 0, len(inner.entries))
	first := make(map[string]string, len(inner.entries))
	for i := range inner.entries {
		e := &inner.entries[i]
		k := Key{
			Written: mask(e.written), Username: e.displayUser(),
			HasCredentials: e.username != "" && e.password != "", Defect: e.defect(len(inner.ignored) > 0), Contradiction: e.contradiction,
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

// displayUser returns a printable form of the user name.
func (e *entry) displayUser() string {
	if e.secretUser && e.username != "" {
		return hiddenUser
	}
	return displayUser(e.username, e.password)
}

// hiddenUser is displayed instead of a token.
const hiddenUser = "***"

// displayUser returns a printable form of the username. Some registries accept a token as
// the username, alone or in addition to the password.
func displayUser(username, password string) string {
	if username == "" {
		return ""
	}
	if username == password {
		return hiddenUser
	}
	for _, prefix := range []string{
		"ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-", "gldt-", "glcbt-",
		"dckr_pat_", "dckr_oat_", "dop_v1_", "eyJ", "ya29.",
	} {
		if strings.HasPrefix(username, prefix) {
			return hiddenUser
		}
	}
	return username
}
