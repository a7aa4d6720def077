package redact

import (
	"slices"
	"strings"
	"unicode"
)

// secretWords say of a value that it is secret wherever they are in its key, in lower case and without what stands between words.
var secretWords = []string{
	"password", "passwd", "passphrase", "secret", "token", "apikey", "credential", "privatekey", "accesskey", "accountkey", "sharedkey", "signingkey",
	"encryptionkey", "masterkey", "licensekey", "authkey", "dockerconfigjson", "dockercfg", "connectionstring", "authorization", "bearer", "htpasswd",
}

// lastWords say the same where a key ends with them.
var lastWords = []string{"auth", "auths", "pwd", "pass", "pw", "jwt", "psk", "dsn"}

// plainEnds end the keys of values that only tell of a secret: what it is called, where it is, of what kind it is.
var plainEnds = []string{
	"name", "names", "ref", "refs", "namespace", "kind", "type", "path", "paths", "file", "files", "mode", "policy", "provider", "enabled", "seconds",
	"version", "class", "method", "port", "ttl", "length", "size", "format", "annotations", "labels", "store", "url", "uri", "host", "user", "username",
	"email", "image", "repository", "tag", "registry",
}

// plainKeys are the keys of plain values within what is secret as a whole, as in "auth: {image: nginx, password: ...}".
var plainKeys = []string{"apiversion", "create", "description", "digest", "items", "optional", "server"}

// isSecretKey reports whether a key says that its value is secret. The names of pull secrets are not.
func isSecretKey(key string) bool {
	word, last := words(key)
	if strings.Contains(word, "pullsecret") || strings.Contains(word, "existingsecret") || slices.Contains(plainEnds, last) {
		return false
	}
	return slices.Contains(lastWords, last) || slices.ContainsFunc(secretWords, func(s string) bool { return strings.Contains(word, s) })
}

// isPlainKey reports whether a value is plain although it stands within what is secret.
func isPlainKey(key string) bool {
	word, last := words(key)
	return strings.Contains(word, "pullsecret") || strings.Contains(word, "pullpolicy") || slices.Contains(plainEnds, last) || slices.Contains(plainKeys, word)
}

// words are all words of a key as one, and the last of them, in lower case: "db_apiKey" is "dbapikey" and "key".
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
