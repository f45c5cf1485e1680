package weather

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

func TestDefaults(t *testing.T) {
	home, _ := url.Parse("https://example.com")
	got := read(t, decodeDefaults, `{}`)
	if !got.Zoned.Equal(time.Date(2026, 1, 2, 2, 4, 5, 500, time.UTC)) {
		t.Errorf("got %v", got.Zoned)
	}
	got.Zoned = time.Time{}
	same(t, got, Defaults{
		Bool: true, Int: 1000, PInt: new(int64(5)), PFloat: new(float32(1)), PColor: new(Blue), PStr: new("s"), Float: 2, Str: `a"b`, Color: Red,
		Pause: 90 * time.Second, PPause: new(time.Millisecond), Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Bytes: []byte{1, 2, 255}, Raw: json.RawMessage(`{"a":1}`), Number: "1.50",
		Any: map[string]any{"a": []any{1.0, "x", nil, true}}, Colors: []Color{Red, "pink"},
		Addrs: []netip.Addr{netip.MustParseAddr("::1"), netip.MustParseAddr("::2")}, Arr: [2]int{1, 2}, By: map[string]int{"a": 1, "b": 2},
		ByAddr: map[string]netip.Addr{"k": netip.MustParseAddr("::1")}, Addr: netip.MustParseAddr("10.0.0.1"), Big: *big.NewInt(7),
		Home: *home, Inner: Inner{A: "x", B: 4}, PInner: &Inner{A: "y", B: 2}, Inners: []Inner{{A: "z", B: 4}}, Opt: mcp.Some(3),
		NullOpt: mcp.Null[string](), NullRaw: json.RawMessage("null"),
	})
}

// TestPresent makes sure that nothing of a default is left.
func TestPresent(t *testing.T) {
	got := read(t, decodeDefaults, `{"Colors":[],"Addrs":["::3"],"By":{"c":3},"Inner":{"a":"q"},"Inners":[{"a":"r","b":1}],"Opt":null,"PInner":{}}`)
	same(t, got.Colors, []Color{})
	same(t, got.Addrs, []netip.Addr{netip.MustParseAddr("::3")})
	same(t, got.By, map[string]int{"c": 3})
	same(t, got.Inner, Inner{A: "q", B: 4})
	same(t, got.PInner, &Inner{B: 4})
	same(t, got.Inners, []Inner{{A: "r", B: 1}})
	same(t, got.Opt, mcp.Null[int]())
	if got := read(t, decodeDefaults, `{"Inner":{}}`); got.Inner.A != "" {
		t.Errorf("got %v", got.Inner)
	}
}
