package pullsecret

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// isRelated reports whether two different hosts belong to one family, and to one account if
// only accounts share a family.
func isRelated(key, img string) bool {
	a, ok := registries.FamilyOf(key)
	b, too := registries.FamilyOf(img)
	if !ok || !too || a.ID != b.ID || key == img {
		return false
	}
	if strings.HasPrefix(a.ID, "jfrog ") { // acme-corp and acme-docker may be two accounts
		return strings.HasPrefix(a.Place, b.Place+"-") || strings.HasPrefix(b.Place, a.Place+"-")
	}
	return true
}

// whyOtherHost says why the key of one host does not serve the other.
func whyOtherHost(key, img string) string {
	a, _ := registries.FamilyOf(key)
	b, _ := registries.FamilyOf(img)
	switch {
	case strings.HasPrefix(a.ID, "ecr "):
		return fmt.Sprintf("it is for the account's registry in %q, but the image is in %q", a.Place, b.Place)
	case a.What == "location":
		return fmt.Sprintf("it is for the location %q, but the image is in %q", a.Place, b.Place)
	case a.What == "host":
		return fmt.Sprintf("it is for images at %q, but this one is at %q", a.Place, b.Place)
	}
	return fmt.Sprintf("%q is not %q: addresses are compared as text, even if they lead to the same registry", key, img)
}
