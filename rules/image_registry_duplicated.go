package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageRegistryDuplicated reports a registry after another registry.
var ImageRegistryDuplicated = lint.Rule{
	ID: "image-registry-duplicated", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageRegistryDuplicated, ChecksValues: true,
	Doc: lint.Doc{
		Title: `a registry follows another registry`,
		Why:   `A chart adds a registry to a value that already has one. If the second one has a port, the reference is not valid; otherwise it names a repository that a public registry cannot have, which is a warning.`,
		Bad:   `image: docker.io/registry.example.com:5000/app:1.4.2`,
		Good:  `image: registry.example.com:5000/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageRegistryDuplicated(p *lint.Pass) {
	checkCause(imageref.RegistryDuplicated)(p)
	for w, img := range p.Parsed() {
		inner, ok := innerRegistry(img.Ref)
		if !ok {
			continue
		}
		l := imageref.Locate(img.Raw)
		from := strings.LastIndex(img.Raw[l.Repository.Start:l.Repository.End], inner+"/")
		if from < 0 {
			continue
		}
		from += l.Repository.Start
		mended := img.Raw[from:]
		f := lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(from, from+len(inner)),
			Message: fmt.Sprintf("image %s has the registry %s after the registry %s", quote(img.Raw), quote(inner), quote(img.Ref.Registry)),
			Help:    fmt.Sprintf("write %s, or remove the registry from one of the two values", quote(mended)),
			Cluster: pullFails(img, denied),
			Fix:     replaceFix(img, mended, false),
		}
		if outer, _ := catalog.LookupHost(img.Ref.Registry); len(outer.Mirrors) > 0 && outer.NoHosts {
			f.Message += ", which mirrors " + strings.TrimSuffix(outer.Mirrors[0].Of, "/") + " only"
		}
		p.ReportImage(w, img, f)
	}
}

// innerRegistry returns a registry in the path of another one that has no such folders: at the start of the path, anywhere on Docker Hub,
// whose paths are shorter, or anywhere in the path of the same registry. A private registry may have folders named after the registries that
// it mirrors.
func innerRegistry(r imageref.Ref) (string, bool) {
	outer, _ := catalog.LookupHost(r.Registry)
	parts := strings.Split(r.Repository, "/")
	for i := len(parts) - 2; i >= 0; i-- { // the last part is the name of the image
		part := parts[i]
		if !strings.Contains(part, ".") {
			continue
		}
		if part == r.Registry {
			return part, true
		}
		if !outer.NoHosts || i > 0 && outer.MaxSegments == 0 {
			continue
		}
		if _, known := catalog.LookupHost(part); known || i == 0 && outer.MaxSegments > 0 { // owners on Docker Hub have no dots
			return part, true
		}
	}
	return "", false
}
