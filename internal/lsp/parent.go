package lsp

import "time"

// parentEvery is how often the server looks whether the client's process is still there.
const parentEvery = 3 * time.Second

// watchParent ends the session once the process of the client is gone: then nobody says exit, and another process may hold our input open.
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
