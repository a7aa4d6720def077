package pullsecret

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// reader collects entries like encoding/json with the kubelet's structs. There, decoding
// continues after a wrong type, but stops at the first error of an entry's own
// UnmarshalJSON. So the first bad entry is the one reported, even after bad HttpHeaders.
type reader struct {
	kind       Kind
	entries    []entry
	places     map[string]int // key as written -> index in entries
	sawAuths   bool
	credsStore bool
	helpers    bool
}

func (r *reader) read(top value) *Malformed {
	if r.kind == DockerCfg {
		return r.readEntries(top)
	}
	var kept *Malformed
	for m := range top.members() {
		var bad *Malformed
		switch {
		case strings.EqualFold(m.name, "auths"):
			r.sawAuths = true
			switch m.value.kind() {
			case "object":
				if fatal := r.readEntries(m.value); fatal != nil {
					return fatal
				}
			case "null":
				// Use a new map: clear would visit all the space of the old one each time.
				r.entries, r.places = nil, make(map[string]int)
			default:
				bad = wrongType(m.value, AuthsNotObject, "DockerConfigJSON.auths", "credentialprovider.DockerConfig")
			}
		case strings.EqualFold(m.name, "HttpHeaders"):
			bad = badHeaders(m.value)
		case strings.EqualFold(m.name, "credsStore"):
			r.credsStore = present(m.value)
		case strings.EqualFold(m.name, "credHelpers"):
			r.helpers = present(m.value)
		}
		if kept == nil {
			kept = bad
		}
	}
	return kept
}

func (r *reader) ignored() []string {
	var names []string
	if r.credsStore {
		names = append(names, "credsStore")
	}
	if r.helpers {
		names = append(names, "credHelpers")
	}
	return names
}

func (r *reader) readEntries(v value) *Malformed {
	for m := range v.members() {
		e, bad := readEntry(r.kind, m)
		if bad != nil {
			bad.Key = m.name
			return bad
		}
		if i, ok := r.places[m.name]; ok {
			r.entries[i] = e
			continue
		}
		r.places[m.name] = len(r.entries)
		r.entries = append(r.entries, e)
	}
	return nil
}

func readEntry(kind Kind, m member) (entry, *Malformed) {
	e := entry{written: m.name}
	context, of := "DockerConfigJSON.auths", "DockerConfigJSON.auths"
	if kind == DockerCfg {
		// For a map at the top level, encoding/json has no struct name for the error.
		context, of = "", "dockerConfigEntryWithAuth"
	}
	if k := m.value.kind(); k != "object" && k != "null" {
		return e, wrongType(m.value, EntryNotObject, context, "credentialprovider.dockerConfigEntryWithAuth")
	}
	var email, auth string
	var authValue value
	var kept *Malformed
	for f := range m.value.members() {
		var target *string
		var name string
		switch {
		case strings.EqualFold(f.name, "username"):
			target, name = &e.username, "username"
		case strings.EqualFold(f.name, "password"):
			target, name = &e.password, "password"
		case strings.EqualFold(f.name, "email"):
			target, name = &email, "email"
		case strings.EqualFold(f.name, "auth"):
			target, name, authValue = &auth, "auth", f.value
		case strings.EqualFold(f.name, "identitytoken"):
			e.identity = present(f.value)
			continue
		case strings.EqualFold(f.name, "registrytoken"):
			e.registry = present(f.value)
			continue
		default:
			continue
		}
		switch f.value.kind() {
		case "string":
			*target = f.value.str()
		case "null": // keeps the value of an earlier duplicate
		default:
			if kept == nil {
				kept = wrongType(f.value, WrongFieldType, of+"."+name, "string")
			}
		}
	}
	if kept != nil || auth == "" {
		return e, kept
	}
	username, password, bad := splitAuth(auth)
	if bad != nil {
		bad.Offset = authValue.start
	}
	e.contradiction = contradiction(username, password, e.username, e.password)
	e.secretUser = username == e.password
	e.username, e.password = username, password
	return e, bad
}

// contradiction says how the user name and password in auth, which count, differ from those beside it, or returns "". It contains no password, not even
// one that was written as a user name.
func contradiction(username, password, otherUsername, otherPassword string) string {
	used, unused := displayUser(username, password), displayUser(otherUsername, otherPassword)
	switch {
	case otherUsername != "" && otherUsername != username && (username == "" || slices.Contains([]string{used, unused}, hiddenUser) || username == otherPassword || otherUsername == password):
		return "auth and username have different users"
	case otherUsername != "" && otherUsername != username:
		return fmt.Sprintf("auth has user %q, username %q", used, unused)
	case otherPassword != "" && otherPassword != password:
		return "auth and password have different passwords"
	}
	return ""
}

// splitAuth decodes base64(username:password). The kubelet chooses padded or unpadded
// base64 by the last visible character.
func splitAuth(auth string) (username, password string, bad *Malformed) {
	enc := base64.RawStdEncoding
	if strings.HasSuffix(strings.TrimSpace(auth), "=") {
		enc = base64.StdEncoding
	}
	decoded, err := enc.DecodeString(auth)
	if err != nil {
		return "", "", &Malformed{Problem: AuthBase64, Text: err.Error()}
	}
	username, password, ok := strings.Cut(string(decoded), ":")
	if !ok {
		return "", "", &Malformed{
			Problem: AuthNoColon,
			Text:    "unable to parse auth field, must be formatted as base64(username:password)",
		}
	}
	return username, password, nil
}

func badHeaders(v value) *Malformed {
	if k := v.kind(); k != "object" && k != "null" {
		return wrongType(v, HTTPHeaders, "DockerConfigJSON.HttpHeaders", "map[string]string")
	}
	for m := range v.members() {
		if k := m.value.kind(); k != "string" && k != "null" {
			return wrongType(m.value, HTTPHeaders, "DockerConfigJSON.HttpHeaders", "string")
		}
	}
	return nil
}

// wrongType returns encoding/json's error for a wrong type, which contains the kind of
// the value but never the value.
func wrongType(v value, p Problem, field, goType string) *Malformed {
	into := "Go value"
	if field != "" {
		into = "Go struct field " + field
	}
	return &Malformed{
		Problem: p, Offset: v.start,
		Text: "json: cannot unmarshal " + v.kind() + " into " + into + " of type " + goType,
	}
}

// present reports whether a field that the kubelet ignores is non-empty.
func present(v value) bool {
	switch string(v.text()) {
	case "null", `""`, "{}":
		return false
	}
	return true
}
