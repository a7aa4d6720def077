package extract

import (
	"bytes"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/secretsources"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// Glance is what a document's bytes tell before it is parsed.
type Glance struct {
	// Object is true if the document may be a Kubernetes object: it holds the words apiVersion and kind.
	Object bool
	// Needed is true if it may hold something imagelint asks about, so it must be parsed.
	Needed bool
	// Values is true if the document is values of a chart where it is not an object.
	Values bool
	// Service is the name of a Service that need not be parsed for it, as NAMESPACE/NAME; "" for any other object.
	Service string
	// OpenShift is true if the object is of an API group of OpenShift; that of a document which must be parsed is seen there.
	OpenShift bool
	// Pods is true if it is a workload of Kubernetes itself and nothing else.
	Pods bool
}

var (
	wordKind       = []byte("kind")
	wordAPIVersion = []byte("apiVersion")
	wordDirective  = []byte("gelint") // of imagelint: to look for its first letters is to stop at each "image"
	mergeKey       = []byte("<<")
	mergeLine      = []byte("\n<<")
)

// Look judges a document by its bytes; values says that it is the values of a chart where it is not an object. It may err only towards parsing:
// whatever it skips can hold no finding, which TestLookAhead and the differential runs check.
func (o *Options) Look(c *stream.Doc, values bool) Glance {
	g := o.look(c.Data, c.File.Name)
	if g.Values = values; values {
		g.Needed = g.Needed || mayHoldValues(c.Data)
	}
	if isInstaller(c.File.Name) {
		g.Needed, g.Pods = true, false
	}
	if c.Item && c.Kind != "" {
		g.Object, g.Needed, g.Pods = true, true, false // what it is is in the list, not in it
	}
	return g
}

func (o *Options) look(data []byte, name string) Glance {
	if isKustomizationFile(name) {
		return Glance{Object: true, Needed: true}
	}
	escaped := mayEscapeKeys(data)
	kind, n, kinds := stream.RootWord(data, wordKind, 0)
	version, m, versions := stream.RootWord(data, wordAPIVersion, len("api"))
	if !escaped && (kinds == 0 || versions == 0) {
		return Glance{}
	}
	g := Glance{Object: true}
	if bytes.Contains(data, wordDirective) {
		g.Needed = true // an "imagelint:ignore" that ignores nothing is a finding wherever it stands
		return g
	}
	block := stream.IsBlockMapping(data)
	if escaped || n != 1 || m != 1 || kind == "" || version == "" || !block {
		// Whatever it is, it is worth a parser's look; but a block mapping that lacks one of the keys, as values files do, is no object.
		g.Needed = escaped || !block || n > 0 && m > 0 || bytes.HasPrefix(data, mergeKey) || bytes.Contains(data, mergeLine)
		g.Object = g.Needed
		return g
	}
	g.Needed, g.OpenShift = o.needs(version, kind, data, versions), isOpenShift(model.Group(version))
	g.Pods = g.Needed && !o.guess && runsPods(model.Group(version), kind) && o.userKind(version, kind) == nil
	if kind == "Service" && model.Group(version) == "" && !g.Needed {
		name, namespace, ok := stream.Named(data)
		g.Service, g.Needed = namespace+"/"+name, !ok
	}
	return g
}

// needs reports whether an object of a kind may hold what imagelint asks about. versions is how often it says "apiVersion".
func (o *Options) needs(apiVersion, kind string, data []byte, versions int) bool {
	group := model.Group(apiVersion)
	if o.Said && isEvent(group, kind) {
		return true
	}
	if stream.IsList(kind) || group == "" && (kind == "Secret" || kind == "ServiceAccount") || secretsources.Has(group, kind) || isMirrors(group, kind) ||
		kind == "ConfigMap" && (o.guess || maySettle(data) || mayGiveValues(data)) || o.userKind(apiVersion, kind) != nil {
		return true
	}
	if k, ok := resources.Lookup(apiVersion, kind); ok {
		return !k.Skip || group == "" && isWorkload(kind) || group == "kustomize.config.k8s.io"
	}
	// A second apiVersion may be that of a workload inside of a custom resource.
	return !resources.SkipGroup(group) && (holdsWords(data) || versions > 1)
}

// isOpenShift reports whether an API group is served by clusters of OpenShift alone.
func isOpenShift(group string) bool { return strings.HasSuffix(group, ".openshift.io") }

// holdsWords reports whether a document holds a word without which it can hold neither an image nor a pull secret.
func holdsWords(data []byte) bool {
	return bytes.Contains(data, []byte("mage")) || bytes.Contains(data, []byte("ullSecret")) || bytes.Contains(data, []byte("MAGE"))
}

// mayHoldValues reports whether values of a chart may hold an image, or a comment that speaks to imagelint.
func mayHoldValues(data []byte) bool {
	return bytes.Contains(data, []byte("mage")) || bytes.Contains(data, []byte("epository")) || mayEscapeKeys(data)
}

// mayEscapeKeys reports whether a document holds escapes that could spell a key otherwise than it reads.
func mayEscapeKeys(data []byte) bool {
	for {
		i := bytes.IndexByte(data, '\\')
		if i < 0 || i+1 >= len(data) {
			return false
		}
		c := data[i+1]
		data = data[i+2:]
		if c != 'x' && c != 'u' && c != 'U' && c != '\n' && c != '\r' {
			continue
		}
		// Only a key in double quotes counts: the next quote is its end, and a colon follows. What lies between is the same string.
		end := quoteFrom(data)
		if end < 0 {
			return false
		}
		data = data[end:]
		if rest := bytes.TrimLeft(data, " \t\r\n"); len(rest) > 0 && rest[0] == ':' {
			return true
		}
	}
}

// quoteFrom is the offset behind the next double quote that no backslash stands before; -1 where there is none.
func quoteFrom(data []byte) int {
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// isWorkload reports whether a kind is one of apps or batch, in whatever group it is written.
func isWorkload(kind string) bool {
	switch kind {
	case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob":
		return true
	}
	return false
}

// runsPods reports whether a kind is one of Kubernetes' own that runs pods.
func runsPods(group, kind string) bool {
	switch group {
	case "apps", "batch", "extensions":
		return isWorkload(kind)
	case "":
		return kind == "Pod" || kind == "PodTemplate" || kind == "ReplicationController"
	}
	return false
}

// isKustomizationFile reports whether a file is read by kustomize under its name, with or without a kind.
func isKustomizationFile(name string) bool {
	base := name[strings.LastIndexAny(name, `/\`)+1:]
	return base == "kustomization.yaml" || base == "kustomization.yml" || base == "Kustomization"
}

// looksKubernetes reports whether a broken document was meant as a Kubernetes object: apiVersion and kind begin lines of it.
func looksKubernetes(data []byte) bool {
	if stream.JSONStart(data) >= 0 {
		return bytes.Contains(data, []byte(`"apiVersion"`)) && bytes.Contains(data, []byte(`"kind"`))
	}
	var version, kind bool
	for line := range bytes.Lines(data) {
		t := bytes.TrimLeft(line, " \t-\"'{")
		version = version || bytes.HasPrefix(t, wordAPIVersion)
		kind = kind || bytes.HasPrefix(t, wordKind)
		if version && kind {
			return true
		}
	}
	return false
}
