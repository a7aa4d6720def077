package model

import (
	"reflect"
	"testing"
)

// Add takes over every field of a set, and shares no map with it.
func TestAdd(t *testing.T) {
	t.Parallel()
	one := &Set{}
	v := reflect.ValueOf(one).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		case reflect.Map:
			f.Set(reflect.MakeMap(f.Type()))
			f.SetMapIndex(reflect.ValueOf("a"), reflect.Zero(f.Type().Elem()))
		}
	}
	stats := reflect.ValueOf(&one.Stats).Elem()
	for i := range stats.NumField() {
		stats.Field(i).SetInt(1)
	}
	sum := &Set{}
	sum.Add(one)
	sum.Add(one)
	v = reflect.ValueOf(sum).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.Bool:
			if !f.Bool() {
				t.Errorf("%s is lost", v.Type().Field(i).Name)
			}
		case reflect.Slice:
			if f.Len() != 2 {
				t.Errorf("%d of %s, want 2", f.Len(), v.Type().Field(i).Name)
			}
		case reflect.Map:
			if f.Len() != 1 || f.UnsafePointer() == reflect.ValueOf(one).Elem().Field(i).UnsafePointer() {
				t.Errorf("%s: %v", v.Type().Field(i).Name, f)
			}
		}
	}
	stats = reflect.ValueOf(&sum.Stats).Elem()
	for i := range stats.NumField() {
		if stats.Field(i).Int() != 2 {
			t.Errorf("Stats.%s is %d, want 2", stats.Type().Field(i).Name, stats.Field(i).Int())
		}
	}
}

func TestInPodSpec(t *testing.T) {
	t.Parallel()
	for field, want := range map[Field]bool{FieldContainer: true, FieldInit: true, FieldVolume: true, FieldScalar: false, FieldSplit: false} {
		if got := (&ImageRef{Pod: &Pod{}, Field: field}).InPodSpec(); got != want {
			t.Errorf("field %d: %t", field, got)
		}
	}
	if (&ImageRef{}).InPodSpec() {
		t.Error("an image outside of a pod spec counts as in one")
	}
}
