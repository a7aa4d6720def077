package report

import (
	"time"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbeCost is what asking registries cost.
type ProbeCost struct {
	Heads, Gets, Tokens, Lists int // requests, by kind
	Cached                     int // answers of an earlier run
	As                         lint.Asker
}

// jsonProbe is what registries were asked: for whom, for which images, and what they answered.
type jsonProbe struct {
	As       string       `json:"as"`
	Requests jsonRequests `json:"requests"`
	Images   []jsonAsked  `json:"images"`
}

type jsonRequests struct {
	Total  int `json:"total"`
	Heads  int `json:"heads"`
	Gets   int `json:"gets"`
	Tokens int `json:"tokens"`
	Lists  int `json:"lists"`
	Cached int `json:"cached"`
}

type jsonAsked struct {
	Image string `json:"image"`
	// As is for whom: pod, me or anonymous; Secret is the pull secret that was used, and Login says that the logins of this machine were.
	As     string `json:"as"`
	Secret string `json:"secret,omitempty"`
	Login  bool   `json:"login,omitempty"`
	// Platforms are those that were asked for, MissingPlatforms those of them that are not there, Has all that are.
	Platforms        []string `json:"platforms,omitempty"`
	MissingPlatforms []string `json:"missingPlatforms,omitempty"`
	Has              []string `json:"has,omitempty"`
	Status           string   `json:"status"`
	Answer           string   `json:"answer"`
	HTTP             int      `json:"http,omitempty"`
	Detail           string   `json:"detail,omitempty"`
	Said             string   `json:"said,omitempty"` // by the registry, in its own words
	// You is what the registry answered to the person who ran this, where whom it was asked for is refused.
	You      string     `json:"you,omitempty"`
	Digest   string     `json:"digest,omitempty"`
	Modified *time.Time `json:"modified,omitempty"`
	NotImage string     `json:"notImage,omitempty"`
	Nearest  []string   `json:"nearest"`
	// Asked is how often, where the image was waited for: from Since on, for so many seconds.
	Asked  int        `json:"asked,omitempty"`
	Since  *time.Time `json:"since,omitempty"`
	Waited float64    `json:"waited,omitempty"`
}

// newJSONProbe returns nil where nobody was to be asked.
func newJSONProbe(r Report) *jsonProbe {
	c := r.Probe
	if c == nil {
		return nil
	}
	p := &jsonProbe{
		As: c.As.String(), Images: make([]jsonAsked, 0, len(r.Result.Asked)),
		Requests: jsonRequests{c.Heads + c.Gets + c.Tokens + c.Lists, c.Heads, c.Gets, c.Tokens, c.Lists, c.Cached},
	}
	for i := range r.Result.Asked {
		p.Images = append(p.Images, newJSONAsked(&r.Result.Asked[i]))
	}
	return p
}

func newJSONAsked(one *lint.Asked) jsonAsked {
	a, pod := one.Answer, one.Answer.Pod
	j := jsonAsked{
		Image: one.Question.Ref.Canonical(), As: a.As.String(), Secret: pod.Secret, Login: pod.Login,
		Platforms: one.Question.Platforms, MissingPlatforms: one.Question.Lacking(a.Platforms), Has: a.Platforms,
		Answer: pod.Outcome.String(), HTTP: pod.Status, Detail: pod.Detail, Said: pod.RegistryMessage, Digest: pod.Digest, NotImage: a.NotImage,
		Nearest: append([]string{}, a.SimilarTags...), Asked: a.Asked, Waited: a.Waited.Round(time.Second).Seconds(),
	}
	j.Status = probeStatus(pod.Outcome)
	if len(j.MissingPlatforms) > 0 {
		j.Status = "missing"
	}
	if a.User.Outcome != lint.NotAsked && !a.Public {
		j.You = a.User.Outcome.String()
	}
	if !pod.Modified.IsZero() {
		j.Modified = &pod.Modified
	}
	if a.Asked > 0 {
		since := a.Since.UTC().Truncate(time.Second)
		j.Since = &since
	}
	return j
}

// probeStatus sums up an outcome.
func probeStatus(o lint.Outcome) string {
	switch o {
	case lint.NotAsked:
		return "not asked"
	case lint.Exists:
		return "there"
	case lint.TagMissing, lint.DigestMissing, lint.RepoMissing:
		return "missing"
	case lint.Denied, lint.Rejected:
		return "denied"
	default:
		return "unknown"
	}
}
