// Package policy turns the policies of a configuration into rules. It knows the expression language and what expressions can ask for; it reads no
// files, and an expression has no way to.
package policy

import (
	"context"
	"errors"
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/interpreter"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Bounds of an expression. Those of its text and of how many there are stand in the configuration.
const (
	mostNodes   = 1000    // of the expression, with what macros make of it
	mostNesting = 50      // of parentheses and calls
	mostRegex   = 128     // instructions of a regular expression
	mostCost    = 5000    // of asking about one image, in CEL's units
	mostMemory  = 1 << 20 // of what an expression makes, in bytes
)

// Known says what the catalogs know of an image. It is for one goroutine.
type Known func(*manifests.ImageRef) string

// Rules are compiled policies.
type Rules struct {
	// Rules are in the order of the configuration.
	Rules []lint.Rule
	// Metadata says that one of them asks for labels or annotations.
	Metadata bool
}

// Compile makes rules of policies, and runs their tests. Its error joins an Error of package config for each mistake, with its place. Without policies it
// does nothing. open opens the catalogs; it is called in a run, and only where a policy asks them.
func Compile(ctx context.Context, policies []config.Policy, open func() Known) (Rules, error) {
	var out Rules
	if len(policies) == 0 {
		return out, nil
	}
	c, err := newCompiler(open)
	if err != nil {
		return out, err
	}
	var errs []error
	for i := range policies {
		rule, wrong := c.rule(&policies[i])
		if len(wrong) > 0 {
			errs = append(errs, wrong...)
			continue
		}
		errs = append(errs, test(ctx, &policies[i], &rule)...)
		out.Rules = append(out.Rules, rule)
	}
	out.Metadata = c.asked[factLabels] || c.asked[factAnnotations]
	return out, errors.Join(errs...)
}

// compiler compiles the policies of one configuration.
type compiler struct {
	env   *cel.Env
	facts map[string]*Fact
	names []string
	open  func() Known
	asked map[string]bool // facts that any policy asks for
}

func newCompiler(open func() Known) (*compiler, error) {
	c := &compiler{facts: map[string]*Fact{}, open: open, asked: map[string]bool{}}
	all := facts()
	options := []cel.EnvOption{
		cel.ExpressionNodeLimit(mostNodes), cel.ParserRecursionLimit(mostNesting), cel.ParserErrorRecoveryLimit(1), cel.RegexProgramSizeLimit(mostRegex),
		cel.ASTValidators(cel.ValidateRegexLiterals()),
	}
	for i := range all {
		f := &all[i]
		c.facts[f.Name] = f
		c.names = append(c.names, f.Name)
		options = append(options, cel.Variable(f.Name, f.celType()))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("prepare policies: %w", err) // a broken table, which a test excludes
	}
	c.env = env
	return c, nil
}

// rule compiles one policy.
func (c *compiler) rule(p *config.Policy) (lint.Rule, []error) {
	ast, errs := c.compile(&p.Expression)
	message, err := newMessage(&p.Message)
	if err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return lint.Rule{}, errs
	}
	for _, ref := range ast.NativeRep().ReferenceMap() {
		if c.facts[ref.Name] != nil {
			c.asked[ref.Name] = true
		}
	}
	program, err := c.env.Program(ast, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(mostCost), cel.MemoryLimit(mostMemory))
	if err != nil {
		return lint.Rule{}, []error{p.Expression.Error(1, 1, "the expression cannot be prepared: "+inWords(err), "mend it")}
	}
	rule := p.Rule
	rule.Check = (&check{program: program, message: message, help: p.Help, id: rule.ID, severity: rule.Severity, facts: c.facts, open: c.open}).run
	return rule, nil
}

// compile compiles an expression. A panic of the library is an error as any other.
func (c *compiler) compile(text *config.Text) (ast *cel.Ast, errs []error) {
	defer func() {
		if recover() != nil {
			ast, errs = nil, []error{text.Error(1, 1, "the expression cannot be read", "simplify it")}
		}
	}()
	ast, issues := c.env.Compile(text.Value)
	if issues.Err() != nil {
		return nil, []error{c.translate(text, issues)}
	}
	if t := ast.OutputType(); !t.IsExactType(cel.BoolType) {
		return nil, []error{text.Error(1, 1, "the expression is of type "+t.String()+", and bool is wanted", "compare it with something, as in image.tag != \"latest\"")}
	}
	return ast, nil
}

// undecided is in the message of a finding that says that an expression failed.
const undecided = "cannot be decided for this image: "

// check asks a compiled policy.
type check struct {
	program  cel.Program
	message  message
	help, id string
	severity lint.Severity
	facts    map[string]*Fact
	open     func() Known
}

func (c *check) run(p *lint.Pass) {
	s := &subject{pass: p, open: c.open}
	a := &activation{s, c.facts}
	for w, img := range p.Parsed() {
		select {
		case <-p.Done:
			return
		default:
		}
		s.workload, s.image = w, img
		fine, err := c.ask(a)
		if fine && err == nil {
			continue
		}
		f := lint.Finding{Severity: min(c.level(), bySureness(img)), Message: c.message.about(s), Help: c.help}
		if err != nil {
			f.Message = fmt.Sprintf("policy %q "+undecided+"%s", c.id, inWords(err))
			f.Help = "mend its expression in the configuration: guard what may be absent, as in \"key\" in object.labels"
		}
		p.ReportImage(w, img, f)
	}
}

// level is the severity of a finding before evidence lowers it. A policy that is off by default was asked for.
func (c *check) level() lint.Severity {
	if c.severity == lint.Off {
		return lint.Warning
	}
	return c.severity
}

// bySureness is the highest severity for what may not be an image.
func bySureness(img *manifests.ImageRef) lint.Severity {
	switch img.Confidence {
	case manifests.Likely:
		return lint.Warning
	case manifests.Guess:
		return lint.Info
	default:
		return lint.Error
	}
}

// ask is what the expression says of a subject.
func (c *check) ask(a *activation) (fine bool, err error) {
	defer func() {
		if recover() != nil {
			fine, err = false, errPanic
		}
	}()
	v, _, err := c.program.Eval(a)
	if err != nil {
		return false, err
	}
	fine, ok := v.Value().(bool)
	if !ok {
		return false, errPanic
	}
	return fine, nil
}

// ResolveName implements cel's Activation.
func (a *activation) ResolveName(name string) (any, bool) {
	f := a.facts[name]
	if f == nil {
		return nil, false
	}
	return f.of(a.subject), true
}

// Parent implements cel's Activation.
func (a *activation) Parent() interpreter.Activation { return nil }
