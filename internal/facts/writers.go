// Package facts holds facts about the environment of manifests, such as which programs change an image before it is pulled. Each fact is one entry
// with its source and a date. It does not know manifests or rules.
package facts

import (
	"slices"
	"strings"
)

// Effect is what a Writer does to a text.
type Effect uint8

// Values of Effect.
const (
	// Replaces means that the text never reaches a node: the writer replaces it, or rejects it with its own error.
	Replaces Effect = iota
	// MayReplace means that the writer may replace the text, and that the object alone does not show it.
	MayReplace
)

// Writer is a program that sets or replaces an image after the manifest was written and before a node pulls it. An entry applies to an object, and
// to the objects in it, if all its conditions match.
type Writer struct {
	// By is the name of the writer for messages: "Tekton".
	By string
	// Groups lists the API groups of the object: "*.example.io" is that group and all below it, "" the core group. An empty list matches every
	// group.
	Groups []string
	// Kind is the kind of the object; "" matches any kind in the groups.
	Kind string
	// Annotation is the key of an annotation that enables the writer.
	Annotation string
	// Marks are substrings, Prefixes are prefixes, and Words are complete texts that it replaces. If all are empty, it replaces every text.
	Marks, Prefixes, Words []string
	// Empty is true if it sets missing or empty fields.
	Empty bool
	// PodOnly is true if it only changes images of pods.
	PodOnly bool
	// TriggeredOnly is true if it only changes images of containers that a trigger of the object names.
	TriggeredOnly bool
	Effect        Effect
	// Source is where this is documented or implemented. Date is the day on which the entry was written from general knowledge; the page was not
	// fetched.
	Source, Date string
}

// writers lists all known writers. The first match wins, so more certain ones come first.
var writers = []Writer{
	{
		By: "the processing of the OpenShift Template", Groups: []string{"template.openshift.io", ""}, Kind: "Template", Marks: []string{"${"}, Empty: true,
		Source: "https://docs.openshift.com/container-platform/latest/openshift_images/using-templates.html", Date: "2026-11-29",
	},
	{
		By: "kro", Groups: []string{"*.kro.run"}, Marks: []string{"${"}, Empty: true,
		Source: "https://kro.run/docs/concepts/resource-group-definitions", Date: "2026-11-29",
	},
	{
		By: "Tekton", Groups: []string{"tekton.dev"}, Marks: []string{"$("},
		Source: "https://tekton.dev/docs/pipelines/variables/", Date: "2026-11-29",
	},
	{
		By: "Tekton Triggers", Groups: []string{"triggers.tekton.dev"}, Marks: []string{"$("},
		Source: "https://tekton.dev/docs/triggers/triggertemplates/", Date: "2026-11-29",
	},
	{
		By: "Pipelines-as-Code", Groups: []string{"tekton.dev"}, Marks: []string{"{{"},
		Source: "https://pipelinesascode.com/docs/guide/authoringprs/", Date: "2026-11-29",
	},
	{
		By: "Lighthouse", Groups: []string{"tekton.dev"}, Prefixes: []string{"uses:"},
		Source: "https://github.com/jenkins-x/lighthouse/tree/main/pkg/triggerconfig/inrepo (load_pipelinerun.go)", Date: "2026-11-29",
	},
	{
		By: "KubeBlocks", Groups: []string{"dataprotection.kubeblocks.io"}, Marks: []string{"$("},
		Source: "https://kubeblocks.io/docs/preview/user_docs/references/api-reference/dataprotection#dataprotection.kubeblocks.io/v1alpha1.ActionSet", Date: "2026-11-29",
	},
	{
		By: "Spark", Groups: []string{"spark.apache.org", "sparkoperator.k8s.io"}, Marks: []string{"{{SPARK_VERSION}}"},
		Source: "https://spark.apache.org/docs/latest/running-on-kubernetes.html#configuration", Date: "2026-11-29",
	},
	{
		By: "Argo", Groups: []string{"argoproj.io"}, Marks: []string{"{{"},
		Source: "https://argo-workflows.readthedocs.io/en/latest/variables/", Date: "2026-11-29",
	},
	{
		By: "Flux Operator", Groups: []string{"fluxcd.controlplane.io"}, Marks: []string{"<<"},
		Source: "https://fluxcd.control-plane.io/operator/resourceset/", Date: "2026-11-29",
	},
	{
		By: "chainsaw", Groups: []string{"chainsaw.kyverno.io"}, Marks: []string{"($"}, Prefixes: []string{"("},
		Source: "https://kyverno.github.io/chainsaw/latest/reference/jp/examples/", Date: "2026-11-29",
	},
	{
		By: "chainsaw", Prefixes: []string{"($", "(join("}, // in the files that its tests apply
		Source: "https://kyverno.github.io/chainsaw/latest/quick-start/resource-templating/", Date: "2026-12-01",
	},
	{
		By: "Kyverno", Groups: []string{"*.kyverno.io"}, Marks: []string{"{{"}, Empty: true,
		Source: "https://kyverno.io/docs/policy-types/cluster-policy/variables/", Date: "2026-11-29",
	},
	{
		By: "the policy templates of Open Cluster Management", Groups: []string{"policy.open-cluster-management.io"}, Marks: []string{"{{"}, Empty: true,
		Source: "https://open-cluster-management.io/docs/getting-started/integration/policy-controllers/policy-framework/#templating", Date: "2026-11-29",
	},
	{
		By: "Crossplane's composition functions", Groups: []string{"apiextensions.crossplane.io"}, Kind: "Composition", Marks: []string{"${", "{{"}, Empty: true,
		Source: "https://docs.crossplane.io/latest/composition/compositions/", Date: "2026-11-29",
	},
	{
		By: "a patch of the Composition", Groups: []string{"apiextensions.crossplane.io"}, Kind: "Composition", Effect: MayReplace,
		Source: "https://docs.crossplane.io/latest/guides/function-patch-and-transform/", Date: "2026-11-29",
	},
	{
		By: "clusterctl", Groups: []string{"*.cluster.x-k8s.io"}, Marks: []string{"${"},
		Source: "https://cluster-api.sigs.k8s.io/clusterctl/provider-contract#variables", Date: "2026-11-29",
	},
	{
		By: "the scaffolder of Backstage", Groups: []string{"scaffolder.backstage.io"}, Marks: []string{"${{"}, Empty: true,
		Source: "https://backstage.io/docs/features/software-templates/writing-templates", Date: "2026-11-29",
	},
	{
		By: "Zarf", Marks: []string{"###ZARF_"},
		Source: "https://docs.zarf.dev/ref/values/", Date: "2026-11-29",
	},
	{
		By: "SOPS", Prefixes: []string{"ENC[AES256_GCM,data:"},
		Source: "https://getsops.io/docs/", Date: "2026-12-01",
	},
	{
		By: "Istio's injection webhook", Words: []string{"auto"}, PodOnly: true,
		Source: "https://istio.io/latest/docs/setup/additional-setup/gateway/", Date: "2026-11-29",
	},
	{
		By: "an OpenShift image trigger", Groups: []string{"apps.openshift.io", ""}, Kind: "DeploymentConfig", Empty: true, TriggeredOnly: true, Effect: MayReplace,
		Source: "https://docs.openshift.com/container-platform/latest/applications/deployments/managing-deployment-processes.html", Date: "2026-12-01",
	},
	{
		By: "an OpenShift image trigger", Annotation: "image.openshift.io/triggers", Empty: true, Effect: MayReplace,
		Source: "https://docs.openshift.com/container-platform/latest/openshift_images/triggering-updates-on-imagestream-changes.html", Date: "2026-11-29",
	},
}

// Subject is a field that a Writer may change.
type Subject struct {
	// Group and Kind are those of the object. Annotated reports whether it has an annotation.
	Group, Kind string
	Annotated   func(key string) bool
	// Text is the text of the field. Empty is true if it has none, or the key is missing.
	Text  string
	Empty bool
	// Pod is true if the image belongs to a pod.
	Pod bool
	// Triggered is true if a trigger of the object names the container of the image.
	Triggered bool
}

// WriterOf returns the first writer that applies to a field, or nil.
func WriterOf(s Subject) *Writer {
	for i := range writers {
		if w := &writers[i]; w.appliesTo(&s) && w.replaces(&s) {
			return w
		}
	}
	return nil
}

// appliesTo reports whether the writer applies to the object.
func (w *Writer) appliesTo(s *Subject) bool {
	switch {
	case w.Kind != "" && s.Kind != w.Kind, !w.covers(s.Group):
		return false
	case w.Annotation != "" && !(s.Annotated != nil && s.Annotated(w.Annotation)):
		return false
	}
	return (s.Pod || !w.PodOnly) && (s.Triggered || !w.TriggeredOnly)
}

// replaces reports whether the writer replaces the text.
func (w *Writer) replaces(s *Subject) bool {
	holds := func(mark string) bool { return strings.Contains(s.Text, mark) }
	begins := func(prefix string) bool { return strings.HasPrefix(s.Text, prefix) }
	switch {
	case s.Empty || strings.TrimSpace(s.Text) == "":
		return w.Empty
	case len(w.Marks)+len(w.Prefixes)+len(w.Words) == 0:
		return true
	}
	return slices.ContainsFunc(w.Marks, holds) || slices.ContainsFunc(w.Prefixes, begins) || slices.Contains(w.Words, s.Text)
}

// covers reports whether the writer applies to objects of a group.
func (w *Writer) covers(group string) bool {
	for _, of := range w.Groups {
		if of == group {
			return true
		}
		if parent, below := strings.CutPrefix(of, "*."); below {
			if above, ok := strings.CutSuffix(group, parent); ok && (above == "" || strings.HasSuffix(above, ".")) {
				return true
			}
		}
	}
	return len(w.Groups) == 0
}
