package mcp

// Opt is an argument that may be absent, null, or a value. The zero value is
// absent.
type Opt[T any] struct {
	value T
	state optState
}

type optState uint8

const (
	optAbsent optState = iota
	optNull
	optValue
)

// Some is a value.
func Some[T any](v T) Opt[T] { return Opt[T]{v, optValue} }

// Null is an explicit null.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Get gives the value and whether there is one.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == optValue }

// Or gives the value, or v when there is none.
func (o Opt[T]) Or(v T) T {
	if o.state == optValue {
		return o.value
	}
	return v
}

// IsAbsent reports whether nothing came.
func (o Opt[T]) IsAbsent() bool { return o.state == optAbsent }

// IsNull reports whether null came.
func (o Opt[T]) IsNull() bool { return o.state == optNull }
