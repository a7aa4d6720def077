package pullsecret

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"testing"
)

// plantedPassword is planted wherever a payload can contain a secret.
const plantedPassword = "hushHUSHhush1234567890"

func plantedConfig(tb testing.TB) Config {
	tb.Helper()
	config, err := Parse(DockerConfigJSON, []byte(`{"HttpHeaders":{"X":"`+plantedPassword+`"},"auths":{
		"https://index.docker.io/v1":{"username":"u","password":"`+plantedPassword+`"},
		"ghcr.io":{"auth":"`+b64("u:"+plantedPassword)+`","identitytoken":"`+plantedPassword+`"},
		"quay.io":{"username":"`+plantedPassword+`","password":"`+plantedPassword+`"},
		"nvcr.io":{"auth":"`+b64("u:"+plantedPassword)+`","username":"v","password":"`+plantedPassword+`2"},
		"other.io":{"auth":"`+b64(plantedPassword+":u")+`","username":"u","password":"`+plantedPassword+`"},
		"swapped.io":{"auth":"`+b64("u:"+plantedPassword)+`","username":"`+plantedPassword+`","password":"u"},
		"gcr.io":{"username":"glpat-`+plantedPassword+`","registrytoken":"`+plantedPassword+`"},
		"https://u:`+plantedPassword+`@a.io:5000/x?t=`+plantedPassword+`#`+plantedPassword+`":{"email":"`+plantedPassword+`"},
		"u:`+plantedPassword+`/`+plantedPassword+`@b.io":{}}}`))
	if err != nil {
		tb.Fatal(err)
	}
	return config
}

// exported returns a value of every exported type, built from planted secrets.
func exported(t *testing.T) []any {
	t.Helper()
	config := plantedConfig(t)
	ring := NewKeyring([]NamedConfig{{"ns/s", config}})
	creds := ring.Lookup("ghcr.io/a/b")
	creds = append(creds, ring.Lookup("quay.io/a/b")...)
	creds = append(creds, ring.Lookup("gcr.io/a/b")...)
	creds = append(creds, ring.Lookup("a.io:5000/x")...)
	if len(creds) != 4 || creds[0].Password() != plantedPassword {
		t.Fatalf("%d credentials", len(creds))
	}
	values := []any{
		config,
		NamedConfig{"ns/s", config},
		ring, config.Keys()[0], creds[0], creds[0].Lifetime(),
		DockerCfg, ShapeBare, Kubelet, AuthBase64,
		KeyMismatch{},
		Malformed{},
		config.Keys(), creds,
		map[string]Credential{"x": creds[0]},
		map[string]*Config{"x": &config},
		[]*Keyring{&ring},
		struct{ Ring Keyring }{ring},
		struct{ inner *NamedConfig }{&NamedConfig{"s", config}},
	}
	for _, name := range []string{"docker.io/library/nginx", "ghcr.io:443/a", "quay.io:1/a", "gcr.io:1/a", "a.io/x", "b.io/x", "a.io:5000/y"} {
		misses := ring.NearMiss(name)
		if len(misses) == 0 {
			t.Errorf("no near miss for %q", name)
		}
		values = append(values, misses)
	}
	for _, bad := range []string{
		`{"auths":{"a.io":{"auth":"` + plantedPassword + `!"}}}`, `{"auths":{"a.io":{"auth":"` + b64(plantedPassword) + `"}}}`,
		`{"auths":{"u:` + plantedPassword + `@a.io":"` + plantedPassword + `"}}`, `{"auths":"` + plantedPassword + `"}`, `"` + plantedPassword + `"`, plantedPassword, b64(`{"x":"` + plantedPassword + `"}`),
		`{"auths":{"a.io":{"password":["` + plantedPassword + `"]}}}`, `{"auths":{"a.io":{"password":` + plantedPassword + `}}}`,
		`{"HttpHeaders":["` + plantedPassword + `"]}`, `{"x":1234567890e999}`, `{"password":"` + plantedPassword + "\n" + `"}`,
	} {
		_, err := Parse(DockerConfigJSON, []byte(bad))
		var m *Malformed
		if !errors.As(err, &m) {
			t.Fatalf("%s: %v", bad, err)
		}
		values = append(values, m, *m, err.Error(), m.ClusterText())
	}
	return values
}

// printed renders a value in every way in which a program may print one.
func printed(v any) string {
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%T", "%w"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	fmt.Fprintln(&b, v)
	if data, err := json.Marshal(v); err == nil {
		b.Write(data)
	} else {
		fmt.Fprint(&b, err)
	}
	if data, err := xml.Marshal(v); err == nil {
		b.Write(data)
	} else {
		fmt.Fprint(&b, err)
	}
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		fmt.Fprint(&b, err)
	}
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
	func() {
		defer func() { fmt.Fprint(&b, recover()) }()
		panic(v)
	}()
	return b.String()
}

// forms are the encodings in which a secret would be recognizable.
func forms(secret string) []string {
	return []string{
		secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), b64(secret),
		strings.Trim(fmt.Sprint(string([]byte(secret))), "[]"), b64("u:" + secret),
	}
}

func TestNothingPrintsSecrets(t *testing.T) {
	t.Parallel()
	for _, v := range exported(t) {
		value := reflect.ValueOf(v)
		pointer := reflect.New(value.Type())
		pointer.Elem().Set(value)
		slice := reflect.Append(reflect.MakeSlice(reflect.SliceOf(value.Type()), 0, 1), value)
		table := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[string](), value.Type()))
		table.SetMapIndex(reflect.ValueOf("k"), value)
		for _, wrapped := range []any{v, pointer.Interface(), slice.Interface(), table.Interface(), struct{ V any }{v}} {
			out := printed(wrapped)
			for _, form := range forms(plantedPassword) {
				if strings.Contains(out, form) {
					t.Errorf("%T shows the secret as %q", wrapped, form)
				}
			}
		}
		if where := reaches(value, 0); where != "" {
			t.Errorf("%T contains the secret in %s", v, where)
		}
	}
}

// reaches walks all fields, including unexported ones, like a debugger or go-cmp.
func reaches(v reflect.Value, depth int) string {
	if depth > 10 {
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		if strings.Contains(v.String(), plantedPassword) {
			return "a string"
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return reaches(v.Elem(), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if where := reaches(v.Field(i), depth+1); where != "" {
				return v.Type().Field(i).Name + ", " + where
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if where := reaches(v.Index(i), depth+1); where != "" {
				return where
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if where := reaches(it.Key(), depth+1) + reaches(it.Value(), depth+1); where != "" {
				return where
			}
		}
	}
	return ""
}

// TestSecrecyIsComplete finds exported types that the test above omits.
func TestSecrecyIsComplete(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, v := range exported(t) {
		seen[reflect.TypeOf(v).Name()] = true
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	types := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range gen.Specs {
				if ts, ok := spec.(*ast.TypeSpec); ok && ts.Name.IsExported() {
					types++
					if !seen[ts.Name.Name] {
						t.Errorf("no value of %s is tested", ts.Name.Name)
					}
				}
			}
		}
	}
	if types < 10 {
		t.Errorf("found only %d exported types", types)
	}
}
