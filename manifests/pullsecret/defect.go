package pullsecret

import "strings"

// What is wrong with the credentials of an entry, as words after "has".
const (
	PasswordInStore  = "no password (it is in the machine's credential store)"
	OnlyToken        = "only a token that the kubelet does not read"
	NoUser           = "no user name"
	NoPassword       = "no password"
	NoUserOrPassword = "neither user name nor password"
	HasLineBreak     = "a password that ends in a line break" // the kubelet sends it as it is
)

// defect says why the credentials of an entry cannot work, or returns "". hasStore is true if the payload names a
// credential store or helper.
func (e *entry) defect(hasStore bool) string {
	switch {
	case e.username != "" && strings.HasSuffix(e.password, "\n"):
		return HasLineBreak
	case e.username != "" && e.password != "":
		return ""
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
