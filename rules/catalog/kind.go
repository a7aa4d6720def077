package catalog

// ListKind says what a list of tags is, and so what it can prove of a tag that is not on it.
type ListKind uint8

const (
	// History holds every tag with when it was listed, by the publisher's own record: of the Docker Official Images, and of the images of Kubernetes.
	History ListKind = iota
	// Complete holds every tag that was ever made, and the month in which each was.
	Complete
	// Releases holds the releases of a project, as it names them. Other tags (latest, 1.2, -alpine, nightly builds) exist, and are not known.
	Releases
	// Learned holds every tag that a registry listed on a day.
	Learned

	lastKind = Learned
)

// String returns the name that the kind has in lists: "history", "complete", "releases" or "learned".
func (k ListKind) String() string { return pick(int(k), "history", "complete", "releases", "learned") }
