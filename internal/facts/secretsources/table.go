package secretsources

// date is the day on which the entries were written.
const date = "2026-11-29"

var table = [...]Source{
	{
		Group: "external-secrets.io", Kind: "ExternalSecret",
		Name: "spec.target.name", Or: []string{"metadata.name"}, TypeOf: "spec.target.template.type", Default: "Opaque",
		Contents: "spec.target.template.data", Unless: []string{"spec.target.creationPolicy=None", "spec.target.manifest"},
		Merges: "spec.target.creationPolicy=Merge", Condition: "the ExternalSecret is synchronized",
		From: "curated", Source: "https://external-secrets.io/latest/api/spec/", Date: date,
	},
	{
		Group: "external-secrets.io", Kind: "ClusterExternalSecret",
		Name: "spec.externalSecretSpec.target.name", Or: []string{"spec.externalSecretName", "metadata.name"}, Spread: true,
		Namespaces: "spec.namespaces[*]", Selectors: []string{"spec.namespaceSelector", "spec.namespaceSelectors"},
		TypeOf: "spec.externalSecretSpec.target.template.type", Default: "Opaque", Contents: "spec.externalSecretSpec.target.template.data",
		Unless: []string{"spec.externalSecretSpec.target.creationPolicy=None", "spec.externalSecretSpec.target.manifest"},
		Merges: "spec.externalSecretSpec.target.creationPolicy=Merge", Condition: "the ExternalSecret is synchronized",
		From: "curated", Source: "https://external-secrets.io/latest/api/spec/", Date: date,
	},
	{
		Group: "bitnami.com", Kind: "SealedSecret",
		Name: "metadata.name", TypeOf: "spec.template.type", Default: "Opaque", Contents: "spec.template.data",
		Condition: "the controller can open what was sealed for it",
		From:      "curated", Source: "https://github.com/bitnami-labs/sealed-secrets (sealedsecret_expansion.go)", Date: date,
	},
	{
		Group: "secrets-store.csi.x-k8s.io", Kind: "SecretProviderClass",
		Each: "spec.secretObjects[*]", Name: "secretName", TypeOf: "type",
		Condition: "a pod that mounts the class runs, which cannot be the pod that needs it for its own image",
		From:      "curated", Source: "https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret", Date: date,
	},
	{
		Group: "secret-sync.x-k8s.io", Kind: "SecretSync",
		Name: "metadata.name", TypeOf: "spec.secretObject.type",
		From: "memory", Source: "https://github.com/kubernetes-sigs/secrets-store-sync-controller", Date: date,
	},
	{
		Group: "secret-sync.gke.io", Kind: "SecretSync",
		Name: "metadata.name", TypeOf: "spec.secretObject.type",
		From: "memory", Source: "https://github.com/datreeio/CRDs-catalog (schema; the rule of the name from general knowledge)", Date: date,
	},
	{
		Group: "secrets.hashicorp.com", Kind: "VaultStaticSecret",
		Name: "spec.destination.name", TypeOf: "spec.destination.type", Default: "Opaque", Contents: "spec.destination.transformation.templates",
		Merges: "spec.destination.create!=true",
		From:   "curated", Source: "https://developer.hashicorp.com/vault/docs/deploy/kubernetes/vso/api-reference", Date: date,
	},
	{
		Group: "secrets.hashicorp.com", Kind: "VaultDynamicSecret",
		Name: "spec.destination.name", TypeOf: "spec.destination.type", Default: "Opaque", Contents: "spec.destination.transformation.templates",
		Merges: "spec.destination.create!=true",
		From:   "curated", Source: "https://developer.hashicorp.com/vault/docs/deploy/kubernetes/vso/api-reference", Date: date,
	},
	{
		Group: "secrets.hashicorp.com", Kind: "VaultPKISecret",
		Name: "spec.destination.name", TypeOf: "spec.destination.type", Default: "Opaque", Contents: "spec.destination.transformation.templates",
		Merges: "spec.destination.create!=true",
		From:   "curated", Source: "https://developer.hashicorp.com/vault/docs/deploy/kubernetes/vso/api-reference", Date: date,
	},
	{
		Group: "secrets.hashicorp.com", Kind: "HCPVaultSecretsApp",
		Name: "spec.destination.name", TypeOf: "spec.destination.type", Default: "Opaque", Contents: "spec.destination.transformation.templates",
		Merges: "spec.destination.create!=true",
		From:   "curated", Source: "https://developer.hashicorp.com/vault/docs/deploy/kubernetes/vso/api-reference", Date: date,
	},
	{
		Group: "onepassword.com", Kind: "OnePasswordItem",
		Name: "metadata.name", TypeOf: "type", Default: "Opaque",
		From: "curated", Source: "https://github.com/1Password/onepassword-operator", Date: date,
	},
	{
		Group: "secrets.infisical.com", Kind: "InfisicalSecret",
		Each: "spec.managedSecretReference", Name: "secretName", Namespace: "secretNamespace", TypeOf: "secretType", Default: "Opaque",
		From: "curated", Source: "https://infisical.com/docs/integrations/platforms/kubernetes/overview", Date: date,
	},
	{
		Group: "secrets.infisical.com", Kind: "InfisicalSecret",
		Each: "spec.managedKubeSecretReferences[*]", Name: "secretName", Namespace: "secretNamespace", TypeOf: "secretType", Default: "Opaque",
		From: "curated", Source: "https://infisical.com/docs/integrations/platforms/kubernetes/overview", Date: date,
	},
	{
		Group: "secrets.infisical.com", Kind: "InfisicalDynamicSecret",
		Each: "spec.managedSecretReference", Name: "secretName", Namespace: "secretNamespace", TypeOf: "secretType",
		From: "curated", Source: "https://infisical.com/docs/integrations/platforms/kubernetes/overview", Date: date,
	},
	{
		Group: "secrets.infisical.com", Kind: "InfisicalStaticSecret",
		Each: "spec.targets[*][kind=Secret]", Name: "name", Namespace: "namespace", TypeOf: "secretType",
		From: "curated", Source: "https://infisical.com/docs/integrations/platforms/kubernetes/overview", Date: date,
	},
	{
		Group: "secrets.doppler.com", Kind: "DopplerSecret",
		Each: "spec.managedSecret", Name: "name", Namespace: "namespace", TypeOf: "type", Default: "Opaque",
		From: "curated", Source: "https://docs.doppler.com/docs/kubernetes-operator", Date: date,
	},
	{
		Group: "k8s.bitwarden.com", Kind: "BitwardenSecret",
		Name: "spec.secretName", Default: "Opaque",
		From: "curated", Source: "https://bitwarden.com/help/secrets-manager-kubernetes-operator/", Date: date,
	},
	{
		Group: "isindir.github.com", Kind: "SopsSecret",
		Each: "spec.secretTemplates[*]", Name: "name", TypeOf: "type", Default: "Opaque",
		From: "schema", Source: "https://github.com/isindir/sops-secrets-operator", Date: date,
	},
	{
		Group: "clustersecret.io", Kind: "ClusterSecret",
		Name: "metadata.name", Spread: true, Namespaces: "matchNamespace[*]", TypeOf: "type",
		From: "schema", Source: "https://github.com/zakkg3/ClusterSecret", Date: date,
	},
	{
		Group: "ops.alexellis.io", Kind: "ClusterPullSecret",
		Name: "metadata.name", Spread: true, Default: "kubernetes.io/dockerconfigjson",
		From: "curated", Source: "https://github.com/alexellis/registry-creds", Date: date,
	},
	{
		Group: "secretgen.carvel.dev", Kind: "SecretImport",
		Name: "metadata.name",
		From: "memory", Source: "https://github.com/carvel-dev/secretgen-controller", Date: date,
	},
	{
		Group: "secretgen.carvel.dev", Kind: "SecretTemplate",
		Name: "metadata.name", TypeOf: "spec.template.type",
		From: "memory", Source: "https://github.com/carvel-dev/secretgen-controller", Date: date,
	},
	{
		Group: "secretgenerator.mittwald.de", Kind: "StringSecret",
		Name: "metadata.name", TypeOf: "spec.type", Default: "Opaque",
		From: "schema", Source: "https://github.com/mittwald/kubernetes-secret-generator", Date: date,
	},
	{
		Group: "secretgenerator.mittwald.de", Kind: "BasicAuth",
		Name: "metadata.name", TypeOf: "spec.type", Default: "Opaque",
		From: "schema", Source: "https://github.com/mittwald/kubernetes-secret-generator", Date: date,
	},
	{
		Group: "secretgenerator.mittwald.de", Kind: "SSHKeyPair",
		Name: "metadata.name", TypeOf: "spec.type", Default: "Opaque",
		From: "schema", Source: "https://github.com/mittwald/kubernetes-secret-generator", Date: date,
	},
	{
		Group: "ricoberger.de", Kind: "VaultSecret",
		Name: "metadata.name", TypeOf: "spec.type",
		From: "memory", Source: "https://github.com/ricoberger/vault-secrets-operator", Date: date,
	},
	{
		Group: "kyverno.io", Kind: "ClusterPolicy",
		Each: "spec.rules[*].generate[kind=Secret]", Name: "name", Spread: true, TypeOf: "data.type",
		From: "curated", Source: "https://kyverno.io/policies/other/sync-secrets/sync-secrets/", Date: date,
	},
	{
		Group: "kyverno.io", Kind: "Policy",
		Each: "spec.rules[*].generate[kind=Secret]", Name: "name", TypeOf: "data.type",
		From: "curated", Source: "https://kyverno.io/policies/other/sync-secrets/sync-secrets/", Date: date,
	},
	{
		Group: "spv.no", Kind: "AzureKeyVaultSecret",
		Name: "spec.output.secret.name", TypeOf: "spec.output.secret.type", Default: "Opaque",
		From: "memory", Source: "https://akv2k8s.io/reference/azure-key-vault-secret/", Date: date,
	},
}
