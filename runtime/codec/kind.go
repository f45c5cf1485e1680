package codec

// A Kind is the JSON type of a value.
type Kind uint8

// The kinds of a value.
const (
	KindInvalid Kind = iota // no value starts here
	KindNull
	KindBool
	KindNumber
	KindString
	KindArray
	KindObject
)

// String is the name of the kind in JSON Schema.
func (k Kind) String() string {
	switch k {
	case KindNull:
		return "null"
	case KindBool:
		return "boolean"
	case KindNumber:
		return "number"
	case KindString:
		return "string"
	case KindArray:
		return "array"
	case KindObject:
		return "object"
	}
	return "invalid JSON"
}

// kindOf tells the kind of the value that starts with c.
func kindOf(c byte) Kind {
	switch c {
	case '{':
		return KindObject
	case '[':
		return KindArray
	case '"':
		return KindString
	case 't', 'f':
		return KindBool
	case 'n':
		return KindNull
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return KindNumber
	}
	return KindInvalid
}
