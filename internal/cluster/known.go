package cluster

import (
	"fmt"
	"slices"
	"strings"
)

// Known is what is known about an image without asking its registry.
type Known struct {
	// Faults say what is wrong with the reference, and Help what to do about the first that is an error.
	Faults []string
	Help   string
	// Listed is true if there is a list of the image's tags, which is from Date. Published is true if the tag is in it.
	// Copy is true if the registry holds a copy of the listed image, perhaps without that tag.
	Listed, Published, Copy bool
	Date                    string
}

// tellKnown compares an answer with what is known about the image. A registry that says of a published tag that it does
// not exist is rarely the one that published it.
func (gr *group) tellKnown(a *Answer, f *Failure, o Options) {
	if o.Known == nil || f.Image == "" || gr.scope != "image" || !f.asksForImage() {
		return
	}
	k := o.Known(f.Image)
	gr.known = k
	say := func(format string, args ...any) { a.Notes = append(a.Notes, fmt.Sprintf(format, args...)) }
	switch {
	case len(k.Faults) > 0:
		for _, fault := range k.Faults {
			say("%s", fault)
		}
		if k.Help != "" && gr.fault.kind == "" {
			a.Do = k.Help
			if a.Sure == Possible {
				a.Sure = Likely
			}
		}
	case k.Published && k.Copy:
		say("the image that %s copies has this tag, by the list of %s: the copy may lack it", f.Registry, k.Date)
	case k.Published && a.Kind == KindNotFound:
		who := "a mirror or a proxy may have answered in place of " + f.Registry
		if own := strings.HasSuffix(f.Host, f.Registry) || f.Registry == "docker.io" && strings.HasSuffix(f.Host, ".docker.com"); f.Host != "" && !own {
			who = fmt.Sprintf("%s answered in place of %s", f.Host, f.Registry)
		}
		say("this contradicts the catalog, whose list of %s has the tag: %s, or the tag has been removed since, or is not built for the node's platform", k.Date, who)
		a.Sure, a.Who = Possible, Platform
		a.Do = "look at the mirrors and proxies that the node uses for " + f.Registry + ", and pull the image from elsewhere; the tag itself is published"
		a.Check = Fill("cat /etc/containerd/certs.d/"+plain(f.Registry, "HOST")+"/hosts.toml    # on the node", f)
		a.Mistaken = "a wrong tag"
	case k.Published && a.Kind == KindAccess && gr.fault.kind == "":
		say("the tag exists, by the catalog's list of %s: the name is right, so look at the credentials, and at the mirrors and proxies that the node uses for %s", k.Date, f.Registry)
	case k.Listed:
		say("the catalog's list of %s does not have this tag: it may be newer", k.Date)
	}
}

// asksForImage reports whether a registry said that it does not have the image, or does not give it. It is false if it
// rejected credentials.
func (f *Failure) asksForImage() bool {
	k := f.kind()
	return (k == KindNotFound && !slices.Contains([]string{"layer-gone", "layer-gone-404"}, f.id()) || k == KindAccess) && !f.isRefused()
}
