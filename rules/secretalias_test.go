package rules

import "testing"

func TestSkeleton(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"acr-prod", "acr-prd", true},
		{"acr-production", "acr-prod", true},
		{"harbor", "harbour", true},
		{"reg.staging", "reg-stg", true},
		{"regcred-development", "regcred-dev", true},
		{"acr-prod", "acr-dev", false},
		{"gl", "gla", false},
		{"app-bar", "app-bor", false},
		{"acr-1", "acr-2", false},
		{"quay", "gitlab", false},
		{"team-ab", "team-abc", false},
		{"prod-acr", "acr-prod", false},
	} {
		if got := skeleton(c.a) == skeleton(c.b); got != c.same {
			t.Errorf("%s and %s are alike: %t", c.a, c.b, got)
		}
	}
}
