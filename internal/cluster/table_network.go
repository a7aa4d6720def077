package cluster

// tls are messages about certificates, and about HTTP instead of HTTPS.
var tls = []Message{
	{
		ID: "plain-http", Kind: KindTLS, Cause: "the registry uses plain HTTP, but the runtime expects HTTPS", Confidence: Certain, Who: Platform, Any: []string{"server gave http response to https client"},
		Do: "give the registry a certificate, or allow plain HTTP for it on every node (hosts.toml, registries.conf)", Check: "curl -sI http://{host}/v2/    # on the node", Mistaken: "a wrong certificate", Source: "Go net/http",
	},
	{
		ID: "not-tls", Kind: KindTLS, Cause: "what answers at the registry's port does not speak TLS", Confidence: Certain, Who: Platform, Any: []string{"first record does not look like a tls handshake"},
		Do: "check the port, and whether a proxy is in between", Check: checkTLS, Mistaken: "a wrong certificate", Source: "Go crypto/tls",
	},
	{
		ID: "certificate-expired", Kind: KindTLS, Cause: "the registry's certificate has expired, or the node's clock is wrong", Confidence: Certain, Who: Platform, Any: []string{"certificate has expired or is not yet valid"},
		Do: "renew the certificate; check the node's clock", Check: checkTLS, Mistaken: "an unknown authority", Source: "Go crypto/x509",
	},
	{
		ID: "certificate-name", Kind: KindTLS, Cause: "the registry's certificate is for another name", Confidence: Certain, Who: Platform,
		Any: []string{"x509: certificate is valid for", "is not valid for any names", "doesn't contain any ip sans", "relies on legacy common name field"},
		Do:  "use the name that is in the certificate, or add this name to it (as a SAN)", Check: checkTLS, Mistaken: "an unknown authority; a login page or a proxy gives the same", Source: "Go crypto/x509",
	},
	{
		ID: "certificate-unknown", Kind: KindTLS, Cause: "the node does not trust who signed the registry's certificate", Confidence: Certain, Who: Platform, Any: []string{"certificate signed by unknown authority", "certificate is not trusted", "self-signed certificate", "self signed certificate"},
		Do: "install the authority's certificate for the runtime on every node, and restart it; a proxy that looks into TLS has one of its own", Check: checkTLS, Mistaken: "wrong credentials: none were sent", Source: "Go crypto/x509",
	},
	{
		ID: "client-certificate", Kind: KindTLS, Cause: "the registry requires a client certificate, and does not accept the node's", Confidence: Likely, Who: Platform, Any: []string{"remote error: tls: bad certificate", "tls: certificate required", "remote error: tls: unknown certificate"},
		Do: "install the client certificate for the registry on the node", Check: "ls /etc/containerd/certs.d/{host}    # on the node", Mistaken: "a certificate of the registry that is not trusted", Source: "Go crypto/tls",
	},
	{
		ID: "tls-version", Kind: KindTLS, Cause: "node and registry have no TLS version or cipher in common", Confidence: Likely, Who: Platform, Any: []string{"tls: handshake failure", "tls: protocol version not supported", "protocol version not supported", "tls: unrecognized name", "tls: internal error"},
		Do: "let the registry, or the proxy before it, speak TLS 1.2 or later", Check: checkTLS, Mistaken: "a network that is down", Source: "Go crypto/tls",
	},
	{
		ID: "certificate", Kind: KindTLS, Cause: "the node does not accept the registry's certificate", Confidence: Certain, Who: Platform, Any: []string{"x509", "failed to verify certificate"},
		Do: "look at the certificate", Check: checkTLS, Mistaken: "wrong credentials", Source: "Go crypto/x509",
	},
	{
		ID: "tls-timeout", Kind: KindConnect, Cause: "the registry, or a firewall before it, does not answer the TLS handshake", Confidence: Likely, Who: Network, Any: []string{"tls handshake timeout"},
		Do: "look for a proxy, a firewall or a too large MTU on the way; an overloaded node does the same", Check: checkReach, Mistaken: "a wrong certificate", Source: "Go net/http",
	},
}

// network are messages about the connection to the registry.
var network = []Message{
	{
		ID: "proxy", Kind: KindConnect, Cause: "the node cannot reach its proxy", Confidence: Certain, Who: Network, Any: []string{"proxyconnect tcp", "socks connect tcp"},
		Do: "correct HTTPS_PROXY and NO_PROXY of the runtime's service on the node", Check: "systemctl show containerd --property=Environment    # on the node", Mistaken: "a registry that is down", Source: "Go net/http",
	},
	{
		ID: "dns-not-found", Kind: KindDNS, Cause: "the registry's name does not exist for the node's DNS", Confidence: Certain, Who: Network, Any: []string{"no such host"},
		Do: "correct the name; nodes cannot resolve the name of a Service; otherwise fix the node's DNS", Check: checkDNS, Mistaken: "missing credentials: the registry was not reached", Source: "Go net",
	},
	{
		ID: "dns-refused", Kind: KindDNS, Cause: "the node's name server does not run", Confidence: Certain, Who: Network, All: []string{"lookup ", "read: connection refused"},
		Do: "fix the node's DNS", Check: checkDNS, Mistaken: "a registry that refuses connections", Source: "Go net",
	},
	{
		ID: "dns-timeout", Kind: KindDNS, Cause: "the node's name server does not answer", Confidence: Certain, Who: Network, All: []string{"lookup ", "i/o timeout"},
		Do: "fix the node's DNS, or the route to it", Check: checkDNS, Mistaken: "a registry that does not answer", Source: "Go net",
	},
	{
		ID: "dns-misbehaving", Kind: KindDNS, Cause: "the node's name server fails", Confidence: Certain, Who: Network, Any: []string{"server misbehaving", "temporary failure in name resolution", "no answer from dns server"},
		Do: "fix the node's DNS; the name itself may be right", Check: checkDNS, Mistaken: "a mistyped registry", Source: "Go net",
	},
	{
		ID: "localhost", Kind: KindConnect, Cause: "localhost is the node itself, and no registry runs there", Confidence: Certain, Who: Author,
		All: []string{"connection refused"}, Any: []string{"dial tcp 127.", "dial tcp [::1]", "localhost:"}, Not: []string{":53"},
		Do: "use a name under which nodes reach the registry; for kind, k3d and minikube, set up their local registry or load the image", Check: checkReach, Mistaken: "a registry that is down: on your machine it runs", Source: "Go net",
	},
	{
		ID: "refused", Kind: KindConnect, Cause: "nothing listens at the registry's address and port", Confidence: Certain, Who: Platform, Any: []string{"connection refused", "actively refused it"},
		Do: "start the registry, or correct its port", Check: checkReach, Mistaken: "missing credentials: the registry was not reached", Source: "Linux ECONNREFUSED; CRI-O server/image_pull.go",
	},
	{
		ID: "reset", Kind: KindConnect, Cause: "the connection to the registry was cut on the way", Confidence: Likely, Who: Network, Any: []string{"connection reset by peer", "broken pipe", "forcibly closed by the remote host"},
		Do: "look for a firewall, a proxy or a too large MTU between node and registry", Check: checkReach, Mistaken: "a registry that is down", Source: "Linux ECONNRESET",
	},
	{
		ID: "no-route", Kind: KindConnect, Cause: "the node has no way to the registry's address", Confidence: Certain, Who: Network, Any: []string{"no route to host", "network is unreachable", "host is unreachable", "cannot assign requested address"},
		Do: "look at the node's routes and firewall; an IPv6 address needs a node that has IPv6", Check: "ip route get ADDRESS    # on the node", Mistaken: "a registry that is down", Source: "Linux EHOSTUNREACH, ENETUNREACH",
	},
	{
		ID: "http2", Kind: KindConnect, Cause: "the connection to the registry broke off while the image was downloaded", Confidence: Likely, Who: Network, Any: []string{"stream error: stream id", "http2: ", "server sent goaway"},
		Do: "try again; look for a proxy or a firewall that ends long connections", Check: checkPull, Mistaken: "a damaged image", Source: "Go net/http (HTTP/2)",
	},
	{
		ID: "connect-timeout", Kind: KindConnect, Cause: "the registry's address does not answer", Confidence: Likely, Who: Network,
		Any: []string{"connection timed out", "dial tcp", "did not properly respond after a period of time"}, Not: []string{"lookup "},
		Do: "look for a firewall between the node and the registry, and for a proxy that the runtime must use", Check: checkReach, Mistaken: "missing credentials: the registry was not reached", Source: "Go net; Linux ETIMEDOUT",
	},
	{
		ID: "headers-timeout", Kind: KindConnect, Cause: "the registry was asked and did not answer in time", Confidence: Likely, Who: Network,
		Any: []string{"timeout awaiting response headers", "client.timeout exceeded", "net/http: request canceled", "timeout exceeded while awaiting"},
		Do:  "look for a proxy, a firewall or an overloaded registry", Check: checkReach, Mistaken: "a missing image", Source: "Go net/http",
	},
	{
		ID: "io-timeout", Kind: KindConnect, Cause: "the network between node and registry does not answer", Confidence: Likely, Who: Network, Any: []string{"i/o timeout"},
		Do: "look for a firewall or a proxy on the way", Check: checkReach, Mistaken: "a missing image", Source: "Go net",
	},
	{
		ID: "no-progress", Kind: KindSlow, Cause: "the download made no progress for minutes, so the runtime gave up", Confidence: Likely, Who: Network,
		Any: []string{"because of no progress in", "timed out on waiting up to", "pull progress", "context canceled", "context cancelled", "operation was canceled"},
		Do:  "look at the bandwidth of the node; raise image_pull_progress_timeout (containerd) or pull_progress_timeout (CRI-O), or make the image smaller", Check: checkPull,
		Mistaken: "a pod that was deleted, which cancels the pull, too", Source: "containerd internal/cri/server/images/image_pull.go; CRI-O server/image_pull.go",
	},
	{
		ID: "deadline", Kind: KindSlow, Cause: "the pull took longer than it may", Confidence: Likely, Who: Network, Any: []string{"context deadline exceeded", "deadlineexceeded", "deadline exceeded"},
		Do: "look at the bandwidth of the node and the size of the image; pull it once by hand", Check: checkPull, Mistaken: "a missing image", Source: "Go context; k8s.io/cri-client",
	},
	{
		ID: "eof", Kind: KindConnect, Cause: "the connection ended before the answer was complete", Confidence: Likely, Who: Network, Any: []string{"unexpected eof", ": eof", "short read: expected", "closed network connection"},
		Do: "try again; look for a proxy or a firewall that ends long connections", Check: checkPull, Mistaken: "a damaged image", Source: "Go io; containerd core/content/helpers.go",
	},
}
