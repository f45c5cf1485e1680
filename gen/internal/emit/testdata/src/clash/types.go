// Package weather declares the names that generated code would like to have.
package weather

import "time"

type (
	d struct {
		N int `json:"n"`
	}
	n    int
	s    string
	x    struct{ M map[string]n }
	ok   bool
	seen []s
)

const i, m, e, c = 1, 2, 3, 4

func context()              {}
func codec()                {}
func mcp()                  {}
func regexp()               {}
func call()                 {}
func a() (result, text int) { return i + m, e + c }
func callTake()             {}
func decodeD()              {}
func encodeD()              {}

// Take takes them all.
func Take(v d, err n, ctx s, svc ok, list seen, by map[n]x, when time.Time) (x, error) {
	context()
	codec()
	mcp()
	regexp()
	call()
	a()
	callTake()
	decodeD()
	encodeD()
	_, _, _, _, _, _ = err, ctx, svc, list, by, when
	return x{M: map[string]n{"n": n(v.N)}}, nil
}
