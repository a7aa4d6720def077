package facts

// SupportedKubernetes are the minor versions of Kubernetes that get fixes, the oldest first: 35 for 1.35. Source:
// https://kubernetes.io/releases/version-skew-policy/, by which these are the three newest ones, and https://kubernetes.io/releases/, by whose calendar
// 1.37 came out in August 2026 and 1.34 left support in October; written on 2026-11-29.
var SupportedKubernetes = []int{35, 36, 37}
