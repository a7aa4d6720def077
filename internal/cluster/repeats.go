package cluster

// podCause identifies failures of an object with causes of one kind.
type podCause struct {
	kind, namespace, name string
	of                    Kind
}

// causeOf returns the key for what a failure's status may stand for. One that says that a registry or the runtime fails may stand for any message about
// them.
func causeOf(f *Failure, k Kind) podCause {
	if isNodeOrNetwork(k) {
		k = KindConnect
	}
	return podCause{f.Kind, f.Namespace, f.Name, k}
}

// told are the failures of an object that name their image, and those that only have a status.
type told struct {
	named bool
	// lone has an image and no container, and bare has a container and no image; both up to two.
	lone, bare []*Failure
}

// told indexes the failures of objects. Those that name their image are also indexed under KindBackOff, which may stand for each of them, and without
// their object, for a status that names none.
func (g *gatherer) told() map[podCause]*told {
	out := map[podCause]*told{}
	at := func(key podCause) *told {
		if out[key] == nil {
			out[key] = &told{}
		}
		return out[key]
	}
	for _, f := range g.failures {
		switch {
		case f.Entry == nil:
		case f.Image != "":
			own, anyOf := causeOf(f, f.kind()), causeOf(f, KindBackOff)
			at(own).add(f)
			if anyOf != own && !f.IsPulled() {
				at(anyOf).add(f)
			}
			at(podCause{of: own.of}).named = true
		case f.isOnlyStatus() && f.Container != "":
			if t := at(causeOf(f, f.Entry.Kind)); len(t.bare) < 2 {
				t.bare = append(t.bare, f)
			}
		}
	}
	return out
}

func (t *told) add(f *Failure) {
	t.named = true
	if f.Container == "" && len(t.lone) < 2 {
		t.lone = append(t.lone, f)
	}
}

// isOnlyStatus reports whether a failure is known by a status only, such as "Error: InvalidImageName", without an image.
func (f *Failure) isOnlyStatus() bool {
	return f.Image == "" && f.Entry != nil && isBare(f.Entry, f.Message)
}

// isTold reports whether a failure that is known by a status only is part of another failure of its pod, whose image is known. The other failure takes
// its container if there are no two.
func (f *Failure) isTold(all map[podCause]*told) bool {
	if !f.isOnlyStatus() {
		return false
	}
	t := all[causeOf(f, f.Entry.Kind)]
	switch {
	case t == nil || !t.named:
		return false
	case f.Container == "":
		return true
	case len(t.lone) != 1 || len(t.bare) != 1:
		return false
	}
	t.lone[0].Container, t.lone[0].List, t.lone[0].Status = f.Container, f.List, f.Status
	return true
}
