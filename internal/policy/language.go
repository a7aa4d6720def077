package policy

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"

	"cel.dev/cel-go/checker"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/containers"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/stdlib"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
	"cel.dev/cel-go/parser"
)

// language is CEL with its standard functions and macros, the variables of policies, and the limits of an
// expression. It is put together from the library's parser, checker and interpreter. The library's package
// cel does the same, but it also holds what makes protocol buffers known at run time, and every start of the
// program would pay for that.
type language struct {
	parser   *parser.Parser
	checker  *checker.Env
	planner  interpreter.Interpreter
	tracker  *cost.Tracker // copied for each evaluation
	registry *types.Registry
}

// newLanguage creates the language with the given variables.
func newLanguage(variables []*decls.VariableDecl) (*language, error) {
	l := &language{}
	var err error
	if l.parser, err = parser.NewParser(parser.Macros(macros...), parser.MaxExpressionNodeCount(maxNodes), parser.MaxRecursionDepth(maxNesting), parser.ErrorRecoveryLimit(1)); err != nil {
		return nil, err
	}
	if l.registry, err = types.NewRegistry(); err != nil {
		return nil, err
	}
	if l.checker, err = checker.NewEnv(containers.DefaultContainer, l.registry, checker.Catalog(func() *env.Catalog { return known(variables) })); err != nil {
		return nil, err
	}
	if err := l.checker.AddIdents(variables...); err != nil {
		return nil, err
	}
	dispatcher := interpreter.NewDispatcher()
	for _, f := range stdlib.Functions() {
		bindings, err := f.Bindings()
		if err != nil {
			return nil, err
		}
		if err := dispatcher.Add(bindings...); err != nil {
			return nil, err
		}
		if err := l.checker.AddFunctions(f); err != nil {
			return nil, err
		}
	}
	attributes := interpreter.NewAttributeFactory(containers.DefaultContainer, l.registry, l.registry)
	l.planner = interpreter.NewInterpreter(dispatcher, containers.DefaultContainer, l.registry, l.registry, attributes)
	l.tracker, err = cost.NewTracker(nil, cost.TrackerLimit(maxCost), cost.TrackerLimitExceededHandler(func() {
		panic(interpreter.EvalCancelledError{Cause: interpreter.CostLimitExceeded, Message: "operation cancelled: actual cost limit exceeded"})
	}))
	return l, err
}

// macros are those of the standard.
var macros = []parser.Macro{parser.HasMacro, parser.AllMacro, parser.ExistsMacro, parser.ExistsOneMacro, parser.MapMacro, parser.MapFilterMacro, parser.FilterMacro}

// known lists all names, so that the library recognizes misspelled ones.
func known(variables []*decls.VariableDecl) *env.Catalog {
	all := env.NewCatalog()
	for _, v := range variables {
		all.Add(&env.CatalogSymbol{Name: v.Name(), Kind: env.VariableKind})
	}
	for _, f := range stdlib.Functions() {
		all.Add(&env.CatalogSymbol{Name: f.Name(), Kind: env.FunctionKind})
	}
	for _, t := range stdlib.Types() {
		all.Add(&env.CatalogSymbol{Name: t.Name(), Kind: env.TypeKind})
	}
	for _, m := range macros {
		all.Add(&env.CatalogSymbol{Name: m.Function(), Kind: env.MacroKind})
	}
	return all
}

// compile parses and checks an expression. The errors are the library's, in the order of the text.
func (l *language) compile(text string) (*ast.AST, []*common.Error) {
	source := common.NewTextSource(text)
	parsed, errs := l.parser.Parse(source)
	if len(errs.GetErrors()) > 0 {
		return nil, inOrder(errs)
	}
	if n := ast.NodeCount(parsed); n > maxNodes {
		errs.ReportErrorString(common.NoLocation, fmt.Sprintf("expression node count exceeds limit: count %d, limit %d", n, maxNodes))
		return nil, inOrder(errs)
	}
	checked, errs := checker.Check(parsed, source, l.checker)
	if len(errs.GetErrors()) == 0 {
		checkPatterns(checked, errs)
	}
	if len(errs.GetErrors()) > 0 {
		return nil, inOrder(errs)
	}
	return checked, nil
}

func inOrder(errs *common.Errors) []*common.Error {
	return slices.SortedStableFunc(slices.Values(errs.GetErrors()), func(a, b *common.Error) int {
		return cmp.Or(cmp.Compare(a.Location.Line(), b.Location.Line()), cmp.Compare(a.Location.Column(), b.Location.Column()))
	})
}

// checkPatterns reports regular expressions that are too large or cannot be compiled, where they are written
// in the expression.
func checkPatterns(checked *ast.AST, errs *common.Errors) {
	for _, call := range ast.MatchDescendants(ast.NavigateAST(checked), ast.FunctionMatcher(overloads.Matches)) {
		c := call.AsCall()
		args := c.Args()
		if c.Target() == nil && len(args) > 0 {
			args = args[1:]
		}
		if len(args) == 0 || args[0].Kind() != ast.LiteralKind {
			continue
		}
		pattern, ok := args[0].AsLiteral().Value().(string)
		if !ok {
			continue
		}
		at := checked.SourceInfo().GetStartLocation(args[0].ID())
		if _, err := regexp.Compile(pattern); err != nil {
			errs.ReportErrorAtID(args[0].ID(), at, "invalid matches argument")
		} else if n, err := types.RegexProgramSize(pattern); err == nil && n > maxRegex {
			errs.ReportErrorAtID(args[0].ID(), at, "regex program size %d exceeds limit of %d", n, maxRegex)
		}
	}
}

// program is a compiled expression that can be evaluated.
type program struct{ interpreter.InterpretableV2 }

// program prepares a compiled expression for evaluation.
func (l *language) program(checked *ast.AST) (*program, error) {
	planned, err := l.planner.NewInterpretable(checked,
		interpreter.InterruptableEval(), interpreter.Optimize(), interpreter.CompileRegexConstants(interpreter.MatchesRegexOptimization),
		interpreter.RegexProgramSizeLimit(maxRegex),
		interpreter.CostObserver(interpreter.CostTrackerFactory(l.tracker.Clone)),
		interpreter.MemoryObserver(interpreter.MemoryTrackerFactory(func() (*types.MemoryTracker, error) {
			return types.NewMemoryTracker(types.MemoryTrackerLimit(maxMemory)), nil
		})))
	if err != nil {
		return nil, err
	}
	return &program{planned}, nil
}

// eval evaluates the expression until ctx ends. It returns the cost so far also with an error.
func (p *program) eval(ctx context.Context, variables interpreter.Activation) (value ref.Val, spent uint64, err error) {
	frame, err := interpreter.NewExecutionFrame(variables)
	if err != nil {
		return nil, maxCost, err
	}
	defer frame.Close()
	if err := frame.SetContext(ctx, checkTime); err != nil {
		return nil, maxCost, err
	}
	defer func() {
		spent = maxCost // assumed unless the library says otherwise
		if t := frame.CostTracker(); t != nil {
			spent = t.ActualCost()
		}
		if r := recover(); r != nil { // the library cancels an evaluation by a panic
			err = fmt.Errorf("%v", r)
		}
	}()
	value = p.Exec(frame)
	if failed, ok := value.(*types.Err); ok {
		return nil, 0, failed
	}
	return value, 0, nil
}
