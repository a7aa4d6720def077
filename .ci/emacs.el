;;; -*- lexical-binding: t -*-
;; The steps of .ci/emacs in Emacs, on a Deployment with a pull secret. Each step prints the result, and ends the run if it is not as expected.

(require 'yaml-mode)
(require 'eglot)
(add-to-list 'auto-mode-alist '("\\.yaml\\'" . yaml-mode))
(setq create-lockfiles nil make-backup-files nil eglot-sync-connect 20)

(defun say (&rest text) (princ (apply #'format text)) (terpri))
(defun fail (&rest text) (say "FAILED: %s" (apply #'format text)) (kill-emacs 1))

(defun found ()
  "The findings in the buffer: their lines and texts."
  (sort (mapcar (lambda (d)
                  (let ((from (flymake-diagnostic-beg d)))
                    (format "%d:%s" (line-number-at-pos from) (buffer-substring-no-properties from (flymake-diagnostic-end d)))))
                (flymake-diagnostics))
        #'string<))

(defun want (step &rest expected)
  (let ((end (+ (float-time) 20)))
    (while (and (< (float-time) end) (not (equal (found) expected)))
      (eglot--signal-textDocument/didChange) ; Emacs does so when it is idle, which it never is in batch mode
      (accept-process-output nil 0.05)
      (flymake-start)))
  (unless (equal (found) expected)
    (fail "%s: the findings are %S, want %S: %S" step (found) expected (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))
  (say "%s: %S" step expected))

(defun cursor (text)
  (goto-char (point-min))
  (unless (search-forward text nil t) (fail "no %s" text))
  (backward-char))

(defun has (step text part)
  (unless (string-match-p (regexp-quote part) text) (fail "%s: no %S in %s" step part text))
  (say "%s: %s" step text))

(find-file "web.yaml")
(apply #'eglot (eglot--guess-contact))
(want "opened")

(cursor "acme")
(backward-char 3)
(delete-char 1)
(insert "A")
(want "typed" "9:Acme")

(cursor "Acme")
(let ((fix (seq-find (lambda (a) (equal (plist-get a :title) "write \"ghcr.io/acme/web:1\"")) (eglot-code-actions (point) (point) nil nil))))
  (unless fix (fail "no fix"))
  (eglot--apply-workspace-edit (plist-get fix :edit)))
(want "fixed")
(cursor "image:")
(has "line" (thing-at-point 'line t) "{name: 🐋画, image: ghcr.io/acme/web:1}")

(defun hover ()
  (let ((answer (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover (eglot--TextDocumentPositionParams))))
    (eglot--hover-info (plist-get answer :contents) (plist-get answer :range))))

(cursor "acme")
(has "hover over an image" (hover) "1. shop/regcred, key \"ghcr.io\", user \"robot\"")
(cursor "regcred")
(has "hover over a pull secret" (hover) "pull secret shop/regcred: usable, with the keys \"ghcr.io\"")
(has "definition" (format "%s" (mapcar #'xref-item-summary (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)))) "name: regcred, namespace: shop")

(cursor "regcred")
(forward-char)
(delete-char -3)
(has "completion" (format "%s" (all-completions "" (nth 2 (eglot-completion-at-point)))) "(regcred)")

(say "all seen")
(eglot-shutdown (eglot--current-server-or-lose))
(kill-emacs 0)
