package codec

import (
	"cmp"
	"encoding"
	"slices"
	"strconv"
)

// SortedKeys returns the keys of m in byte order.
func SortedKeys[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// SortedInts returns the keys of m in the order of their decimal text, in which
// encoding/json writes them: "10" comes before "9".
func SortedInts[K ~int | ~int8 | ~int16 | ~int32 | ~int64, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int {
		var x, y [20]byte
		return slices.Compare(strconv.AppendInt(x[:0], int64(a), 10), strconv.AppendInt(y[:0], int64(b), 10))
	})
	return keys
}

// SortedUints is SortedInts for unsigned keys.
func SortedUints[K ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int {
		var x, y [20]byte
		return slices.Compare(strconv.AppendUint(x[:0], uint64(a), 10), strconv.AppendUint(y[:0], uint64(b), 10))
	})
	return keys
}

// A TextMapKey is a map key with a text form.
type TextMapKey interface {
	comparable
	encoding.TextMarshaler
}

// A TextKey is a map key and its text.
type TextKey[K TextMapKey] struct {
	Key  K
	Text string
}

// SortedTexts returns the keys of m in the order of their texts. A key without
// a text, or with that of another one, is left out and a violation of e.
func SortedTexts[K TextMapKey, V any](e *Encoder, m map[K]V) []TextKey[K] {
	keys := make([]TextKey[K], 0, len(m))
	for k := range m {
		text, err := e.marshalText(k)
		if err != nil {
			e.add("", Violation{Keyword: PropertyNames, Want: "a key that can be written", Got: clip(err.Error(), 4*clipRunes)})
			continue
		}
		keys = append(keys, TextKey[K]{k, string(text)})
	}
	slices.SortFunc(keys, func(a, b TextKey[K]) int { return cmp.Compare(a.Text, b.Text) })
	return slices.CompactFunc(keys, func(a, b TextKey[K]) bool {
		if a.Text != b.Text {
			return false
		}
		e.add(a.Text, Violation{Keyword: Duplicate, Want: "each key once", Got: "two keys with the same text"})
		return true
	})
}
