package codec

import "encoding"

// MapKeyInt reads the current member's name as an integer of at most bits bits,
// in plain digits without leading zeros, so that two names are never the same
// integer. Otherwise it records a violation, skips the value and returns false.
func (d *Decoder) MapKeyInt(bits int) (int64, bool) {
	if key := d.Key(); isPlainInteger(key) {
		exact := parseDecimal(key)
		if n, f := exact.int64(); f == fits && n<<(64-bits)>>(64-bits) == n {
			return n, true
		}
	}
	d.badKey(intRange(bits))
	return 0, false
}

// MapKeyUint is MapKeyInt for integers that are not negative.
func (d *Decoder) MapKeyUint(bits int) (uint64, bool) {
	if key := d.Key(); isPlainInteger(key) {
		exact := parseDecimal(key)
		if n, f := exact.uint64(); f == fits && !exact.negative && n<<(64-bits)>>(64-bits) == n {
			return n, true
		}
	}
	d.badKey(uintRange(bits))
	return 0, false
}

// MapKeyText reads the current member's name into u. want says in words what u
// accepts.
func (d *Decoder) MapKeyText(u encoding.TextUnmarshaler, want string) bool {
	if key := d.Key(); !isHuge(u, key) && u.UnmarshalText(key) == nil {
		return true
	}
	d.badKey(want)
	return false
}

func (d *Decoder) badKey(want string) {
	name := d.Key()
	m, key := d.Mark(), clip(string(name[:min(len(name), 4*segmentRunes+4)]), segmentRunes)
	d.at = skipSpace(d.data, d.pos)
	d.record("", Violation{Keyword: PropertyNames, Want: "a property name that is " + want, Got: quote(clip(key, clipRunes))})
	d.UnderKey(m, key)
	d.Skip()
}
