package differ

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// A Verdict is what an Oracle says of a document.
type Verdict int

// The verdicts.
const (
	Unknown Verdict = iota // the validator must not be asked: it may panic or take minutes
	Accepted
	Refused
	Malformed // no JSON, or JSON that is refused before a schema is looked at
)

// An Oracle judges documents by a schema: JSON by the strict rules of jsontext,
// the rest by santhosh-tekuri's validator, formats and encodings included.
type Oracle struct{ schema *jsonschema.Schema }

// NewOracle compiles a schema.
func NewOracle(text string) (*Oracle, error) {
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.AssertFormat, c.AssertContent = true, true
	if err := c.AddResource("schema.json", strings.NewReader(text)); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		return nil, fmt.Errorf("compile the schema: %w", err)
	}
	return &Oracle{s}, nil
}

// A Leaf is one place where a document breaks the schema.
type Leaf struct {
	Pointer, Keyword string
	// Choice tells that it breaks one of several schemas, of which another may
	// be meant.
	Choice bool
}

// Judge gives the verdict and, for Refused, where it comes from.
func (o *Oracle) Judge(doc []byte) (verdict Verdict, leaves []Leaf) {
	if !jsontext.Value(doc).IsValid() {
		return Malformed, nil
	}
	if dangerous(doc) {
		return Unknown, nil
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return Unknown, nil
	}
	defer func() {
		if recover() != nil { // of the validator's own arithmetic
			verdict, leaves = Unknown, nil
		}
	}()
	err := o.schema.Validate(v)
	if err == nil {
		return Accepted, nil
	}
	if found, ok := err.(*jsonschema.ValidationError); ok { //nolint:errorlint // never wrapped
		collect(found, &leaves)
	}
	return Refused, leaves
}

func collect(err *jsonschema.ValidationError, leaves *[]Leaf) {
	if len(err.Causes) == 0 {
		pointer, uerr := url.PathUnescape(err.InstanceLocation) // which it escapes as in a URL
		if uerr != nil {
			pointer = err.InstanceLocation
		}
		*leaves = append(*leaves, Leaf{
			Pointer: pointer, Keyword: err.KeywordLocation[strings.LastIndexByte(err.KeywordLocation, '/')+1:],
			Choice: strings.Contains(err.KeywordLocation, "/oneOf/"),
		})
	}
	for _, c := range err.Causes {
		collect(c, leaves)
	}
}

// dangerous tells numbers that the validator cannot bear: it computes with
// fractions of arbitrary size, and panics on the largest ones.
func dangerous(doc []byte) bool {
	inString, digits := false, 0
	for i := 0; i < len(doc); i++ {
		switch c := doc[i]; {
		case c == '\\' && inString:
			i++
		case c == '"':
			inString, digits = !inString, 0
		case inString:
		case c >= '0' && c <= '9':
			if digits++; digits > 400 {
				return true
			}
		case c == 'e' || c == 'E':
			j := i + 1
			for j < len(doc) && (doc[j] == '+' || doc[j] == '-' || doc[j] == '0') {
				j++
			}
			k := j
			for k < len(doc) && doc[k] >= '0' && doc[k] <= '9' {
				k++
			}
			if k-j > 3 {
				return true
			}
		default:
			digits = 0
		}
	}
	return false
}
