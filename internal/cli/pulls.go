package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

func (c Command) pullsCommand() *cli.Command {
	return &cli.Command{
		Name: "pulls", Usage: "tell why images are not pulled, and what each pull would do", UsageText: "imagelint pulls PATH... [flags]",
		Description: `Examples:
   imagelint pulls ./k8s/ --workload web/Deployment/frontend
   kubectl get pod web-0 -o yaml > pod.yaml; kubectl get secret regcred -o yaml > secret.yaml
   imagelint pulls pod.yaml secret.yaml         why does this pod not pull?
   kubectl get pods,events,secrets,sa -A -o yaml | imagelint pulls --failing -

Statuses of pods and Events in the input, the text of kubectl describe and kubectl get events, and logs of the kubelet, containerd and
CRI-O say why a pull failed; the causes come first. No password or token is printed.
Exit codes: 0 no pull fails, 1 a pull fails, by the manifests or by what the cluster said.`,
		Flags: append(inputFlags(),
			formatFlag(report.PullFormats()),
			&cli.StringFlag{Name: "image", Category: groupInput, Usage: "only images that match `GLOB`, as written or normalized"},
			&cli.BoolFlag{Name: "failing", Category: groupInput, Usage: "only images whose pull fails, by the manifests or by what the cluster said"},
			&cli.StringFlag{Name: "workload", Category: groupInput, Usage: "only the object `[NAMESPACE/]KIND/NAME`"},
			kubernetesVersionFlag(),
			namespaceFlag(),
			knownSecretFlag(),
			nowFlag(),
			allowEmptyFlag(),
		),
		Action: c.pulls,
	}
}

func (c Command) pulls(ctx *cli.Context) error {
	if err := glob.Check(ctx.String("image")); err != nil {
		return wrong(ctx, "image", err)
	}
	chosen := glob.New(ctx.String("image"))
	r, loaded, format, err := c.read(ctx, report.PullFormats())
	if err != nil {
		return err
	}
	now, err := c.now(ctx)
	if err != nil {
		return err
	}
	answers := loaded.Causes(now)
	failed := spokenOf(answers)
	var pulls []report.Pull
	o := r.request.Linter.Settings.PlanOptions()
	o.Now = r.request.Linter.Settings.Now
	for _, set := range loaded.Sets() {
		planner := plan.New(set, o)
		for _, w := range set.Workloads {
			if !isWorkload(w, ctx.String("workload")) {
				continue
			}
			for _, img := range w.Images {
				if !isImage(img, ctx.String("image"), chosen) || img.Remote {
					continue
				}
				pull := planner.Image(w, img)
				p := report.Pull{Workload: w, Image: img, Plan: pull, Verdict: planner.Verdict(img, pull), Said: failed.of(w, img)}
				if fails := p.Said != nil || p.Verdict.Outcome == plan.Fails; fails || !ctx.Bool("failing") {
					pulls = append(pulls, p)
				}
			}
		}
	}
	if err := report.Pulls(c.Stdout, format, pulls, answers); err != nil {
		return fmt.Errorf("write the plans: %w", err)
	}
	c.tellCut(loaded)
	if err := r.examined(loaded, loaded.Set(), nil); err != nil {
		if _, told := loaded.StatusText(); !told || loaded.HasReadErrors() {
			return err
		}
	}
	if len(pulls) == 0 && (ctx.String("workload") != "" || ctx.String("image") != "") {
		return usagef("nothing matches --workload %q --image %q among %d images", ctx.String("workload"), ctx.String("image"), loaded.Set().Stats.Images)
	}
	if len(answers) > 0 || slices.ContainsFunc(pulls, func(p report.Pull) bool { return p.Verdict.Outcome == plan.Fails }) {
		return exitCode(ExitFindings)
	}
	if ctx.Bool("failing") {
		c.complain(errors.New("no pull fails in what was read"))
	}
	return nil
}

// isWorkload reports whether an object is the one that is asked for; the kind may be in any case.
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

// isImage reports whether an image holds a text, or matches it as a glob, as written or normalized.
func isImage(img *manifests.ImageRef, text string, g *glob.Glob) bool {
	return strings.Contains(img.Raw, text) || slices.ContainsFunc([]string{img.Raw, img.Ref.Canonical(), img.Ref.Name()}, g.Match)
}
