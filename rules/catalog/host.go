package catalog

import (
	"sort"
	"strings"
)

// Anonymity says whether a registry lets in those who bring no credentials.
type Anonymity uint8

const (
	// AnonymousUnknown: nothing is known.
	AnonymousUnknown Anonymity = iota
	// AnonymousYes: everything pulls without credentials.
	AnonymousYes
	// AnonymousMixed: public images pull without credentials, private ones do not.
	AnonymousMixed
	// AnonymousLogin: as a rule a login is wanted, but an owner can open his images, or it is not known that none is open.
	AnonymousLogin
	// AnonymousNever: every pull wants credentials.
	AnonymousNever
	// AnonymousGone: the registry was shut down.
	AnonymousGone
	// AnonymousLocal: the name means another place on every machine, as "localhost" does.
	AnonymousLocal
	// AnonymousReserved: the name is reserved for examples; no registry ever answers there.
	AnonymousReserved
)

// String returns the name, as "mixed".
func (a Anonymity) String() string {
	return pick(int(a), "unknown", "yes", "mixed", "login", "never", "gone", "local", "reserved")
}

// Host is what is known of a registry, or of the family of registries that a host belongs to.
type Host struct {
	// ID names the registry or family: "docker-hub", "ecr".
	ID string
	// Anonymous says whether pulls without credentials succeed.
	Anonymous Anonymity
	// Ambient says that nodes of the matching cloud or platform can bring credentials of their own (a node role, an attached
	// registry), so that a pod needs no pull secret there.
	Ambient bool
	// DockerServer holds the hosts under which credentials are written for it ("kubectl create secret docker-registry
	// --docker-server"), the usual one first. Empty: the host itself. Read only.
	DockerServer []string
	// MinSegments and MaxSegments bound the number of path segments of a normalized repository; MaxSegments 0 is no bound.
	MinSegments, MaxSegments int
	// Note says more, in a phrase without a full stop; may be "".
	Note string
	// Confidence is that of the whole fact.
	Confidence Confidence
	// Source names where the fact is from, and Date the day (YYYY-MM-DD) on which it was written down.
	Source, Date string

	shape   shape
	anyPort bool
}

// hostName is a row of hostNames (a whole host) or hostSuffixes (what a host ends in, from a dot on); both are sorted.
type hostName struct {
	name string
	host uint8 // index into hostTable
}

func findHost(table []hostName, name string) *Host {
	i, ok := sort.Find(len(table), func(i int) int { return strings.Compare(name, table[i].name) })
	if !ok {
		return nil
	}
	return &hostTable[table[i].host]
}

// LookupHost returns what is known of a registry host, as it stands in a normalized reference: with a port where one is
// written. A port other than 443 is another registry, except for local and reserved names.
func LookupHost(host string) (Host, bool) {
	host = plainHost(host)
	if h := findHost(hostNames[:], host); h != nil {
		return *h, true
	}
	name, port := cutPort(host)
	if port {
		if h := findHost(hostNames[:], name); h != nil && h.anyPort {
			return *h, true
		}
	}
	for i := range len(name) {
		if name[i] != '.' {
			continue
		}
		if h := findHost(hostSuffixes[:], name[i:]); h != nil && (h.anyPort || !port) && h.shape.fits(name[:i], name[i:]) {
			return *h, true
		}
	}
	return Host{}, false
}

// cutPort cuts ":5000" off a host, which may be an IPv6 address in brackets.
func cutPort(host string) (name string, port bool) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || !all(host[i+1:], isDigit) {
		return host, false
	}
	return host[:i], true
}
