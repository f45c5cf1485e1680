package weather

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"time"
)

// Color has constants.
type Color string

// The colors.
const (
	Red  Color = "red"
	Blue Color = "blue"
)

// Rules has a rule of every kind.
type Rules struct {
	Int    int               `json:"int"`
	Small  int8              `json:"small"`
	Uint   uint64            `json:"uint"`
	Float  float64           `json:"float"`
	Number json.Number       `json:"number"`
	Choice int               `json:"choice"`
	Ratio  float32           `json:"ratio"`
	Fixed  string            `json:"fixed"`
	True   bool              `json:"true"`
	Kind   string            `json:"kind"`
	Code   string            `json:"code"`
	Mail   string            `json:"mail"`
	Home   url.URL           `json:"home"`
	Addr   netip.Addr        `json:"addr"`
	Pause  time.Duration     `json:"pause"`
	Tags   []Color           `json:"tags"`
	Rows   [][]int           `json:"rows"`
	By     map[string]string `json:"by"`
	Secret string            `json:"secret"`
}

// Apply applies.
func Apply(r Rules) Rules { return r }
