package rules

import "testing"

func TestNearPolicy(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"always": "Always", "Allways": "Always", "Alway": "Always", "PullAlways": "Always", "AlwaysPull": "Always", "Alwyas": "Always",
		"IfNotPresnt": "IfNotPresent", "if-not-present": "IfNotPresent", "IfNotExists": "IfNotPresent", "NotPresent": "IfNotPresent",
		"Nevr": "Never", "Neve": "Never", "PullNever": "Never",
		"": "", "OnFailure": "", "Sometimes": "", "pull": "", "Ever": "Never",
	} {
		if got := nearPolicy(text); got != want {
			t.Errorf("nearPolicy(%q) = %q, want %q", text, got, want)
		}
	}
}
