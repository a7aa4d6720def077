package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/files"
)

const (
	dialTimeout  = 5 * time.Second
	maxHops      = 5
	maxHeader    = 256 << 10
	maxManifest  = 4 << 20
	maxTagsBody  = 4 << 20
	maxTokenBody = 256 << 10
	maxErrorBody = 64 << 10
	maxCerts     = 16 << 20 // of one file; a system's whole store is about 200 KiB
)

// kind is a kind of request, for the statistics.
type kind uint8

const (
	kindHead kind = iota
	kindGet
	kindToken
	kindTags
	kindHit  // no request: answered from the cache
	kindLeft // no request: an answer's rate limit header

	kindUntried // no request: the user's login was not used
)

// ways are the transports to a host. They share no connections: one opened for a host in the user's files is
// never reused for a host reached by a redirect.
type ways struct {
	direct  *http.Transport // to hosts in the manifests, which may be in the private network
	guarded *http.Transport // to hosts that a public host named
	proxied *http.Transport // through the user's proxy, which resolves names itself
}

// wire sends single requests. It follows redirects itself, since the destination decides what may be sent
// along.
type wire struct {
	strict, lax ways // lax accepts any certificate, for registries that the user marked insecure
	proxy       func(*http.Request) (*url.URL, error)
	agent       string
	insecure    map[string]bool
	count       func(k kind, host, left string)
}

func newWire(o Options) (*wire, error) {
	var roots *x509.CertPool
	if len(o.CAFiles) > 0 {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		for _, name := range o.CAFiles {
			data, err := files.Read(name, maxCerts)
			if err != nil {
				return nil, fmt.Errorf("read certificates %q: %w", name, err)
			}
			if !pool.AppendCertsFromPEM(data) {
				return nil, fmt.Errorf("read certificates: %s contains none in PEM format", name)
			}
		}
		roots = pool
	}
	proxy := proxies(o.Getenv)
	transports := func(c *tls.Config) ways {
		direct := &http.Transport{
			DialContext: dialer(o.Dial, private), TLSClientConfig: c, TLSHandshakeTimeout: dialTimeout,
			ResponseHeaderTimeout: o.pauses.header, IdleConnTimeout: 30 * time.Second, MaxIdleConnsPerHost: perRegistry,
			MaxResponseHeaderBytes: maxHeader, DisableCompression: true, ForceAttemptHTTP2: true,
		}
		guarded, proxied := direct.Clone(), direct.Clone()
		guarded.DialContext = dialer(o.Dial, public)
		proxied.DialContext, proxied.Proxy = dialer(o.Dial, never), proxy
		return ways{direct: direct, guarded: guarded, proxied: proxied}
	}
	w := &wire{
		strict: transports(&tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}),
		lax:    transports(&tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}), //nolint:gosec // requested by the user, and no credentials are sent there
		proxy:  proxy, agent: o.UserAgent, insecure: map[string]bool{},
	}
	for _, host := range o.Insecure {
		w.insecure[hostOf(host)] = true
	}
	return w, nil
}

func (w *wire) close() {
	for _, c := range []ways{w.strict, w.lax} {
		for _, t := range []*http.Transport{c.direct, c.guarded, c.proxied} {
			t.CloseIdleConnections()
		}
	}
}

// request is a request to send.
type request struct {
	kind   kind
	method string
	url    *url.URL
	accept string
	// authorization is sent to url's own origin only, never to a redirect's.
	authorization string
	form          url.Values // sent as the body
	limit         int64      // bytes of a successful body that are read
	guarded       bool       // url came from a public host and must not lead into the private network
}

// reply is a registry's response.
type reply struct {
	status int
	header http.Header
	body   []byte
	length int64 // length of the body as announced; -1 if unknown
	cut    bool  // the body was longer than the limit
	// foreign is true if a redirect led to another host.
	foreign bool
	from    *url.URL
	// public is true if a publicly reachable host answered or redirected here.
	public bool
}

// errRedirect is returned for a redirect that is not followed.
var errRedirect = errors.New("a redirect that is not followed")

// send sends a request and follows its redirects.
func (w *wire) send(ctx context.Context, r request) (reply, error) {
	at, authorization, guarded := r.url, r.authorization, r.guarded
	led := r.guarded
	for hop := 0; ; hop++ {
		resp, from, err := w.once(ctx, r, at, authorization, guarded)
		if err != nil {
			return reply{}, err
		}
		led = led || from == public
		target, moved := redirect(resp, at)
		if !moved {
			out := reply{status: resp.StatusCode, header: resp.Header, length: resp.ContentLength, foreign: !sameOrigin(at, r.url), from: at, public: led}
			limit := r.limit
			if out.status != http.StatusOK {
				limit = min(limit, maxErrorBody)
			}
			if r.method != http.MethodHead {
				out.body, out.cut, err = readSome(resp.Body, limit)
				if err == nil {
					// Canceling an HTTP/2 request notifies the server, whose reaction may look like a
					// complete body.
					err = ctx.Err()
				}
			}
			resp.Body.Close()
			return out, err
		}
		resp.Body.Close()
		if hop == maxHops || !w.mayFollow(r.url, target) || r.form != nil {
			return reply{}, errRedirect
		}
		at, authorization, guarded = target, "", r.guarded || led && !sameHost(target, r.url)
		if sameOrigin(target, r.url) {
			authorization = r.authorization
		}
	}
}

// once sends one request and reports who can reach the answering host; behind a proxy, it is assumed to be
// public.
func (w *wire) once(ctx context.Context, r request, at *url.URL, authorization string, guarded bool) (*http.Response, reach, error) {
	var body io.Reader
	if r.form != nil {
		body = strings.NewReader(r.form.Encode())
	}
	from := public
	trace := httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) { from = reachOfConn(c.Conn.RemoteAddr().String()) }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, &trace), r.method, at.String(), body)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("User-Agent", w.agent)
	if r.accept != "" {
		req.Header.Set("Accept", r.accept)
	}
	if r.form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if authorization != "" {
		if w.insecure[at.Host] {
			return nil, 0, errInsecureLogin
		}
		req.Header.Set("Authorization", authorization)
	}
	transport, err := w.way(req, guarded)
	if err != nil {
		return nil, 0, err
	}
	w.count(r.kind, at.Host, "")
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil, 0, err
	}
	if left := limitLeft(resp.Header); left != "" {
		w.count(kindLeft, at.Host, left)
	}
	if transport.Proxy != nil {
		from = public
	}
	return resp, from, nil
}

// way returns the transport for a request.
func (w *wire) way(req *http.Request, guarded bool) (*http.Transport, error) {
	c := w.strict
	switch {
	case isNever(req.URL.Hostname()):
		return nil, errNever // a proxy's destination is not checked when dialing
	case w.insecure[req.URL.Host]:
		c = w.lax
	case req.URL.Scheme != "https":
		return nil, errRedirect // no plain HTTP unless the user allowed it
	}
	switch proxy, err := w.proxy(req); {
	case err != nil:
		return nil, err
	case proxy != nil:
		return c.proxied, nil
	case guarded:
		return c.guarded, nil
	}
	return c.direct, nil
}

// errInsecureLogin keeps credentials off connections that anybody can read.
var errInsecureLogin = errors.New("credentials are not sent over an insecure connection")

// redirect returns the location of a redirect.
func redirect(resp *http.Response, from *url.URL) (*url.URL, bool) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, false
	}
	to, err := from.Parse(resp.Header.Get("Location"))
	if err != nil || resp.Header.Get("Location") == "" {
		return nil, false
	}
	to.User = nil
	return to, true
}

// mayFollow reports whether a redirect is allowed: it must use HTTPS and not lead from the public network
// into the private one.
func (w *wire) mayFollow(from, to *url.URL) bool {
	if to.Host == "" || to.Scheme != "https" && !(to.Scheme == "http" && w.insecure[to.Host]) {
		return false
	}
	return sameHost(from, to) || !isPrivate(to.Hostname())
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && sameHost(a, b) }

func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

func portOf(u *url.URL) string {
	switch p := u.Port(); {
	case p != "":
		return p
	case u.Scheme == "http":
		return "80"
	}
	return "443"
}

// readSome reads at most limit bytes.
func readSome(r io.Reader, limit int64) (data []byte, cut bool, err error) {
	data, err = io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(data)) > limit {
		return data[:limit], true, nil
	}
	return data, false, err
}

// limitLeft returns what is left of a rate limit, from the headers of Docker Hub and others: "97;w=21600".
func limitLeft(h http.Header) string {
	number := func(name string) string {
		v, _, _ := strings.Cut(h.Get(name), ";")
		if v == "" || len(v) > 9 || strings.Trim(v, "0123456789") != "" {
			return ""
		}
		return v
	}
	left, of := number("RateLimit-Remaining"), number("RateLimit-Limit")
	if left == "" || of == "" {
		return left
	}
	return left + " of " + of
}
