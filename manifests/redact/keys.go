package redact

import (
	"slices"
	"strings"
	"unicode"
)

// secretWords are words that mark a value as secret anywhere in its key, in lower case and without separators.
var secretWords = []string{
	"password", "passwd", "passphrase", "secret", "token", "apikey", "credential", "privatekey", "accesskey", "accountkey", "sharedkey", "signingkey",
	"encryptionkey", "masterkey", "licensekey", "authkey", "dockerconfigjson", "dockercfg", "connectionstring", "authorization", "bearer", "htpasswd",
}

// lastWords mark a value as secret at the end of its key.
var lastWords = []string{"auth", "auths", "pwd", "pass", "pw", "jwt", "psk", "dsn"}

// plainEnds are endings of keys that only describe a secret: its name, place or kind.
var plainEnds = []string{
	"name", "names", "ref", "refs", "namespace", "kind", "type", "path", "paths", "file", "files", "mode", "policy", "provider", "enabled", "seconds",
	"version", "class", "method", "port", "ttl", "length", "size", "format", "annotations", "labels", "store", "url", "uri", "host", "user", "username",
	"email", "image", "repository", "tag", "registry",
}

// plainKeys are keys of plain values inside a secret mapping, as in "auth: {image: nginx, password: ...}".
var plainKeys = []string{"apiversion", "create", "description", "digest", "items", "optional", "server"}

// isSecretKey reports whether a key marks its value as secret. The names of pull secrets are not secret.
func isSecretKey(key string) bool {
	word, last := words(key)
	if strings.Contains(word, "pullsecret") || strings.Contains(word, "existingsecret") || slices.Contains(plainEnds, last) {
		return false
	}
	return slices.Contains(lastWords, last) || slices.ContainsFunc(secretWords, func(s string) bool { return strings.Contains(word, s) })
}

// isPlainKey reports whether a value is plain although it is inside a secret mapping.
func isPlainKey(key string) bool {
	word, last := words(key)
	return strings.Contains(word, "pullsecret") || strings.Contains(word, "pullpolicy") || slices.Contains(plainEnds, last) || slices.Contains(plainKeys, word)
}

// words returns all words of a key joined, and the last one, in lower case: "db_apiKey" gives "dbapikey" and "key".
func words(key string) (all, last string) {
	var word, tail strings.Builder
	before := ' '
	for _, r := range key {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			tail.Reset()
			before = ' '
			continue
		case unicode.IsUpper(r) && unicode.IsLower(before):
			tail.Reset()
		}
		if before == ' ' {
			tail.Reset()
		}
		before = r
		word.WriteRune(unicode.ToLower(r))
		tail.WriteRune(unicode.ToLower(r))
	}
	return word.String(), tail.String()
}
