package cluster

// storage are messages about the hosts from which a registry lets nodes download layers, such as those of a cloud's object storage. Messages about the node's
// proxy and its name server are not about them.
var storage = []Message{
	{
		ID: "storage-gone", Kind: KindNotFound, Storage: true, Cause: "the registry has the manifest, but the storage that it redirects to lacks a layer", Confidence: Likely, Who: Publisher, Any: []string{": 404 "},
		Do: "push the image again; a garbage collection or a proxy cache has lost a layer", Check: checkPull, Mistaken: "a missing tag", Source: "containerd core/remotes/docker/fetcher.go",
	},
	{
		ID: "storage-denied", Kind: KindPolicy, Storage: true, Cause: "the registry gave the manifest, but the storage that it redirects layers to refuses the node", Confidence: Possible, Who: Network,
		Any: []string{"403 forbidden", "status code 403", "401 unauthorized", ": 403 ", ": 409 "},
		Do:  "let the node download from {host}: in the firewall, at the proxy, and in the rules of a private endpoint; such links end after minutes, so check the node's clock, too", Check: checkStorage,
		Mistaken: "missing credentials: the registry let the node in", Source: "containerd core/remotes/docker/fetcher.go, core/remotes/errors",
	},
	{
		ID: "storage-fails", Kind: KindRegistry, Storage: true, Cause: "the registry gave the manifest, but the storage that it redirects layers to fails", Confidence: Likely, Who: Platform,
		Any: []string{": 500 ", ": 502 ", ": 503 ", ": 504 "},
		Do:  "wait and try again; look at the status page of the registry's cloud, and at a proxy in between", Check: checkStorage, Mistaken: "a registry that is down", Source: "containerd core/remotes/docker/fetcher.go",
	},
	{
		ID: "storage-dns", Kind: KindDNS, Storage: true, Cause: "the registry gave the manifest, but the node's DNS does not know the storage that it redirects layers to", Confidence: Certain, Who: Network, Any: []string{"no such host"}, Not: []string{"proxyconnect tcp", "socks connect tcp"},
		Do: "let the node's DNS resolve {host}: a private zone for the cloud's storage hides its public names", Check: checkDNS, Mistaken: "a mistyped registry: it answered", Source: "Go net",
	},
	{
		ID: "storage-tls", Kind: KindTLS, Storage: true, Cause: "the registry gave the manifest, but the node does not accept the TLS of the storage that it redirects layers to", Confidence: Likely, Who: Network,
		Any: []string{"x509", "failed to verify certificate", "tls: handshake failure", "protocol version not supported", "tls: unrecognized name", "does not look like a tls handshake", "gave http response to https client"}, Not: []string{"proxyconnect tcp"},
		Do: "look who answers for {host}: a proxy that looks into TLS must leave this host out, or its authority be trusted on every node", Check: checkTLS, Mistaken: "the registry's own certificate, which the node accepts", Source: "Go crypto/tls, crypto/x509",
	},
	{
		ID: "storage-unreached", Kind: KindConnect, Storage: true, Cause: "the registry gave the manifest, but the node cannot reach the storage that it redirects layers to", Confidence: Likely, Who: Network,
		Any: []string{
			"dial tcp", "connection timed out", "i/o timeout", "connection refused", "connection reset by peer", "broken pipe", "no route to host", "is unreachable", "tls handshake timeout", "timeout awaiting response headers", "client.timeout exceeded",
			"net/http: request canceled", `": eof`,
		},
		Not: []string{"lookup ", "proxyconnect tcp", "socks connect tcp"},
		Do:  "allow HTTPS from the nodes to {host} in the firewall, or through the runtime's proxy: the registry's own host is not enough", Check: checkStorage,
		Mistaken: "a registry that is down, or missing credentials: the registry answered, and let the node in", Source: "Go net, net/http; containerd core/remotes/docker/fetcher.go",
	},
}
