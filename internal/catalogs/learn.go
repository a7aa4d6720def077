package catalogs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// Repositories is a lint.Prober that records what it is asked about and contacts no registry.
type Repositories struct {
	// Chosen selects repositories by globs. All selects all repositories except Docker Official Images.
	Chosen *glob.List
	All    bool
	// Found lists the selected repositories, and Tags the tags that they are used with.
	Found []probe.Repository
	Tags  map[probe.Repository][]string
}

// Probe implements lint.Prober.
func (u *Repositories) Probe(_ context.Context, questions []lint.Question) []lint.ProbeResult {
	for i := range questions {
		ref := questions[i].Ref
		im, known := catalog.Builtin().Lookup(ref.Registry, ref.Repository)
		if u.All && !(known && im.Kind == catalog.History) || u.Chosen.Match(ref.Name()) {
			u.add(probe.Repository{Registry: ref.Registry, Name: ref.Repository}, ref)
		}
	}
	return make([]lint.ProbeResult, len(questions))
}

// add records the use of a repository.
func (u *Repositories) add(r probe.Repository, ref imageref.Ref) {
	u.Found = append(u.Found, r)
	tag := ref.Tag
	if tag == "" && ref.Digest == "" {
		tag = "latest"
	}
	if u.Tags == nil {
		u.Tags = map[probe.Repository][]string{}
	}
	if tag != "" && !slices.Contains(u.Tags[r], tag) {
		u.Tags[r] = append(u.Tags[r], tag)
	}
}

// Learned is the result of Learn.
type Learned struct {
	// Lists are the new lists merged with the previous ones.
	Lists []catalog.List
	// Tags and Repositories count what was learned. Failed counts the repositories that could not be listed.
	Tags, Repositories, Failed int
	// Notes are about single repositories.
	Notes []string
}

// Learn lists the tags of repositories in their registries, and merges the result with the previous lists. Repositories that could not be
// listed keep their previous tags.
func Learn(ctx context.Context, prober *probe.Prober, asked []probe.Repository, wanted probe.Wanted, before []catalog.List, day catalog.Day) Learned {
	slices.SortFunc(asked, func(a, b probe.Repository) int {
		return strings.Compare(a.Registry+"/"+a.Name, b.Registry+"/"+b.Name)
	})
	asked = slices.Compact(asked)
	known := map[string]*catalog.List{}
	for i := range before {
		for _, im := range before[i].Images {
			known[im.Name] = &before[i]
		}
	}
	var out Learned
	learned := map[string]bool{}
	for i, a := range prober.Learn(ctx, asked, wanted) {
		name := asked[i].Registry + "/" + asked[i].Name
		now := catalog.List{
			Images: []catalog.ListImage{{Name: name}}, Kind: catalog.Learned, Partial: a.Cut, Absent: a.Outcome == lint.RepoMissing,
			Source: catalog.Source{Name: asked[i].Registry, Day: day},
		}
		if a.Outcome != lint.Exists && a.Outcome != lint.RepoMissing {
			out.Failed++
			out.Notes = append(out.Notes, fmt.Sprintf("%s: its tags are not known: %s", name, a.Why))
			continue
		}
		for _, t := range a.Tags {
			tag := catalog.Tag{Name: t, Architectures: catalog.ArchitecturesOf(a.Details[t].Platforms)}
			if d := a.Details[t].Digest; strings.HasPrefix(d, "sha256:") {
				tag.Digest = d // lists accept no other digests
			}
			now.Tags = append(now.Tags, tag)
		}
		out.Tags += len(a.Tags)
		learned[name] = true
		out.Lists = append(out.Lists, catalog.Relearn(known[name], now))
		if now.Absent {
			out.Notes = append(out.Notes, name+": the registry has no such repository")
		}
	}
	for i := range before {
		if !learned[before[i].Images[0].Name] {
			out.Lists = append(out.Lists, before[i])
		}
	}
	out.Repositories = len(learned)
	return out
}
