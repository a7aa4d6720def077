// Package rules holds the rules, one a file, and the table of them. A rule looks at what the manifests hold and reports; it does no input or
// output and remembers nothing.
package rules

import (
	"slices"

	"github.com/imagelint-dev/imagelint/lint"
)

// table lists every rule, in the alphabet.
var table = []lint.Rule{
	DuplicateKey,
	IgnoreUnused,
	IgnoreWithoutReason,
	ImageDeprecated,
	ImageDigestMalformed,
	ImageDigestMissing,
	ImageDigestUnknown,
	ImageDoubleTag,
	ImageEmpty,
	ImageEmptyPathSegment,
	ImageEmptyTag,
	ImageHostOnly,
	ImageIDAsName,
	ImageIllegalChar,
	ImageLatest,
	ImageLeadingSlash,
	ImageLocalhostRegistry,
	ImageMoved,
	ImageNotString,
	ImagePlaceholder,
	ImagePlainHTTPSuspect,
	ImageRegistryDuplicated,
	ImageRegistryTypo,
	ImageScheme,
	ImageTagFloating,
	ImageTagInvalid,
	ImageTagMangledNumber,
	ImageTagMissing,
	ImageTagScientific,
	ImageTagUnknown,
	ImageTagsDiffer,
	ImageUnknownOfficial,
	ImageUnrendered,
	ImageUppercase,
	ImageWhitespace,
	KustomizeImageUnused,
	ProbeAccessDenied,
	ProbeCredentialsRejected,
	ProbeDigestMoved,
	ProbeDigestNotFound,
	ProbeHostUnreachable,
	ProbeInconclusive,
	ProbeNotAnImage,
	ProbePlainHTTP,
	ProbePlatformMissing,
	ProbeRepoNotFound,
	ProbeSchema1,
	ProbeTagNotFound,
	ProbeTLSUntrusted,
	PullPolicyInvalid,
	PullPolicyLatestCached,
	PullPolicyNever,
	PullSecretAbsent,
	PullSecretMalformed,
	PullSecretMissing,
	PullSecretRegistryMismatch,
	PullSecretShortLived,
	PullSecretUnused,
	PullSecretWrongNamespace,
	PullSecretWrongType,
	PullSecretsDuplicate,
	PullSecretsEmptyName,
	PullSecretsInconsistent,
	PullSecretsMalformed,
	PullSecretsMisplaced,
	RegistryNotAllowed,
	ServiceAccountMissing,
	YAMLSyntax,
}

// All returns every rule, sorted by ID.
func All() []lint.Rule { return withSettled(slices.Clone(table)) }
