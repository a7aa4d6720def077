package lsp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/config"
)

// settings are the user's editor settings: configuration keys, and some that only concern the editor.
type settings struct{ raw json.RawMessage }

// ownSettings concern only the editor and are not configuration keys.
var ownSettings = append([]string{"path", "trace"}, config.EditorKeys...)

// editorSettings are those of ownSettings that the server reads.
type editorSettings struct {
	// ConfigFile replaces the configuration file that would be found.
	ConfigFile string `json:"configFile"`
	// TrustConfig allows a discovered configuration to read outside its repository.
	TrustConfig bool `json:"trustConfig"`
	// OpenFilesOnly hides findings in files that are not open.
	OpenFilesOnly bool `json:"openFilesOnly"`
	// ProbeOnSave probes registries when a file is saved. It is not a configuration key, so that a repository
	// cannot enable it.
	ProbeOnSave bool `json:"probeOnSave"`
}

// section is the name under which clients store the settings.
const section = "imagelint"

// read separates editor settings from configuration keys. The client may wrap them in the section's name; null means
// unset. An invalid setting is ignored and returned as a problem; the others apply.
func (s settings) read() (own editorSettings, configuration []byte, problems []string) {
	text := bytes.TrimSpace(s.raw)
	if len(text) == 0 || isEmptyList(text) {
		return own, nil, nil
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		return own, nil, []string{"the settings of the editor are not a JSON object"}
	}
	switch inner := all[section].(type) {
	case map[string]any:
		all = inner
	case []any:
		if len(inner) == 0 {
			delete(all, section)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if problem := own.take(key, all[key]); problem != "" {
			problems = append(problems, problem)
			delete(all, key)
		}
	}
	for _, key := range ownSettings {
		delete(all, key)
	}
	if dropNulls(all); len(all) == 0 {
		return own, nil, problems
	}
	configuration, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return own, nil, append(problems, "the settings of the editor cannot be read")
	}
	return own, configuration, problems
}

// isEmptyList reports whether a text is [], which is how clients in Lua encode an empty table.
func isEmptyList(text []byte) bool {
	var list []any
	return json.Unmarshal(text, &list) == nil && len(list) == 0
}

// take reads an editor setting. It returns what is wrong with the setting, if it is an editor
// setting or unknown.
func (e *editorSettings) take(key string, v any) string {
	wrong := func(want string) string { return fmt.Sprintf("the setting %q of the editor is not %s", key, want) }
	switch flags := map[string]*bool{"trustConfig": &e.TrustConfig, "openFilesOnly": &e.OpenFilesOnly, "probeOnSave": &e.ProbeOnSave}; {
	case slices.Contains([]string{"path", "trace"}, key) || v == nil && slices.Contains(ownSettings, key):
	case key == "configFile":
		text, ok := v.(string)
		if !ok {
			return wrong("a path")
		}
		e.ConfigFile = text
	case flags[key] != nil:
		on, ok := v.(bool)
		if !ok {
			return wrong("true or false")
		}
		*flags[key] = on
	case configSchema().Properties[key] == nil:
		return unknownSetting(key)
	}
	return ""
}

// settingsError returns the message about settings with configuration keys. It omits the position, because the
// settings are not in a file.
func settingsError(err error) string {
	text := firstLine(err)
	if all := errorsOf(err); len(all) > 0 {
		text = all[0].Message
		if all[0].Help != "" {
			text += ": " + all[0].Help
		}
	}
	return "the settings of the editor are ignored, except those for editors alone: " + text
}

// unknownSetting returns the message about a setting that does not exist.
func unknownSetting(key string) string {
	words := slices.Concat(config.EditorKeys, slices.Sorted(maps.Keys(configSchema().Properties)))
	help := "the settings are " + strings.Join(words, ", ")
	if near := config.Near(key, words); near != "" {
		help = fmt.Sprintf("did you mean %q?", near)
	}
	return fmt.Sprintf("unknown setting %q of the editor: %s", key, help)
}

func dropNulls(m map[string]any) {
	for key, v := range m {
		if inner, ok := v.(map[string]any); ok {
			if dropNulls(inner); len(inner) > 0 {
				continue
			}
			delete(m, key)
		} else if v == nil {
			delete(m, key)
		}
	}
}
