package config

import (
	"strconv"
	"strings"
	"time"
)

// Probe holds the settings for --probe.
type Probe struct {
	// Insecure lists registries that may use plain HTTP or an untrusted certificate.
	Insecure []string
	// CAFiles lists PEM files of trusted certificates; see CAPaths.
	CAFiles []string
	// Mirrors are asked first. See Config.Mirrors for those that may only be compared with.
	Mirrors []Mirror
	// Timeout bounds the whole probe, and Concurrency the simultaneous requests; 0 if not set.
	Timeout     time.Duration
	Concurrency int
}

// Mirror names the mirror that serves the images of a registry.
type Mirror struct{ Registry, At string }

// CAPaths returns the paths of Probe.CAFiles, relative ones joined to Dir.
func (c *Config) CAPaths() []string {
	out := make([]string, 0, len(c.Probe.CAFiles))
	for _, p := range c.Probe.CAFiles {
		out = append(out, c.path(p))
	}
	return out
}

func probeKey() key {
	return key{
		name: "probe", doc: "How registries are asked, which they are only with --probe on the command line, or with probeOnSave in an editor. For that, insecure, mirrors and ca-files need --trust-config, or trustConfig in an editor, in a configuration that was found automatically. Every run uses mirrors to recognize copies of known images; it asks nobody for that.",
		example: `insecure: ["registry.lab.example:5000"]
mirrors: [{registry: docker.io, at: mirror.example.com/hub}]
ca-files: [ca.pem]
timeout: 60s
concurrency: 16`,
		shape: shape{kind: mapping, keys: []key{
			{
				name: "insecure", trust: Reaches, doc: "Registries that may use plain HTTP or an untrusted certificate, each a host with an optional port. No credentials are sent to them.",
				shape: shape{kind: list, item: &shape{check: checkHost}},
			},
			{
				name: "mirrors", trust: Reaches, doc: "Mirrors and pull-through caches of registries. Without --probe, their images are judged like the originals; with it, they are also asked first.",
				shape: shape{kind: list, item: &shape{kind: mapping, keys: []key{
					{
						name: "registry", doc: "The registry as in the manifests, optionally with the start of a path.", required: true, missing: "add the registry as in the manifests",
						shape: shape{check: checkRegistry},
					},
					{
						name: "at", doc: "The mirror: a host, optionally with the start of a path, that replaces the registry.", required: true, missing: "add the mirror",
						shape: shape{check: checkRegistry},
					},
				}}},
			},
			{
				name: "ca-files", trust: Inside | Reaches, doc: "PEM files with trusted certificates, in addition to the system's. The paths are relative to this file.",
				shape: shape{kind: list, item: &shape{}},
			},
			{
				name: "timeout", trust: Harmless, doc: "The time limit for all registries together; images not checked by then are reported.", fallback: "60s",
				shape: shape{check: checkDuration, pattern: `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`},
			},
			{
				name: "concurrency", trust: Harmless, doc: "The number of images to check at once.", fallback: "16",
				shape: shape{check: checkCount, number: true, pattern: `^[1-9][0-9]{0,2}$`},
			},
		}},
	}
}

// checkHost accepts a host, optionally with a port.
func checkHost(v string) (out, message, help string) {
	switch {
	case strings.Contains(v, "://"):
		return checkRegistry(v)
	case strings.ContainsAny(v, "/@ \t"):
		return "", quote(v) + " is not a valid host", `write only a host, as in "registry.example.com:5000"`
	case v != strings.ToLower(v):
		return "", quote(v) + " has upper-case letters", "write " + quote(strings.ToLower(v))
	}
	return v, "", ""
}

func checkDuration(v string) (out, message, help string) {
	if d, err := time.ParseDuration(v); err != nil || d <= 0 {
		return "", quote(v) + " is not a valid duration", `write it as "90s" or "2m"`
	}
	return v, "", ""
}

func checkDays(v string) (out, message, help string) {
	if n, err := strconv.Atoi(strings.TrimSuffix(v, "d")); err != nil || n < 1 || n > 9999 || !strings.HasSuffix(v, "d") {
		return "", quote(v) + " is not a valid number of days", `write it as "30d"`
	}
	return v, "", ""
}

func checkCount(v string) (out, message, help string) {
	if n, err := strconv.Atoi(v); err != nil || n < 1 || n > 999 {
		return "", quote(v) + " is not a valid number of requests", "write a number from 1 to 999"
	}
	return v, "", ""
}

// mirrors reads the key mirrors below the decoded key probe.
func (v *value) mirrors() []Mirror {
	var out []Mirror
	for _, m := range v.keys["mirrors"].list {
		out = append(out, Mirror{Registry: m.keys["registry"].text, At: m.keys["at"].text})
	}
	return out
}

// probe reads the decoded key probe.
func (v *value) probe() Probe {
	p := Probe{Insecure: v.texts("insecure"), CAFiles: v.texts("ca-files")}
	p.Mirrors = v.mirrors()
	if d, err := time.ParseDuration(v.keys["timeout"].text); err == nil {
		p.Timeout = d
	}
	if n, err := strconv.Atoi(v.keys["concurrency"].text); err == nil {
		p.Concurrency = n
	}
	return p
}
