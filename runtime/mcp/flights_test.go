package mcp

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestFlights compares the table with a map, with few and with many requests.
func TestFlights(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var table flights
	want := map[idKey]*flight{}
	for step := range 20_000 {
		ids := 1 + step%(4*fewFlights)
		id := fmt.Sprint(r.IntN(ids))
		if step%3 == 0 {
			id = `"` + id + `"`
		}
		key := makeIDKey([]byte(id))
		switch f := table.get(key); {
		case f != want[key]:
			t.Fatalf("step %d: %s is %p, want %p", step, id, f, want[key])
		case f == nil:
			f = &flight{key: key}
			table.add(f)
			want[key] = f
		default:
			table.remove(f)
			table.remove(f) // which does nothing
			delete(want, key)
		}
		if n := len(table.few) + len(table.many); n != len(want) {
			t.Fatalf("step %d: %d requests, want %d", step, n, len(want))
		}
	}
	other := &flight{key: makeIDKey([]byte("1"))}
	table = flights{}
	table.add(&flight{key: other.key})
	if table.remove(other); table.get(other.key) == nil {
		t.Error("a request was removed in place of another one with its id")
	}
}

func TestIDKeys(t *testing.T) {
	t.Parallel()
	keys := map[idKey]string{}
	for _, id := range []string{
		"0", "-0", "1", "-1", `"1"`, `"-1"`, `""`, "999999999999999999", "9223372036854775807", "9223372036854775808",
		"-9223372036854775808", "1.0", "1e3", "1000", `"a"`, `"999999999999999999"`,
	} {
		key := makeIDKey([]byte(id))
		if same, ok := keys[key]; ok {
			t.Errorf("%s and %s are the same", id, same)
		}
		keys[key] = id
		if again := makeIDKey([]byte(id)); again != key {
			t.Errorf("%s is %v and %v", id, key, again)
		}
	}
}
