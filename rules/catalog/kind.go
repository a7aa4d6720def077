package catalog

// ListKind is the kind of a list of tags. It determines what the list proves about a tag that is not on it.
type ListKind uint8

const (
	// History lists every tag with the months in which it was listed, from the publisher's own record. The Docker
	// Official Images have one.
	History ListKind = iota
	// Complete lists every tag that was ever published and the month of each.
	Complete
	// Releases lists the releases of a project under its own version names. Other tags (latest, 1.2, -alpine, nightly
	// builds) exist but are not listed.
	Releases
	// Learned lists every tag that a registry returned on a day.
	Learned

	lastKind = Learned
)

// String returns the name that lists use: "history", "complete", "releases" or "learned".
func (k ListKind) String() string { return pick(int(k), "history", "complete", "releases", "learned") }
