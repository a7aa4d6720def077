package probe

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/imagelint-dev/imagelint/lint"
)

func TestReachOf(t *testing.T) {
	t.Parallel()
	for want, addresses := range map[reach][]string{
		public: {"203.0.113.1", "8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "172.32.0.1", "100.128.0.1", "192.0.1.1"},
		private: {
			"10.0.0.5", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "100.64.0.1", "198.18.0.1", "224.0.0.1",
			"240.0.0.1", "255.255.255.255", "::1", "::", "fd00::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:10.0.0.5", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
			"64:ff9b::a00:5", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:5::1", "::10.0.0.5", "::ffff:0:10.0.0.5", "2001::1", "fd00::1%eth0",
		},
		never: {
			"169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%lo", "febf::1", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16",
			"::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::169.254.169.254",
		},
	} {
		for _, a := range addresses {
			if got := reachOf(netip.MustParseAddr(a)); got != want {
				t.Errorf("%s: %d, want %d", a, got, want)
			}
		}
	}
}

// TestLedInside has registries send clients to private addresses, by redirects and token services. A public
// registry may not do that. A registry in the private network may, unless a public host was involved.
func TestLedInside(t *testing.T) {
	t.Parallel()
	serves := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { found(w, ociIndex) })
	token := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serveToken(w, r, "") })
	to := func(url string) http.Handler { return http.RedirectHandler(url, http.StatusTemporaryRedirect) }
	realm := func(url string) http.Handler {
		return bearer(url, "", func(w http.ResponseWriter, _ *http.Request, _ string) { found(w, ociIndex) })
	}
	const reg, inside = "reg.example.com", "inside.example.net"
	tests := []struct {
		name       string
		hosts      map[string]http.Handler
		at         map[string]string
		redirected bool // the host in the private network is contacted
		want       lint.Outcome
	}{
		{"redirect", map[string]http.Handler{reg: to("https://" + inside + "/x"), inside: serves}, map[string]string{reg: "203.0.113.1", inside: "10.0.0.5"}, false, lint.Inconclusive},
		{"redirect to this machine", map[string]http.Handler{reg: to("https://" + inside + "/x"), inside: serves}, map[string]string{reg: "203.0.113.1", inside: "::1"}, false, lint.Inconclusive},
		{"redirect to a carrier's network", map[string]http.Handler{reg: to("https://" + inside + "/x"), inside: serves}, map[string]string{reg: "203.0.113.1", inside: "100.64.0.1"}, false, lint.Inconclusive},
		{"redirect to a unique local address", map[string]http.Handler{reg: to("https://" + inside + "/x"), inside: serves}, map[string]string{reg: "2606:4700::1", inside: "fd00::1"}, false, lint.Inconclusive},
		{"redirect to a mapped address", map[string]http.Handler{reg: to("https://" + inside + "/x"), inside: serves}, map[string]string{reg: "203.0.113.1", inside: "::ffff:10.0.0.5"}, false, lint.Inconclusive},
		{"redirect to a translated address", map[string]http.Handler{reg: to("https://" + inside + "/x"), inside: serves}, map[string]string{reg: "203.0.113.1", inside: "64:ff9b::a00:5"}, false, lint.Inconclusive},
		{"redirect to a public address", map[string]http.Handler{reg: to("https://" + inside + "/x"), inside: serves}, map[string]string{reg: "203.0.113.1", inside: "203.0.113.2"}, true, lint.Exists},
		{"redirect in the private network", map[string]http.Handler{reg: to("https://" + inside + "/x"), inside: serves}, map[string]string{reg: "10.0.0.4", inside: "10.0.0.5"}, true, lint.Exists},
		{
			"redirect out and back in",
			map[string]http.Handler{reg: to("https://out.example.org/x"), "out.example.org": to("https://" + inside + "/x"), inside: serves},
			map[string]string{reg: "10.0.0.4", "out.example.org": "203.0.113.1", inside: "10.0.0.5"},
			false, lint.Inconclusive,
		},
		{"redirect to where metadata is", map[string]http.Handler{reg: to("https://" + inside + "/x"), inside: serves}, map[string]string{reg: "10.0.0.4", inside: "169.254.169.254"}, false, lint.Inconclusive},
		{"realm", map[string]http.Handler{reg: realm("https://" + inside + "/token"), inside: token}, map[string]string{reg: "203.0.113.1", inside: "10.0.0.5"}, false, lint.Inconclusive},
		{"realm in the private network", map[string]http.Handler{reg: realm("https://" + inside + "/token"), inside: token}, map[string]string{reg: "10.0.0.4", inside: "10.0.0.5"}, true, lint.Exists},
		{
			"realm that redirects",
			map[string]http.Handler{reg: realm("https://out.example.org/token"), "out.example.org": to("https://" + inside + "/token"), inside: token},
			map[string]string{reg: "203.0.113.1", "out.example.org": "203.0.113.2", inside: "10.0.0.5"},
			false, lint.Inconclusive,
		},
		{
			"realm of where a redirect led",
			map[string]http.Handler{reg: to("https://out.example.org/x"), "out.example.org": realm("https://" + inside + "/token"), inside: token},
			map[string]string{reg: "10.0.0.4", "out.example.org": "203.0.113.2", inside: "10.0.0.5"},
			false, lint.Denied,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.hosts)
			w.at = test.at
			f := w.ask(t, w.options(), question(t, reg+"/a/b:1"))[0]
			requests := strings.Join(w.requests(), "\n")
			if redirected := strings.Contains(requests, "https://"+inside+"/"); f.Pod.Outcome != test.want || redirected != test.redirected {
				t.Errorf("%v, want %v; asked inside: %v\n%s", f.Pod, test.want, redirected, requests)
			}
		})
	}
}

// TestRebinding: a redirect's host name resolves to a public address at first, and to a private one
// when its own token service is asked.
func TestRebinding(t *testing.T) {
	t.Parallel()
	const out = "out.example.org"
	w := newWorld(t, map[string]http.Handler{
		"reg.example.com": http.RedirectHandler("https://"+out+"/x", http.StatusTemporaryRedirect),
		out: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "close")
			challengeWith(w, "https://"+out+"/token", "")
		}),
	})
	w.at = map[string]string{"reg.example.com": "10.0.0.4", out: "203.0.113.2 then 10.0.0.5"}
	f := w.ask(t, w.options(), question(t, "reg.example.com/a/b:1"))[0]
	if requests := strings.Join(w.requests(), "\n"); f.Pod.Outcome != lint.Denied || strings.Contains(requests, "/token") || w.at[out] != "10.0.0.5" {
		t.Errorf("%+v\n%s", f.Pod, requests)
	}
}

// TestLedToKnownHost: a private host in a manifest does not give a public registry access to it, even if a
// connection is open.
func TestLedToKnownHost(t *testing.T) {
	t.Parallel()
	const inside = "inside.example.net"
	w := newWorld(t, map[string]http.Handler{
		"reg.example.com": http.RedirectHandler("https://"+inside+"/led", http.StatusTemporaryRedirect),
		inside:            http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { found(w, ociIndex) }),
	})
	w.at = map[string]string{"reg.example.com": "203.0.113.1", inside: "10.0.0.5"}
	p := w.prober(t, w.options())
	defer p.wire.close()
	for image, want := range map[string]lint.Outcome{inside + "/a/b:1": lint.Exists, "reg.example.com/a/b:1": lint.Inconclusive} {
		if f := p.ask(t.Context(), question(t, image)); f.Pod.Outcome != want {
			t.Errorf("%s: %+v, want %v", image, f.Pod, want)
		}
	}
	if f := p.ask(t.Context(), question(t, "reg.example.com/a/c:1")); f.Pod.Outcome != lint.Inconclusive {
		t.Errorf("with a connection inside: %+v", f.Pod)
	}
	if requests := strings.Join(w.requests(), "\n"); strings.Contains(requests, "/led") {
		t.Errorf("asked inside:\n%s", requests)
	}
}

// TestNeverAsked: registries in manifests may be in the private network, but not at metadata addresses,
// whether by name or through a proxy.
func TestNeverAsked(t *testing.T) {
	t.Parallel()
	serves := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { found(w, ociIndex) })
	hosts := map[string]http.Handler{"169.254.169.254": serves, "[fd00:ec2::254]": serves, "metadata.example.net": serves, "inhouse.example.net": serves}
	for image, want := range map[string]lint.Outcome{
		"169.254.169.254/latest/app:1": lint.Inconclusive, "[fd00:ec2::254]/latest/app:1": lint.Inconclusive, "metadata.example.net/a/b:1": lint.Inconclusive,
		"inhouse.example.net/a/b:1": lint.Exists,
	} {
		for _, proxy := range []string{"", "http://proxy.example:3128"} {
			if proxy != "" && want == lint.Exists {
				continue
			}
			w := newWorld(t, hosts)
			w.at = map[string]string{"metadata.example.net": "169.254.169.254", "inhouse.example.net": "192.168.0.7"}
			o := w.options()
			o.Insecure = []string{"169.254.169.254"}
			o.Getenv = func(name string) string {
				return map[string]string{"HTTPS_PROXY": proxy, "NO_PROXY": "metadata.example.net"}[name]
			}
			if f := w.ask(t, o, question(t, image))[0]; f.Pod.Outcome != want || len(w.requests()) > 0 != (want == lint.Exists) {
				t.Errorf("%s: %+v, want %v\n%v", image, f.Pod, want, w.requests())
			}
		}
	}
}

// TestDialer opens real connections to names resolved by our own server. The address that was checked is the
// one connected to.
func TestDialer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	accepted := make(chan struct{}, 10)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- struct{}{}
			_ = conn.Close()
		}
	}()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "inside.example.net"} {
		for limit, want := range map[reach]error{public: errPrivate, private: nil, never: nil} {
			d := netDialer(limit)
			d.Resolver = resolver(t, netip.MustParseAddr("127.0.0.1"))
			conn, err := d.DialContext(t.Context(), "tcp", net.JoinHostPort(host, port))
			if !errors.Is(err, want) {
				t.Errorf("%s with %d: %v, want %v", host, limit, err, want)
			}
			if conn != nil {
				_ = conn.Close()
				<-accepted
			}
		}
	}
	for _, address := range []string{"169.254.169.254:80", "[fe80::1%1]:80", "[fd00:ec2::254]:80", "[::ffff:169.254.169.254]:80", "nowhere"} {
		if err := judge(address, public); err == nil {
			t.Errorf("a connection to %s was opened", address)
		}
		if err := judge(address, private); (err == nil) != (address == "nowhere") {
			t.Errorf("%s: %v", address, err)
		}
	}
	d := netDialer(private)
	d.Resolver = resolver(t, netip.MustParseAddr("169.254.169.254"))
	if conn, err := d.DialContext(t.Context(), "tcp", "metadata.example.net:80"); !errors.Is(err, errNever) {
		t.Errorf("%v, %v", conn, err)
	}
	select {
	case <-accepted:
		t.Error("a connection was opened before it was refused")
	case <-time.After(50 * time.Millisecond):
	}
}

// resolver is a name server on the loopback that answers every query with one address.
func resolver(t *testing.T, a netip.Addr) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: a.As4()}}}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = server.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}
