package cluster

import (
	"fmt"
	"strings"
)

// accountIn returns the account whose limit is used up, as Docker Hub names it: "You have reached your pull rate limit as
// 'acmebot'". It returns "" if the message names none.
func accountIn(message string) string {
	_, after, _ := strings.Cut(message, "pull rate limit as ")
	if len(after) < 2 || !strings.ContainsRune(`'"`, rune(after[0])) {
		return ""
	}
	account, _, ok := strings.Cut(after[1:], after[:1])
	if !ok || len(account) > 128 || strings.ContainsAny(account, " \t\n") {
		return ""
	}
	return account
}

// ofAccount names the account whose limit is used up. An anonymous token would show the limit of the node's address.
func (gr *group) ofAccount(a *Answer, f *Failure) {
	account := accountIn(f.Message)
	if f.id() == "hub-limit-relayed" && account != "" {
		a.Cause = gr.notPulled(f) + fmt.Sprintf("the pull limit of Docker Hub's account %q is used up, which is that of the cache between them", account)
	}
	if f.id() != "hub-limit" || account == "" {
		return
	}
	a.Cause = gr.notPulled(f) + fmt.Sprintf("the pull limit of Docker Hub's account %q is used up", account)
	a.Do = fmt.Sprintf("give account %q a plan with a higher limit, use the pull secret of another account, or pull through a mirror; the limit is renewed within six hours", account)
	a.Check = checkAccountLimit(plain(account, "ACCOUNT"))
	a.Mistaken = "the limit of the node's address: credentials were sent"
}
