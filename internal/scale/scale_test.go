//go:build linux || darwin

// Package scale tests that the cost of a run grows no faster than its input. It contains no code of the program: it
// runs the program on inputs of one shape, and on inputs eight times as large. It does not compare seconds, which
// depend on the load of the machine, but the number of basic blocks executed and bytes allocated, which are the same
// each time. .ci/scale builds the programs and names them in IMAGELINT_SCALE_COUNTED, which counts blocks, and
// IMAGELINT_SCALE, which is built as for users.
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

// steepest is the highest exponent that counts as linear: input of eight times the size may cost 10.9 times as much.
// Quadratic work would cost 64 times as much. Sorting is slightly above 1.
const steepest = 1.15

// steepestCPU is the same for processor time. It catches work that neither runs more code nor allocates, such as
// searching and copying in assembly. It is higher, because the clock of a shared machine is not exact and caches are
// not linear; quadratic work is still far above it.
const steepestCPU = 1.3

// The minimum cost of a run, not counting the start of the program. Below it, there is more noise
// than work: two runs on the same input differ by up to 1 MB of memory.
const (
	minBlocks = 20_000
	minMemory = 4 << 20
	minCPU    = 5 * time.Millisecond
)

// plain returns the program as built for users. Without one, it skips the test.
func plain(t *testing.T) string {
	t.Helper()
	path := os.Getenv("IMAGELINT_SCALE")
	if path == "" {
		t.Skip("IMAGELINT_SCALE names no program; .ci/scale builds one")
	}
	return path
}

// write creates a repository of files, and returns its folder and the total size of the files.
func write(t *testing.T, files map[string]string) (dir string, size int) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o700); err != nil { // stops the search for a configuration in parent folders
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

// argsVariable is the variable of an environment that names another command and flags of it.
const argsVariable = "ARGS="

// lint runs the program on a folder, in its own environment, and returns the exit state.
func lint(t *testing.T, program, dir string, env ...string) *os.ProcessState {
	t.Helper()
	args := []string{"--render=false", "."}
	for _, e := range env {
		if words, ok := strings.CutPrefix(e, argsVariable); ok {
			args = append(strings.Fields(words), args...)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir, cmd.Env = dir, env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() < 0 || cmd.ProcessState.ExitCode() == 2 && strings.Contains(stderr.String(), "yaml:") {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	return cmd.ProcessState
}

// attempts limits how often processor time and memory are measured. Other load on the machine only adds to them: it
// also decides which buffers are free to be used again. So the minimum counts.
const attempts = 8

// growth returns the exponent of a cost between a smaller and a larger run, given the ratio of
// their sizes.
func growth(small, large, least, ratio float64) float64 {
	return math.Log(max(large, least)/max(small, least)) / math.Log(ratio)
}

// pair is a construct in two sizes.
type pair struct {
	construct
	small, large string // folders
	ratio        float64
}

// pairOf writes a construct in two sizes.
func pairOf(t *testing.T, c construct, program string) pair {
	t.Helper()
	p := pair{construct: c, ratio: 8}
	var from, to int
	p.small, from = write(t, c.files(c.base))
	p.large, to = write(t, c.files(8*c.base))
	if !c.fixed {
		p.ratio = float64(to) / float64(from)
	}
	if c.first != nil {
		for _, dir := range []string{p.small, p.large} {
			lint(t, program, dir, append(c.first, c.env...)...)
		}
	}
	return p
}

// exponents returns the exponents of a pair for each measured cost, after subtracting the cost of
// the program's start.
func (p *pair) exponents(t *testing.T, program string, start cost) (map[string]float64, string) {
	t.Helper()
	small, large := run(t, program, p.small, p.env...), run(t, program, p.large, p.env...)
	if large.blocks < 0.9*small.blocks {
		t.Errorf("eight times the input runs %.0f blocks instead of %.0f: it was not read", large.blocks, small.blocks)
	}
	cpu := func(c cost) float64 { return float64(c.cpu - start.cpu) }
	out := map[string]float64{
		ofBlocks: growth(small.blocks-start.blocks, large.blocks-start.blocks, minBlocks, p.ratio),
		ofMemory: growth(small.memory-start.memory, large.memory-start.memory, minMemory, p.ratio),
		ofCPU:    growth(cpu(small), cpu(large), float64(minCPU), p.ratio),
	}
	for n := 1; n < attempts && (out[ofCPU] > steepestCPU || out[ofMemory] > steepest); n++ {
		// Measure the small run several times: noise in it would hide growth.
		for range 3 {
			small = small.least(run(t, program, p.small, p.env...))
		}
		large = large.least(run(t, program, p.large, p.env...))
		out[ofCPU] = growth(cpu(small), cpu(large), float64(minCPU), p.ratio)
		out[ofMemory] = growth(small.memory-start.memory, large.memory-start.memory, minMemory, p.ratio)
	}
	return out, fmt.Sprintf("%.2f, %.2f, %.2f for %.1f times the input: %.1f to %.1f million blocks, %.0f to %.0f MB, %d to %d ms", out[ofBlocks], out[ofMemory], out[ofCPU], p.ratio,
		small.blocks/1e6, large.blocks/1e6, small.memory/1e6, large.memory/1e6, small.cpu.Milliseconds(), large.cpu.Milliseconds())
}

func TestScale(t *testing.T) {
	program := counting(t)
	empty, _ := write(t, map[string]string{"a.yaml": podHead})
	start := run(t, program, empty)
	for range 4 {
		start = start.least(run(t, program, empty))
	}
	for _, c := range constructs {
		t.Run(c.name, func(t *testing.T) {
			p := pairOf(t, c, program)
			exponents, all := p.exponents(t, program, start)
			t.Log(all)
			for what, most := range map[string]float64{ofBlocks: steepest, ofMemory: steepest, ofCPU: steepestCPU} {
				if e := exponents[what]; e > most {
					t.Errorf("%s grows with an exponent of %.2f, want at most %.2f", what, e, most)
				}
			}
		})
	}
}

// TestConstructs checks that the cost of each construct grows linearly.
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
			t.Errorf("%s: there are two", c.name)
		}
		seen[c.name] = true
		small, large := c.files(100), c.files(800)
		if ratio := float64(size(large)) / float64(size(small)); ratio < 2 && !c.fixed || ratio < 1 || ratio > 10 {
			t.Errorf("%s: eight times the input takes %.1f times the bytes", c.name, ratio)
		}
		for name, text := range large {
			if strings.Contains(text, "%!") {
				t.Errorf("%s: %s is not filled in: %.200q", c.name, name, text[strings.Index(text, "%!"):])
			}
		}
	}
}
