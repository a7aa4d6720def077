// Package lint defines the contract between rules and everything around them, and runs rules: it calls each rule, then
// levels, suppresses, sorts and deduplicates the findings. It reads no files and prints nothing.
package lint

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Severity grades a finding.
type Severity uint8

// Severities, in ascending order. Off is not a severity of a finding: it disables a rule.
const (
	Unset   Severity = iota // in a finding: the default of its rule
	Off                     // the rule does not run
	Info                    // worth knowing
	Warning                 // fails under circumstances that manifests do not show
	Error                   // the cluster rejects the object or the pull fails
)

var severityNames = [...]string{"", "off", "info", "warning", "error"}

// String returns the name used in output and configuration.
func (s Severity) String() string { return severityNames[s] }

// ParseSeverity parses the name of a severity.
func ParseSeverity(name string) (Severity, error) {
	for s, n := range severityNames {
		if n == name && n != "" {
			return Severity(s), nil //nolint:gosec // an index of a short array
		}
	}
	return Unset, fmt.Errorf("invalid value %q: use error, warning, info or off", name)
}

// Stage is the stage at which a defect takes effect, on the way to a running container.
type Stage string

// Stages.
const (
	StageDecode     Stage = "decode"     // the API server cannot read the request
	StageValidation Stage = "validation" // the API server rejects the object
	StageController Stage = "controller" // the object is accepted, but its pods are rejected
	StageKubelet    Stage = "kubelet"    // the pod is scheduled, but the kubelet gives up
	StageRuntime    Stage = "runtime"    // the container runtime's pull fails
)

// ClusterError is the error that the cluster will report.
type ClusterError struct {
	Stage   Stage
	Reason  string // as kubectl shows it: "InvalidImageName"
	Message string // the text next to it
}

// Finding is one mistake at one place.
type Finding struct {
	Rule  string // set by the run
	Group string // set by the run
	Own   bool   // the rule is Own; set by the run
	// Advice is true if the finding does not make a pull fail; also set by the run, see Rule.Advice.
	Advice   bool
	Severity Severity // Unset for the rule's default; a rule sets it if evidence changes it
	Span     source.Span
	Object   *manifests.Object // nil if the finding is about a document
	// Written identifies the object of a finding on the output of a kustomization as the file has it that the finding was traced to, which several
	// kustomizations may build for several namespaces; nil if Object itself does.
	Written *ObjectName
	// Variant tells which of several objects made from that one the finding is about, if what is at fault belongs to that one only; "" otherwise.
	Variant string
	// Namespace is the one that the settings give an object whose manifest sets none; set by the run.
	Namespace string
	// Document is the document that contains the finding; Object.Doc if there is an object.
	Document  *manifests.Document
	Container string
	Path      string // of the field: "spec.containers[0].image"
	Image     string // the image reference concerned
	// FingerprintKey identifies what the finding is about if the image is only an example, such as a registry for
	// which a whole pod lacks credentials. It is compared but not shown.
	FingerprintKey string
	Message        string // what is wrong: a fact, on one line
	Help           string // what to do; "" if nothing useful is known
	Cluster        ClusterError
	Related        []Related // other places that explain it
	// Home is the finding as a run that also checks the context reports it: at the Secret or the service account at fault instead of where it is used.
	// It is nil if the finding is not about an object of the context. A baseline that knows it knows the finding.
	Home *Finding
	// Template is where the template, or the file of a kustomization, has the text of a finding on rendered text; zero if that is not known.
	Template source.Span
	// Origins are the places to change to fix a finding on rendered text: chart values, entries of a kustomization.
	Origins []Origin
	// Combinations are the sets of chart values that produce the finding; nil for all.
	Combinations []string
	Fix          *Fix
	// FixInSource is true if the fix of a finding on rendered text is also that of a finding in its source file, or all findings on that text agree on it.
	FixInSource bool
	// FixLost is true if a finding on the text of a built kustomization had a fix that could not be moved to the source files.
	FixLost bool
	// Outranks is copied from the rule.
	Outranks []string
	// Covers are the images that the finding stands for, besides its own: what Outranks applies to.
	Covers []Subject
	// Joined are the images of other objects with the same finding, which Merge joined with it.
	Joined []Subject
	// Pulls are the pulls that certainly fail because of an error, if the run asks for them; see Linter.Failing.
	Pulls []FailedPull
	// NoteOf is the finding that this one is a note of, or nil; set by LinkNotes.
	NoteOf *Finding
	// Suppressed is the reason why the finding is not shown, or "".
	Suppressed string
	// SuppressedBy is the kind of suppression, such as SuppressedByComment.
	SuppressedBy string
	// AwaitsSource is true if the rule is off for the rendered output that the finding is in, and on for a file that it may
	// come from, so that ApplyTraced decides.
	AwaitsSource bool
	// Unproven is true if the finding would be more severe with nothing but more evidence, such as a Secret with a similar name; see Settings.ForComparison.
	Unproven bool
	// Settled is true if a registry's answer replaces the finding, which the run then drops. Its suppression is needed in runs that ask none.
	Settled bool
}

// ObjectName is the namespace and the name of an object.
type ObjectName struct{ Namespace, Name string }

// Subject is an image of an object.
type Subject struct {
	Object           *manifests.Object
	Container, Image string
}

// FailedPull is an image whose pull certainly fails, or what is rejected, so that none of its images is pulled.
type FailedPull struct {
	// Of is a *manifests.ImageRef, or a *manifests.Pod or *manifests.Object that is rejected.
	Of any
	// Reason is what kubectl shows, and Why a clause without a full stop.
	Reason, Why string
}

// Related is another place that explains a finding.
type Related struct {
	Span    source.Span
	Message string
	// AtFault is true if the mistake is there, although the finding is elsewhere: next to another such place, it is another mistake.
	AtFault bool
}

// Origin is a source of rendered text.
type Origin struct {
	Span source.Span
	// Value is the path of a chart value, such as "image.tag" for .Values.image.tag; else "".
	Value   string
	Message string // its effect: "makes the tag"
	Plain   bool   // the text is written there as it is
	Open    bool   // a chart leaves the value to whoever installs it
}

// Fix is a change that fixes a finding. Its edits never overlap.
type Fix struct {
	Title string
	Safe  bool // certainly what the author meant
	Edits []Edit
	// NewValue is the resulting value if the fix changes a single value; else "".
	NewValue string
	// Image is the whole image reference that the fix writes, of which it may change a part; "" if it changes something else.
	Image string
	// Sensitive is true if the changed lines contain text that must not be shown.
	Sensitive bool
	// Old is the value to replace, if it depends on whether a chart puts a registry in front of it that NewValue is right; else "". If Provable is true,
	// the fix is safe once rendered text shows that it is.
	Old      string
	Provable bool
}

// Uneditable says why no fix can be written where the text of a finding with a fix is, or returns "".
func (f *Finding) Uneditable() string {
	if f.Fix != nil && len(f.Fix.Edits) > 0 {
		if at := f.Fix.Edits[0].Span.File(); at != nil && at.InMemory {
			return "standard input is not changed"
		}
	}
	switch d := f.Document; {
	case len(f.Origins) > 0 || d == nil: // the fix is in the source of the rendered text
	case d.Template != "" && !strings.Contains(d.Template, "://"):
		return "the file is rendered; change " + d.Template
	case d.Unrendered:
		return "the file is a template"
	}
	return ""
}

// Edit replaces the bytes of an exact span with New.
type Edit struct {
	Span source.Span
	New  string
}

// Level is the severity that a configuration sets for a rule.
type Level struct {
	Severity Severity
	By       string // the file or preset that sets it
	For      []PathLevel
}

// PathLevel is a different severity of a rule for some files.
type PathLevel struct {
	Severity Severity
	Paths    []string // globs of the files, or their folder
	By       string   // the file that sets it, with the line of an overrides entry
}

// Rule checks for one kind of mistake. It is stateless, a value in a table.
type Rule struct {
	ID      string // kebab-case, names the problem: "image-latest"
	Group   string // usable wherever an ID is
	Aliases []string
	// Own is true if a configuration defines the rule, so that only its author can explain it.
	Own      bool
	Severity Severity // the default; Off for a rule that must be enabled
	Enabled  Severity // for a rule that is off by default, its severity once enabled by name; Unset means warning
	// Levels lists the possible severities, for the documentation: "error or warning".
	Levels string
	Doc    Doc
	Check  func(*Pass)
	// IsIdle reports whether the settings for a file give the rule nothing to compare images with, so that it does not run there; nil means never.
	IsIdle func(*Pass, *source.File) bool
	// NeedsMetadata is true if the rule reads labels or annotations of objects, which are otherwise not kept.
	NeedsMetadata bool
	// ChecksValues is true if the rule also checks images in chart values: its findings are wrong in any chart.
	ChecksValues bool
	// ChecksEntries is true if the rule also checks the images that entries of kustomizations set, which are complete.
	ChecksEntries bool
	// Outranks lists rules whose findings about the same image are consequences of this rule's finding, and are shown
	// as its notes.
	Outranks []string
	// Advice is true if the rule's findings do not make a pull fail. They are advice, except those with a Cluster
	// error.
	Advice bool
	// SettledByProbe reports whether a registry's answer replaces this rule's finding about an image; nil means never.
	SettledByProbe func(*manifests.ImageRef, *ProbeResult) bool
}

// OnceEnabled returns the severity of a rule that is off by default, once it is enabled by name.
func (r *Rule) OnceEnabled() Severity {
	if r.Enabled == Unset {
		return Warning
	}
	return r.Enabled
}

// Doc is the documentation of a rule.
type Doc struct {
	Title string // what is wrong, completing "reports: ..."
	Why   string // the consequences, and when it may be intended
	Bad   string // a line that is reported
	Good  string // the same, corrected
	Since string // the release that added the rule
	Links []string
}

// Settings are the options of all rules. The zero value gives the defaults of the command.
type Settings struct {
	// Kubernetes is the minor version of the target cluster: 37 for 1.37. 0 means NewestKubernetes; a Pass has that
	// number instead of 0.
	Kubernetes int
	// AllowedRegistries lists the registries that images may come from, as hosts or host/path prefixes; empty means
	// any.
	AllowedRegistries []string
	// BaseRegistries lists the registries used at the revision to compare with; nil without a comparison.
	BaseRegistries []string
	// MutableTags lists mutable tags in addition to latest, as globs.
	MutableTags []string
	// Namespace is the namespace of objects that set none; "" if unknown.
	Namespace string
	// Platforms lists the platforms of the cluster's nodes, as os/arch; empty means any.
	Platforms []string
	// KnownSecrets are globs NAME or NAMESPACE/NAME of Secrets that exist outside of the input. If it is not nil, the
	// list is complete: other Secrets that are not in the input do not exist.
	KnownSecrets []string
	// KnownTypes are the types of those KnownSecrets whose types are known, by entry.
	KnownTypes map[string]string
	// Now is the time for checking the expiry of credentials; zero disables the check.
	Now time.Time
	// LocalImages are globs of references of images that are loaded onto the nodes.
	LocalImages []string
	// ProbeStrict makes it an error if a registry could not be asked.
	ProbeStrict bool
	// ProbeAs selects the credentials for registries.
	ProbeAs Asker
	// Overrides hold settings for some files.
	Overrides []Override
	// ForFixes is true if only the fixes of the findings count, since the output of kustomizations is linted apart from their files.
	ForFixes bool
	// ForComparison is true if later findings are compared with these, so that rules set Finding.Unproven.
	ForComparison bool
}

// PlanOptions returns the settings for a plan.
func (s Settings) PlanOptions() plan.Options {
	o := plan.Options{Namespace: s.Namespace, Known: s.KnownSecrets, KnownTypes: s.KnownTypes, Kubernetes: s.Kubernetes}
	if slices.ContainsFunc(s.Overrides, func(o Override) bool { return o.Namespace != "" }) {
		o.NamespaceIn = newOverrides(s.Overrides, nil).namespace
	}
	return o
}

// NewestKubernetes is the default minor version.
const NewestKubernetes = plan.NewestKubernetes

// KubernetesMinor returns Kubernetes, or NewestKubernetes if it is 0.
func (s Settings) KubernetesMinor() int { return cmp.Or(s.Kubernetes, NewestKubernetes) }

// Pass is the input of a rule.
type Pass struct {
	Set      *manifests.Set
	Settings Settings
	// Plan computes the credentials that the kubelet has for a pod.
	Plan *plan.Planner
	// Done is closed when the run is cancelled; nil if it cannot be.
	Done      <-chan struct{}
	facts     map[*manifests.ImageRef]*ProbeResult
	lists     *lists
	shared    *sync.Map // see Shared
	overrides *overrides
	rule      *Rule
	only      []*manifests.Workload // the workloads to check; nil for all
	report    func(Finding)
	pulls     bool
}

// WantsPulls reports whether the run asks for Finding.Pulls.
func (p *Pass) WantsPulls() bool { return p.pulls }

// Report adds a finding.
func (p *Pass) Report(f Finding) {
	if f.Document == nil && f.Object != nil {
		f.Document = f.Object.Doc
	}
	f.Cluster = answer(f.Object, f.Cluster)
	p.report(f)
}

// answer returns what the cluster says about a mistake in an object: nothing if only pods have the error, and no pod pulls what the object names.
func answer(o *manifests.Object, e ClusterError) ClusterError {
	if o != nil && o.Fetched && e.Stage != StageDecode && e.Stage != StageValidation {
		return ClusterError{}
	}
	return e
}

// changesOnlyTag reports whether a fix of an image keeps the name by which entries of kustomizations select it.
func changesOnlyTag(img *manifests.ImageRef, fix *Fix) bool {
	if fix == nil || img.State != manifests.StateString || img.Field == manifests.FieldSplit {
		return false
	}
	text, ok := strings.CutPrefix(fix.NewValue, img.Before)
	return ok && text != "" && imageref.KustomizeName(text) == imageref.KustomizeName(img.Raw)
}

// ReportImage adds a finding about an image reference; its span defaults to the whole reference. Findings that a
// registry's answer settles, and findings about text that is replaced before a node reads it, are dropped. If the text
// may be replaced, an error becomes a warning with a note, and if it is a customary placeholder, lesser findings are
// dropped. So is the cluster's answer if it may be about another image. An error about an image that no node pulls also
// becomes a warning.
func (p *Pass) ReportImage(w *manifests.Workload, img *manifests.ImageRef, f Finding) {
	if fact, ok := p.ProbeResult(img); ok && p.rule.SettledByProbe != nil && p.rule.SettledByProbe(img, fact) {
		f.Settled = true
	}
	severity := cmp.Or(f.Severity, p.rule.Severity)
	switch fate := p.Plan.Mutation(w, img); fate.Kind {
	case plan.AsWritten:
		if img.Field == manifests.FieldMirrored && severity == Error {
			f.Severity = Warning
			f.Related = append(f.Related, Related{Message: "only mirroring tools read this field; no node pulls from it"})
		}
	case plan.Replaced:
		if !p.Settings.ForFixes || !changesOnlyTag(img, f.Fix) || !p.Plan.AlsoAsWritten(w, img) {
			return
		}
	default:
		if fate.Redirects {
			f.Cluster = ClusterError{}
		}
		if severity == Error {
			f.Severity = Warning
			f.Related = append(f.Related, Related{Message: fate.By + " may replace this image"})
		} else if fate.Kind == plan.Placeholder {
			return
		}
	}
	if p.pulls && !f.Settled && cmp.Or(f.Severity, p.rule.Severity) == Error {
		switch f.Cluster.Stage {
		case StageKubelet, StageRuntime:
			f.Pulls = []FailedPull{{img, f.Cluster.Reason, f.Message}}
		default:
			f.Pulls = p.RejectedPulls(w, img.Pod, &f, cmp.Or(f.Path, img.Path))
		}
	}
	p.ReportImageField(w, img, f)
}

// ReportImageField adds a finding about something next to an image, such as its pull policy, which applies even if the
// image is replaced.
func (p *Pass) ReportImageField(w *manifests.Workload, img *manifests.ImageRef, f Finding) {
	if f.Span.IsZero() {
		f.Span = img.Span
	}
	f.Object, f.Document, f.Container = w.Object, w.Doc, img.Container
	if w.ValuesFile {
		f.Object = nil
	}
	if f.Path == "" {
		f.Path = img.Path
	}
	f.Image = img.Raw
	if r := img.Rename(); r != nil {
		if r.Before == r.Name+"=" { // in Argo CD, the entry is a text
			f.Help = strings.Replace(f.Help, `write "`, `write "`+r.Before, 1)
		} else {
			f.SuggestNewName(r.Name)
		}
	} else if img.Field == manifests.FieldSplit {
		f.suggestPart(img)
	}
	for _, piece := range img.Pieces() {
		if !piece.Variable.IsZero() && f.Span.File() == piece.Span.File() && f.Span.Start().Offset >= piece.Span.Start().Offset && f.Span.End().Offset <= piece.Span.End().Offset {
			f.Related = append(f.Related, Related{Span: piece.Variable, Message: "the image that this value is part of"})
		}
	}
	p.Report(f)
}

// RejectedPulls returns what the API server rejects because of an error in an object, or in a pod of it, which may be nil: the object, or the pods that its
// controller creates. It returns nil in runs that do not ask for it.
func (p *Pass) RejectedPulls(w *manifests.Workload, pod *manifests.Pod, f *Finding, path string) []FailedPull {
	switch {
	case !p.pulls:
	case f.Cluster.Stage == StageDecode, f.Cluster.Stage == StageValidation:
		return []FailedPull{{w.Object, f.Cluster.Reason, fmt.Sprintf("the API server rejects the %s: %s (%s)", w.Kind, f.Message, path)}}
	case f.Cluster.Stage == StageController && pod != nil:
		return []FailedPull{{pod, f.Cluster.Reason, fmt.Sprintf("no pod is created: %s (%s)", f.Message, path)}}
	}
	return nil
}

// IsKustomization reports whether the images of a workload are entries of a kustomization.
func IsKustomization(w *manifests.Workload) bool {
	return !w.ValuesFile && w.Group() == "kustomize.config.k8s.io"
}

// Images yields every image reference with its object, in the order of the input. For rules with ChecksValues, those
// of chart values follow, for rules with ChecksEntries those of kustomizations only.
func (p *Pass) Images() iter.Seq2[*manifests.Workload, *manifests.ImageRef] {
	return func(yield func(*manifests.Workload, *manifests.ImageRef) bool) {
		lists := [][]*manifests.Workload{p.Set.Workloads}
		switch {
		case p.only != nil:
			lists = [][]*manifests.Workload{p.only}
		case p.rule.ChecksValues:
			lists = append(lists, p.Set.Values)
		case p.rule.ChecksEntries:
			lists = append(lists, slices.DeleteFunc(slices.Clone(p.Set.Values), func(w *manifests.Workload) bool { return !IsKustomization(w) }))
		}
		for _, list := range lists {
			for _, w := range list {
				for _, img := range w.Images {
					if !yield(w, img) {
						return
					}
				}
			}
		}
	}
}

// Parsed yields the valid image references.
func (p *Pass) Parsed() iter.Seq2[*manifests.Workload, *manifests.ImageRef] {
	return func(yield func(*manifests.Workload, *manifests.ImageRef) bool) {
		for w, img := range p.Images() {
			if img.State == manifests.StateString && img.Err == nil && !yield(w, img) {
				return
			}
		}
	}
}
