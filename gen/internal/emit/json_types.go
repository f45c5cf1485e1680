package emit

import (
	"encoding/json"
	"slices"
	"strings"
)

// jsonSet is a set of the types of JSON Schema. A number that is an integer has
// both bits.
type jsonSet uint8

const (
	typeNull jsonSet = 1 << iota
	typeBoolean
	typeInteger
	typeFraction // a number that is no integer
	typeString
	typeArray
	typeObject

	typeNumber = typeInteger | typeFraction
	anyType    = typeObject<<1 - 1
)

// jsonWords are the sets that have a name, wider ones first.
var jsonWords = []struct {
	set  jsonSet
	word string
}{
	{typeString, "string"},
	{typeNumber, "number"},
	{typeInteger, "integer"},
	{typeBoolean, "boolean"},
	{typeArray, "array"},
	{typeObject, "object"},
	{typeNull, "null"},
}

// String lists the types: "string, integer or null".
func (s jsonSet) String() string {
	var words []string
	for _, w := range jsonWords {
		if s&w.set == w.set {
			words, s = append(words, w.word), s&^w.set
		}
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// jsonTypes finds the types that a hand-written schema allows by its types, its
// values and its choices. Other keywords are for the type itself to check.
func jsonTypes(schema string) jsonSet {
	var s struct {
		Type                any
		Enum                []json.RawMessage
		Const               json.RawMessage
		AnyOf, OneOf, AllOf []json.RawMessage
	}
	if schema == "" || json.Unmarshal([]byte(schema), &s) != nil { //nolint:musttag // keywords are matched as the fields are named
		return anyType // none, or the schema "true"
	}
	allowed := anyType
	switch t := s.Type.(type) {
	case string:
		allowed = namedTypes(t)
	case []any:
		allowed = 0
		for _, name := range t {
			name, _ := name.(string)
			allowed |= namedTypes(name)
		}
	}
	if s.Enum != nil {
		allowed &= union(s.Enum, typeOfValue)
	}
	if s.Const != nil {
		allowed &= typeOfValue(s.Const)
	}
	for _, choice := range [][]json.RawMessage{s.AnyOf, s.OneOf} {
		if choice != nil {
			allowed &= union(choice, func(raw json.RawMessage) jsonSet { return jsonTypes(string(raw)) })
		}
	}
	for _, part := range s.AllOf {
		allowed &= jsonTypes(string(part))
	}
	if allowed == 0 { // nothing fits; the type may say so itself
		return anyType
	}
	return allowed
}

func namedTypes(name string) jsonSet {
	i := slices.IndexFunc(jsonWords, func(w struct {
		set  jsonSet
		word string
	},
	) bool {
		return w.word == name
	})
	if i < 0 {
		return 0
	}
	return jsonWords[i].set
}

func union(list []json.RawMessage, of func(json.RawMessage) jsonSet) jsonSet {
	var all jsonSet
	for _, raw := range list {
		all |= of(raw)
	}
	return all
}

// typeOfValue tells the type of a value.
func typeOfValue(raw json.RawMessage) jsonSet {
	switch raw[0] {
	case '"':
		return typeString
	case '{':
		return typeObject
	case '[':
		return typeArray
	case 't', 'f':
		return typeBoolean
	case 'n':
		return typeNull
	default: // 1.0 is an integer
		return typeNumber
	}
}
