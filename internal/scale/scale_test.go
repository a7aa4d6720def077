// Package scale tests that what a run costs grows no faster than its input. It holds no code of the program: it runs the program, whose path is in
// the variable IMAGELINT_SCALE, on inputs of one shape in sizes 1, 2, 4 and 8. What it compares is not seconds, which a shared machine stretches, but
// how processor time grows from the smallest to the largest.
package scale

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// steepest is the highest exponent that counts as linear, by the bytes of the input: eight times as much may cost 15 times as much. Quadratic work
// would cost 64 times as much. Linear work is found between 0.6 and 1.15.
const steepest = 1.3

// least is what a run is taken to cost at least beyond the start of the program: below it, there is more noise than work.
const least = 3 * time.Millisecond

// binary is the program; without one, the test is skipped.
func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("IMAGELINT_SCALE")
	if path == "" {
		t.Skip("IMAGELINT_SCALE names no program; .ci/scale builds one")
	}
	return path
}

// write makes a repository of files, and returns its folder and the files' size.
func write(t *testing.T, files map[string]string) (dir string, size int) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o700); err != nil { // so that no configuration is looked for above
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		size += len(text)
	}
	return dir, size
}

// lint runs the program on a folder, in an environment of its own, and returns what it was.
func lint(t *testing.T, program, dir string, env ...string) *os.ProcessState {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, "--render=false", ".")
	cmd.Dir, cmd.Env = dir, env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() < 0 || cmd.ProcessState.ExitCode() == 2 && strings.Contains(stderr.String(), "yaml:") {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	return cmd.ProcessState
}

// cost is the processor time of a run. One processor and no collector keep from it what comes and goes.
func cost(t *testing.T, program, dir string) time.Duration {
	t.Helper()
	s := lint(t, program, dir, "GOMAXPROCS=1", "GOGC=off", "GOMEMLIMIT=1GiB")
	return s.UserTime() + s.SystemTime()
}

// attempts is how often a construct is measured at most. What else the machine does only adds to a cost, so that the least of several counts; one
// measurement that is linear will do.
const attempts = 6

// grown are the repositories of one construct in sizes 1, 2, 4 and 8.
type grown struct {
	dirs  [4]string
	sizes [4]int
	costs [4]time.Duration // the least that was measured
}

// measure runs the program in each size, and returns the exponent of what is known by now.
func (g *grown) measure(t *testing.T, program string, start time.Duration) float64 {
	t.Helper()
	// The smallest one three times: what adds to it would hide growth.
	for _, i := range []int{0, 0, 0, 1, 2, 3} {
		dir := g.dirs[i]
		if c := max(cost(t, program, dir)-start, least); g.costs[i] == 0 || c < g.costs[i] {
			g.costs[i] = c
		}
	}
	return math.Log(float64(g.costs[3])/float64(g.costs[0])) / math.Log(float64(g.sizes[3])/float64(g.sizes[0]))
}

func TestScale(t *testing.T) {
	program := binary(t)
	empty, _ := write(t, map[string]string{"a.yaml": podHead})
	start := time.Duration(math.MaxInt64)
	for range 10 {
		start = min(start, cost(t, program, empty))
	}
	for _, c := range constructs {
		t.Run(c.name, func(t *testing.T) {
			var g grown
			for i := range g.dirs {
				g.dirs[i], g.sizes[i] = write(t, c.files(c.base<<i))
			}
			exponent := g.measure(t, program, start)
			for n := 1; n < attempts && exponent > steepest; n++ {
				exponent = g.measure(t, program, start)
			}
			t.Logf("exponent %.2f: %s for %d to %d bytes", exponent, brief(g.costs[:]), g.sizes[0], g.sizes[3])
			if exponent > steepest {
				t.Errorf("the cost grows with an exponent of %.2f, want at most %.2f", exponent, steepest)
			}
		})
	}
}

func brief(costs []time.Duration) string {
	var out []string
	for _, c := range costs {
		out = append(out, fmt.Sprintf("%.0f", float64(c)/float64(time.Millisecond)))
	}
	return strings.Join(out, ", ") + " ms"
}

// TestConstructs checks that each construct grows with its size, and nothing else.
func TestConstructs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	size := func(files map[string]string) (n int) {
		for _, text := range files {
			n += len(text)
		}
		return n
	}
	for _, c := range constructs {
		if seen[c.name] {
			t.Errorf("%s: there are two of it", c.name)
		}
		seen[c.name] = true
		small, large := c.files(100), c.files(800)
		if ratio := float64(size(large)) / float64(size(small)); ratio < 2 || ratio > 10 {
			t.Errorf("%s: eight times as much has %.1f times as many bytes", c.name, ratio)
		}
		for name, text := range large {
			if strings.Contains(text, "%!") {
				t.Errorf("%s: %s is not filled in: %.200q", c.name, name, text[strings.Index(text, "%!"):])
			}
		}
	}
}
