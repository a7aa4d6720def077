package notes

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Dropped lists the rules that had more than most findings, the rest of which are not kept.
func (n Notes) Dropped(result lint.Result, limit int) {
	var rules []string
	for i := range result.Omitted {
		if found := result.Omitted[i].Findings(); found > 0 {
			rules = append(rules, fmt.Sprintf("%d of %s", found, result.Omitted[i].Rule))
		}
	}
	if len(rules) > 0 {
		n.printf("dropped findings after the first %d of each rule: %s; --max-findings 0 keeps all", limit, strings.Join(rules, ", "))
	}
}

// Untried reports images for which the user's own logins were not used, as a precaution.
func (n Notes) Untried(images int, as lint.Asker) {
	if images == 0 {
		return
	}
	refused := "that pods are denied"
	if as == lint.AsAnonymous {
		refused = "denied to everyone"
	}
	n.printf("your own logins were not tried for %s %s, because CI is set (--probe-login)", report.Count(images, "image", "images"), refused)
}

// Asked reports how many registry requests were made.
func (n Notes) Asked(s probe.Stats) {
	fmt.Fprintf(n.W, "asked registries: %s\n", s)
	for _, host := range slices.Sorted(maps.Keys(s.Left)) {
		fmt.Fprintf(n.W, "remaining rate limit at %s: %s\n", report.Escape(host), s.Left[host])
	}
}

// size formats a number of bytes for people.
func size(bytes int64) string {
	if bytes < 1e6 {
		return fmt.Sprintf("%.1f kB", float64(bytes)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}

// Cost reports what a run read, how much of it the catalog knows, and how long it took.
func (n Notes) Cost(loaded *engine.Loaded, known string, took time.Duration) {
	s := loaded.Set().Stats
	fmt.Fprintf(n.W, "read %s, %s, %s; %s, %d of them skipped unparsed; %s, %s; %s\n",
		report.Count(s.Files, "file", "files"), size(s.Bytes), report.Count(s.Documents, "document", "documents"), report.Count(s.Objects, "object", "objects"), s.Unparsed,
		report.Count(s.Workloads, "workload", "workloads"), report.Count(s.Images, "image", "images"), took.Round(time.Millisecond))
	fmt.Fprintln(n.W, known)
}

// Rendered reports how much was rendered.
func (n Notes) Rendered(loaded *engine.Loaded) {
	if loaded.HasRenders() {
		all, again := loaded.Rendered()
		fmt.Fprintf(n.W, "rendered %d charts and kustomizations, and %d again to find the source of findings\n", all, again)
	}
}

// Unasked returns a line for each chart and kustomization that was not rendered, so that no registry was asked about its images. Only a strict run has them.
func Unasked(settings *lint.Settings, set *manifests.Set) []string {
	if !settings.ProbeStrict {
		return nil
	}
	var out []string
	seen := map[string]bool{}
	for _, s := range set.Skipped {
		switch s.Reason {
		case manifests.SkipNotRendered, manifests.SkipNoEngine, manifests.SkipKustomization:
			if why := strings.TrimSuffix(": "+s.Detail, ": "); !seen[s.File] {
				seen[s.File] = true
				out = append(out, "--probe-strict: "+s.File+" was not rendered, so no registry was asked about its images"+why)
			}
		case manifests.SkipPartial:
			out = append(out, "--probe-strict: "+s.File+" was not rendered completely, so no registry was asked about some of its images: "+s.Detail)
		}
	}
	return out
}
