package probe

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// child is the environment variable that makes this test binary run one task in its own process: its name, a
// number, and a folder.
const child = "IMAGELINT_TEST_CHILD"

// children are these tasks.
var children = map[string]func(n int, dir string){"write a cache": writeCache, "ask for images": askForImages}

func TestMain(m *testing.M) {
	if what := strings.Split(os.Getenv(child), ","); len(what) == 3 {
		n, err := strconv.Atoi(what[1])
		if err != nil {
			panic(err)
		}
		children[what[0]](n, what[2])
		return
	}
	// Most tests wait for servers that are slow on purpose. A flag in the command line still counts.
	if err := flag.Set("test.parallel", strconv.Itoa(4*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	m.Run()
}

// process runs a child to its end and returns its output.
func process(tb testing.TB, what string, n int, dir string) string {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s,%d,%s", child, what, n, dir))
	out, err := cmd.CombinedOutput()
	if err != nil {
		tb.Errorf("%s %d: %v\n%s", what, n, err, out)
	}
	return string(out)
}
