package lsp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/policy"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// setup holds the rules and the configuration of a workspace.
type setup struct {
	editorSettings
	request engine.Request
	catalog *catalog.Catalog
	config  string // the discovered file, or ""
	// prober returns a prober for one run, or nil if probing is disabled.
	prober func() (lint.Prober, error)
}

// newSetup reads a workspace's configuration and applies the user's settings on top.
func (s *server) newSetup(root string, folder bool, from settings) (*setup, error) {
	out := &setup{catalog: catalog.Builtin()}
	editor, text, wrong := from.read()
	for _, problem := range wrong {
		s.showOnce(severityWarning, problem)
	}
	out.editorSettings = editor
	all := rules.All()
	cfg, found, err := s.configuration(root, folder, editor, all)
	if err != nil {
		return nil, err
	}
	out.config = found.Path
	if s.o.Prober != nil && editor.ProbeOnSave {
		if cfg.Bounds != nil && len(cfg.Bounds.LeftOut) > 0 {
			s.log(fmt.Sprintf("%s ignored when registries are asked, because the configuration was found automatically: use the setting trustConfig to allow it", config.Listed(cfg.Bounds.LeftOut)))
		}
		out.prober = func() (lint.Prober, error) { return s.o.Prober(cfg) }
	}
	if text != nil {
		over, err := config.Parse(filepath.Join(folderOf(root, folder), "settings of the editor"), text, all)
		if err != nil {
			s.showOnce(severityWarning, settingsError(err))
		} else {
			cfg = over.Over(cfg, all)
		}
	}
	own := out.compiler()
	if all, err = out.useRules(s.ctx, cfg, own); err != nil {
		return nil, err
	}
	now := s.o.Now()
	linter := lint.Linter{
		Rules: all, Levels: cfg.Expand(all), Ignores: cfg.Ignores, Today: now.Format("2006-01-02"), MaxFindings: cfg.MaxFindings.Or(maxFindings),
		Settings: cfg.Apply(lint.Settings{Kubernetes: lint.NewestKubernetes, Now: now}),
	}
	linter.Settings.KnownSecrets, linter.Settings.Overrides = cfg.KnownSecrets, cfg.ForFiles(all)
	out.request = engine.Request{
		Paths: []string{root}, Config: cfg, Linter: linter, Status: engine.StatusManifests, Render: engine.Render{Worker: s.o.Worker},
	}
	if editor.ConfigFile == "" { // it replaces those in folders, too
		search := config.Search{
			Paths: []string{root}, Rules: all, SudoUID: s.o.SudoUser, Warn: s.log,
			Met:     func(paths []string) []string { return walk.Configs(s.ctx, paths) },
			Compile: func(p []config.Policy) ([]lint.Rule, error) { return own.Compile(s.ctx, p) },
			Broken:  func(err error) { s.log(firstLine(err)) }, // it is shown when the file is opened
		}
		out.request.Folders = func(met []string) ([]lint.Override, error) { return search.Below(cfg, found, met) }
		search.Link(cfg, found)
		out.request.Linter.Elsewhere = cfg.Elsewhere
	}
	if name := cfg.BaselinePath(); name != "" {
		entries, err := baseline.Read(name)
		if err != nil {
			return nil, err
		}
		out.request.Baseline = &engine.Baseline{Folder: filepath.Dir(name), Entries: entries}
	}
	return out, nil
}

// configuration reads the file that the user names, or else the nearest one.
func (s *server) configuration(root string, folder bool, own editorSettings, all []lint.Rule) (*config.Config, config.Found, error) {
	none := config.Found{}
	if own.ConfigFile != "" {
		name := own.ConfigFile
		if !filepath.IsAbs(name) {
			name = filepath.Join(folderOf(root, folder), name)
		}
		cfg, err := config.Load(name, all)
		return cfg, none, err
	}
	found, err := config.Find(folderOf(root, folder), s.o.SudoUser)
	if err != nil || found.Path == "" {
		return &config.Config{}, none, err
	}
	cfg, err := config.LoadFound(found, all, own.TrustConfig)
	return cfg, found, err
}

func folderOf(root string, folder bool) string {
	if folder {
		return root
	}
	return filepath.Dir(root)
}

// compiler returns a compiler for policies that use the workspace's catalog.
func (u *setup) compiler() *policy.Compiler {
	return &policy.Compiler{Open: func() policy.Known { return rules.Known(u.catalog) }}
}

// useRules opens the catalogs named by the configuration, and returns the rules that use them and the
// configuration's policies.
func (u *setup) useRules(ctx context.Context, cfg *config.Config, own *policy.Compiler) ([]lint.Rule, error) {
	all := rules.All()
	if len(cfg.CatalogPaths()) > 0 || len(cfg.Mirrors) > 0 {
		var err error
		if u.catalog, err = catalogs.Open(cfg.CatalogPaths(), cfg.Mirrors); err != nil {
			return nil, fmt.Errorf("catalogs: %w", err)
		}
		all = rules.With(u.catalog)
	}
	policies, err := own.Compile(ctx, cfg.Policies)
	return append(all, policies...), err
}

// fetchSettings asks the client for each workspace's settings.
func (s *server) fetchSettings() {
	var answers []json.RawMessage
	err := s.conn.Call(s.ctx, "workspace/configuration", map[string]any{"items": []map[string]string{{"section": section}}}, &answers)
	if err == nil && len(answers) > 0 && !bytes.Equal(bytes.TrimSpace(answers[0]), []byte("null")) {
		s.use(settings{raw: answers[0]})
	}
}

// settingsChanged applies the settings that a client sends. If it sends none, the server asks for them.
func (s *server) settingsChanged(_ context.Context, p *settingsParams) error {
	if len(p.Settings) > 0 && !bytes.Equal(bytes.TrimSpace(p.Settings), []byte("null")) && !bytes.Equal(bytes.TrimSpace(p.Settings), []byte("{}")) {
		s.use(settings{raw: p.Settings})
		return nil
	}
	s.mu.Lock()
	asks := s.client.Workspace.Configuration
	s.mu.Unlock()
	if asks {
		s.running.Go(s.fetchSettings)
	}
	return nil
}

// use applies new settings and lints everything again.
func (s *server) use(now settings) {
	s.mu.Lock()
	same := bytes.Equal(s.settings.raw, now.raw)
	s.settings = now
	if !same {
		s.change++
		for _, w := range s.spaces {
			w.reload = true
		}
	}
	s.mu.Unlock()
	if !same {
		s.wakeAll(true)
	}
}
