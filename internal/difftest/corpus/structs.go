package corpus

import (
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Point is a struct.
type Point struct {
	X int `json:"x"`
	Y int `json:"y,omitempty"`
}

// Unit is an enum.
type Unit string

// The units.
const (
	Kilogram Unit = "kg" // the SI unit
	Pound    Unit = "lb"
	Stone    Unit = "st<>"
)

// Level is an enum of integers.
//
//mcp:enum
type Level int8

// The levels.
const (
	Low  Level = -1
	Mid  Level = 0
	High Level = 1
)

// Mood is an open enum.
//
//mcp:enum open
type Mood string

// Happy is a mood.
const Happy Mood = "happy"

// Rank is an open enum of integers.
//
//mcp:enum open
type Rank uint16

// First is a rank.
const First Rank = 1

// Enums has enums.
type Enums struct {
	Unit   Unit   `json:"unit"`
	PUnit  *Unit  `json:"pUnit,omitempty"`
	Level  Level  `json:"level"`
	Quoted Level  `json:"quoted,string"`
	Mood   Mood   `json:"mood"`
	Rank   Rank   `json:"rank"`
	Ranks  []Rank `json:"ranks"`
	Units  []Unit `json:"units,omitempty" jsonschema:"uniqueItems,maxItems=3"`
}

// EchoEnums gives its argument.
//
//mcp:tool
func EchoEnums(v Enums) Enums { return v }

// Base is embedded.
type Base struct {
	ID     int64  `json:"id"`
	Label  string `json:"label"`
	Shadow int    `json:"shadow"`
}

// Extra is embedded by pointer.
type Extra struct {
	Note string `json:"note,omitempty"`
	Rank int    `json:"rank,omitempty"`
	*Inner
}

// Inner is embedded deeper.
type Inner struct {
	Depth int `json:"depth,omitempty"`
}

// Left and Right have a name in common, which neither gives to Embedding.
type (
	Left struct {
		Both int
		L    int `json:"l,omitempty"`
	}
	Right struct {
		Both int
		R    int `json:"r,omitempty"`
	}
)

// Embedding has embedded structs of every kind.
type Embedding struct {
	Base
	*Extra
	Point `json:"point"`
	Left
	Right
	Shadow string `json:"shadow"`
	Dash   int    `json:"-,"`
	Never  int    `json:"-"`
	NoTag  bool
	hidden int
}

// EchoEmbedding gives its argument.
//
//mcp:tool
func EchoEmbedding(v Embedding) Embedding { _ = v.hidden; return v }

// Page is generic.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// Pair is generic.
type Pair[A, B any] struct {
	First  A `json:"first"`
	Second B `json:"second"`
}

// Generic has instances of generic types.
type Generic struct {
	Points Page[Point]                    `json:"points"`
	Pairs  Page[Pair[string, *Page[int]]] `json:"pairs"`
	Pair   Pair[Unit, [2]int]             `json:"pair"`
	Anon   struct {
		A int `json:"a"`
		B struct {
			C []string `json:"c,omitempty"`
		} `json:"b"`
	} `json:"anon"`
}

// EchoGeneric gives its argument.
//
//mcp:tool
func EchoGeneric(v Generic) Generic { return v }

// Node is recursive.
type Node struct {
	Value  float64          `json:"value"`
	Kids   []*Node          `json:"kids,omitempty" jsonschema:"maxItems=3"`
	ByName map[string]*Node `json:"byName,omitempty"`
	Left   *Node            `json:"left,omitempty"`
	Other  *Other           `json:"other,omitempty"`
}

// Other refers back.
type Other struct {
	Node *Node `json:"node,omitempty"`
	A    int   `json:"a"`
}

// EchoNode gives its argument.
//
//mcp:tool
func EchoNode(v Node) Node { return v }

// Types that contain themselves without a struct between.
type (
	Tree   map[string]Tree
	Nested []Nested
	Left2  []Right2
	Right2 map[string]Left2
	Deep   *[]Deep
)

// Loops has them.
type Loops struct {
	Tree   Tree            `json:"tree"`
	Nested Nested          `json:"nested,omitempty"`
	Mutual Left2           `json:"mutual,omitempty"`
	Deep   Deep            `json:"deep,omitempty"`
	ByName map[string]Tree `json:"byName,omitempty"`
	List   []*Nested       `json:"list,omitzero"`
}

// EchoLoops gives its argument.
//
//mcp:tool
func EchoLoops(v Loops) Loops { return v }

// Loose ignores what it does not know.
type Loose struct {
	_     struct{} `jsonschema:"additionalProperties=true"`
	A     int      `json:"a"`
	Inner struct {
		B int `json:"b,omitempty"`
	} `json:"inner"`
}

// EchoLoose gives its argument.
//
//mcp:tool
func EchoLoose(v Loose) Loose { return v }

// Omit leaves out what is empty or zero.
type Omit struct {
	Bool   bool           `json:"bool,omitempty"`
	Int    int            `json:"int,omitempty"`
	Float  float64        `json:"float,omitempty"`
	String string         `json:"string,omitempty"`
	Bytes  []byte         `json:"bytes,omitempty"`
	Any    any            `json:"any,omitempty"`
	Slice  []int          `json:"slice,omitempty"`
	Map    map[string]int `json:"map,omitempty"`
	Array  [1]int         `json:"array,omitempty"`
	Point  Point          `json:"point,omitempty"`
	PPoint *Point         `json:"pPoint,omitempty"`
	ZInt   int            `json:"zInt,omitzero"`
	ZTime  time.Time      `json:"zTime,omitzero"`
	ZPoint Point          `json:"zPoint,omitzero"`
	ZSlice []int          `json:"zSlice,omitzero"`
	ZArray [2]int         `json:"zArray,omitzero"`
	Both   []int          `json:"both,omitempty,omitzero"`
}

// EchoOmit gives its argument.
//
//mcp:tool
func EchoOmit(v Omit) Omit { return v }

// Nullable has values for which null is one.
type Nullable struct {
	Text  *string        `json:"text" jsonschema:"nullable,maxLength=3"`
	Names []string       `json:"names" jsonschema:"nullable,minItems=1"`
	By    map[string]int `json:"by" jsonschema:"nullable"`
	Point *Point         `json:"point,omitempty" jsonschema:"nullable"`
	Must  *int           `json:"must" jsonschema:"nullable,required,minimum=0"`
}

// EchoNullable gives its argument.
//
//mcp:tool
func EchoNullable(v Nullable) Nullable { return v }

// Options has options.
type Options struct {
	Int   mcp.Opt[int]      `json:"int" jsonschema:"minimum=0"`
	Names mcp.Opt[[]string] `json:"names,omitzero"`
	Point mcp.Opt[Point]    `json:"point"`
	Unit  mcp.Opt[Unit]     `json:"unit"`
}

// EchoOptions gives its argument.
//
//mcp:tool
func EchoOptions(v Options) Options { return v }

// EchoParams has a property for each parameter.
//
//mcp:tool
//mcp:param days minimum=1 maximum=14 default=3
//mcp:param city minLength=1
func EchoParams(city string, days int, unit *Unit, ratios ...float64) Point { return Point{X: days} }
