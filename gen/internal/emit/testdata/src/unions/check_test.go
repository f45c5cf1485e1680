package weather

import "testing"

func TestUnion(t *testing.T) {
	v := Scene{Main: Group{Kind: "group", Shapes: []Shape{Circle{1.5}, &Rect{2}}}, By: map[string]Shape{"a": &Rect{}, "b": Circle{}}}
	const doc = `{"main":{"kind":"group","shapes":[{"kind":"circle","r":1.5},{"kind":"rect","w":2}]},"by":{"a":{"kind":"rect"},"b":{"kind":"circle","r":0}}}`
	same(t, read(t, decodeScene, doc), v)
	write(t, encodeScene, &v, doc)
	write(t, encodeScene, &Scene{Main: &Circle{2}}, `{"main":{"kind":"circle","r":2},"by":{}}`)
	fail(t, encodeScene, &Scene{Main: Group{Kind: "circle"}}, `/main/kind: expected "group"`)
	fail(t, encodeScene, &Scene{}, `/main: expected one of circle, rect, group`)
	for in, want := range map[string]string{
		`{"main":{"kind":"circle"}}`:                                `/main/r: expected a value (required)`,
		`{"main":{"r":1}}`:                                          `/main/kind: expected a value (required)`,
		`{"main":{"kind":"cirle","r":1}}`:                           `/main/kind: expected one of circle, rect, group, got "cirle" (did you mean "circle"?)`,
		`{"main":{"kind":"circle","r":1,"kind":"rect"}}`:            `/main/kind: expected each property once`,
		`{"main":{"kind":"rect","w":"x"}}`:                          `/main/w: expected integer`,
		`{"main":{"kind":"group","shapes":[{"kind":"rect"},1]}}`:    `/main/shapes/1: expected object`,
		`{"main":{"kind":"rect"},"by":{"x":{"kind":"rect","v":1}}}`: `/by/x/v: expected no property`,
	} {
		refuse(t, decodeScene, in, want)
	}
}

func TestAgreesWithSchema(t *testing.T) {
	const doc = `{"main":{"kind":"group","shapes":[{"kind":"circle","r":1.5},{"kind":"rect","w":2}]},"by":{"a":{"kind":"rect"},"b":{"kind":"circle","r":0}}}`
	differential[Scene]{decodeScene, encodeScene, drawInputSchema, drawOutputSchema, nil}.run(t, doc, 3000)
}
