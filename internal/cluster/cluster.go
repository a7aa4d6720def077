// Package cluster reads what a cluster said of images that it could not pull, and tells the causes. It knows the messages of the kubelet,
// of the container runtimes and of registries, as one table with a source for each, and the forms in which people have them: statuses and events,
// the text of kubectl, lines of logs. It asks no cluster, and judges no manifest.
package cluster

// Sureness says how much a message tells.
type Sureness string

// The degrees of sureness.
const (
	Certain  Sureness = "certain"  // the message has no other cause
	Likely   Sureness = "likely"   // it mostly has this cause
	Possible Sureness = "possible" // it has several causes, which it does not tell apart
	Unsure   Sureness = "unknown"  // the message is not in the table, or not here
)

// Who names who can mend a cause.
type Who string

// Those who can mend a cause.
const (
	Author    Who = "author"    // of the manifests
	Publisher Who = "publisher" // of the image
	Platform  Who = "platform"  // who runs the nodes, or the registry
	Network   Who = "network"   // who runs DNS, proxies and firewalls
)

// Kind groups the causes that are mended alike.
type Kind string

// The kinds of causes.
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
	KindConnect   Kind = "connection" // the way to the registry
	KindSlow      Kind = "timeout"    // the pull takes too long
	KindImage     Kind = "image"      // what the image is made of
	KindPlatform  Kind = "platform"   // operating system and processor
	KindNode      Kind = "node"       // the node's disk or its runtime
	KindSandbox   Kind = "sandbox"    // the image of the sandbox
	KindVolume    Kind = "volume"     // an image volume
	KindNeverPull Kind = "never-pull" // the pull policy Never
	KindCreate    Kind = "create"     // there is no pod, or no container, yet no pull has failed
	KindBackOff   Kind = "back-off"   // the message is not there
	KindUnknown   Kind = "unknown"    // the message is not in the table
)

// Message is one entry of the table: a message that a cluster shows, and its cause.
type Message struct {
	// ID names the entry.
	ID   string
	Kind Kind
	// Cause is a fact in the present tense.
	Cause string
	Sure  Sureness
	Who   Who
	// All are pieces of the message, in lower case, that must all be in it; of Any there must be one, and of Not none.
	All, Any, Not []string
	// Reasons are statuses and events that say it, whatever the message is.
	Reasons []string
	// Do says what to do, and Check is a command that shows whether it is so; see Fill.
	Do, Check string
	// Mistaken is what the message is often taken for.
	Mistaken string
	// Source is where the message comes from, and Versions which ones say it so; "" for all that are supported.
	Source, Versions string
	// Wraps says that the message holds another one, which tells why.
	Wraps bool
}

// Messages is the table.
func Messages() []Message {
	var all []Message
	for _, part := range tables {
		all = append(all, part...)
	}
	return all
}

// tables are the parts of the table in the order in which they are asked: what wraps another message first, and what says little last.
var tables = [][]Message{wrapping, nodes, creates, names, images, secrets, registries, limits, access, tls, network, kubelet, general}
