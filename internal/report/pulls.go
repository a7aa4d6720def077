package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// Pull is what the kubelet would do for one image.
type Pull struct {
	Workload *manifests.Workload
	Image    *manifests.ImageRef
	// Written is the image in the file, if Flux replaces it with Image; else "".
	Written string
	Plan    *plan.Pull
	Verdict plan.Verdict
	// InCluster is true if a cluster has the object, so that it may have Secrets that the input does not have.
	InCluster bool
	// Said is what the cluster reported about the image; nil if nothing.
	Said *cluster.Failure
	// Runs is true if the pull fails by the manifests although the cluster reported that the container runs, so that its node has the image.
	Runs bool
	// Lacking are the names of Secrets that the cluster reported missing in the pod's namespace.
	Lacking []string
	// Unnamed are pull secrets in the pod's namespace, as "namespace/name", with credentials for the image's
	// registry that the pod does not get.
	Unnamed []string
	// Near are others that have a key for the registry that does not match the image, each with the reason.
	Near []string
	// Also are the other objects of the same workload with this pull, the controller first. NotFailing are its pods in which the pull does not fail,
	// although it does in Workload.
	Also, NotFailing []*manifests.Object
}

// Fails reports whether the pull fails, according to the manifests or the cluster.
func (p *Pull) Fails() bool {
	if p.Said != nil && p.Said.IsPulled() {
		return false // a container that fails after its pull
	}
	return p.Said != nil || p.Verdict.Outcome == plan.Fails
}

// PullReport is what Pulls prints.
type PullReport struct {
	// Pulls are the pulls to print, out of Total.
	Pulls []Pull
	Total int
	// Answers say why images are not pulled, according to the cluster.
	Answers []cluster.Answer
	// Unlisted is the number of images that only Answers say are not pulled: the input has no object with them.
	Unlisted int
	// Broken is the number of documents that are not valid YAML, of which nothing is pulled.
	Broken int
	// Whole prints every plan in full. Otherwise, if there are more than a few, only failing ones are, and
	// the others take a line each.
	Whole bool
}

// Failed reports whether a pull fails, according to the manifests or the cluster, or a document is not valid YAML. A container
// that fails after its pull does not count.
func (r *PullReport) Failed() bool {
	return r.Broken > 0 || slices.ContainsFunc(r.Pulls, func(p Pull) bool { return p.Fails() }) ||
		slices.ContainsFunc(r.Answers, func(a cluster.Answer) bool { return !a.Failures[0].IsPulled() })
}

func (r *PullReport) failing() int {
	n := 0
	for i := range r.Pulls {
		if r.Pulls[i].Fails() {
			n++
		}
	}
	return n
}

// PullFormats returns the names of the formats of Pulls, the default first.
func PullFormats() []string { return []string{"text", "json"} }

// Pulls prints how many pulls fail and why, according to the cluster, and the pull plan of each image. It
// prints no passwords or tokens.
func Pulls(w io.Writer, format string, r PullReport, o Options) error {
	out := bufio.NewWriter(w)
	var err error
	switch format {
	case "text":
		writePullsText(out, &r, newPalette(o))
	case "json":
		err = writePullsJSON(out, &r)
	default:
		err = unknownFormat(format, PullFormats())
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

// Limits of the text format.
const (
	fewPulls   = 2  // pulls that are always printed in full
	maxFailing = 10 // failing pulls named in the summary
)

func writePullsText(w *bufio.Writer, r *PullReport, colors *palette) {
	whole := r.Whole || len(r.Pulls) <= fewPulls
	alike := foldPulls(r.Pulls, whole)
	writePullsSummary(w, r, len(r.Pulls)-len(alike), colors)
	writeCausesText(w, r.Answers)
	for i := range alike {
		if p := &alike[i]; whole || p.Fails() {
			writePullText(w, p.Pull, colors)
			if len(p.more) > 0 {
				fmt.Fprintf(w, "  %-16s %s\n", "also:", visible(p.others()))
			}
			fmt.Fprintln(w)
		}
	}
	if whole {
		return
	}
	for i := range alike {
		if p := &alike[i]; !p.Fails() {
			more := ""
			if len(p.more) > 0 {
				more = fmt.Sprintf(", and %d more", len(p.more))
			}
			fmt.Fprintf(w, "%s: %s: %s%s: %s\n", place(p.Image.Span), visible(p.imageText()), visible(objectAndContainer(p.Workload.Object, p.Image.Container)), more, visible(verdictText(p.Pull)))
		}
	}
}

// foldedPull is a pull and others of the same image that end in the same way.
type foldedPull struct {
	*Pull
	more []*Pull
}

// foldPulls combines pulls of the same image that end in the same way, unless all are to be printed. A Secret that is missing in two namespaces is
// the same way.
func foldPulls(pulls []Pull, all bool) []foldedPull {
	out := make([]foldedPull, 0, len(pulls))
	at := map[string]int{}
	for i := range pulls {
		p := &pulls[i]
		if !all {
			key := p.imageText() + "\x00" + verdictText(p)
			if p.Said != nil {
				key += "\x00" + statusText(p.Said)
			}
			if p.Runs {
				key += "\x00runs"
			}
			if o := p.Workload.Object; o != nil && o.Namespace != "" {
				key = strings.ReplaceAll(key, " "+o.Namespace+"/", " */")
			}
			if n, ok := at[key]; ok {
				out[n].more = append(out[n].more, p)
				continue
			}
			at[key] = len(out)
		}
		out = append(out, foldedPull{Pull: p})
	}
	return out
}

// others names the first of the other objects and counts the rest.
func (p *foldedPull) others() string {
	return firstNames(p.more, func(m *Pull) string { return objectAndContainer(m.Workload.Object, m.Image.Container) })
}

func objectNames(all []*manifests.Object) string { return firstNames(all, objectName) }

// firstNames names the first of a list and counts the rest.
func firstNames[T any](all []T, name func(T) string) string {
	var names []string
	for i, one := range all {
		if i == placesShown {
			return strings.Join(names, "; ") + fmt.Sprintf("; and %d more", len(all)-i)
		}
		names = append(names, name(one))
	}
	return strings.Join(names, "; ")
}

// writePullsSummary says how many pulls fail, and which; listed with others are those that have no entry of their own.
func writePullsSummary(w *bufio.Writer, r *PullReport, withOthers int, colors *palette) {
	failing := r.failing()
	partly := slices.ContainsFunc(r.Pulls, func(p Pull) bool { return !p.InCluster })
	if len(r.Pulls) == 0 {
		return
	}
	verb, style := "fail", colors.severity[lint.Error]
	if failing == 1 || r.Total == 1 {
		verb = "fails"
	}
	if failing == 0 {
		style = colors.bold
	}
	fmt.Fprintln(w, style.Sprintf("%d of %s %s", failing, Count(r.Total, "pull", "pulls"), verb))
	if r.Unlisted > 0 {
		fmt.Fprintln(w, "  not counted:", Count(r.Unlisted, "image that is", "images that are"), "not pulled according to the cluster's messages, without an object in the input")
	}
	if partly {
		fmt.Fprintln(w, "  not counted: pulls that only may fail; \"imagelint PATH\" reports them")
	}
	if withOthers > 0 {
		fmt.Fprintln(w, "  pulls of the same image that end in the same way are listed once; --verbose lists each")
	}
	if failing > 1 && len(r.Answers) == 0 { // the answers name the pods themselves
		n := 0
		for i := range r.Pulls {
			p := &r.Pulls[i]
			if !p.Fails() {
				continue
			}
			if n++; n > maxFailing {
				fmt.Fprintf(w, "  and %d more\n", failing-maxFailing)
				break
			}
			runs := ""
			if p.Runs {
				runs = " (runs; its next pull fails)"
			}
			fmt.Fprintf(w, "  %s: %s%s\n", visible(objectAndContainer(p.Workload.Object, p.Image.Container)), visible(imageText(p.Image)), runs)
		}
	}
	fmt.Fprintln(w)
}

// verdictText returns a verdict in one line.
func verdictText(p *Pull) string {
	text := string(p.Verdict.Outcome)
	if p.Verdict.Reason != "" {
		text += " (" + p.Verdict.Reason + ")"
	}
	return text + ": " + p.Verdict.Message
}

// writePullText prints one plan, to be read from top to bottom.
func writePullText(w *bufio.Writer, p *Pull, colors *palette) {
	img := p.Image
	line := func(label, format string, args ...any) {
		fmt.Fprintf(w, "  %-16s %s\n", label, visible(fmt.Sprintf(format, args...)))
	}
	fmt.Fprintf(w, "%s: %s\n", place(img.Span), colors.bold.Sprint(visible(imageText(img))))
	line("in:", "%s", objectAndContainer(p.Workload.Object, img.Container))
	if p.Written != "" {
		line("written:", "%s, which Flux replaces", p.Written)
	}
	if len(p.Also) > 0 {
		line("same pull in:", "%s", objectNames(p.Also))
	}
	if len(p.NotFailing) > 0 {
		line("not failing in:", "%s", objectNames(p.NotFailing))
	}
	if img.State == manifests.StateString && img.Err == nil {
		line("is read as:", "%s", img.Ref.Canonical())
	}
	if f := p.Said; f != nil {
		line("cluster says:", "%s", statusText(f))
	}
	if p.Runs {
		line("cluster says:", "Running: its node has the image; the verdict is about the next pull")
	}
	value, from := plan.PullPolicy(img)
	if from == "default" {
		line("pull policy:", "%s (the default for this reference)", value)
	} else {
		line("pull policy:", "%s", value)
	}
	line("service account:", "%s", accountText(p.Plan.ServiceAccount))
	if len(p.Plan.PullSecrets) == 0 {
		line("pull secrets:", "%s", noneText(p))
	}
	for i := range p.Plan.PullSecrets {
		label := ""
		if i == 0 {
			label = "pull secrets:"
		}
		line(label, "%d. %s", i+1, useText(&p.Plan.PullSecrets[i], p.problem(i), p.unmatched(i)))
	}
	for i, c := range p.Verdict.Credentials {
		label := ""
		if i == 0 {
			label = "tried in order:"
		}
		user := fmt.Sprintf("user %q", c.Username)
		if c.Anonymous() {
			user = "no user name, so the pull is anonymous"
		}
		if end := p.Verdict.ExpiredAt(i); !end.IsZero() {
			user += ", expired on " + end.Format("2006-01-02 15:04 UTC")
		} else if end = p.Verdict.ExpiredByAt(i); !end.IsZero() {
			user += ", expired by " + end.Format("2006-01-02 15:04 UTC") + " unless the Secret was renewed"
		}
		if c.Contradiction != "" {
			user += "; " + c.Contradiction + ", and the kubelet uses auth"
		}
		line(label, "%d. %s, key %q, %s", i+1, c.Secret, c.Key, user)
	}
	for _, secret := range p.Unnamed {
		if p.Plan.ReplacesAccount(secret) {
			line("not used:", "%s holds credentials for this registry, but the pod's own imagePullSecrets replace those of its service account, which names it", secret)
			continue
		}
		line("not named:", "%s holds credentials for this registry, and neither the pod nor its service account names it", secret)
	}
	for _, text := range p.Near {
		line("not named:", "%s; neither the pod nor its service account names it", text)
	}
	verdict := visible(verdictText(p))
	if p.Verdict.Outcome == plan.Fails {
		verdict = colors.severity[lint.Error].Sprint(verdict)
	}
	fmt.Fprintf(w, "  %-16s %s\n", "verdict:", verdict)
}

// statusText returns in short what a cluster reported about an image.
func statusText(f *cluster.Failure) string {
	why := shortened(redactedMessage(f.Message))
	if f.Entry != nil {
		why = f.Entry.Cause
	}
	return strings.TrimPrefix(redactedMessage(f.Status)+": "+why, ": ")
}

// imageText returns an image as written, or a description if there is none.
func imageText(img *manifests.ImageRef) string {
	if img.Raw == "" {
		return "(no image)"
	}
	return img.Raw
}

// imageText returns the image that is pulled, and the one in the file if Flux replaces that.
func (p *Pull) imageText() string {
	if p.Written == "" {
		return imageText(p.Image)
	}
	return fmt.Sprintf("%s (written %s)", p.Image.Raw, p.Written)
}

// objectAndContainer names an object and a container.
func objectAndContainer(o *manifests.Object, container string) string {
	s := objectName(o)
	if container != "" {
		s += fmt.Sprintf(", container %q", container)
	}
	return s
}

func accountText(a plan.ServiceAccount) string {
	switch {
	case a.ByOperator:
		return "chosen by the operator that creates the pod"
	case a.Found == nil && a.Named:
		return plan.SecretID(a.Namespace, a.Name) + ", not defined in these manifests"
	case a.Found == nil:
		return plan.SecretID(a.Namespace, a.Name) + " (the pod names none), not defined in these manifests"
	}
	s := plan.SecretID(a.Namespace, a.Name)
	if a.Found.ImagePullSecrets == nil {
		return s + ", no pull secrets"
	}
	names := make([]string, len(a.Found.ImagePullSecrets.Names))
	for i, n := range a.Found.ImagePullSecrets.Names {
		names[i] = n.Name
	}
	return s + ", pull secrets " + strings.Join(names, ", ")
}

// problem says why a pull secret is of no use, in agreement with the verdict.
func (p *Pull) problem(i int) string {
	u := &p.Plan.PullSecrets[i]
	if p.Plan.Lacks(u, p.Lacking) {
		return "the cluster has no such Secret"
	}
	if p.InCluster && p.Verdict.Outcome == plan.Unknown && !u.Found() && !u.Hidden {
		return "not in the input"
	}
	if u.Problem == "" && p.Image.State == manifests.StateString && p.Image.Err == nil {
		return u.Flaw(p.Image.Ref)
	}
	return u.Problem
}

// unmatched says why no key of a readable pull secret matches the image, or returns "".
func (p *Pull) unmatched(i int) string {
	if p.Image.State != manifests.StateString || p.Image.Err != nil {
		return ""
	}
	return p.Plan.PullSecrets[i].Unmatched(p.Image.Ref)
}

// noneText says that a pod has no pull secrets, as far as the input tells.
func noneText(p *Pull) string {
	if p.Verdict.Outcome == plan.Unknown && !p.Plan.Complete() {
		return "none in the input"
	}
	return "none"
}

// maxKeys is the number of a Secret's keys that are named.
const maxKeys = 20

// keyList names the keys of a Secret.
func keyList(keys []pullsecret.Key) string {
	var list []string
	for _, k := range keys[:min(len(keys), maxKeys)] {
		list = append(list, fmt.Sprintf("%q", k.Written))
	}
	if more := len(keys) - maxKeys; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(list, ", ")
}

// useText describes a pull secret: where it is from, and why it is of no use; unmatched is why it is of none for one image.
func useText(u *plan.PullSecret, problem, unmatched string) string {
	s := plan.SecretID(u.Namespace, u.Ref.Name)
	switch u.From {
	case plan.FromServiceAccount:
		s += " (from the service account)"
	case plan.FromResource:
		s += " (from the resource)"
	}
	switch {
	case problem != "":
		s += ": " + problem
		for _, other := range u.Elsewhere {
			s += fmt.Sprintf("; one of that name is in %s", namespaceText(other.SecretNamespace))
			break
		}
	case u.Usable:
		switch list := keyList(u.Secret.Payload.Config.Keys()); {
		case unmatched == "":
			s += ": usable, with the keys " + list
		case strings.Contains(unmatched, list): // the only key
			s += ": " + unmatched
		default:
			s += ": " + unmatched + " (keys: " + list + ")"
		}
	case u.Secret != nil && u.Secret.Draft != nil:
		keys := slices.DeleteFunc(slices.Clone(u.Secret.Draft.Config.Keys()), func(k pullsecret.Key) bool { return pullsecret.IsPlaceholder(k.Written) })
		s += ": its credentials are set later, under the keys " + keyList(keys)
		if u.Secret.Draft.Partial {
			s += " and others that are set later"
		}
	case u.Secret != nil:
		s += fmt.Sprintf(": created by %s, its content is not in these manifests", u.Secret.SourceKind)
	default:
		s += ": assumed to exist, its content is not in these manifests"
	}
	return s
}

func namespaceText(ns string) string {
	if ns == "" {
		return "no namespace set"
	}
	return fmt.Sprintf("namespace %q", ns)
}

type jsonPull struct {
	Image          string             `json:"image"`                    // the reference as written, or as an entry of a Flux Kustomization makes it
	Written        string             `json:"written,omitempty"`        // the reference as written, if an entry of a Flux Kustomization replaces it
	Normalized     string             `json:"normalized"`               // the full reference; "" if it cannot be parsed
	Lookup         string             `json:"lookup"`                   // the name by which the kubelet looks up credentials
	Container      string             `json:"container"`                // name of the container
	Object         jsonObject         `json:"object"`                   // the object that names the image
	File           string             `json:"file"`                     // path of the file
	Line           int                `json:"line"`                     // line, from 1
	Column         int                `json:"column"`                   // column, from 1, in Unicode code points
	Policy         jsonPolicy         `json:"policy"`                   // the pull policy
	ServiceAccount jsonAccount        `json:"serviceAccount"`           // the service account of the pod
	PullSecrets    []jsonUse          `json:"pullSecrets"`              // the pull secrets of the pod, in their order
	Credentials    []jsonCredential   `json:"credentials"`              // the credentials that the kubelet tries, in their order
	Failing        bool               `json:"failing"`                  // whether the pull fails, by its verdict or by what the cluster reported
	Verdict        jsonVerdict        `json:"verdict"`                  // how the pull will end, by the manifests alone
	Runs           bool               `json:"runs,omitempty"`           // whether the cluster reported that the container runs although the pull fails by its verdict: its node has the image, and the next pull fails
	Said           *jsonClusterStatus `json:"said,omitempty"`           // what the cluster reported about the image, if the input contains it
	Also           []jsonObject       `json:"also,omitempty"`           // the other objects of the same workload with this pull, which is counted once: its controllers and pods
	NotFailing     []jsonObject       `json:"notFailing,omitempty"`     // the pods of the same workload in which this pull does not fail although it does in object
	Unnamed        []string           `json:"unnamedSecrets,omitempty"` // pull secrets, as namespace/name, that hold credentials for the registry but that the pod does not get: neither it nor its service account names them, or its own list replaces that of its service account
}

type jsonClusterStatus struct {
	Status  string `json:"status"`  // status or reason shown by kubectl
	Message string `json:"message"` // the cluster's message
	ID      string `json:"id"`      // entry of the table of messages; "" for an unknown message
}

type jsonPolicy struct {
	Value string `json:"value"` // Always, IfNotPresent or Never, or the text written instead
	From  string `json:"from"`  // whether the manifest sets it
}

type jsonAccount struct {
	Namespace string `json:"namespace"` // namespace of the service account
	Name      string `json:"name"`      // name of the service account
	Found     bool   `json:"found"`     // whether it is defined in the input
}

type jsonUse struct {
	Namespace string   `json:"namespace"` // namespace of the pod
	Name      string   `json:"name"`      // name of the Secret
	From      string   `json:"from"`      // what names the pull secret
	Found     bool     `json:"found"`     // whether it is defined in the input or declared to exist
	Provider  string   `json:"provider"`  // kind of the object that creates the Secret; "" if the Secret itself is in the input
	Usable    bool     `json:"usable"`    // whether the kubelet can read it
	Matches   bool     `json:"matches"`   // whether it is usable and one of its keys matches the image
	Problem   string   `json:"problem"`   // why it is unusable; "" if it is usable
	Keys      []string `json:"keys"`      // registries that it holds credentials for, as written
}

type jsonCredential struct {
	Secret        string `json:"secret"`                  // the Secret as namespace/name
	Key           string `json:"key"`                     // the registry, as the Secret writes it
	Username      string `json:"username"`                // the user name
	Ended         string `json:"ended,omitempty"`         // when the credential expired (RFC 3339); left out if it is valid or has no date
	EndedBy       string `json:"endedBy,omitempty"`       // by when a token without a date expired, unless its Secret was renewed since it was written (RFC 3339); left out if it may be valid
	Contradiction string `json:"contradiction,omitempty"` // how username and password in the Secret differ from those in auth, which the kubelet uses; left out if they do not
}

type jsonVerdict struct {
	Outcome string `json:"outcome"` // the result of the pull, as far as the manifests show
	Reason  string `json:"reason"`  // status shown by kubectl, for the outcomes fails and never; "" for others
	Message string `json:"message"` // the verdict in words
}

type jsonPullSummary struct {
	Pulls    int `json:"pulls"`              // pulls in the input: each container's image once for a workload, whose objects are linked by ownerReferences
	Failing  int `json:"failing"`            // pulls that fail
	Unlisted int `json:"unlisted,omitempty"` // images that are not pulled according to the cluster's messages, without an object in the input
}

func writePullsJSON(w *bufio.Writer, r *PullReport) error {
	enc := newJSONEncoder()
	sum, err := enc.encode(jsonPullSummary{r.Total, r.failing(), r.Unlisted})
	if err != nil {
		return err
	}
	writeAll(w, []byte(`{"version":1,`+"\n"+` "summary":`), sum, []byte(",\n"))
	if len(r.Answers) > 0 {
		writeAll(w, []byte(` "causes":`))
		if err := writeItems(w, enc, " ", len(r.Answers), func(i int) any { return newJSONCause(&r.Answers[i]) }); err != nil {
			return err
		}
		writeAll(w, []byte(",\n"))
	}
	return writeList(w, enc, "pulls", len(r.Pulls), func(i int) any { return newJSONPull(&r.Pulls[i]) })
}

func jsonObjects(all []*manifests.Object) []jsonObject {
	var out []jsonObject
	for _, o := range all {
		out = append(out, *newJSONObject(o))
	}
	return out
}

func newJSONPull(p *Pull) jsonPull {
	img := p.Image
	value, from := plan.PullPolicy(img)
	out := jsonPull{
		Image: img.Raw, Written: p.Written, Container: img.Container, Object: *newJSONObject(p.Workload.Object), Line: img.Span.Start().Line, Column: img.Span.Start().Col,
		Policy: jsonPolicy{value, from}, PullSecrets: []jsonUse{}, Credentials: []jsonCredential{},
		ServiceAccount: jsonAccount{p.Plan.ServiceAccount.Namespace, p.Plan.ServiceAccount.Name, p.Plan.ServiceAccount.Found != nil},
		Failing:        p.Fails(), Runs: p.Runs, Unnamed: p.Unnamed, Also: jsonObjects(p.Also), NotFailing: jsonObjects(p.NotFailing),
		Verdict: jsonVerdict{string(p.Verdict.Outcome), p.Verdict.Reason, p.Verdict.Message},
	}
	if img.Span.File() != nil {
		out.File = img.Span.File().Name
	}
	if f := p.Said; f != nil {
		out.Said = &jsonClusterStatus{Status: redactedMessage(f.Status), Message: redactedMessage(f.Message)}
		if f.Entry != nil {
			out.Said.ID = f.Entry.ID
		}
	}
	if img.State == manifests.StateString && img.Err == nil {
		out.Normalized, out.Lookup = img.Ref.Canonical(), img.Ref.Name()
	}
	for i := range p.Plan.PullSecrets {
		u := &p.Plan.PullSecrets[i]
		use := jsonUse{Namespace: u.Namespace, Name: u.Ref.Name, From: u.From, Found: u.Found(), Usable: u.Usable, Matches: u.Usable && p.unmatched(i) == "" && img.Err == nil, Problem: p.problem(i), Keys: []string{}}
		if u.Secret != nil {
			use.Provider = u.Secret.SourceKind
			if u.Usable {
				for _, k := range u.Secret.Payload.Config.Keys() {
					use.Keys = append(use.Keys, k.Written)
				}
			}
		}
		use.Usable = u.Usable && use.Problem == ""
		out.PullSecrets = append(out.PullSecrets, use)
	}
	for i, c := range p.Verdict.Credentials {
		j := jsonCredential{Secret: c.Secret, Key: c.Key, Username: c.Username, Contradiction: c.Contradiction}
		if end := p.Verdict.ExpiredAt(i); !end.IsZero() {
			j.Ended = end.Format(time.RFC3339)
		}
		if end := p.Verdict.ExpiredByAt(i); !end.IsZero() {
			j.EndedBy = end.Format(time.RFC3339)
		}
		out.Credentials = append(out.Credentials, j)
	}
	return out
}
