package pullsecret

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// What is wrong with the credentials of an entry, as words after "has".
const (
	PasswordInStore  = "no password (it is in the machine's credential store)"
	OnlyToken        = "only a token that the kubelet does not read"
	NoUser           = "no user name"
	NoPassword       = "no password"
	NoUserOrPassword = "neither user name nor password"
	HasLineBreak     = "a password that ends in a line break" // the kubelet sends it as it is
	GoogleKey        = `a Google service account's key without the user name "_json_key"`
	GoogleKeyBase64  = `a Google service account's key in base64 without the user name "_json_key_base64"`
)

// defect says why the credentials of an entry cannot work, or returns "". hasStore is true if the payload names a
// credential store or helper.
func (e *entry) defect(hasStore bool) string {
	switch {
	case e.username != "" && strings.HasSuffix(e.password, "\n"):
		return HasLineBreak
	case e.username != "" && e.password != "":
		return e.googleDefect()
	case e.password != "":
		return NoUser
	case e.identity, e.registry:
		return OnlyToken
	case hasStore:
		return PasswordInStore
	case e.username != "":
		return NoPassword
	}
	return NoUserOrPassword
}

// maxGoogleKey limits the size in bytes of a password that is read as the key of a service account. Real ones have about 2,400.
const maxGoogleKey = 16 << 10

// googleDefect returns the defect of a service account's key with another user name than the one that its encoding requires.
func (e *entry) googleDefect() string {
	plain := strings.HasPrefix(strings.TrimSpace(e.password), "{")
	want, why := "_json_key", GoogleKey
	if !plain {
		want, why = "_json_key_base64", GoogleKeyBase64
	}
	if e.username == want || len(e.password) > maxGoogleKey || strings.Contains(e.username, standIn) {
		return ""
	}
	host, _, err := normalize(e.written)
	if r, known := registries.Lookup(strings.ToLower(host)); err != nil || !known || !r.GoogleKeys {
		return ""
	}
	text := []byte(e.password)
	if !plain {
		if text, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(e.password), "")); err != nil {
			return ""
		}
	}
	var key struct{ Type string }
	if json.Unmarshal(text, &key) != nil || key.Type != "service_account" {
		return ""
	}
	return why
}
