package weather

import (
	"encoding/json"
	"net"
	"net/netip"
	"time"
)

// Pair is comparable.
type Pair struct {
	A int `json:"a"`
}

// List is not comparable.
type List struct {
	L []int `json:"l"`
}

// Always has its own idea of zero.
type Always struct {
	N int `json:"n"`
}

// IsZero tells that 7 is nothing.
func (a *Always) IsZero() bool { return a.N == 7 }

// Empty has all kinds with omitempty.
type Empty struct {
	Bool   bool            `json:"bool,omitempty"`
	Int    int             `json:"int,omitempty"`
	Float  float64         `json:"float,omitempty"`
	String string          `json:"string,omitempty"`
	Bytes  []byte          `json:"bytes,omitempty"`
	Raw    json.RawMessage `json:"raw,omitempty"`
	Number json.Number     `json:"number,omitempty"`
	Any    any             `json:"any,omitempty"`
	Time   time.Time       `json:"time,omitempty"`
	Addr   netip.Addr      `json:"addr,omitempty"`
	IP     net.IP          `json:"ip,omitempty"`
	Slice  []int           `json:"slice,omitempty"`
	Map    map[string]int  `json:"map,omitempty"`
	Array  [1]int          `json:"array,omitempty"`
	Pair   Pair            `json:"pair,omitempty"`
	PPair  *Pair           `json:"ppair,omitempty"`
	PInt   *int            `json:"pint,omitempty"`
}

// Zero has all kinds with omitzero.
type Zero struct {
	Bool   bool            `json:"bool,omitzero"`
	Int    int             `json:"int,omitzero"`
	Float  float64         `json:"float,omitzero"`
	String string          `json:"string,omitzero"`
	Bytes  []byte          `json:"bytes,omitzero"`
	Raw    json.RawMessage `json:"raw,omitzero"`
	Number json.Number     `json:"number,omitzero"`
	Any    any             `json:"any,omitzero"`
	Time   time.Time       `json:"time,omitzero"`
	Addr   netip.Addr      `json:"addr,omitzero"`
	IP     net.IP          `json:"ip,omitzero"`
	Slice  []int           `json:"slice,omitzero"`
	Map    map[string]int  `json:"map,omitzero"`
	Array  [1]int          `json:"array,omitzero"`
	Pair   Pair            `json:"pair,omitzero"`
	List   List            `json:"list,omitzero"`
	Always Always          `json:"always,omitzero"`
	PPair  *Pair           `json:"ppair,omitzero"`
	PTime  *time.Time      `json:"ptime,omitzero"`
	Both   int             `json:"both,omitempty,omitzero"`
	BothS  []int           `json:"boths,omitempty,omitzero"`
	Last   int             `json:"last"`
}

// Null has values for which null is one.
type Null struct {
	Names []string       `json:"names"`
	By    map[string]int `json:"by"`
	P     *int           `json:"p"`
	D     []int          `json:"d"`
}

// Get gives nothing.
func Get(Null) Empty { return Empty{} }

// Put gives nothing.
func Put(Zero) Zero { return Zero{} }

// Nil gives nothing.
func Nil(Empty) Null { return Null{} }
