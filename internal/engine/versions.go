package engine

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts"
	"github.com/imagelint-dev/imagelint/internal/render"
)

// ownValues names the combination that has the chart's own values alone.
const ownValues = "values.yaml"

// ciValues are a chart with its own values, and with each file of values that it is tested with. A chart that has such files may need more values than
// its own: then it is no failure that it does not render with those alone.
func ciValues(t render.Target) []render.Target {
	files := render.CIValues(t.Path)
	if len(files) == 0 {
		return []render.Target{t}
	}
	alone := t
	alone.Name, alone.Optional = ownValues, true
	out := []render.Target{alone}
	for _, name := range files {
		one := t
		one.Name, one.Inside = name, []string{name}
		out = append(out, one)
	}
	return out
}

// The name of a combination for some versions of the cluster: "ci/a-values.yaml on Kubernetes 1.33 and 1.34".
const (
	onCluster  = " on "
	forCluster = "Kubernetes "
	andVersion = " and "
)

// forVersions are targets for each of several versions of the cluster; as they are where none is named.
func forVersions(targets []render.Target, versions []string) []render.Target {
	if len(versions) < 2 {
		return targets
	}
	var out []render.Target
	for _, t := range targets {
		for _, v := range versions {
			one := t
			one.KubeVersion = v
			one.Name = strings.TrimPrefix(t.Name+onCluster, onCluster) + forCluster + strings.TrimSuffix(strings.TrimPrefix(v, "v"), ".0")
			out = append(out, one)
		}
	}
	return out
}

// forSupported are targets for each supported version of the cluster. A chart may refuse the older ones: it is no failure that it does not render for
// those.
func forSupported(targets []render.Target) []render.Target {
	versions := make([]string, 0, len(facts.SupportedKubernetes))
	for _, minor := range facts.SupportedKubernetes {
		versions = append(versions, fmt.Sprintf("v1.%d.0", minor))
	}
	out := forVersions(targets, versions)
	for i := range out {
		out[i].Optional = out[i].Optional || out[i].KubeVersion != versions[len(versions)-1]
	}
	return out
}

// tellVersions says which charts differ between versions of the cluster that nobody chose, so that it is known which ones were examined.
func (l *Loaded) tellVersions(outputs []*render.Output) {
	if len(l.req.Render.KubeVersions) > 0 {
		return
	}
	versions := map[string][]string{}
	var order []string
	for _, o := range outputs {
		_, named, ok := cutVersion(o.Name)
		if !ok || o.Reason != "" {
			continue
		}
		if versions[o.Path] == nil {
			order = append(order, o.Path)
		}
		for _, v := range strings.Split(named, andVersion) {
			if !slices.Contains(versions[o.Path], v) {
				versions[o.Path] = append(versions[o.Path], v)
			}
		}
	}
	for _, path := range order {
		slices.Sort(versions[path])
		l.req.warn(fmt.Errorf("%s differs by version of the cluster, and was rendered for Kubernetes %s (--kubernetes-version to choose)", path, strings.Join(versions[path], ", ")))
	}
}

// joinVersions leaves one of the outputs that are the same for several versions of the cluster, with the versions in its name; where all are the same,
// the name does not speak of them.
func joinVersions(outputs []*render.Output) []*render.Output {
	type combination struct{ path, name string }
	kept := map[combination][]*render.Output{}
	var out []*render.Output
	for _, o := range outputs {
		name, version, ok := cutVersion(o.Name)
		at := combination{o.Path, name}
		if ok && o.Reason == "" {
			same := slices.IndexFunc(kept[at], func(k *render.Output) bool { return k.Reason == "" && bytes.Equal(k.Data, o.Data) })
			if same >= 0 {
				kept[at][same].Name += andVersion + version
				continue
			}
		}
		kept[at] = append(kept[at], o)
		out = append(out, o)
	}
	for _, all := range kept {
		if name, _, ok := cutVersion(all[0].Name); ok && len(all) == 1 {
			all[0].Name = name
		}
	}
	return out
}

// cutVersion takes the name of a combination apart.
func cutVersion(name string) (rest, version string, ok bool) {
	at := strings.LastIndex(name, forCluster)
	if at < 0 {
		return name, "", false
	}
	return strings.TrimSuffix(name[:at], onCluster), name[at+len(forCluster):], true
}
