package extract

import (
	"bytes"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/secretsources"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Glance is what can be learned from a document's bytes before parsing it.
type Glance struct {
	// Object is true if the document may be a Kubernetes object: it contains the words apiVersion
	// and kind.
	Object bool
	// Needed is true if the document may contain anything relevant, so it must be parsed.
	Needed bool
	// Values is true if the document, unless it is an object, contains chart values.
	Values bool
	// Service is the name of a Service that need not be parsed for it, as NAMESPACE/NAME. It is ""
	// for any other object.
	Service string
	// OpenShift is true if the object is in an API group of OpenShift. For documents that must be
	// parsed, this is detected later.
	OpenShift bool
	// Items is the number of objects in a List that need not be parsed, 0 for any other document.
	Items int
	// Pods is true if the document is a built-in Kubernetes workload and nothing else.
	Pods bool
	// Account is true if the document is a service account.
	Account bool
}

var (
	wordKind       = []byte("kind")
	wordAPIVersion = []byte("apiVersion")
	wordDirective  = []byte("gelint") // of imagelint: searching for its first letters would stop at each "image"
	hostingEnd     = []byte(hostingName[strings.LastIndexByte(hostingName, '-'):])
	mergeKey       = []byte("<<")
	mergeLine      = []byte("\n<<")
)

// Look judges a document by its bytes. values means that the document contains chart values unless it is an object.
// Look may only err towards parsing: whatever it skips cannot have a finding, which TestLookAhead and the differential
// runs check.
func (o *Options) Look(c *stream.Doc, values bool, known *Kinds) Glance {
	known.in(c.File)
	g := o.look(c, known)
	if c.TooLarge && g.Items > 0 {
		g.Needed, g.Items = true, 0 // the rest of the List is unknown
	}
	if g.Values = values; values {
		g.Needed = g.Needed || mayHoldValues(c.Data)
	}
	if known.installer {
		g.Needed, g.Pods = true, false
	}
	if c.Item && c.Kind != "" {
		g.Object, g.Needed, g.Pods = true, true, false // the list says what it is
	}
	return g
}

// LookContext is like Look, for a document of the context in a file that is not IsShared. It does not look for
// directives, which have no effect there, and it takes the keys of most documents from the search for their end, which
// knows the line breaks of YAML 1.2.
func (o *Options) LookContext(c *stream.Doc, known *Kinds) Glance {
	version, kind, ok := c.RootWords()
	if !ok {
		return o.Look(c, false, known)
	}
	k := known.of(o, version, kind)
	if k.list != "" {
		if g, ok := o.lookList(k.list, c.Data); ok {
			return g
		}
	}
	return k.glance(c.Data, -1)
}

func (o *Options) look(c *stream.Doc, known *Kinds) Glance {
	data := c.Data
	if known.kustomization {
		return Glance{Object: true, Needed: true}
	}
	notes, noted := c.Notes()
	escaped := (!noted || notes.Escapes) && mayEscapeKeys(data)
	if noted && !escaped {
		if g, ok := o.lookAtNotes(c, notes, known); ok {
			return g
		}
	}
	kind, n, kinds := stream.RootWord(data, wordKind, 0)
	version, m, versions := stream.RootWord(data, wordAPIVersion, len("api"))
	if !escaped && (kinds == 0 || versions == 0) {
		return Glance{}
	}
	g := Glance{Object: true}
	if noted && notes.Directive || !noted && bytes.Contains(data, wordDirective) {
		g.Needed = true // an "imagelint:ignore" that ignores nothing is a finding wherever it is
		return g
	}
	block := stream.IsBlockMapping(data)
	if escaped || n != 1 || m != 1 || kind == "" || version == "" || !block {
		// Parse anything unclear. But a block mapping that lacks one of the keys, like a values
		// file, is not an object.
		g.Needed = escaped || !block || n > 0 && m > 0 || bytes.HasPrefix(data, mergeKey) || bytes.Contains(data, mergeLine)
		g.Object = g.Needed
		return g
	}
	k := o.judge(version, kind)
	return o.lookAtObject(&k, data, versions)
}

// lookAtNotes is look for a document without escapes of which the search for its end has seen enough, as for most. That saves several searches.
func (o *Options) lookAtNotes(c *stream.Doc, notes stream.Notes, known *Kinds) (Glance, bool) {
	version, kind, ok := c.RootWords()
	switch {
	case !ok:
		// Whatever lacks one of the keys, like a values file, is not an object.
		return Glance{}, !notes.Directive && c.LacksRootWord() && !bytes.Contains(c.Data, mergeKey)
	case notes.Directive:
		return Glance{Object: true, Needed: true}, true
	}
	return o.lookAtObject(known.of(o, version, kind), c.Data, -1), true
}

// lookAtObject judges an object of a kind without a directive. versions is how often it contains "apiVersion", or -1 if that was not counted.
func (o *Options) lookAtObject(k *judgedKind, data []byte, versions int) Glance {
	if k.list != "" {
		if g, ok := o.lookList(k.list, data); ok {
			return g
		}
	}
	g := k.glance(data, versions)
	if k.service && !g.Needed {
		name, namespace, ok := stream.Named(data)
		g.Service, g.Needed = namespace+"/"+name, !ok
	}
	return g
}

// judgedKind is what the kind of an object says about whether it may contain anything relevant.
type judgedKind struct {
	always, words, settings  bool // in any case; if the object contains some words; if it is a ConfigMap that others may use
	pods, account, openShift bool
	list                     string // the kind of a List, or ""
	service                  bool   // a Service
}

// Kinds caches what kinds say about objects, and what the name of a file says about its documents. The zero value is empty. It is for one goroutine.
type Kinds struct {
	known                    map[string]*judgedKind
	key                      []byte       // scratch
	file                     *source.File // the last one
	installer, kustomization bool         // what it is by its name
}

// in prepares for a document of a file.
func (k *Kinds) in(file *source.File) {
	if k.file != file {
		k.file, k.installer, k.kustomization = file, isInstaller(file.Name), isKustomizationFile(file.Name)
	}
}

// maxJudged is the maximum number of kinds that are cached. No input in good faith has that many.
const maxJudged = 1000

// of returns what a kind says. The same options must be used each time.
func (k *Kinds) of(o *Options, version, kind []byte) *judgedKind {
	k.key = append(append(append(k.key[:0], version...), ' '), kind...)
	if judged := k.known[string(k.key)]; judged != nil {
		return judged
	}
	if k.known == nil || len(k.known) == maxJudged {
		k.known = map[string]*judgedKind{}
	}
	judged := o.judge(string(version), string(kind))
	k.known[string(k.key)] = &judged
	return &judged
}

// judge judges a kind.
func (o *Options) judge(apiVersion, kind string) judgedKind {
	group := model.Group(apiVersion)
	user := o.userKind(apiVersion, kind)
	k := judgedKind{openShift: isOpenShift(group), pods: !o.guess && runsPods(group, kind) && user == nil}
	k.settings, k.service, k.account = kind == "ConfigMap", kind == "Service" && group == "", kind == "ServiceAccount" && group == ""
	if stream.IsList(kind) {
		k.list = kind
	}
	switch {
	case o.Said && isEvent(group, kind), k.list != "", k.account, group == "" && kind == "Secret", secretsources.Has(group, kind), isMirrors(group, kind), configuresNodes(group, kind),
		k.settings && o.guess, user != nil:
		k.always = true
		return k
	}
	if row, ok := resources.Lookup(apiVersion, kind); ok {
		k.always = !row.Skip || group == "" && isWorkload(kind) || group == "kustomize.config.k8s.io"
	} else {
		k.words = !resources.SkipGroup(group)
	}
	return k
}

func (k *judgedKind) glance(data []byte, versions int) Glance {
	g := Glance{Object: true, Needed: k.needs(data, versions), OpenShift: k.openShift, Account: k.account}
	g.Pods = g.Needed && k.pods
	return g
}

// needs reports whether an object of a kind may contain anything relevant. versions is how often it contains "apiVersion", or -1.
func (k *judgedKind) needs(data []byte, versions int) bool {
	// A second apiVersion may belong to a workload inside a custom resource.
	return k.always || k.settings && hasSettings(data) ||
		k.words && (holdsWords(data) || versions != 1 && bytes.Count(data, wordAPIVersion) > 1)
}

// hasSettings reports whether a text may be, or may contain, a ConfigMap that something else uses.
func hasSettings(data []byte) bool {
	// The end of hostingName begins with a byte that is rarer in texts than the first one.
	return maySettle(data) || mayGiveValues(data) || bytes.Contains(data, hostingEnd) && mayAnnounce(data)
}

// isOpenShift reports whether only OpenShift clusters serve an API group.
func isOpenShift(group string) bool { return strings.HasSuffix(group, ".openshift.io") }

// holdsWords reports whether a document contains one of the words that every image and pull secret
// needs.
func holdsWords(data []byte) bool {
	return bytes.Contains(data, []byte("mage")) || bytes.Contains(data, []byte("ullSecret")) || bytes.Contains(data, []byte("MAGE"))
}

// mayHoldValues reports whether chart values may contain an image or an imagelint directive.
func mayHoldValues(data []byte) bool {
	return bytes.Contains(data, []byte("mage")) || bytes.Contains(data, []byte("epository")) || mayEscapeKeys(data)
}

// mayEscapeKeys reports whether a document contains escapes in what may be a key.
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
		// Only keys in double quotes matter: the next quote ends the key, and a colon follows. What
		// is in between belongs to the same string.
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

// quoteFrom returns the offset after the next double quote without a backslash before it, or -1 if
// there is none.
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

// isWorkload reports whether a kind is in apps or batch, whatever group the object sets.
func isWorkload(kind string) bool {
	switch kind {
	case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob":
		return true
	}
	return false
}

// runsPods reports whether a kind is a built-in kind that runs pods.
func runsPods(group, kind string) bool {
	switch group {
	case "apps", "batch", "extensions":
		return isWorkload(kind)
	case "":
		return kind == "Pod" || kind == "PodTemplate" || kind == "ReplicationController"
	}
	return false
}

// baseName returns the last part of a path, whatever system it is from.
func baseName(name string) string {
	from := len(name)
	for from > 0 && name[from-1] != '/' && name[from-1] != '\\' {
		from--
	}
	return name[from:]
}

// isKustomizationFile reports whether kustomize reads files of this name, with or without a kind.
func isKustomizationFile(name string) bool {
	base := baseName(name)
	return base == "kustomization.yaml" || base == "kustomization.yml" || base == "Kustomization"
}

// looksKubernetes reports whether a broken document was meant as a Kubernetes object: some lines
// begin with apiVersion and kind.
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
