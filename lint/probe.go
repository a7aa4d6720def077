package lint

import (
	"context"
	"crypto/sha256"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// Question is what one pull asks of a registry: an image, with the credentials that the pod has for it.
type Question struct {
	Ref imageref.Ref
	// Credentials are tried in this order, with no anonymous attempt behind them; without any, the pull is anonymous.
	Credentials []pullsecret.Credential
	// Platforms are those of the nodes that the pod may run on, as os/arch or os/arch/variant, where "*" is any; empty: the platforms of
	// the image are not asked for.
	Platforms []string
}

// Outcome is the result of asking a registry.
type Outcome uint8

// The outcomes. Only those from Exists to Unreachable are a registry's word, or a host's; the others know nothing about the image.
const (
	NotAsked      Outcome = iota // nobody asked: the run was cancelled, or the image has no registry
	Exists                       // the registry serves the manifest
	TagMissing                   // the repository is there, and has no such tag
	DigestMissing                // the repository is there, and holds no such digest
	RepoMissing                  // the registry says that it has no such repository
	Denied                       // 401 or 403: many registries answer so for what is private and for what is not there
	Rejected                     // the credentials themselves are refused: wrong, or expired
	PlainHTTP                    // plain HTTP is spoken where HTTPS is asked
	Untrusted                    // the certificate is not trusted here
	Unreachable                  // the name does not resolve, or the connection is refused
	Inconclusive                 // the registry limits, fails, or does not answer in time: nothing is known
)

// String is the outcome's name in messages of tests and tools.
func (o Outcome) String() string {
	return [...]string{
		"not asked", "exists", "tag missing", "digest missing", "repository missing", "denied", "credentials rejected", "plain HTTP",
		"untrusted certificate", "unreachable", "inconclusive",
	}[o]
}

// Answer is a registry's answer to one asker.
type Answer struct {
	Outcome Outcome
	// Status is the HTTP status that decided; 0 where none did.
	Status int
	// Detail says more, in a clause: "the registry limits requests (429)". It never holds a registry's own text.
	Detail string
	// RegistryMessage is what the registry says of a refusal, in its own words, where they say more than the status: one line that can be printed. It is
	// untrusted text: quote it.
	RegistryMessage string
	// FromTokenService is true if the registry's token service refused, before the registry itself was asked.
	FromTokenService bool
	// Secret is the pull secret that was used, as plan.SecretID; "" for none.
	Secret string
	// Digest and MediaType are the manifest's, where it exists and the registry tells.
	Digest, MediaType string
	// Skipped is true if the registry was not asked again, after it had failed for another image.
	Skipped bool
}

// ProbeResult is all that a registry said about one question.
type ProbeResult struct {
	// Pod is the answer to the pod, with its credentials or without.
	Pod Answer
	// User is the answer to the user who runs imagelint, with their own credentials; asked only where the pod is refused, else NotAsked.
	User Answer
	// Public is true if everybody may pull what the pod's own credentials are refused for. User is then the answer to an anonymous client.
	Public bool
	// SimilarTags are tags of the repository like the one that is missing, the most likely one first: to the pod, or to the user.
	SimilarTags []string
	// TagListed is true if the registry lists the tag, although its manifest is gone.
	TagListed bool
	// Platforms are the image's, as os/arch or os/arch/variant; nil where nobody asked or the registry does not tell.
	Platforms []string
	// NotImage says what it is that no runtime can run: "a Helm chart"; "" for an image, and where that was not asked.
	NotImage string
	// TagDigest is the digest that the tag has now, where a reference has both; TagGone says that there is no such tag any more.
	TagDigest string
	TagGone   bool
}

// Prober asks registries. Facts are in the order of the questions. A context that ends early leaves the rest NotAsked.
type Prober interface {
	Probe(ctx context.Context, questions []Question) []ProbeResult
}

// ProbeResult is what a registry said about an image. It reports false in a run that asks none, and for an image that was not asked about.
func (p *Pass) ProbeResult(img *manifests.ImageRef) (*ProbeResult, bool) {
	f, ok := p.facts[img]
	return f, ok
}

// Platforms are those of the nodes that an image may be pulled to, as in a Question.
func (p *Pass) Platforms(img *manifests.ImageRef) []string {
	return platformsOf(p.Settings.Platforms, img.Pod)
}

// facts asks the prober about every image that a registry can be asked for, each distinct question once.
func (l *Linter) facts(ctx context.Context, set *manifests.Set, planner *plan.Planner, local *glob.List) (facts map[*manifests.ImageRef]*ProbeResult, unasked int) {
	if l.Prober == nil {
		return nil, 0
	}
	var questions []Question
	places := map[questionKey]int{}
	at := map[*manifests.ImageRef]int{}
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if !isAskable(planner, w, img) || local.Match(img.Raw) {
				continue
			}
			q := Question{Ref: img.Ref, Platforms: platformsOf(l.Settings.Platforms, img.Pod)}
			v := planner.Verdict(img, planner.Image(w, img))
			if v.Outcome == plan.Never {
				continue
			}
			q.Credentials = v.Credentials
			key := q.key()
			i, ok := places[key]
			if !ok {
				i = len(questions)
				places[key] = i
				questions = append(questions, q)
			}
			at[img] = i
		}
	}
	facts = make(map[*manifests.ImageRef]*ProbeResult, len(at))
	if len(questions) == 0 {
		return facts, 0
	}
	answers := l.Prober.Probe(ctx, questions)
	for i := range answers {
		if answers[i].Pod.Outcome == NotAsked {
			unasked++
		}
	}
	for img, i := range at {
		if i < len(answers) && answers[i].Pod.Outcome != NotAsked {
			facts[img] = &answers[i]
		}
	}
	return facts, unasked
}

// isAskable reports whether an image is one that this cluster pulls under the name that is written, unless it is on the nodes already.
func isAskable(planner *plan.Planner, w *manifests.Workload, img *manifests.ImageRef) bool {
	switch {
	case img.State != manifests.StateString, img.Err != nil, img.Remote && img.Field != manifests.FieldMirrored, img.Confidence == manifests.Guess, img.Ref.Registry == "":
		return false
	case img.Untagged && img.Ref.Tag == "" && img.Ref.Digest == "":
		return false
	case planner.Mutation(w, img).Kind > plan.MayChange:
		return false
	}
	return true
}

// questionKey tells questions apart. It holds a hash of passwords, in memory alone.
type questionKey struct {
	ref, platforms string
	identity       [sha256.Size]byte
}

func (q Question) key() questionKey {
	h := sha256.New()
	for _, c := range q.Credentials {
		user, password := c.Login()
		h.Write([]byte(c.Secret + "\x00" + user + "\x00" + password + "\x01"))
	}
	k := questionKey{ref: q.Ref.Canonical(), platforms: strings.Join(q.Platforms, ",")}
	h.Sum(k.identity[:0])
	return k
}
