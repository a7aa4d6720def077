//go:build linux || darwin

package scale

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"testing"
	"time"
)

// cost is the cost of a run. The first two numbers are the same in each run, whatever else runs on
// the machine.
type cost struct {
	blocks float64 // number of executions of basic blocks of the program
	memory float64 // bytes allocated in total, since the collector is off
	cpu    time.Duration
}

// least returns the lower of two measurements of each cost.
func (c cost) least(other cost) cost {
	return cost{min(c.blocks, other.blocks), min(c.memory, other.memory), min(c.cpu, other.cpu)}
}

// names of the numbers in a cost, for messages.
const (
	ofBlocks = "the code that runs"
	ofMemory = "the memory that is allocated"
	ofCPU    = "the processor time"
)

// run runs the program on a folder with one processor and without garbage collection, and returns
// the cost.
func run(t *testing.T, program, dir string, env ...string) cost {
	t.Helper()
	counts := t.TempDir()
	forget(t)
	s := lint(t, program, dir, append([]string{"GOMAXPROCS=1", "GOGC=off", "GOMEMLIMIT=2GiB", "GOCOVERDIR=" + counts}, env...)...)
	return cost{blocks: counted(t, counts), memory: float64(peak(t, s)), cpu: s.UserTime() + s.SystemTime()}
}

// forget frees this test's own memory and resets its recorded peak, because the system lets a new process inherit the
// peak of its parent.
func forget(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return
	}
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Fatalf("memory cannot be measured here: %v", err)
	}
}

// peak returns the maximum memory of a program, in bytes.
func peak(t *testing.T, s *os.ProcessState) int64 {
	t.Helper()
	usage, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatal("the system does not report the usage")
	}
	most := int64(usage.Maxrss) //nolint:unconvert // an int32 on some systems
	if runtime.GOOS == "linux" {
		most <<= 10 // this system counts in KiB
	}
	return most
}

// counted returns the sum of the counters that a program built with -cover wrote to a folder. The
// format is that of Go's internal/coverage.
func counted(t *testing.T, dir string) float64 {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "covcounters.*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files of counters: the program was not built with -cover: %v", len(files), err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	sum, err := sumOf(data)
	if err != nil {
		t.Fatalf("%s: %v", files[0], err)
	}
	return sum
}

// sumOf adds up the counters in a file of one segment.
func sumOf(data []byte) (float64, error) {
	const header, segment, compact = 32, 16, 2
	if len(data) < header+segment || !bytes.HasPrefix(data, []byte{0, 'c', 'w', 'm'}) || data[24] != compact {
		return 0, fmt.Errorf("no counters in a format that is known: %x", data[:min(len(data), header)])
	}
	functions := binary.LittleEndian.Uint64(data[header:])
	skip := header + segment + int(binary.LittleEndian.Uint32(data[header+8:])) + int(binary.LittleEndian.Uint32(data[header+12:]))
	skip = (skip + 3) / 4 * 4
	if skip > len(data) {
		return 0, fmt.Errorf("%d bytes, want more than %d", len(data), skip)
	}
	left, sum := data[skip:], 0.0
	next := func() uint64 {
		n, size := binary.Uvarint(left)
		left = left[max(size, 0):]
		return n
	}
	for range functions {
		counters := next()
		next() // the package
		next() // the function
		for range counters {
			sum += float64(next())
		}
	}
	return sum, nil
}

// counting returns the program built with counters. Without one, it skips the test.
func counting(t *testing.T) string {
	t.Helper()
	path := os.Getenv("IMAGELINT_SCALE_COUNTED")
	if path == "" {
		t.Skip("IMAGELINT_SCALE_COUNTED names no program; .ci/scale builds one")
	}
	return path
}

// TestCounted checks that counters are read as the toolchain writes them, so that a new format is
// not mistaken for little work.
func TestCounted(t *testing.T) {
	program := counting(t)
	small, _ := write(t, mistakes(1))
	large, _ := write(t, mistakes(100))
	counts := t.TempDir()
	lint(t, program, large, "GOCOVERDIR="+counts)
	out, err := exec.CommandContext(t.Context(), "go", "tool", "covdata", "textfmt", "-i="+counts, "-o="+filepath.Join(counts, "text")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(counts, "text"))
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for _, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n"))[1:] {
		var n float64
		if _, err := fmt.Sscan(string(line[bytes.LastIndexByte(line, ' ')+1:]), &n); err != nil {
			t.Fatal(err)
		}
		want += n
	}
	if got := counted(t, counts); got != want || want < 1e5 {
		t.Errorf("%.0f, the toolchain says %.0f", got, want)
	}
	if a, b := run(t, program, small).blocks, run(t, program, large).blocks; b < 2*a {
		t.Errorf("100 times the input runs %.0f blocks instead of %.0f", b, a)
	}
}
