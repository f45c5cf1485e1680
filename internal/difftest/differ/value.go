package differ

import (
	"encoding/json"
	"math/big"
	"reflect"
	"strconv"
	"time"
)

// Equal compares two values of one type by what they mean: times by their
// instant, numbers by their value.
func Equal(a, b any) bool { return alike(reflect.ValueOf(a), reflect.ValueOf(b)) }

func alike(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return false
	}
	if !a.IsValid() {
		return true
	}
	if a.CanInterface() {
		if same, ok := sameMeaning(a.Interface(), b.Interface()); ok {
			return same
		}
	}
	switch a.Kind() {
	case reflect.Interface:
		if x, y, ok := numbers(a, b); ok {
			return x == y
		}
		fallthrough
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return alike(a.Elem(), b.Elem())
	case reflect.Struct:
		return allAlike(a.NumField(), a.Field, b.Field)
	case reflect.Array:
		return allAlike(a.Len(), a.Index, b.Index)
	case reflect.Slice:
		return a.IsNil() == b.IsNil() && a.Len() == b.Len() && allAlike(a.Len(), a.Index, b.Index)
	case reflect.Map:
		if a.IsNil() != b.IsNil() || a.Len() != b.Len() {
			return false
		}
		for _, k := range a.MapKeys() {
			if !alike(a.MapIndex(k), b.MapIndex(k)) {
				return false
			}
		}
		return true
	default:
		return a.Equal(b)
	}
}

// sameMeaning compares two values of a type that has several forms of a value;
// of others ok is false.
func sameMeaning(a, b any) (same, ok bool) {
	switch x := a.(type) {
	case time.Time:
		return x.Equal(b.(time.Time)), true
	case big.Int:
		y := b.(big.Int)
		return x.Cmp(&y) == 0, true
	case big.Rat:
		y := b.(big.Rat)
		return x.Cmp(&y) == 0, true
	case big.Float:
		y := b.(big.Float)
		return x.Cmp(&y) == 0, true
	}
	return false, false
}

// allAlike compares the n parts of two values.
func allAlike(n int, a, b func(int) reflect.Value) bool {
	for i := range n {
		if !alike(a(i), b(i)) {
			return false
		}
	}
	return true
}

// numbers gives two values of any type as numbers, if they are: float64 is one
// form of them, json.Number the other.
func numbers(a, b reflect.Value) (x, y string, ok bool) {
	if x, ok = number(a); !ok {
		return "", "", false
	}
	y, ok = number(b)
	return x, y, ok
}

func number(v reflect.Value) (string, bool) {
	var r *big.Rat
	switch x := v.Interface().(type) {
	case float64:
		// The shortest text of a float64 is what was read.
		r, _ = new(big.Rat).SetString(strconv.FormatFloat(x, 'g', -1, 64))
	case json.Number:
		r, _ = new(big.Rat).SetString(string(x))
	}
	if r == nil {
		return "", false
	}
	return r.String(), true
}

// Fill makes empty every nil slice and map that v, a pointer, leads to: encoders
// write both alike where the schema says array or object.
func Fill(v any) { fill(reflect.ValueOf(v)) }

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && v.Kind() == reflect.Pointer {
			fill(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				fill(f)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Slice:
		if v.IsNil() && v.Type() != reflect.TypeFor[json.RawMessage]() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		for _, k := range v.MapKeys() {
			elem := reflect.New(v.Type().Elem()).Elem()
			elem.Set(v.MapIndex(k))
			fill(elem)
			v.SetMapIndex(k, elem)
		}
	}
}
