package codec

import (
	"strconv"
	"strings"
)

// record adds v, found at the value last read.
func (d *Decoder) record(name string, v Violation) {
	v.Offset = d.offset(d.at)
	d.note(name, v)
}

// note adds v and ends the reading when enough has been found.
func (d *Decoder) note(name string, v Violation) {
	d.add(name, v)
	if d.more >= maxMore {
		d.stop()
	}
}

// show renders the value last read; "" for an object or an array.
func (d *Decoder) show() string {
	switch {
	case d.shownAt == d.pos:
		return showText(d.shown)
	case d.at < d.pos && d.pos <= len(d.data):
		return showToken(d.data[d.at:d.pos])
	}
	return ""
}

// Violate records that the value last read breaks kw. limit is what the keyword
// says in the schema: a number for Minimum and its like, the JSON value for
// Const.
func (d *Decoder) Violate(name string, kw Keyword, limit string) {
	v := Violation{Keyword: kw}
	if !d.full() {
		v.Want, v.Got = wantLimit(kw, limit), d.show()
	}
	d.record(name, v)
}

// ViolateCount records that a value with got characters, items or properties
// breaks kw, whose limit is limit.
func (d *Decoder) ViolateCount(name string, kw Keyword, limit, got int) {
	v := Violation{Keyword: kw}
	if !d.full() {
		v.Want, v.Got = wantCount(kw, limit), countOf(kw, got)
		if kw == MinLength {
			if shown := d.show(); shown != "" {
				v.Got = shown
			}
		}
	}
	d.record(name, v)
}

// wantLimit is the expectation of kw in words.
func wantLimit(kw Keyword, limit string) string {
	switch kw {
	case Minimum:
		return "at least " + limit
	case Maximum:
		return "at most " + limit
	case ExclusiveMinimum:
		return "more than " + limit
	case ExclusiveMaximum:
		return "less than " + limit
	case MultipleOf:
		return "a multiple of " + limit
	case Const:
		return limit
	case Pattern:
		return "a string matching " + limit
	case Format:
		return formatWant(limit)
	}
	if n, err := strconv.Atoi(limit); err == nil && counts(kw) {
		return wantCount(kw, n)
	}
	return limit
}

// wantCount is the expectation of kw, which counts something, in words.
func wantCount(kw Keyword, limit int) string {
	switch kw {
	case MinLength, MinItems, MinProperties:
		return "at least " + countOf(kw, limit)
	}
	return "at most " + countOf(kw, limit)
}

func counts(kw Keyword) bool {
	switch kw {
	case MinLength, MaxLength, MinItems, MaxItems, MinProperties, MaxProperties:
		return true
	}
	return false
}

// countOf is "1 item", "3 characters" and so on.
func countOf(kw Keyword, n int) string {
	one, many := " item", " items"
	switch kw {
	case MinLength, MaxLength:
		one, many = " character", " characters"
	case MinProperties, MaxProperties:
		one, many = " property", " properties"
	}
	if n == 1 {
		return "1" + one
	}
	return strconv.Itoa(n) + many
}

// Enum records that the value last read is none of allowed, which are strings
// as they are, other values as JSON.
func (d *Decoder) Enum(name string, allowed []string) {
	v := Violation{Keyword: Enum}
	if !d.full() {
		v.Want, v.Got = "one of "+list(allowed), d.show()
		if s := nearest(d.lastText(), allowed); s != "" {
			v.Hint = "did you mean " + quote(s) + "?"
		}
	}
	d.record(name, v)
}

// lastText is the value last read if it is a string, else "".
func (d *Decoder) lastText() string {
	switch {
	case d.shownAt == d.pos:
		return string(d.shown[:min(len(d.shown), maxNameBytes+1)])
	case d.at+1 < d.pos && d.pos <= len(d.data) && d.data[d.at] == '"':
		inside := d.data[d.at+1 : d.pos-1]
		if len(inside) <= 6*maxNameBytes {
			return string(unescape(nil, inside))
		}
	}
	return ""
}

// list joins names for a message. Of many, only the first are shown.
func list(names []string) string {
	const most = 30
	var b strings.Builder
	for i, s := range names {
		if i == most {
			b.WriteString(" and " + strconv.Itoa(len(names)-most) + " more")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		if s == "" || strings.ContainsAny(s, ", \t\n\"") {
			s = quote(s)
		}
		b.WriteString(s)
	}
	return b.String()
}

// unknownHint says what to do about a name that is not known.
func unknownHint(rename string, names []string) string {
	switch {
	case rename != "":
		return "did you mean " + quote(rename) + "?"
	case len(names) == 0:
		return "remove it, there are no properties"
	}
	return "remove it, the properties are " + list(names)
}

// Unique records that the items i and j are equal.
func (d *Decoder) Unique(name string, i, j int) {
	d.record(name, Violation{Keyword: UniqueItems, Want: "distinct items",
		Got: "equal items at " + strconv.Itoa(i) + " and " + strconv.Itoa(j), Hint: "remove one of them"})
}

// Format records that the string last read does not have the format, a name of
// JSON Schema's.
func (d *Decoder) Format(name, format string) { d.Violate(name, Format, format) }

// Pattern records that the string last read does not match the pattern.
func (d *Decoder) Pattern(name, pattern string) { d.Violate(name, Pattern, pattern) }

// Fail records that the value last read is not what want says, in words.
func (d *Decoder) Fail(name, want string) { d.Violate(name, Type, want) }

// MultipleOf checks that the number last read is an integer times divisor,
// exactly, whatever the size of either. If not, it records a violation and
// returns false. divisor is a positive JSON number of at most 19 significant
// digits.
func (d *Decoder) MultipleOf(name, divisor string) bool {
	number := d.shown
	if d.shownAt != d.pos {
		number = d.data[min(d.at, d.pos):min(d.pos, len(d.data))]
	}
	if d.closed || !isNumber(number) || isMultipleOf(number, []byte(divisor)) {
		return true
	}
	d.Violate(name, MultipleOf, divisor)
	return false
}

// wrongType records that the next value is not of the wanted JSON type and
// skips it.
func (d *Decoder) wrongType(name, want string) {
	at := d.offset(skipSpace(d.data, d.pos))
	token, ok := d.span(name, false)
	if !ok {
		return
	}
	v := Violation{Keyword: Type, Want: want, Offset: at}
	if !d.full() {
		v.Got, v.Hint = showTyped(token), typeHint(want, token)
	}
	d.note(name, v)
}

// showTyped renders a value with its type; of objects and arrays, the type only.
func showTyped(token []byte) string {
	switch kind := kindOf(token[0]); kind {
	case KindString, KindNumber, KindBool:
		return kind.String() + " " + showToken(token)
	default:
		return kind.String()
	}
}

// typeHint says how to turn token into what is wanted.
func typeHint(want string, token []byte) string {
	kind := kindOf(token[0])
	switch {
	case kind == KindNull:
		return "a value is needed"
	case kind == KindString && len(token) < 64:
		return stringHint(want, string(unescape(nil, token[1:len(token)-1])))
	case kind == KindString:
		return stringHint(want, string(token[1:2]))
	case strings.Contains(want, "string") && (kind == KindNumber || kind == KindBool):
		return "put it in double quotes"
	case want == "array" && kind != KindObject:
		return "put it in an array"
	case want == "boolean":
		return "send true or false"
	}
	return ""
}

// stringHint says how to turn a string into what is wanted. Of a long one, text
// is the beginning.
func stringHint(want, text string) string {
	b := []byte(text)
	switch want {
	case "integer", "number":
		if len(b) > 0 && isNumber(b) {
			return "send " + clip(text, clipRunes) + " without quotes"
		}
	case "boolean":
		if text == "true" || text == "false" {
			return "send " + text + " without quotes"
		}
		return "send true or false without quotes"
	case "object", "array":
		if i := skipSpace(b, 0); byteAt(b, i) == '{' || byteAt(b, i) == '[' {
			return "send the JSON value itself, not a string holding JSON"
		}
		if want == "array" {
			return "put it in an array"
		}
	}
	return ""
}
