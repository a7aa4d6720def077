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

// Repositories is a lint.Prober that asks nobody, and keeps what it is asked about.
type Repositories struct {
	// Chosen are globs of repositories; without any, all but Docker Official Images are.
	Chosen *glob.List
	All    bool
	// Found are those that were asked about, Tags the tags that they are used with.
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

// add notes that a repository is used.
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

// Learned is what registries said of their repositories.
type Learned struct {
	// Lists are those of now, laid over those of before.
	Lists []catalog.List
	// Tags and Repositories count what was learned, Failed the repositories that nobody could be asked about.
	Tags, Repositories, Failed int
	// Notes are about single repositories.
	Notes []string
}

// Learn asks registries for the tags of repositories, and lays the answers over the lists of before. What could not be asked stays as it was.
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
				tag.Digest = d // a list holds no others
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
