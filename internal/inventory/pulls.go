// Package inventory lists the content of loaded inputs: their images, how each would be pulled, and what a cluster reported about it.
package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// PullChoice selects the pulls to list. The zero value selects all.
type PullChoice struct {
	// Image is a substring or a glob of an image, as written or normalized.
	Image string
	// Workload is an object: [[NAMESPACE/]KIND/]NAME. Its ReplicaSets, Jobs and Pods are selected with it, except those that pull nothing any more and that
	// it does not name.
	Workload string
	// Failing selects only pulls that fail.
	Failing bool
}

// String returns the choice as flags.
func (c PullChoice) String() string {
	var out []string
	if c.Workload != "" {
		out = append(out, fmt.Sprintf("--workload %q", c.Workload))
	}
	if c.Image != "" {
		out = append(out, fmt.Sprintf("--image %q", c.Image))
	}
	return strings.Join(out, " and ")
}

// Pulls lists how images would be pulled, with the causes of reported failures. workloads is the number of objects with images in the input, without
// those whose images no kubelet pulls.
func Pulls(ctx context.Context, loaded *engine.Loaded, choice PullChoice, now time.Time) (out report.PullReport, workloads int, err error) {
	var pulls []report.Pull
	out, workloads, err = eachPull(ctx, loaded, choice, now, func(p *report.Pull) {
		if p.Fails() || !choice.Failing {
			pulls = append(pulls, *p)
		}
	})
	out.Pulls = pulls
	if choice.Workload != "" || choice.Image != "" {
		out.Answers = about(out.Answers, out.Pulls)
	}
	return out, workloads, err
}

// EachPull reports how each image would be pulled, without keeping the pulls in memory, and returns
// the rest of the report.
func EachPull(ctx context.Context, loaded *engine.Loaded, now time.Time, each func(*report.Pull)) (report.PullReport, error) {
	out, _, err := eachPull(ctx, loaded, PullChoice{}, now, each)
	return out, err
}

func eachPull(ctx context.Context, loaded *engine.Loaded, choice PullChoice, now time.Time, each func(*report.Pull)) (out report.PullReport, workloads int, err error) {
	proven, err := loaded.FailingPulls(ctx)
	if err != nil {
		return out, 0, err
	}
	out.Answers, out.Broken = loaded.Causes(now), len(loaded.Set().Broken)
	chosen := glob.New(choice.Image)
	o := loaded.Settings().PlanOptions()
	o.Now = loaded.Settings().Now
	found, named := map[*cluster.Failure]bool{}, map[failureKey]bool{}
	for _, set := range loaded.Sets() {
		plans := NewPlans(set, plan.New(set, o), out.Answers)
		plans.proven, plans.running, plans.started = proven, ownersOfPods(set), newStarted(set)
		shared := newSharedPulls(set, func(members []member) {
			p := join(members, plans.Of)
			out.Total++
			each(&p)
		})
		for _, w := range set.Workloads {
			if len(out.Answers) > 0 {
				named[failureKey{namespace: plans.planner.NamespaceOf(w), object: w.Name}] = true
			}
			if w.Fetched {
				continue
			}
			workloads++
			if !shared.isPart(w, choice.Workload) {
				continue
			}
			if pullsNothing(w) && (choice.Workload == "" || !isWorkload(w, choice.Workload)) {
				for _, img := range w.Images {
					plans.saidOf(w, img) // found, but not listed
				}
				continue
			}
			for _, img := range w.Images {
				if !img.Remote && (isImage(img, choice.Image, chosen) || plans.makes(w, img, choice.Image, chosen)) {
					shared.add(w, img)
				}
			}
		}
		shared.flush()
		plans.said.addFound(found)
	}
	if choice.Workload == "" && choice.Image == "" {
		out.Unlisted = countUnlisted(out.Answers, found, named)
	}
	return out, workloads, nil
}

// pullsNothing reports whether an object pulls no images: it is one of the past, or the cluster runs no pods for it.
func pullsNothing(w *manifests.Workload) bool { return w.IsPast() || w.Idle && w.Live }

// Plans tells how the images of a set would be pulled, based on the manifests and on messages from
// a cluster.
type Plans struct {
	planner *plan.Planner
	secrets *plan.SecretsByHost
	said    failureIndex
	// lacking are the Secrets that a namespace of the cluster lacks, by its messages.
	lacking map[string][]string
	// proven are the pulls that certainly fail, and running the owners of pods from a cluster, whose statuses say more.
	proven  engine.FailingPulls
	running map[cluster.Key]bool
	started started
}

// NewPlans returns the plans of a set. causes are the causes found in cluster messages, or nil.
func NewPlans(set *manifests.Set, planner *plan.Planner, causes []cluster.Answer) *Plans {
	return &Plans{planner: planner, secrets: plan.NewSecretsByHost(set, planner), said: newFailureIndex(causes, set, planner), lacking: lackingSecrets(causes)}
}

// Of returns how an image would be pulled.
func (p *Plans) Of(w *manifests.Workload, img *manifests.ImageRef) report.Pull {
	written := img
	made := p.planner.Replacement(w, img)
	if made != nil {
		img = made
	}
	pull := p.planner.Image(w, img)
	out := report.Pull{Workload: w, Image: img, Plan: pull, Said: p.saidOf(w, img), Lacking: p.lacking[pull.Namespace]}
	if made != nil {
		out.Written = written.Raw
	}
	if out.InCluster = w.Live || out.Said != nil; out.InCluster {
		out.Verdict = p.planner.ClusterVerdict(img, pull, out.Lacking)
	} else {
		out.Verdict = p.planner.VerdictWithout(img, pull, out.Lacking)
	}
	why, rejected, ok := p.proven.Of(w, written)
	if ok && out.Said == nil && isNews(&out.Verdict, rejected) && !(w.Live && p.running[cluster.Key{Namespace: w.Namespace, Name: w.Name}]) {
		out.Verdict.Outcome, out.Verdict.Reason, out.Verdict.Message = plan.Fails, why.Reason, why.Why
	}
	if out.Said == nil {
		if made == nil {
			p.addMutation(&out, why.Why)
		}
		out.Runs = out.Verdict.Outcome == plan.Fails && p.started.has(w, img)
	}
	p.addUnnamed(&out)
	return out
}

// makes reports whether Flux replaces an image with one that contains a text or matches it as a glob.
func (p *Plans) makes(w *manifests.Workload, img *manifests.ImageRef, text string, g *glob.Glob) bool {
	made := p.planner.Replacement(w, img)
	return made != nil && isImage(made, text, g)
}

// addMutation corrects the verdict on an image that something replaces before a node reads it. proven is why the pull certainly fails, or "".
func (p *Plans) addMutation(pull *report.Pull, proven string) {
	w, img := pull.Workload, pull.Image
	invalid := img.Err != nil && pull.Verdict.Outcome == plan.Fails && pull.Verdict.Message != proven
	switch m := p.planner.Mutation(w, img); {
	case m.Kind == plan.AsWritten:
	case invalid && img.Processed() == manifests.ProcessedDefault:
		pull.Verdict = plan.Verdict{Outcome: plan.Unknown, Message: fmt.Sprintf("nodes read %q, which is not a valid reference, unless a parameter of the OpenShift Template gets another value", img.Raw)}
	case invalid && m.Kind == plan.Replaced:
		pull.Verdict = filledIn(img, m.By, "fills it in")
	case invalid:
		pull.Verdict = filledIn(img, m.By, "may fill it in")
	case m.Redirects && (pull.Verdict.Outcome == plan.Anonymous || pull.Verdict.Outcome == plan.Credentials):
		pull.Verdict = plan.Verdict{Outcome: plan.Unknown, Message: fmt.Sprintf("nodes may not read %q as it is: %s may replace it, or the pull goes to the cluster's registry", img.Raw, m.By)}
	case m.Kind == plan.Replaced && !w.Live && img.Err == nil && img.State == manifests.StateString && !p.planner.AlsoAsWritten(w, img):
		pull.Verdict = filledIn(img, m.By, "replaces it")
	}
}

// saidOf returns what the cluster reported about an image, or nil.
func (p *Plans) saidOf(w *manifests.Workload, img *manifests.ImageRef) *cluster.Failure {
	if len(p.said) == 0 {
		return nil
	}
	if f := p.said.of(w, p.planner.NamespaceOf(w), img); f != nil {
		return f
	}
	return p.said.of(w, w.Namespace, img) // a log may not say which namespace it is about
}

// isNews reports whether a verdict lacks that a pull certainly fails. One that says what the kubelet does is wrong about a pod that is rejected.
func isNews(v *plan.Verdict, rejected bool) bool {
	return v.Outcome != plan.Fails && v.Outcome != plan.Never || rejected && v.Outcome == plan.Fails && v.Reason == "InvalidImageName"
}

// filledIn is the verdict on an image that something fills in or replaces before a node reads it.
func filledIn(img *manifests.ImageRef, by, does string) plan.Verdict {
	return plan.Verdict{Outcome: plan.Unknown, Message: fmt.Sprintf("nodes do not read %q as it is: %s %s", img.Raw, by, does)}
}

// ownersOfPods returns the pods of a set that were read from a cluster, and what may own them.
func ownersOfPods(set *manifests.Set) map[cluster.Key]bool {
	out := map[cluster.Key]bool{}
	for _, w := range set.Workloads {
		if !w.Live || w.Kind != "Pod" {
			continue
		}
		out[cluster.Key{Namespace: w.Namespace, Name: w.Name}] = true
		for owner := range plan.Owners(w.Name) {
			out[cluster.Key{Namespace: w.Namespace, Name: owner}] = true
		}
	}
	return out
}

// about returns the causes of failed pulls.
func about(answers []cluster.Answer, pulls []report.Pull) []cluster.Answer {
	said := map[*cluster.Failure]bool{}
	for i := range pulls {
		said[pulls[i].Said] = true
	}
	return slices.DeleteFunc(answers, func(a cluster.Answer) bool {
		return !slices.ContainsFunc(a.Failures, func(f *cluster.Failure) bool { return said[f] })
	})
}

// isWorkload reports whether an object matches want. The case of the kind is ignored.
func isWorkload(w *manifests.Workload, want string) bool {
	if want == "" {
		return true
	}
	parts := strings.Split(want, "/")
	if len(parts) == 3 {
		if parts[0] != w.Namespace {
			return false
		}
		parts = parts[1:]
	}
	if len(parts) == 2 {
		return strings.EqualFold(parts[0], w.Kind) && parts[1] == w.Name
	}
	return len(parts) == 1 && parts[0] == w.Name
}

// isImage reports whether an image contains a text, or matches it as a glob, as written or normalized.
func isImage(img *manifests.ImageRef, text string, g *glob.Glob) bool {
	return strings.Contains(img.Raw, text) || slices.ContainsFunc([]string{img.Raw, img.Ref.Canonical(), img.Ref.Name()}, g.Match)
}
