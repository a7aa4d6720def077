//go:build registry

package probe

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/imagelint-dev/imagelint/lint"
)

// real returns the registry that .ci/probe-registry started.
type real struct {
	t        *testing.T
	host, ca string
	auth     bool
	tls      bool
	client   *http.Client
}

func (r *real) do(method, path, mediaType string, body []byte) *http.Response {
	r.t.Helper()
	scheme := "http://"
	if r.tls {
		scheme = "https://"
	}
	if !strings.HasPrefix(path, "http") {
		path = scheme + r.host + path
	}
	req, err := http.NewRequestWithContext(r.t.Context(), method, path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", mediaType)
	if r.auth {
		req.SetBasicAuth("bob", "secret-of-bob")
	}
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func (r *real) blob(repo string, body []byte) string {
	r.t.Helper()
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(body))
	resp := r.do(http.MethodPost, "/v2/"+repo+"/blobs/uploads/", "", nil)
	at := resp.Header.Get("Location")
	sep := "?"
	if strings.Contains(at, "?") {
		sep = "&"
	}
	if resp = r.do(http.MethodPut, at+sep+"digest="+digest, "application/octet-stream", body); resp.StatusCode != http.StatusCreated {
		r.t.Fatalf("blob: %s", resp.Status)
	}
	return digest
}

// manifest pushes a manifest, and reports whether the registry accepted it.
func (r *real) manifest(repo, tag string, mediaType types.MediaType, body []byte) (digest string, ok bool) {
	r.t.Helper()
	resp := r.do(http.MethodPut, "/v2/"+repo+"/manifests/"+tag, string(mediaType), body)
	if resp.StatusCode != http.StatusCreated {
		text, _ := io.ReadAll(resp.Body)
		r.t.Logf("%s:%s as %s is not taken: %s %s", repo, tag, mediaType, resp.Status, text)
		return "", false
	}
	return resp.Header.Get("Docker-Content-Digest"), true
}

func (r *real) image(repo, tag, configType, config string) (digest string, size int) {
	r.t.Helper()
	layer := r.blob(repo, []byte("layer of "+tag))
	m := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":%q,"digest":%q,"size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":%q,"size":%d}]}`,
		types.OCIManifestSchema1, configType, r.blob(repo, []byte(config)), len(config), layer, len("layer of "+tag))
	digest, ok := r.manifest(repo, tag, types.OCIManifestSchema1, m)
	if !ok {
		r.t.Fatal("the registry rejects an image")
	}
	return digest, len(m)
}

// schema1 returns a signed schema 1 manifest, as docker 1.9 pushed them.
func (r *real) schema1(repo, tag string) []byte {
	r.t.Helper()
	layer := r.blob(repo, []byte("old layer"))
	payload := fmt.Appendf(nil, `{
   "schemaVersion": 1,
   "name": %q,
   "tag": %q,
   "architecture": "amd64",
   "fsLayers": [{"blobSum": %q}],
   "history": [{"v1Compatibility": "{\"id\":\"0\",\"os\":\"linux\"}"}]
}`, repo, tag, layer)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		r.t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	coordinate := func(n *big.Int) string { return b64(n.FillBytes(make([]byte, 32))) }
	protected := b64(fmt.Appendf(nil, `{"formatLength":%d,"formatTail":%q,"time":"2016-01-01T00:00:00Z"}`, len(payload)-2, b64(payload[len(payload)-2:])))
	sum := sha256.Sum256([]byte(protected + "." + b64(payload)))
	a, b, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		r.t.Fatal(err)
	}
	signature := b64(append(a.FillBytes(make([]byte, 32)), b.FillBytes(make([]byte, 32))...))
	jwk := map[string]string{"crv": "P-256", "kty": "EC", "x": coordinate(key.X), "y": coordinate(key.Y)} //nolint:staticcheck // the format requires the coordinates
	signatures, err := json.Marshal([]any{map[string]any{"header": map[string]any{"jwk": jwk, "alg": "ES256"}, "signature": signature, "protected": protected}})
	if err != nil {
		r.t.Fatal(err)
	}
	return append(payload[:len(payload)-2], []byte(",\n   \"signatures\": "+string(signatures)+"\n}")...)
}

// TestRealRegistry pushes images to the registry and probes it. The script selects the registry and
// the options.
func TestRealRegistry(t *testing.T) {
	r := &real{t: t, host: os.Getenv("IMAGELINT_REGISTRY"), ca: os.Getenv("IMAGELINT_REGISTRY_CA"), auth: os.Getenv("IMAGELINT_REGISTRY_AUTH") == "yes", tls: os.Getenv("IMAGELINT_REGISTRY_TLS") == "yes"}
	if r.host == "" {
		t.Fatal("run .ci/probe-registry")
	}
	pem, err := os.ReadFile(r.ca)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	r.client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}

	single, size := r.image("team/app", "1.4.2", "application/vnd.oci.image.config.v1+json", `{"os":"linux","architecture":"arm64"}`)
	index := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"manifests":[{"mediaType":%q,"digest":%q,"size":%d,"platform":{"os":"linux","architecture":"arm64"}}]}`, types.OCIImageIndex, types.OCIManifestSchema1, single, size)
	whole, ok := r.manifest("team/app", "index", types.OCIImageIndex, index)
	if !ok {
		t.Fatal("the registry rejects an index")
	}
	r.image("team/charts", "1.0", "application/vnd.cncf.helm.config.v1+json", `{"name":"app"}`)
	r.image("team/bundle", "1.0", "application/vnd.cncf.helm.config.v1+json", `{"name":"app"}`)
	_, old := r.manifest("team/old", "1.0", types.DockerManifestSchema1Signed, r.schema1("team/old", "1.0"))

	o := Options{CAFiles: []string{r.ca}}
	if !r.tls {
		if f := r.ask(o, "team/app:1.4.2", nil); f.Pod.Outcome != lint.PlainHTTP {
			t.Errorf("plain HTTP: %+v", f.Pod)
		}
		o.Insecure = []string{r.host}
		if f := r.ask(o, "team/app:1.4.2", nil); f.Pod.Outcome != lint.Exists {
			t.Errorf("plain HTTP, allowed: %+v", f.Pod)
		}
		return
	}
	if f := r.ask(Options{}, "team/app:1.4.2", nil); f.Pod.Outcome != lint.Untrusted {
		t.Errorf("without the authority: %+v", f.Pod)
	}
	good, bad := "secret-of-bob", "wrong"
	as := func(password string) []lint.Question {
		q := lint.Question{}
		if r.auth {
			q.Credentials = credentials(t, "web/regcred", r.host, "bob", password)
		}
		return []lint.Question{q}
	}
	if r.auth {
		if f := r.ask(o, "team/app:1.4.2", nil); f.Pod.Outcome != lint.Denied {
			t.Errorf("anonymous: %+v", f.Pod)
		}
		if f := r.ask(o, "team/app:1.4.2", as(bad)); f.Pod.Outcome != lint.Rejected {
			t.Errorf("with a wrong password: %+v", f.Pod)
		}
	}
	for image, want := range map[string]lint.Outcome{
		"team/app:1.4.2": lint.Exists, "team/app:v1.4.2": lint.TagMissing, "team/app@" + someDigest: lint.DigestMissing, "team/nothing:1": lint.RepoMissing,
		"team/app:1.4.2@" + whole: lint.Exists,
	} {
		f := r.ask(o, image, as(good))
		if f.Pod.Outcome != want {
			t.Errorf("%s: %+v, want %v", image, f.Pod, want)
		}
		if want == lint.TagMissing && !cmp.Equal(f.SimilarTags, []string{"1.4.2"}) {
			t.Errorf("%s: near tags %v", image, f.SimilarTags)
		}
		if strings.Contains(image, whole) && f.TagDigest != single {
			t.Errorf("%s: the tag has %s, want %s", image, f.TagDigest, single)
		}
	}
	platforms := as(good)
	platforms[0].Platforms = []string{"linux/amd64"}
	for _, tag := range []string{"1.4.2", "index"} {
		if f := r.ask(o, "team/app:"+tag, platforms); !cmp.Equal(f.Platforms, []string{"linux/arm64"}) {
			t.Errorf("%s: platforms %v", tag, f.Platforms)
		}
	}
	for _, image := range []string{"team/charts:1.0", "team/bundle:1.0"} {
		if f := r.ask(o, image, as(good)); f.NotImage != "a Helm chart" {
			t.Errorf("%s: %+v", image, f)
		}
	}
	if !old {
		t.Error("the registry does not accept manifests of schema 1, so their detection is not tested")
	} else if f := r.ask(o, "team/old:1.0", as(good)); f.Pod.Outcome != lint.Exists || !isSchema1(f.Pod.MediaType) {
		t.Errorf("schema 1: %+v", f.Pod)
	}
}

func (r *real) ask(o Options, image string, like []lint.Question) lint.ProbeResult {
	r.t.Helper()
	var q lint.Question
	if like != nil {
		q = like[0]
	}
	q.Ref = ref(r.t, r.host+"/"+image)
	p, err := New(o)
	if err != nil {
		r.t.Fatal(err)
	}
	f := p.Probe(r.t.Context(), []lint.Question{q})[0]
	r.t.Logf("%s: %v; %s", image, f.Pod.Outcome, p.Stats())
	return f
}
