package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
)

func unknown(status int, why string) *lint.Answer {
	return &lint.Answer{Outcome: lint.Inconclusive, Status: status, Detail: why}
}

const notTLS = "the server does not use TLS; probe.insecure lists registries to ask without it"

func timedOut() *lint.Answer { return unknown(0, "there was no answer in time") }

// send sends a request, and retries once if that is worthwhile: after a broken connection, a bad gateway or a
// rate limit that ends shortly. Any other answer is final.
func (p *Prober) send(ctx context.Context, r request) (reply, error) {
	re, err := p.wire.send(ctx, r)
	var wait time.Duration
	switch {
	case err != nil && isBroken(err), err == nil && isGateway(re.status):
		wait = p.o.pauses.retry
	case err == nil && re.status == http.StatusTooManyRequests:
		wait = retryAfter(re.header, p.o.Now())
		if wait <= 0 || wait > p.o.pauses.maxRetryAfter {
			return re, err
		}
	default:
		return re, err
	}
	if end, ok := ctx.Deadline(); ok && time.Until(end) <= wait {
		return re, err
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return p.wire.send(ctx, r)
	case <-ctx.Done():
		return re, err
	}
}

// isBroken reports whether a connection broke in a way that a new one may not.
func isBroken(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

func isGateway(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

// retryAfter returns how long a registry asks to wait, or 0 if it does not say.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if n, err := strconv.Atoi(v); err == nil {
		return time.Duration(min(max(n, 0), 1<<20)) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// Details of connections to hosts on which no registry listens, or does not listen yet.
const (
	refusedConnection = "the connection is refused"
	brokenConnection  = "the connection breaks off"
)

// failure converts a connection error to an answer.
func (p *Prober) failure(err error) lint.Answer {
	var op *net.OpError
	var dns *net.DNSError
	var record tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return *unknown(0, "the proxy does not answer")
	case errors.Is(err, errRedirect):
		return *unknown(0, "the registry redirects in a loop, to a private address, or to plain HTTP, which is not followed")
	case errors.Is(err, errPrivate):
		return *unknown(0, "the registry is public but leads to a private address, which is not contacted")
	case errors.Is(err, errNever):
		return *unknown(0, "it is at a link-local or cloud metadata address, which is never contacted")
	case errors.Is(err, errInsecureLogin):
		return *unknown(0, "credentials are not sent over an insecure connection")
	case errors.As(err, &verify):
		return lint.Answer{Outcome: lint.Untrusted, Detail: tlsReason(verify.Err)}
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		if text := err.Error(); errors.Is(err, http.ErrSchemeMismatch) || strings.HasPrefix(string(record.RecordHeader[:]), "HTTP/") || strings.Contains(text, "HTTP response to HTTPS") {
			return lint.Answer{Outcome: lint.PlainHTTP, Detail: "it answers with plain HTTP"}
		}
		return *unknown(0, notTLS)
	case errors.As(err, &dns):
		if dns.IsNotFound {
			return lint.Answer{Outcome: lint.Unreachable, Detail: "its name does not resolve"}
		}
		return *unknown(0, "its name could not be resolved: the name server fails")
	case errors.Is(err, syscall.ECONNREFUSED), strings.HasSuffix(err.Error(), "actively refused it."):
		return lint.Answer{Outcome: lint.Unreachable, Detail: refusedConnection}
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err), errors.Is(err, context.Canceled):
		return *timedOut()
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return *unknown(0, "there is no route to it from here")
	case isBroken(err):
		return *unknown(0, brokenConnection)
	}
	return *unknown(0, "the connection fails")
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// tlsReason returns why a certificate is not trusted.
func tlsReason(err error) string {
	var unknownCA x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return "its certificate is for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate has expired, or is not valid yet"
	case errors.As(err, &unknownCA):
		return "its certificate is signed by an authority that this machine does not trust"
	}
	return "its certificate is not valid"
}

// failureOf converts a status that is not about the image to an answer.
func (p *Prober) failureOf(re reply) lint.Answer {
	switch {
	case re.status == http.StatusTooManyRequests && strings.HasPrefix(limitLeft(re.header), "0"):
		return *unknown(re.status, "the pull limit is used up (429)")
	case re.status == http.StatusTooManyRequests:
		return *unknown(re.status, "the registry limits requests (429)")
	case re.status >= 500:
		return *unknown(re.status, fmt.Sprintf("the registry reports a server error (%d)", re.status))
	case re.status == http.StatusProxyAuthRequired:
		return *unknown(re.status, "the proxy requires credentials (407)")
	}
	return *unknown(re.status, fmt.Sprintf("the answer is not from a registry (%d)", re.status))
}

// isFinal reports whether the failure for one image applies to all images of the registry.
func isFinal(a lint.Answer) bool { return a.Status == http.StatusTooManyRequests }

// isExpired reports whether credentials were refused because they expired. It inspects the body, which is
// never shown.
func isExpired(body []byte) bool {
	text := strings.ToLower(string(body))
	for _, words := range []string{"expired", "incorrect username or password", "invalid username/password", "invalid_token"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}
