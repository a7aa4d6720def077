package registries

import (
	"fmt"
	"strings"
)

// awsTypo checks the fixed parts and the lengths in "123456789012.dkr.ecr.us-east-1.amazonaws.com".
func awsTypo(host string) (Typo, bool) {
	if left, ok := strings.CutSuffix(host, ".amazon.com"); ok && strings.Contains(left, ".dkr.ecr.") {
		return awsTypoOf(left+".amazonaws.com", `ends in "amazon.com", and registries of AWS end in "amazonaws.com"`), true
	}
	left, ok := strings.CutSuffix(host, ".amazonaws.com")
	suffix := ".amazonaws.com"
	if !ok {
		if left, ok = strings.CutSuffix(host, ".amazonaws.com.cn"); !ok {
			return Typo{}, false
		}
		suffix = ".amazonaws.com.cn"
	}
	if _, region, ok := cutECR(left); ok && isAWSRegion(region) {
		return Typo{Why: "lacks the number of an AWS account, as in \"123456789012.dkr.ecr.us-east-1.amazonaws.com\""}, true
	}
	account, rest, _ := strings.Cut(left, ".")
	if registry, region, ok := cutECR(rest); ok && !strings.Contains(region, ".") {
		switch {
		case !all(account, isDigit):
			return Typo{}, false // a placeholder, not a mistake
		case !isAccount(account):
			return Typo{Why: fmt.Sprintf("has an account number of %d digits, and AWS account numbers have 12", len(account))}, true
		case !isAWSRegion(region):
			why := fmt.Sprintf("has the region %q, and AWS regions read as \"us-east-1\"", region)
			return awsTypoOf(account+"."+registry+fixRegion(region)+suffix, why), true
		}
		return Typo{}, false
	}
	for _, p := range []struct{ has, lacks string }{{"ecr.", "dkr"}, {"dkr.", "ecr"}} {
		if region, ok := strings.CutPrefix(rest, p.has); ok && isAccount(account) && isAWSRegion(region) {
			return awsTypoOf(account+".dkr.ecr."+region+suffix, fmt.Sprintf("lacks the part %q of a registry of AWS", p.lacks)), true
		}
	}
	return Typo{}, false
}

// awsTypoOf suggests right only if it is a valid host.
func awsTypoOf(right, why string) Typo {
	if h, ok := Lookup(right); !ok || h.ID != "ecr" {
		right = ""
	}
	return Typo{Right: right, Why: why}
}

// fixRegion converts "us-east1", the form of Google, to "us-east-1".
func fixRegion(region string) string {
	if n := len(region); n > 1 && isDigit(region[n-1]) && isLower(region[n-2]) {
		return region[:n-1] + "-" + region[n-1:]
	}
	return region
}
