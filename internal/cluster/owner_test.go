package cluster

import (
	"strings"
	"testing"
)

// Deleting a pod is advised only where a controller replaces it.
func TestAgain(t *testing.T) {
	t.Parallel()
	const head, rest = "Name:         %s\nNamespace:    shop\nStatus:       Pending\n", "Containers:\n  app:\n    Image:          a:1\n    State:          Waiting\n      Reason:       ImagePullBackOff\n"
	tests := []struct{ name, pod, owner, want string }{
		{"of a ReplicaSet", "web-5d9c7b6f4d-x2kqz", "Controlled By:  ReplicaSet/web-5d9c7b6f4d\n", "a new pod tries at once: kubectl delete pod web-5d9c7b6f4d-x2kqz -n shop"},
		{"bare", "web-0", "", "kubectl get pod web-0 -n shop -o yaml | kubectl replace --force -f -"},
		{"static", "etcd-node-1", "Controlled By:  Node/node-1\n", "the pod is static"},
	}
	for _, tt := range tests {
		text, err := ReadText("", strings.NewReader(strings.Replace(head, "%s", tt.pod, 1)+tt.owner+rest))
		if err != nil {
			t.Fatal(err)
		}
		checkAgain(t, tt.name, Diagnose(text.Observations, Options{}), tt.want)
	}
	for pod, want := range map[string]string{
		"web-5d9c7b6f4d-x2kqz": "a new pod tries at once: ", "web-12": "a new pod tries at once: ", "web": "if a controller owns the pod", "web-hello": "if a controller owns the pod",
	} {
		checkAgain(t, pod, Diagnose([]Observation{{Name: pod, Namespace: "shop", Container: "app", Image: "a:1", Reason: "ImagePullBackOff"}}, Options{}), want)
	}
}

func checkAgain(t *testing.T, name string, answers []Answer, want string) {
	t.Helper()
	if len(answers) != 1 || !strings.Contains(strings.Join(answers[0].Notes, "\n"), want) {
		t.Errorf("%s: got %+v, want a note with %q", name, answers, want)
	}
}
