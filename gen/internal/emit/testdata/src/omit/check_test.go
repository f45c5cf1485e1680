package weather

import (
	"net"
	"net/netip"
	"testing"
	"time"
)

func TestOmitEmpty(t *testing.T) {
	for _, v := range []Empty{
		{},
		{Slice: []int{}, Map: map[string]int{}, Bytes: []byte{}, IP: net.IP{}},
		{Bool: true, Int: 1, Float: 1, String: "x", Bytes: []byte{1}, Raw: []byte("{}"), Number: "1", Any: false,
			Time: time.Unix(0, 0).UTC(), Addr: netip.MustParseAddr("::1"), IP: net.IPv4(1, 2, 3, 4), Slice: []int{0},
			Map: map[string]int{"": 0}, Array: [1]int{1}, Pair: Pair{1}, PPair: &Pair{}, PInt: new(int)},
	} {
		asStandard(t, encodeEmpty, &v)
	}
}

func TestOmitZero(t *testing.T) {
	for _, v := range []Zero{
		{},
		{Slice: []int{}, Map: map[string]int{}, Bytes: []byte{}, IP: net.IP{}, Always: Always{7}, PTime: &time.Time{}, BothS: []int{}},
		{Bool: true, Int: 1, Float: 1, String: "x", Bytes: []byte{1}, Raw: []byte("{}"), Number: "1", Any: false,
			Time: time.Unix(0, 0).UTC(), Addr: netip.MustParseAddr("::1"), IP: net.IPv4(1, 2, 3, 4), Slice: []int{0},
			Map: map[string]int{"": 0}, Array: [1]int{1}, Pair: Pair{1}, List: List{[]int{}}, Always: Always{8}, PPair: &Pair{},
			PTime: &time.Time{}, Both: 1, BothS: []int{1}, Last: 1},
	} {
		asStandard(t, encodeZero, &v)
	}
}

func TestNullable(t *testing.T) {
	same(t, read(t, decodeNull, `{"names":null,"by":null,"p":null,"d":null}`), Null{})
	same(t, read(t, decodeNull, `{"names":["a"],"by":{},"p":1}`), Null{Names: []string{"a"}, By: map[string]int{}, P: new(1), D: []int{1, 2}})
	refuse(t, decodeNull, `{"names":[null],"by":null}`, `/names/0: expected string`)
	asStandard(t, encodeNull, &Null{})
	asStandard(t, encodeNull, &Null{Names: []string{}, By: map[string]int{"a": 1}, P: new(1), D: []int{}})
}

func TestAgreesWithSchema(t *testing.T) {
	const doc = `{"bool":true,"int":1,"float":0.5,"string":"x","bytes":"AQ==","raw":{},"number":1,"any":1,"time":"2026-01-31T12:00:00Z",` +
		`"addr":"::1","ip":"10.0.0.1","slice":[1],"map":{"a":1},"array":[1],"pair":{"a":1},"list":{"l":[1]},"always":{"n":1},"ppair":{"a":1},` +
		`"ptime":"2026-01-31T12:00:00Z","both":1,"boths":[1],"last":2}`
	differential[Zero]{decodeZero, encodeZero, putInputSchema, putOutputSchema, []string{"/addr", "/ip"}}.run(t, doc, 3000)
}
