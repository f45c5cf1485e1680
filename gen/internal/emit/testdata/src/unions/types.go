package weather

// Shape is a union.
type Shape interface{ isShape() }

// Circle has no field for the discriminator.
type Circle struct {
	R float64 `json:"r"`
}

func (Circle) isShape() {}

// Rect has pointer receivers.
type Rect struct {
	W int `json:"w,omitempty"`
}

func (*Rect) isShape() {}

// Group has the discriminator as a field.
type Group struct {
	Kind   string  `json:"kind"`
	Shapes []Shape `json:"shapes"`
}

func (Group) isShape() {}

// Scene holds shapes.
type Scene struct {
	Main Shape            `json:"main"`
	By   map[string]Shape `json:"by"`
}

// Draw draws.
func Draw(s Scene) Scene { return s }
