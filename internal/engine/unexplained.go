package engine

import (
	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// unexplained counts the pulls that fail according to the statuses of pods in the input, and that no finding may explain. The pods of one controller share
// their pulls.
func (l *Loaded) unexplained(findings []lint.Finding) int {
	failing := cluster.Failing(l.Set())
	if len(failing) == 0 {
		return 0
	}
	type pull struct{ namespace, workload, container, image string }
	known, pulls := explainedBy(findings), map[pull]bool{}
	for _, f := range failing {
		if !known.explains(f) {
			pulls[pull{f.Namespace, f.Workload(), f.Container, f.Image}] = true
		}
	}
	return len(pulls)
}

// explained are what the findings about failing pulls are about.
type explained struct {
	images     map[imageKey]bool
	containers map[cluster.Key]bool // of pods and their owners; "" for all of an object
	namespaces map[string]bool      // those with a finding about a Secret or a service account
}

// explainedBy indexes the findings about pulls that fail or may fail: those that say what the cluster answers, and all about pull secrets.
func explainedBy(findings []lint.Finding) *explained {
	e := &explained{images: map[imageKey]bool{}, containers: map[cluster.Key]bool{}, namespaces: map[string]bool{}}
	for i := range findings {
		f := &findings[i]
		if f.Object == nil || f.Cluster == (lint.ClusterError{}) && f.Group != "pull-secret" {
			continue
		}
		e.add(lint.Subject{Object: f.Object, Container: f.Container, Image: f.Image})
		for _, subjects := range [][]lint.Subject{f.Covers, f.Joined} {
			for _, s := range subjects {
				e.add(s)
			}
		}
	}
	return e
}

func (e *explained) add(s lint.Subject) {
	o := s.Object
	if o == nil {
		return
	}
	switch {
	case o.Group() == "" && (o.Kind == "Secret" || o.Kind == "ServiceAccount"):
		e.namespaces[o.Namespace] = true
	case s.Image == "":
		e.containers[cluster.Key{Namespace: o.Namespace, Name: o.Name, Container: s.Container}] = true
	default:
		e.images[imageKey{o.Namespace, fullName(s.Image), ""}] = true
	}
}

// explains reports whether a finding is about a failing pull: about its image in its namespace, its pod or an owner of it, or a Secret or a service account next to it.
func (e *explained) explains(f *cluster.Failure) bool {
	if e.namespaces[f.Namespace] || e.images[imageKey{f.Namespace, fullName(f.Image), ""}] {
		return true
	}
	for owner := range plan.Owners(f.Name) {
		for _, container := range []string{f.Container, ""} {
			if e.containers[cluster.Key{Namespace: f.Namespace, Name: owner, Container: container}] {
				return true
			}
		}
	}
	return false
}

// fullName returns the full name of an image, or its text if it is not a valid reference.
func fullName(image string) string {
	if ref, err := imageref.Parse(image); err == nil {
		return ref.Canonical()
	}
	return image
}
