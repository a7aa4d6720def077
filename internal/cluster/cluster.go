// Package cluster explains image pull failures that a cluster reported. It holds one table of messages from the kubelet, container runtimes and
// registries, each with its source, and reads the forms in which they come: statuses and events, kubectl output, and log lines. It does not
// contact a cluster or check manifests.
package cluster

// Confidence is how sure the cause of a message is.
type Confidence string

// Values of Confidence.
const (
	Certain  Confidence = "certain"  // the message has no other cause
	Likely   Confidence = "likely"   // usually the cause
	Possible Confidence = "possible" // one of several causes that the message does not distinguish
	Unknown  Confidence = "unknown"  // there is no message, or it is not in the table
)

// Who is the person or team who can fix a cause.
type Who string

// Values of Who.
const (
	Author      Who = "author"      // of the manifests
	Publisher   Who = "publisher"   // owner of the image
	Credentials Who = "credentials" // issues and renews what pull secrets hold
	Platform    Who = "platform"    // operates the nodes or the registry
	Network     Who = "network"     // operates DNS, proxies and firewalls
)

// Kind groups causes that have similar fixes.
type Kind string

// Values of Kind.
const (
	KindName      Kind = "name"       // the reference
	KindNotFound  Kind = "not-found"  // no such image
	KindAccess    Kind = "access"     // credentials
	KindSecret    Kind = "secret"     // the pull secret itself
	KindLimit     Kind = "limit"      // too many requests
	KindRegistry  Kind = "registry"   // the registry fails
	KindPolicy    Kind = "policy"     // a rule of the registry or of the cluster
	KindTLS       Kind = "tls"        // certificates and HTTP
	KindDNS       Kind = "dns"        // the registry's name
	KindConnect   Kind = "connection" // no connection to the registry
	KindSlow      Kind = "timeout"    // the pull takes too long
	KindImage     Kind = "image"      // the content of the image
	KindPlatform  Kind = "platform"   // operating system and architecture
	KindNode      Kind = "node"       // the node's disk or its runtime
	KindSandbox   Kind = "sandbox"    // the image of the sandbox
	KindVolume    Kind = "volume"     // an image volume
	KindNeverPull Kind = "never-pull" // the pull policy Never
	KindCreate    Kind = "create"     // no pod or container was created, although no pull failed
	KindBackOff   Kind = "back-off"   // the message is missing
	KindUnknown   Kind = "unknown"    // the message is not in the table
)

// Message is one entry of the table: a message and its cause.
type Message struct {
	// ID names the entry.
	ID   string
	Kind Kind
	// Cause is a statement in the present tense.
	Cause      string
	Confidence Confidence
	Who        Who
	// All, Any and Not hold lower-case substrings: a message matches if it contains all of All, at least one of Any, and none of Not.
	All, Any, Not []string
	// Hosts are the domains of the registries whose own answer the message is, or nil. From another host it does not match: that one passes on the answer of a
	// registry that it caches, or only has its name in a path.
	Hosts []string
	// Reasons are statuses and event reasons that match on their own, whatever the message.
	Reasons []string
	// Do says what to do. Check is a command that verifies the cause; see Fill.
	Do, Check string
	// Tried and Bare replace Do for a pod that has credentials for the image, according to the manifests, or certainly none. They are "" where Do holds for
	// it, too. In Tried, {user} stands for the user of these credentials.
	Tried, Bare string
	// Mistaken is the cause that users often suspect instead.
	Mistaken string
	// Source is where the message comes from. Versions are the versions that use this wording; "" means all supported ones.
	Source, Versions string
	// Pulled is true if the message means that the node has the image: what failed is not a pull.
	Pulled bool
	// Relayed is true if the message is the answer of a registry that the asked one caches. It is about the credentials of the cache, not about those of the
	// pod, which are not passed on.
	Relayed bool
	// Storage is true if the message must be about storage that a registry redirects layers to.
	Storage bool
	// Wraps is true if the message includes another message that has the actual cause.
	Wraps bool
}

// Messages returns all entries, in matching order.
func Messages() []Message {
	var all []Message
	for _, part := range tables {
		all = append(all, part...)
	}
	return append(all, statuses...)
}

// tables are the parts of the table in matching order: messages that are about volumes or wrap others first, vague ones last.
var tables = [][]Message{volumes, wrapping, nodes, creates, names, storage, images, secrets, registries, limits, access, tls, network, kubelet, general, created}
