// Command apiserver is a minimal Kubernetes API server on the loopback: discovery, get, list with selectors and in
// chunks, and permission errors, enough for kubectl get. Tests use it to run a real kubectl.
//
//	apiserver OBJECTS KUBECONFIG LOG
//
// OBJECTS is a List in JSON. When the server is ready, it writes a kubeconfig to KUBECONFIG, and from then on a line
// per request to LOG. The kubeconfig's context "admin" may read everything, "viewer" everything except Secrets, and
// "nobody" is not authenticated.
package main

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// resource is an API resource.
type resource struct {
	group, version, name, kind, singular string
	short                                []string
}

// resources are those that the plugin requests.
var resources = []resource{
	{"", "v1", "namespaces", "Namespace", "namespace", []string{"ns"}}, // kubectl gets the namespace if it contains no matching object
	{"", "v1", "pods", "Pod", "pod", []string{"po"}},
	{"", "v1", "secrets", "Secret", "secret", nil},
	{"", "v1", "serviceaccounts", "ServiceAccount", "serviceaccount", []string{"sa"}},
	{"", "v1", "events", "Event", "event", []string{"ev"}},
	{"apps", "v1", "deployments", "Deployment", "deployment", []string{"deploy"}},
	{"apps", "v1", "statefulsets", "StatefulSet", "statefulset", []string{"sts"}},
	{"apps", "v1", "daemonsets", "DaemonSet", "daemonset", []string{"ds"}},
	{"batch", "v1", "jobs", "Job", "job", nil},
	{"batch", "v1", "cronjobs", "CronJob", "cronjob", []string{"cj"}},
}

// object is a JSON object.
type object = map[string]any

// str returns the string at a path, or "".
func str(o object, path ...string) string {
	for _, p := range path[:len(path)-1] {
		o, _ = o[p].(object)
	}
	s, _ := o[path[len(path)-1]].(string)
	return s
}

type server struct {
	objects []object
	mu      sync.Mutex
	log     *os.File
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: apiserver OBJECTS KUBECONFIG LOG")
	}
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var list struct{ Items []object }
	if err := json.Unmarshal(data, &list); err != nil {
		log.Fatal(err)
	}
	s := &server{objects: list.Items}
	if s.log, err = os.OpenFile(os.Args[3], os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		log.Fatal(err)
	}
	started := httptest.NewTLSServer(s)
	if err := os.WriteFile(os.Args[2], kubeconfig(started), 0o600); err != nil {
		log.Fatal(err)
	}
	select {}
}

// kubeconfig returns a kubeconfig with a context for each user.
func kubeconfig(s *httptest.Server) []byte {
	config := object{
		"apiVersion": "v1", "kind": "Config", "current-context": "admin",
		"clusters": []object{{"name": "c", "cluster": object{
			"server": s.URL, "certificate-authority-data": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}),
		}}},
	}
	var users, contexts []object
	for _, name := range []string{"admin", "viewer", "nobody"} {
		users = append(users, object{"name": name, "user": object{"token": "token-of-" + name}})
		contexts = append(contexts, object{"name": name, "context": object{"cluster": "c", "user": name, "namespace": "shop"}})
	}
	config["users"], config["contexts"] = users, contexts
	out, err := json.Marshal(config)
	if err != nil {
		log.Fatal(err)
	}
	return out
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer token-of-")
	s.mu.Lock()
	fmt.Fprintf(s.log, "%s %s %s\n", user, r.Method, r.URL.RequestURI())
	s.mu.Unlock()
	switch {
	case user != "admin" && user != "viewer":
		refuse(w, http.StatusUnauthorized, "Unauthorized", "Unauthorized", nil)
	case r.Method != http.MethodGet:
		refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "the server does not allow this method on the requested resource", nil)
	default:
		s.get(w, r, user)
	}
}

// get handles GET requests.
func (s *server) get(w http.ResponseWriter, r *http.Request, user string) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch path := strings.Join(parts, "/"); {
	case path == "version":
		answer(w, http.StatusOK, object{"major": "1", "minor": "32", "gitVersion": "v1.32.4", "platform": "linux/amd64"})
		return
	case path == "api":
		answer(w, http.StatusOK, object{"kind": "APIVersions", "versions": []string{"v1"}})
		return
	case path == "apis":
		answer(w, http.StatusOK, groups())
		return
	case len(parts) == 2 && parts[0] == "api", len(parts) == 3 && parts[0] == "apis":
		answer(w, http.StatusOK, resourcesOf(strings.Join(parts[1:], "/")))
		return
	case parts[0] == "api" && len(parts) > 2:
		parts = append([]string{""}, parts[1:]...)
	case parts[0] == "apis" && len(parts) > 3:
		parts = parts[1:]
	default:
		refuse(w, http.StatusNotFound, "NotFound", "the server could not find the requested resource", nil)
		return
	}
	group, version, rest, namespace := parts[0], parts[1], parts[2:], ""
	if rest[0] == "namespaces" && len(rest) > 2 {
		namespace, rest = rest[1], rest[2:]
	}
	i := slices.IndexFunc(resources, func(x resource) bool { return x.group == group && x.version == version && x.name == rest[0] })
	if i < 0 {
		refuse(w, http.StatusNotFound, "NotFound", "the server could not find the requested resource", nil)
		return
	}
	s.read(w, r, user, resources[i], namespace, rest[1:])
}

// read responds with an object or a list.
func (s *server) read(w http.ResponseWriter, r *http.Request, user string, of resource, namespace string, name []string) {
	verb, details := "list", object{"kind": of.name}
	if len(name) > 0 {
		verb, details["name"] = "get", name[0]
	}
	if user == "viewer" && of.name == "secrets" {
		subject := of.name
		if len(name) > 0 {
			subject += fmt.Sprintf(" %q", name[0])
		}
		refuse(w, http.StatusForbidden, "Forbidden", fmt.Sprintf("%s is forbidden: User %q cannot %s resource %q in API group %q in the namespace %q", subject, user, verb, of.name, of.group, namespace), details)
		return
	}
	var found []object
	for _, o := range s.objects {
		if str(o, "kind") == of.kind && (namespace == "" || str(o, "metadata", "namespace") == namespace) &&
			(len(name) == 0 || str(o, "metadata", "name") == name[0]) && matches(o, r) {
			found = append(found, o)
		}
	}
	switch {
	case len(name) == 0:
		list(w, r, of, found)
	case len(found) == 0:
		refuse(w, http.StatusNotFound, "NotFound", fmt.Sprintf("%s %q not found", of.name, name[0]), details)
	default:
		answer(w, http.StatusOK, found[0])
	}
}

// matches reports whether an object matches the selectors of a request.
func matches(o object, r *http.Request) bool {
	for term := range strings.SplitSeq(r.URL.Query().Get("fieldSelector"), ",") {
		if key, value, ok := strings.Cut(term, "="); ok && str(o, strings.Split(key, ".")...) != value {
			return false
		}
	}
	for term := range strings.SplitSeq(r.URL.Query().Get("labelSelector"), ",") {
		if key, value, ok := strings.Cut(term, "="); ok && str(o, "metadata", "labels", key) != value {
			return false
		}
	}
	return true
}

// list responds with a list or a chunk of one. Items of a list have no kind.
func list(w http.ResponseWriter, r *http.Request, of resource, found []object) {
	meta, q := object{"resourceVersion": "1000"}, r.URL.Query()
	from, _ := strconv.Atoi(q.Get("continue"))
	if limit, _ := strconv.Atoi(q.Get("limit")); limit > 0 && len(found) > from+limit {
		found = found[:from+limit]
		meta["continue"] = strconv.Itoa(from + limit)
	}
	items := []object{}
	for _, o := range found[min(from, len(found)):] {
		o = maps.Clone(o)
		delete(o, "kind")
		delete(o, "apiVersion")
		items = append(items, o)
	}
	answer(w, http.StatusOK, object{"kind": of.kind + "List", "apiVersion": of.apiVersion(), "metadata": meta, "items": items})
}

func (r resource) apiVersion() string { return strings.TrimPrefix(r.group+"/"+r.version, "/") }

// groups returns the APIGroupList.
func groups() object {
	var all []object
	for _, name := range []string{"apps", "batch"} {
		version := object{"groupVersion": name + "/v1", "version": "v1"}
		all = append(all, object{"name": name, "versions": []object{version}, "preferredVersion": version})
	}
	return object{"kind": "APIGroupList", "apiVersion": "v1", "groups": all}
}

// resourcesOf returns the APIResourceList of a group version.
func resourcesOf(version string) object {
	all := []object{}
	for _, r := range resources {
		if r.apiVersion() == version {
			all = append(all, object{"name": r.name, "singularName": r.singular, "namespaced": r.kind != "Namespace", "kind": r.kind, "verbs": []string{"get", "list"}, "shortNames": r.short})
		}
	}
	return object{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": all}
}

// refuse responds with a Status.
func refuse(w http.ResponseWriter, code int, reason, message string, details object) {
	answer(w, code, object{"kind": "Status", "apiVersion": "v1", "metadata": object{}, "status": "Failure", "message": message, "reason": reason, "details": details, "code": code})
}

func answer(w http.ResponseWriter, code int, o object) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(o) // the client has gone
}
