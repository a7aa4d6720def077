package engine

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts"
	"github.com/imagelint-dev/imagelint/internal/render"
)

// ownValues is the name of the combination with only the chart's own values.
const ownValues = "values.yaml"

// ciValues returns targets with the chart's own values and with each of its test values files. A chart with such files may not render with its own
// values alone, so that is not an error.
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

// Parts of a combination's name with Kubernetes versions: "ci/a-values.yaml on Kubernetes 1.33 and 1.34".
const (
	onCluster  = " on "
	forCluster = "Kubernetes "
	andVersion = " and "
)

// forVersions returns a target for each Kubernetes version, or the targets unchanged if there are fewer than two versions.
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

// forSupported returns a target for each supported Kubernetes version. A chart may reject older versions, so failures there are not errors.
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

// warnVersions warns about charts that depend on the Kubernetes version if the user chose none, so that users know which versions were examined.
func (l *Loaded) warnVersions(outputs []*render.Output) {
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

// joinVersions merges outputs that are equal for several Kubernetes versions, and adds the versions to the name. If all are equal, the name has no
// versions.
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

// cutVersion splits the name of a combination.
func cutVersion(name string) (rest, version string, ok bool) {
	at := strings.LastIndex(name, forCluster)
	if at < 0 {
		return name, "", false
	}
	return strings.TrimSuffix(name[:at], onCluster), name[at+len(forCluster):], true
}
