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

// Asker selects the credentials with which registries are asked.
type Asker uint8

// Values of Asker.
const (
	AsPod       Asker = iota // the pod: its matching pull secrets, or else anonymously
	AsMe                     // the user who runs imagelint: only their own logins
	AsAnonymous              // anonymously, as users who install what is published
)

// String returns the name that --probe-as takes.
func (a Asker) String() string { return [...]string{"pod", "me", "anonymous"}[a] }

// Question is a question to a registry: an image, with the pod's credentials for it.
type Question struct {
	Ref imageref.Ref
	As  Asker
	// Credentials are tried in order, without an anonymous attempt afterwards; if there are none, the pull is
	// anonymous.
	Credentials []pullsecret.Credential
	// Platforms lists the platforms of the nodes that the pod may run on, as os/arch or os/arch/variant, where "*" is
	// any; if empty, the image's platforms are not checked.
	Platforms []string
}

// Outcome is the result of a question.
type Outcome uint8

// Outcomes. Those from Exists to Unreachable are answers; the others say nothing about the image.
const (
	NotAsked      Outcome = iota // not asked: the run was cancelled, or the image has no registry
	Exists                       // the registry serves the manifest
	TagMissing                   // the repository exists, but not the tag
	DigestMissing                // the repository exists, but not the digest
	RepoMissing                  // the registry reports that the repository does not exist
	Denied                       // 401 or 403: many registries answer this for private and for missing images
	Rejected                     // the credentials themselves are rejected: wrong or expired
	PlainHTTP                    // the server uses plain HTTP instead of HTTPS
	Untrusted                    // this machine does not trust the certificate
	Unreachable                  // the name does not resolve, or the connection is refused
	Inconclusive                 // rate limit, server error or timeout: nothing is known
)

// String returns the name of the outcome, for tests and tools.
func (o Outcome) String() string {
	return [...]string{
		"not asked", "exists", "tag missing", "digest missing", "repository missing", "denied", "credentials rejected", "plain HTTP",
		"untrusted certificate", "unreachable", "inconclusive",
	}[o]
}

// Answer is the answer for one set of credentials.
type Answer struct {
	Outcome Outcome
	// Status is the decisive HTTP status; 0 if there is none.
	Status int
	// Detail is a further clause: "the registry limits requests (429)". It never contains text from a registry.
	Detail string
	// RegistryMessage is the registry's own message for a denial, if it says more than the status: one printable line.
	// It is untrusted text: quote it.
	RegistryMessage string
	// FromTokenService is true if the token service denied access before the registry itself was asked.
	FromTokenService bool
	// Secret is the pull secret that was used, as plan.SecretID, or "".
	Secret string
	// Login is true if the user's own login was used.
	Login bool
	// Digest and MediaType describe the manifest, if it exists and the registry sends them.
	Digest, MediaType string
	// Modified is the time of the last push, if the registry sends it.
	Modified time.Time
	// Skipped is true if the registry was not asked because it had failed for another image.
	Skipped bool
}

// ProbeResult contains all answers to a question.
type ProbeResult struct {
	// As is the asker.
	As Asker
	// Pod is the answer for the pod, or for the asker in As.
	Pod Answer
	// User is the answer for the user's own credentials, asked only if the pod, or an anonymous pull, is denied; else
	// NotAsked.
	User Answer
	// Public is true if an anonymous pull works although the pod's own credentials are rejected. User is then the
	// anonymous answer.
	Public bool
	// SimilarTags are similar existing tags, the most likely first.
	SimilarTags []string
	// TagListed is true if the registry lists the tag although its manifest is gone.
	TagListed bool
	// Platforms lists the image's platforms, as os/arch or os/arch/variant; nil if not asked or unknown.
	Platforms []string
	// NotImage is the kind of artifact that no runtime can run, such as "a Helm chart"; "" for an image, or if not
	// checked.
	NotImage string
	// TagDigest is the current digest of the tag if a reference has both; TagGone is true if the tag no longer exists.
	TagDigest string
	TagGone   bool
	// Asked is the number of requests with --wait, from Since on, over the time Waited; else 0.
	Asked  int
	Since  time.Time
	Waited time.Duration
}

// Lacking returns the requested platforms that an image does not support, given those that it does.
func (q Question) Lacking(have []string) []string {
	if len(have) == 0 {
		return nil // unknown
	}
	var out []string
	for _, want := range q.Platforms {
		if !runs(want, have) {
			out = append(out, want)
		}
	}
	return out
}

// runs reports whether nodes of a platform can run an image for some platforms. As in containerd, 64-bit nodes run
// images for their 32-bit counterpart, and a variant runs lower ones.
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

// isVariant reports whether a node's variant runs an image's variant.
func isVariant(arch, want, have string) bool {
	return want == "" || have == "" || want == have || arch == "arm" && have <= want || arch == "amd64" && have <= want
}

// Prober asks registries. It returns facts in the order of the questions. If the context ends early, the rest are
// NotAsked.
type Prober interface {
	Probe(ctx context.Context, questions []Question) []ProbeResult
}

// ProbeResult returns the answers about an image. ok is false without a probe, and for an image that was not asked
// about.
func (p *Pass) ProbeResult(img *manifests.ImageRef) (*ProbeResult, bool) {
	f, ok := p.facts[img]
	return f, ok
}

// Platforms returns the platforms of the nodes that an image may be pulled to, as in a Question.
func (p *Pass) Platforms(img *manifests.ImageRef) []string {
	return platformsOf(p.Settings.Platforms, img.Pod)
}

// Ask asks about the images of several sets, each distinct question once, and returns a linter that uses the answers.
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

// facts asks the prober about every image that can be asked about.
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

// Asked is a question with the answers.
type Asked struct {
	Question Question
	Answer   *ProbeResult
}

// unasked counts questions without an answer.
func unasked(all []Asked) int {
	n := 0
	for i := range all {
		if all[i].Answer.Pod.Outcome == NotAsked {
			n++
		}
	}
	return n
}

// JoinAsked joins the questions of two runs without duplicates, in the order of the images.
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

// questions returns the distinct questions about the images of a set, and the question of each image.
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

// isAskable reports whether the cluster pulls an image under its written name, unless it is already on the nodes.
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

// questionKey identifies a question. It contains a hash of passwords, and is kept only in memory.
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
