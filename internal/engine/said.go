package engine

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// StatusInput selects the cluster messages that are read in addition to manifests.
type StatusInput int

// Values of StatusInput.
const (
	// StatusNone reads no messages.
	StatusNone StatusInput = iota
	// StatusManifests reads statuses and Events among manifests.
	StatusManifests
	// StatusRecognized also reads named inputs that are kubectl output or logs.
	StatusRecognized
	// StatusAny also reads any other text as messages, one per line.
	StatusAny
)

// texts collects messages from kubectl output and logs among the inputs.
type texts struct {
	mu   sync.Mutex
	all  cluster.Text
	read map[string]bool
}

// headSize is the number of bytes that are read to detect the form of an input.
const headSize = 32 << 10

// sniff reads the named inputs that are not manifests as texts, if the request asks for cluster messages.
func (l *Loaded) sniff(inputs []manifests.Input) {
	if l.req.Status < StatusRecognized {
		return
	}
	l.texts = &texts{read: map[string]bool{}}
	system := l.files()
	for i := range inputs {
		in := &inputs[i]
		if !in.Named {
			continue
		}
		name, inner := in.Name, in.Open
		if inner == nil {
			inner = func() (io.ReadCloser, error) { return system.Open(name) }
		}
		in.Open = func() (io.ReadCloser, error) { return l.texts.open(name, inner, l.req.Status) }
	}
}

// open opens an input. It reads a text completely and returns an empty input in its place.
func (t *texts) open(name string, open func() (io.ReadCloser, error), said StatusInput) (io.ReadCloser, error) {
	rc, err := open()
	if err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(rc, headSize)
	head, err := in.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		head = nil // reading the input reports it
	}
	form := cluster.FormOf(head)
	if form == cluster.FormManifests || form == cluster.FormPlain && said != StatusAny || len(head) == 0 {
		return struct {
			io.Reader
			io.Closer
		}{in, rc}, nil
	}
	defer func() { _ = rc.Close() }() // read only
	only := onlyLine(head)
	text, err := cluster.ReadText(name, in)
	if err != nil {
		return nil, err
	}
	if len(text.Sightings) == 0 && form == cluster.FormPlain && only != "" {
		text.Sightings = []cluster.Sighting{{From: "message", Message: only, File: name, Line: 1, Count: 1}}
	}
	if len(text.Sightings) > 0 || form != cluster.FormPlain { // nothing was found in plain text
		t.take(name, text)
	}
	return io.NopCloser(strings.NewReader("")), nil
}

// onlyLine returns the text if it is a single line, else "". It is shown even if the message is unknown.
func onlyLine(text []byte) string {
	line := strings.TrimSpace(string(text))
	if strings.ContainsAny(line, "\r\n") {
		return ""
	}
	return strings.ToValidUTF8(line, "�")
}

// take adds the text of an input once. An input is loaded several times if it has several layers.
func (t *texts) take(name string, text *cluster.Text) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.read[name] {
		return
	}
	t.read[name] = true
	t.all.Sightings = append(t.all.Sightings, text.Sightings...)
	t.all.Lines += text.Lines
	t.all.Cut += text.Cut
	t.all.Dropped += text.Dropped
}

// StatusText returns the messages in kubectl output and logs among the inputs. It returns false if there were none.
func (l *Loaded) StatusText() (cluster.Text, bool) {
	if l.texts == nil {
		return cluster.Text{}, false
	}
	return l.texts.all, len(l.texts.read) > 0
}

// Causes explains why images cannot be pulled, based on the cluster messages in the inputs and the pulls that the manifests ask
// for.
func (l *Loaded) Causes(now time.Time) []cluster.Answer {
	set := l.Set()
	text, _ := l.StatusText()
	sightings := append(cluster.FromSet(set), text.Sightings...)
	if len(sightings) == 0 {
		return nil
	}
	o := l.linter.Settings.PlanOptions()
	o.Now = now
	j := newJoin(set, plan.New(set, o))
	return cluster.Diagnose(sightings, cluster.Options{Now: now, OpenShift: set.OpenShift, Planned: j.planned})
}

// statusJoin finds the container in the manifests that a message is about.
type statusJoin struct {
	planner *plan.Planner
	at      map[cluster.Key]joined
	images  map[cluster.Key]joined // by namespace and image, for owners of pods
}

type joined struct {
	w   *manifests.Workload
	img *manifests.ImageRef
}

func newJoin(set *manifests.Set, planner *plan.Planner) *statusJoin {
	j := &statusJoin{planner: planner, at: map[cluster.Key]joined{}, images: map[cluster.Key]joined{}}
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if img.Remote || img.Err != nil {
				continue
			}
			found := joined{w, img}
			if w.Kind == "Pod" {
				j.at[cluster.Key{Namespace: w.Namespace, Name: w.Name, Container: img.Container}] = found
			}
			byImage := cluster.Key{Namespace: w.Namespace, Name: img.Ref.Canonical()}
			if _, ok := j.images[byImage]; !ok {
				j.images[byImage] = found
			}
		}
	}
	return j
}

// find looks up a container, or else an image in the same namespace.
func (j *statusJoin) find(f *cluster.Failure) (joined, bool) {
	if found, ok := j.at[cluster.Key{Namespace: f.Namespace, Name: f.Name, Container: f.Container}]; ok && f.Kind == "" {
		return found, true
	}
	name := f.Canonical()
	if name == "" {
		return joined{}, false
	}
	if found, ok := j.images[cluster.Key{Namespace: f.Namespace, Name: name}]; ok {
		return found, true
	}
	found, ok := j.images[cluster.Key{Name: name}] // written without a namespace
	return found, ok
}

func (j *statusJoin) planned(f *cluster.Failure) *cluster.Planned {
	found, ok := j.find(f)
	if !ok {
		return nil
	}
	pull := j.planner.Image(found.w, found.img)
	verdict := j.planner.ClusterVerdict(found.img, pull)
	defect := j.planner.Defect(found.img, pull)
	p := &cluster.Planned{Anonymous: verdict.Outcome == plan.Anonymous, Defect: defect.Text, Evident: defect.Evident, Help: defect.Help}
	if u := j.planner.Absent(pull); u != nil && verdict.Outcome == plan.Unknown {
		p.Absent = &cluster.SecretName{Namespace: u.Namespace, Name: u.Ref.Name}
	}
	p.Policy, _ = plan.PullPolicy(found.img)
	if len(verdict.Expired) > 0 && !slices.ContainsFunc(verdict.Expired, time.Time.IsZero) {
		p.Expired = verdict.Message
	}
	for _, c := range verdict.Credentials {
		p.Credentials = append(p.Credentials, c.Secret)
	}
	return p
}
