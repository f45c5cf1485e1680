package weather

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"net/url"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Color has constants.
type Color string

// The colors.
const (
	Red  Color = "red"
	Blue Color = "blue"
)

// Inner has a default of its own.
type Inner struct {
	A string `json:"a"`
	B int    `json:"b"`
}

// Defaults has a default of every kind.
type Defaults struct {
	Bool   bool
	Int    int
	PInt   *int64
	PFloat *float32
	PColor *Color
	PStr   *string
	Float  float64
	Str    string
	Color  Color
	Pause  time.Duration
	PPause *time.Duration
	Time   time.Time
	Zoned  time.Time
	Bytes  []byte
	Raw    json.RawMessage
	Number json.Number
	Any    any
	Colors []Color
	Addrs  []netip.Addr
	Arr    [2]int
	By     map[string]int
	ByAddr map[string]netip.Addr
	Addr   netip.Addr
	Big    big.Int
	Home   url.URL
	Inner  Inner
	PInner *Inner
	Inners []Inner
	Opt    mcp.Opt[int]

	NullOpt   mcp.Opt[string]
	NullPtr   *int
	NullSlice []string
	NullAny   any
	NullRaw   json.RawMessage
}

// Use uses.
func Use(Defaults) {}
