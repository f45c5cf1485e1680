package corpus

import (
	"encoding/json"
	"math/big"
)

// Numbers has every kind of number.
type Numbers struct {
	Bool    bool         `json:"bool"`
	Int     int          `json:"int"`
	Int8    int8         `json:"int8"`
	Int16   int16        `json:"int16"`
	Int32   int32        `json:"int32"`
	Int64   int64        `json:"int64"`
	Uint    uint         `json:"uint"`
	Uint8   uint8        `json:"uint8"`
	Uint16  uint16       `json:"uint16"`
	Uint32  uint32       `json:"uint32"`
	Uint64  uint64       `json:"uint64"`
	Float32 float32      `json:"float32"`
	Float64 float64      `json:"float64"`
	Number  json.Number  `json:"number"`
	Flag    Flag         `json:"flag"`
	Small   Small        `json:"small"`
	Ratio   Ratio        `json:"ratio"`
	Rune    rune         `json:"rune"`
	Byte    byte         `json:"byte"`
	Big     *big.Int     `json:"big"`
	Value   big.Int      `json:"value"`
	PInt    *int         `json:"pInt"`
	PP      **float64    `json:"pp"`
	PNumber *json.Number `json:"pNumber"`
}

// Types of a kind with a name.
type (
	Flag  bool
	Small int8
	Ratio float32
)

// EchoNumbers gives its argument.
//
//mcp:tool
func EchoNumbers(v Numbers) Numbers { return v }

// Quoted has numbers inside strings.
type Quoted struct {
	Bool    bool    `json:"bool,string"`
	Int     int     `json:"int,string"`
	Int8    int8    `json:"int8,string"`
	Uint64  uint64  `json:"uint64,string"`
	Float32 float32 `json:"float32,string"`
	Float64 float64 `json:"float64,string"`
	Text    string  `json:"text,string"`
	PInt    *int    `json:"pInt,string,omitempty"`
	Small   Small   `json:"small,string"`
}

// EchoQuoted gives its argument.
//
//mcp:tool
func EchoQuoted(v Quoted) Quoted { return v }
