package corpus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/mcpgen/mcpgen/internal/difftest/differ"
	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A subject is one type with its generated code, without its type.
type subject struct {
	name          string
	typ           reflect.Type
	input, output string // schemas; output is "" when there is no encoder

	decode func(d *codec.Decoder) any                    // gives a pointer to the value
	encode func(e *codec.Encoder, v any)                 // takes one
	read   func(doc []byte, minimal []byte) (any, error) // by encoding/json, over the value of a minimal document

	// narrow are beginnings of pointers to values of Go types that take less
	// than their schemas can say.
	narrow []string
	// texts are samples for properties of such types.
	texts map[string][]string
	// minimal is a document with nothing but what must be there, for a type
	// that has defaults.
	minimal string
	// loose tells that unknown properties are ignored.
	loose bool
	// own tells that encoding/json has another form for the type.
	own bool

	in, out *differ.Oracle
}

func of[T any](name, input, output string, decode func(*codec.Decoder, *T), encode func(*codec.Encoder, *T)) *subject {
	s := &subject{name: name, typ: reflect.TypeFor[T](), input: input, output: output}
	s.decode = func(d *codec.Decoder) any {
		v := new(T)
		decode(d, v)
		d.End()
		return v
	}
	if encode != nil {
		s.encode = func(e *codec.Encoder, v any) { encode(e, v.(*T)) }
	}
	s.read = func(doc, minimal []byte) (any, error) {
		v := new(T)
		if minimal != nil {
			decode(codec.NewDecoder(minimal), v)
		}
		d := json.NewDecoder(bytes.NewReader(doc))
		d.UseNumber()
		if err := d.Decode(v); err != nil {
			return nil, err
		}
		return v, nil
	}
	return s
}

func (s *subject) with(set func(*subject)) *subject {
	set(s)
	return s
}

// subjects gives every type of the package, with compiled schemas.
func subjects() ([]*subject, error) {
	list := []*subject{
		of("Numbers", echoNumbersInputSchema, echoNumbersOutputSchema, decodeNumbers, encodeNumbers),
		of("Quoted", echoQuotedInputSchema, echoQuotedOutputSchema, decodeQuoted, encodeQuoted),
		of("Text", echoTextInputSchema, echoTextOutputSchema, decodeText, encodeText).
			with(func(s *subject) { s.narrow = []string{"/maybe"} }),
		of("Narrow", echoNarrowInputSchema, echoNarrowOutputSchema, decodeNarrow, encodeNarrow).
			with(func(s *subject) {
				s.narrow = []string{"/addr", "/prefix", "/ip", "/rat", "/float"}
				s.texts = map[string][]string{
					"addr": {"10.0.0.1", "::1", "fe80::1%eth0"}, "prefix": {"10.0.0.0/8", "::/0"}, "addrPort": {"10.0.0.1:80", "[::1]:65535"},
					"ip": {"10.0.0.1", "2001:db8::1"}, "rat": {"3/4", "-1", "0.5", "1e2"}, "float": {"1", "-0.5", "1e100", "Inf"},
				}
			}),
		of("Formats", echoFormatsInputSchema, echoFormatsOutputSchema, decodeFormats, encodeFormats),
		of("Own", echoOwnInputSchema, echoOwnOutputSchema, decodeOwn, encodeOwn).
			with(func(s *subject) { s.own, s.narrow = true, []string{"/pause", "/limit", "/pPause"} }),
		of("Lists", echoListsInputSchema, echoListsOutputSchema, decodeLists, encodeLists),
		of("Maps", echoMapsInputSchema, echoMapsOutputSchema, decodeMaps, encodeMaps),
		of("Enums", echoEnumsInputSchema, echoEnumsOutputSchema, decodeEnums, encodeEnums),
		of("Embedding", echoEmbeddingInputSchema, echoEmbeddingOutputSchema, decodeEmbedding, encodeEmbedding),
		of("Generic", echoGenericInputSchema, echoGenericOutputSchema, decodeGeneric, encodeGeneric),
		of("Node", echoNodeInputSchema, echoNodeOutputSchema, decodeNode, encodeNode),
		of("Unions", echoUnionsInputSchema, echoUnionsOutputSchema, decodeUnions, encodeUnions).
			with(func(s *subject) { s.own = true }), // encoding/json reads no interfaces
		of("Loops", echoLoopsInputSchema, echoLoopsOutputSchema, decodeLoops, encodeLoops),
		of("Loose", echoLooseInputSchema, echoLooseOutputSchema, decodeLoose, encodeLoose).
			with(func(s *subject) { s.loose = true }),
		of("Omit", echoOmitInputSchema, echoOmitOutputSchema, decodeOmit, encodeOmit),
		of("Nullable", echoNullableInputSchema, echoNullableOutputSchema, decodeNullable, encodeNullable),
		of("Options", echoOptionsInputSchema, echoOptionsOutputSchema, decodeOptions, encodeOptions).
			with(func(s *subject) { s.own = true }),
		of("NumberRules", echoNumberRulesInputSchema, echoNumberRulesOutputSchema, decodeNumberRules, encodeNumberRules),
		of("TextRules", echoTextRulesInputSchema, echoTextRulesOutputSchema, decodeTextRules, encodeTextRules),
		of("ListRules", echoListRulesInputSchema, echoListRulesOutputSchema, decodeListRules, encodeListRules),
		of("Defaults", echoDefaultsInputSchema, echoDefaultsOutputSchema, decodeDefaults, encodeDefaults).
			with(func(s *subject) { s.minimal = `{"must":1}` }),
		of("Params", echoParamsInputSchema, "", decodeEchoParamsArgs, nil).
			with(func(s *subject) { s.own = true }), // its fields are unexported
	}
	for _, s := range list {
		var err error
		if s.in, err = differ.NewOracle(s.input); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		if s.output != "" {
			if s.out, err = differ.NewOracle(s.output); err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	return list, nil
}

// strictly decodes a document by the letter of its schema.
func (s *subject) strictly(doc []byte) (any, *codec.Error) {
	d := codec.NewDecoder(nil)
	d.Reset(doc, codec.Options{Strict: true, UniqueKeys: true})
	v := s.decode(d)
	return v, d.Err()
}

// leniently decodes a document as calls of tools do.
func (s *subject) leniently(doc []byte) (v any, conversions int, err *codec.Error) {
	d := codec.NewDecoder(doc)
	v = s.decode(d)
	return v, d.Conversions(), d.Err()
}

// write encodes a value.
func (s *subject) write(v any) ([]byte, *codec.Error) {
	e := codec.NewEncoder(nil)
	e.Begin()
	s.encode(e, v)
	return e.Bytes(), e.Err()
}
