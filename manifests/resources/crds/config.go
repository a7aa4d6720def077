package main

import (
	"fmt"
	"io"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// entry is an item of resources in a configuration. It has the same content under the names that
// users write.
type entry struct {
	Group           string              `yaml:"group"`
	Kind            string              `yaml:"kind"`
	Images          []string            `yaml:"images,omitempty"`
	SplitImages     []map[string]string `yaml:"split-images,omitempty"`
	PodSpecs        []string            `yaml:"pod-specs,omitempty"`
	Containers      []string            `yaml:"containers,omitempty"`
	PullSecrets     []shaped            `yaml:"pull-secrets,omitempty"`
	ServiceAccounts []string            `yaml:"service-accounts,omitempty"`
}

type shaped struct {
	Path  string `yaml:"path"`
	Shape string `yaml:"shape"`
}

// printConfig writes the rows as the list resources of an .imagelint.yaml, which does not support
// volumes outside of pod specs.
func printConfig(out io.Writer, rows []*row) error {
	list := make([]entry, 0, len(rows))
	for _, r := range rows {
		e := entry{Group: r.Group, Kind: r.Kind, Images: r.Images, PodSpecs: r.PodSpecs, Containers: r.Containers, ServiceAccounts: r.ServiceAccounts}
		for _, o := range r.ImageObjects {
			e.SplitImages = append(e.SplitImages, splitImage(o))
		}
		for _, s := range []struct {
			shape string
			paths []string
		}{
			{"objects", r.PullSecrets.Names},
			{"strings", r.PullSecrets.Strings},
			{"string", r.PullSecrets.String},
			{"object", r.PullSecrets.Name},
			{"object-with-namespace", r.PullSecrets.NameNamespace},
		} {
			for _, path := range s.paths {
				e.PullSecrets = append(e.PullSecrets, shaped{path, s.shape})
			}
		}
		list = append(list, e)
	}
	text, err := yaml.Marshal(map[string][]entry{"resources": list})
	if err != nil {
		return fmt.Errorf("write the entries: %w", err)
	}
	_, err = out.Write(text)
	return err
}

// splitImage splits "spec.image{repository,name=image}".
func splitImage(o string) map[string]string {
	path, parts, _ := strings.Cut(strings.TrimSuffix(o, "}"), "{")
	m := map[string]string{"path": path}
	for part := range strings.SplitSeq(parts, ",") {
		role, key, renamed := strings.Cut(part, "=")
		if !renamed {
			key = role
		}
		m[role] = key
	}
	return m
}
