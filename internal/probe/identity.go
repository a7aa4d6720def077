package probe

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/docker-credential-helpers/client"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// identity is a user to ask as. Its login is behind a func, so that no format verb prints it.
type identity struct {
	anonymous bool
	own       bool   // the user's own login, not a pod's
	secret    string // the name of its pull secret, or ""
	login     func() login
	hash      [sha256.Size]byte // distinguishes identities; never stored
}

type login struct{ user, password, token string } // token: an OAuth 2 refresh token

func anonymousIdentity() identity {
	return identity{anonymous: true, login: func() login { return login{} }}
}

func loginIdentity(l login) identity {
	return identity{login: func() login { return l }, hash: sha256.Sum256([]byte(l.user + "\x00" + l.password + "\x00" + l.token))}
}

// trace is the part of an identity that the cache stores: the user name and 16 bits of a salted hash. That is
// enough to notice nearly every changed password, and reveals next to nothing.
func (i identity) trace(salt []byte) string {
	if i.anonymous {
		return "anonymous"
	}
	m := hmac.New(sha256.New, salt)
	m.Write(i.hash[:])
	user := hmac.New(sha256.New, salt)
	user.Write([]byte(i.login().user))
	return hex.EncodeToString(user.Sum(nil)[:8]) + "." + hex.EncodeToString(m.Sum(nil)[:2])
}

const (
	maxConfig       = 4 << 20
	maxHelperOutput = 1 << 20
	helperTimeout   = 5 * time.Second
)

// person is the user who runs imagelint, with the credentials that docker, podman and GitHub Actions keep for
// them. Nothing is read until a registry refuses a pod.
//
// Files and the helper protocol are handled by docker's own packages. The code in between is ours, because
// docker's and go-containerregistry's keychains read the process's environment and home folder, give up on a
// failing helper or a broken file, run a helper for each repository without a time limit, and do not support
// podman's keys with a path.
type person struct {
	getenv func(string) string
	home   string

	once  sync.Once
	files []*configfile.ConfigFile

	mu      sync.Mutex
	helpers map[string]*helperResult
}

type helperResult struct {
	once sync.Once
	l    login
	ok   bool
}

// at returns the user's identity for a repository. Unreadable files and failing helpers result in anonymous
// access.
func (p *person) at(ctx context.Context, registry, repository string) identity {
	l, ok := p.login(ctx, registry, repository)
	if !ok {
		return anonymousIdentity()
	}
	id := loginIdentity(l)
	id.own = true
	return id
}

func (p *person) login(ctx context.Context, registry, repository string) (login, bool) {
	p.once.Do(p.read)
	for i := range p.files {
		if l, ok := stored(p.files[i], registry, repository); ok {
			return l, true
		}
		if l, ok := p.fromHelper(ctx, p.files[i], registry); ok {
			return l, true
		}
	}
	if r, _ := registries.Lookup(registry); r.Env.Token != "" {
		if token := p.getenv(r.Env.Token); token != "" {
			return login{user: cmp.Or(p.getenv(r.Env.User), r.Env.Default), password: token}, true
		}
	}
	return login{}, false
}

// read reads the credential files, docker's first. The environment takes precedence, as for docker.
func (p *person) read() {
	var names []string
	add := func(parts ...string) {
		if parts[0] != "" {
			names = append(names, filepath.Join(parts...))
		}
	}
	if dir := p.getenv("DOCKER_CONFIG"); dir != "" {
		add(dir, "config.json")
	} else {
		add(p.home, ".docker", "config.json")
	}
	add(p.getenv("REGISTRY_AUTH_FILE"))
	add(p.getenv("XDG_RUNTIME_DIR"), "containers", "auth.json")
	if dir := p.getenv("XDG_CONFIG_HOME"); dir != "" {
		add(dir, "containers", "auth.json")
	} else {
		add(p.home, ".config", "containers", "auth.json")
	}
	if text := p.getenv(configfile.DockerEnvConfigKey); text != "" {
		if c, ok := parseAuths(strings.NewReader(text)); ok {
			p.files = append(p.files, c)
		}
	}
	for _, name := range names {
		data, err := files.Read(name, maxConfig)
		if err != nil {
			continue
		}
		if c, ok := parseAuths(bytes.NewReader(data)); ok {
			p.files = append(p.files, c)
		}
	}
}

// parseAuths parses a docker configuration or podman's auth.json.
func parseAuths(r io.Reader) (*configfile.ConfigFile, bool) {
	c := configfile.New("")
	return c, c.LoadFromReader(r) == nil
}

// stored finds credentials in the file itself, under the longest key that is the repository or a path above
// it, as podman does. If a key can be written in two ways, the alphabetically first one is used.
func stored(c *configfile.ConfigFile, registry, repository string) (found login, ok bool) {
	best := ""
	for _, key := range slices.Sorted(maps.Keys(c.AuthConfigs)) {
		host, path := normalKey(key)
		if host != hostOfKeys(registry) || path != "" && path != repository && !strings.HasPrefix(repository, path+"/") || ok && len(path) <= len(best) {
			continue
		}
		e := c.AuthConfigs[key]
		l := login{user: e.Username, password: e.Password, token: e.IdentityToken}
		if l.token == "" && (l.user == "" || l.password == "") {
			continue // stored in a credential helper
		}
		best, found, ok = path, l, true
	}
	return found, ok
}

// hostOfKeys returns the name under which a registry's credentials are stored.
func hostOfKeys(registry string) string {
	if r, _ := registries.Lookup(registry); slices.Contains(r.ClientKeys, registry) {
		return r.Hosts[0]
	}
	return registry
}

// normalKey splits a key: "https://index.docker.io/v1/" is docker.io, "quay.io/team" is a host and a path.
func normalKey(key string) (host, path string) {
	key = strings.TrimPrefix(strings.TrimPrefix(key, "https://"), "http://")
	host, path, _ = strings.Cut(key, "/")
	path = strings.Trim(path, "/")
	if path == "v1" || path == "v2" {
		path = ""
	}
	return hostOfKeys(host), path
}

// fromHelper asks the credential helper of a registry, once per registry.
func (p *person) fromHelper(ctx context.Context, c *configfile.ConfigFile, registry string) (login, bool) {
	name := c.CredentialsStore
	for _, key := range slices.Sorted(maps.Keys(c.CredentialHelpers)) {
		if host, path := normalKey(key); host == hostOfKeys(registry) && path == "" {
			name = c.CredentialHelpers[key]
		}
	}
	if name == "" || strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	}) {
		return login{}, false
	}
	p.mu.Lock()
	if p.helpers == nil {
		p.helpers = map[string]*helperResult{}
	}
	h := p.helpers[name+" "+registry]
	if h == nil {
		h = &helperResult{}
		p.helpers[name+" "+registry] = h
	}
	p.mu.Unlock()
	h.once.Do(func() { h.l, h.ok = p.run(context.WithoutCancel(ctx), name, registry) })
	return h.l, h.ok
}

// run executes docker-credential-NAME get.
func (p *person) run(ctx context.Context, name, registry string) (login, bool) {
	ctx, cancel := context.WithTimeout(ctx, helperTimeout)
	defer cancel()
	server := registry
	if registry == hub {
		server = pullsecret.RecommendedKey(hub)
	}
	c, err := client.Get(func(args ...string) client.Program { return newHelper(ctx, "docker-credential-"+name, args) }, server)
	if err != nil || c.Secret == "" {
		return login{}, false
	}
	if c.Username == "<token>" {
		return login{token: c.Secret}, true
	}
	return login{user: c.Username, password: c.Secret}, c.Username != ""
}

// helper is a client.Program with a time limit, no terminal output, and a limit on the output it keeps.
type helper struct {
	cmd *exec.Cmd
	out bytes.Buffer
}

func newHelper(ctx context.Context, program string, args []string) *helper {
	h := &helper{cmd: exec.CommandContext(ctx, program, args...)}
	h.cmd.WaitDelay = time.Second
	h.cmd.Stdout = &limitedWriter{w: &h.out, left: maxHelperOutput}
	return h
}

// Input implements client.Program.
func (h *helper) Input(in io.Reader) { h.cmd.Stdin = in }

// Output implements client.Program.
func (h *helper) Output() ([]byte, error) {
	err := h.cmd.Run()
	return h.out.Bytes(), err
}

// limitedWriter discards everything above its limit.
type limitedWriter struct {
	w    io.Writer
	left int
}

func (l *limitedWriter) Write(b []byte) (int, error) {
	n := min(len(b), l.left)
	l.left -= n
	if _, err := l.w.Write(b[:n]); err != nil {
		return 0, err
	}
	return len(b), nil
}
