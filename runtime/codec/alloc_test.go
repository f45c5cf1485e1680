package codec_test

import (
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// These tests are budgets: they count allocations, not time, and are not
// parallel since the count is the process's.

func allocs(t *testing.T, what string, most float64, f func()) {
	t.Helper()
	if n := testing.AllocsPerRun(10, f); n > most {
		t.Errorf("%s: %v allocations, want %v at most", what, n, most)
	}
}

func TestDecodingAllocatesOnlyTheValue(t *testing.T) {
	data, spaced := []byte(smallDoc), []byte("\n{ \"a\" : 1.0 ,\n \"b\" : \"-2\" }\n")
	allocs(t, "small, stack decoder", 0, func() {
		d := codec.NewDecoder(data)
		var v small
		decodeSmall(d, &v)
		d.End()
		if d.Err() != nil || v.A != 12345 {
			t.Fatal(d.Err())
		}
	})
	d := codec.NewDecoder(nil)
	allocs(t, "small, unusual numbers", 0, func() {
		d.Reset(spaced, codec.Options{})
		var v small
		decodeSmall(d, &v)
		d.End()
		if d.Err() != nil || v.A != 1 || v.B != -2 {
			t.Fatal(d.Err())
		}
	})

	medium := []byte(issueDoc)
	allocs(t, "medium", 15, func() { // 6 strings, 3 labels, 2 keys and the growth of a slice and a map
		d.Reset(medium, codec.Options{})
		var v issue
		decodeIssue(d, &v)
		if d.End(); d.Err() != nil {
			t.Fatal(d.Err())
		}
	})
	allocs(t, "skip", 0, func() {
		d.Reset(medium, codec.Options{})
		d.Skip()
	})
	allocs(t, "span with unique keys", 0, func() {
		d.Reset(medium, codec.Options{})
		d.RawSpan("")
	})
	tagLast := []byte(`{"children":[{"value":1,"kind":"leaf"}],"note":"n","kind":"other"}`)
	allocs(t, "look-ahead", 0, func() {
		d.Reset(tagLast, codec.Options{})
		if kind, ok := d.Discriminator("kind"); !ok || string(kind) != "other" {
			t.Fatal(d.Err())
		}
	})
}

func TestManyListsAllocateFewTimes(t *testing.T) {
	data := []byte("[" + strings.Repeat(`["alpha","beta"],`, 499) + `["alpha","beta"]]`)
	d := codec.NewDecoder(nil)
	allocs(t, "500 lists of 2 strings", 90, func() { // a 16th of 1000, a 512th of 4500 bytes, and the list of lists
		d.Reset(data, codec.Options{})
		if list := readLists(d); len(list) != 500 || d.Err() != nil {
			t.Fatal(d.Err())
		}
	})
}

func TestHostileNumbersAllocateNothing(t *testing.T) {
	d := codec.NewDecoder(nil)
	for _, doc := range []string{longInteger, longZeros, hugeExponent, tinyExponent} {
		data := []byte(doc)
		allocs(t, "skip", 0, func() {
			d.Reset(data, codec.Options{})
			d.Skip()
		})
		allocs(t, "int", 40, func() { // the violation
			d.Reset(data, codec.Options{})
			d.Int("", 64)
		})
		allocs(t, "multipleOf", 40, func() {
			d.Reset(data, codec.Options{})
			d.Number("")
			d.MultipleOf("", "7")
		})
	}
}

func TestFormatsAllocateNothing(t *testing.T) {
	for format, c := range formatCases {
		if format == "regex" {
			continue // keeps the names of groups
		}
		var values [][]byte
		for _, s := range append(c.good, c.bad...) {
			values = append(values, []byte(s))
		}
		allocs(t, format, 0, func() {
			for _, b := range values {
				c.is(b)
			}
		})
	}
}

func TestEncodingIntoAReusedBufferAllocatesNothing(t *testing.T) {
	var v issue
	decodeIssue(codec.NewDecoder([]byte(issueDoc)), &v)
	v.Counts = nil // sorting keys needs a list
	list := []issue{v, v, v}
	e := codec.NewEncoder(make([]byte, 0, 8192))
	allocs(t, "small", 0, func() {
		e.Reset(e.Bytes()[:0])
		encodeSmall(e, &small{1, 2})
	})
	allocs(t, "medium and its text copy", 0, func() {
		e.Reset(e.Bytes()[:0])
		e.Raw("[")
		for i := range list {
			e.Comma()
			encodeIssue(e, &list[i])
		}
		e.Raw("]")
		e.EscapedCopy(0, e.Len())
		e.QuotedString("a\"b")
		e.Bytes64([]byte("abc"))
		if e.Err() != nil {
			t.Fatal(e.Err())
		}
	})
}
