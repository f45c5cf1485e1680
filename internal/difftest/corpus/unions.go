package corpus

// Shape is a union.
//
//mcp:union tag=kind
type Shape interface{ shape() }

// Circle is a shape.
type Circle struct {
	Radius float64 `json:"radius" jsonschema:"exclusiveMinimum=0"`
}

// Line is a shape by pointer.
type Line struct {
	From Point  `json:"from"`
	Name string `json:"name,omitempty" jsonschema:"maxLength=3"`
}

// Group is a shape of shapes.
type Group struct {
	Shapes []Shape          `json:"shapes" jsonschema:"maxItems=2"`
	ByName map[string]Shape `json:"byName,omitempty"`
}

func (Circle) shape() {}
func (*Line) shape()  {}
func (Group) shape()  {}

// Unions has unions.
type Unions struct {
	Shape  Shape    `json:"shape"`
	Maybe  Shape    `json:"maybe,omitempty"`
	Shapes []Shape  `json:"shapes,omitempty"`
	Pair   [2]Shape `json:"pair,omitzero"`
}

// EchoUnions gives its argument.
//
//mcp:tool
func EchoUnions(v Unions) Unions { return v }
