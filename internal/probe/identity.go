package probe

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// identity is one who asks. Its login stands behind a func, so that no format verb prints it.
type identity struct {
	anonymous bool
	secret    string // the pull secret it is from; "" for none
	login     func() login
	hash      [sha256.Size]byte // tells identities apart, in memory alone
}

type login struct{ user, password, token string } // token: an OAuth 2 refresh token

func nobody() identity {
	return identity{anonymous: true, login: func() login { return login{} }}
}

func someone(l login) identity {
	return identity{login: func() login { return l }, hash: sha256.Sum256([]byte(l.user + "\x00" + l.password + "\x00" + l.token))}
}

// trace is what the cache keeps of an identity: the user's name, and 16 bits of a salted hash. They tell a changed password from the one
// before, nearly always, and say next to nothing about either.
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
	maxConfig     = 4 << 20
	helperTimeout = 5 * time.Second
)

// person is the one who runs imagelint, with the credentials that docker, podman and GitHub Actions keep for them. Nothing is read until a
// registry refuses a pod.
type person struct {
	getenv func(string) string
	home   string

	once  sync.Once
	files []authFile

	mu      sync.Mutex
	helpers map[string]*helped
}

type helped struct {
	once sync.Once
	l    login
	ok   bool
}

// authFile is a docker configuration, or podman's auth.json, as far as it is about credentials.
type authFile struct {
	Auths map[string]struct {
		Auth          string `json:"auth"`
		Username      string `json:"username"`
		Password      string `json:"password"`
		IdentityToken string `json:"identitytoken"`
	} `json:"auths"`
	CredsStore  string            `json:"credsStore"`
	CredHelpers map[string]string `json:"credHelpers"`
}

// at is who the person is at a registry, for a repository. What cannot be read, and a helper that fails, leaves them anonymous.
func (p *person) at(ctx context.Context, registry, repository string) identity {
	p.once.Do(p.read)
	for i := range p.files {
		if l, ok := p.files[i].stored(registry, repository); ok {
			return someone(l)
		}
		if l, ok := p.helped(ctx, &p.files[i], registry); ok {
			return someone(l)
		}
	}
	if token := p.getenv("GITHUB_TOKEN"); registry == "ghcr.io" && token != "" {
		user := p.getenv("GITHUB_ACTOR")
		if user == "" {
			user = "x-access-token"
		}
		return someone(login{user: user, password: token})
	}
	return nobody()
}

// read reads the files there are, docker's first.
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
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(f, maxConfig))
		f.Close()
		if err != nil {
			continue
		}
		if a, ok := parseAuthFile(data); ok {
			p.files = append(p.files, a)
		}
	}
}

func parseAuthFile(data []byte) (authFile, bool) {
	var a authFile
	return a, json.Unmarshal(data, &a) == nil
}

// stored finds credentials in the file itself: the longest key that is the repository or a path above it, as podman has them.
func (a *authFile) stored(registry, repository string) (login, bool) {
	best, found := -1, login{}
	for key, e := range a.Auths {
		host, path := normalKey(key)
		if host != hostOfKeys(registry) || path != "" && path != repository && !strings.HasPrefix(repository, path+"/") || len(path) < best {
			continue
		}
		l := login{user: e.Username, password: e.Password, token: e.IdentityToken}
		if e.Auth != "" {
			if text, err := base64.StdEncoding.DecodeString(e.Auth); err == nil {
				l.user, l.password, _ = strings.Cut(strings.TrimRight(string(text), "\x00"), ":")
			}
		}
		if l.token == "" && (l.user == "" || l.password == "") {
			continue // a helper has them
		}
		best, found = len(path), l
	}
	return found, best >= 0
}

// hostOfKeys is the name under which a registry's credentials are filed.
func hostOfKeys(registry string) string {
	switch registry {
	case "index.docker.io", "registry-1.docker.io":
		return hub
	}
	return registry
}

// normalKey takes a key apart: "https://index.docker.io/v1/" is docker.io, "quay.io/team" is a host and a path.
func normalKey(key string) (host, path string) {
	key = strings.TrimPrefix(strings.TrimPrefix(key, "https://"), "http://")
	host, path, _ = strings.Cut(key, "/")
	path = strings.Trim(path, "/")
	if path == "v1" || path == "v2" {
		path = ""
	}
	return hostOfKeys(host), path
}

// helped asks the credential helper of a registry, once for each.
func (p *person) helped(ctx context.Context, a *authFile, registry string) (login, bool) {
	name := a.CredsStore
	for key, helper := range a.CredHelpers {
		if host, path := normalKey(key); host == hostOfKeys(registry) && path == "" {
			name = helper
		}
	}
	if name == "" || strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	}) {
		return login{}, false
	}
	p.mu.Lock()
	if p.helpers == nil {
		p.helpers = map[string]*helped{}
	}
	h := p.helpers[name+" "+registry]
	if h == nil {
		h = &helped{}
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
		server = "https://index.docker.io/v1/"
	}
	cmd := exec.CommandContext(ctx, "docker-credential-"+name, "get") //nolint:gosec // the user's own configuration names the program
	cmd.Stdin = strings.NewReader(server)
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout = &limitedWriter{w: &out, left: 1 << 20}
	if cmd.Run() != nil {
		return login{}, false
	}
	return parseHelper(out.Bytes())
}

func parseHelper(data []byte) (login, bool) {
	var c struct{ Username, Secret string }
	if json.Unmarshal(data, &c) != nil || c.Secret == "" {
		return login{}, false
	}
	if c.Username == "<token>" {
		return login{token: c.Secret}, true
	}
	return login{user: c.Username, password: c.Secret}, c.Username != ""
}

// limitedWriter drops what is too much.
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
