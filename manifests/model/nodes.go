package model

// NodeSelection is what a pod requires of the operating system and architecture of its nodes. Requirements on other
// labels, and preferences, are not recorded. The zero value requires nothing.
type NodeSelection struct {
	// All is the node selector: a node must meet all requirements.
	All []NodeRequirement
	// Any holds the terms of the required node affinity: a node must meet all requirements of one term. A term may
	// have no recorded requirement; if Any is empty but not nil, no node matches. It is nil without required affinity.
	Any [][]NodeRequirement
}

// IsZero reports whether the pod has no requirements; so does nil.
func (s *NodeSelection) IsZero() bool { return s == nil || len(s.All) == 0 && s.Any == nil }

// NodeRequirement is a requirement on kubernetes.io/os or kubernetes.io/arch.
type NodeRequirement struct {
	Label    NodeLabel
	Operator string // In, NotIn, Exists, DoesNotExist, Gt or Lt
	Values   []string
}

// NodeLabel is one of the two recorded labels.
type NodeLabel uint8

// Values of NodeLabel.
const (
	NodeOS   NodeLabel = iota + 1 // operating system: "linux"
	NodeArch                      // architecture: "amd64"
)
