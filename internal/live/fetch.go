package live

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Answer is what a cluster returned.
type Answer struct {
	// Text is a stream of YAML documents.
	Text []byte
	// Unreadable lists referenced Secrets, as NAMESPACE/NAME, that the user may not read or that could not be read. It
	// is never nil.
	Unreadable []string
	// Asked lists the verbs and resources that were requested: "get secrets".
	Asked []string
	// Workloads is the number of objects with images or pods.
	Workloads int
	// Partial is true if some of the requested objects could not be read.
	Partial bool
}

// Reader gets objects from a cluster.
type Reader struct {
	// Stdin is passed to kubectl for login prompts; nil for none.
	Stdin io.Reader
	// Log is called with kubectl's messages and with what could not be read.
	Log func(string)
}

// batchSize is the number of names per kubectl call: few calls, but not too long a command line.
const batchSize = 100

// workloads is the default if no resources are named: everything that runs pods.
var workloads = []string{"deployments,statefulsets,daemonsets,cronjobs,jobs,pods"}

// Fetch gets the requested objects. Unless the command is "images", it then gets the service accounts and Secrets that
// determine how their images are pulled, and for "pulls" also the Events of their pods.
func (r Reader) Fetch(ctx context.Context, line Line) (*Answer, error) {
	path, err := find("kubectl")
	if err != nil {
		return nil, err
	}
	if len(line.Resources) == 0 {
		line.Resources = workloads
	}
	f := fetch{Reader: r, client: newClient(path, r.Stdin), cluster: line.Cluster, answer: &Answer{Unreadable: []string{}}}
	text, _, failed, err := f.get(ctx, line.Scope, line.Resources, r.logKubectl)
	if err != nil {
		return nil, err
	}
	f.answer.Partial = failed
	f.keep(line.request(), text)
	set, err := load(ctx, text)
	if err != nil {
		return nil, err
	}
	f.answer.Workloads = len(set.Workloads)
	if line.Command == "images" {
		return f.answer, nil
	}
	need := newNeeds(set)
	accounts, err := f.accounts(ctx, need)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts.ServiceAccounts {
		need.addSecrets(a.Namespace, a.ImagePullSecrets)
	}
	if err := f.secrets(ctx, need); err != nil {
		return nil, err
	}
	if line.Command == "pulls" {
		err = f.events(ctx, need)
	}
	return f.answer, err
}

// fetch is the state of one Fetch.
type fetch struct {
	Reader
	client  *client
	cluster []string // flags for every call
	answer  *Answer
}

// get runs kubectl get.
func (f *fetch) get(ctx context.Context, flags, what []string, tell func(line string)) (text []byte, stderr []string, failed bool, err error) {
	args := append([]string{"get", "--output=yaml"}, f.cluster...)
	return f.client.run(ctx, append(append(append(args, flags...), "--"), what...), tell)
}

// logKubectl passes on a line from kubectl.
func (r Reader) logKubectl(line string) { r.Log("kubectl: " + line) }

// keep adds text to the answer and records the request.
func (f *fetch) keep(request string, text []byte) {
	if !slices.Contains(f.answer.Asked, request) {
		f.answer.Asked = append(f.answer.Asked, request)
	}
	if len(text) > 0 {
		f.answer.Text = append(append(f.answer.Text, "---\n"...), text...)
	}
}

// accounts gets the service accounts that the workloads use.
func (f *fetch) accounts(ctx context.Context, need *needs) (*manifests.Set, error) {
	var all []byte
	err := f.getByName(ctx, "serviceaccounts", need.accounts, func(_ string, text []byte, _ map[string]string) {
		all = append(append(all, "---\n"...), text...)
	})
	if err != nil {
		return nil, err
	}
	return load(ctx, all)
}

// secrets gets the referenced Secrets. Unless the API server reports one as not found, it may exist.
func (f *fetch) secrets(ctx context.Context, need *needs) error {
	return f.getByName(ctx, "secrets", need.secrets, func(namespace string, _ []byte, unread map[string]string) {
		for name, reason := range unread {
			if reason != notFound {
				f.answer.Unreadable = append(f.answer.Unreadable, namespace+"/"+name)
			}
		}
		slices.Sort(f.answer.Unreadable)
	})
}

// notFound is the API server's reason for a missing object.
const notFound = "NotFound"

// getByName gets objects by name, one namespace at a time. It calls each with the result and, by name, why objects could
// not be read.
func (f *fetch) getByName(ctx context.Context, resource string, names map[string]names, each func(namespace string, text []byte, unread map[string]string)) error {
	var all []call
	for _, namespace := range slices.Sorted(maps.Keys(names)) {
		for some := range slices.Chunk(slices.Sorted(maps.Keys(names[namespace])), batchSize) {
			all = append(all, call{namespace: namespace, flags: []string{"--namespace=" + namespace}, what: append([]string{resource}, some...)})
		}
	}
	if err := f.runAll(ctx, all); err != nil {
		return err
	}
	for i := range all {
		q := &all[i]
		some := q.what[1:]
		f.keep("get "+resource, q.text)
		unread, other := map[string]string{}, false
		for _, line := range q.stderr {
			if reason, name, ok := refusal(resource, line); ok && slices.Contains(some, name) {
				unread[name] = reason
			} else {
				f.logKubectl(line)
				other = true
			}
		}
		f.reportUnread(resource, q.namespace, unread)
		if q.failed && (other || len(q.text) == 0) { // the error may concern any of the names
			for _, name := range some {
				unread[name] = cmp.Or(unread[name], "no answer")
			}
		}
		each(q.namespace, q.text, unread)
	}
	return nil
}

// call is one call of kubectl in a namespace, and its result.
type call struct {
	namespace   string
	flags, what []string

	text   []byte
	stderr []string
	failed bool
}

// maxCalls is the number of concurrent kubectl processes. They mostly wait for the cluster, and -A needs one for each namespace.
const maxCalls = 8

// runAll runs the calls concurrently. Any login prompt was already answered for the first request of the line.
func (f *fetch) runAll(ctx context.Context, all []call) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxCalls)
	for i := range all {
		group.Go(func() (err error) {
			q := &all[i]
			q.text, q.stderr, q.failed, err = f.get(ctx, q.flags, q.what, func(string) {})
			return err
		})
	}
	return group.Wait()
}

// reportUnread reports which objects could not be read. Missing objects are left to the rules.
func (f *fetch) reportUnread(resource, namespace string, unread map[string]string) {
	byReason := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(unread)) {
		if reason := unread[name]; reason != notFound {
			byReason[reason] = append(byReason[reason], name)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(byReason)) {
		f.Log(fmt.Sprintf("cannot read %s %s in namespace %s (%s): what they contain is unknown", resource, strings.Join(byReason[reason], ", "), namespace, reason))
	}
}

// refusal parses an error of kubectl about one object:
//
//	Error from server (Forbidden): secrets "regcred" is forbidden: User "jane" cannot get resource "secrets" in API group "" in the namespace "shop"
func refusal(resource, line string) (reason, name string, ok bool) {
	rest, ok := strings.CutPrefix(line, "Error from server (")
	if !ok {
		return "", "", false
	}
	reason, rest, _ = strings.Cut(rest, "): ")
	rest, ok = strings.CutPrefix(rest, resource+` "`)
	if !ok {
		return "", "", false
	}
	name, _, ok = strings.Cut(rest, `"`)
	return reason, name, ok
}

// events lists the Events of the pods.
func (f *fetch) events(ctx context.Context, need *needs) error {
	var all []call
	for _, namespace := range slices.Sorted(maps.Keys(need.pods)) {
		selector := "involvedObject.kind=Pod"
		if pods := need.pods[namespace]; len(pods) == 1 {
			for name := range pods {
				selector += ",involvedObject.name=" + name
			}
		}
		all = append(all, call{namespace: namespace, flags: []string{"--namespace=" + namespace, "--field-selector=" + selector}, what: []string{"events"}})
	}
	if err := f.runAll(ctx, all); err != nil {
		return err
	}
	for i := range all {
		for _, line := range all[i].stderr {
			f.logKubectl(line)
		}
		f.keep("list events", all[i].text)
	}
	return nil
}

// load parses objects.
func load(ctx context.Context, text []byte) (*manifests.Set, error) {
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	set, err := manifests.Load(ctx, []manifests.Input{{Name: "kubectl", InMemory: true, Open: open}}, manifests.Options{})
	if err != nil {
		return nil, fmt.Errorf("read kubectl's answer: %w", err)
	}
	return set, nil
}
