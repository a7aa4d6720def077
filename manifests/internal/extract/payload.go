package extract

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// maxSecret is the maximum size in bytes of a Secret's data (MaxSecretSize in
// pkg/apis/core/types.go).
const maxSecret = 1 << 20

// secret reads a Secret.
func (x scope) secret(n *yaml.Node) {
	s := &model.Secret{Object: x.obj, SecretName: x.obj.Name, SecretNamespace: x.obj.Namespace, SourceKind: model.SourceKindSecret, Type: opaque}
	if t := tree.Child(n, "type"); t != nil && tree.Look(t) != "" {
		s.Type, s.TypeSpan = strings.Clone(t.Value), x.span(t)
		if isTemplateText(s.Type) {
			s.Type = ""
		}
	}
	x.duplicate(n, "", "type")
	for key := range s.Annotations {
		switch {
		case strings.HasPrefix(key, replicator+"replicate-from"), key == reflector+"reflects", key == "secretgen.carvel.dev/image-pull-secret":
			s.Placeholder = true
		}
	}
	for _, field := range []string{"data", "stringData"} {
		for k := range tree.Entries(tree.Child(n, field)) {
			s.Keys = append(s.Keys, model.SecretKey{Name: strings.Clone(k.Value), Span: x.span(k)})
		}
	}
	// An object from a cluster without its data was redacted: the cluster would not have accepted
	// it.
	s.ContentUnknown = tree.Child(n, "sops") != nil || len(s.Keys) == 0 && isLive(n)
	if s.SecretName == "" || isTemplateText(s.SecretName) {
		return
	}
	x.payload(s, n)
	if s.Live && s.Payload != nil {
		s.Written = written(tree.Child(n, "metadata"))
	}
	readReplication(s)
	x.found.Secrets = append(x.found.Secrets, s)
}

// isLive reports whether an object was read from a cluster.
func isLive(n *yaml.Node) bool { return tree.LookAt(n, "metadata", "uid") != "" }

// written returns when the content of a live Secret was last written. managedFields show it, but kubectl hides them. Without
// them, it is the time of creation, unless an owner, a label or an annotation shows that something manages the Secret and
// may have renewed it in place.
func written(meta *yaml.Node) time.Time {
	managed := tree.Child(meta, "managedFields")
	if managed == nil || len(tree.Resolve(managed).Content) == 0 {
		for _, key := range []string{"ownerReferences", "labels", "annotations"} {
			if n := tree.Resolve(tree.Child(meta, key)); n != nil && len(n.Content) > 0 {
				return time.Time{}
			}
		}
		return timeOf(tree.LookAt(meta, "creationTimestamp"))
	}
	var last time.Time
	for _, entry := range tree.Resolve(managed).Content {
		fields := tree.Child(entry, "fieldsV1")
		if tree.Child(fields, "f:data") == nil && tree.Child(fields, "f:stringData") == nil {
			continue
		}
		at := timeOf(tree.LookAt(entry, "time"))
		if at.IsZero() {
			return at
		}
		if at.After(last) {
			last = at
		}
	}
	return last
}

// timeOf reads a time as the API server writes it; zero for anything else.
func timeOf(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// Prefixes of the annotations of the two controllers that copy Secrets.
const (
	reflector  = "reflector.v1.k8s.emberstack.com/"
	replicator = "replicator.v1.mittwald.de/"
)

// readReplication reads the annotations with which controllers copy a Secret to other namespaces.
func readReplication(s *model.Secret) {
	_, anywhere := s.Annotations["kubed.appscode.com/sync"]
	anywhere = anywhere || s.Annotations[replicator+"replicate-to-matching"] != ""
	to := listOf(s.Annotations[replicator+"replicate-to"])
	if reflected := listOf(s.Annotations[reflector+"reflection-auto-namespaces"]); len(reflected) > 0 {
		to = append(to, reflected...)
	} else if s.Annotations[reflector+"reflection-auto-enabled"] == "true" {
		anywhere = true
	}
	if anywhere {
		to = nil
	}
	s.AnyNamespace, s.Namespaces = anywhere || len(to) > 0, to
}

// listOf splits a text at commas.
func listOf(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// payload reads the docker config of a Secret whose type requires one.
func (x scope) payload(s *model.Secret, n *yaml.Node) {
	kind, ok := pullsecret.KindOf(s.Type)
	if s.ContentUnknown || s.Placeholder {
		return
	}
	if !ok {
		s.IgnoredHosts = ignoredHosts(n)
		return
	}
	x.duplicate(tree.Child(n, "data"), "data", kind.DataKey())
	x.duplicate(tree.Child(n, "stringData"), "stringData", kind.DataKey())
	key, val := tree.Get(tree.Child(n, "stringData"), kind.DataKey()) // takes precedence over data
	encoded := key == nil
	if encoded {
		key, val = tree.Get(tree.Child(n, "data"), kind.DataKey())
	}
	if key == nil {
		s.Payload = keyless(s, kind)
		return
	}
	p := &model.Payload{Span: x.span(key)}
	s.Payload = p
	v := tree.Resolve(val)
	if v != nil && (tree.IsTemplateFlow(v) || v.Kind == yaml.ScalarNode && isTemplateText(v.Value)) {
		s.ContentUnknown, s.Payload = true, nil
		if !encoded && v.Kind == yaml.ScalarNode {
			s.Draft = x.draft(kind, key, v)
		}
		return
	}
	fieldType := "stringData of type string"
	if encoded {
		fieldType = "data of type []uint8"
	}
	var data []byte
	if !tree.IsNull(v) {
		if v.Kind != yaml.ScalarNode || tree.ScalarType(v) != "string" {
			p.Err = &model.DataError{
				Reason: fmt.Sprintf("holds a %s, not a string", tree.KindName(v)), Help: "write the JSON as one string", Undecodable: true,
				Text: unreadableSecret + fmt.Sprintf("json: cannot unmarshal %s into Go struct field Secret.%s", model.JSONType(tree.KindName(v)), fieldType),
			}
			return
		}
		data = []byte(v.Value)
	}
	if encoded {
		text := data
		var err error
		if data, err = base64.StdEncoding.DecodeString(string(text)); err != nil {
			if p.Err = badBase64(text, err); isLive(n) {
				s.ContentUnknown, s.Payload = true, nil // redacted before it got here
			}
			return
		}
	}
	if len(data) > maxSecret {
		p.Err = &model.DataError{Reason: "is larger than 1 MiB", Text: "data: Too long: may not be more than 1048576 bytes", Help: "keep only the registries that are needed"}
		return
	}
	if isEncrypted(data) { // a file of a generator, which a tool decrypts before or after it
		s.ContentUnknown, s.Payload = true, nil
		return
	}
	p.Config, p.Err = pullsecret.Parse(kind, data)
	if !encoded && p.Err == nil {
		p.Registries = x.registries(v, &p.Config)
		p.Auths = x.auths(p)
	}
}

// isEncrypted reports whether data is the output of a tool that keeps encrypted files in repositories: SOPS, git-crypt, Ansible Vault, age or PGP.
func isEncrypted(data []byte) bool {
	if bytes.Contains(data, []byte("ENC[AES256_GCM,data:")) {
		return true
	}
	for _, head := range []string{"\x00GITCRYPT\x00", "$ANSIBLE_VAULT;", "age-encryption.org/", "-----BEGIN AGE ENCRYPTED FILE-----", "-----BEGIN PGP MESSAGE-----"} {
		if bytes.HasPrefix(data, []byte(head)) {
			return true
		}
	}
	return false
}

// maxIgnored limits how many hosts of a docker config that the kubelet ignores are kept.
const maxIgnored = 100

// ignoredHosts returns the hosts in the docker config of a Secret whose type is not for one, or nil if they are not all known.
func ignoredHosts(n *yaml.Node) []string {
	for _, kind := range []pullsecret.Kind{pullsecret.DockerConfigJSON, pullsecret.DockerCfg} {
		text := tree.LookAt(n, "stringData", kind.DataKey())
		data := []byte(text)
		if text == "" {
			var err error
			if text = tree.LookAt(n, "data", kind.DataKey()); text == "" {
				continue
			}
			if data, err = base64.StdEncoding.DecodeString(text); err != nil {
				return nil
			}
		}
		if len(data) > maxSecret {
			return nil
		}
		config, err := pullsecret.Parse(kind, data)
		if err != nil || len(config.Keys()) > maxIgnored {
			return nil
		}
		var hosts []string
		for _, k := range config.Keys() {
			if !k.Usable {
				return nil
			}
			hosts = append(hosts, strings.Clone(k.Host))
		}
		return hosts
	}
	return nil
}

// maxRegistries limits how many keys of a docker config are looked up in its text. Each lookup
// searches all of it.
const maxRegistries = 32

// registries finds the positions of a docker config's keys in a string.
func (x scope) registries(n *yaml.Node, c *pullsecret.Config) map[string]source.Span {
	keys := c.Keys()
	if len(keys) > maxRegistries {
		return nil
	}
	start := tree.Offset(x.text, n)
	within := x.text.Data[start:x.scalarEnd(n, start)]
	out := map[string]source.Span{}
	for _, k := range keys {
		if strings.Contains(k.Written, "*") {
			continue // a password may be omitted from it
		}
		for _, quote := range []string{`"`, `\"`} {
			text := []byte(quote + k.Written + quote)
			if at := bytes.Index(within, text); at >= 0 && at == bytes.LastIndex(within, text) {
				from := start + at + len(quote)
				out[k.Written] = x.redacted(x.text.Span(from, from+len(k.Written))).WithExact(true)
			}
		}
	}
	return out
}

// maxEntry limits the text of an entry that is searched for a field, in bytes.
const maxEntry = 4 << 10

// auths finds the positions of the names of the fields auth that contradict the other fields of their entries.
func (x scope) auths(p *model.Payload) map[string]source.Span {
	var out map[string]source.Span
	for _, k := range p.Config.Keys() {
		key, ok := p.Registries[k.Written]
		if k.Contradiction == "" || !ok {
			continue
		}
		start := key.End().Offset - x.text.Base.Offset
		entry := x.text.Data[start:min(start+maxEntry, len(x.text.Data))]
		if end := bytes.IndexByte(entry, '}'); end >= 0 {
			entry = entry[:end] // or less, if there is a brace in a password
		}
		for _, quote := range []string{`"`, `\"`} {
			const name = "auth"
			at := bytes.Index(entry, []byte(quote+name+quote))
			if at < 0 {
				continue
			}
			if out == nil {
				out = map[string]source.Span{}
			}
			from := start + at + len(quote)
			out[k.Written] = x.redacted(x.text.Span(from, from+len(name))).WithExact(true)
			break
		}
	}
	return out
}

// scalarEnd returns an offset at or after the end of a scalar that begins at start, within its object. Searching the
// whole file for each Secret would take quadratic time.
func (x scope) scalarEnd(n *yaml.Node, start int) int {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return min(tree.QuoteEnd(x.text.Data, start)+1, len(x.text.Data))
	}
	line := x.text.LineAt(start)
	head := x.text.Data[x.text.LineStart(line):x.text.LineEnd(line)]
	indent := len(head) - len(bytes.TrimLeft(head, " "))
	for line++; line <= x.text.Lines(); line++ {
		text := x.text.Data[x.text.LineStart(line):x.text.LineEnd(line)]
		if rest := bytes.TrimLeft(text, " "); len(rest) > 0 && len(text)-len(rest) <= indent {
			break
		}
	}
	return x.text.LineEnd(line - 1)
}

// keyless returns the payload of a Secret without the key that its type requires.
func keyless(s *model.Secret, kind pullsecret.Kind) *model.Payload {
	want := kind.DataKey()
	e := &model.DataError{
		Reason: fmt.Sprintf("has no key %q", want), Text: fmt.Sprintf("data[%s]: Required value", want),
		Help: fmt.Sprintf("put the docker config under the key %q", want),
	}
	p := &model.Payload{Err: e, Span: s.Span}
	for i, k := range s.Keys {
		if i == 0 {
			p.Span = k.Span
		}
		for _, other := range []pullsecret.Kind{pullsecret.DockerConfigJSON, pullsecret.DockerCfg} {
			if k.Name == other.DataKey() {
				p.Span, e.Help = k.Span, fmt.Sprintf("write type: %s, which uses the key %q", other.Type(), k.Name)
				return p
			}
		}
	}
	if len(s.Keys) == 1 {
		e.WantKey, e.Help = want, fmt.Sprintf("rename the key to %q", want)
	}
	return p
}

// unreadableSecret is the beginning of the API server's message about a Secret that it cannot
// decode.
const unreadableSecret = `Secret in version "v1" cannot be handled as a Secret: `

// badBase64 returns the API server's message about invalid base64, with a probable cause.
func badBase64(text []byte, err error) *model.DataError {
	e := &model.DataError{Reason: "is not base64", Help: "encode the JSON with base64, or put it under stringData as it is", Undecodable: true}
	e.Text = unreadableSecret + "illegal base64 data"
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) {
		e.Text += fmt.Sprintf(" at input byte %d", int64(corrupt))
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		e.Reason, e.Help = "is JSON, but data must be base64", "put it under stringData instead of data, or encode it with base64"
	}
	return e
}
