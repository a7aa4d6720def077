package engine

import "slices"

// filesRead counts the files that were read: those of the first set, in which each rendered output is one, with what charts and kustomizations
// were rendered from in place of the output. Each file counts once, however many outputs and paths lead to it.
func (l *Loaded) filesRead(counted int) int {
	system := l.files()
	alone, parts := map[string]bool{}, map[string]bool{}
	for i := range l.inputs.files {
		in := &l.inputs.files[i]
		if in.Context || in.InMemory {
			continue
		}
		if abs, err := system.Abs(in.Name); err == nil && in.RenderedElsewhere {
			parts[abs] = true
		} else if err == nil {
			alone[abs] = true
		}
	}
	charts := map[string]bool{}
	for _, o := range slices.Concat(l.outputs...) {
		counted--
		if charts[o.Path] { // with other values
			continue
		}
		charts[o.Path] = true
		for _, name := range o.ReadFiles() {
			if !alone[name] {
				parts[name] = true
			}
		}
	}
	return counted + len(parts)
}
