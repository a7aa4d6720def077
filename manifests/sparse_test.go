package manifests

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
)

// The context is read once, unless a name matters that only the context tells.
func TestContextIsReadOnce(t *testing.T) {
	t.Parallel()
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {imagePullSecrets: [{name: %s}], containers: [{name: a, image: b}]}\n"
	for _, c := range []struct {
		name  string
		needs ContextNeeds
		reads int32 // of the context, which has three files, one of which is never read again
		found int   // workloads in it
	}{
		{"nothing", ContextNeeds{}, 3, 1},
		{"a name in a linted file", ContextNeeds{Names: []string{"regcred"}}, 3, 1},
		{"another name", ContextNeeds{Names: []string{"other", "regcred"}}, 5, 2},
		{"a name that cannot be searched for", ContextNeeds{Names: []string{"an other"}}, 7, 3},
		{"all users", ContextNeeds{SecretUsers: true}, 7, 3},
	} {
		var reads atomic.Int32
		var inputs []Input
		for i, name := range []string{"regcred", "other", "third", "regcred"} {
			isContext := i < 3
			inputs = append(inputs, Input{Name: fmt.Sprintf("%d.yaml", i), Context: isContext, Open: func() (io.ReadCloser, error) {
				if isContext {
					reads.Add(1)
				}
				return io.NopCloser(strings.NewReader(fmt.Sprintf(pod, "pod", name))), nil
			}})
		}
		set, err := Load(t.Context(), inputs, Options{Needs: func(*Set) ContextNeeds { return c.needs }})
		if err != nil {
			t.Fatal(err)
		}
		if reads.Load() != c.reads || len(set.Context) != c.found || len(set.Workloads) != 1 {
			t.Errorf("%s: %d reads, %d workloads of the context", c.name, reads.Load(), len(set.Context))
		}
	}
}

// A service account of the context without pull secrets is read only if a pod may name it, or may be of it without naming it.
func TestContextAccounts(t *testing.T) {
	t.Parallel()
	const (
		account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s, namespace: shop}\n"
		pod     = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {%scontainers: [{name: a, image: b}]}\n"
		zone    = "apiVersion: k6.io/v1alpha1\nkind: PrivateLoadZone\nmetadata: {name: a}\nspec: {%spodTemplate: {spec: {serviceAccountName: robot, containers: [{name: docker-registry, image: a}]}}}\n"
	)
	robot := fmt.Sprintf(account, "robot")
	for _, c := range []struct {
		name, linted, context, other string
		found                        int // service accounts
	}{
		{"no name", fmt.Sprintf(pod, ""), robot, "", 0},
		{"a name in a linted file", fmt.Sprintf(pod, "serviceAccountName: other, "), robot, "", 1},
		{"the account of pods without a name", fmt.Sprintf(pod, ""), fmt.Sprintf(account, "default"), "", 1},
		{"the same with an escape", fmt.Sprintf(pod, ""), fmt.Sprintf(account, `"d\x65fault"`), "", 1},
		{"the same with a variable", fmt.Sprintf(pod, ""), fmt.Sprintf(account, `"${account}"`), "", 1},
		{"pull secrets", fmt.Sprintf(pod, ""), robot + "imagePullSecrets: [{name: a}]\n", "", 1},
		{"other secrets", fmt.Sprintf(pod, ""), robot + "secrets: [{name: a}]\n", "", 1},
		{"a linted account", fmt.Sprintf(pod, "") + "---\n" + robot, robot, "", 0},
		{"a name in the context", fmt.Sprintf(pod, ""), robot, fmt.Sprintf(zone, ""), 0},
		{"a name in the context beside pull secrets for all pods", fmt.Sprintf(pod, ""), robot, fmt.Sprintf(zone, "imagePullSecrets: [{name: a}], "), 1},
	} {
		texts := map[string]string{"linted.yaml": c.linted, "account.yaml": c.context, "behind.yaml": strings.Replace(fmt.Sprintf(pod, ""), "web", "other", 1) + "---\n" + c.context, "other.yaml": c.other}
		var inputs []Input
		for name, text := range texts {
			inputs = append(inputs, Input{Name: name, Context: name != "linted.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
		}
		set, err := Load(t.Context(), inputs, Options{Needs: func(*Set) ContextNeeds { return ContextNeeds{} }})
		if err != nil {
			t.Fatal(err)
		}
		inContext := 0
		for _, a := range set.ServiceAccounts {
			if a.Context {
				inContext++
			}
		}
		if inContext != 2*c.found {
			t.Errorf("%s: %d service accounts of the context", c.name, inContext)
		}
	}
}

// A template of the context is read again as a whole. What is read from it stays when the next files are read.
func TestContextTemplateStays(t *testing.T) {
	t.Parallel()
	const (
		secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"
		pod    = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: '{{ b }}'}]}\n"
	)
	var inputs []Input
	for i, text := range []string{pod, secret, secret + "---\n" + pod, secret} {
		inputs = append(inputs, Input{Name: fmt.Sprintf("%d.yaml", i), Context: i > 0, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
	}
	set, err := Load(t.Context(), inputs, Options{Workers: 1, Needs: func(*Set) ContextNeeds { return ContextNeeds{} }})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Context) != 1 || set.Context[0].Object == nil {
		t.Errorf("%d workloads of the context, the first %+v", len(set.Context), set.Context)
	}
}
