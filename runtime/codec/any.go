package codec

import (
	"encoding/json"
	"strconv"
)

// Any reads any value as a tree of map[string]any, []any, string, bool, nil and
// numbers. A number is a float64 if that loses nothing: an integer up to 2^53,
// or a number whose shortest decimal form is the text that came. Any other is a
// json.Number. Duplicate keys are a violation.
func (d *Decoder) Any(name string) (any, bool) {
	found := d.Mark() + d.more
	v := d.anyValue(name)
	return v, found == d.Mark()+d.more && !d.closed
}

func (d *Decoder) anyValue(name string) any {
	switch c := d.peek(); kindOf(c) {
	case KindObject:
		return d.anyObject(name)
	case KindArray:
		return d.anyArray(name)
	case KindString:
		if s, ok := d.String(name); ok {
			return string(s)
		}
	case KindBool:
		if v, ok := d.Bool(name); ok {
			return v
		}
	case KindNumber:
		if number, ok := d.number(name, "number"); ok {
			return exactNumber(number)
		}
	default:
		if !d.Null() {
			d.Skip() // reports the syntax
		}
	}
	return nil
}

func (d *Decoder) anyObject(name string) any {
	tree := map[string]any{}
	if !d.open(name) {
		return nil
	}
	m := d.Mark()
	for d.NextMember() {
		key := string(d.Key())
		if _, twice := tree[key]; twice {
			d.Duplicate(key)
			continue
		}
		em := d.Mark()
		tree[key] = d.anyValue("")
		d.UnderKey(em, key)
	}
	d.Under(m, name)
	return tree
}

func (d *Decoder) anyArray(name string) any {
	list := []any{}
	if !d.open(name) {
		return nil
	}
	m := d.Mark()
	for d.NextElement() {
		em := d.Mark()
		list = append(Grow(d, list), d.anyValue(""))
		d.UnderIndex(em, len(list)-1)
	}
	d.Under(m, name)
	return list
}

// exactNumber is number as a float64, or as it is if a float64 would lose some
// of it.
func exactNumber(number []byte) any {
	exact := parseDecimal(number)
	if exact.count > 17 {
		return json.Number(number) // a float64 has no more significant digits
	}
	f, err := strconv.ParseFloat(string(number), 64)
	if err != nil {
		return json.Number(number)
	}
	if isInteger(number) {
		if f > 1<<53 || f < -1<<53 || exact.compareInt(int64(f)) != 0 {
			return json.Number(number)
		}
		return f
	}
	var text [32]byte
	short := parseDecimal(strconv.AppendFloat(text[:0], f, 'e', -1, 64))
	if exact.compare(&short) != 0 {
		return json.Number(number)
	}
	return f
}

// compareInt compares d with n.
func (d *decimal) compareInt(n int64) int {
	var text [20]byte
	other := parseDecimal(strconv.AppendInt(text[:0], n, 10))
	return d.compare(&other)
}
