package rawschema

import (
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// maxProblems is how many problems are told at once; the rest is counted.
const maxProblems = 16

// describe puts what the library found into the words of generated decoders: the
// innermost reasons, in the order in which they were found.
func describe(e *jsonschema.ValidationError) *codec.Error {
	out := new(codec.Error)
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			walk(cause)
		}
		if len(e.Causes) > 0 {
			return
		}
		for _, v := range violations(e) {
			if len(out.Violations) == maxProblems {
				out.More++
			} else {
				out.Violations = append(out.Violations, v)
			}
		}
	}
	walk(e)
	return out
}

// quoted finds the names in the library's messages.
var quoted = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`'((?:[^'\\]|\\.)*)'`) })

// violations translates one reason. A list of names becomes one for each.
func violations(e *jsonschema.ValidationError) []codec.Violation {
	at := pointer(e.InstanceLocation)
	keyword := e.KeywordLocation[strings.LastIndexByte(e.KeywordLocation, '/')+1:]
	var want, got string
	switch keyword {
	case "required":
		want, got = "a value (required)", "nothing"
	case "additionalProperties", "unevaluatedProperties":
		want = "no property of this name"
	case "type":
		expected, actual, _ := strings.Cut(strings.TrimPrefix(e.Message, "expected "), ", but got ")
		return []codec.Violation{{Pointer: at, Keyword: codec.Type, Want: expected, Got: actual}}
	default:
		return []codec.Violation{{Pointer: at, Keyword: codec.Keyword(keyword), Want: "what the schema says of it: " + e.Message}}
	}
	var out []codec.Violation
	for _, name := range quoted().FindAllStringSubmatch(e.Message, -1) {
		out = append(out, codec.Violation{Pointer: at + "/" + escape(name[1]), Keyword: codec.Keyword(keyword), Want: want, Got: got})
	}
	if out == nil {
		out = []codec.Violation{{Pointer: at, Keyword: codec.Keyword(keyword), Want: want, Got: got}}
	}
	return out
}

// pointer makes a plain JSON pointer of the library's, which is one for URLs.
func pointer(location string) string {
	if plain, err := url.PathUnescape(location); err == nil {
		return plain
	}
	return location
}

// escape makes a name, as it is quoted in a message, part of a pointer.
func escape(name string) string {
	name = strings.NewReplacer(`\'`, "'", `\\`, `\`).Replace(name)
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
