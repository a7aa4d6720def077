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

// StatusInput says what of a cluster's own words is read beside manifests.
type StatusInput int

// What is read of a cluster's own words.
const (
	// StatusNone reads none.
	StatusNone StatusInput = iota
	// StatusManifests reads statuses and Events among manifests.
	StatusManifests
	// StatusRecognized also reads named inputs that are text of kubectl or logs.
	StatusRecognized
	// StatusAny also takes any other text for messages, one a line.
	StatusAny
)

// texts gathers what texts of kubectl and logs among the inputs tell.
type texts struct {
	mu   sync.Mutex
	all  cluster.Text
	read map[string]bool
}

// headSize is how much of an input is looked at to tell what it is.
const headSize = 32 << 10

// sniff has the named inputs that are no manifests read as texts, where the request asks for what clusters said.
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

// open opens an input. A text is read to its end, and an empty input is left of it.
func (t *texts) open(name string, open func() (io.ReadCloser, error), said StatusInput) (io.ReadCloser, error) {
	rc, err := open()
	if err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(rc, headSize)
	head, err := in.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		head = nil // it is told where the input is read
	}
	form := cluster.FormOf(head)
	if form == cluster.FormManifests || form == cluster.FormPlain && said != StatusAny || len(head) == 0 {
		return struct {
			io.Reader
			io.Closer
		}{in, rc}, nil
	}
	defer func() { _ = rc.Close() }() // it has been read
	only := onlyLine(head)
	text, err := cluster.ReadText(name, in)
	if err != nil {
		return nil, err
	}
	if len(text.Sightings) == 0 && form == cluster.FormPlain && only != "" {
		text.Sightings = []cluster.Sighting{{From: "message", Message: only, File: name, Line: 1, Count: 1}}
	}
	if len(text.Sightings) > 0 || form != cluster.FormPlain { // of prose, nothing was read
		t.take(name, text)
	}
	return io.NopCloser(strings.NewReader("")), nil
}

// onlyLine is a text that has one line, which the user wants to be shown though it says nothing that is known; else "".
func onlyLine(text []byte) string {
	line := strings.TrimSpace(string(text))
	if strings.ContainsAny(line, "\r\n") {
		return ""
	}
	return strings.ToValidUTF8(line, "�")
}

// take keeps what a text tells, once for each input: what is rendered in several ways is loaded as often.
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

// StatusText are what the texts of kubectl and the logs among the inputs told; false where there was none.
func (l *Loaded) StatusText() (cluster.Text, bool) {
	if l.texts == nil {
		return cluster.Text{}, false
	}
	return l.texts.all, len(l.texts.read) > 0
}

// Causes tells why images are not pulled, from what clusters said in the inputs and from what the manifests have the kubelet do.
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

// statusJoin finds what the manifests say of a container that a cluster speaks of.
type statusJoin struct {
	planner *plan.Planner
	at      map[cluster.Key]joined
	images  map[cluster.Key]joined // by namespace and image, for objects that pods are made of
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

// find looks for a container, and where there is none for the image in its namespace.
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
	verdict := j.planner.Verdict(found.img, j.planner.Image(found.w, found.img))
	p := &cluster.Planned{Anonymous: verdict.Outcome == plan.Anonymous}
	p.Policy, _ = plan.PullPolicy(found.img)
	if len(verdict.Expired) > 0 && !slices.ContainsFunc(verdict.Expired, time.Time.IsZero) {
		p.Expired = verdict.Message
	}
	for _, c := range verdict.Credentials {
		p.Credentials = append(p.Credentials, c.Secret)
	}
	return p
}
