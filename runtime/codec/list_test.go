package codec_test

import (
	"encoding/json"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// readInts reads a list of integers as generated code does.
func readInts(d *codec.Decoder) []int {
	list := []int{}
	for d.OpenArray(""); d.NextElement(); {
		if n, ok := d.Int("", 64); ok {
			list = append(codec.Grow(d, list), int(n))
		}
	}
	return list
}

// readLists reads a list of lists of strings as generated code does.
func readLists(d *codec.Decoder) [][]string {
	list := [][]string{}
	for d.OpenArray(""); d.NextElement(); {
		list = append(codec.Grow(d, list), []string{})
		at := &list[len(list)-1]
		for d.OpenArray(""); d.NextElement(); {
			if s, ok := d.String(""); ok {
				*at = d.AppendOwn(*at, s)
			}
		}
	}
	return list
}

// readSmalls reads a list of structs as generated code does.
func readSmalls(d *codec.Decoder) []small {
	list := []small{}
	for d.OpenArray(""); d.NextElement(); {
		list = append(codec.Grow(d, list), small{})
		decodeSmall(d, &list[len(list)-1])
	}
	return list
}

// A long list gets the room it needs, and hardly more.
func TestGrow(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(`{"a":1234567,"b":-7654321},`, 999) + smallDoc
	for name, doc := range map[string]string{
		"alone":         "[" + many + "]",
		"in a string":   marshal(t, "["+many+"]"),
		"spaced":        "[" + strings.ReplaceAll(many, ",", " , ") + "]",
		"in containers": strings.Repeat("[", 6) + "[" + many + "]" + strings.Repeat("]", 6),
	} {
		d := decoder(doc, codec.Options{})
		for strings.HasPrefix(doc, "[[") {
			doc = doc[1 : len(doc)-1]
			d.OpenArray("")
			d.NextElement()
		}
		list := readSmalls(d)
		if len(list) != 1000 || list[0].B != -7654321 || list[999].A != 12345 || d.Err() != nil {
			t.Fatalf("%s: %d elements, %v", name, len(list), d.Err())
		}
		if cap(list) > 1000*5/4 {
			t.Errorf("%s: room for %d elements, of which there are 1000", name, cap(list))
		}
	}
}

// Documents that promise long lists get no more memory for it than they take
// themselves.
func TestGuessesAreBounded(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	long := `"` + strings.Repeat("x", size) + `"`
	for _, tt := range []struct {
		name, doc string
		most      int // bytes set aside
	}{
		{"short elements, then a long one", "[[" + strings.Repeat("1,", size/16) + "1," + long + "]]", size},
		{"a list of a few", "[[1,2,3,4,5,6,7,8,9],[" + long + "]]", 0},
		{"many lists", "[" + strings.Repeat("["+strings.Repeat("1,", 40)+"1],", size/80) + "[]]", size / 16},
		{"lists that get shorter", "[" + halves(size) + "[]]", size},
	} {
		d := decoder(tt.doc, codec.Options{Strict: true})
		used, had := 0, 0
		for d.OpenArray(""); d.NextElement(); {
			list := readInts(d)
			used, had = used+max(4, len(list)), had+cap(list)
		}
		// append makes room for twice what there is, and rounds up.
		if had -= 2 * used; had*int(unsafe.Sizeof(0)) > tt.most*9/8 {
			t.Errorf("%s: %d bytes more than by doubling, want %d at most", tt.name, had*int(unsafe.Sizeof(0)), tt.most)
		}
	}
}

// halves is lists that each take a sixteenth of what is left.
func halves(size int) string {
	var b strings.Builder
	for size > 64 {
		n := size / 16
		b.WriteString("[" + strings.Repeat("1,", n/2) + "1],")
		size -= n
	}
	return b.String()
}

// Lists that share memory do not see each other, whatever is done to them.
func TestAppendOwn(t *testing.T) {
	t.Parallel()
	var want [][]string
	for n := range 60 {
		list := []string{}
		for i := range n * 7 % 41 {
			list = append(list, strings.Repeat(string(rune('a'+n%26)), i*n%71))
		}
		want = append(want, list)
	}
	doc, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	d := decoder(string(doc), codec.Options{})
	got := readLists(d)
	clear(doc)
	d.Reset([]byte(`[["another"],["text"]]`), codec.Options{})
	if other := readLists(d); !reflect.DeepEqual(other, [][]string{{"another"}, {"text"}}) || d.Err() != nil {
		t.Errorf("%q, %v", other, d.Err())
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for i := range got {
		got[i] = append(got[i], "one more")
		for j := range want[i] {
			got[i][j] = "changed"
		}
	}
	for i := range got {
		if len(got[i]) != len(want[i])+1 || slices.ContainsFunc(got[i][:len(want[i])], func(s string) bool { return s != "changed" }) {
			t.Errorf("list %d has become %q", i, got[i])
		}
	}
}

// TestKeptListsKeepLittle bounds what of its document stays in memory with one
// short list. Not parallel: it counts the memory of the process.
func TestKeptListsKeepLittle(t *testing.T) {
	const docs, most = 100, 8<<10 + 512
	short, long := marshal(t, strings.Repeat("s", 60)), marshal(t, strings.Repeat("l", 2000))
	doc := "[" + strings.Repeat(`["tag"],`+strings.Repeat(short+",", 8)+"["+long+"],", 300) + `[]]`
	kept := make([][]string, 0, docs)
	texts := make([]string, 0, 3000)
	before := heap()
	for n := range docs {
		d := decoder(doc, codec.Options{Strict: true})
		d.OpenArray("")
		for i := 0; d.NextElement(); i++ {
			if d.PeekKind() == codec.KindString {
				s, _ := d.String("")
				texts = append(texts, d.Own(s))
				continue
			}
			list := []string{}
			for d.OpenArray(""); d.NextElement(); {
				s, _ := d.String("")
				list = d.AppendOwn(list, s)
			}
			if i == 1000+10*n {
				kept = append(kept, list)
			}
		}
		clear(texts)
		texts = texts[:0]
	}
	if each := (heap() - before) / docs; len(kept) != docs || each > most {
		t.Errorf("%d lists keep %d bytes each, want %d at most", len(kept), each, most)
	}
	runtime.KeepAlive(kept)
}

func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
