package fastyaml_test

import "strings"

const deployment = `# Source: web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: "web"
  labels: {app: web, 'tier': "front end", on: true}
  annotations:
    example.com/url: https://example.com/#top
    example.com/time: 2024-01-02T03:04:05Z
    example.com/empty:
    example.com/long: words that go on
      in the next line

      and after a space one # until here
spec:
  replicas: 3
  template:
    spec:
      imagePullSecrets: [{name: regcred}]
      containers:
      - name: app   # at the mapping's column
        image: registry.example.com:5000/web/app:1.27.3@sha256:0123456789abcdef
        command: ["/bin/sh", -c, 'echo ''hi'' && sleep 1']
        args:
          - --verbose
          - |
            set -e

            # not a comment
              exec app
          - >-
            folded
            text

            here
        env:
        - {name: A, value: "1\t2\n\"3\" \u00e9"}
        -
          name: B
          value: -1.5e3
        - name: C
          value: "two
            lines"
        ports:
        - - 80
          - 0x50
        -
        -   - ~
      nodeSelector: {}
      tolerations: []
`

// accepted are documents within the subset, by the feature that they show.
func accepted() map[string]string {
	return map[string]string{
		"deployment":               deployment,
		"crlf":                     strings.ReplaceAll(deployment, "\n", "\r\n"),
		"marker":                   "---\na: b\n",
		"marker, comment":          "# c\n\n---  # d\n\na: b\n",
		"end marker":               "a:\n- b\n... # c\n\n# d\n",
		"no line break at the end": "a: b",
		"root sequence":            "- a\n- b: c\n  d: e\n-   f\n",
		"indented root":            "\n   a: b\n   c:\n   - d\n",
		"unicode":                  "ключ: значение # ё\nü: {é: \"ø\", ß: [日本, 語]}\n\"→\" : '←'\n",
		"keys":                     "a b : c\n\"q\": 1\n'r' : 2\n1: 3\ntrue: 4\n~: 5\na#b: 6\na:b: 7\n-x: 8\n\"\": 9\n:y: 10\n?z: 11\n",
		"same keys":                "a: 1\na: 2\n",
		"plain":                    "a: b:c\nb: c#d\nc: -d\nd: --e --f=g\ne: http://x/y?z=1&u=[v]\nf: it's \"so\"\ng: a - b\nh: x,y\ni: ::x\nj: :8080\n",
		"null":                     "a:\nb:   # c\nc: ~\nd: null\ne:\n  - # f\n  -\n  - g\nh:\n",
		"lines below":              "a:\n  b\nc:\n    \"d\"\ne:\n  # f\n  [g]\nh:\n  |\n  i\nj:\n- k\n   l\n\n\n   m\n- n\n",
		"looks like structure":     "a: b\n  - c\n  {d\n  \"e\n  | f\nz: y\n",
		"compact":                  "- - - a\n    - b\n  - - c\n- d:\n  - e\n  - f: g\n    h: i\n  j: k\n",
		"flow":                     "a: [b, 'c', \"d\", [], {}, [e , f,], {g: h, \"i\": [j], \"k\":l, 'm':\"n\", \"o\":{p: -q}, }]\n",
		"anchors":                  "a: &a b # c\nd: *a\ne: &e \"f\"\ng: &g\n  h: *e # i\nj: &j # k\n- *g\n- &a [l]\n- *a\n- &m-1_M {n: 1}\n- &o\n  - *m-1_M\n- &p |\n  q\nr:\n  &s t\n  u\nv:\n  *s\n",
		"template":                 "a: {{ .Values.a }}\nb: {{c}} # d\ne: [{{ .f | default \"g\" }}, {h}, {i: j, k}, {'l'}, {[m]}]\n\"é\": {é: {{ ö }}}\n",
		"anchors before a list":    "a: &a\n- b\n- &c\n  d: e\nf: &d\n  - *c\n  - g: &g # h\n\n    - *a\n",
		"root flow":                "{a: b}\n", "root list": "# a\n[\nb, c ,\n-d,\n---e\n]\n... # f\n",
		"JSON":                 "{\n  \"a\": [1, -2.5e3, true, null, \"\\u00e9\\n\"],\n\n  \"b\": {},\"c\":[],\"d\":1\n}\n",
		"flow over lines":      "a: [\n  b,\n  c # d\n\n  # e\n]\nf: {\n    g: h, i: j,\n  \"k\": [l,\n   'm'\n  ] }  # n\no: [\"p\n q\"]\n",
		"quotes over lines":    "a: \"b\n  c\n\n\n  d \\\n   e\\\n\n  f\\  \n\t g\"\nb: 'h  \n\n  i''\n j'\n",
		"escapes":              "a: \"\\t\\r\\0\\e\\/\\\\ \\x41\\u0416\\U0001F600\\\t|\"\n",
		"literal":              "a: |\n  b\n\n   c  \n  \n    \n  d\n\n\nb: |-\n  c\n\nc: |+ # d\n\n  e\n\n\nd: |\ne: |+\n\n\n# f\ng: |\n  x\n  \ty\n  \t\n",
		"literal, last line":   "a:\n- |\n  b\n  c",
		"literal, tab":         "a: |\n  \tb\n  c\nd: >\n  \te\n  f\n",
		"literal, indented":    "a: |2\n    b\n  c\nd:\n- |-1\n   e\n  f\n- >1+\n\n   g\n  h\n\n",
		"folded":               "a: >\n\n\n  b\n  c\n\n  d\n\n\n    e\n  \tf\n\n  g\n\nb: >-\n  c\n    \n  d\n  \nc: >+\n  e\n\n",
		"literal then comment": "a:\n  b: |\n    c\n   # d\n # e\n  f: g\n",
		"tags": "- 1\n- -1\n- +1\n- 0\n- -0\n- 00\n- 0o7\n- 0x1F\n- 0b1\n- 1_000\n- -_1\n- 1e3\n- .5\n- 5.\n- -.5\n- +.inf\n- .NaN\n- .\n- 1.2.3\n" +
			"- 100m\n- 128Mi\n- 12e\n- 1:30\n- 2001-1-1\n- 2001-01-01T00:00:00+01:00\n- 2001-01-01 00:00:00\n- 2001-13-01\n- 99999999999999999999\n" +
			"- 18446744073709551615\n- 1e999\n- yes\n- No\n- True\n- tRUE\n- NULL\n- nulL\n- .5e1_0\n- 0.0\n- -0.0\n- 1e\n- 08\n- 0_8\n- +\n- 2001-01-01T00:00:00,5Z\n- +inf\n- -Inf\n- -nan\n- 0x1p-2\n- -.\n",
	}
}

// refused are documents that only the full parser may accept, by the feature that excludes them.
func refused() map[string]string {
	return map[string]string{
		"empty": "", "blank": " \n\n", "comment": "# a\n", "marker": "---\n", "end": "...\n", "two": "a: b\n---\nc: d\n", "after end": "a: b\n...\nc: d\n",
		"null document": "---\n---\na: b\n", "content at the marker": "--- a: b\n", "comment at the marker": "---#\na: b\n",
		"scalar": "a\n", "quoted": "\"a\"\n", "root flow, then more": "{a: b}\n{c: d}\n", "marker in brackets": "{a: b,\n---\nc: d}\n", "end in brackets": "[a,\n... ,\nb]\n", "root literal": "|\n a\n",
		"anchored key": "&a b: c\n", "anchored key in list": "- &a b: c\n", "anchored key below": "a:\n  &b c: d\n", "unknown alias": "a: *b\n",
		"alias of a later anchor": "a: *b\nb: &b c\n", "alias of itself": "a: &b c\nd: &b\n  e: *b\n", "alias as key": "a: &b c\n*b : d\n", "anchored alias": "a: &b c\nd: &e *b\n",
		"two anchors": "a: &b &c d\n", "two anchors on two lines": "a: &b\n  &c d\n", "anchored alias on two lines": "a: &b c\nd: &e\n  *b\n",
		"anchored root": "&a\nb: c\n", "anchored nothing": "a: &b\nc: d\n", "anchored nothing in list": "- &a\n- b\n", "anchor before a dash": "- &a - b\n",
		"anchor without a name": "a: & b\n", "alias without a name": "a: *\n", "dot in an anchor": "a: &b.c d\n", "text behind alias": "a: &b c\nd: *b e\n", "comma at alias": "a: &b c\nd: *b,\n",
		"alias in brackets": "a: &b c\nd: [*b]\n", "tag": "a: !!str b\n", "merge": "<<: a\n", "merge value": "a: <<\n",
		"complex key": "? a\n: b\n", "directive": "%YAML 1.1\n---\na: b\n", "byte order mark": "\ufeffa: b\n",
		"tab indent": "a:\n\tb: c\n", "tab behind colon": "a:\tb\n", "tab in plain": "a: b\tc\n", "tab behind dash": "-\ta\n", "tab in flow": "a: [\tb]\n",
		"tab in a literal's indent": "a: |\n  b\n \tc\n", "tab before a literal": "a: |\n\tb\n", "tab line in plain": "a: b\n\t\n  c\n",
		"lone CR": "a: b\rc: d\n", "NUL": "a: b\x00\n", "DEL": "a: \x7f\n", "DEL in a word": "a: \x7fbcdefghijkl\n", "escape": "a: \x1b\n", "bell": "a: \x07bcdefgh\n", "VT": "a: b\n\x0bcdefgh\n",
		"NEL": "a: b\u0085c: d\n", "LS": "a: b\u2028c\n", "PS": "a: b\u2029c\n", "not UTF-8": "a: \xff\n", "cut UTF-8": "a: \xc3", "U+FFFE": "a: \ufffe\n",
		"template line": "{{- if .a }}\na: b\n{{- end }}\n", "text behind a template": "a: {{ .b }}-c\n", "template as key": "{{ .a }}: b\n", "open template": "a: {{ .b }\n",
		"template over lines": "a: {{ .b }\n  }\n", "template over other lines": "a: {{\n .b }}\n", "no value over lines": "a: {b\n }\n", "key in brackets as key": "a: {{b}: c}\n", "key without a value first": "a: {b, c: d}\n",
		"value in value": "a: b: c\n", "value at the end": "a: b:\n", "quoted value in value": "a: \"b\": c\n", "value in more": "a: b\n  c: d\n",
		"value in more at the end": "a: b\n  c:\n", "key without colon": "a: b\nc\n", "key over lines": "a: b\n\"c\n d\": e\n", "list as value": "a: - b\n",
		"list after value": "a: b\n- c\n", "key after list": "- a\nb: c\n", "too deep": "a: b # c\n  d: e\n", "deep after quote": "a: \"b\"\n  c\n",
		"between": "a:\n    b: c\n  d: e\n", "between in list": "- a: b\n d\n", "dedent": "  a: b\nc: d\n", "behind quote": "a: \"b\" c\n",
		"comment at quote": "a: \"b\"#c\n", "comment at bracket": "a: [b]#c\n", "comment at comma": "a: [b,#c\n]\n", "comment at literal": "a: |#c\n",
		"open quote": "a: \"b\n", "open single quote": "a: 'b''\n", "marker in quote": "a: \"b\n---\nc\"\n", "unknown escape": "a: \"\\q\"\n", "cut escape": "a: \"\\u12\"\n",
		"surrogate": "a: \"\\ud800\"\n", "no code point": "a: \"\\U00110000\"\n", "far from one": "a: \"\\UFFFFFFFF\"\n", "no digit": "a: \"\\x4g\"\n", "open bracket": "a: [b\n", "closed otherwise": "a: [b}\n", "bracket behind": "a: [b]]\n", "empty entry": "a: [b,,c]\n",
		"comma first": "a: [,b]\n", "pair in list": "a: [b: c]\n", "empty value": "a: {b: , c: d}\n", "key over lines in brackets": "a: {\"b\n  c\": d}\n", "value below": "a: {b:\n c}\n",
		"plain over lines in brackets": "a: [b\n  c]\n", "colon at bracket": "a: {b:}\n", "colon at the end": "a: [b:]\n", "colon at comma": "a: [b:, c]\n", "key as a flow": "{a: b}: c\n", "flow at column": "a: [\nb\n]\n",
		"colon at the column": "a:\n      b: {c: \"d\n\", e: f}\n", "colon at the column of a list": "- - - - {a: '\n\n', b: c}\n",
		"reserved": "a: @b\n", "backtick": "a: `b`\n", "percent": "a: %b\n", "bar text": "a: |b\n", "two indicators": "a: |++\n", "zero indicator": "a: |0\n  b\n",
		"longer blank line": "a: |\n    \n  b\n", "spaces at the end": "a: |\n  b\n  ", "below a literal": "a:\n  b: |\n      c\n    d\n",
		"long key": strings.Repeat("k", 1500) + ": a\n", "long quoted key": "\"" + strings.Repeat("k", 1500) + "\": a\n",
		"deep blocks": strings.Repeat("- ", 300) + "a\n", "deep brackets": "a: " + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "\n",
	}
}
