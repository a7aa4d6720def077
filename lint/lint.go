// Package lint is the contract between rules and everything around them, and the run itself: it asks each rule, then levels, suppresses,
// sorts and deduplicates what they report. It reads no files and prints nothing.
package lint

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Severity grades a finding.
type Severity uint8

// Severities, from the weakest on. Off is no severity of a finding: it turns a rule off.
const (
	Unset   Severity = iota // a finding's: the rule's default
	Off                     // the rule does not run
	Info                    // worth knowing
	Warning                 // fails under circumstances that manifests cannot show
	Error                   // as supplied, the cluster refuses it or the pull fails
)

var severityNames = [...]string{"", "off", "info", "warning", "error"}

// String is the severity's name in output and configuration.
func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads a severity's name.
func ParseSeverity(name string) (Severity, error) {
	for s, n := range severityNames {
		if n == name && n != "" {
			return Severity(s), nil //nolint:gosec // an index of a short array
		}
	}
	return Unset, fmt.Errorf("invalid value %q: use error, warning, info or off", name)
}

// Stage is where on its way to a running container a defect bites.
type Stage string

// Stages.
const (
	StageDecode     Stage = "decode"     // the API server cannot read the request
	StageValidation Stage = "validation" // the API server refuses the object
	StageController Stage = "controller" // the object is accepted, its pods are refused
	StageKubelet    Stage = "kubelet"    // the pod is scheduled, the kubelet gives up
	StageRuntime    Stage = "runtime"    // the container runtime's pull fails
)

// ClusterError says what the cluster will answer.
type ClusterError struct {
	Stage   Stage
	Reason  string // as kubectl shows it: "InvalidImageName"
	Message string // the text beside it
}

// Finding is one thing that is wrong, at one place.
type Finding struct {
	Rule  string // filled by the run
	Group string // filled by the run
	Own   bool   // of a Rule that is Own; filled by the run
	// Advice is true if no pull fails because of what is reported; also set by the run, see Rule.Advice.
	Advice   bool
	Severity Severity // Unset: the rule's own; a rule sets it where evidence moves it
	Span     source.Span
	Object   *manifests.Object // nil for a finding about a document
	// Document is the document the finding is in; Object.Doc where there is an object.
	Document  *manifests.Document
	Container string
	Path      string // of the field: "spec.containers[0].image"
	Image     string // the image reference concerned
	// FingerprintKey says what of the object the finding is about, where the image and its container are only an example of it: the registry that a
	// whole pod lacks credentials for. It is compared, and not shown.
	FingerprintKey string
	Message        string // what is wrong: a fact, one line
	Help           string // what to do; "" if nothing useful is known
	Cluster        ClusterError
	Related        []Related // other places that explain it
	// Origins are the places that the user changes to fix a finding on rendered text: the values of a chart, the entry of a kustomization.
	Origins []Origin
	// Combinations name the sets of a chart's values that the finding is under; nil where it is all of them.
	Combinations []string
	Fix          *Fix
	// Outranks are those of the rule.
	Outranks []string
	// NoteOf is the finding that this one is a note of, nil for none; filled by LinkNotes.
	NoteOf *Finding
	// Suppressed says why the finding is not shown, where it is not.
	Suppressed string
	// SuppressedBy says what suppresses it: SuppressedByComment and the like.
	SuppressedBy string
}

// Related is another place that explains a finding.
type Related struct {
	Span    source.Span
	Message string
}

// Origin is where the text of a rendered document was made.
type Origin struct {
	Span source.Span
	// Value is the path of the value: "image.tag" for .Values.image.tag; "" where it is not a chart's.
	Value   string
	Message string // what it made: "makes the tag"
}

// Fix is a change that fixes a finding. Its edits never overlap.
type Fix struct {
	Title string
	Safe  bool // certain to mean what the author meant
	Edits []Edit
	// NewValue is what the place reads as afterwards, for a fix that changes one value and nothing else; "" for any other.
	NewValue string
	// Sensitive is true if the lines which it changes hold what must not be shown.
	Sensitive bool
}

// Edit replaces the bytes of a span, which is exact, with New.
type Edit struct {
	Span source.Span
	New  string
}

// Rule looks for one kind of mistake. It is a value in a table and holds no state.
type Rule struct {
	ID      string // kebab-case, names the bad thing: "image-latest"
	Group   string // can stand wherever an ID can
	Aliases []string
	// Own says that a configuration defines the rule, so that nobody but its author can explain it.
	Own      bool
	Severity Severity // the default; Off for a rule that must be asked for
	Enabled  Severity // that of a rule that is off by default, once it is asked for by name; Unset for a warning
	// Levels lists the severities that evidence can give a finding, for the documentation: "error or warning".
	Levels string
	Doc    Doc
	Check  func(*Pass)
	// NeedsMetadata is true if the rule asks for the labels or annotations of objects, which are not kept otherwise.
	NeedsMetadata bool
	// ChecksValues is true if the rule judges the images of a chart's values, too: what it finds is wrong whatever the chart makes of them.
	ChecksValues bool
	// Outranks are rules whose findings about an image follow from the decision that this one reports, and are notes of it.
	Outranks []string
	// Advice is true if no pull fails because of what the rule reports: its findings are advice, save those that say what the cluster will answer.
	Advice bool
	// SettledByProbe reports whether a registry's word is in place of what the rule suspects of an image; nil for never.
	SettledByProbe func(*ProbeResult) bool
}

// OnceEnabled is the severity of a rule that is off by default, once it is asked for by name.
func (r *Rule) OnceEnabled() Severity {
	if r.Enabled == Unset {
		return Warning
	}
	return r.Enabled
}

// Doc is a rule's page.
type Doc struct {
	Title string // what is wrong, completing "reports: ..."
	Why   string // what follows and when it is meant
	Bad   string // an example line that is reported
	Good  string // the same, corrected
	Since string // the release that brought the rule
	Links []string
}

// Settings are the options of all rules. The zero value is what the command does by default.
type Settings struct {
	// Kubernetes is the minor version of the cluster that the manifests are for: 37 for 1.37. 0 is NewestKubernetes; a Pass has
	// that number in place of 0.
	Kubernetes int
	// AllowedRegistries are the registries that images may come from, as hosts or host/path prefixes; empty: any.
	AllowedRegistries []string
	// BaseRegistries are the registries of the images that were there at the revision which the input is compared with; nil where nothing is compared.
	BaseRegistries []string
	// MutableTags are tags besides latest that move, as globs.
	MutableTags []string
	// Namespace is that of objects which write none; "" where it is not known.
	Namespace string
	// Platforms are those of the cluster's nodes, as os/arch; empty: any.
	Platforms []string
	// KnownSecrets are globs NAME or NAMESPACE/NAME of Secrets that exist although the input does not hold them. Not nil says that the list is
	// complete: what it does not name, and the input does not hold, does not exist.
	KnownSecrets []string
	// Now is the time by which credentials expire; zero where expiry is not judged.
	Now time.Time
	// LocalImages are names of images that are loaded onto the nodes, as globs over the reference.
	LocalImages []string
	// ProbeStrict makes an error of what a registry could not be asked about.
	ProbeStrict bool
	// ProbeAs is whom registries are asked for.
	ProbeAs Asker
	// Overrides are what is set for some files alone.
	Overrides []Override
}

// PlanOptions are the settings that a plan follows.
func (s Settings) PlanOptions() plan.Options {
	o := plan.Options{Namespace: s.Namespace, Known: s.KnownSecrets, Kubernetes: s.Kubernetes}
	if slices.ContainsFunc(s.Overrides, func(o Override) bool { return o.Namespace != "" }) {
		o.NamespaceIn = newOverrides(s.Overrides).namespace
	}
	return o
}

// NewestKubernetes is the minor version that is assumed unless one is given.
const NewestKubernetes = plan.NewestKubernetes

// KubernetesMinor is the minor version that the settings mean: Kubernetes, or else NewestKubernetes.
func (s Settings) KubernetesMinor() int { return cmp.Or(s.Kubernetes, NewestKubernetes) }

// Pass is all that a rule may see.
type Pass struct {
	Set      *manifests.Set
	Settings Settings
	// Plan answers which credentials the kubelet would have for a pod.
	Plan *plan.Planner
	// Done is closed when nobody waits for the run any more; nil where that never happens.
	Done      <-chan struct{}
	facts     map[*manifests.ImageRef]*ProbeResult
	lists     *lists
	overrides *overrides
	rule      *Rule
	only      []*manifests.Workload // that the rule is asked about; nil for all
	report    func(Finding)
}

// Report adds a finding.
func (p *Pass) Report(f Finding) {
	if f.Document == nil && f.Object != nil {
		f.Document = f.Object.Doc
	}
	p.report(f)
}

// ReportImage adds a finding about an image reference; where the finding names no place, it is the whole reference. What a
// registry's word settles is not reported, nor what is said of a text that something else replaces before a node reads it. Where something may
// replace it, an error becomes a warning that says so; what is less than an error is not worth a word where the text is by custom a placeholder.
// So does an error about an image that no node pulls.
func (p *Pass) ReportImage(w *manifests.Workload, img *manifests.ImageRef, f Finding) {
	if fact, ok := p.ProbeResult(img); ok && p.rule.SettledByProbe != nil && p.rule.SettledByProbe(fact) {
		return
	}
	severity := cmp.Or(f.Severity, p.rule.Severity)
	switch fate := p.Plan.Mutation(w, img); fate.Kind {
	case plan.AsWritten:
		if img.Field == manifests.FieldMirrored && severity == Error {
			f.Severity = Warning
			f.Related = append(f.Related, Related{Message: "only mirroring tools read this field; no node pulls from it"})
		}
	case plan.Replaced:
		return
	default:
		if severity == Error {
			f.Severity = Warning
			f.Related = append(f.Related, Related{Message: fate.By + " may replace this image"})
		} else if fate.Kind == plan.Placeholder {
			return
		}
	}
	p.ReportImageField(w, img, f)
}

// ReportImageField adds a finding about what is next to an image, such as its pull policy: it holds whatever image is put there.
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
	for _, piece := range img.Pieces {
		if !piece.Variable.IsZero() && f.Span.File == piece.Span.File && f.Span.Start.Offset >= piece.Span.Start.Offset && f.Span.End.Offset <= piece.Span.End.Offset {
			f.Related = append(f.Related, Related{Span: piece.Variable, Message: "the image that this value is part of"})
		}
	}
	p.Report(f)
}

// Images yields every image reference with the object it is in, in the order of the input; behind them, those of values to a rule that
// judges them.
func (p *Pass) Images() iter.Seq2[*manifests.Workload, *manifests.ImageRef] {
	return func(yield func(*manifests.Workload, *manifests.ImageRef) bool) {
		lists := [][]*manifests.Workload{p.Set.Workloads}
		switch {
		case p.only != nil:
			lists = [][]*manifests.Workload{p.only}
		case p.rule.ChecksValues:
			lists = append(lists, p.Set.Values)
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

// Parsed yields the image references that parse.
func (p *Pass) Parsed() iter.Seq2[*manifests.Workload, *manifests.ImageRef] {
	return func(yield func(*manifests.Workload, *manifests.ImageRef) bool) {
		for w, img := range p.Images() {
			if img.State == manifests.StateString && img.Err == nil && !yield(w, img) {
				return
			}
		}
	}
}
