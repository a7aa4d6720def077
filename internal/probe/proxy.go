package probe

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// proxies are those that the person's environment names, by the rules of Go's own client. There is no key of the configuration for them: a
// repository that could name a proxy, and with ca-files a certificate for it, could read the credentials of whoever lints it.
func proxies(getenv func(string) string) func(*http.Request) (*url.URL, error) {
	env := func(name string) string { return cmp.Or(getenv(name), getenv(strings.ToLower(name))) }
	c := httpproxy.Config{
		HTTPProxy: env("HTTP_PROXY"), HTTPSProxy: env("HTTPS_PROXY"), NoProxy: env("NO_PROXY"),
		CGI: getenv("REQUEST_METHOD") != "", // there, a request's header can set HTTP_PROXY
	}
	proxy := c.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return proxy(r.URL) }
}
