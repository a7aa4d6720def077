package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// saidTexts gathers the texts of kubectl and the logs among the inputs of a run. nil gathers none.
type saidTexts struct {
	mu        sync.Mutex
	sightings []cluster.Sighting
	names     map[string]bool
	cut       int
	dropped   int
}

// headSize is how much of an input is looked at to tell what it is.
const headSize = 32 << 10

// sniff has the named inputs that are no manifests read as texts.
func (t *saidTexts) sniff(inputs []manifests.Input) []manifests.Input {
	if t == nil {
		return inputs
	}
	for i := range inputs {
		in := inputs[i]
		if !in.Named {
			continue
		}
		inputs[i].Open = func() (io.ReadCloser, error) { return t.open(in) }
	}
	return inputs
}

// open opens an input. A text is read to its end, and an empty input is left of it.
func (t *saidTexts) open(in manifests.Input) (io.ReadCloser, error) {
	rc, err := openInput(in)
	if err != nil {
		return nil, err
	}
	head := bufio.NewReaderSize(rc, headSize)
	start, err := head.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) || cluster.FormOf(start) == cluster.FormNone {
		return struct {
			io.Reader
			io.Closer
		}{head, rc}, nil // the error comes again where it belongs
	}
	defer func() { _ = rc.Close() }() // it has been read
	text, err := cluster.ReadText(in.Name, head)
	if err != nil {
		return nil, err
	}
	t.take(in.Name, text)
	return io.NopCloser(strings.NewReader("")), nil
}

func openInput(in manifests.Input) (io.ReadCloser, error) {
	if in.Open != nil {
		return in.Open()
	}
	return os.Open(in.Name) //nolint:forbidigo // the walk has seen that it is a file, as manifests.Load relies on
}

// take keeps what a text tells, once for each input: what is rendered in several ways is loaded as often.
func (t *saidTexts) take(name string, text *cluster.Text) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.names[name] {
		return
	}
	if t.names == nil {
		t.names = map[string]bool{}
	}
	t.names[name] = true
	t.sightings = append(t.sightings, text.Sightings...)
	t.cut += text.Cut
	t.dropped += text.Dropped
}

// causes tells why images are not pulled, from what clusters said of what was loaded.
func (t *saidTexts) causes(set *manifests.Set, o plan.Options, now time.Time) []cluster.Answer {
	sightings := append(cluster.FromSet(set), t.sightings...)
	if len(sightings) == 0 {
		return nil
	}
	j := newJoin(set, o)
	return cluster.Diagnose(sightings, cluster.Options{Now: now, OpenShift: set.OpenShift, Planned: j.planned})
}

// join finds what the manifests say of a container that a cluster speaks of.
type join struct {
	planner *plan.Planner
	at      map[cluster.Key]joined
	images  map[cluster.Key]joined // by namespace and image, for objects that pods are made of
}

type joined struct {
	w   *manifests.Workload
	img *manifests.ImageRef
}

func newJoin(set *manifests.Set, o plan.Options) *join {
	j := &join{planner: plan.New(set, o), at: map[cluster.Key]joined{}, images: map[cluster.Key]joined{}}
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
func (j *join) find(f *cluster.Failure) (joined, bool) {
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

func (j *join) planned(f *cluster.Failure) *cluster.Planned {
	found, ok := j.find(f)
	if !ok {
		return nil
	}
	pull := j.planner.Image(found.w, found.img)
	verdict := j.planner.Verdict(found.img, pull)
	p := &cluster.Planned{Anonymous: verdict.Outcome == plan.Anonymous}
	p.Policy, _ = plan.Policy(found.img)
	for _, c := range verdict.Credentials {
		p.Credentials = append(p.Credentials, c.Secret)
	}
	return p
}

// spoken is what a cluster said, by the containers and images that it is about.
type spoken map[cluster.Key]*cluster.Failure

func spokenOf(answers []cluster.Answer) spoken {
	all := spoken{}
	for i := range answers {
		for _, f := range answers[i].Failures {
			for _, key := range []cluster.Key{
				{Namespace: f.Namespace, Name: f.Name, Container: f.Container}, {Namespace: f.Namespace, Name: f.Name, Container: "image " + f.Canonical()}, {Namespace: f.Namespace, Name: f.Canonical()},
			} {
				if _, there := all[key]; !there && f.Kind == "" && key.Name != "" {
					all[key] = f
				}
			}
		}
	}
	return all
}

// of is what was said of an image: of the container of a pod, else of the image in its namespace, where the object is one that pods are made of.
func (all spoken) of(w *manifests.Workload, img *manifests.ImageRef) *cluster.Failure {
	if f := all[cluster.Key{Namespace: w.Namespace, Name: w.Name, Container: img.Container}]; f != nil && w.Kind == "Pod" {
		return f
	}
	if img.Err != nil {
		return nil
	}
	if w.Kind == "Pod" {
		return all[cluster.Key{Namespace: w.Namespace, Name: w.Name, Container: "image " + img.Ref.Canonical()}]
	}
	return all[cluster.Key{Namespace: w.Namespace, Name: img.Ref.Canonical()}]
}

// tellCut says what of the texts was not read.
func (c Command) tellCut() {
	if c.said.cut > 0 {
		c.complain(fmt.Errorf("%d lines are longer than is read, and were cut", c.said.cut))
	}
	if c.said.dropped > 0 {
		c.complain(fmt.Errorf("%d messages are more than are kept, and were skipped", c.said.dropped))
	}
}
