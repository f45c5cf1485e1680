package emit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/token"
	"hash"
	"io"
	"reflect"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// Fingerprint is a short name for everything that a generated file says about a
// package: it changes with every name, comment, type, rule and default, but not
// when lines move. The file ends with it, so that tools can tell a stale file
// without making it again.
func Fingerprint(p *model.Package) string {
	f := fingerprinter{hash: sha256.New(), defs: map[*model.Def]int{}}
	f.value(reflect.ValueOf(*p))
	return hex.EncodeToString(f.hash.Sum(nil)[:8])
}

// A fingerprinter walks over a model. It hashes field by field, names included,
// so that a new field of the model needs no change here.
type fingerprinter struct {
	hash hash.Hash
	defs map[*model.Def]int // number of each definition met so far
}

var positionType = reflect.TypeFor[token.Position]()

func (f *fingerprinter) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; !ignored(v.Type(), name) {
				io.WriteString(f.hash, name+"{")
				f.value(v.Field(i))
				io.WriteString(f.hash, "}")
			}
		}
	case reflect.Pointer:
		f.pointer(v)
	case reflect.Slice:
		fmt.Fprintf(f.hash, "[%d]", v.Len())
		for i := range v.Len() {
			f.value(v.Index(i))
		}
	default:
		fmt.Fprintf(f.hash, "%q", fmt.Sprint(v.Interface()))
	}
}

// pointer follows a pointer, definitions once: they may be recursive.
func (f *fingerprinter) pointer(v reflect.Value) {
	if v.IsNil() {
		io.WriteString(f.hash, "nil")
		return
	}
	if d, ok := v.Interface().(*model.Def); ok {
		n, known := f.defs[d]
		if known {
			fmt.Fprintf(f.hash, "#%d", n)
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
