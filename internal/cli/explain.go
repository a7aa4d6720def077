package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/internal/notes"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/lint"
)

func (c Command) explainCommand() *cli.Command {
	return &cli.Command{
		Name: "explain", Usage: "explain a rule, a status or a message from a cluster", UsageText: "imagelint explain RULE|STATUS|MESSAGE|FILE|-",
		Description: `Examples:
   imagelint explain image-uppercase                    a rule
   imagelint explain ErrImageNeverPull                  a status
   imagelint explain 401                                a registry's answer
   imagelint explain "x509: certificate signed by unknown authority"
   kubectl describe pod web-0 | imagelint explain -     why does this pod not pull?
   kubectl get events -A | imagelint explain -
   journalctl -u kubelet --since -1h | imagelint explain -

Exit codes: 0 explained, 1 a message is not known, 2 wrong usage, 3 the input cannot be read.`,
		Flags: settings.Explain(), Action: c.explain,
	}
}

func (c Command) explain(ctx *cli.Context) error {
	if ctx.NArg() != 1 {
		return settings.OneToExplain(ctx.Args().Slice())
	}
	format, err := settings.Format(ctx, report.CauseFormats())
	if err != nil {
		return err
	}
	name := ctx.Args().First()
	if name == "-" {
		return c.explainInput(ctx, format, name)
	}
	if done, err := c.explainRule(ctx, name); done {
		return err
	}
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		if err := files.CheckNamed(name); err != nil {
			return fmt.Errorf("read %q: it %w", name, err)
		}
		return c.explainInput(ctx, format, name)
	}
	asked := cluster.Ask(name)
	if asked == nil {
		all, err := c.allRules(ctx, name)
		switch {
		case err != nil && settings.PodOf(name) == "":
			return settings.Usage(err)
		case err != nil:
			c.PrintError(err)
		}
		return settings.NotExplained(name, all)
	}
	return c.printCauses(format, cluster.Diagnose(asked, cluster.Options{Known: catalogs.Known(nil)}))
}

// explainRule explains a rule; false if there is no rule or group of that name.
func (c Command) explainRule(ctx *cli.Context, name string) (bool, error) {
	o, err := c.options(ctx)
	if err != nil {
		return true, err
	}
	all, _ := c.allRules(ctx, name) // its error counts if nothing else explains the name
	var group []string
	for i := range all {
		if all[i].ID == name {
			cfg, _, err := c.config(ctx, nil, nil)
			switch {
			case err == nil:
				o.Levels = cfg.Configured(all)
			case ctx.IsSet("config"):
				return true, err
			default:
				c.PrintError(err) // the rule is explained as without a configuration
			}
			return true, report.Explain(c.Stdout, all[i], o)
		}
		if all[i].Group == name {
			group = append(group, all[i].ID)
		}
	}
	if len(group) > 0 {
		return true, settings.Usagef("%q is a group of rules: explain takes one of %s", name, strings.Join(group, ", "))
	}
	return false, nil
}

// explainInput explains the failures in a dump: manifests with statuses and Events, kubectl output, logs, or
// messages, one per line.
func (c Command) explainInput(ctx *cli.Context, format, path string) error {
	now, err := settings.Now(ctx, c.Now)
	if err != nil {
		return err
	}
	loaded, err := engine.Load(ctx.Context, engine.Request{
		Paths: []string{path}, Stdin: files.Stream(ctx.Context, c.Stdin, false), Status: engine.StatusAny, Warn: c.PrintError, Known: catalogs.Known(nil),
		Linter: lint.Linter{Settings: lint.Settings{Kubernetes: lint.NewestKubernetes}},
	})
	if err != nil {
		return err
	}
	if loaded.HasReadErrors() {
		return exitCode(ExitFailed)
	}
	notes.Notes{W: c.Stderr, Print: c.PrintError}.Unread(loaded)
	set := loaded.Set()
	answers := loaded.Causes(now)
	_, hasStatus := loaded.StatusText()
	switch {
	case len(answers) > 0 || format == "json":
		return c.printCauses(format, answers)
	case len(set.Broken) > 0:
		return exitCode(ExitFailed)
	case set.Stats.Objects == 0 && !hasStatus:
		return settings.Usagef("no message about a failed pull in %s", notes.Paths([]string{path}))
	case len(set.Workloads) == 0 && len(set.Secrets) > 0 && !hasStatus:
		return settings.Usagef("%s", inventory.Podless(loaded, []string{path}, now))
	}
	return c.Print("no container is waiting for its image, and no event or log reports a failed pull\n")
}

// printCauses prints causes. An unknown message is printed as such.
func (c Command) printCauses(format string, answers []cluster.Answer) error {
	out := bufio.NewWriter(c.Stdout)
	if err := errors.Join(report.Causes(out, format, answers), out.Flush()); err != nil {
		return fmt.Errorf("write the causes: %w", err)
	}
	for i := range answers {
		if answers[i].Entry == nil {
			return exitCode(ExitFindings)
		}
	}
	return nil
}
