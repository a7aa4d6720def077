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

// Answer is what the cluster holds of a question.
type Answer struct {
	// Text is a stream of YAML documents.
	Text []byte
	// Unreadable are the Secrets, as NAMESPACE/NAME, that are named and that the user may not read, or that could not be asked for. It is never nil.
	Unreadable []string
	// Asked are the verbs and resources that were used: "get secrets".
	Asked []string
	// Workloads is how many objects with images or pods were found.
	Workloads int
	// Partial is true if kubectl could not get all of what the line names.
	Partial bool
}

// Reader asks a cluster.
type Reader struct {
	// Stdin is where a login may ask; nil for nowhere.
	Stdin io.Reader
	// Say is told what kubectl says, and what could not be read.
	Say func(string)
}

// atOnce is how many names kubectl is given at once: enough to start it seldom, and few enough for a command line.
const atOnce = 100

// workloads are what a line asks for that names nothing, and runs pods.
var workloads = []string{"deployments,statefulsets,daemonsets,cronjobs,jobs,pods"}

// Fetch asks for what the line names, and then for what decides how that is pulled, unless the images alone are asked for. For pulls, the Events of
// pods are part of it.
func (r Reader) Fetch(ctx context.Context, line Line) (*Answer, error) {
	path, err := find("kubectl")
	if err != nil {
		return nil, err
	}
	if len(line.Resources) == 0 {
		line.Resources = workloads
	}
	f := fetch{Reader: r, client: newClient(path, r.Stdin), cluster: line.Cluster, answer: &Answer{Unreadable: []string{}}}
	text, _, failed, err := f.get(ctx, line.Scope, line.Resources, r.kubectlSays)
	if err != nil {
		return nil, err
	}
	f.answer.Partial = failed
	f.keep(line.question(), text)
	set, err := load(ctx, text)
	if err != nil {
		return nil, err
	}
	f.answer.Workloads = len(set.Workloads)
	if line.Command == "images" {
		return f.answer, nil
	}
	need := needsOf(set)
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

// fetch is one Fetch.
type fetch struct {
	Reader
	client  *client
	cluster []string // flags for every question
	answer  *Answer
}

// get runs kubectl get with flags and what to get.
func (f *fetch) get(ctx context.Context, flags, what []string, tell func(line string)) (text []byte, said []string, failed bool, err error) {
	args := append([]string{"get", "--output=yaml"}, f.cluster...)
	return f.client.run(ctx, append(append(append(args, flags...), "--"), what...), tell)
}

// kubectlSays tells a line of kubectl.
func (r Reader) kubectlSays(line string) { r.Say("kubectl: " + line) }

// keep adds a text to the answer, and notes what was asked for it.
func (f *fetch) keep(question string, text []byte) {
	if !slices.Contains(f.answer.Asked, question) {
		f.answer.Asked = append(f.answer.Asked, question)
	}
	if len(text) > 0 {
		f.answer.Text = append(append(f.answer.Text, "---\n"...), text...)
	}
}

// accounts asks for service accounts.
func (f *fetch) accounts(ctx context.Context, need *needs) (*manifests.Set, error) {
	var all []byte
	err := f.named(ctx, "serviceaccounts", need.accounts, func(_ string, text []byte, _ map[string]string) {
		all = append(append(all, "---\n"...), text...)
	})
	if err != nil {
		return nil, err
	}
	return load(ctx, all)
}

// secrets asks for Secrets. One that the cluster does not say to be missing may be there.
func (f *fetch) secrets(ctx context.Context, need *needs) error {
	return f.named(ctx, "secrets", need.secrets, func(namespace string, _ []byte, unread map[string]string) {
		for name, reason := range unread {
			if reason != notFound {
				f.answer.Unreadable = append(f.answer.Unreadable, namespace+"/"+name)
			}
		}
		slices.Sort(f.answer.Unreadable)
	})
}

// notFound is the reason of what is not there.
const notFound = "NotFound"

// named asks for objects by their names, by namespace. Each answer is given to a function, with why names of it could not be read.
func (f *fetch) named(ctx context.Context, resource string, names map[string]names, each func(namespace string, text []byte, unread map[string]string)) error {
	var all []question
	for _, namespace := range slices.Sorted(maps.Keys(names)) {
		for some := range slices.Chunk(slices.Sorted(maps.Keys(names[namespace])), atOnce) {
			all = append(all, question{namespace: namespace, flags: []string{"--namespace=" + namespace}, what: append([]string{resource}, some...)})
		}
	}
	if err := f.ask(ctx, all); err != nil {
		return err
	}
	for i := range all {
		q := &all[i]
		some := q.what[1:]
		f.keep("get "+resource, q.text)
		unread, other := map[string]string{}, false
		for _, line := range q.said {
			if reason, name, ok := refusal(resource, line); ok && slices.Contains(some, name) {
				unread[name] = reason
			} else {
				f.kubectlSays(line)
				other = true
			}
		}
		f.tellUnread(resource, q.namespace, unread)
		if q.failed && (other || len(q.text) == 0) { // any name may be meant
			for _, name := range some {
				unread[name] = cmp.Or(unread[name], "no answer")
			}
		}
		each(q.namespace, q.text, unread)
	}
	return nil
}

// question is one call of kubectl in a namespace, and what it answered.
type question struct {
	namespace   string
	flags, what []string

	text   []byte
	said   []string
	failed bool
}

// mostCalls is how many kubectls run at once. Each waits for the cluster most of the time, and with -A there is one for each namespace.
const mostCalls = 8

// ask asks the questions, several at once. A login that one question needs was made for the first one of the line.
func (f *fetch) ask(ctx context.Context, all []question) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(mostCalls)
	for i := range all {
		group.Go(func() (err error) {
			q := &all[i]
			q.text, q.said, q.failed, err = f.get(ctx, q.flags, q.what, func(string) {})
			return err
		})
	}
	return group.Wait()
}

// tellUnread says which objects could not be read. That one is not there is for others to say.
func (f *fetch) tellUnread(resource, namespace string, unread map[string]string) {
	byReason := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(unread)) {
		if reason := unread[name]; reason != notFound {
			byReason[reason] = append(byReason[reason], name)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(byReason)) {
		f.Say(fmt.Sprintf("cannot read %s %s in namespace %s (%s): what they contain is unknown", resource, strings.Join(byReason[reason], ", "), namespace, reason))
	}
}

// refusal takes apart what kubectl says of an object that it cannot get:
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

// events lists the Events of pods.
func (f *fetch) events(ctx context.Context, need *needs) error {
	var all []question
	for _, namespace := range slices.Sorted(maps.Keys(need.pods)) {
		selector := "involvedObject.kind=Pod"
		if pods := need.pods[namespace]; len(pods) == 1 {
			for name := range pods {
				selector += ",involvedObject.name=" + name
			}
		}
		all = append(all, question{namespace: namespace, flags: []string{"--namespace=" + namespace, "--field-selector=" + selector}, what: []string{"events"}})
	}
	if err := f.ask(ctx, all); err != nil {
		return err
	}
	for i := range all {
		for _, line := range all[i].said {
			f.kubectlSays(line)
		}
		f.keep("list events", all[i].text)
	}
	return nil
}

// load reads objects.
func load(ctx context.Context, text []byte) (*manifests.Set, error) {
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	set, err := manifests.Load(ctx, []manifests.Input{{Name: "kubectl", InMemory: true, Open: open}}, manifests.Options{})
	if err != nil {
		return nil, fmt.Errorf("read kubectl's answer: %w", err)
	}
	return set, nil
}
