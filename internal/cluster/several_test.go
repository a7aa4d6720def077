package cluster

import (
	"strings"
	"testing"
)

// A pod that several commands print is one pod, whose namespace any of them may have.
func TestOnePod(t *testing.T) {
	t.Parallel()
	const table = "NAME     READY   STATUS   RESTARTS   AGE\ncart-0   0/1     STATE   0   12m\n"
	const describe = "Name:         cart-0\nNamespace:    retail\nContainers:\n  app:\n    Image:    registry.acme.test/cart:2\n    State:    Waiting\n      Reason:  STATE\nEvents:\n  Type     Reason  Age  From  Message\n"
	const failed = "  Warning  Failed  3m  kubelet  Failed to pull image \"registry.acme.test/cart:2\": manifest unknown\n"
	tests := []struct{ name, state, text, entry, at, message string }{
		{"a table and a description", "ImagePullBackOff", table + describe + failed, "manifest-unknown", "retail/cart-0/app", "manifest unknown"},
		{"with prompts", "ImagePullBackOff", "$ kubectl get pods -n retail\n" + table + "$ kubectl describe pod cart-0 -n retail\n" + describe + failed, "manifest-unknown", "retail/cart-0/app", "manifest unknown"},
		{"a table after its command", "ImagePullBackOff", "bob@host:~$ kubectl -n retail get pods\n" + table, "back-off", "retail/cart-0/", ""},
		{"the namespace of an earlier command", "ImagePullBackOff", "$ kubectl get events -n other\n$ oc get pods --namespace=retail\n" + table, "back-off", "retail/cart-0/", ""},
		{"no namespace", "ImagePullBackOff", "kubectl get pods\n" + table, "back-off", "/cart-0/", ""},
		{"an invalid name", "InvalidImageName", table + describe + "  Warning  InspectFailed  9s  kubelet  Failed to apply default image tag \"registry.acme.test/cart:2\": couldn't parse image name\n", "name-invalid", "retail/cart-0/app", "couldn't parse"},
		{"the policy Never", "ErrImageNeverPull", table + describe + "  Warning  Failed  9s  kubelet  Error: ErrImageNeverPull\n", "never-pull", "retail/cart-0/app", "Error: ErrImageNeverPull"},
		{"a missing ConfigMap", "CreateContainerConfigError", describe + "  Warning  Failed  9s  kubelet  Error: configmap \"app-cfg\" not found\n", "config-missing", "retail/cart-0/app", `configmap "app-cfg"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text, err := ReadText("", strings.NewReader(strings.ReplaceAll(tt.text, "STATE", tt.state)))
			if err != nil {
				t.Fatal(err)
			}
			answers := Diagnose(text.Observations, Options{})
			if len(answers) != 1 || len(answers[0].Failures) != 1 {
				t.Fatalf("%d causes: %+v", len(answers), answers)
			}
			f := answers[0].Failures[0]
			if at := f.Namespace + "/" + f.Name + "/" + f.Container; f.id() != tt.entry || at != tt.at || !strings.Contains(f.Message, tt.message) {
				t.Errorf("%s at %s: %q; want %s at %s: %q", f.id(), at, f.Message, tt.entry, tt.at, tt.message)
			}
		})
	}
}

// A name in two namespaces identifies no pod.
func TestSeveralPods(t *testing.T) {
	t.Parallel()
	row := func(namespace string) Observation {
		return Observation{From: "pods", Namespace: namespace, Name: "cart-0", Reason: "ImagePullBackOff", Count: 1}
	}
	all := []Observation{row(""), row("retail"), row("other")}
	if answers := Diagnose(all, Options{}); len(answers) != 1 || len(answers[0].Failures) != 3 {
		t.Errorf("%d causes", len(answers))
	}
	if all[0].Namespace != "" {
		t.Error("the observations of the caller were changed")
	}
}

// The kubelet writes mysql:5, the runtime docker.io/library/mysql:5: both are one image.
func TestOneImage(t *testing.T) {
	t.Parallel()
	const missing = "docker.io/library/mysql:5: not found"
	for _, names := range [][2]string{{"mysql:5", "docker.io/library/mysql:5"}, {"docker.io/library/mysql:5", "mysql:5"}, {"index.docker.io/library/mysql:5", "docker.io/mysql:5"}} {
		all := []Observation{
			{From: "log", Node: "worker-1", Image: names[0], Message: missing},
			{From: "log", Node: "worker-1", Image: names[1], Message: missing},
			{From: "log", Node: "worker-1", Namespace: "shop", Name: "db-0", Container: "db", Image: names[1], Message: missing},
			{From: "log", Namespace: "shop", Name: "db-0", Image: names[0], Reason: "BackOff", Message: "Back-off pulling image"},
		}
		if answers := Diagnose(all, Options{}); len(answers) != 1 || len(answers[0].Failures) != 1 {
			t.Errorf("%d causes of %v", len(answers), names)
		}
		pulled := append(all, Observation{From: "event", Namespace: "shop", Name: "db-0", Image: names[0], Reason: "Pulled", Pulled: true})
		if answers := Diagnose(pulled, Options{}); len(answers) != 0 {
			t.Errorf("%d causes although %v was pulled", len(answers), names)
		}
	}
}
