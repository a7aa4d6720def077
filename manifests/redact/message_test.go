package redact_test

import (
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/redact"
)

// URL signatures, logins and tokens are not shown; text that explains the cause is.
func TestMessage(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`Get "https://blobs.acme.test/x?X-Amz-Signature=HUSH&ns=docker.io": EOF`:               `Get "https://blobs.acme.test/x?X-Amz-Signature=****&ns=docker.io": EOF`,
		`GET request to https://ghcr.io/token?scope=repository%3Aacme&service=ghcr.io: 403 No`: `GET request to https://ghcr.io/token?scope=repository%3Aacme&service=ghcr.io: 403 No`,
		`proxyconnect: http://bob:HUSH@proxy:3128 refused`:                                     `proxyconnect: http://bob:****@proxy:3128 refused`,
		`token ghp_abcdefghijklmnopqrstuvwxyz0123456789 is not taken`:                          `token **************************************** is not taken`,
		`dial tcp: lookup registry.acme.test on 10.20.0.2:53: no such host`:                    `dial tcp: lookup registry.acme.test on 10.20.0.2:53: no such host`,
		`is it there? https://registry.acme.test/v2/ says x=y`:                                 `is it there? https://registry.acme.test/v2/ says x=y`,
	} {
		if got := redact.Message(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
