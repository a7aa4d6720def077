package model

// NodeSelection is what a pod requires of the system and the processor of its nodes, as far as the scheduler goes by it. What it requires of
// other labels, and what it only prefers, is not recorded. The zero value requires nothing.
type NodeSelection struct {
	// All is the node selector: every node meets all of it.
	All []NodeRequirement
	// Any are the terms of the required node affinity: every node meets one of them, with all that it requires. A term may require nothing
	// that is recorded; without any term, no node will do. It is nil where there is no required affinity.
	Any [][]NodeRequirement
}

// IsZero reports whether a pod requires nothing.
func (s *NodeSelection) IsZero() bool { return len(s.All) == 0 && s.Any == nil }

// NodeRequirement is a requirement on kubernetes.io/os or kubernetes.io/arch.
type NodeRequirement struct {
	Label    NodeLabel
	Operator string // In, NotIn, Exists, DoesNotExist, Gt or Lt
	Values   []string
}

// NodeLabel is one of the two labels that are recorded.
type NodeLabel uint8

// The labels.
const (
	NodeOS   NodeLabel = iota + 1 // the system: "linux"
	NodeArch                      // the processor: "amd64"
)
