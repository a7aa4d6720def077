package probe

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// world is a simulated internet: every host name leads to one TLS listener on the loopback interface,
// which plays all hosts.
type world struct {
	t       *testing.T
	server  *httptest.Server
	ca      string // PEM file
	hosts   map[string]http.Handler
	plain   string // address of a listener that speaks plain HTTP, for the hosts in clear
	inClear map[string]bool
	at      map[string]string // the addresses that hosts claim; the loopback by default

	mu  sync.Mutex
	log []string
}

// newWorld starts one. A host without a handler does not exist: dialing it fails as for an unknown name.
func newWorld(tb testing.TB, hosts map[string]http.Handler) *world {
	tb.Helper()
	w := &world{hosts: hosts, inClear: map[string]bool{}}
	w.t, _ = tb.(*testing.T)
	ca, sign := authority(tb)
	w.ca = filepath.Join(tb.TempDir(), "ca.pem")
	if err := os.WriteFile(w.ca, ca, 0o600); err != nil {
		tb.Fatal(err)
	}
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	w.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	w.server.TLS = &tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) { return sign(h.ServerName) }}
	w.server.StartTLS()
	tb.Cleanup(w.server.Close)
	plain := httptest.NewServer(http.HandlerFunc(w.serve))
	tb.Cleanup(plain.Close)
	w.plain = plain.Listener.Addr().String()
	return w
}

func authority(tb testing.TB) (ca []byte, sign func(name string) (*tls.Certificate, error)) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	var mu sync.Mutex
	made := map[string]*tls.Certificate{}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), func(name string) (*tls.Certificate, error) {
		mu.Lock()
		defer mu.Unlock()
		if c := made[name]; c != nil {
			return c, nil
		}
		leaf := &x509.Certificate{
			SerialNumber: big.NewInt(int64(len(made) + 2)), Subject: pkix.Name{CommonName: name}, NotBefore: root.NotBefore, NotAfter: root.NotAfter,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, DNSNames: []string{name}, IPAddresses: []net.IP{net.IPv4(10, 0, 0, 5), net.IPv4(127, 0, 0, 1)},
		}
		der, err := x509.CreateCertificate(rand.Reader, leaf, root, key.Public(), key)
		if err != nil {
			return nil, err
		}
		c := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
		made[name] = c
		return c, nil
	}
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	scheme := "https"
	if r.TLS == nil {
		scheme = "http"
	}
	auth := "-"
	if user, password, ok := r.BasicAuth(); ok {
		auth = "basic " + user + ":" + password
	} else if v := r.Header.Get("Authorization"); v != "" {
		auth = v
	} else if r.Method == http.MethodPost {
		_ = r.ParseForm()
		auth = "form " + r.PostForm.Get("refresh_token")
	}
	w.mu.Lock()
	w.log = append(w.log, fmt.Sprintf("%s %s://%s%s %s", r.Method, scheme, r.Host, r.URL.Path, auth))
	h := w.hosts[r.Host]
	w.mu.Unlock()
	if h == nil {
		http.NotFound(rw, r)
		return
	}
	h.ServeHTTP(rw, r)
}

func (w *world) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host := strings.TrimSuffix(address, ":443")
	host = strings.TrimSuffix(host, ":80")
	w.mu.Lock()
	_, known := w.hosts[host]
	clear, at := w.inClear[host], w.at[host]
	if first, next, ok := strings.Cut(at, " then "); ok {
		at, w.at[host] = first, next
	}
	w.mu.Unlock()
	if !known {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}
	to := w.server.Listener.Addr().String()
	if clear {
		to = w.plain
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, to)
	if err != nil || at == "" {
		return conn, err
	}
	return elsewhere{conn, net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(at), 443))}, nil
}

// elsewhere is a loopback connection that claims another remote address.
type elsewhere struct {
	net.Conn
	at net.Addr
}

func (e elsewhere) RemoteAddr() net.Addr { return e.at }

// options returns options with short pauses before retries. Time limits are generous, for busy
// machines.
func (w *world) options() Options {
	return Options{
		CAFiles: []string{w.ca}, Dial: w.dial, Timeout: 2 * time.Minute,
		pauses: pauses{retry: 5 * time.Millisecond, maxRetryAfter: 2 * time.Second, perImage: time.Minute, header: 30 * time.Second},
	}
}

func (w *world) prober(tb testing.TB, o Options) *Prober {
	tb.Helper()
	p, err := New(o)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// ask asks about images with a new prober.
func (w *world) ask(t *testing.T, o Options, qs ...lint.Question) []lint.ProbeResult {
	t.Helper()
	return w.prober(t, o).Probe(t.Context(), qs)
}

// requests returns the requests that arrived, in order, without the host if all went to one.
func (w *world) requests() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string{}, w.log...)
}

func ref(tb testing.TB, image string) imageref.Ref {
	tb.Helper()
	r, err := imageref.Parse(image)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func question(tb testing.TB, image string, creds ...pullsecret.Credential) lint.Question {
	tb.Helper()
	return lint.Question{Ref: ref(tb, image), Credentials: creds}
}

// credentials returns those of one pull secret for a host.
func credentials(tb testing.TB, secret, host, user, password string) []pullsecret.Credential {
	tb.Helper()
	c, err := pullsecret.Parse(pullsecret.DockerConfigJSON, fmt.Appendf(nil, `{"auths":{%q:{"username":%q,"password":%q}}}`, host, user, password))
	if err != nil {
		tb.Fatal(err)
	}
	return c.Credentials(secret)
}

// fail answers as the distribution project's API does.
func fail(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"errors":[{"code":%q,"message":%q}]}`, code, message)
}

func found(w http.ResponseWriter, mediaType string) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Docker-Content-Digest", someDigest)
}

const someDigest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
