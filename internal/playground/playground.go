// Package playground is the engine of the web page: it takes files, and returns the findings as JSON, with
// positions as the page's editor counts them. It does not know the browser; all texts come from the engine
// and the reports.
package playground

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// configName is the configuration file, at the top level.
const configName = ".imagelint.yaml"

// maxFindings limits the findings listed for each rule.
const maxFindings = 200

// Playground lints successive states of the files. It is not safe for concurrent use. The zero value is ready
// to use.
type Playground struct {
	engine engine.Engine
	seen   map[string]version
	states int64
	// Now returns the current time, for the expiry of credentials; nil means time.Now.
	Now func() time.Time
}

// version is a text and the state of the files in which it first appeared.
type version struct {
	text  string
	since time.Time
}

// File is a text and its path.
type File struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Request is what the page sends.
type Request struct {
	Files []File `json:"files"`
}

// Answer is what the page gets back.
type Answer struct {
	// Report is the report in format json. Places holds the positions of its findings, in the same order.
	Report json.RawMessage `json:"report"`
	Places []Places        `json:"places"`
	// Pulls is the pull plan in format json. Images holds the positions of its images, in the same order.
	Pulls  json.RawMessage `json:"pulls"`
	Images []Image         `json:"images"`
	// Names holds the places that name or define pull secrets and service accounts.
	Names []Name `json:"names"`
	// Notes lists features that the files use and that the page does not support.
	Notes []string `json:"notes"`
}

// Place is a range of a file, in UTF-16 code units.
type Place struct {
	File string `json:"file"`
	From int    `json:"from"`
	To   int    `json:"to"`
}

// Places are the positions of one finding.
type Places struct {
	Place
	Related []Place `json:"related"`
	Edits   []Place `json:"edits"`
}

// Image is the position of an image and what is known about it.
type Image struct {
	Place
	// Known is one of the words of rules.Known, Text is the pull plan.
	Known string `json:"known"`
	Text  string `json:"text"`
}

// Name is the position of a Secret or service account and what is known about it.
type Name struct {
	Place
	Text string `json:"text"`
}

// JSON answers a request given as JSON. Errors are returned as {"error":"..."}.
func (p *Playground) JSON(request []byte) []byte {
	var req Request
	if err := json.Unmarshal(request, &req); err != nil {
		return failure(fmt.Errorf("read the request: %w", err))
	}
	answer, err := p.Lint(context.Background(), req)
	if err != nil {
		return failure(err)
	}
	out, err := json.Marshal(answer)
	if err != nil {
		return failure(err)
	}
	return out
}

func failure(err error) []byte {
	out, marshalErr := json.Marshal(map[string]string{"error": err.Error()})
	if marshalErr != nil {
		return []byte(`{"error":"the answer cannot be written"}`)
	}
	return out
}

// Lint answers a request.
func (p *Playground) Lint(ctx context.Context, req Request) (*Answer, error) {
	out := &Answer{Places: []Places{}, Images: []Image{}, Names: []Name{}, Notes: []string{}}
	cfg, err := settings(req)
	if err != nil {
		out.Notes = append(out.Notes, fmt.Sprintf("%s is not used: %v", configName, err))
		cfg = &config.Config{}
	}
	if len(cfg.Policies) > 0 {
		out.Notes = append(out.Notes, "policies of "+configName+" are not checked on this page")
	}
	all, now := rules.All(), p.now()
	linter := lint.Linter{
		Rules: all, Levels: cfg.Expand(all), Ignores: cfg.Ignores, Today: now.Format(time.DateOnly),
		MaxFindings: cmp.Or(cfg.MaxFindings.Or(maxFindings), maxFindings),
		Settings:    cfg.Apply(lint.Settings{Kubernetes: lint.NewestKubernetes, Now: now}),
	}
	linter.Settings.KnownSecrets, linter.Settings.Overrides = cfg.KnownSecrets, cfg.ForFiles(all)
	loaded, err := p.engine.Load(ctx, engine.Request{
		Paths: []string{"."}, Files: p.files(req.Files), Config: cfg, Linter: linter, Status: engine.StatusRecognized,
		Render: engine.Render{AnyFiles: true},
	})
	if err != nil {
		return nil, err
	}
	response, err := loaded.Lint(ctx)
	if err != nil {
		return nil, err
	}
	t := newTexts(req.Files)
	var b bytes.Buffer
	write, err := report.Lookup("json")
	if err == nil {
		err = write(&b, report.Report{Result: response.Result, Set: response.Set, Rules: all, RunErrors: response.Errors, FailOn: lint.Error}, report.Options{})
	}
	if err != nil {
		return nil, err
	}
	out.Report = b.Bytes()
	for i := range response.Result.Findings {
		out.Places = append(out.Places, t.places(&response.Result.Findings[i]))
	}
	out.names(loaded, t, now)
	loaded.TraceOrigins(ctx)
	return out, out.pulls(ctx, loaded, t, now)
}

// pulls adds how each image is pulled.
func (a *Answer) pulls(ctx context.Context, loaded *engine.Loaded, t texts, now time.Time) error {
	plans, _, err := inventory.Pulls(ctx, loaded, inventory.PullChoice{}, now)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := report.Pulls(&b, "json", plans, report.Options{}); err != nil {
		return err
	}
	a.Pulls = b.Bytes()
	known := rules.Known(catalog.Builtin())
	for i := range plans.Pulls {
		pull := &plans.Pulls[i]
		a.Images = append(a.Images, Image{t.place(pull.Image.Span), known(pull.Image), plainPlan(report.PullText(pull))})
	}
	return nil
}

// names adds what is known about each pull secret and service account.
func (a *Answer) names(loaded *engine.Loaded, t texts, now time.Time) {
	o := loaded.Settings().PlanOptions()
	o.Now = now
	index := inventory.NewIndex(loaded.Set(), plan.New(loaded.Set(), o))
	for target := range index.Targets {
		if place := t.place(target.Span); place.From < place.To {
			a.Names = append(a.Names, Name{place, index.Text(target)})
		}
	}
}

// plainPlan returns the text of one plan without the image, which the page shows itself.
func plainPlan(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "  "); ok {
			out.WriteString(rest)
		}
	}
	return out.String()
}

func (p *Playground) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now() //nolint:forbidigo // the page's clock
}

// settings returns the configuration in the file named configName.
func settings(req Request) (*config.Config, error) {
	for _, f := range req.Files {
		if f.Name == configName {
			return config.Parse(configName, []byte(f.Text), rules.All())
		}
	}
	return &config.Config{}, nil
}

// files wraps the texts as a file system. An unchanged text keeps its modification time, so that it is not
// read again.
func (p *Playground) files(all []File) files.FS {
	p.states++
	seen := make(map[string]version, len(all))
	entries := make([]files.Entry, 0, len(all))
	for _, f := range all {
		v, ok := p.seen[f.Name]
		if !ok || v.text != f.Text {
			v = version{f.Text, time.Unix(p.states, 0)}
		}
		seen[f.Name] = v
		entries = append(entries, files.Entry{
			Path: f.Name, Size: int64(len(f.Text)), Modified: v.since,
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(f.Text))), nil },
		})
	}
	p.seen = seen
	return files.NewListing("/", nil, entries)
}
