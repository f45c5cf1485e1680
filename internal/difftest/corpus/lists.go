package corpus

import "encoding/json"

// Lists has slices and arrays of every kind.
type Lists struct {
	Strings  []string            `json:"strings"`
	Ints     []int               `json:"ints"`
	Matrix   [][]float64         `json:"matrix"`
	Points   []Point             `json:"points"`
	PPoints  []*Point            `json:"pPoints"`
	Units    []Unit              `json:"units"`
	Uppers   []Upper             `json:"uppers"`
	Blobs    [][]byte            `json:"blobs"`
	Maps     []map[string]bool   `json:"maps"`
	Anys     []any               `json:"anys"`
	Raws     []json.RawMessage   `json:"raws"`
	Named    Strings             `json:"named"`
	Pair     [2]float64          `json:"pair"`
	Grid     [2][2]int           `json:"grid"`
	Corners  [2]Point            `json:"corners"`
	PSlice   *[]int              `json:"pSlice"`
	Cube     [][][]uint8         `json:"cube"`
	Bools    []bool              `json:"bools,omitempty"`
	ByteRows [2][2]byte          `json:"byteRows"`
	Bytes4   [4]byte             `json:"bytes4"`
	Octets   []Octet             `json:"octets"`
	Packet   Packet              `json:"packet,omitempty"`
	Tables   []map[string][]Unit `json:"tables,omitempty"`
}

// Strings is a list with a name.
type Strings []string

// Octet is a byte by another name.
type Octet byte

// Packet is a list of them.
type Packet []Octet

// EchoLists gives its argument.
//
//mcp:tool
func EchoLists(v Lists) Lists { return v }

// Maps has maps of every kind.
type Maps struct {
	Ints    map[string]int              `json:"ints"`
	ByName  map[Name]Small              `json:"byName"`
	ByInt   map[int]string              `json:"byInt"`
	ByInt8  map[int8]string             `json:"byInt8"`
	ByUint  map[uint16]string           `json:"byUint"`
	ByUUID  map[UUID]int                `json:"byUuid"`
	ByUnit  map[Unit]Point              `json:"byUnit"`
	ByLevel map[Level]Point             `json:"byLevel"`
	ByRank  map[Rank]int                `json:"byRank"`
	ByMood  map[Mood]int                `json:"byMood"`
	Deep    map[string]map[string][]int `json:"deep"`
	Anys    map[string]any              `json:"anys"`
	Points  map[string]*Point           `json:"points"`
	Named   Table                       `json:"named"`
	Blobs   map[string][]byte           `json:"blobs"`
	Lists   map[string][]string         `json:"lists,omitempty"`
}

// Table is a map with a name.
type Table map[string]Point

// EchoMaps gives its argument.
//
//mcp:tool
func EchoMaps(v Maps) Maps { return v }
