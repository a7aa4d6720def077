package rules

import (
	"fmt"
	"slices"

	"github.com/imagelint-dev/imagelint/lint"
)

// DuplicateKey reports a key that is written twice, so that the first value is lost.
var DuplicateKey = lint.Rule{
	ID: "duplicate-key", Group: "input", Severity: lint.Error, Levels: "error; warning where no image depends on it, or the values are the same",
	Check: checkDuplicateKey,
	Doc: lint.Doc{
		Title: `a key appears twice, and the first one is lost`,
		Why:   `kubectl silently accepts duplicate keys; the last one wins. Two objects without a --- between them lose the first one in the same way. Between a workload and its containers, all keys are compared, but no labels and annotations. A duplicate that does not affect an image, such as env or replicas, is a warning. One that does is a warning if its value is the same: the pull works.`,
		Bad:   `image: nginx:1.27.2`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

func checkDuplicateKey(p *lint.Pass) {
	for _, d := range p.Set.Duplicates {
		ofImage := slices.Contains(imageKeys, d.Key)
		if d.Same && !ofImage {
			continue // nothing is lost
		}
		f := lint.Finding{
			Object: d.Object, Path: d.Path, Span: d.Span,
			Message: fmt.Sprintf("key %s appears twice; the first one is lost", quote(d.Key)), // its line may be one of rendered text
			Help:    "remove one of the two",
			Related: []lint.Related{{Span: d.First, Message: "the one that is lost"}},
		}
		if d.MissingSeparator {
			f.Message = "a second object begins here without a \"---\"; the first one is lost"
			f.Help = "add a line \"---\" above it"
		}
		if d.Same {
			f.Message = fmt.Sprintf("key %s appears twice with the same value", quote(d.Key))
			f.Related[0].Message = "the other one"
		}
		if !d.MissingSeparator && (d.Same || !ofImage) {
			f.Severity = lint.Warning
		}
		p.Report(f)
	}
}

// imageKeys are the keys on the path from an object to an image or its credentials. A duplicate of one of them may lose these.
var imageKeys = []string{
	"apiVersion", "kind", "metadata", "namespace", "spec", "template", "jobTemplate", "items", "containers", "initContainers", "ephemeralContainers", "volumes",
	"image", "reference", "repository", "tag", "digest", "registry", "imagePullPolicy", "pullPolicy", "imagePullSecrets", "serviceAccountName", "serviceAccount",
	"secrets", "data", "stringData", ".dockerconfigjson", ".dockercfg",
}
