package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Known is what is known about an image without asking its registry.
type Known struct {
	// Flaws say what is wrong with the reference.
	Flaws []Flaw
	// Listed is true if there is a list of the image's tags, which is from Date. Published is true if the tag is in it.
	// Copy is true if the registry holds a copy of the listed image, perhaps without that tag.
	Listed, Published, Copy bool
	Date                    string
}

// Flaw is something that is wrong with a reference.
type Flaw struct {
	// Text is a sentence that begins with the image. Help says what to do.
	Text, Help string
	// Error is true if no pull of the image succeeds.
	Error bool
	Of    Part
}

// Part is the part of a reference that has a flaw.
type Part string

// Values of Part.
const (
	PartImage    Part = "image"    // the repository, the tag or the digest
	PartPrefix   Part = "prefix"   // the registry's name, before that of another registry: it answers, but is the wrong one
	PartRegistry Part = "registry" // the registry's name: perhaps another host answers
	PartHost     Part = "host"     // the registry's name, which nodes cannot resolve
	PartDoubt    Part = "doubt"    // the registry's name, which looks like an example, but may be real
	PartSyntax   Part = "syntax"   // the reference cannot be parsed
)

// parts returns the parts of the reference that can explain a failure.
func (f *Failure) parts() []Part {
	switch k := f.kind(); {
	case f.Kind != "":
		return nil
	case k == KindBackOff:
		return []Part{PartImage, PartPrefix, PartRegistry, PartHost, PartDoubt, PartSyntax}
	case f.asksForImage():
		return []Part{PartImage, PartPrefix, PartRegistry}
	case k == KindName:
		return []Part{PartSyntax}
	case k == KindDNS && f.isUnreached():
		return []Part{PartRegistry, PartHost, PartDoubt}
	case f.isUnreached():
		return []Part{PartRegistry}
	}
	return nil
}

// isUnreached reports whether something is wrong with the registry's host or the connection to it, and not with that to
// another host such as a mirror, a proxy or the storage of layers.
func (f *Failure) isUnreached() bool {
	k := f.kind()
	if f.id() == "proxy" || f.Entry != nil && f.Entry.Storage || k != KindDNS && k != KindConnect && k != KindTLS && k != KindRegistry {
		return false
	}
	return f.Registry == "" || f.Host == "" || withoutPort(f.Host) == withoutPort(f.Registry)
}

func withoutPort(host string) string {
	host, _, _ = strings.Cut(host, ":")
	return strings.ToLower(host)
}

// known returns what is known about the image of a failure, with the flaws that can explain it.
func (o *Options) known(f *Failure) Known {
	parts := f.parts()
	image := f.Image
	if image == "" && f.Host != "" && f.isUnreached() {
		image = f.Host + "/image:tag" // only its registry counts
	}
	if image == "" || len(parts) == 0 {
		return Known{}
	}
	var k Known
	if o.Known != nil {
		k = o.Known(image)
	}
	k.Flaws = slices.DeleteFunc(slices.Clone(k.Flaws), func(flaw Flaw) bool { return !slices.Contains(parts, flaw.Of) })
	if p := f.Planned; p != nil && p.NearHost != "" && f.kind() == KindDNS && f.isUnreached() && !k.isMistyped() {
		k.Flaws = append(k.Flaws, Flaw{
			Text: fmt.Sprintf("image %q names the host %q, but the pod has a pull secret for %q", image, f.Registry, p.NearHost),
			Help: fmt.Sprintf("did you mean %q?", p.NearHost), Of: PartRegistry,
		})
	}
	return k
}

// compareKnown compares an answer with what is known about the image. A registry that says of a published tag that it does
// not exist is rarely the one that published it.
func (gr *group) compareKnown(a *Answer, f *Failure, o Options) {
	if gr.scope == "node" || gr.scope == "namespace" {
		return
	}
	k := o.known(f)
	gr.known = k
	say := func(format string, args ...any) { a.Notes = append(a.Notes, fmt.Sprintf(format, args...)) }
	asked := gr.scope == "image" && (f.asksForImage() || a.Kind == KindBackOff)
	switch {
	case len(k.Flaws) > 0:
		gr.addFlaws(a, f, k.Flaws)
	case !asked:
	case k.Published && k.Copy:
		say("the image that %s copies has this tag, by the list of %s: the copy may lack it", f.Registry, k.Date)
	case k.Published && a.Kind == KindNotFound:
		who := "a mirror or a proxy may have answered in place of " + f.Registry
		if own := strings.HasSuffix(f.Host, f.Registry) || f.Registry == "docker.io" && strings.HasSuffix(f.Host, ".docker.com"); f.Host != "" && !own {
			who = fmt.Sprintf("%s answered in place of %s", f.Host, f.Registry)
		}
		say("this contradicts the catalog, whose list of %s has the tag: %s, or the tag has been removed since, or is not built for the node's platform", k.Date, who)
		a.Confidence, a.Who = Possible, Platform
		a.Do = "look at the mirrors and proxies that the node uses for " + f.Registry + ", and pull the image from elsewhere; the tag itself is published"
		a.Check = Fill("cat /etc/containerd/certs.d/"+plain(f.Registry, "HOST")+"/hosts.toml    # on the node", f)
		a.Mistaken = "a wrong tag"
	case k.Published && a.Kind == KindAccess && gr.fault.kind == "":
		say("the tag exists, by the catalog's list of %s: the name is right, so look at the credentials, and at the mirrors and proxies that the node uses for %s", k.Date, f.Registry)
	case k.Published && a.Kind == KindBackOff:
		say("the tag exists, by the catalog's list of %s: the name is right", k.Date)
	case k.Listed:
		say("the catalog's list of %s does not have this tag: it may be newer", k.Date)
	}
}

// addFlaws adds flaws of the reference to an answer. A flaw is the cause if the message does not say another one, or if it
// is in the name of a registry that was not reached.
func (gr *group) addFlaws(a *Answer, f *Failure, flaws []Flaw) {
	lead := slices.MinFunc(flaws, func(a, b Flaw) int { return cmp.Compare(a.rank(), b.rank()) })
	named := lead.Of == PartRegistry || lead.Of == PartHost || lead.Of == PartPrefix
	decides := lead.Of != PartDoubt && (gr.fault.kind == "" || lead.Of == PartRegistry && gr.fault.kind == kindRegistry)
	replaces := decides && (a.Kind == KindBackOff || f.isUnreached() || lead.Of == PartPrefix)
	for _, flaw := range flaws {
		if flaw != lead || !replaces {
			a.Notes = append(a.Notes, flaw.Text)
		}
	}
	if !decides {
		return
	}
	switch {
	case a.Kind == KindBackOff:
		a.Cause = gr.notPulled(f) + "the message does not say why, but " + lead.clause()
		a.Confidence, a.Mistaken = Possible, ""
	case lead.Of == PartPrefix:
		a.Cause = gr.notPulled(f) + lead.clause()
	case replaces:
		a.Cause += ": " + lead.clause()
		a.Mistaken = "a fault of the network"
	}
	if !lead.Error && !named && a.Kind != KindBackOff {
		return
	}
	a.Who = Author
	if lead.Help != "" {
		a.Do = lead.Help
	}
	if a.Confidence == Possible && (lead.Error || named) || replaces && a.Kind != KindDNS && a.Kind != KindBackOff {
		a.Confidence = Likely
	}
}

// rank ranks flaws by how certainly they make the pull fail, the most certain first.
func (flaw Flaw) rank() int {
	switch {
	case flaw.Error:
		return 0
	case flaw.Of == PartDoubt:
		return 2
	}
	return 1
}

// clause returns the text of a flaw for a sentence that already names the image.
func (flaw Flaw) clause() string {
	_, text, ok := strings.Cut(strings.TrimPrefix(flaw.Text, `image "`), `"`)
	switch {
	case !ok || !strings.HasPrefix(flaw.Text, `image "`):
		return flaw.Text
	case strings.HasPrefix(text, ": "):
		return text[len(": "):]
	}
	return "the image" + text
}

// isWrong reports whether the reference explains the failure of a pull, whatever its credentials: no pull of the image
// succeeds, or the registry is not the one that is meant.
func (k Known) isWrong() bool {
	return slices.ContainsFunc(k.Flaws, func(flaw Flaw) bool { return flaw.Error || flaw.Of == PartPrefix })
}

// fault returns what is wrong with the credentials of a failed pull. Credentials for another registry, or a Secret that is
// not where the pod is, are not the cause if the reference names a wrong registry.
func (o *Options) fault(f *Failure) fault {
	ft := f.fault()
	if (ft.kind == kindRegistry || ft.kind == kindElsewhere) && slices.ContainsFunc(o.known(f).Flaws, func(flaw Flaw) bool { return flaw.Of == PartPrefix }) {
		return fault{}
	}
	return ft
}

// isMistyped reports whether the name of the registry is mistyped.
func (k Known) isMistyped() bool {
	return slices.ContainsFunc(k.Flaws, func(flaw Flaw) bool { return flaw.Of == PartRegistry })
}

// asksForImage reports whether a registry said that it does not have the image, or does not give it. It is false if it
// rejected credentials, but not if these are valid and have no permission, which is said of a repository that does not exist, too.
func (f *Failure) asksForImage() bool {
	k := f.kind()
	return (k == KindNotFound && !slices.Contains([]string{"layer-gone", "layer-gone-404", "storage-gone"}, f.id()) || k == KindAccess && f.id() != layerDenied) && (!f.isRefused() || slices.Contains(permissions, f.id()))
}
