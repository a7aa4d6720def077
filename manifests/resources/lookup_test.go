package resources

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLookup checks for each kind that a list contains a path.
func TestLookup(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ apiVersion, kind, list, path string }{
		{"v1", "Pod", "podSpecs", "spec"},
		{"v1", "PodTemplate", "podSpecs", "template.spec"},
		{"v1", "ReplicationController", "podSpecs", "spec.template.spec"},
		{"v1", "ServiceAccount", "names", "imagePullSecrets"},
		{"apps/v1", "Deployment", "podSpecs", "spec.template.spec"},
		{"apps/v1beta1", "StatefulSet", "podSpecs", "spec.template.spec"},
		{"extensions/v1beta1", "DaemonSet", "podSpecs", "spec.template.spec"},
		{"batch/v1", "Job", "podSpecs", "spec.template.spec"},
		{"batch/v1beta1", "CronJob", "podSpecs", "spec.jobTemplate.spec.template.spec"},
		{"apps.openshift.io/v1", "DeploymentConfig", "podSpecs", "spec.template.spec"},
		{"v1", "DeploymentConfig", "podSpecs", "spec.template.spec"},
		{"build.openshift.io/v1", "BuildConfig", "images", "spec.strategy.sourceStrategy.from[kind=DockerImage].name"},
		{"v1", "BuildConfig", "name", "spec.strategy.dockerStrategy.pullSecret"},
		{"image.openshift.io/v1", "ImageStream", "images", "spec.tags[*].from[kind=DockerImage].name"},
		{"v1", "Template", "embedded", "objects[*]"},
		{"argoproj.io/v1alpha1", "Rollout", "podSpecs", "spec.template.spec"},
		{"argoproj.io/v1alpha1", "Workflow", "containers", "spec.templates[*].steps[*][*].inline.container"},
		{"argoproj.io/v1alpha1", "CronWorkflow", "containers", "spec.workflowSpec.templates[*].script"},
		{"argoproj.io/v1alpha1", "Sensor", "embedded", "spec.triggers[*].template.k8s.source.resource"},
		{"argoproj.io/v1alpha1", "ApplicationSet", "notRun", "spec.**.kustomize.images[*]"},
		{"tekton.dev/v1", "Task", "containers", "spec.steps[*]"},
		{"tekton.dev/v1beta1", "Task", "images", "spec.stepTemplate.image"},
		{"tekton.dev/v1", "PipelineRun", "containers", "spec.pipelineSpec.finally[*].taskSpec.sidecars[*]"},
		{"serving.knative.dev/v1", "Service", "podSpecs", "spec.template.spec"},
		{"serving.kserve.io/v1beta1", "InferenceService", "containers", "spec.predictor.model"},
		{"sparkoperator.k8s.io/v1beta2", "SparkApplication", "strings", "spec.imagePullSecrets"},
		{"nvidia.com/v1", "ClusterPolicy", "strings", "spec.*.imagePullSecrets"},
		{"operators.coreos.com/v1alpha1", "CatalogSource", "strings", "spec.secrets"},
		{"kubevirt.io/v1", "VirtualMachine", "string", "spec.template.spec.volumes[*].containerDisk.imagePullSecret"},
		{"minio.min.io/v2", "Tenant", "name", "spec.imagePullSecret"},
		{"job.min.io/v1alpha1", "MinIOJob", "names", "spec.imagePullSecret"},
		{"bpfman.io/v1alpha1", "ClusterBpfApplication", "nameNamespace", "spec.byteCode.image.imagePullSecret"},
		{"acid.zalan.do/v1", "postgresql", "images", "spec.dockerImage"},
		{"acid.zalan.do/v1", "OperatorConfiguration", "images", "configuration.sidecar_docker_images.*"},
		{"kafka.strimzi.io/v1beta2", "KafkaConnect", "notRun", "spec.build.output.image"},
		{"shipwright.io/v1beta1", "Build", "notRun", "spec.output.image"},
		{"kpack.io/v1alpha2", "Image", "notRun", "spec.tag"},
		{"upgrade.cattle.io/v1", "Plan", "untagged", "spec.upgrade.image"},
		{"operators.coreos.com/v1alpha1", "ClusterServiceVersion", "mirrored", "spec.relatedImages[*].image"},
		{"image.toolkit.fluxcd.io/v1beta2", "ImageRepository", "untagged", "spec.image"},
		{"operator.tigera.io/v1", "ImageSet", "partial", "spec.images[*]"},
		{"weblogic.oracle/v9", "Domain", "names", "spec.imagePullSecrets"},
		{"apps.nvidia.com/v1alpha1", "NIMCache", "images", "spec.source.ngc.modelPuller"},
		{"mellanox.com/v1alpha1", "NicClusterPolicy", "strings", "spec.nvIpam.imagePullSecrets"},
		{"operator.knative.dev/v1beta1", "KnativeServing", "images", "spec.registry.override.*"},
		{"kafka.stackable.tech/v1alpha1", "KafkaCluster", "images", "spec.image.custom"},
		{"zookeeper.pravega.io/v1beta1", "ZookeeperCluster", "names", "spec.pod.imagePullSecrets"},
		{"nifi.konpyutaika.com/v1", "NifiCluster", "images", "spec.clusterImage"},
		{"milvus.io/v1beta1", "Milvus", "names", "spec.components.proxy.imagePullSecrets"},
		{"k8ssandra.io/v1alpha1", "K8ssandraCluster", "name", "spec.**.pullSecretRef"},
		{"kagent.dev/v1alpha2", "Agent", "names", "spec.byo.deployment.imagePullSecrets"},
		{"extensions.agents.x-k8s.io/v1alpha1", "SandboxTemplate", "podSpecs", "spec.podTemplate.spec"},
		{"ibp.com/v1beta1", "IBPPeer", "strings", "spec.imagePullSecrets"},
		{"sparkoperator.k8s.io/v1beta2", "SparkApplication", "string", `spec.sparkConf["spark.kubernetes.container.image.pullSecrets"]`},
		{"postgresql.cnpg.io/v1", "ImageCatalog", "images", "spec.images[*].image"},
		{"pkg.crossplane.io/v1", "Provider", "images", "spec.package"},
		{"work.open-cluster-management.io/v1", "ManifestWork", "embedded", "spec.workload.manifests[*]"},
		{"helm.toolkit.fluxcd.io/v2", "HelmRelease", "values", "spec.values"},
		{"infrastructure.cluster.x-k8s.io/v1beta1", "DockerMachine", "images", "spec.customImage"},
	} {
		k, ok := Lookup(test.apiVersion, test.kind)
		if !ok || !slices.Contains(lists(k)[test.list], test.path) {
			t.Errorf("%s %s (%t): %s has no %s, only %q", test.apiVersion, test.kind, ok, test.list, test.path, lists(k)[test.list])
		}
	}
}

func lists(k Kind) map[string][]string {
	m := map[string][]string{}
	add := func(name string, ps []Path) {
		for _, p := range ps {
			m[name] = append(m[name], p.String())
		}
	}
	add("images", k.Images)
	add("untagged", k.Untagged)
	add("mirrored", k.Mirrored)
	add("parts", k.Parts)
	add("podSpecs", k.PodSpecs)
	add("containers", k.Containers)
	add("embedded", k.Embedded)
	add("values", k.Values)
	add("notRun", k.NotRun)
	for _, o := range k.Partial {
		add("partial", []Path{o.Path})
	}
	for _, s := range k.PullSecrets {
		add([]string{"names", "strings", "string", "name", "nameNamespace"}[s.Shape], []Path{s.Path})
	}
	return m
}

func TestLookupMarks(t *testing.T) {
	t.Parallel()
	type marks struct{ Found, Builtin, Remote, Skip, Patch bool }
	for _, test := range []struct {
		apiVersion, kind string
		want             marks
	}{
		{"apps/v1", "Deployment", marks{Found: true, Builtin: true}},
		{"apps/v1", "deployment", marks{Found: true, Skip: true, Patch: true}}, // the API server does not know this kind
		{"apps/v1", "ControllerRevision", marks{Found: true, Skip: true, Patch: true}},
		{"v1", "ConfigMap", marks{Found: true, Skip: true, Patch: true}},
		{"v1", "DeploymentConfig", marks{Found: true, Builtin: true}},
		{"argoproj.io/v1alpha1", "Rollout", marks{Found: true}},
		{"elasticsearch.k8s.elastic.co/v1", "Elasticsearch", marks{Found: true, Patch: true}},
		{"kyverno.io/v1", "ClusterPolicy", marks{Found: true, Skip: true, Patch: true}},
		{"nvidia.com/v1", "ClusterPolicy", marks{Found: true, Patch: true}},
		{"apps.kruise.io/v1alpha1", "NodeImage", marks{Found: true, Skip: true, Patch: true}},
		{"apiextensions.k8s.io/v1", "CustomResourceDefinition", marks{Found: true, Skip: true, Patch: true}},
		{"run.cnrm.cloud.google.com/v1beta1", "RunService", marks{Found: true, Remote: true, Skip: true, Patch: true}},
		{"infrastructure.cluster.x-k8s.io/v1beta1", "AWSMachine", marks{Found: true, Skip: true, Patch: true}},
		{"coroot.com/v1", "Coroot", marks{Found: true, Patch: true}},
		{"coroot.com/v1", "coroot", marks{Found: true, Patch: true}},
		{"example.org/v1", "Widget", marks{}},
		{"example.org/v1", "Deployment", marks{}},
		{"zzz.example.org/v1", "Widget", marks{}},
		{"", "", marks{Found: true, Skip: true, Patch: true}},
		{"/", "/", marks{Found: true, Skip: true, Patch: true}},
	} {
		k, ok := Lookup(test.apiVersion, test.kind)
		if d := cmp.Diff(test.want, marks{ok, k.Builtin, k.Remote, k.Skip, k.Patch}); d != "" {
			t.Errorf("%s %s (-want +got):\n%s", test.apiVersion, test.kind, d)
		}
	}
}

func TestFetched(t *testing.T) {
	t.Parallel()
	for kind, want := range map[[2]string]bool{
		{"image.toolkit.fluxcd.io/v1beta2", "ImageRepository"}:  true,
		{"source.toolkit.fluxcd.io/v1", "OCIRepository"}:        true,
		{"pkg.crossplane.io/v1", "Configuration"}:               true,
		{"pkg.crossplane.io/v1", "Provider"}:                    false, // it also runs as a pod
		{"grafana.integreatly.org/v1beta1", "GrafanaDashboard"}: true,
		{"apps/v1", "Deployment"}:                               false,
	} {
		if k, ok := Lookup(kind[0], kind[1]); !ok || k.Fetched != want {
			t.Errorf("%v: found %t, fetched %t, want %t", kind, ok, k.Fetched, want)
		}
	}
}

func TestLookupAtOnce(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range table {
				if k, ok := Lookup(table[i].group+"/v1", table[i].kind); !ok || k.Kind != table[i].kind {
					t.Errorf("%s/%s is not found", table[i].group, table[i].kind)
				}
			}
		})
	}
	wg.Wait()
}

func TestSkipGroup(t *testing.T) {
	t.Parallel()
	for group, want := range map[string]bool{
		"": false, "apps": false, "batch": false, "policy": true, "kyverno.io": true, "karpenter.sh": true,
		"karpenter.k8s.aws": true, "containerservice.azure.com": true, "azure.com": false, "ecs.services.k8s.aws": true,
		"s3.aws.upbound.io": true, "upbound.io": false, "argoproj.io": false, "metal3.io": true, "notkarpenter.sh": false,
	} {
		if got := SkipGroup(group); got != want {
			t.Errorf("SkipGroup(%q) is %t, want %t", group, got, want)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	for _, bench := range []struct{ name, apiVersion, kind string }{
		{"hit", "apps/v1", "Deployment"},
		{"miss", "gateway.networking.k8s.io/v1", "HTTPRoute"},
		{"miss in a large group", "operator.victoriametrics.com/v1", "Widget"},
		{"skip", "apiextensions.k8s.io/v1", "CustomResourceDefinition"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Lookup(bench.apiVersion, bench.kind)
			}
		})
	}
}
