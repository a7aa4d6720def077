package cli_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// A registry that listens only later is waited for like an image that is pushed later, whether it speaks TLS
// or, marked insecure, plain HTTP; and an image that it does not have after all is waited for to the end.
func TestWaitForRegistry(t *testing.T) {
	for _, c := range []struct {
		name, settings, image string
		secure                bool
		code                  int
		stderr, stdout        string
	}{
		{"TLS", "ca-files: [ca.pem]", "app:1.0", true, cli.ExitOK, "there after 35s: ", "no findings"},
		{"plain HTTP", "insecure: [%s]", "app:1.0", false, cli.ExitOK, "there after 35s: ", "no findings"},
		{"insecure TLS", "insecure: [%s]", "app:1.0", true, cli.ExitOK, "there after 35s: ", "no findings"},
		{"no such tag", "ca-files: [ca.pem]", "app:v1.0", true, cli.ExitFindings, "gave up after 3m0s: 1 image not there", `the registry has "1.0"`},
	} {
		l := newLab(t, serveOne)
		reserved, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := reserved.Addr().String()
		if err := reserved.Close(); err != nil {
			t.Fatal(err)
		}
		l.write(t, "imagelint.yaml", "probe: {"+strings.ReplaceAll(c.settings, "%s", `"`+address+`"`)+"}\n")
		l.write(t, "pod.yaml", fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: \"%s/acme/%s\"}]}\n", address, c.image))
		var late *httptest.Server
		start := func(d time.Duration) {
			if d < 20*time.Second || late != nil {
				return
			}
			listener, err := net.Listen("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			if late = httptest.NewUnstartedServer(l.server.Config.Handler); c.secure {
				listener = tls.NewListener(listener, &tls.Config{Certificates: l.server.TLS.Certificates, MinVersion: tls.VersionTLS12})
			}
			_ = late.Listener.Close()
			late.Listener = listener
			late.Config.ErrorLog = l.server.Config.ErrorLog
			late.Start()
		}
		code, stdout, stderr := l.runLater(t.Context(), t, start, "--wait", "3m", "--probe-as", "anonymous", "--select", "registry-probe")
		if code != c.code || !strings.Contains(stderr, c.stderr) || !strings.Contains(stdout, c.stdout) {
			t.Errorf("%s: exit %d\n%s%s", c.name, code, stdout, stderr)
		}
		if late != nil {
			late.Close()
		}
	}
}

// Without an end of the wait, a registry that never listens is reported as such.
func TestWaitForNoRegistry(t *testing.T) {
	l := newLab(t, serveOne)
	l.server.Close()
	code, stdout, stderr := l.runLater(t.Context(), t, func(time.Duration) {}, "--wait", "3m", "--probe-as", "anonymous")
	if code != cli.ExitFindings || !strings.Contains(stdout, "[probe-host-unreachable]") || !strings.Contains(stderr, "gave up after 3m0s") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if code, _, stderr := l.runLater(t.Context(), t, func(time.Duration) {}, "--probe-as", "anonymous"); code != cli.ExitFindings || strings.Contains(stderr, "waiting") {
		t.Errorf("without --wait: exit %d\n%s", code, stderr)
	}
}
