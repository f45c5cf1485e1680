package weather

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

type (
	Flag  bool
	Small int8
	Name  string
	Ratio float32
	Blob  []byte
	Tags  []string
	Table map[Name]Small
	Value any
)

// Level is an integer enum.
type Level int8

const (
	Low  Level = -1
	Mid  Level = 0
	High Level = 1
	Same Level = High
)

// Mood is an open enum.
type Mood string

// Happy is a mood.
const Happy Mood = "happy"

// Inner is a struct.
type Inner struct {
	A string `json:"a"`
	B *Inner `json:"b,omitempty"`
}

// All has every kind.
type All struct {
	Bool    bool                        `json:"bool"`
	Flag    Flag                        `json:"flag"`
	Int     int                         `json:"int"`
	Small   Small                       `json:"small"`
	Uint    uint64                      `json:"uint"`
	Float   float64                     `json:"float"`
	Ratio   Ratio                       `json:"ratio"`
	String  string                      `json:"string"`
	Name    Name                        `json:"name"`
	Bytes   []byte                      `json:"bytes"`
	Blob    Blob                        `json:"blob"`
	Time    time.Time                   `json:"time"`
	Number  json.Number                 `json:"number"`
	Any     any                         `json:"any"`
	Value   Value                       `json:"value"`
	Raw     json.RawMessage             `json:"raw"`
	Addr    netip.Addr                  `json:"addr"`
	Big     big.Int                     `json:"big"`
	Inner   Inner                       `json:"inner"`
	Level   Level                       `json:"level"`
	Mood    Mood                        `json:"mood"`
	Tags    Tags                        `json:"tags"`
	Ints    []int                       `json:"ints"`
	Matrix  [][]float64                 `json:"matrix"`
	Inners  []Inner                     `json:"inners"`
	PInners []*Inner                    `json:"pinners"`
	Addrs   []netip.Addr                `json:"addrs"`
	Levels  []Level                     `json:"levels"`
	Maps    []map[string]bool           `json:"maps"`
	Point   [2]float64                  `json:"point"`
	Grid    [2][2]int                   `json:"grid"`
	Table   Table                       `json:"table"`
	ByInt   map[int]string              `json:"byInt"`
	ByUint  map[uint8]string            `json:"byUint"`
	ByAddr  map[netip.Addr]int          `json:"byAddr"`
	ByLevel map[Level]Inner             `json:"byLevel"`
	Deep    map[string]map[string][]int `json:"deep"`
	Anys    map[string]any              `json:"anys"`
	List    []any                       `json:"list"`
	PInt    *int                        `json:"pInt"`
	PName   *Name                       `json:"pName"`
	PInner  *Inner                      `json:"pInner"`
	PSlice  *[]int                      `json:"pSlice"`
	PPInt   **int                       `json:"ppInt"`
	PBig    *big.Int                    `json:"pBig"`
	PTime   *time.Time                  `json:"pTime"`
}

// Options are optional in the way of mcp.Opt.
type Options struct {
	Int   mcp.Opt[int]
	Names mcp.Opt[[]string]
	Inner mcp.Opt[Inner]
	Pause time.Duration
}

// Echo gives its argument.
func Echo(in *All) (*All, error) { return in, nil }

// Choose gives its argument.
func Choose(o Options) Options { return o }
