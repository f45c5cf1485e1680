// Package shapes holds struct types with awkward embedding. A test compares what
// scan makes of them with what encoding/json does.
package shapes

import "time"

type A struct {
	X int `json:"x"`
	Y int `json:"y"`
	Z int
}

type B struct {
	X int `json:"x"`
	Z int `json:"Z"`
	W int `json:"w"`
}

type C struct{ V, X int }

type hidden struct{ U int }

type number int

type Number int

type Deep struct{ D, E int }

type Left struct{ Deep }

type Right struct{ Deep }

type Twice struct {
	Left
	Right
	E string
}

type Mixed struct {
	A
	B
	*C
	hidden
	number
	Number
	Named   A   `json:"named"`
	Skipped int `json:"-"`
	Dash    int `json:"-,"`
	private int
	Bad     int    `json:"a\"b"`
	Comma   int    `json:",omitempty"`
	Sign    string `json:"a.b/c$%-_:;<=>?@[]^{|}~ "`
	Empty   string `json:""`
	Inline  Deep   `json:",inline"`
	_       int
}

type Tagged struct {
	A      `json:"a"`
	*B     `json:"b"`
	hidden `json:"h"`
	Number `json:",omitempty"`
}

type Pointers struct {
	*A
	*C
	Own int
}

type Depth1 struct{ N int }

type Depth2 struct{ Depth1 }

type Depth3 struct {
	Depth2
	N2 int `json:"N"`
}

type Shadow struct {
	Depth3
	Depth1
}

type Ambiguous struct {
	L1
	L2
}

type L1 struct{ Same int }

type L2 struct{ Same int }

type ThreeWays struct {
	L1
	L2
	L3
}

type L3 struct {
	Same int `json:"Same"`
}

type Generic[T any] struct {
	Value T
	Deep
}

type Instance struct {
	Generic[string]
	Generic2 Generic[int] `json:"generic2"`
}

type Anonymous struct {
	In struct {
		A
		Q int
	}
	Alias
}

type Alias = L1

type Clock struct {
	time.Location
	N int
}

type Interface struct {
	any
	N int
}

type Exported interface{}

type Interface2 struct {
	Exported
	N int
}

type Zero struct {
	T time.Time `json:"t,omitzero"`
	N int       `json:"n,omitzero"`
}

// All is every type above, so that one tool reaches them.
type All struct {
	Mixed      Mixed
	Twice      Twice
	Tagged     Tagged
	Pointers   Pointers
	Shadow     Shadow
	Ambiguous  Ambiguous
	ThreeWays  ThreeWays
	Instance   Instance
	Anonymous  Anonymous
	Clock      Clock
	Interface  Interface
	Interface2 Interface2
	Zero       Zero
}

// Get reaches them.
//
//mcp:tool
func Get() All { return All{} }
