package policy

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
)

// The library's own environment, which the program does without, judges expressions the same: type, value,
// cost, and the first mistake.
func TestAsTheLibrary(t *testing.T) {
	t.Parallel()
	c := &Compiler{}
	if err := c.prepare(); err != nil {
		t.Fatal(err)
	}
	options := []cel.EnvOption{
		cel.ExpressionNodeLimit(maxNodes), cel.ParserRecursionLimit(maxNesting), cel.ParserErrorRecoveryLimit(1), cel.RegexProgramSizeLimit(maxRegex),
		cel.ASTValidators(cel.ValidateRegexLiterals()),
	}
	values := map[string]any{}
	for _, f := range Facts() {
		options = append(options, cel.Variable(f.Name, f.celType()))
		switch f.Type {
		case "bool":
			values[f.Name] = true
		case "list(string)":
			values[f.Name] = []string{"regcred", "other"}
		case "map(string, string)":
			values[f.Name] = map[string]string{"team": "shop"}
		default:
			values[f.Name] = f.Name
		}
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		t.Fatal(err)
	}
	variables, err := interpreter.NewActivation(values)
	if err != nil {
		t.Fatal(err)
	}
	loop := "[1,2,3,4,5,6,7,8,9,10]"
	evaluated, refused := 0, 0
	for _, expression := range []string{
		`image.tag != ""`, `image.tag.matches("^image[.](tag|name)$")`, `image.tag.matches(image.name)`, `image.raw.contains("raw") && image.raw.endsWith("w")`,
		`object.labels.team == "shop"`, `has(object.labels.team)`, `object.labels["nothing"] == ""`, `"team" in object.labels`, `pull.secrets[9] == ""`,
		`pull.secrets.exists(s, s == "other")`, `pull.secrets.exists_one(s, s == "other")`, `pull.secrets.map(s, s.size()).all(n, n > 1)`,
		`pull.secrets.map(s, s != "other", s + "!") == ["regcred!"]`, `pull.secrets.filter(s, s.startsWith("r")).size() == 1`,
		`1/0 == 1`, `int(image.tag) == 1`, `string(1) + "a" == "1a"`, `1u + 2u == 3u`, `b"a" == bytes("a")`, `type(1) == int`, `dyn(1) == dyn(1.0)`,
		`duration("1h") > duration("59m")`, `timestamp("2020-01-01T00:00:00Z").getFullYear() == 2020`, `9223372036854775807 + 1 > 0`,
		`image.tag in ["a", "image.tag"]`, `{"a": 1}["a"] == 1`, `pull.anonymous ? image.tag == "" : true`,
		loop + `.all(a, ` + loop + `.all(b, ` + loop + `.all(c, ` + loop + `.all(d, a + b + c + d > 0))))`,
		`["` + strings.Repeat("x", 400) + `"].map(a, a + a + a + a).map(a, a + a + a + a).map(a, a + a + a + a).all(a, a != "")`,
		// Refused.
		`image.tga != ""`, `imag.tag`, `nothing()`, `image.tag == 1`, `image.tag.size(1)`, `"a" + 1 == 2`, `image.tag &&`, `(`, `"a`, `image.tag.matches("(")`,
		`image.tag.matches("(a?){500}")`, `[1].all(1, true)`, `has(image.tag)`, `[1].existsOne(x, x == 1)`, `1.all(x, true)`,
		strings.Repeat("(", 60) + "true" + strings.Repeat(")", 60), "true" + strings.Repeat(" && true", 1200), strings.Repeat("!", 60) + "true",
	} {
		theirs, ours := fromLibrary(t, env, expression, variables), fromOurs(t, c.language, expression, variables)
		if theirs != ours {
			t.Errorf("%.80s: the library says %q, ours %q", expression, theirs, ours)
		}
		if strings.Contains(ours, "at ") {
			refused++
		} else {
			evaluated++
		}
	}
	if evaluated < 25 || refused < 15 {
		t.Errorf("%d evaluated, %d rejected", evaluated, refused)
	}
}

func fromLibrary(t *testing.T, env *cel.Env, expression string, variables interpreter.Activation) string {
	t.Helper()
	checked, issues := env.Compile(expression)
	if issues.Err() != nil {
		return mistake(issues.Errors()[0])
	}
	program, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(maxCost), cel.MemoryLimit(maxMemory), cel.InterruptCheckFrequency(checkTime))
	if err != nil {
		return err.Error()
	}
	v, details, err := program.ContextEval(context.Background(), variables)
	return result(checked.OutputType(), v, *details.ActualCost(), err)
}

func fromOurs(t *testing.T, l *language, expression string, variables interpreter.Activation) string {
	t.Helper()
	checked, errs := l.compile(expression)
	if len(errs) > 0 {
		return mistake(errs[0])
	}
	p, err := l.program(checked)
	if err != nil {
		return err.Error()
	}
	v, spent, err := p.eval(context.Background(), variables)
	return result(checked.GetType(checked.Expr().ID()), v, spent, err)
}

func mistake(e *common.Error) string {
	return fmt.Sprintf("at %d:%d: %s", e.Location.Line(), e.Location.Column(), e.Message)
}

func result(what fmt.Stringer, v ref.Val, spent uint64, err error) string {
	if err != nil {
		return fmt.Sprintf("%s: %d, %v", what, spent, err)
	}
	return fmt.Sprintf("%s: %d, %v", what, spent, v.Value())
}
