package engine

import (
	"bytes"
	"slices"
	"strings"

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
