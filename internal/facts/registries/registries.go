// Package registries is the one place for what is known of container registries: their hosts and other names, who may pull, how credentials for
// them are written and how long they last, what paths they can have, what they mirror. It judges nothing, asks nobody, and parses no image
// reference: it takes a host as it is in a normalized reference.
//
// The facts are in table.go, one entry a registry, each with its source. The table costs nothing when the program starts; what finds an entry is
// built by the first who asks.
package registries

import (
	"slices"
	"strings"
	"time"
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
	names := [...]string{"unknown", "yes", "mixed", "login", "never", "gone", "local", "reserved"}
	if int(a) >= len(names) {
		return names[0]
	}
	return names[a]
}

// Confidence says how well a fact is founded.
type Confidence uint8

const (
	// ConfidenceLow marks hearsay: worth a remark at most.
	ConfidenceLow Confidence = iota
	// ConfidenceMedium marks a fact that one source or general knowledge supports.
	ConfidenceMedium
	// ConfidenceHigh marks a fact that its publisher, or several users, state.
	ConfidenceHigh
)

// String returns "low", "medium" or "high".
func (c Confidence) String() string {
	names := [...]string{"low", "medium", "high"}
	if int(c) >= len(names) {
		return "unknown"
	}
	return names[c]
}

// Registry is what is known of a registry, or of a family of registries whose hosts have one form. It is read only.
type Registry struct {
	// ID names the registry or family: "docker-hub", "ecr". Title is what people call it, "" for its host.
	ID, Title string
	// Hosts are whole hosts, the usual one first; Suffixes are what hosts of a family end in, from a dot on, with shape for what stands before.
	Hosts, Suffixes []string
	shape           shape
	// AnyPort is true if a port makes no other registry of a host.
	AnyPort bool
	// Same are those of Hosts that serve the same images as the first one.
	Same []string
	// Endpoint is the host that answers for the first of Hosts; "" for that host itself.
	Endpoint string

	// Anonymous says whether pulls without credentials succeed.
	Anonymous Anonymity
	// Ambient is true if nodes of the matching cloud or platform can bring credentials of their own (a node role, an attached registry), so that a
	// pod needs no pull secret there.
	Ambient bool
	// Closed are beginnings of paths that want credentials always, in a registry that has open ones as well.
	Closed []string
	// ClusterSecret is true if the pull secret of an OpenShift cluster is for it.
	ClusterSecret bool

	// MinSegments and MaxSegments bound the number of path segments of a normalized repository; MaxSegments 0 is no bound.
	MinSegments, MaxSegments int
	// MinCertain says that the registry itself rules out fewer: it is documented, or its answer is on record.
	MinCertain bool
	// Form names the segments: "OWNER/IMAGE"; "" where they have no names.
	Form string
	// Deeper are beginnings of paths that MaxSegments does not hold for.
	Deeper []string
	// CachesLibrary is true if what it copies of Docker Hub on demand keeps "library/" in its path, so that a Docker Official Image is not found without.
	CachesLibrary bool
	// NoHosts is true if no repository of it is in a folder that is named as another registry.
	NoHosts bool
	// Mirrors are the registries that it holds copies of.
	Mirrors []Mirror
	// Inside says which of its hosts answer in the network of one cloud only.
	Inside Inside

	// Keys are hosts that people write in the keys of pull secrets and mean this registry, which it is not found under.
	Keys []string
	// ClientKeys are hosts under which docker and podman file the login of the first of Hosts.
	ClientKeys []string
	// Env names the variables of the environment that hold a login.
	Env EnvLogin
	// Users are names of users, and Passwords beginnings of passwords, that tell what a credential is.
	Users, Passwords []Token
	// Realms are hosts outside of its domain that issue tokens for it.
	Realms []string
	// Tenants are domains in which different customers have names.
	Tenants []string

	// Near is true if a host with one slip in it means the first of Hosts; Mistakes are the wrong hosts that are known.
	Near     bool
	Mistakes []Mistake

	// Note says more, in a phrase without a full stop; may be "".
	Note string
	// Confidence is that of the whole entry.
	Confidence Confidence
	// Source names where the facts are from, and Date the day (YYYY-MM-DD) on which they were compared with it.
	Source, Date string
}

// Mirror is a registry, or a folder of one, that another registry holds copies of.
type Mirror struct {
	// Folder is where the copies are: "docker/library/", "" for everywhere.
	Folder string
	// Of is what is copied: "docker.io/library/".
	Of string
}

// EnvLogin names variables of the environment that hold a token and the name of its user, and the name to use where that is not set.
type EnvLogin struct{ Token, User, Default string }

// Token is a kind of credential that is known by its user's name or by how the password begins.
type Token struct {
	// Text is the name, or the beginning.
	Text string
	// Kind names what the credential is: "ECR authorization token".
	Kind string
	// Short is true if such credentials last a day at the most.
	Short bool
	// Valid is how long they last from their making; zero where that is not known, or where they last until something else ends.
	Valid time.Duration
}

// Mistake is a host, or the end of one, that is written for a registry and is none.
type Mistake struct {
	// Host is a whole host; Suffix is the end of one.
	Host, Suffix string
	// Right is what was meant, where it is not the first of the registry's hosts or suffixes.
	Right string
	// Why is a phrase whose subject is the host as written; "" for a misspelling.
	Why string
	// Except are parts of paths for which the host does serve images.
	Except []string
}

// Inside marks hosts that answer in the network of one cloud only.
type Inside struct {
	// Network is the cloud: "Alibaba Cloud".
	Network string
	// Marks are what the first label of such a host is, or ends in behind a hyphen: "vpc".
	Marks []string
}

// Network is the cloud in whose network alone a host of the registry answers; "" where it answers elsewhere, too.
func (r *Registry) Network(host string) string {
	first, _, _ := strings.Cut(plainHost(host), ".")
	for _, m := range r.Inside.Marks {
		if first == m || strings.HasSuffix(first, "-"+m) {
			return r.Inside.Network
		}
	}
	return ""
}

// IsDeeper reports whether MaxSegments does not hold for a repository.
func (r *Registry) IsDeeper(repository string) bool {
	return slices.ContainsFunc(r.Deeper, func(d string) bool { return strings.HasPrefix(repository, d) })
}

// WantsLogin reports whether every pull of a repository wants credentials.
func (r *Registry) WantsLogin(repository string) bool {
	return r.Anonymous == AnonymousNever || slices.ContainsFunc(r.Closed, func(c string) bool { return strings.HasPrefix(repository, c) })
}
