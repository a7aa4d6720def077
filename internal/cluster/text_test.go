package cluster

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

const described = `Name:             cart-0
Namespace:        shop
Node:             worker-1/10.0.0.5
Containers:
  app:
    Image:          registry.acme.test/cart:2
    State:          Waiting
      Reason:       ErrImagePull
Events:
  Type     Reason     Age                  From               Message
  ----     ------     ----                 ----               -------
  Warning  Failed     95s (x4 over 3m)     kubelet            spec.containers{app}: Failed to pull image "registry.acme.test/cart:2": dial tcp: lookup registry.acme.test: no such host
  Normal   BackOff    12s (x9 over 3m)     kubelet            Back-off pulling image "registry.acme.test/cart:2"
  Warning  BackOff    12s (x9 over 3m)     kubelet            Back-off restarting failed container app
  Warning  Unhealthy  12s (x9 over 3m)     kubelet            Readiness probe failed
`

// Messages are read together with their context.
func TestReadText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		form       Form
		want       []Observation
	}{
		{"describe", described, FormDescribe, []Observation{
			{From: "describe", Line: 8, Namespace: "shop", Name: "cart-0", Container: "app", List: ListContainers, Node: "worker-1", Owner: noOwner, Image: "registry.acme.test/cart:2", Reason: "ErrImagePull"},
			{From: "describe", Line: 12, Namespace: "shop", Name: "cart-0", Container: "app", List: ListContainers, Node: "worker-1", Owner: noOwner, Image: "registry.acme.test/cart:2", Reason: "Failed", Message: `Failed to pull image "registry.acme.test/cart:2": dial tcp: lookup registry.acme.test: no such host`, Count: 4, First: "3m", Last: "95s"},
			{From: "describe", Line: 13, Namespace: "shop", Name: "cart-0", Node: "worker-1", Owner: noOwner, Image: "registry.acme.test/cart:2", Reason: "BackOff", Message: `Back-off pulling image "registry.acme.test/cart:2"`, Count: 9, First: "3m", Last: "12s"},
		}},
		{"events that a watch did not align", "LAST SEEN   TYPE      REASON   OBJECT      MESSAGE\n12s   Warning   Failed   pod/a-very-long-name-of-a-pod   Failed to pull image \"a:1\": EOF  twice\n", FormEvents, []Observation{
			{From: "events", Line: 2, Name: "a-very-long-name-of-a-pod", Image: "a:1", Reason: "Failed", Message: `Failed to pull image "a:1": EOF  twice`, Last: "12s"},
		}},
		{"events of old kubectl", "LAST SEEN   FIRST SEEN   COUNT   NAME        KIND   SUBOBJECT              TYPE      REASON   SOURCE              MESSAGE\n12s         5m           7       cart-0.15   Pod    spec.containers{app}   Warning   Failed   kubelet, worker-1   Failed to pull image \"a:1\": EOF\n", FormEvents, []Observation{
			{From: "events", Line: 2, Name: "cart-0.15", Container: "app", List: ListContainers, Node: "worker-1", Image: "a:1", Reason: "Failed", Message: `Failed to pull image "a:1": EOF`, Count: 7, First: "5m", Last: "12s"},
		}},
		{"events that were pasted", "Events:\n  Warning Failed 18s (x2 over 37s) kubelet, worker-1 Failed to pull image \"a:1\": EOF\n", FormDescribe, []Observation{
			{From: "describe", Line: 2, Node: "worker-1", Image: "a:1", Reason: "Failed", Message: `Failed to pull image "a:1": EOF`, Count: 2, First: "37s", Last: "18s"},
		}},
		{"events of a description without its heading", "  Normal   BackOff    2m (x42 over 12m)    kubelet    Back-off pulling image \"a:1\"\n  Warning  Failed     2m (x42 over 12m)    kubelet    Error: ImagePullBackOff\n  Normal   Scheduled  12m    default-scheduler  Successfully assigned shop/cart-0 to worker-1\n", FormEvents, []Observation{
			{From: "describe", Line: 1, Namespace: "shop", Name: "cart-0", Image: "a:1", Reason: "BackOff", Message: `Back-off pulling image "a:1"`, Count: 42, First: "12m", Last: "2m"},
			{From: "describe", Line: 2, Namespace: "shop", Name: "cart-0", Reason: "Failed", Message: "Error: ImagePullBackOff", Count: 42, First: "12m", Last: "2m"},
		}},
		{"events in a quotation", "> - Warning Failed 2m kubelet, worker-1 Error: ErrImagePull\n", FormEvents, []Observation{
			{From: "describe", Line: 1, Node: "worker-1", Reason: "Failed", Message: "Error: ErrImagePull", Count: 1, Last: "2m"},
		}},
		{"an event without a source", "Warning  Failed  2m    Failed to pull image \"a:1\": EOF\n", FormEvents, []Observation{
			{From: "describe", Line: 1, Image: "a:1", Reason: "Failed", Message: `Failed to pull image "a:1": EOF`, Count: 1, Last: "2m"},
		}},
		{"a missing pull secret without its heading", "  Warning  FailedToRetrieveImagePullSecret  9s (x7 over 2m)  kubelet  Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.\n", FormEvents, []Observation{
			{From: "describe", Line: 1, Reason: "FailedToRetrieveImagePullSecret", Message: "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.", Count: 7, First: "2m", Last: "9s"},
		}},
		{"rows of kubectl get events without their heading", "2m   Warning   Failed   pod/cart-0   Error: ImagePullBackOff\nshop   3m2s (x4 over 5m)   Normal   BackOff   Pod/web-0   Back-off pulling image \"a:1\"\n", FormEvents, []Observation{
			{From: "events", Line: 1, Name: "cart-0", Reason: "Failed", Message: "Error: ImagePullBackOff", Last: "2m"},
			{From: "events", Line: 2, Namespace: "shop", Name: "web-0", Image: "a:1", Reason: "BackOff", Message: `Back-off pulling image "a:1"`, First: "5m", Last: "3m2s", Count: 4},
		}},
		{"rows of kubectl get pods without their heading", "cart-0   0/1   ImagePullBackOff   0   12m\nshop   web-0   0/1   Init:ErrImagePull   1 (2m ago)   12m\nshop   ok-0   1/1   Running   0   12m\n", FormEvents, []Observation{
			{From: "pods", Line: 1, Name: "cart-0", List: ListContainers, Reason: "ImagePullBackOff", Count: 1},
			{From: "pods", Line: 2, Namespace: "shop", Name: "web-0", List: ListInit, Reason: "ErrImagePull", Count: 1},
		}},
		{"a part of a description", "    State:          Waiting\n      Reason:       ImagePullBackOff\n", FormPlain, []Observation{
			{From: "message", Line: 2, Reason: "ImagePullBackOff", Count: 1},
		}},
		{"sentences", "Warning: the pod failed 2m ago\nNormal people wait 3m for a pull\n12m Warning signs/here are not events\n", FormPlain, nil},
		{"describe of a service account", "Name:                default\nNamespace:           shop\nImage pull secrets:  regcred (not found)\n                     hub\n                     mirror (not found)\nMountable secrets:   gone (not found)\n", FormDescribe, []Observation{
			{From: "describe", Line: 3, Namespace: "shop", Kind: "ServiceAccount", Name: "default", Reason: "FailedToRetrieveImagePullSecret", Message: "Image pull secrets: regcred (not found)"},
			{From: "describe", Line: 5, Namespace: "shop", Kind: "ServiceAccount", Name: "default", Reason: "FailedToRetrieveImagePullSecret", Message: "Image pull secrets: mirror (not found)"},
		}},
		{"describe of old kubectl", "Name:\t\tcart-0\nNamespace:\tshop\nEvents:\n  FirstSeen\tLastSeen\tCount\tFrom\tSubobjectPath\tType\tReason\tMessage\n  34s\t12s\t3\t{kubelet worker-1}\tspec.containers{app}\tWarning\tFailed\tFailed to pull image \"a:1\": EOF\n", FormDescribe, []Observation{
			{From: "describe", Line: 5, Namespace: "shop", Name: "cart-0", Container: "app", List: ListContainers, Image: "a:1", Reason: "Failed", Message: `Failed to pull image "a:1": EOF`, Count: 3, First: "34s", Last: "12s"},
		}},
		{"pods", "NAMESPACE   NAME     READY   STATUS                  RESTARTS       AGE   IP       NODE       NOMINATED NODE   READINESS GATES\nshop        cart-0   0/1     Init:ImagePullBackOff   0              3m    <none>   worker-1   <none>           <none>\nshop        web-0    1/1     Running                 3 (12m ago)    3m    <none>   worker-1   <none>           <none>\n", FormEvents, []Observation{
			{From: "pods", Line: 2, Namespace: "shop", Name: "cart-0", Node: "worker-1", List: ListInit, Reason: "ImagePullBackOff", Count: 1},
		}},
		{"klog", `E1129 09:12:45.100000    1234 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \"StartContainer\" for \"app\" with ImagePullBackOff: \"Back-off pulling image \\\"a:1\\\": ErrImagePull: manifest unknown\"" pod="shop/cart-0"`, FormLog, []Observation{
			{From: "log", Line: 1, Namespace: "shop", Name: "cart-0", Container: "app", Image: "a:1", Message: `failed to "StartContainer" for "app" with ImagePullBackOff: "Back-off pulling image \"a:1\": ErrImagePull: manifest unknown"`},
		}},
		{"CRI-O, which quotes no image", `Nov 29 09:12:44 worker-1 crio[77]: time="2026-11-29 09:12:44.1Z" level=error msg="Failed to pull image quay.io/acme/cart:2: initializing source docker://quay.io/acme/cart:2: pinging container registry quay.io: EOF" id=90aa name=/runtime.v1.ImageService/PullImage`, FormLog, []Observation{
			{From: "log", Line: 1, Node: "worker-1", Image: "quay.io/acme/cart:2", Message: "Failed to pull image quay.io/acme/cart:2: initializing source docker://quay.io/acme/cart:2: pinging container registry quay.io: EOF"},
		}},
		{"journal as JSON", `{"_HOSTNAME":"worker-1","SYSLOG_IDENTIFIER":"kubelet","MESSAGE":"E1129 09:12:44.017701    1234 kuberuntime_image.go:55] \"Failed to pull image\" err=\"unexpected EOF\" image=\"a:1\""}`, FormLog, []Observation{
			{From: "log", Line: 1, Node: "worker-1", Image: "a:1", Message: "unexpected EOF"},
		}},
		{"a log that speaks of other things", "time=\"2026-11-29T09:12:44Z\" level=info msg=\"loading plugin\" type=io.containerd.image\n", FormLog, nil},
		{"a manifest", "apiVersion: v1\nkind: Pod\n", FormManifests, nil},
		{"a manifest in JSON", `{"kind":"Pod","msg":"x","apiVersion":"v1"}`, FormManifests, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := FormOf([]byte(tt.text)); got != tt.form {
				t.Errorf("the form is %q, want %q", got, tt.form)
			}
			text, err := ReadText("", strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, text.Observations); diff != "" {
				t.Errorf("observations (-want +got):\n%s", diff)
			}
		})
	}
}

// The number and length of lines are limited, and omissions are counted.
func TestReadTextBounded(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	text, err := ReadText("", strings.NewReader(strings.Repeat("x", 3*maxLine)+"\nno such host\n"))
	if err != nil || text.Cut != 1 || len(text.Observations) != 1 {
		t.Errorf("%d lines are cut, %d observations, %v", text.Cut, len(text.Observations), err)
	}
	const more = 50
	text, err = ReadText("", strings.NewReader(strings.Repeat("no such host\n", maxObservations+more)))
	if err != nil || text.Dropped != more || len(text.Observations) != maxObservations {
		t.Errorf("%d are dropped, %d kept, %v", text.Dropped, len(text.Observations), err)
	}
}

// A pull that succeeded later is not a failure.
func TestPulledAfterAll(t *testing.T) {
	t.Parallel()
	pulled := described + `  Normal   Pulled     2s                   kubelet            Successfully pulled image "registry.acme.test/cart:2" in 1s` + "\n"
	text, err := ReadText("", strings.NewReader(pulled))
	if err != nil {
		t.Fatal(err)
	}
	if answers := Diagnose(text.Observations, Options{}); len(answers) != 0 {
		t.Errorf("%d causes, the first is %q", len(answers), answers[0].Cause)
	}
}

// An event that only repeats the status of another one is no cause of its own, with or without the pod's name.
func TestRepeats(t *testing.T) {
	t.Parallel()
	for _, rows := range []string{
		"  Normal  BackOff  2m  kubelet  Back-off pulling image \"a:1\"\n  Warning  Failed  2m  kubelet  Error: ImagePullBackOff\n",
		"2m  Normal  BackOff  pod/cart-0  Back-off pulling image \"a:1\"\n2m  Warning  Failed  pod/cart-0  Error: ImagePullBackOff\n",
	} {
		text, err := ReadText("", strings.NewReader(rows))
		if err != nil {
			t.Fatal(err)
		}
		if answers := Diagnose(text.Observations, Options{}); len(answers) != 1 || answers[0].Entry.ID != "back-off" || answers[0].Failures[0].Image != "a:1" {
			t.Errorf("%d causes of %q", len(answers), rows)
		}
	}
}

// The image of a running container was pulled, whatever older events say.
func TestRunningNow(t *testing.T) {
	t.Parallel()
	running := strings.Replace(strings.Replace(described, "Waiting", "Running", 1), "Reason:       ErrImagePull", "Started:      now", 1)
	text, err := ReadText("", strings.NewReader(running))
	if err != nil {
		t.Fatal(err)
	}
	if answers := Diagnose(text.Observations, Options{}); len(answers) != 0 {
		t.Errorf("%d causes, the first is %q", len(answers), answers[0].Cause)
	}
}

// Commands do not contain unknown values, or values that a shell would not read as a plain word.
func TestFill(t *testing.T) {
	t.Parallel()
	f := &Failure{Namespace: "shop", Name: "x; rm -rf /", Image: "$(reboot)", Host: "registry.acme.test:5000"}
	if got, want := Fill("{namespace} {pod} {image} {node} {host}", f), "shop POD IMAGE NODE registry.acme.test:5000"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// FuzzText checks that the result for any text is bounded, deterministic and free of line breaks.
func FuzzText(f *testing.F) {
	f.Add(described)
	for _, e := range examples(f) {
		f.Add(e.message)
		f.Add("LAST SEEN   TYPE      REASON   OBJECT      MESSAGE\n12s         Warning   " + e.reason + "   pod/a   " + e.message)
	}
	f.Add(`{"msg":"Failed to pull image","err":"EOF","pod":{"name":"a","namespace":"b"}}`)
	f.Add("Nov 29 09:12:44 worker-1 kubelet[1234]: E1129 09:12:44.017701    1234 a.go:1] \"x\" err=\"\\\"")
	now := time.Date(2026, 11, 29, 9, 12, 44, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data string) {
		FormOf([]byte(data))
		text, err := ReadText("x", strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if len(text.Observations) > text.Lines {
			t.Fatalf("%d observations in %d lines", len(text.Observations), text.Lines)
		}
		a, b := Diagnose(text.Observations, Options{Now: now}), Diagnose(text.Observations, Options{Now: now})
		if diff := cmp.Diff(a, b, cmp.AllowUnexported(Failure{}, backOff{})); diff != "" {
			t.Fatalf("two runs differ:\n%s", diff)
		}
		for i := range a {
			if len(a[i].Failures) == 0 || a[i].Cause == "" || strings.ContainsRune(a[i].Check, '\n') {
				t.Fatalf("a cause without evidence or words: %+v", a[i])
			}
		}
	})
}

// Where kubectl prints no namespace, the message of the scheduler tells it.
func TestScheduled(t *testing.T) {
	t.Parallel()
	const (
		table     = "LAST SEEN   TYPE      REASON      OBJECT             MESSAGE\n"
		failed    = "3m          Warning   Failed      pod/cart-0         Failed to pull image \"a:1\": EOF\n"
		other     = "3m          Warning   Failed      pod/web-0          Failed to pull image \"a:1\": EOF\n"
		creates   = "3m          Warning   FailedCreate   replicaset/cart   Error creating: pods \"cart\" is forbidden: error looking up service account shop/cart: serviceaccount \"cart\" not found\n"
		inShop    = "3m          Normal    Scheduled   pod/cart-0         Successfully assigned shop/cart-0 to node-1\n"
		inStage   = "3m          Normal    Scheduled   pod/cart-0         Successfully assigned stage/cart-0 to node-1\n"
		webStage  = "3m          Normal    Scheduled   pod/web-0          Successfully assigned stage/web-0 to node-1\n"
		pods      = "NAME     READY   STATUS             RESTARTS   AGE\ncart-0   0/1     ImagePullBackOff   0          3m\n"
		said      = "  Warning  Failed     2m  kubelet            Failed to pull image \"a:1\": EOF\n"
		saidShop  = "  Normal   Scheduled  2m  default-scheduler  Successfully assigned shop/cart-0 to node-1\n"
		saidStage = "  Normal   Scheduled  2m  default-scheduler  Successfully assigned stage/web-0 to node-1\n"
		container = "Containers:\n  app:\n    Image:          a:1\n    State:          Waiting\n      Reason:       ErrImagePull\n"
	)
	for _, tt := range []struct {
		name, text string
		want       []string // namespace and name of each observation
	}{
		{"a table is about one namespace", table + other + inShop + failed + creates, []string{"shop/web-0", "shop/cart-0", "shop/cart"}},
		{"two tables may be about two", table + failed + table + inShop + table + other, []string{"shop/cart-0", "/web-0"}},
		{"unless commands say so", "$ kubectl get events -n dev\n" + table + inShop + failed, []string{"dev/cart-0"}},
		{"a table with two namespaces", table + failed + other + inShop + webStage, []string{"shop/cart-0", "stage/web-0"}},
		{"a pod in two namespaces", table + failed + other + inShop + inStage, []string{"/cart-0", "/web-0"}},
		{"rows without a heading", failed + inShop, []string{"shop/cart-0"}},
		{"a table of pods", pods + table + inShop, []string{"shop/cart-0"}},
		{"a description without its first lines", container + "Events:\n" + saidShop + said, []string{"shop/cart-0", "shop/cart-0"}},
		{"two descriptions", "Events:\n" + saidShop + said + "Events:\n" + said, []string{"shop/cart-0", "/"}},
		{"two descriptions without a heading", said + saidShop + "\n" + said, []string{"shop/cart-0", "/"}},
		{"mixed events of two pods", said + saidShop + saidStage, []string{"/"}},
		{"a description with a name", "Name:   cart-0\nEvents:\n" + saidShop + said, []string{"shop/cart-0"}},
		{"of another pod", "Name:   api-0\nEvents:\n" + saidShop + said, []string{"/api-0"}},
		{"an old scheduler", table + strings.ReplaceAll(inShop, "shop/", "") + failed, []string{"/cart-0"}},
		{"no name", table + strings.ReplaceAll(inShop, "shop/", "$(rm)/") + failed, []string{"/cart-0"}},
		{"another object", table + strings.ReplaceAll(inShop, "shop/cart-0", "shop/web-0") + failed, []string{"/cart-0"}},
	} {
		text, err := ReadText("", strings.NewReader(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range text.Observations {
			got = append(got, text.Observations[i].Namespace+"/"+text.Observations[i].Name)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestFillAddress(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"registry.acme.test": "registry.acme.test:443 registry.acme.test", "registry.acme.test:5000": "registry.acme.test:5000 registry.acme.test",
		"10.1.2.3:5000": "10.1.2.3:5000 10.1.2.3", "": "HOST:443 HOST", "registry.acme.test:5000;id": "HOST:443 registry.acme.test",
	} {
		if got := Fill("{address} {name}", &Failure{Host: host}); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}
