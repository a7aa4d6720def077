//go:build linux || darwin

package scale

import "testing"

// TestMemory limits the memory of runs on inputs in which everything names everything.
func TestMemory(t *testing.T) {
	program := plain(t)
	dir, _ := write(t, one("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"))
	itself := used(t, program, dir) // the system decides how many of the program's own pages it keeps in memory, and their size
	for _, c := range []struct {
		name          string
		pods, secrets int
		megabytes     int64
	}{
		{"480 pods that each name 480 missing Secrets", 480, 480, 150},
		{"1,000 pods that each name 200 missing Secrets", 1000, 200, 145},
	} {
		dir, size := write(t, one(pods(c.pods, names(c.secrets))))
		used := used(t, program, dir) - itself
		t.Logf("%s, %d MB: %d MB held", c.name, size/1e6, used/1e6)
		if used > c.megabytes*1e6 {
			t.Errorf("%s: %d MB held, want at most %d", c.name, used/1e6, c.megabytes)
		}
	}
}

// TestFormatMemory limits the memory of a run with 100,000 findings, for the formats meant for that
// many: writing the report needs almost no memory of its own.
func TestFormatMemory(t *testing.T) {
	program := plain(t)
	bare, _ := write(t, one("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"))
	itself := used(t, program, bare)
	const findings = 100_000
	dir, size := write(t, one(each(findings/100, "---\n", func(int) string {
		return podHead + "  containers:\n" + lines(100, "  - {name: c%[1]d, image: Nginx%[1]d:1}\n")
	})))
	short := int64(0)
	for _, format := range []string{"short", "jsonl", "prometheus"} {
		used := used(t, program, dir, "IMAGELINT_FORMAT="+format, "IMAGELINT_MAX_FINDINGS=0") - itself
		t.Logf("%s of %d findings in %d MB: %d MB held", format, findings, size/1e6, used/1e6)
		if short == 0 {
			if short = used; short < 100e6 {
				t.Fatal("the input has no such findings")
			}
		}
		if used > short+60e6 || used > 380e6 {
			t.Errorf("%s: %d MB held, want at most 60 MB more than the %d MB of short, and at most 380 MB", format, used/1e6, short/1e6)
		}
	}
}

// used returns the maximum memory of a run, in bytes.
func used(t *testing.T, program, dir string, env ...string) int64 {
	t.Helper()
	forget(t)
	return peak(t, lint(t, program, dir, env...))
}
