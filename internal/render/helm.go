package render

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/manifests"
)

// template renders a chart.
func (r *Renderer) template(ctx context.Context, o *Output) {
	c, err := loadChart(o.Path)
	if err != nil {
		o.failed(err)
		return
	}
	o.chart = c
	if c.isLibrary() {
		o.fail(manifests.SkipLibrary, nil)
		return
	}
	res, err := r.helmTemplate(ctx, o, nil, nil)
	if err != nil {
		o.failed(explained(err, o.Path))
		return
	}
	o.Data, o.first = res, o.spent
}

// helmTemplate runs helm template with more values files and strings to set than the target's own.
func (r *Renderer) helmTemplate(ctx context.Context, o *Output, values, setString []string) ([]byte, error) {
	args, err := helmArgs(o, values, setString)
	if err != nil {
		return nil, err
	}
	if err := r.known(ctx, &r.helm); err != nil {
		return nil, err
	}
	if len(values)+len(setString) > 0 && r.skipsSchema() {
		args = slices.Insert(args, 1, "--skip-schema-validation") // what a value may be says nothing of where it goes
	}
	began := time.Now()
	res, err := r.run(ctx, &r.helm, o.left(r.opts.Timeout), args...)
	o.spent += time.Since(began)
	if err != nil {
		return nil, err
	}
	return res.out, nil
}

// helmArgs are the arguments of helm template, with files named by paths that hold anywhere.
func helmArgs(o *Output, values, setString []string) ([]string, error) {
	release := o.Release
	if release == "" {
		release = "release-name" // what helm itself takes
	}
	folder, err := absolute(o.Path)
	if err != nil {
		return nil, err
	}
	args := []string{"template", "--include-crds"}
	for _, f := range o.Values {
		abs, err := absolute(f)
		if err != nil {
			return nil, err
		}
		args = append(args, "--values", abs)
	}
	for _, f := range values {
		args = append(args, "--values", f)
	}
	for _, s := range o.Set {
		args = append(args, "--set", s)
	}
	for _, s := range append(o.SetString[:len(o.SetString):len(o.SetString)], setString...) {
		args = append(args, "--set-string", s)
	}
	if o.Namespace != "" {
		args = append(args, "--namespace", o.Namespace)
	}
	if o.KubeVersion != "" {
		args = append(args, "--kube-version", o.KubeVersion)
	}
	for _, a := range o.APIVersions {
		args = append(args, "--api-versions", a)
	}
	return append(args, "--", release, folder), nil
}

// missing is what helm says of dependencies that are not there.
const missing = "missing in charts/ directory"

// explained adds to what helm says what to do about it.
func explained(err error, path string) error {
	var e *engineError
	if !errors.As(err, &e) {
		return err
	}
	if _, names, ok := strings.Cut(e.text, missing); ok {
		return fmt.Errorf("its dependencies are not in charts/%s: run helm dependency build %s", names, path)
	}
	return err
}

// skipsSchema reports whether helm has the flag --skip-schema-validation, which came with 3.16.
func (r *Renderer) skipsSchema() bool {
	major, minor := r.helmVersion()
	return major > 3 || major == 3 && minor >= 16
}

// helmVersion is the version of helm, which known has asked for; zero where it does not say.
func (r *Renderer) helmVersion() (major, minor int) {
	parts := strings.SplitN(strings.TrimPrefix(r.helm.version, "v"), ".", 3)
	if len(parts) < 2 {
		return 0, 0
	}
	major, _ = strconv.Atoi(parts[0]) // zero for what is no number
	minor, _ = strconv.Atoi(strings.TrimRight(parts[1], "+"))
	return major, minor
}

// writeTemp writes a file for an engine to read, and returns its name and what removes it.
func writeTemp(pattern string, data []byte) (name string, remove func(), err error) {
	f, err := os.CreateTemp("", pattern)
	if err != nil {
		return "", nil, fmt.Errorf("make a temporary file: %w", err)
	}
	remove = func() { _ = os.Remove(f.Name()) } // a temporary file that stays behind harms nobody
	if _, err := f.Write(data); err != nil {
		_ = f.Close() // the first error counts
		remove()
		return "", nil, fmt.Errorf("write a temporary file: %w", err)
	}
	if err := f.Close(); err != nil {
		remove()
		return "", nil, fmt.Errorf("write a temporary file: %w", err)
	}
	return f.Name(), remove, nil
}
