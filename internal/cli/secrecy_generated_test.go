package cli

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/report"
)

// secretText is a password of typical characters. Its middle is unique.
func secretText(r *rand.Rand) string {
	const middle, ends = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", "abcXYZ789/+=!.:@#?-_%&~"
	text := make([]byte, 0, 24)
	for range r.IntN(5) {
		text = append(text, ends[r.IntN(len(ends))])
	}
	for range 12 {
		text = append(text, middle[r.IntN(len(middle))])
	}
	for range r.IntN(4) {
		text = append(text, ends[r.IntN(len(ends))])
	}
	return string(text)
}

// credentialImages contain a secret in place of a reference.
var credentialImages = []string{
	"bob:%s@ghcr.io/acme/app:1", "https://bob:%s@ghcr.io/acme/app:1", "https://%s@ghcr.io/acme/app:1", "%s@ghcr.io/acme/app:1", "//bob:%s@ghcr.io/app", "/bob:%s@ghcr.io/App:1",
	"https:/bob:%s@ghcr.io/app", "${REG}/bob:%s@ghcr.io/app", "AWS:%s@1.dkr.ecr.eu-west-1.amazonaws.com/app:1", "bob:%s@ghcr.io", "bob:%s@ghcr.io/app@sha256:abc",
	" bob:%s@ghcr.io/app ", "bob:%s @ghcr.io/app", "oci://bob:%s@Reg/app:latest", "{{ .Values.user }}:%s@reg/app",
}

// besideImages are values with a secret on the line of an image or next to it.
var besideImages = []string{
	`{name: c, image: "Nginx:1", env: [{name: DB_PASSWORD, value: %q}]}`, `{name: c, image: "Nginx:1", args: ["--token=%s"]}`, `{name: c, image: "Nginx:1"} # password: %s`,
	`{name: c, image: "Nginx:1", apiKey: %q}`, "name: c\n    image: ' nginx:1'\n    env:\n    - name: TOKEN\n      value: %q", "name: c\n    image: ' nginx:1' # token: %s",
	"name: c\n    image: ' nginx:1'\n    # was https://bob:%s@ghcr.io/app\n    tty: true", "name: c\n    image: ' nginx:1'\n    secretKey: |\n      %s",
}

// credentialImage puts a secret into an image. If no user name precedes it, a colon in the secret would make
// its beginning the user name.
func credentialImage(image, secret string) string {
	if !strings.Contains(image, ":%s") {
		secret = strings.ReplaceAll(secret, ":", "")
	}
	return fmt.Sprintf(image, secret)
}

// secretDocuments are the files of a generated input: a pod, values, and a HelmRelease.
func secretDocuments(r *rand.Rand, secret string) map[string]string {
	image := credentialImage(credentialImages[r.IntN(len(credentialImages))], secret)
	beside := fmt.Sprintf(besideImages[r.IntN(len(besideImages))], secret)
	return map[string]string{
		"pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  imagePullSecrets: [{name: regcerd}]\n  containers:\n  - name: a\n    image: ' nginx:1.27'\n" +
			fmt.Sprintf("  - {name: b, image: %q}\n  - %s\n", image, beside),
		"values.yaml": fmt.Sprintf("image: {registry: %q, repository: nginx, tag: 1.10, password: %q}\nother: {image: \"nginx:1:2\", token: %q}\n", image, secret, secret),
		"release.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r}\nspec:\n" +
			fmt.Sprintf("  values: {image: {repository: Nginx, tag: \"1:2\", password: %q}, credentials: {db: %q}}\n", secret, secret),
	}
}

// No command and no format prints a password, whatever its characters and position.
func TestGeneratedSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	rounds := 20
	if testing.Short() {
		rounds = 5
	}
	for seed := range rounds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(seed), 1)) // the same each time
			secret := secretText(r)
			dir := t.TempDir()
			for name, text := range secretDocuments(r, secret) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			baseline := filepath.Join(t.TempDir(), "baseline.json")
			lines := [][]string{
				{dir, "--diff", "--fix=all"},
				{dir, "--diff"},
				{"pin", dir, "--diff"},
				{"images", dir, "--unique"},
				{dir, "--write-baseline", "--baseline", baseline},
				{dir, "--baseline", baseline, "--verbose"},
			}
			for _, format := range report.Names() {
				lines = append(lines, []string{dir, "--format", format, "--verbose", "--stats", "--guess"})
			}
			for _, format := range report.ImageFormats() {
				lines = append(lines, []string{"images", dir, "--format", format})
			}
			for _, format := range report.PullFormats() {
				lines = append(lines, []string{"pulls", dir, "--format", format})
			}
			for _, line := range lines {
				checkSilent(t, line, runCommand(t, "", append(line, "--config=")), secret)
			}
			data, err := os.ReadFile(baseline)
			if err != nil {
				t.Fatal(err)
			}
			checkSilent(t, []string{"the baseline"}, string(data), secret)
			for _, image := range credentialImages {
				image = credentialImage(image, secret)
				checkSilent(t, []string{"catalog", image}, failed(t, "catalog", "--", image), secret)
			}
		})
	}
}

// failed returns everything that a command line prints, whatever its exit code.
func failed(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}.Main(t.Context(), append([]string{"imagelint"}, args...))
	return out.String()
}

// checkSilent fails if output contains the middle of a secret; its ends may be escaped.
func checkSilent(t *testing.T, line []string, out, secret string) {
	t.Helper()
	core := strings.Trim(secret, "/+=!.:@#?-_%&~")
	for i := 0; i+8 <= len(core); i++ {
		if strings.Contains(out, core[i:i+8]) {
			t.Fatalf("imagelint %s shows %q of %q:\n%s", strings.Join(line, " "), core[i:i+8], secret, out)
		}
	}
}
