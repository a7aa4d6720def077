package pullsecret

import "strings"

// What the entry of a registry lacks, or has instead, as words after "has".
const (
	LacksStore    = "no password (it is in the machine's credential store)"
	LacksIdentity = "only a token that the kubelet does not read"
	LacksUser     = "no user name"
	LacksPassword = "no password"
	LacksBoth     = "neither user name nor password"
	HasLineBreak  = "a password that ends in a line break" // the kubelet sends it as it is
)

// missing says why the credentials of an entry cannot work, or returns "". hasStore is true if the payload names a
// credential store or helper.
func (e *entry) missing(hasStore bool) string {
	switch {
	case e.username != "" && strings.HasSuffix(e.password, "\n"):
		return HasLineBreak
	case e.username != "" && e.password != "":
		return ""
	case e.password != "":
		return LacksUser
	case e.identity, e.registry:
		return LacksIdentity
	case hasStore:
		return LacksStore
	case e.username != "":
		return LacksPassword
	}
	return LacksBoth
}
