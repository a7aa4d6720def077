// Package pullsecret reads the docker configuration in an image pull Secret, and
// determines which of its credentials the kubelet tries for an image, in which order. It
// knows no manifests, opens no connections and reads no clock.
//
// Payloads are read as the cluster reads them: first by the API server, which requires a
// JSON object (or null) and checks nothing else (ValidateSecret in
// pkg/apis/core/validation), then by the kubelet (pkg/credentialprovider), which fails
// all pulls of the pod because of a single bad entry. The behavior is that of Kubernetes
// 1.37; 1.29 and later differ only in the reason that kubectl shows.
//
// Secret values are never in a field: they are held behind functions, so that no format
// verb and no encoder can print them.
package pullsecret

// Kind is the layout that a Secret's type requires. The zero Kind is none.
type Kind int

// The two kinds of Secret that the kubelet takes credentials from.
const (
	// DockerConfigJSON is {"auths": {REGISTRY: ENTRY}}, the layout of ~/.docker/config.json.
	DockerConfigJSON Kind = iota + 1
	// DockerCfg is {REGISTRY: ENTRY}, the older layout of ~/.dockercfg.
	DockerCfg
)

// KindOf returns the Kind for the type of a Secret. It returns false for all other types,
// which the kubelet silently skips, whatever they contain.
func KindOf(secretType string) (Kind, bool) {
	for _, k := range []Kind{DockerConfigJSON, DockerCfg} {
		if k.Type() == secretType {
			return k, true
		}
	}
	return 0, false
}

// DataKey returns the key of the Secret's data that contains the payload.
func (k Kind) DataKey() string {
	switch k {
	case DockerConfigJSON:
		return ".dockerconfigjson"
	case DockerCfg:
		return ".dockercfg"
	}
	return ""
}

// Type returns the type of Secrets of this kind.
func (k Kind) Type() string {
	switch k {
	case DockerConfigJSON:
		return "kubernetes.io/dockerconfigjson"
	case DockerCfg:
		return "kubernetes.io/dockercfg"
	}
	return ""
}

// String returns the name of the constant.
func (k Kind) String() string {
	switch k {
	case DockerConfigJSON:
		return "DockerConfigJSON"
	case DockerCfg:
		return "DockerCfg"
	}
	return "no kind"
}
