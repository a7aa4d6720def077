package report

// The part of SARIF 2.1.0 that is written: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
// Section numbers in comments refer to it.

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	// sarifRoot is the symbolic name of the folder to which URIs are relative. Readers of the log know where
	// it is (section 3.14.14); an absolute path would make logs differ between machines.
	sarifRoot = "%SRCROOT%"
)

type sarifDriver struct {
	Name            string `json:"name"`
	FullName        string `json:"fullName"`
	InformationURI  string `json:"informationUri"`
	Version         string `json:"version,omitempty"`
	SemanticVersion string `json:"semanticVersion,omitempty"`
}

type sarifRule struct {
	ID           string             `json:"id"`
	DeprecatedID []string           `json:"deprecatedIds,omitempty"`
	Short        sarifText          `json:"shortDescription"`
	Full         sarifText          `json:"fullDescription"`
	Help         sarifText          `json:"help"`
	HelpURI      string             `json:"helpUri"`
	Default      sarifConfiguration `json:"defaultConfiguration"`
	Properties   sarifTags          `json:"properties"`
}

type sarifConfiguration struct {
	Enabled bool   `json:"enabled"`
	Level   string `json:"level"`
}

type sarifTags struct {
	Tags []string `json:"tags"`
}

// sarifHead is the part of a run besides its tool and results.
type sarifHead struct {
	ColumnKind  string                   `json:"columnKind"`
	Newlines    []string                 `json:"newlineSequences"`
	Bases       map[string]sarifArtifact `json:"originalUriBaseIds"`
	Invocations []sarifInvocation        `json:"invocations"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations,omitempty"`
	Related      []sarifLocation    `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Fixes        []sarifFix         `json:"fixes,omitempty"`
	Suppressions []sarifSuppression `json:"suppressions"`
	Properties   sarifProperties    `json:"properties"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	Message  *sarifText     `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *region       `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI         string     `json:"uri,omitempty"`
	URIBaseID   string     `json:"uriBaseId,omitempty"`
	Description *sarifText `json:"description,omitempty"`
}

type sarifLogical struct {
	Name          string `json:"name"`
	QualifiedName string `json:"fullyQualifiedName"`
	Kind          string `json:"kind"`
}

type sarifFix struct {
	Description sarifText       `json:"description"`
	Changes     []sarifChange   `json:"artifactChanges"`
	Properties  map[string]bool `json:"properties"` // "safe", for which the format has no field
}

type sarifChange struct {
	Artifact     sarifArtifact      `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  region    `json:"deletedRegion"`
	Inserted sarifText `json:"insertedContent"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification,omitempty"`
}

// sarifProperties holds what is known about a finding and has no field in the format.
type sarifProperties struct {
	Group     string       `json:"group"`
	Container string       `json:"container,omitempty"`
	Path      string       `json:"path,omitempty"`
	Image     string       `json:"image,omitempty"`
	Source    string       `json:"source,omitempty"`
	Cluster   *jsonCluster `json:"cluster,omitempty"`
	Advice    bool         `json:"advice,omitempty"`
	Under     string       `json:"under,omitempty"`
}
