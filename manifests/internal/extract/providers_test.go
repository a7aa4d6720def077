package extract

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/facts/secretsources"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// proven lists what an object proves, one Secret per line: namespace/name, type, and what else is
// known.
func proven(set *model.Set) string {
	var lines []string
	for _, s := range set.Secrets {
		line := s.SecretNamespace + "/" + s.SecretName + " " + s.Type
		if s.Type == "" {
			line += "?"
		}
		if s.AnyNamespace {
			line += fmt.Sprintf(" in %q", s.Namespaces)
		}
		for what, is := range map[string]bool{"merges": s.Merges, "hashed": s.HashSuffix, "filled": s.Placeholder, "sealed": s.ContentUnknown && s.SourceKind == model.SourceKindSecret} {
			if is {
				line += " " + what
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

const dockerType = "kubernetes.io/dockerconfigjson"

// providerCases has at least one object for each row of the table. The header of each is
// GROUP/VERSION KIND.
var providerCases = []struct{ kind, body, want string }{
	{"external-secrets.io/v1 ExternalSecret", "spec: {target: {name: made, template: {type: T}}}", "web/made T"},
	{"external-secrets.io/v1beta1 ExternalSecret", "spec: {target: {}}", "web/own Opaque"},
	{"external-secrets.io/v1 ExternalSecret", "spec: {target: {name: made, creationPolicy: Owner}}", "web/made Opaque"},
	{"external-secrets.io/v1 ExternalSecret", "spec: {target: {name: made, creationPolicy: None}}", ""},
	{"external-secrets.io/v1 ExternalSecret", "spec: {target: {name: made, creationPolicy: Merge}}", "web/made Opaque merges"},
	{"external-secrets.io/v1 ExternalSecret", "spec: {target: {name: made, manifest: {kind: ConfigMap}}}", ""},
	{"external-secrets.io/v1 ExternalSecret", `spec: {target: {name: "{{ x }}"}}`, ""},
	{"external-secrets.io/v1 ExternalSecret", `spec: {target: {template: {type: "{{ .type }}"}}}`, "web/own ?"},
	{"external-secrets.io/v1 ClusterExternalSecret", "spec: {namespaces: [a, b], externalSecretSpec: {target: {name: made, template: {type: T}}}}", `web/made T in ["a" "b"]`},
	{"external-secrets.io/v1 ClusterExternalSecret", "spec: {namespaces: [a], namespaceSelectors: [{matchLabels: {x: y}}], externalSecretName: es, externalSecretSpec: {}}", `web/es Opaque in []`},
	{"external-secrets.io/v1 ClusterExternalSecret", "spec: {externalSecretSpec: {target: {creationPolicy: Merge}}}", `web/own Opaque in [] merges`},
	{"bitnami.com/v1alpha1 SealedSecret", "spec: {template: {type: T, metadata: {name: ignored}}}", "web/own T"},
	{"bitnami.com/v1alpha1 SealedSecret", "spec: {encryptedData: {.dockerconfigjson: x}}", "web/own Opaque"},
	{"secrets-store.csi.x-k8s.io/v1 SecretProviderClass", "spec: {secretObjects: [{secretName: a, type: T}, {secretName: b}]}", "web/a T\nweb/b ?"},
	{"secret-sync.x-k8s.io/v1alpha1 SecretSync", "spec: {secretObject: {type: T}}", "web/own T"},
	{"secret-sync.gke.io/v1 SecretSync", "spec: {secretObject: {type: T}}", "web/own T"},
	{"secrets.hashicorp.com/v1beta1 VaultStaticSecret", "spec: {destination: {name: made, create: true, type: T}}", "web/made T"},
	{"secrets.hashicorp.com/v1beta1 VaultStaticSecret", "spec: {destination: {name: made}}", "web/made Opaque merges"},
	{"secrets.hashicorp.com/v1beta1 VaultDynamicSecret", "spec: {destination: {name: made, create: true}}", "web/made Opaque"},
	{"secrets.hashicorp.com/v1beta1 VaultPKISecret", "spec: {destination: {name: made, create: true}}", "web/made Opaque"},
	{"secrets.hashicorp.com/v1beta1 HCPVaultSecretsApp", "spec: {destination: {name: made, create: true, type: T}}", "web/made T"},
	{"onepassword.com/v1 OnePasswordItem", "type: T\nspec: {itemPath: x}", "web/own T"},
	{"onepassword.com/v1 OnePasswordItem", "spec: {itemPath: x, type: T}", "web/own Opaque"},
	{"secrets.infisical.com/v1alpha1 InfisicalSecret", "spec: {managedSecretReference: {secretName: a, secretNamespace: other, secretType: T}, managedKubeSecretReferences: [{secretName: b}]}", "other/a T\nweb/b Opaque"},
	{"secrets.infisical.com/v1alpha1 InfisicalDynamicSecret", "spec: {managedSecretReference: {secretName: a, secretNamespace: other}}", "other/a ?"},
	{"secrets.infisical.com/v1beta1 InfisicalStaticSecret", "spec: {targets: [{kind: Secret, name: a, namespace: other, secretType: T}, {kind: ConfigMap, name: b}]}", "other/a T"},
	{"secrets.doppler.com/v1alpha1 DopplerSecret", "spec: {managedSecret: {name: made, namespace: other, type: T}}", "other/made T"},
	{"secrets.doppler.com/v1alpha1 DopplerSecret", "spec: {managedSecret: {name: made}}", "web/made Opaque"},
	{"k8s.bitwarden.com/v1 BitwardenSecret", "spec: {secretName: made}", "web/made Opaque"},
	{"isindir.github.com/v1alpha3 SopsSecret", "spec: {secretTemplates: [{name: a, type: T}, {name: b}]}", "web/a T\nweb/b Opaque"},
	{"clustersecret.io/v1 ClusterSecret", "matchNamespace: ['team-.*', prod]\ntype: T", `web/own T in ["team-.*" "prod"]`},
	{"clustersecret.io/v1 ClusterSecret", "data: {}", "web/own ? in []"},
	{"ops.alexellis.io/v1 ClusterPullSecret", "spec: {secretRef: {name: seed, namespace: x}}", "web/own " + dockerType + " in []"},
	{"secretgen.carvel.dev/v1alpha1 SecretImport", "spec: {fromNamespace: x}", "web/own ?"},
	{"secretgen.carvel.dev/v1alpha1 SecretTemplate", "spec: {template: {type: T}}", "web/own T"},
	{"secretgenerator.mittwald.de/v1alpha1 StringSecret", "spec: {fields: []}", "web/own Opaque"},
	{"secretgenerator.mittwald.de/v1alpha1 BasicAuth", "spec: {type: T}", "web/own T"},
	{"secretgenerator.mittwald.de/v1alpha1 SSHKeyPair", "spec: {}", "web/own Opaque"},
	{"ricoberger.de/v1alpha1 VaultSecret", "spec: {type: T}", "web/own T"},
	{"kyverno.io/v1 ClusterPolicy", "spec: {rules: [{generate: {kind: Secret, name: made, namespace: '{{request.object.metadata.name}}', data: {type: T}}}, {generate: {kind: ConfigMap, name: x}}]}", "web/made T in []"},
	{"kyverno.io/v1 Policy", "spec: {rules: [{generate: {kind: Secret, name: made, clone: {namespace: x, name: y}}}]}", "web/made ?"},
	{"kustomize.config.k8s.io/v1beta1 Kustomization", "secretGenerator: [{name: a, type: T}, {name: b, options: {disableNameSuffixHash: true}}]", "/a T hashed\n/b Opaque"},
	{"kustomize.config.k8s.io/v1beta1 Kustomization", "namespace: shop\nnamePrefix: p-\nnameSuffix: -s\ngeneratorOptions: {disableNameSuffixHash: true}\nsecretGenerator: [{name: a}]", "/a Opaque\nshop/a Opaque\n/p-a-s Opaque\nshop/p-a-s Opaque"},
	{"kustomize.config.k8s.io/v1beta1 Kustomization", "namespace: shop\nsecretGenerator: [{name: a, namespace: other}]", "other/a Opaque hashed\nshop/a Opaque hashed"},

	// Objects that create no Secret, although their name suggests it.
	{"external-secrets.io/v1alpha1 PushSecret", "spec: {selector: {secret: {name: a}}}", ""},
	{"spv.no/v2beta1 AzureKeyVaultSecret", "spec: {vault: {name: v}, output: {secret: {name: made, type: " + dockerType + "}}}", "web/made " + dockerType},
	{"spv.no/v2beta1 AzureKeyVaultSecret", "spec: {vault: {name: v}}", ""},
	{"generators.external-secrets.io/v1alpha1 ECRAuthorizationToken", "spec: {region: eu-west-1}", ""},
	{"cert-manager.io/v1 Certificate", "spec: {secretName: a}", ""},
	{"example.com/v1 ExternalSecret", "spec: {target: {name: made}}", ""},

	// Secrets in the input.
	{"v1 Secret", "type: T", "web/own T"},
	{"v1 Secret", "data: {}", "web/own Opaque"},
	{"v1 Secret", "type: " + dockerType + "\nsops: {version: 3.9.0}\nstringData: {.dockerconfigjson: 'ENC[AES256_GCM,x]'}", "web/own " + dockerType + " sealed"},
	{"v1 Secret", "type: ENC[AES256_GCM,x]\nsops: {}", "web/own ? sealed"},
	{"v1 Secret", "type: " + dockerType + "\nstringData: {.dockerconfigjson: '<path:kv/data/registry#config>'}", "web/own " + dockerType + " sealed"},
	{"v1 Secret", "type: " + dockerType + "\nstringData: {.dockerconfigjson: 'vault:kv/data/registry#config'}", "web/own " + dockerType + " sealed"},
	{"v1 Secret", "type: " + dockerType + "\ndata: {.dockerconfigjson: {{ .Values.config }}}", "web/own " + dockerType + " sealed"},
}

func TestProviders(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, c := range providerCases {
		apiVersion, kind, _ := strings.Cut(c.kind, " ")
		covered[model.Group(apiVersion)+" "+kind] = true
		text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: own, namespace: web}\n%s\n", apiVersion, kind, c.body)
		if diff := cmp.Diff(c.want, proven(loadText(t, "x.yaml", text))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	for _, p := range secretsources.All() {
		if !covered[p.Group+" "+p.Kind] {
			t.Errorf("%s of %s has no example here", p.Kind, p.Group)
		}
		paths := append([]string{p.Each, p.Name, p.Namespace, p.Namespaces, p.TypeOf, p.Contents}, p.Or...)
		paths = append(paths, p.Selectors...)
		for _, c := range append([]string{p.Merges}, p.Unless...) {
			path, _, _ := strings.Cut(strings.Replace(c, "!=", "=", 1), "=")
			paths = append(paths, path)
		}
		for _, path := range paths {
			if path == "" {
				continue
			}
			if _, err := resources.ParsePath(path); err != nil {
				t.Errorf("%s of %s: %v", p.Kind, p.Group, err)
			}
		}
		if p.Name == "" || p.TypeOf == "" && p.Default == "" && p.Kind != "SecretImport" {
			t.Errorf("%s of %s: names no Secret, or no type: %+v", p.Kind, p.Group, p)
		}
	}
}

// Annotations that copy or fill a Secret.
func TestSpread(t *testing.T) {
	t.Parallel()
	for annotations, want := range map[string]string{
		"": "",
		"replicator.v1.mittwald.de/replicate-to: 'a, b-.*'":                                                                                  ` in ["a" "b-.*"]`,
		"replicator.v1.mittwald.de/replicate-to-matching: 'x=y'":                                                                             " in []",
		"replicator.v1.mittwald.de/replicate-to: a\n    replicator.v1.mittwald.de/replicate-to-matching: 'x=y'":                              " in []",
		"reflector.v1.k8s.emberstack.com/reflection-auto-enabled: 'true'":                                                                    " in []",
		"reflector.v1.k8s.emberstack.com/reflection-auto-enabled: 'false'":                                                                   "",
		"reflector.v1.k8s.emberstack.com/reflection-auto-enabled: 'true'\n    reflector.v1.k8s.emberstack.com/reflection-auto-namespaces: a": ` in ["a"]`,
		"kubed.appscode.com/sync: ''":                                  " in []",
		"replicator.v1.mittwald.de/replicate-from: a/b":                " filled",
		"reflector.v1.k8s.emberstack.com/reflects: a/b":                " filled",
		"secretgen.carvel.dev/image-pull-secret: ''":                   " filled",
		"helm.sh/hook: pre-install":                                    "",
		"replicator.v1.mittwald.de/replicated-keys: .dockerconfigjson": "",
	} {
		text := "apiVersion: v1\nkind: Secret\nmetadata:\n  name: own\n  namespace: web\n  annotations:\n    x: y\n    " + annotations + "\ntype: T\n"
		if got := proven(loadText(t, "x.yaml", text)); got != "web/own T"+want {
			t.Errorf("%s\ngot  %s\nwant web/own T%s", annotations, got, want)
		}
	}
}

// Objects that create a Secret by other means.
func TestOtherMakers(t *testing.T) {
	t.Parallel()
	deployment := func(annotation, args string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: own\n  namespace: web\n  annotations: {x: y" + annotation + "}\nspec:\n  selector: {}\n" +
			"  template:\n    metadata: {labels: {}}\n    spec:\n      containers:\n      - name: a\n        image: a:1\n" + args
	}
	for text, want := range map[string]string{
		deployment(", operator.1password.io/item-path: x, operator.1password.io/item-name: made", ""):                                                                                       "web/made Opaque",
		deployment("", "        args: [kubectl, create, secret, docker-registry, made, --docker-server=x]\n"):                                                                               "web/made " + dockerType + " in []",
		deployment("", "        command: [sh, -c]\n        args:\n        - |\n          set -e\n          kubectl create secret docker-registry made \\\n            --docker-server=x\n"): "web/made " + dockerType + " in []",
		deployment("", "        args: ['kubectl create secret docker-registry \"made\"']\n"):                                                                                                "web/made " + dockerType + " in []",
		deployment("", "        args: ['kubectl create secret docker-registry --docker-server=x made']\n"):                                                                                  "",
		deployment("", "        args: ['kubectl create secret docker-registry $NAME']\n"):                                                                                                   "",
		deployment("", "        args: ['kubectl create secret generic made']\n"):                                                                                                            "",
		deployment("", "        args: [docker-registry, {a: b}, 1]\n"):                                                                                                                      "",
		deployment("", "        args: docker-registry\n"):                                                                                                                                   "",
	} {
		if diff := cmp.Diff(want, proven(loadText(t, "x.yaml", text))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// A kustomization with the standard file name needs neither kind nor apiVersion.
func TestKustomizationFile(t *testing.T) {
	t.Parallel()
	set := loadText(t, "k8s/base/kustomization.yaml", "namespace: shop\nsecretGenerator:\n- name: regcred\n  type: "+dockerType+"\n")
	if got, want := proven(set), "/regcred "+dockerType+" hashed\nshop/regcred "+dockerType+" hashed"; got != want {
		t.Errorf("got %s", got)
	}
	if diff := cmp.Diff(map[string]string{filepath.FromSlash("k8s/base"): "shop"}, set.FolderNamespaces); diff != "" {
		t.Error(diff)
	}
}

// Secrets that an object references or mounts.
func TestMounted(t *testing.T) {
	t.Parallel()
	set := loadText(t, "x.yaml", `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: "a:1"}]
  volumes:
  - {name: a, secret: {secretName: one}}
  - {name: b, projected: {sources: [{secret: {name: two}}, {configMap: {name: no}}]}}
  - {name: c, configMap: {name: no}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: a}
secrets: [{name: three}]
imagePullSecrets: [{name: no}]
`)
	if diff := cmp.Diff(map[string]bool{"one": true, "two": true}, set.MountedSecrets); diff != "" {
		t.Error(diff)
	}
	if secrets := set.ServiceAccounts[0].Secrets; len(secrets) != 1 || secrets[0].Name != "three" || secrets[0].Path != "secrets[0].name" || secrets[0].Span.Start().Line != 14 {
		t.Errorf("the service account has %+v", secrets)
	}
}
