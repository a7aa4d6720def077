package lsp

import "time"

// parentEvery is how often the server checks that the client's process is alive.
const parentEvery = 3 * time.Second

// watchParent ends the session when the client's process is gone. Without it, the server would stay if
// another process held its stdin open.
func (s *server) watchParent(pid int) {
	ticker := time.NewTicker(parentEvery)
	defer ticker.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-ticker.C:
			if !isAlive(pid) {
				_ = s.conn.Close() // ends the session
				return
			}
		}
	}
}
