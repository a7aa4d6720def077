package probe

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// proxies returns the proxies of the user's environment, by the rules of Go's own client. There is
// deliberately no configuration key for them: a repository that could set a proxy, and with ca-files a
// certificate for it, could read the credentials of anyone who lints it.
func proxies(getenv func(string) string) func(*http.Request) (*url.URL, error) {
	env := func(name string) string { return cmp.Or(getenv(name), getenv(strings.ToLower(name))) }
	c := httpproxy.Config{
		HTTPProxy: env("HTTP_PROXY"), HTTPSProxy: env("HTTPS_PROXY"), NoProxy: env("NO_PROXY"),
		CGI: getenv("REQUEST_METHOD") != "", // in CGI, a request header can set HTTP_PROXY
	}
	proxy := c.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return proxy(r.URL) }
}
