package weather

// Size is an enum of integers.
type Size int

// The sizes.
const (
	S Size = 1
	L Size = 2
)

// Quoted has values inside strings.
type Quoted struct {
	B bool    `json:"b,string"`
	I int8    `json:"i,string"`
	U uint64  `json:"u,string"`
	F float32 `json:"f,string"`
	S string  `json:"s,string"`
	P *int    `json:"p,string"`
	E Size    `json:"e,string"`
}

// Quote quotes.
func Quote(q Quoted) Quoted { return q }
