// Package policy compiles the policies of a configuration into rules. It knows the expression language and
// its variables. It reads no files, and expressions cannot either.
package policy

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// Limits of an expression. The limits of its length and of the number of policies are in the configuration.
const (
	maxNodes   = 1000    // nodes of the expression, after macro expansion
	maxNesting = 50      // nested parentheses and calls
	maxRegex   = 128     // instructions of a regular expression
	maxCost    = 5000    // cost of evaluating one image, in CEL's units
	maxMemory  = 1 << 20 // memory that an expression may allocate, in bytes

	// The cost of a policy in a run is limited to costPerImage for each image evaluated, plus a fixed amount.
	// An expression that lists a few dozen prefixes stays below it; an expensive one cannot stall a run over
	// a large tree.
	costPerImage = 500
	costInRun    = 500_000

	// maxTime limits the evaluation of one image in case the library's cost estimate is wrong. Nothing below
	// maxCost comes near it.
	maxTime = 2 * time.Second
	// checkTime is the number of loop steps after which the time is checked.
	checkTime = 100
)

// Known returns what the catalogs know about an image. It is not safe for concurrent use.
type Known func(*manifests.ImageRef) string

// Compiler compiles the policies of a run's configurations. Policies inherited by several configurations are
// compiled and tested once.
type Compiler struct {
	// Open opens the catalogs. It is called during a run, and only if a policy uses them.
	Open func() Known

	language *language // nil until the first policy
	facts    map[string]*Fact
	names    []string
	done     map[source]lint.Rule
}

// source is everything of a policy that determines its rule.
type source struct {
	id, expression, message, help, where string
	severity                             lint.Severity
}

// Compile turns policies into rules and runs their tests. Its error joins one config.Error, with position,
// for each mistake. It does nothing if there are no policies.
func (c *Compiler) Compile(ctx context.Context, policies []config.Policy) ([]lint.Rule, error) {
	if len(policies) == 0 {
		return nil, nil
	}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	var out []lint.Rule
	var errs []error
	for i := range policies {
		p := &policies[i]
		id := source{p.Rule.ID, p.Expression.Value, p.Message.Value, p.Help, p.Rule.Doc.Why, p.Rule.Severity}
		rule, ok := c.done[id]
		if !ok {
			var wrong []error
			if rule, wrong = c.rule(p); len(wrong) == 0 {
				wrong = test(ctx, p, &rule)
			}
			if len(wrong) > 0 {
				errs = append(errs, wrong...)
				continue
			}
			c.done[id] = rule
		}
		out = append(out, rule)
	}
	return out, errors.Join(errs...)
}

// prepare creates the language shared by all expressions.
func (c *Compiler) prepare() error {
	if c.language != nil {
		return nil
	}
	c.facts, c.done = map[string]*Fact{}, map[source]lint.Rule{}
	all := facts()
	variables := make([]*decls.VariableDecl, len(all))
	for i := range all {
		f := &all[i]
		c.facts[f.Name] = f
		c.names = append(c.names, f.Name)
		variables[i] = decls.NewVariable(f.Name, f.celType())
	}
	l, err := newLanguage(variables)
	if err != nil {
		return fmt.Errorf("prepare policies: %w", err) // a broken table; caught by a test
	}
	c.language = l
	return nil
}

// rule compiles one policy.
func (c *Compiler) rule(p *config.Policy) (lint.Rule, []error) {
	checked, errs := c.compile(&p.Expression)
	message, err := newMessage(&p.Message)
	if err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return lint.Rule{}, errs
	}
	program, err := c.language.program(checked)
	if err != nil {
		why, help := explain(err)
		return lint.Rule{}, []error{p.Expression.Error(1, 1, "the expression cannot be compiled: "+why, help)}
	}
	rule := p.Rule
	whole, ofObject := !message.ofImage, false
	for _, ref := range checked.ReferenceMap() {
		if c.facts[ref.Name] != nil {
			ofObject = ofObject || strings.HasPrefix(ref.Name, "object.")
			whole = whole && strings.HasPrefix(ref.Name, "object.")
		}
		rule.NeedsMetadata = rule.NeedsMetadata || ref.Name == factLabels || ref.Name == factAnnotations
	}
	rule.Check = (&check{program: program, message: message, help: p.Help, id: rule.ID, severity: rule.Severity, facts: c.facts, open: c.Open, time: maxTime, whole: whole && ofObject}).run
	return rule, nil
}

// compile compiles an expression. A panic in the library is reported as an error.
func (c *Compiler) compile(text *config.Text) (checked *ast.AST, errs []error) {
	defer func() {
		if recover() != nil {
			checked, errs = nil, []error{text.Error(1, 1, "the expression cannot be read", "simplify it")}
		}
	}()
	checked, theirs := c.language.compile(text.Value)
	if len(theirs) > 0 {
		return nil, []error{c.rewordError(text, theirs[0])} // the others are mostly consequences
	}
	if t := checked.GetType(checked.Expr().ID()); !t.IsExactType(types.BoolType) {
		return nil, []error{text.Error(1, 1, "the expression is of type "+t.String()+", not bool", "compare it with something, as in image.tag != \"latest\"")}
	}
	return checked, nil
}

// errTime and errRun are reasons for which evaluation stops or does not start.
var (
	errTime = errors.New("the expression takes too long")
	errRun  = errors.New("the expression exceeds the cost limit of a run")
)

// undecided is part of the message of a finding about an expression that failed.
const undecided = "could not be evaluated for this image"

// check evaluates a compiled policy.
type check struct {
	program  *program
	message  message
	help, id string
	severity lint.Severity
	facts    map[string]*Fact
	open     func() Known
	time     time.Duration
	whole    bool // the policy is about the object alone, which is reported once
}

func (c *check) run(p *lint.Pass) {
	s := &subject{pass: p, open: c.open}
	a := &activation{s, c.facts}
	budget, spent := uint64(costInRun), false
	images := p.Parsed()
	if c.whole {
		images = onePerObject(p)
	}
	for w, img := range images {
		select {
		case <-p.Done:
			return
		default:
		}
		if spent {
			return
		}
		s.workload, s.image = w, img
		fine, cost, err := c.ask(a)
		if budget += costPerImage; cost > budget {
			spent = true
		}
		budget -= min(cost, budget)
		if fine && err == nil && !spent {
			continue
		}
		severity := min(c.level(), capSeverity(w, img))
		switch {
		case spent:
			p.ReportImageField(w, img, lint.Finding{
				Severity: severity, Message: fmt.Sprintf("policy %q is not checked for this and all following images: %s", c.id, errRun), Help: simplify,
			})
		case err != nil:
			why, help := explain(err)
			p.ReportImage(w, img, lint.Finding{Severity: severity, Message: fmt.Sprintf("policy %q %s: %s", c.id, undecided, why), Help: help})
		default:
			p.ReportImage(w, img, lint.Finding{Severity: severity, Message: c.message.about(s), Help: c.help})
		}
	}
}

// onePerObject yields one image of each object: the first of those whose findings are the most severe.
func onePerObject(p *lint.Pass) iter.Seq2[*manifests.Workload, *manifests.ImageRef] {
	type choice struct {
		w    *manifests.Workload
		img  *manifests.ImageRef
		rank int
	}
	var all []choice
	at := map[*manifests.Object]int{}
	for w, img := range p.Parsed() {
		one := choice{w, img, rank(p, w, img)}
		switch i, ok := at[w.Object]; {
		case !ok:
			at[w.Object] = len(all)
			all = append(all, one)
		case one.rank > all[i].rank:
			all[i] = one
		}
	}
	return func(yield func(*manifests.Workload, *manifests.ImageRef) bool) {
		for _, one := range all {
			if !yield(one.w, one.img) {
				return
			}
		}
	}
}

// rank orders images by the severity of their findings; see lint.Pass.ReportImage.
func rank(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) int {
	rank := int(capSeverity(w, img)) * 2
	switch fate := p.Plan.Mutation(w, img).Kind; {
	case fate == plan.Replaced:
		return -2
	case fate == plan.Placeholder:
		return -1
	case fate == plan.AsWritten && img.Field != manifests.FieldMirrored:
		rank++
	}
	return rank
}

// level returns a finding's severity before evidence lowers it. A policy that is off by default runs only if
// the user enabled it.
func (c *check) level() lint.Severity {
	if c.severity == lint.Off {
		return lint.Warning
	}
	return c.severity
}

// capSeverity returns the highest severity for a field that may not be an image. In a known kind, a likely image is in the values of a chart: it is what
// the author asks for, which a policy is about, whatever the chart makes of it.
func capSeverity(w *manifests.Workload, img *manifests.ImageRef) lint.Severity {
	switch img.Confidence {
	case manifests.Likely:
		if resources.Find(w.APIVersion, w.Kind) == nil {
			return lint.Warning
		}
	case manifests.Guess:
		return lint.Info
	}
	return lint.Error
}

// ask evaluates the expression and returns its result and its cost.
func (c *check) ask(a *activation) (fine bool, cost uint64, err error) {
	defer func() {
		if recover() != nil {
			fine, cost, err = false, maxCost, errPanic
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), c.time)
	defer cancel()
	v, cost, err := c.program.eval(ctx, a)
	if ctx.Err() != nil && err != nil {
		return false, maxCost, errTime
	}
	if err != nil {
		return false, cost, err
	}
	fine, ok := v.Value().(bool)
	if !ok {
		return false, cost, errPanic
	}
	return fine, cost, nil
}

// ResolveName implements interpreter.Activation.
func (a *activation) ResolveName(name string) (any, bool) {
	f := a.facts[name]
	if f == nil {
		return nil, false
	}
	return f.value(a.subject), true
}

// Parent implements interpreter.Activation.
func (a *activation) Parent() interpreter.Activation { return nil }
