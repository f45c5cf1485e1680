//go:build !race

// With the race detector, slices.Grow allocates what it appends.

package codec_test

import (
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A list that is doubled again and again costs three times its size.
func TestLongListsAreMadeOnce(t *testing.T) {
	data := []byte("[" + strings.Repeat(smallDoc+",", 999) + smallDoc + "]")
	d := codec.NewDecoder(nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d.Reset(data, codec.Options{})
	list := readSmalls(d)
	runtime.ReadMemStats(&after)
	size := len(list) * int(unsafe.Sizeof(small{}))
	if got := int(after.TotalAlloc - before.TotalAlloc); len(list) != 1000 || got > size*3/2 {
		t.Errorf("%d bytes for a list of %d elements and %d bytes", got, len(list), size)
	}
}
