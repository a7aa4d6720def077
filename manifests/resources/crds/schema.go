package main

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// schema is the part of an OpenAPI schema that describes fields.
type schema struct {
	Type       string
	Properties map[string]*schema
	Items      *schema
	// Additional is true, false or a schema.
	Additional *additional `yaml:"additionalProperties"`
	Open       bool        `yaml:"x-kubernetes-preserve-unknown-fields"`
}

type additional struct{ schema *schema }

// UnmarshalYAML decodes a schema. It ignores a boolean, which describes no fields.
func (a *additional) UnmarshalYAML(unmarshal func(any) error) error {
	var all bool
	if unmarshal(&all) == nil {
		return nil
	}
	return unmarshal(&a.schema)
}

// maxDepth limits how deeply schemas are examined, because some contain themselves.
const maxDepth = 30

// read adds the fields of one version of a kind's schema.
func (r *row) read(root *schema) {
	if root == nil {
		return
	}
	for name, s := range root.Properties {
		if name != "status" && name != "metadata" && name != "apiVersion" && name != "kind" {
			r.field(resources.Path{{Kind: resources.Key, Name: name}}, name, root, s)
		}
	}
}

// field examines one field of an object.
func (r *row) field(at resources.Path, name string, parent, s *schema) {
	if s == nil || len(at) > maxDepth {
		return
	}
	switch {
	case isPullSecrets(name):
		if r.pullSecrets(at, s) {
			return
		}
	case s.Type == "string" && isImage(name) && !parent.has("user", "pool"): // rbd.image is a disk
		if !parent.isContainer() && parent.imageObject() == "" {
			add(&r.Images, at.String())
		}
		return
	case s.Type == "string" && name == "serviceAccountName":
		add(&r.ServiceAccounts, at.String())
		return
	case name == "volumes" && s.Items != nil && s.Items.child("image").has("reference"):
		add(&r.Volumes, append(slices.Clone(at), resources.Step{Kind: resources.Items}).String())
		return
	}
	r.object(at, s)
}

// object examines the content of a field: a pod spec, a container, an image in parts, or other
// fields.
func (r *row) object(at resources.Path, s *schema) {
	if s == nil || len(at) > maxDepth {
		return
	}
	switch parts := s.imageObject(); {
	case s.isPodSpec():
		add(&r.PodSpecs, at.String())
		return
	case s.isContainer():
		add(&r.Containers, at.String())
		return
	case parts != "":
		add(&r.ImageObjects, at.String()+parts)
	}
	for key, child := range s.Properties {
		r.field(append(slices.Clone(at), resources.Step{Kind: resources.Key, Name: key}), key, s, child)
	}
	r.object(append(slices.Clone(at), resources.Step{Kind: resources.Items}), s.Items)
	if s.Additional != nil {
		r.object(append(slices.Clone(at), resources.Step{Kind: resources.Glob}), s.Additional.schema)
	}
}

// pullSecrets adds a field of pull secrets if the table supports its shape.
func (r *row) pullSecrets(at resources.Path, s *schema) bool {
	p := &r.PullSecrets
	list := &p.String
	switch {
	case s.Type == "string":
	case s.Type == "array" && s.Items != nil && s.Items.Type == "string":
		list = &p.Strings
	case s.Type == "array" && s.Items.has("name"):
		list = &p.Names
	case s.has("name", "namespace"):
		list = &p.NameNamespace
	case s.has("name"):
		list = &p.Name
	default:
		return false
	}
	add(list, at.String())
	return true
}

// isPullSecrets reports whether a field's name is typical of pull secrets.
func isPullSecrets(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "")
	return strings.Contains(name, "pullsecret") && !strings.Contains(name, "policy")
}

// isImage reports whether a string's name is typical of images.
func isImage(name string) bool {
	for _, end := range []string{"image", "Image", "imageName", "ImageName", "containerImage", "imageRef"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func (s *schema) child(name string) *schema {
	if s == nil {
		return nil
	}
	return s.Properties[name]
}

// has reports whether an object has all of some fields.
func (s *schema) has(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return s.child(name) == nil })
}

// count returns how many of some fields an object has.
func (s *schema) count(names ...string) int {
	n := 0
	for _, name := range names {
		if s.child(name) != nil {
			n++
		}
	}
	return n
}

// isPodSpec reports whether an object has containers and enough other fields of a pod spec.
func (s *schema) isPodSpec() bool {
	c := s.child("containers")
	return c != nil && (c.Items.isContainer() || c.Open) && s.count("imagePullSecrets", "serviceAccountName", "volumes", "initContainers", "nodeSelector", "tolerations", "affinity") >= 4
}

// isContainer reports whether an object has an image, a name, and enough other fields of a
// container.
func (s *schema) isContainer() bool {
	return s.has("image", "name") && s.child("image").Type == "string" && s.count("command", "args", "env", "envFrom", "ports", "volumeMounts", "livenessProbe") >= 4
}

// imageObject returns the fields of an object that are parts of an image, in the notation of the
// table, or "" if there are none.
func (s *schema) imageObject() string {
	if s.child("repository") == nil || s.child("repository").Type != "string" {
		return ""
	}
	parts := []string{"repository"}
	for _, name := range []string{"registry", "tag", "digest", "version"} {
		if c := s.child(name); c != nil && c.Type == "string" {
			parts = append(parts, name)
		}
	}
	switch {
	case s.child("image") != nil && s.child("image").Type == "string":
		parts = append(parts, "name=image")
	case len(parts) == 1:
		return ""
	case s.child("registry") != nil && s.child("name") != nil && s.child("name").Type == "string":
		parts = append(parts, "name")
	}
	return "{" + strings.Join(parts, ",") + "}"
}
