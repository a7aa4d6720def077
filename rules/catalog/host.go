package catalog

import "github.com/imagelint-dev/imagelint/internal/facts/registries"

// Host is what is known of a registry, or of the family of registries that a host belongs to.
type Host = registries.Registry

// Anonymity says whether a registry lets in those who bring no credentials.
type Anonymity = registries.Anonymity

// Whom registries let in.
const (
	AnonymousUnknown  = registries.AnonymousUnknown
	AnonymousYes      = registries.AnonymousYes
	AnonymousMixed    = registries.AnonymousMixed
	AnonymousLogin    = registries.AnonymousLogin
	AnonymousNever    = registries.AnonymousNever
	AnonymousGone     = registries.AnonymousGone
	AnonymousLocal    = registries.AnonymousLocal
	AnonymousReserved = registries.AnonymousReserved
)

// Confidence says how well a fact is founded.
type Confidence = registries.Confidence

// How well facts are founded.
const (
	ConfidenceLow    = registries.ConfidenceLow
	ConfidenceMedium = registries.ConfidenceMedium
	ConfidenceHigh   = registries.ConfidenceHigh
)

// LookupHost returns what is known of a registry host, as it stands in a normalized reference.
func LookupHost(host string) (*Host, bool) { return registries.Lookup(host) }

// Typo is a registry host that was most likely meant to be another one.
type Typo = registries.Typo

// HostTypo returns what a registry host was meant to be.
func HostTypo(host string) (Typo, bool) { return registries.HostTypo(host) }
