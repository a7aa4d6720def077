package policy

import (
	"strings"

	"cel.dev/cel-go/common/types"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// Fact is a variable that an expression can use.
type Fact struct {
	Name string // "image.tag"
	Type string // CEL type: "string"
	Doc  string
	// Example is a value in CEL syntax.
	Example string

	value func(*subject) any
}

// subject is an image that a policy is evaluated for.
type subject struct {
	pass     *lint.Pass
	workload *manifests.Workload
	image    *manifests.ImageRef
	open     func() Known
	known    Known // nil until it is needed
}

// Names of facts that are expensive to compute.
const (
	factLabels      = "object.labels"
	factAnnotations = "object.annotations"
)

// facts returns the table, in the order of the documentation. It is a function because the table holds
// functions.
func facts() []Fact {
	str := func(name, doc, example string, value func(*subject) string) Fact {
		return Fact{name, "string", doc, example, func(s *subject) any { return clip(value(s)) }}
	}
	return []Fact{
		str("image.raw", "the reference as written", `"nginx:1.27"`, func(s *subject) string { return s.image.Raw }),
		str("image.registry", "the host and port; `docker.io` if the reference has none", `"docker.io"`, func(s *subject) string { return s.image.Ref.Registry }),
		str("image.repository", "the path in the registry", `"library/nginx"`, func(s *subject) string { return s.image.Ref.Repository }),
		str("image.name", "registry and repository", `"docker.io/library/nginx"`, func(s *subject) string { return s.image.Ref.Name() }),
		str("image.tag", "the tag; empty if there is none", `"1.27"`, func(s *subject) string { return s.image.Ref.Tag }),
		str("image.digest", "the digest; empty if there is none", `"sha256:0123..."`, func(s *subject) string { return s.image.Ref.Digest }),
		str("image.normalized", "the whole reference with defaults filled in", `"docker.io/library/nginx:1.27"`, func(s *subject) string { return s.image.Ref.Canonical() }),
		str("container.name", "the container's name; empty for images outside containers", `"app"`, func(s *subject) string { return s.image.Container }),
		str("container.kind", "`container`, `init`, `ephemeral`, `volume` (an image volume), `mirrored` (a list of images to mirror) or `field` (any other field)", `"init"`, func(s *subject) string { return kindOf(s.image.Field) }),
		str("object.apiVersion", "the object's apiVersion", `"apps/v1"`, func(s *subject) string { return s.workload.APIVersion }),
		str("object.kind", "the object's kind", `"Deployment"`, func(s *subject) string { return s.workload.Kind }),
		str("object.namespace", "the namespace of the object, which may be that of a Flux Kustomization, else of the configuration; empty if none is set", `"prod"`, (*subject).namespace),
		str("object.name", "the object's name; empty with `generateName`", `"web"`, func(s *subject) string { return s.workload.Name }),
		{factLabels, "map(string, string)", "the labels of the object, not of its pod template", `{"team": "shop"}`, func(s *subject) any { return metadata(s).Labels }},
		{factAnnotations, "map(string, string)", "the object's annotations", `{"example.com/owner": "shop"}`, func(s *subject) any { return metadata(s).Annotations }},
		str("pull.policy", "the imagePullPolicy, as written or by default", `"IfNotPresent"`, func(s *subject) string { policy, _ := plan.PullPolicy(s.image); return policy }),
		{"pull.secrets", "list(string)", "the names of the pull secrets of the pod, or of its service account if the pod has none", `["regcred"]`, func(s *subject) any { return secrets(s) }},
		{"pull.anonymous", "bool", "true if, by the input, the image is pulled without credentials", `true`, func(s *subject) any { return s.pass.Plan.Outcome(s.image, s.pull()) == plan.Anonymous }},
		str("pull.serviceAccount", "the service account of the pod; empty if unknown", `"default"`, func(s *subject) string { return s.pull().ServiceAccount.Name }),
		str("catalog.known", "what the catalogs know about the image: `published`, `unpublished`, `moved`, `repository` (only the repository is known) or `unknown`", `"published"`, (*subject).catalogStatus),
	}
}

// Facts returns all facts that an expression can use, in the order of the documentation.
func Facts() []Fact { return facts() }

// celType returns the type of a fact.
func (f *Fact) celType() *types.Type {
	switch f.Type {
	case "bool":
		return types.BoolType
	case "list(string)":
		return types.NewListType(types.StringType)
	case "map(string, string)":
		return types.NewMapType(types.StringType, types.StringType)
	}
	return types.StringType
}

// catalogStatus returns what the catalogs know about the image. The first call opens them.
func (s *subject) catalogStatus() string {
	if s.known == nil {
		s.known = s.open()
	}
	return s.known(s.image)
}

func (s *subject) namespace() string {
	return s.pass.Plan.Namespace(s.workload.Namespace, s.workload.Object)
}

func (s *subject) pull() *plan.Pull { return s.pass.Plan.Image(s.workload, s.image) }

func kindOf(f manifests.Field) string {
	//exhaustive:enforce
	switch f {
	case manifests.FieldContainer:
		return "container"
	case manifests.FieldInit:
		return "init"
	case manifests.FieldEphemeral:
		return "ephemeral"
	case manifests.FieldVolume:
		return "volume"
	case manifests.FieldMirrored:
		return "mirrored"
	case manifests.FieldScalar, manifests.FieldSplit:
		return "field"
	}
	return "field"
}

func metadata(s *subject) *manifests.Metadata {
	if s.workload.Metadata == nil {
		return &manifests.Metadata{}
	}
	return s.workload.Metadata
}

// maxSecrets limits the number of pull secret names that an expression sees.
const maxSecrets = 256

func secrets(s *subject) []string {
	out := []string{}
	for i := range s.pull().PullSecrets {
		if name := clip(s.pull().PullSecrets[i].Ref.Name); name != "" && len(out) < maxSecrets {
			out = append(out, name)
		}
	}
	return out
}

// maxText limits the strings that an expression sees, in bytes: the cost of examining one grows with its
// length.
const maxText = 512

func clip(s string) string {
	if len(s) > maxText {
		return strings.ToValidUTF8(s[:maxText], "")
	}
	return s
}

// activation resolves the variables of an expression, each only when it is used.
type activation struct {
	*subject
	facts map[string]*Fact
}
