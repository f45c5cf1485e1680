package codec

import (
	"encoding/json"
	"strconv"
)

// FirstDuplicate finds the first item that equals an earlier one: s[i] == s[j],
// i < j.
func FirstDuplicate[T comparable](s []T) (i, j int, found bool) {
	const few = 16 // up to which comparing all pairs is cheaper than a map
	if len(s) <= few {
		for j := range s {
			for i := range j {
				if s[i] == s[j] {
					return i, j, true
				}
			}
		}
		return 0, 0, false
	}
	seen := make(map[T]int, len(s))
	for j, v := range s {
		if i, twice := seen[v]; twice {
			return i, j, true
		}
		seen[v] = j
	}
	return 0, 0, false
}

// FirstDuplicateAny is FirstDuplicate for trees of Decoder.Any. Objects are
// equal whatever the order of their members, numbers if their values are.
func FirstDuplicateAny(s []any) (i, j int, found bool) {
	texts := make([]string, len(s))
	var text []byte
	for n, v := range s {
		text = appendCanonical(text[:0], v)
		texts[n] = string(text)
	}
	return FirstDuplicate(texts)
}

// FirstDuplicateRaw is FirstDuplicateAny for JSON texts of Decoder.Raw.
func FirstDuplicateRaw[T ~[]byte](s []T) (i, j int, found bool) {
	trees := make([]any, len(s))
	for n, b := range s {
		d := NewDecoder(b)
		d.left = containers(-1)
		trees[n], _ = d.Any("")
	}
	return FirstDuplicateAny(trees)
}

// appendCanonical appends a text that is the same for equal values only.
func appendCanonical(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return AppendString(b, v)
	case float64:
		return appendCanonicalNumber(b, strconv.AppendFloat(nil, v, 'e', -1, 64))
	case json.Number:
		return appendCanonicalNumber(b, []byte(v))
	case []any:
		b = append(b, '[')
		for _, item := range v {
			b = append(appendCanonical(b, item), ',')
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for _, key := range SortedKeys(v) {
			b = append(AppendString(b, key), ':')
			b = append(appendCanonical(b, v[key]), ',')
		}
		return append(b, '}')
	}
	return b
}

func appendCanonicalNumber(b, number []byte) []byte {
	if !isNumber(number) {
		return append(b, number...)
	}
	d := parseDecimal(number)
	if d.negative && d.count > 0 {
		b = append(b, '-')
	}
	for _, c := range d.digits {
		if c != '.' {
			b = append(b, c)
		}
	}
	return strconv.AppendInt(append(b, 'e'), d.exp, 10)
}
