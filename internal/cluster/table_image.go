package cluster

// images are messages about the content of a registry.
var images = []Message{
	{
		ID: "platform", Kind: KindPlatform, Cause: "the image is not made for the node's platform", Confidence: Certain, Who: Publisher,
		Any: []string{"no match for platform", "no matching manifest for"},
		Do:  "use an image for the node's platform, or select nodes that fit with kubernetes.io/arch and kubernetes.io/os", Check: checkRaw,
		Mistaken: `a missing tag, since the message ends in "not found"`, Source: "containerd core/images/handlers.go; moby distribution",
	},
	{
		ID: "platform-crio", Kind: KindPlatform, Cause: "the image is not made for the node's platform", Confidence: Certain, Who: Publisher,
		Any: []string{"no image found in manifest list for architecture", "no image found in image index for architecture"},
		Do:  "use an image for the node's platform, or select nodes that fit with kubernetes.io/arch and kubernetes.io/os", Check: checkRaw,
		Mistaken: "a missing tag", Source: "containers/image internal/manifest/docker_schema2_list.go, oci_index.go",
	},
	{
		ID: "windows-version", Kind: KindPlatform, Cause: "the image is for another version of Windows than the node's", Confidence: Certain, Who: Author,
		Any: []string{"-based image is incompatible with a", "operating system does not match the host operating system"},
		Do:  "use an image for the node's version of Windows, or select nodes that fit with node.kubernetes.io/windows-build", Check: "kubectl get nodes -L node.kubernetes.io/windows-build",
		Mistaken: "a registry that does not have the image", Source: "moby distribution/pull_v2_windows.go; microsoft/hcsshim internal/hcs/errors.go",
	},
	{
		ID: "schema1", Kind: KindImage, Cause: "the image has the old Docker format (schema 1), which the runtime no longer pulls", Confidence: Certain, Who: Publisher,
		Any: []string{"schema 1 image manifests are no longer supported", "is no longer supported since containerd", "media-type: schema 1 not supported", "manifest version 2, schema 1 support", "docker.distribution.manifest.v1+"},
		Do:  "build the image again, or copy it with a tool that converts: skopeo copy --format v2s2", Check: checkRaw,
		Mistaken: "a missing image", Source: "containerd core/transfer/local/pull.go, core/remotes/docker/resolver.go", Versions: "containerd 2.0 and later",
	},
	{
		ID: "html-answer", Kind: KindConnect, Cause: "something other than a registry answered with a web page", Confidence: Likely, Who: Network,
		Any: []string{"invalid character '<' looking for beginning of value", "text/html"},
		Do:  "look for a proxy, a login page or a wrong host name between the node and the registry", Check: checkReach,
		Mistaken: "a registry that refuses the image", Source: "Go encoding/json; moby distribution errors",
	},
	{
		ID: "not-an-image", Kind: KindImage, Cause: "what the registry has under this name is not a container image", Confidence: Likely, Who: Author,
		Any: []string{"unsupported image-specific operation on artifact", "mismatched image rootfs and manifest layers", "unexpected media type", "unsupported media type", "unsupported manifest media type", "unsupported config media type", "unsupported mimetype", "unknown layer mediatype"},
		Do:  "check that the name is not that of a Helm chart, a signature or another artifact", Check: checkRaw,
		Mistaken: "a damaged image", Source: "containerd client/image.go; containers/image internal/manifest/errors.go",
	},
	{
		ID: "manifest-invalid", Kind: KindImage, Cause: "the registry's manifest for the image is not valid", Confidence: Likely, Who: Publisher,
		Any: []string{"manifest invalid", "manifest_invalid", "in header not a valid digest", "unsupported schema version", "unsupported manifest schema"},
		Do:  "push the image again, with another tool than the one that made it", Check: checkRaw, Mistaken: "a missing tag", Source: "distribution registry/api/errcode/register.go; containerd core/remotes/docker/resolver.go",
	},
	{
		ID: "digest-mismatch", Kind: KindImage, Cause: "the downloaded content does not match its digest", Confidence: Likely, Who: Network,
		Any: []string{"unexpected commit digest", "digest did not match", "digest mismatch", "manifest verification failed for digest", "failed size validation", "unexpected commit size", "filesystem layer verification failed"},
		Do:  "pull without the mirror or proxy in between; if it fails there too, push the image again", Check: checkPull,
		Mistaken: "a wrong digest in the manifest: that one would be not found", Source: "containerd plugins/content/local/writer.go; containers/image copy/digesting_reader.go",
	},
	{
		ID: "tag-deleted-quay", Kind: KindNotFound, Cause: "the tag was deleted or has expired", Confidence: Certain, Who: Author, All: []string{"was deleted or has expired"},
		Do: "use a tag that is there; nightly tags of quay.io often expire", Check: checkTags, Mistaken: "a tag that never existed", Source: "quay endpoints/v2/errors.py",
	},
	{
		ID: "project-deleted", Kind: KindNotFound, Cause: "the Google Cloud project that held the image has been deleted", Confidence: Certain, Who: Publisher, All: []string{"project", "has been deleted"},
		Do: "find where the publisher has moved the image to", Check: checkTags, Mistaken: "missing credentials, since the status is 403", Source: "an answer of gcr.io",
	},
	{
		ID: "ecr-tag", Kind: KindNotFound, Cause: "the ECR repository has no such tag or digest", Confidence: Certain, Who: Author, All: []string{"requested image not found"},
		Do: "push the image, or correct the tag; a lifecycle policy may have removed it", Check: "aws ecr describe-images --repository-name {path}", Mistaken: "missing permissions", Source: "an answer of Amazon ECR",
	},
	{
		ID: "ecr-repository", Kind: KindNotFound, Cause: "the ECR registry has no such repository", Confidence: Certain, Who: Author, All: []string{"the repository with name", "does not exist in the registry"},
		Do: "create the repository, or correct its name, the account or the region", Check: "aws ecr describe-repositories", Mistaken: "a missing tag", Source: "an answer of Amazon ECR",
	},
	{
		ID: "acr-tag", Kind: KindNotFound, Cause: "the repository has no such tag", Confidence: Certain, Who: Author, All: []string{"manifest tagged by", "is not found"},
		Do: "correct the tag, or push it", Check: checkTags, Mistaken: "missing credentials", Source: "an answer of Azure Container Registry and mcr.microsoft.com",
	},
	{
		ID: "gcr-tag", Kind: KindNotFound, Cause: "the repository has no such tag or digest", Confidence: Certain, Who: Author, All: []string{`failed to fetch "`}, Any: []string{"manifest unknown", "manifest_unknown", "404"},
		Do: "correct the tag, or push it; k8s.gcr.io and gcr.io get no new tags", Check: checkTags, Mistaken: "a failed connection, since the message says that it failed to fetch", Source: "an answer of gcr.io and registry.k8s.io",
	},
	{
		ID: "gar-repository", Kind: KindNotFound, Cause: "Artifact Registry has no such repository, or not under this project and location", Confidence: Likely, Who: Author,
		All: []string{`name unknown: repository "`},
		Do:  "write LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE with all four parts", Check: "gcloud artifacts repositories list --project PROJECT", Mistaken: "a missing tag", Source: "an answer of Google Artifact Registry",
	},
	{
		ID: "hub-manifest", Kind: KindNotFound, Cause: "the repository has no such tag", Confidence: Certain, Who: Author, All: []string{"manifest for ", "not found"},
		Do: "correct the tag, or push it", Check: checkTags, Mistaken: "missing credentials", Source: "moby distribution/errors.go, by way of cri-dockerd",
	},
	{
		ID: "docker-image", Kind: KindNotFound, Cause: "the registry has no such image: the tag or the repository does not exist", Confidence: Likely, Who: Author, All: []string{"error: image ", "not found"},
		Do: "correct the tag or the name, or push the image", Check: checkTags, Mistaken: "missing credentials", Source: "moby distribution, before 2018", Versions: "Docker, by way of dockershim",
	},
	{
		ID: "manifest-unknown", Kind: KindNotFound, Cause: "the repository has no such tag or digest", Confidence: Certain, Who: Author, Any: []string{"manifest unknown", "manifest_unknown"},
		Do: "correct the tag or the digest, or push the image", Check: checkTags, Mistaken: "missing credentials: the registry let the node in", Source: "distribution registry/api/errcode/register.go; containers/image docker/errors.go",
	},
	{
		ID: "name-unknown", Kind: KindNotFound, Cause: "the registry has no such repository", Confidence: Likely, Who: Author, Any: []string{"name unknown", "name_unknown", "repository name not known to registry"},
		Do: "correct the name; some registries say the same of private repositories", Check: checkTags, Mistaken: "a missing tag", Source: "distribution registry/api/errcode/register.go",
	},
	{
		ID: "name-invalid-registry", Kind: KindName, Cause: "the registry does not accept this repository name", Confidence: Likely, Who: Author, Any: []string{"name_invalid", "invalid repository name"},
		Do: "write as many parts as the registry has: DigitalOcean and Artifact Registry need a repository below the registry", Check: checkTags, Mistaken: "a reference that cannot be parsed", Source: "distribution registry/api/errcode/register.go",
	},
	{
		ID: "layer-gone", Kind: KindNotFound, Cause: "the registry has the manifest, but not all of its layers", Confidence: Likely, Who: Publisher,
		Any: []string{"blob unknown", "blob_unknown", "could not fetch content"}, Not: []string{"429 too many", "401 unauthorized", "403 forbidden", "timeout", "x509"},
		Do: "push the image again; a garbage collection or a proxy cache has lost a layer", Check: checkPull, Mistaken: "a missing tag", Source: "containerd core/remotes/docker/fetcher.go; distribution registry/api/errcode/register.go",
	},
	{
		ID: "layer-gone-404", Kind: KindNotFound, Cause: "the registry has the manifest, but not all of its layers", Confidence: Likely, Who: Publisher,
		All: []string{"/blobs/sha256:"}, Any: []string{"404 not found", "not found: not found"},
		Do: "push the image again; a garbage collection or a proxy cache has lost a layer", Check: checkPull, Mistaken: "a missing tag", Source: "containerd core/remotes/docker/resolver.go",
	},
	{
		ID: "mirror-only", Kind: KindConnect, Cause: "the node's mirror settings leave no registry to ask", Confidence: Certain, Who: Platform, Any: []string{"no pull hosts", "no resolve hosts"},
		Do: "look into hosts.toml of the registry on the node: a host needs the capabilities pull and resolve", Check: "cat /etc/containerd/certs.d/{host}/hosts.toml    # on the node",
		Mistaken: "a missing tag, since the message ends in \"not found\"", Source: "containerd core/remotes/docker/resolver.go",
	},
}
