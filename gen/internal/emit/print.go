package emit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/token"
	"reflect"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// FingerprintLabel is what stands before the fingerprint at the end of a file.
const FingerprintLabel = "Fingerprint of the annotated source: "

// Fingerprint is a short name for everything that a generated file says about a
// package: it changes with every name, comment, type, rule and default, but not
// when lines move. The file ends with it, so that tools can tell a stale file
// without making it again.
func Fingerprint(p *model.Package) string {
	f := fingerprinter{defs: map[*model.Def]int{}}
	f.value(reflect.ValueOf(*p))
	sum := sha256.Sum256(f.text.Bytes())
	return hex.EncodeToString(sum[:8])
}

// A fingerprinter walks over a model. It writes down field by field, names
// included, so that a new field of the model needs no change here. What is zero
// is left out, so that one changes no fingerprint until it is used.
type fingerprinter struct {
	text bytes.Buffer
	defs map[*model.Def]int // number of each definition met so far
}

var positionType = reflect.TypeFor[token.Position]()

func (f *fingerprinter) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			switch field := v.Type().Field(i); {
			case ignored(v.Type(), field.Name), v.Field(i).IsZero():
			case field.Anonymous:
				f.value(v.Field(i))
			default:
				f.text.WriteString(field.Name + "{")
				f.value(v.Field(i))
				f.text.WriteString("}")
			}
		}
	case reflect.Pointer:
		f.pointer(v)
	case reflect.Slice:
		fmt.Fprintf(&f.text, "[%d]", v.Len())
		for i := range v.Len() {
			f.value(v.Index(i))
		}
	default:
		fmt.Fprintf(&f.text, "%q", fmt.Sprint(v.Interface()))
	}
}

// pointer follows a pointer, definitions once: they may be recursive.
func (f *fingerprinter) pointer(v reflect.Value) {
	if v.IsNil() {
		return // an element of a list; there is none
	}
	if d, ok := reflect.TypeAssert[*model.Def](v); ok {
		n, known := f.defs[d]
		if known {
			fmt.Fprintf(&f.text, "#%d", n)
			return
		}
		f.defs[d] = len(f.defs)
	}
	f.value(v.Elem())
}

// ignored tells what depends on where files are, or on what else the package
// has.
func ignored(t reflect.Type, field string) bool {
	if f, _ := t.FieldByName(field); f.Type == positionType {
		return true
	}
	return t == reflect.TypeFor[model.Package]() && (field == "Dir" || field == "Taken" || field == "Imports")
}
