package main

import "slices"

// row is a line of kinds.jsonl, with the fields in its order.
type row struct {
	Group           string   `json:"group"`
	Kind            string   `json:"kind"`
	From            string   `json:"from"`
	Images          []string `json:"images,omitempty"`
	ImageObjects    []string `json:"imageObjects,omitempty"`
	PodSpecs        []string `json:"podSpecs,omitempty"`
	Containers      []string `json:"containers,omitempty"`
	Volumes         []string `json:"volumes,omitempty"`
	PullSecrets     secrets  `json:"pullSecrets,omitzero"`
	ServiceAccounts []string `json:"serviceAccounts,omitempty"`
}

// secrets are the fields of pull secrets, by shape.
type secrets struct {
	Names         []string `json:"names,omitempty"`
	Strings       []string `json:"strings,omitempty"`
	String        []string `json:"string,omitempty"`
	Name          []string `json:"name,omitempty"`
	NameNamespace []string `json:"nameNamespace,omitempty"`
}

// IsZero reports whether no field was found.
func (s secrets) IsZero() bool {
	return len(s.Names)+len(s.Strings)+len(s.String)+len(s.Name)+len(s.NameNamespace) == 0
}

// isEmpty reports whether the kind has no images or pull secrets.
func (r *row) isEmpty() bool {
	return len(r.Images)+len(r.ImageObjects)+len(r.PodSpecs)+len(r.Containers)+len(r.Volumes) == 0 && r.PullSecrets.IsZero()
}

// finish sorts the lists, so that they do not depend on the order of the schema.
func (r *row) finish() {
	p := &r.PullSecrets
	for _, list := range []*[]string{
		&r.Images, &r.ImageObjects, &r.PodSpecs, &r.Containers, &r.Volumes, &r.ServiceAccounts, &p.Names, &p.Strings, &p.String, &p.Name, &p.NameNamespace,
	} {
		slices.Sort(*list)
	}
}

// add appends items that are not in the list yet.
func add(list *[]string, path string) {
	if !slices.Contains(*list, path) {
		*list = append(*list, path)
	}
}
