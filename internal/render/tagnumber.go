package render

import "strings"

// TagNumbers returns the values for tags that are numbers without quotes and that helm prints differently than written.
// Whether a template uses them is unknown.
func (o *Output) TagNumbers() []AppVersion {
	if o.chart == nil || o.Reason != "" {
		return nil
	}
	var out []AppVersion
	o.values().leaves(func(v *value) {
		key := strings.ToLower(v.path[strings.LastIndexByte(v.path, '.')+1:])
		if !strings.HasSuffix(key, "tag") || v.doc == nil || v.reprinted() == "" {
			return
		}
		all := v.texts()
		out = append(out, AppVersion{Span: v.span(), Path: v.path, Written: v.node.Value, Printed: all[len(all)-1]})
	})
	return out
}
