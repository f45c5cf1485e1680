package directive

import (
	"reflect"
	"slices"
	"strings"
)

// An argument is one field of a verb's type.
type argument struct {
	key      string
	field    reflect.Value
	goName   string
	word     bool     // has no key
	body     bool     // takes the rest of the line
	repeat   bool     // may be given several times
	prefix   bool     // key is the beginning of the real keys
	required bool     // must be there
	oneOf    []string // the words allowed
	suffix   string   // what stood behind the prefix
}

// arguments are those of one directive, in the order of its fields.
type arguments []*argument

// argumentsOf reads the fields of a pointer to a verb's type.
func argumentsOf(verb any) arguments {
	v := reflect.ValueOf(verb).Elem()
	var args arguments
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key, list, _ := strings.Cut(f.Tag.Get("mcp"), ",")
		options := strings.Split(list, ",")
		a := &argument{key: key, field: v.Field(i), goName: f.Name}
		a.word = slices.Contains(options, "word")
		a.body = slices.Contains(options, "body")
		a.repeat = slices.Contains(options, "repeat")
		a.prefix = slices.Contains(options, "prefix")
		a.required = slices.Contains(options, "required")
		if words := f.Tag.Get("oneof"); words != "" {
			a.oneOf = strings.Split(words, "|")
		}
		args = append(args, a)
	}
	return args
}

// find gives the argument with a key, or nil.
func (as arguments) find(key string) *argument {
	for _, a := range as {
		switch {
		case a.word || a.body:
		case a.prefix:
			if suffix, ok := strings.CutPrefix(key, a.key); ok && suffix != "" {
				a.suffix = suffix
				return a
			}
		case a.key == key:
			return a
		}
	}
	return nil
}

// word gives the argument that has no key, or nil.
func (as arguments) word() *argument {
	i := slices.IndexFunc(as, func(a *argument) bool { return a.word })
	if i < 0 {
		return nil
	}
	return as[i]
}

// body gives the argument that takes the rest of the line, or nil.
func (as arguments) body() *argument {
	i := slices.IndexFunc(as, func(a *argument) bool { return a.body })
	if i < 0 {
		return nil
	}
	return as[i]
}

func (as arguments) keys() []string {
	var keys []string
	for _, a := range as {
		if !a.word && !a.body {
			keys = append(keys, a.key)
		}
	}
	return keys
}

// usage shows how the argument is written.
func (a *argument) usage() string {
	switch {
	case a.word || a.body:
		return a.key
	case a.prefix:
		return a.key + "KEY=" + a.form()
	case a.flag():
		return a.key
	default:
		return a.key + "=" + a.form()
	}
}
