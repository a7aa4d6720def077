package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageRegistryDuplicated reports: a registry follows another registry.
var ImageRegistryDuplicated = lint.Rule{
	ID: "image-registry-duplicated", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageRegistryDuplicated, ChecksValues: true,
	Doc: lint.Doc{
		Title: `a registry stands behind another registry`,
		Why:   `A chart that puts a registry in front of every image met a value that already had one. With a port in the inner one the reference cannot be parsed; without, it names a repository that a public registry cannot have, which is a warning.`,
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
			Message: fmt.Sprintf("image %s has the registry %s behind the registry %s", quote(img.Raw), quote(inner), quote(img.Ref.Registry)),
			Help:    fmt.Sprintf("write %s, or leave the registry out of one of the two values", quote(mended)),
			Cluster: pullFails(img, denied),
			Fix:     replaceFix(img, mended, false),
		}
		if outer, _ := catalog.LookupHost(img.Ref.Registry); len(outer.Mirrors) > 0 && outer.NoHosts {
			f.Message += ", which holds copies of " + strings.TrimSuffix(outer.Mirrors[0].Of, "/") + " alone"
		}
		p.ReportImage(w, img, f)
	}
}

// innerRegistry finds a registry in the path of another one that has no such folders: at its head, anywhere on Docker Hub, whose paths are too
// short for it, and the same registry once more anywhere in its own. A registry of one's own may well mirror others under their names.
func innerRegistry(r imageref.Ref) (string, bool) {
	outer, _ := catalog.LookupHost(r.Registry)
	parts := strings.Split(r.Repository, "/")
	for i := len(parts) - 2; i >= 0; i-- { // the last is the image's own name
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
		if _, known := catalog.LookupHost(part); known || i == 0 && outer.MaxSegments > 0 { // owners on Docker Hub have no dots in their names
			return part, true
		}
	}
	return "", false
}
