package plan_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Mutation says what replaces an image, and how certain that is.
func TestMutation(t *testing.T) {
	t.Parallel()
	const (
		kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [all.yaml]\n"
		skaffold      = "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: web}]}\n"
		trigger       = "apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: p}\nspec: {triggers: [{type: ConfigChange}, {type: ImageChange, imageChangeParams: {containerNames: [app]}}], template: {spec: {containers: [{name: app, image: 'web:1'}]}}}\n"
		template      = "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nparameters: [{name: IMAGE}]\nobjects:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec: {containers: [{name: app, image: '${IMAGE}'}]}\n"
		stream        = "---\napiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: web}\nspec: {lookupPolicy: {local: true}}\n"
		tagged        = "---\napiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: web}\nspec: {lookupPolicy: {local: true}, tags: [{name: '1'}]}\n"
		resolved      = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {alpha.image.policy.openshift.io/resolve-names: '*'}}\nspec: {containers: [{name: app, image: 'quay.io/acme/web:1'}]}\n"
		deployment    = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: p}\nspec: {template: {spec: {containers: [{name: app, image: 'web:1'}]}}}\n"
		values        = "image: {repository: web, tag: v1}\n"
		patch         = kustomization + "patches: [{path: elsewhere.yaml}]\n"
	)
	type mutation struct {
		change plan.MutationKind
		by     string
	}
	redirected := map[string]bool{"a tag that a stream lacks": true, "a tag that it lacks, and a patch": true, "a tag that it lacks, and a trigger": true}
	for name, c := range map[string]struct {
		in   files
		want mutation
	}{
		"a variable in a named template":        {files{"k8s/template-all.yaml": pod("p", "web:${TAG}")}, mutation{plan.Replaced, "what fills in this template"}},
		"another text in such a file":           {files{"k8s/Template-all.yaml": pod("p", "web:1")}, mutation{plan.AsWritten, ""}},
		"a variable in a name like that":        {files{"k8s/template/templated-all.yaml": pod("p", "web:${TAG}")}, mutation{plan.AsWritten, ""}},
		"an undefined parameter in such a file": {files{"k8s/template-all.yaml": strings.Replace(template, "${IMAGE}", "web:${TGA}", 1)}, mutation{plan.AsWritten, ""}},
		"a Template in such a file":             {files{"k8s/template-all.yaml": template}, mutation{plan.Replaced, "the processing of the OpenShift Template"}},
		"nobody":                                {files{"k8s/all.yaml": pod("p", "web:1")}, mutation{plan.AsWritten, ""}},
		"kustomize":                             {files{"k8s/all.yaml": pod("p", "web:1"), "k8s/kustomization.yaml": kustomization + "images: [{name: web, newTag: '2'}]\n"}, mutation{plan.Replaced, "kustomize"}},
		"kustomize, by a name without a tag":    {files{"k8s/all.yaml": pod("p", "web:1@sha256:"+strings.Repeat("a", 64)), "k8s/kustomization.yaml": kustomization + "images: [{name: web, newTag: '2'}]\n"}, mutation{plan.Replaced, "kustomize"}},
		"a patch":                               {files{"k8s/all.yaml": pod("p", "web:1"), "k8s/kustomization.yaml": patch}, mutation{plan.MayChange, "a patch of kustomize"}},
		"an image stream":                       {one(pod("p", "web:1") + stream), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"no tag":                                {one(pod("p", "web") + stream), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"a digest":                              {one(pod("p", "web:1@sha256:"+strings.Repeat("a", 64)) + stream), mutation{plan.AsWritten, ""}},
		"a registry":                            {one(pod("p", "docker.io/web:1") + stream), mutation{plan.AsWritten, ""}},
		"a path":                                {one(pod("p", "acme/web:1") + stream), mutation{plan.AsWritten, ""}},
		"another stream":                        {one(pod("p", "web2:1") + stream), mutation{plan.AsWritten, ""}},
		"a name that looks like a registry":     {one(pod("p", "web.db:1") + strings.Replace(stream, "name: web", "name: web.db", 1)), mutation{plan.AsWritten, ""}},
		"a name like that below an owner":       {one(strings.Replace(resolved, "web:1", "web.db:1", 1) + strings.Replace(stream, "name: web", "name: web.db", 1)), mutation{plan.Replaced, `OpenShift's ImageStream "web.db"`}},
		"a stream that is not local":            {one(pod("p", "web:1") + strings.Replace(stream, "true", "false", 1)), mutation{plan.AsWritten, ""}},
		"a stream without the policy":           {one(pod("p", "web:1") + strings.Replace(stream, "{local: true}", "{}", 1)), mutation{plan.AsWritten, ""}},
		"a stream of another kind":              {one(pod("p", "web:1") + strings.Replace(stream, "image.openshift.io", "acme.example", 1)), mutation{plan.AsWritten, ""}},
		"a stream of an old version":            {one(pod("p", "web:1") + strings.Replace(stream, "image.openshift.io/v1", "v1", 1)), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"a stream, before a patch":              {files{"k8s/all.yaml": pod("p", "web:1") + stream, "k8s/kustomization.yaml": patch}, mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"a stream, before a trigger":            {one(trigger + stream), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"a stream elsewhere":                    {one(pod("a/p", "web:1") + strings.Replace(stream, "{name", "{namespace: b, name", 1)), mutation{plan.AsWritten, ""}},
		"a stream that may be elsewhere":        {one(pod("a/p", "web:1") + stream), mutation{plan.MayChange, `OpenShift's ImageStream "web"`}},
		"a namespace without admission":         {one(pod("default/p", "web:1") + strings.Replace(stream, "{name", "{namespace: default, name", 1)), mutation{plan.AsWritten, ""}},
		"a tag that a stream has":               {one(pod("p", "web:1") + tagged), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"a tag that a stream lacks":             {one(pod("p", "web:2") + tagged), mutation{plan.MayChange, `OpenShift's ImageStream "web"`}},
		"a tag that it lacks, and a patch":      {files{"k8s/all.yaml": pod("p", "web:2") + tagged, "k8s/kustomization.yaml": patch}, mutation{plan.MayChange, "a patch of kustomize"}},
		"a tag that it lacks, and a trigger":    {one(strings.Replace(trigger, "web:1", "web:2", 1) + tagged), mutation{plan.Placeholder, "an OpenShift image trigger"}},
		"one that it lacks, with a registry":    {one(pod("p", "web:2") + tagged + "status: {dockerImageRepository: 'registry.svc:5000/shop/web'}\n"), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"one that was pushed":                   {one(pod("p", "web:2") + tagged + "status: {tags: [{tag: '2'}]}\n"), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"an annotation":                         {one(resolved + strings.Replace(stream, "true", "false", 1)), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"an annotation without a stream":        {one(resolved), mutation{plan.AsWritten, ""}},
		"a Pod that was admitted":               {one(strings.Replace(pod("p", "web:1"), "name: p", "uid: x\n  name: p", 1) + stream), mutation{plan.AsWritten, ""}},
		"a Deployment that was admitted":        {one(strings.Replace(deployment, "name: p", "resourceVersion: '1', name: p", 1) + stream), mutation{plan.AsWritten, ""}},
		"a Deployment that was not":             {one(deployment + stream), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"a custom resource in a cluster":        {one(strings.NewReplacer("name: p", "uid: x, name: p", "apps/v1", "argoproj.io/v1alpha1", "Deployment", "Rollout").Replace(deployment) + stream), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"a BuildConfig in a cluster":            {one("apiVersion: build.openshift.io/v1\nkind: BuildConfig\nmetadata: {uid: x, name: p}\nspec: {strategy: {dockerStrategy: {from: {kind: DockerImage, name: 'web:1'}}}}\n" + stream), mutation{plan.Replaced, `OpenShift's ImageStream "web"`}},
		"a trigger":                             {one(trigger), mutation{plan.Placeholder, "an OpenShift image trigger"}},
		"a trigger for another container":       {one(strings.Replace(trigger, "[app]", "[other]", 1)), mutation{plan.AsWritten, ""}},
		"a trigger for no container":            {one(strings.Replace(trigger, "[app]", "[]", 1)), mutation{plan.AsWritten, ""}},
		"a trigger for a parameter":             {one(strings.Replace(trigger, "[app]", "['${NAME}']", 1)), mutation{plan.Placeholder, "an OpenShift image trigger"}},
		"a trigger that is a parameter":         {one(strings.Replace(trigger, "type: ImageChange", "type: '${TYPE}'", 1)), mutation{plan.Placeholder, "an OpenShift image trigger"}},
		"a container that is a parameter":       {one(strings.Replace(trigger, "name: app", "name: '${NAME}'", 1)), mutation{plan.Placeholder, "an OpenShift image trigger"}},
		"containers that are a parameter":       {one(strings.Replace(trigger, "[app]", "'${{NAMES}}'", 1)), mutation{plan.Placeholder, "an OpenShift image trigger"}},
		"triggers that are a parameter":         {one("apiVersion: v1\nkind: DeploymentConfig\nmetadata: {name: p}\nspec: {triggers: '${{ALL}}', template: {spec: {containers: [{name: app, image: 'web:1'}]}}}\n"), mutation{plan.Placeholder, "an OpenShift image trigger"}},
		"a trigger of another type":             {one(strings.Replace(trigger, "ImageChange,", "ConfigChange,", 1)), mutation{plan.AsWritten, ""}},
		"no trigger":                            {one("apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: p}\nspec: {template: {spec: {containers: [{name: app, image: 'web:1'}]}}}\n"), mutation{plan.AsWritten, ""}},
		"an annotation instead of a trigger":    {one("apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: p, annotations: {image.openshift.io/triggers: '[]'}}\nspec: {template: {spec: {containers: [{name: app, image: 'web:1'}]}}}\n"), mutation{plan.Placeholder, "an OpenShift image trigger"}},
		"a trigger, before a patch":             {files{"k8s/all.yaml": trigger, "k8s/kustomization.yaml": patch}, mutation{plan.Placeholder, "an OpenShift image trigger"}},
		"kustomize, before a trigger":           {files{"k8s/all.yaml": trigger, "k8s/kustomization.yaml": kustomization + "images: [{name: web, newTag: '2'}]\n"}, mutation{plan.Replaced, "kustomize"}},
		"a space, which a trigger fills":        {one(strings.Replace(trigger, "web:1", "  ", 1)), mutation{plan.Replaced, "an OpenShift image trigger"}},
		"a space in a patch, merged":            {files{"k8s/all.yaml": pod("p", " "), "k8s/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches: [{path: all.yaml}]\n"}, mutation{plan.Replaced, "the object that kustomize merges this patch into"}},
		"the object around it":                  {one(template), mutation{plan.Replaced, "the processing of the OpenShift Template"}},
		"a parameter that it lacks":             {one(strings.Replace(template, "{name: IMAGE}", "", 1)), mutation{plan.AsWritten, ""}},
		"its default, which is invalid":         {one(strings.Replace(template, "{name: IMAGE}", "{name: IMAGE, value: 'Web:1 '}", 1)), mutation{plan.MayChange, "another value for a parameter of the OpenShift Template"}},
		"its default, which is valid":           {one(strings.Replace(template, "{name: IMAGE}", "{name: IMAGE, value: 'web:1'}", 1)), mutation{plan.Replaced, "the processing of the OpenShift Template"}},
		"an object around it that nobody knows": {one("apiVersion: acme.example/v1\nkind: Rollouter\nmetadata: {name: r}\nspec:\n  object:\n    apiVersion: v1\n    kind: Pod\n    metadata: {name: p}\n    spec: {containers: [{name: app, image: '[[ image ]]'}]}\n"), mutation{plan.MayChange, "what reads the Rollouter around it"}},
		"a known one that writes nothing":       {one("apiVersion: work.open-cluster-management.io/v1\nkind: ManifestWork\nmetadata: {name: r}\nspec:\n  workload:\n    manifests:\n    - apiVersion: v1\n      kind: Pod\n      metadata: {name: p}\n      spec: {containers: [{name: app, image: 'web:1'}]}\n"), mutation{plan.AsWritten, ""}},
		"Skaffold":                              {files{"k8s/all.yaml": pod("p", "web"), "skaffold.yaml": skaffold}, mutation{plan.Replaced, "Skaffold"}},
		"a template's engine":                   {one("# {{ .Values.x }}\n" + pod("p", "web:1", "x: {{ .Values.y }}")), mutation{plan.MayChange, "the engine of this template"}},
		"a template's engine, surely":           {one("# {{ .Values.x }}\n" + pod("p", "Web:1", "x: {{ .Values.y }}")), mutation{plan.Replaced, "the engine of this template"}},
		"values in a template":                  {files{"values.yaml": "# {{ .Values.x }}\nimage: {repository: web, tag: v1}\nx: {{ .Values.y }}\n"}, mutation{plan.Replaced, "the engine of this template"}},
		"values, which no overlay reads":        {files{"values.yaml": values}, mutation{plan.AsWritten, ""}},
		"values, which Skaffold does not mean":  {files{"values.yaml": values, "skaffold.yaml": strings.Replace(skaffold, "image: web", "image: 'web:v1'", 1)}, mutation{plan.AsWritten, ""}},
	} {
		var inputs []manifests.Input
		for file, text := range c.in {
			inputs = append(inputs, manifests.Input{Name: file, ChartValues: file == "values.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
		}
		set, err := manifests.Load(t.Context(), inputs, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		all := slices.DeleteFunc(slices.Concat(set.Workloads, set.Values), func(w *manifests.Workload) bool {
			return !w.ValuesFile && !strings.HasSuffix(w.Span.File().Name, "all.yaml") // the entries of a kustomization
		})
		if len(all) != 1 || len(all[0].Images) != 1 {
			t.Errorf("%s: %d workloads", name, len(all))
			continue
		}
		got := plan.New(set, plan.Options{}).Mutation(all[0], all[0].Images[0])
		if got != (plan.Mutation{Kind: c.want.change, By: c.want.by, Redirects: redirected[name]}) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

// An image that kustomizations and an image stream replace reaches no node as written, whatever the kustomizations leave alone.
func TestAlsoAsWritten(t *testing.T) {
	t.Parallel()
	const (
		head   = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
		stream = "apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: web}\nspec: {lookupPolicy: {local: true}, tags: [{name: '1'}]}\n"
	)
	for name, c := range map[string]struct {
		text, stream string
		want         bool
	}{
		"no image stream":            {"web:1", "", true},
		"one that has the tag":       {"web:1", stream, false},
		"one that may get the tag":   {"web:2", stream, false},
		"one for which nobody looks": {"web:1", strings.Replace(stream, "true", "false", 1), true},
		"one of another name":        {"web2:1", stream, true},
	} {
		kind := strings.Split(c.text, ":")[0]
		set := load(t, files{
			"app/all.yaml": pod("p", c.text), "app/kustomization.yaml": head + "resources: [all.yaml]\n", "stream.yaml": c.stream,
			"dev/kustomization.yaml": head + "resources: [../app]\n", "prod/kustomization.yaml": head + "resources: [../app]\nimages: [{name: " + kind + ", newTag: '9'}]\n",
		})
		w := set.Workloads[slices.IndexFunc(set.Workloads, func(w *manifests.Workload) bool { return w.Kind == "Pod" })]
		if got := plan.New(set, plan.Options{}).AlsoAsWritten(w, w.Images[0]); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Other texts are replaced by what writes to their object, but not by overlays.
func TestMutationOf(t *testing.T) {
	t.Parallel()
	around := &manifests.Object{APIVersion: "template.openshift.io/v1", Kind: "Template"}
	inner := &manifests.Object{APIVersion: "v1", Kind: "Pod", Outer: around}
	for text, want := range map[string]plan.MutationKind{"${POLICY}": plan.Replaced, "Always": plan.AsWritten, "": plan.Replaced} {
		if got := plan.MutationOf(inner, text).Kind; got != want {
			t.Errorf("%q in a Template: %v, want %v", text, got, want)
		}
	}
	if got := plan.MutationOf(&manifests.Object{APIVersion: "v1", Kind: "Pod"}, "${POLICY}").Kind; got != plan.AsWritten {
		t.Errorf("in no Template: %v", got)
	}
	if got := plan.MutationOf(&manifests.Object{APIVersion: "v1", Kind: "Pod", Doc: &manifests.Document{Unrendered: true}}, "Always").Kind; got != plan.Replaced {
		t.Errorf("in a template of an engine: %v", got)
	}
	named := &manifests.Document{File: &source.File{Name: `k8s\app_Template.v1.yaml`}}
	if got := plan.MutationOf(&manifests.Object{APIVersion: "v1", Kind: "Pod", Doc: named}, "${POLICY}").Kind; got != plan.Replaced {
		t.Errorf("in a file called a template: %v", got)
	}
}
