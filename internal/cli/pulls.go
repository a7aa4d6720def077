package cli

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
)

func (c Command) pullsCommand() *cli.Command {
	return &cli.Command{
		Name: "pulls", Usage: "show how each image would be pulled, and why pulls fail", UsageText: "imagelint pulls PATH... [flags]",
		Description: `Examples:
   imagelint pulls ./k8s/ --workload web/Deployment/frontend
   kubectl get pod web-0 -o yaml > pod.yaml
   kubectl get secret regcred -o yaml > secret.yaml
   imagelint pulls pod.yaml secret.yaml         why does this pod not pull?
   kubectl get pods,events,secrets,sa -A -o yaml | imagelint pulls --failing -

Statuses of pods and Events in the input, the text of kubectl describe and kubectl get events, and logs of the kubelet, containerd and
CRI-O say why a pull failed; the causes come first. No password or token is printed.
Exit codes: 0 no pull fails, 1 a pull fails, according to the manifests or the cluster's messages, or a
document is not valid YAML.`,
		Flags:  settings.Pulls(),
		Action: c.pulls,
	}
}

func (c Command) pulls(ctx *cli.Context) error {
	if err := glob.Check(ctx.String("image")); err != nil {
		return settings.Wrong(ctx, "image", err)
	}
	r, loaded, format, err := c.read(ctx, report.PullFormats())
	if err != nil {
		return err
	}
	now, err := settings.Now(ctx, c.Now)
	if err != nil {
		return err
	}
	printing, err := c.options(ctx)
	if err != nil {
		return err
	}
	choice := inventory.PullChoice{Image: ctx.String("image"), Workload: ctx.String("workload"), Failing: ctx.Bool("failing")}
	all, workloads, err := inventory.Pulls(ctx.Context, loaded, choice, now)
	if err != nil {
		return err
	}
	filtered := choice.Workload != "" || choice.Image != ""
	all.Whole = r.verbose || filtered
	if err := report.Pulls(c.Stdout, format, all, printing); err != nil {
		return fmt.Errorf("write the plans: %w", err)
	}
	c.notes(r).Unread(loaded)
	if err := r.examined(loaded, loaded.Set(), nil); err != nil {
		if _, hasStatus := loaded.StatusText(); !hasStatus || loaded.HasReadErrors() {
			return err
		}
	}
	if _, hasStatus := loaded.StatusText(); workloads == 0 && len(all.Answers) == 0 && all.Broken == 0 && !hasStatus && !r.cfg.AllowEmpty.Or(false) {
		return settings.Usagef("%s", inventory.Podless(loaded, ctx.Args().Slice(), now))
	}
	if all.Total == 0 && filtered {
		return settings.Usagef("no image matches %s, of %s in the input", choice, report.Count(loaded.Set().Stats.Images, "image", "images"))
	}
	if all.Failed() {
		return exitCode(ExitFindings)
	}
	if choice.Failing {
		c.PrintError(errors.New("no failing pull in the input"))
	}
	return nil
}
