package report

import (
	"bufio"
	"cmp"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

const (
	// maxNamespaces limits the namespaces with their own series. Authors of manifests choose the names, and
	// each costs the server memory.
	maxNamespaces = 50
	// otherNamespaces is the label of all others. It is not a valid namespace name.
	otherNamespaces = "(other)"
	// maxLabel limits a label, in bytes.
	maxLabel = 256
)

// writePrometheus writes the text exposition format, version 0.0.4:
// https://prometheus.io/docs/instrumenting/exposition_formats/. All metrics are gauges, since each run counts
// from zero. Timestamps are omitted: the textfile collector reports when the file was written.
func writePrometheus(w io.Writer, r Report, o Options) error {
	m := &metricsPrinter{bufio.NewWriter(w)}
	m.metric("imagelint_build_info", "The version of imagelint, in a label; the value is 1.", series{1, []string{"version", o.Version}})
	m.gauge("imagelint_exit_code", "The exit code of the run: 0 passed, 1 findings, 2 nothing checked, 3 failed.", r.Exit)
	m.findings(&r.Result)
	m.gauge("imagelint_suppressed_findings", "Findings that are suppressed.", len(r.Result.Suppressed)+suppressedLeft(r.Result.Omitted))
	m.gauge("imagelint_baseline_findings", "Findings that the baseline hides.", len(r.Baselined))
	m.gauge("imagelint_old_findings", "Findings that are no newer than the revision compared with.", len(r.Older))
	m.gauge("imagelint_omitted_findings", "Findings beyond the bound of a rule, which are in no other metric.", r.Result.OmittedFindings())
	m.input(&r)
	m.known(&r)
	m.probed(r.Probed)
	return m.Flush()
}

// series is a value with its labels, as alternating names and values.
type series struct {
	value  int
	labels []string
}

// metricsPrinter writes metrics. Its writer keeps the first error until it is flushed.
type metricsPrinter struct{ *bufio.Writer }

func (m *metricsPrinter) metric(name, help string, all ...series) {
	writeAll(m.Writer, []byte("# HELP "+name+" "+help+"\n# TYPE "+name+" gauge\n"))
	for _, s := range all {
		labels, sep := "", "{"
		for i := 0; i+1 < len(s.labels); i += 2 {
			labels += sep + s.labels[i] + `="` + labelValue(s.labels[i+1]) + `"`
			sep = ","
		}
		if labels != "" {
			labels += "}"
		}
		writeAll(m.Writer, []byte(name+labels+" "+strconv.Itoa(s.value)+"\n"))
	}
}

func (m *metricsPrinter) gauge(name, help string, value int) {
	m.metric(name, help, series{value: value})
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// labelValue returns a text as a label's value: on one line, and truncated.
func labelValue(s string) string {
	if s = visible(s); len(s) > maxLabel {
		s = strings.ToValidUTF8(s[:maxLabel], "") + cutMark
	}
	return labelEscapes.Replace(s)
}

// findings writes the number of findings by severity, including 0, and by rule and namespace.
func (m *metricsPrinter) findings(r *lint.Result) {
	var all []series
	for _, s := range []lint.Severity{lint.Error, lint.Warning, lint.Info} {
		all = append(all, series{r.Count(s), []string{"severity", s.String()}})
	}
	m.metric("imagelint_severity_findings", "Findings by severity.", all...)

	names := namespaceLabels(r.Findings)
	type key struct {
		rule, namespace string
		severity        lint.Severity
	}
	count := map[key]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		name, ok := names[namespaceOf(f)]
		if !ok {
			name = otherNamespaces
		}
		count[key{f.Rule, name, f.Severity}]++
	}
	all = nil
	for _, k := range slices.SortedFunc(maps.Keys(count), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(b.severity, a.severity), cmp.Compare(a.namespace, b.namespace))
	}) {
		all = append(all, series{count[k], []string{"rule", k.rule, "severity", k.severity.String(), "namespace", k.namespace}})
	}
	m.metric("imagelint_findings", "Findings by rule, severity and namespace; the namespace is empty where the object names none.", all...)
}

func namespaceOf(f *lint.Finding) string {
	if f.Object == nil {
		return ""
	}
	return f.Object.Namespace
}

// namespaceLabels returns the labels of the namespaces with the most findings. Names with the same escaped
// form share a label, so that no series occurs twice.
func namespaceLabels(findings []lint.Finding) map[string]string {
	count := map[string]int{}
	for i := range findings {
		count[namespaceOf(&findings[i])]++
	}
	names := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	out := map[string]string{}
	for _, name := range names[:min(len(names), maxNamespaces)] {
		if out[name] = visible(name); len(out[name]) > maxLabel {
			out[name] = otherNamespaces // once truncated, it may equal another one
		}
	}
	return out
}

// input writes what was examined, and what was not.
func (m *metricsPrinter) input(r *Report) {
	var stats manifests.Stats
	skipped := map[string]int{}
	if r.Set != nil {
		stats = r.Set.Stats
		for _, s := range r.Set.Skipped {
			skipped[visible(s.Reason)]++
		}
	}
	m.gauge("imagelint_files", "Files that were read.", stats.Files)
	m.gauge("imagelint_documents", "YAML and JSON documents that were read.", stats.Documents)
	m.gauge("imagelint_objects", "Kubernetes objects that were read.", stats.Objects)
	m.gauge("imagelint_workloads", "Workloads that were checked.", stats.Workloads)
	m.gauge("imagelint_images", "Image references that were checked.", stats.Images)
	m.gauge("imagelint_unread_inputs", "Inputs that could not be read.", len(r.RunErrors))
	var all []series
	for _, reason := range slices.Sorted(maps.Keys(skipped)) {
		all = append(all, series{skipped[reason], []string{"reason", reason}})
	}
	m.metric("imagelint_skipped", "Files and documents that were not examined, by reason.", all...)
}

// known writes what the catalog knows about the images.
func (m *metricsPrinter) known(r *Report) {
	if r.Known == nil {
		return
	}
	var all []series
	for _, k := range knownImages(r) {
		all = append(all, series{k.n, []string{"known", k.word}})
	}
	m.metric("imagelint_known_images", "Image references by what the catalog knows of them.", all...)
}

// probed writes the number of registry requests.
func (m *metricsPrinter) probed(p *Probed) {
	if p == nil {
		return
	}
	m.metric("imagelint_probe_requests", "Requests to registries, by kind.",
		series{p.Gets, []string{"kind", "get"}}, series{p.Heads, []string{"kind", "head"}},
		series{p.Lists, []string{"kind", "tags"}}, series{p.Tokens, []string{"kind", "token"}})
	m.gauge("imagelint_probe_cached_images", "Images that the cache of registries' answers knew.", p.Cached)
}
