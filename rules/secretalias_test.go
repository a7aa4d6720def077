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

func TestExchangedLetters(t *testing.T) {
	t.Parallel()
	aliases := secretAliases{}
	aliases.add("shop", secretAlias{nil, "ecr-pull"})
	for name, want := range map[string]bool{"erc-pull": true, "ecr-plul": true, "cer-pull": true, "rce-pull": false, "ecr-pull": false, "pull-ecr": false} {
		if _, got := aliases.of("shop", name); got != want {
			t.Errorf("%s: %t, want %t", name, got, want)
		}
	}
	if _, ok := aliases.of("other", "erc-pull"); ok {
		t.Error("a Secret of another namespace is an alias")
	}
}
