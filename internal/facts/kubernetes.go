package facts

// SupportedKubernetes lists the supported minor versions of Kubernetes, oldest first: 35 for 1.35. According to
// https://kubernetes.io/releases/version-skew-policy/, these are the newest three. According to the calendar at https://kubernetes.io/releases/, 1.37
// was released in August 2026 and support for 1.34 ended in October. Written on 2026-11-29.
var SupportedKubernetes = []int{35, 36, 37}
