package catalog

import "github.com/imagelint-dev/imagelint/internal/facts/registries"

// Host describes a registry, or the family of registries that a host belongs to.
type Host = registries.Registry

// Anonymity tells whether a registry allows anonymous pulls.
type Anonymity = registries.Anonymity

// Values of Anonymity.
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

// Confidence tells how well a fact is supported.
type Confidence = registries.Confidence

// Values of Confidence.
const (
	ConfidenceLow    = registries.ConfidenceLow
	ConfidenceMedium = registries.ConfidenceMedium
	ConfidenceHigh   = registries.ConfidenceHigh
)

// LookupHost returns the facts about a registry host, given as in a normalized reference.
func LookupHost(host string) (*Host, bool) { return registries.Lookup(host) }
