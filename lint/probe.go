package lint

import (
	"cmp"
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// Asker is whose credentials registries are asked with.
type Asker uint8

// The askers.
const (
	AsPod       Asker = iota // the pod: the pull secrets that match, and nobody where none do
	AsMe                     // the person who runs imagelint: their own logins alone
	AsAnonymous              // nobody, as whoever installs what is published
)

// String is the asker's name, as --probe-as takes it.
func (a Asker) String() string { return [...]string{"pod", "me", "anonymous"}[a] }

// Question is what one pull asks of a registry: an image, with the credentials that the pod has for it.
type Question struct {
	Ref imageref.Ref
	As  Asker
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
	// Login is true if the login of the person who runs imagelint was used.
	Login bool
	// Digest and MediaType are the manifest's, where it exists and the registry tells.
	Digest, MediaType string
	// Modified is when the manifest was pushed last, where the registry tells.
	Modified time.Time
	// Skipped is true if the registry was not asked again, after it had failed for another image.
	Skipped bool
}

// ProbeResult is all that a registry was heard to say about one question.
type ProbeResult struct {
	// As is whom the registry was asked for.
	As Asker
	// Pod is the answer to the pod, with its credentials or without; to whom As says, where that is somebody else.
	Pod Answer
	// User is the answer to the person who runs imagelint, with their own credentials; asked only where the pod, or nobody, is refused, else NotAsked.
	User Answer
	// Public says that everybody may pull what the pod's own credentials are refused for. User is then the answer to nobody in particular.
	Public bool
	// SimilarTags are tags of the repository like the one that is missing, the most likely one first: to the pod, or to the person.
	SimilarTags []string
	// TagListed says that the registry lists the tag, although its manifest is gone.
	TagListed bool
	// Platforms are the image's, as os/arch or os/arch/variant; nil where nobody asked or the registry does not tell.
	Platforms []string
	// NotImage says what it is that no runtime can run: "a Helm chart"; "" for an image, and where that was not asked.
	NotImage string
	// TagDigest is the digest that the tag has now, where a reference has both; TagGone says that there is no such tag any more.
	TagDigest string
	TagGone   bool
	// Asked is how often the registry was asked, from Since on and over the time Waited, where the image was waited for; 0 where it was not.
	Asked  int
	Since  time.Time
	Waited time.Duration
}

// Lacking are the platforms of the question that an image is not there for, given those that it is there for.
func (q Question) Lacking(have []string) []string {
	if len(have) == 0 {
		return nil // the registry does not tell
	}
	var out []string
	for _, want := range q.Platforms {
		if !runs(want, have) {
			out = append(out, want)
		}
	}
	return out
}

// runs reports whether nodes of a platform run an image that is there for some. As in containerd, 64-bit nodes run what is built for the
// 32-bit ones of their kind, and a variant runs the ones before it.
func runs(want string, have []string) bool {
	w := strings.SplitN(want+"//", "/", 4)
	for _, h := range have {
		p := strings.SplitN(h+"//", "/", 4)
		if w[0] == p[0] && (w[1] == "*" || w[1] == p[1] && isVariant(w[1], w[2], p[2]) || w[1] == "amd64" && p[1] == "386" || w[1] == "arm64" && p[1] == "arm") {
			return true
		}
	}
	return false
}

// isVariant reports whether a variant that is wanted runs one that is there.
func isVariant(arch, want, have string) bool {
	return want == "" || have == "" || want == have || arch == "arm" && have <= want || arch == "amd64" && have <= want
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

// Ask asks about the images of several sets at once, each distinct question once, and returns a linter that runs over them with what was answered.
func (l *Linter) Ask(ctx context.Context, sets []*manifests.Set) *Linter {
	var all []Question
	seen := map[questionKey]bool{}
	asked := *l
	local := newLists(&asked.Settings).local
	for _, set := range sets {
		questions, _ := asked.questions(set, plan.New(set, asked.Settings.PlanOptions()), local)
		for _, q := range questions {
			if key := q.key(); !seen[key] {
				seen[key] = true
				all = append(all, q)
			}
		}
	}
	memory := &ProbeCache{Prober: asked.Prober}
	if asked.Prober = memory.CachedOnly(); len(all) > 0 {
		memory.Probe(ctx, all)
	}
	return &asked
}

// facts asks the prober about every image that a registry can be asked for.
func (l *Linter) facts(ctx context.Context, set *manifests.Set, planner *plan.Planner, local *glob.List) (facts map[*manifests.ImageRef]*ProbeResult, asked []Asked) {
	if l.Prober == nil {
		return nil, nil
	}
	questions, at := l.questions(set, planner, local)
	facts = make(map[*manifests.ImageRef]*ProbeResult, len(at))
	if len(questions) == 0 {
		return facts, nil
	}
	answers := l.Prober.Probe(ctx, questions)
	for i := range answers {
		answers[i].As = l.Settings.ProbeAs
		asked = append(asked, Asked{Question: questions[i], Answer: &answers[i]})
	}
	for img, i := range at {
		if i < len(answers) && answers[i].Pod.Outcome != NotAsked {
			facts[img] = &answers[i]
		}
	}
	return facts, asked
}

// Asked is a question, and what a registry answered.
type Asked struct {
	Question Question
	Answer   *ProbeResult
}

// unasked counts the questions that nobody was asked.
func unasked(all []Asked) int {
	n := 0
	for i := range all {
		if all[i].Answer.Pod.Outcome == NotAsked {
			n++
		}
	}
	return n
}

// JoinAsked joins the questions of two runs, each once, in the order of the images.
func JoinAsked(a, b []Asked) []Asked {
	seen := map[questionKey]bool{}
	var out []Asked
	for _, list := range [][]Asked{a, b} {
		for _, one := range list {
			if key := one.Question.key(); !seen[key] {
				seen[key] = true
				out = append(out, one)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Asked) int {
		return cmp.Or(
			strings.Compare(a.Question.Ref.Canonical(), b.Question.Ref.Canonical()),
			strings.Compare(strings.Join(a.Question.Platforms, ","), strings.Join(b.Question.Platforms, ",")),
			strings.Compare(a.Answer.Pod.Secret, b.Answer.Pod.Secret))
	})
	return out
}

// questions are what a registry can be asked about the images of a set, each once, and which one each image has.
func (l *Linter) questions(set *manifests.Set, planner *plan.Planner, local *glob.List) (questions []Question, at map[*manifests.ImageRef]int) {
	places := map[questionKey]int{}
	at = map[*manifests.ImageRef]int{}
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if !isAskable(planner, w, img) || local.Match(img.Raw) {
				continue
			}
			q := Question{Ref: img.Ref, As: l.Settings.ProbeAs, Platforms: platformsOf(l.Settings.Platforms, img.Pod)}
			v := planner.Verdict(img, planner.Image(w, img))
			if v.Outcome == plan.Never {
				continue
			}
			if q.As == AsPod {
				q.Credentials = v.Credentials
			}
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
	return questions, at
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
	as             Asker
	identity       [sha256.Size]byte
}

func (q Question) key() questionKey {
	h := sha256.New()
	for _, c := range q.Credentials {
		user, password := c.Login()
		h.Write([]byte(c.Secret + "\x00" + user + "\x00" + password + "\x01"))
	}
	k := questionKey{ref: q.Ref.Canonical(), as: q.As, platforms: strings.Join(q.Platforms, ",")}
	h.Sum(k.identity[:0])
	return k
}
