package wire

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math/big"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Kinds has a property for each kind of type.
type Kinds struct {
	Named    int `json:"named,omitempty"`
	Untagged int
	Never    int `json:"-"`
	Dash     int `json:"-,omitempty"`
	hidden   int

	Text     string                `json:"text,omitempty" jsonschema:"Text that describes the field."`
	Enum     string                `json:"enum,omitempty" jsonschema:"enum=a,enum=b"`
	Old      string                `json:"old,omitempty" jsonschema:"minLength=1" jsonschema_description:"Described in a tag of its own."`
	Bool     bool                  `json:"bool,omitempty"`
	Float    float64               `json:"float,omitempty"`
	Int      int64                 `json:"int,omitempty"`
	Uint     uint64                `json:"uint,omitempty"`
	Int8     int8                  `json:"int8,omitempty"`
	Uint32   uint32                `json:"uint32,omitempty"`
	Pointer  *string               `json:"pointer,omitempty"`
	Slice    []string              `json:"slice,omitempty"`
	Array    [2]int                `json:"array,omitzero"`
	Bytes    []byte                `json:"bytes,omitempty"`
	Raw      json.RawMessage       `json:"raw,omitempty"`
	Number   json.Number           `json:"number,omitempty"`
	Quoted   int64                 `json:"quoted,string,omitempty"`
	Map      map[string]int        `json:"map,omitempty"`
	ByInt    map[int]string        `json:"byInt,omitempty"`
	ByText   map[netip.Addr]string `json:"byText,omitempty"`
	Any      any                   `json:"any,omitempty"`
	Time     time.Time             `json:"time,omitzero"`
	PTime    *time.Time            `json:"pTime,omitempty"`
	Duration time.Duration         `json:"duration,omitempty"`
	Level    slog.Level            `json:"level,omitempty"`
	Rat      *big.Rat              `json:"rat,omitempty"`
	BigFloat *big.Float            `json:"bigFloat,omitempty"`
	BigInt   *big.Int              `json:"bigInt,omitempty"`
	Addr     netip.Addr            `json:"addr,omitzero"`
	Colour   Colour                `json:"colour,omitzero"`
	URL      *url.URL              `json:"url,omitempty"`
	Unit     Unit                  `json:"unit,omitempty"`
	Generic  Page[int]             `json:"generic,omitzero"`
	One      Point                 `json:"one,omitzero"`
	Two      Point                 `json:"two,omitzero"`
	Node     *Node                 `json:"node,omitempty"`
}

// Colour has its own JSON form.
//
//mcp:schema {"type":"string","pattern":"^#[0-9a-f]{6}$"}
type Colour struct{ text string }

// MarshalJSON implements json.Marshaler.
func (c Colour) MarshalJSON() ([]byte, error) { return json.Marshal(c.text) }

// UnmarshalJSON implements json.Unmarshaler.
func (c *Colour) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &c.text); err != nil || !strings.HasPrefix(c.text, "#") {
		return errors.New("no colour")
	}
	return nil
}

// Unit is how weights are given.
type Unit string

// The units.
const (
	Kilogram Unit = "kg" // the SI unit
	Pound    Unit = "lb"
)

// Page is generic.
type Page[T any] struct {
	Items []T `json:"items"`
}

// Point is used twice.
type Point struct {
	X int `json:"x"`
}

// Node is recursive.
type Node struct {
	Next *Node `json:"next,omitempty"`
}

// Echo gives its argument. It is called with one property at a time.
//
//mcp:tool
//mcp:example {"Untagged":0,"text":"x"}
func Echo(v Kinds) Kinds { v.hidden++; return v }

// Base is embedded.
type Base struct {
	ID int `json:"id"`
}

// Embedded has an embedded struct.
type Embedded struct {
	Base
	Name string `json:"name"`
}

// EchoEmbedded gives its argument.
//
//mcp:tool
func EchoEmbedded(v Embedded) Embedded { return v }

// Nested has an embedded struct with a name.
type Nested struct {
	Base `json:"base"`
	Name string `json:"name"`
}

// EchoNested gives its argument.
//
//mcp:tool
func EchoNested(v Nested) Nested { return v }

// Promoted has an embedded pointer.
type Promoted struct {
	*Base
	Name string `json:"name"`
}

// EchoPromoted gives its name back, and nothing that is embedded.
//
//mcp:tool
func EchoPromoted(v Promoted) Promoted { return Promoted{Name: v.Name} }

// Nils has what may be nil.
type Nils struct {
	Slice []int          `json:"slice"`
	Map   map[string]int `json:"map"`
}

// NilResults gives nil.
//
//mcp:tool
func NilResults() Nils { return Nils{} }

// Order writes its fields in another order than that of the alphabet.
type Order struct {
	Zeta  string `json:"zeta"`
	Alpha string `json:"alpha"`
}

// EchoOrder gives its argument.
//
//mcp:tool
func EchoOrder(v *Order) Order { return *v }

// EchoText takes no object.
//
//mcp:tool
func EchoText(
	text string, // Any text.
	list []int, // Any numbers.
) (string, error) {
	if len(list) > 3 {
		return "", mcp.Errorf("too many numbers")
	}
	return text, nil
}

// Several has several fields that can be wrong.
type Several struct {
	A int8      `json:"a"`
	B string    `json:"b"`
	C bool      `json:"c"`
	D time.Time `json:"d"`
}

// TakeSeveral gives nothing.
//
//mcp:tool
func TakeSeveral(Several) {}
