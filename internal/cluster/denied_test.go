package cluster

import (
	"fmt"
	"strings"
	"testing"
)

// deniedWith returns the answers about one pod for each image, all with one message, in which IMAGE and PATH stand for the image's, and one plan.
func deniedWith(images []string, message string, o Options) []Answer {
	var seen []Observation
	for i, image := range images {
		path, _, _ := strings.Cut(strings.TrimPrefix(image, "nexus.acme.test:5000/"), ":")
		text := strings.NewReplacer("IMAGE", image, "PATH", path).Replace(message)
		seen = append(seen, Observation{Namespace: "shop", Name: fmt.Sprintf("pod-%d", i), Container: "app", Image: image, Reason: "Failed", Message: text, Count: 1})
	}
	return Diagnose(seen, o)
}

const (
	nexusHead  = `Failed to pull image "IMAGE": failed to resolve reference "IMAGE": unexpected status from HEAD request to https://nexus.acme.test:5000/v2/PATH/manifests/2: `
	nexusOAuth = `Failed to pull image "IMAGE": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://nexus.acme.test:5000/token?scope=repository%3APATH%3Apull: 401 Unauthorized`
	nexusScope = `Failed to pull image "IMAGE": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`
)

// Images that a registry denies with the same credentials are one cause, which is not their names.
func TestDeniedAlike(t *testing.T) {
	t.Parallel()
	images := []string{"nexus.acme.test:5000/shop/cart:2", "nexus.acme.test:5000/shop/pay:2", "nexus.acme.test:5000/shop/web/front:2", "nexus.acme.test:5000/shop/web/back:2"}
	planned := func(*Failure) *Planned { return &Planned{Credentials: []string{"shop/reg"}, Users: []string{"kube"}} }
	for _, test := range []struct {
		name, message   string
		images, answers int
		cause, do, note string
	}{
		{"bare", nexusHead + "401 Unauthorized", 4, 1, "nexus.acme.test:5000 denies 4 images with the credentials of shop/reg, which it rejects", `check that user "kube" of shop/reg has a valid password or token; `, ""},
		{"bare, two", nexusHead + "401 Unauthorized", 2, 1, "nexus.acme.test:5000 denies 2 images with", "check that user", ""},
		{"bare, one", nexusHead + "401 Unauthorized", 1, 1, images[0] + " is not pulled", "check that user", ""},
		{"OAuth", nexusOAuth, 4, 1, "nexus.acme.test:5000 denies 4 images with the credentials of shop/reg: the registry rejects the credentials", `renew the password or token of user "kube" of shop/reg; `, ""},
		{"OAuth, two", nexusOAuth, 2, 1, "nexus.acme.test:5000 denies 2 images", "renew", ""},
		{"scope", nexusScope, 4, 1, "nexus.acme.test:5000 denies 4 images with the credentials of shop/reg", `check whether user "kube" of shop/reg may read the repositories`, `begin with "shop/"`},
		{"scope, three", nexusScope, 3, 1, "nexus.acme.test:5000 denies 3 images", "check whether", `begin with "shop/"`},
		{"scope, two", nexusScope, 2, 2, images[0] + " is not pulled", "check the name first", ""},
		{"forbidden", nexusHead + "403 Forbidden", 4, 1, "nexus.acme.test:5000 denies 4 images with the credentials of shop/reg", `check whether user "kube" of shop/reg may read the repositories`, `begin with "shop/"`},
	} {
		answers := deniedWith(images[:test.images], test.message, Options{Planned: planned})
		if len(answers) != test.answers {
			t.Errorf("%s: %d answers, want %d", test.name, len(answers), test.answers)
			continue
		}
		a := answers[0]
		notes := strings.Join(a.Notes, "\n")
		if !strings.HasPrefix(a.Cause, test.cause) || !strings.HasPrefix(a.Do, test.do) || strings.Contains(notes, "begin with") != (test.note != "") || !strings.Contains(notes, test.note) {
			t.Errorf("%s: cause: %s\ndo: %s\nnotes: %s", test.name, a.Cause, a.Do, notes)
		}
		if test.images > 2 && (a.Confidence != Likely || a.Who != Credentials || len(a.Failures) != test.images || strings.Contains(a.Do, "name") || !strings.Contains(a.Mistaken, "a wrong name") || !strings.Contains(a.Check, fmt.Sprintf("one of %d pods", test.images))) {
			t.Errorf("%s: %s, %s, %d failures\ndo: %s\ncheck: %s\noften taken for: %s", test.name, a.Confidence, a.Who, len(a.Failures), a.Do, a.Check, a.Mistaken)
		}
	}
	layer := `Failed to pull image "IMAGE": failed to copy: httpReadSeeker: failed open: unexpected status code https://nexus.acme.test:5000/v2/PATH/blobs/sha256:11aa: 401 Unauthorized`
	if a := deniedWith(images, layer, Options{Planned: planned}); len(a) != 1 || a[0].Who != Platform || !strings.Contains(a[0].Cause, "denies 4 images with the credentials of shop/reg: the registry gave the manifest") || strings.Contains(strings.Join(a[0].Notes, "\n"), "begin with") {
		t.Errorf("layers: %+v", a)
	}
	apart := append(images[:2:2], "nexus.acme.test:5000/base/go:2")
	if a := deniedWith(apart, nexusScope, Options{Planned: planned}); len(a) != 1 || strings.Contains(strings.Join(a[0].Notes, "\n"), "begin with") {
		t.Errorf("names without a common part: %+v", a)
	}
}

// Images stay apart with other credentials or none, where they have no registry in common, and where something else is known about them.
func TestDeniedApart(t *testing.T) {
	t.Parallel()
	images := []string{"nexus.acme.test:5000/shop/cart:2", "nexus.acme.test:5000/shop/pay:2", "nexus.acme.test:5000/shop/web:2"}
	tried := func(secret string) *Planned { return &Planned{Credentials: []string{secret}, Users: []string{"kube"}} }
	always := func(p *Planned) func(*Failure) *Planned { return func(*Failure) *Planned { return p } }
	for name, test := range map[string]struct {
		images []string
		o      Options
	}{
		"other Secrets":  {images, Options{Planned: func(f *Failure) *Planned { return tried("shop/" + f.Name) }}},
		"no credentials": {images, Options{Planned: always(&Planned{Anonymous: true, Nameless: true})}},
		"not in input":   {images, Options{Planned: always(&Planned{Absent: &SecretName{"shop", "reg"}})}},
		"nothing known":  {images, Options{}},
		"registries":     {[]string{"a.acme.test/shop/cart:2", "b.acme.test/shop/cart:2", "c.acme.test/shop/cart:2"}, Options{Planned: always(tried("shop/reg"))}},
		"official":       {[]string{"nginxx:2", "redisx:2", "mysqlx:2"}, Options{Planned: always(tried("shop/reg"))}},
		"wrong names":    {images, Options{Planned: always(tried("shop/reg")), Known: func(string) Known { return Known{Flaws: []Flaw{{Text: "wrong", Error: true, Of: PartImage}}} }}},
	} {
		if answers := deniedWith(test.images, nexusScope, test.o); len(answers) != 3 {
			t.Errorf("%s: %d answers: %s", name, len(answers), answers[0].Cause)
		}
	}
}

// Images whose pull secret has one fault are one cause; other faults, and what is known about an image, stay apart.
func TestFaultAlike(t *testing.T) {
	t.Parallel()
	images := []string{"nexus.acme.test:5000/shop/cart:2", "nexus.acme.test:5000/shop/pay:2", "nexus.acme.test:5000/shop/web:2"}
	faulty := func(secret, text string) *Planned {
		return &Planned{Anonymous: true, Evident: true, Defect: text, DefectKind: kindRegistry, Help: "add the key", Faulty: SecretName{"shop", secret}}
	}
	same := func(*Failure) *Planned { return faulty("reg", "shop/reg has no such key") }
	expired := func(*Failure) *Planned {
		return &Planned{Credentials: []string{"shop/reg"}, Users: []string{"kube"}, Used: SecretName{"shop", "reg"}, Faulty: SecretName{"shop", "reg"}, Expired: "shop/reg has expired"}
	}
	const backOff = `Back-off pulling image "IMAGE"`
	for name, test := range map[string]struct {
		message string
		o       Options
		answers int
		cause   string
	}{
		"key":       {nexusHead + "401 Unauthorized", Options{Planned: same}, 1, "3 images of nexus.acme.test:5000 are not pulled: shop/reg has no such key"},
		"expired":   {nexusHead + "401 Unauthorized", Options{Planned: expired}, 1, "3 images of nexus.acme.test:5000 are not pulled: shop/reg has expired"},
		"back-off":  {backOff, Options{Planned: same}, 1, "3 images of nexus.acme.test:5000 are not pulled: the message does not say why, but in the input shop/reg has no such key"},
		"no Secret": {nexusHead + "401 Unauthorized", Options{Planned: func(*Failure) *Planned { return faulty("", "no key") }}, 3, images[0] + " is not pulled: no key"},
		"faults":    {nexusHead + "401 Unauthorized", Options{Planned: func(f *Failure) *Planned { return faulty("reg", "no key for "+f.Name) }}, 3, images[0] + " is not pulled: no key for pod-0"},
		"Secrets":   {nexusHead + "401 Unauthorized", Options{Planned: func(f *Failure) *Planned { return faulty(f.Name, "no key") }}, 3, images[0] + " is not pulled: no key"},
		"public": {backOff, Options{Planned: func(f *Failure) *Planned {
			p := same(f)
			p.Public = true
			return p
		}}, 3, images[0] + " is not pulled: the message does not say why"},
		"names": {nexusHead + "401 Unauthorized", Options{Planned: same, Known: func(string) Known { return Known{Flaws: []Flaw{{Text: "wrong", Of: PartImage}}} }}, 3, images[0] + " is not pulled: "},
	} {
		if answers := deniedWith(images, test.message, test.o); len(answers) != test.answers || !strings.HasPrefix(answers[0].Cause, test.cause) {
			t.Errorf("%s: %d answers: %s", name, len(answers), answers[0].Cause)
		}
	}
}
