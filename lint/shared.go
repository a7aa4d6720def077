package lint

import "sync"

// Shared returns what build returns for the first rule of a run that asks with a key. The others get the same, which nobody may change. It must follow from
// the set, the plan and the settings of the run alone.
func Shared[T any](p *Pass, key string, build func() T) T {
	if p.shared == nil { // outside of a run
		return build()
	}
	made, _ := p.shared.LoadOrStore(key, sync.OnceValue(build))
	return made.(func() T)() //nolint:forcetypeassert // each key is of one type
}
