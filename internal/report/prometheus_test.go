package report

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

var (
	metricName  = regexp.MustCompile(`^imagelint_[a-z]+(_[a-z]+)*$`)
	sampleLine  = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?\d+)$`)
	sampleLabel = regexp.MustCompile(`^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,|$)`)
)

// readPrometheus parses the text exposition format, more strictly than a server does: each metric has its
// help, its type and then its samples, once, and no series occurs twice. It returns the values by series.
func readPrometheus(out []byte) (map[string]int, error) {
	if len(out) == 0 || out[len(out)-1] != '\n' {
		return nil, errors.New("the last line does not end")
	}
	values, seen, name := map[string]int{}, map[string]bool{}, ""
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		if help, ok := strings.CutPrefix(lines[i], "# HELP "); ok {
			name, _, _ = strings.Cut(help, " ")
			if !metricName.MatchString(name) || seen[name] || strings.Contains(help, `\`) || !strings.HasSuffix(help, ".") {
				return nil, fmt.Errorf("help %q", lines[i])
			}
			if seen[name] = true; i+1 == len(lines) || lines[i+1] != "# TYPE "+name+" gauge" {
				return nil, fmt.Errorf("%s has no type", name)
			}
			i++
			continue
		}
		m := sampleLine.FindStringSubmatch(lines[i])
		if m == nil || m[1] != name {
			return nil, fmt.Errorf("no sample of %s: %q", name, lines[i])
		}
		labels := map[string]bool{}
		for rest := m[2]; rest != ""; {
			l := sampleLabel.FindStringSubmatch(rest)
			if l == nil || labels[l[1]] {
				return nil, fmt.Errorf("labels %q", rest)
			}
			labels[l[1]], rest = true, rest[len(l[0]):]
		}
		key := m[1] + "{" + m[2] + "}"
		if _, there := values[key]; there {
			return nil, fmt.Errorf("%s is listed twice", key)
		}
		n, err := strconv.Atoi(m[3])
		if err != nil {
			return nil, err
		}
		values[key] = n
	}
	return values, nil
}

func validPrometheus(out []byte) error {
	_, err := readPrometheus(out)
	return err
}

func TestPrometheus(t *testing.T) {
	t.Parallel()
	r := sample(t)
	r.Exit, r.Probed, r.RunErrors = 3, &Probed{Heads: 4, Tokens: 2, Cached: 1}, []string{"read x"}
	r.Known = func(*manifests.ImageRef) string { return "published" }
	r.Set.Workloads = []*manifests.Workload{{Images: []*manifests.ImageRef{{Raw: "nginx:1"}, {Raw: ""}}}}
	got, err := readPrometheus(printed(t, "prometheus", r, Options{Version: "v1.2.3"}))
	if err != nil {
		t.Fatal(err)
	}
	for series, want := range map[string]int{
		`imagelint_build_info{version="v1.2.3"}`:                                               1,
		`imagelint_exit_code{}`:                                                                3,
		`imagelint_severity_findings{severity="error"}`:                                        1,
		`imagelint_severity_findings{severity="warning"}`:                                      2,
		`imagelint_severity_findings{severity="info"}`:                                         1,
		`imagelint_findings{rule="image-uppercase",severity="error",namespace=""}`:             1,
		`imagelint_findings{rule="image-unknown-official",severity="warning",namespace="web"}`: 1,
		`imagelint_suppressed_findings{}`:                                                      1,
		`imagelint_files{}`:                                                                    3,
		`imagelint_images{}`:                                                                   5,
		`imagelint_unread_inputs{}`:                                                            1,
		`imagelint_skipped{reason="` + manifests.SkipNotKubernetes + `"}`:                      2,
		`imagelint_known_images{known="published"}`:                                            1,
		`imagelint_known_images{known="moved"}`:                                                0,
		`imagelint_probe_requests{kind="head"}`:                                                4,
		`imagelint_probe_requests{kind="token"}`:                                               2,
		`imagelint_probe_cached_images{}`:                                                      1,
	} {
		if n, ok := got[series]; !ok || n != want {
			t.Errorf("%s is %d (%v), want %d", series, n, ok, want)
		}
	}
	clean, err := readPrometheus(printed(t, "prometheus", Report{}, Options{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"error", "warning", "info"} {
		if n, ok := clean[`imagelint_severity_findings{severity="`+s+`"}`]; !ok || n != 0 {
			t.Errorf("a clean run has %d findings of severity %s (%v)", n, s, ok)
		}
	}
}

// TestPrometheusNamespaces: authors of manifests can create only a limited number of series, and no
// duplicates.
func TestPrometheusNamespaces(t *testing.T) {
	t.Parallel()
	var r Report
	add := func(namespace string) {
		r.Result.Findings = append(r.Result.Findings, lint.Finding{Rule: "image-latest", Severity: lint.Error, Object: &manifests.Object{Namespace: namespace}})
	}
	for i := range 3 * maxNamespaces {
		add("n" + strconv.Itoa(i))
	}
	for _, name := range []string{"often", "a\nb", `a\nb`, strings.Repeat("x", 300) + "1", strings.Repeat("x", 300) + "2", otherNamespaces, `"} 1`} {
		add(name)
		add(name)
	}
	got, err := readPrometheus(printed(t, "prometheus", r, Options{}))
	if err != nil {
		t.Fatal(err)
	}
	series, sum := 0, 0
	for name, n := range got {
		if strings.HasPrefix(name, "imagelint_findings{") {
			series++
			sum += n
		}
	}
	if series > maxNamespaces+1 || sum != len(r.Result.Findings) {
		t.Errorf("%d series count %d findings of %d", series, sum, len(r.Result.Findings))
	}
	if n := got[`imagelint_findings{rule="image-latest",severity="error",namespace="often"}`]; n != 2 {
		t.Errorf("the namespace with the most findings has %d", n)
	}
	if n := got[`imagelint_findings{rule="image-latest",severity="error",namespace="a\\nb"}`]; n != 4 {
		t.Errorf("two namespaces with the same label have %d findings", n)
	}
}
