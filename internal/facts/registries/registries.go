// Package registries holds all facts about container registries: their hosts and aliases, who may pull, the form and lifetime of credentials, the form of
// repository paths, and what they mirror. It does not contact registries or parse image references: it takes hosts in the form of normalized references.
//
// The facts are in table.go, one entry per registry, each with its source. The table costs nothing at program start; the index is built on first use.
package registries

import (
	"slices"
	"strings"
	"time"
)

// Anonymity says whether a registry allows anonymous pulls.
type Anonymity uint8

const (
	// AnonymousUnknown means that it is not known.
	AnonymousUnknown Anonymity = iota
	// AnonymousYes means that all pulls are anonymous.
	AnonymousYes
	// AnonymousMixed means that public images can be pulled anonymously, and private ones cannot.
	AnonymousMixed
	// AnonymousLogin means that pulls usually require credentials, but owners can make images public, or it is not known that there are no public images.
	AnonymousLogin
	// AnonymousNever means that every pull requires credentials.
	AnonymousNever
	// AnonymousGone means that the registry was shut down.
	AnonymousGone
	// AnonymousLocal means that the name refers to a different place on each machine, such as "localhost".
	AnonymousLocal
	// AnonymousReserved means that the name is reserved for examples, so there is no registry.
	AnonymousReserved
)

// String returns the name: "mixed".
func (a Anonymity) String() string {
	names := [...]string{"unknown", "yes", "mixed", "login", "never", "gone", "local", "reserved"}
	if int(a) >= len(names) {
		return names[0]
	}
	return names[a]
}

// Confidence says how well established a fact is.
type Confidence uint8

const (
	// ConfidenceLow marks hearsay, which justifies an info at most.
	ConfidenceLow Confidence = iota
	// ConfidenceMedium marks a fact from one source or general knowledge.
	ConfidenceMedium
	// ConfidenceHigh marks a fact confirmed by the publisher or by several users.
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

// Registry describes a registry, or a family of registries whose hosts have the same form. It must not be modified.
type Registry struct {
	// ID identifies the registry or family: "docker-hub", "ecr". Title is its usual name, or "" to use the host.
	ID, Title string
	// Hosts are complete host names, the usual one first. Suffixes are the ends of a family's hosts, from a dot on; shape describes the part before.
	Hosts, Suffixes []string
	shape           shape
	// AnyPort is true if a port does not make the host another registry.
	AnyPort bool
	// Same lists those of Hosts that serve the same images as the first one.
	Same []string
	// Endpoint is the host to contact for the first of Hosts, or "" for that host itself.
	Endpoint string

	// Anonymous says whether anonymous pulls succeed.
	Anonymous Anonymity
	// Ambient is true if nodes of the matching cloud or platform can have their own credentials (a node role, an attached registry), so that pods need no
	// pull secret there.
	Ambient bool
	// Closed lists path prefixes that always require credentials, in a registry that also has public images.
	Closed []string
	// ClusterSecret is true if the global pull secret of OpenShift clusters is for this registry.
	ClusterSecret bool

	// MinSegments and MaxSegments bound the number of path segments in a normalized repository. A MaxSegments of 0 means no limit.
	MinSegments, MaxSegments int
	// MinCertain is true if the registry rejects fewer segments, according to its documentation or a recorded response.
	MinCertain bool
	// Form names the segments: "OWNER/IMAGE". It is "" if they have no names.
	Form string
	// Deeper lists path prefixes that MaxSegments does not apply to.
	Deeper []string
	// CachesLibrary is true if a pull-through cache of Docker Hub keeps "library/" in paths, so that Docker Official Images are not found without it.
	CachesLibrary bool
	// NoHosts is true if no repository is in a folder named after another registry.
	NoHosts bool
	// Mirrors lists the registries that it mirrors.
	Mirrors []Mirror
	// Inside describes hosts that are only reachable in the network of one cloud.
	Inside Inside

	// Keys are hosts that users write as pull secret keys for this registry, but that do not match it.
	Keys []string
	// ClientKeys are hosts under which docker and podman store credentials for the first of Hosts.
	ClientKeys []string
	// Env names the environment variables with credentials.
	Env EnvLogin
	// Users and Passwords identify kinds of credentials by their user names and password prefixes.
	Users, Passwords []Token
	// GoogleKeys is true if the key of a Google service account is a password, with the user name _json_key, or _json_key_base64 for a key in base64.
	GoogleKeys bool
	// Realms are hosts in other domains that issue its tokens.
	Realms []string
	// Tenants are domains whose subdomains belong to different customers.
	Tenants []string

	// Near is true if a host that differs by one typing error means one of Hosts, and NearSuffixes if a suffix that does so means one of Suffixes. Mistakes
	// lists known wrong hosts.
	Near, NearSuffixes bool
	Mistakes           []Mistake

	// Note is a further phrase without a full stop, or "".
	Note string
	// Confidence applies to the whole entry.
	Confidence Confidence
	// Source says where the facts are from. Date is the day (YYYY-MM-DD) on which they were checked.
	Source, Date string
}

// Mirror is a registry, or a folder of one, that another registry mirrors.
type Mirror struct {
	// Folder is the folder with the copies: "docker/library/", or "" for the root.
	Folder string
	// Of is the original: "docker.io/library/".
	Of string
}

// EnvLogin names the environment variables for a token and its user, and the user name to use if that variable is not set.
type EnvLogin struct{ Token, User, Default string }

// Token is a kind of credential that can be recognized by its user name or password prefix.
type Token struct {
	// Text is the user name or prefix.
	Text string
	// Kind is the name of the credential: "ECR authorization token".
	Kind string
	// Short is true if these credentials are valid for a day at most.
	Short bool
	// Valid is their lifetime; zero if it is unknown or ends with something else.
	Valid time.Duration
	// New is a command that prints a new one, or "". {name} stands for the first part of the host, and {region} for the region in it.
	New string
}

// Mistake is a wrong host, or suffix of hosts, that users write for a registry.
type Mistake struct {
	// Host is a complete host; Suffix is the end of one.
	Host, Suffix string
	// Right is the correct one, if it is not the registry's first host or suffix.
	Right string
	// Why is a phrase with the host as its subject; "" for a misspelling.
	Why string
	// Except lists parts of paths for which the wrong host does serve images.
	Except []string
}

// Inside describes hosts that are only reachable in the network of one cloud.
type Inside struct {
	// Network is the name of the cloud: "Alibaba Cloud".
	Network string
	// Marks are first labels of such hosts, or their ends after a hyphen: "vpc".
	Marks []string
}

// Network returns the cloud to which a host of the registry is restricted, or "".
func (r *Registry) Network(host string) string {
	first, _, _ := strings.Cut(plainHost(host), ".")
	for _, m := range r.Inside.Marks {
		if first == m || strings.HasSuffix(first, "-"+m) {
			return r.Inside.Network
		}
	}
	return ""
}

// IsDeeper reports whether MaxSegments does not apply to a repository.
func (r *Registry) IsDeeper(repository string) bool {
	return slices.ContainsFunc(r.Deeper, func(d string) bool { return strings.HasPrefix(repository, d) })
}

// WantsLogin reports whether every pull of a repository requires credentials.
func (r *Registry) WantsLogin(repository string) bool {
	return r.Anonymous == AnonymousNever || slices.ContainsFunc(r.Closed, func(c string) bool { return strings.HasPrefix(repository, c) })
}
