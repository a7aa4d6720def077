package extract

import (
	"bytes"
	"path"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// A cluster on the developer's machine may be set up so that "localhost:5001" is a registry for its nodes, too. Objects that show this are the
// configurations of kind, k3d and ctlptl, and the ConfigMap of KEP-1755, by which such a cluster announces its registry.
const (
	hostingName = "local-registry-hosting"
	hostingKey  = "localRegistryHosting.v1"
)

// configuresNodes reports whether a kind is the configuration of a local cluster.
func configuresNodes(group, kind string) bool {
	switch group {
	case "kind.x-k8s.io", "ctlptl.dev":
		return kind == "Cluster"
	case "k3d.io":
		return kind == "Simple"
	}
	return false
}

// mayAnnounce reports whether a ConfigMap may announce a local registry.
func mayAnnounce(data []byte) bool { return bytes.Contains(data, []byte(hostingName)) }

// announced records the registry that a ConfigMap announces.
func (x scope) announced(n *yaml.Node) {
	if x.obj.Name != hostingName {
		return
	}
	for line := range strings.Lines(tree.TextAt(n, "data", hostingKey)) {
		if host, ok := strings.CutPrefix(strings.TrimSpace(line), "host:"); ok {
			x.nodeRegistry(strings.Trim(strings.TrimSpace(host), `"'`))
		}
	}
}

// nodeRegistries records the registries that the configuration of a local cluster sets up.
func (x scope) nodeRegistries(n *yaml.Node) {
	switch x.obj.Group() {
	case "ctlptl.dev":
		if tree.LookAt(n, "registry") != "" {
			x.nodeRegistry("")
		}
	case "k3d.io":
		registries := tree.Child(n, "registries")
		x.hostsIn(tree.TextAt(registries, "config"))
		if tree.Child(registries, "create") != nil || len(sequence(tree.Child(registries, "use"))) > 0 {
			x.nodeRegistry("")
		}
	default:
		for _, patch := range sequence(tree.Child(n, "containerdConfigPatches")) {
			text := tree.TextAt(tree.Resolve(patch))
			x.hostsIn(text)
			if strings.Contains(text, "config_path") { // a folder with a file for each registry, which a script writes
				x.nodeRegistry("")
			}
		}
		for _, node := range sequence(tree.Child(n, "nodes")) {
			for _, mount := range sequence(tree.Child(tree.Resolve(node), "extraMounts")) {
				const certs = "/etc/containerd/certs.d"
				if host, ok := strings.CutPrefix(path.Clean(tree.StrAt(tree.Resolve(mount), "containerPath")), certs); ok {
					x.nodeRegistry(strings.TrimPrefix(host, "/"))
				}
			}
		}
	}
}

// hostsIn records the local hosts with a port that a text contains.
func (x scope) hostsIn(text string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\"'[] \t\r\n=/,", r) }) {
		if host, port, ok := strings.Cut(word, ":"); ok && port != "" && (host == "localhost" || host == "127.0.0.1") {
			x.nodeRegistry(word)
		}
	}
}

func (x scope) nodeRegistry(host string) {
	x.found.NodeRegistries = append(x.found.NodeRegistries, &model.NodeRegistry{Object: x.obj, Host: strings.Clone(host)})
}
