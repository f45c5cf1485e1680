package codec

import (
	"encoding"
	"time"
)

// A Violation is one problem found in a document.
type Violation struct {
	Pointer string  // RFC 6901 pointer to the value in the instance; "" is the whole document
	Keyword Keyword // the rule
	Want    string  // what is expected, in words
	Got     string  // what came, shortened; "" when there is nothing to show
	Hint    string  // what to do about it; "" when there is nothing to say
	Offset  int     // byte offset in the document; 0 for an Encoder
}

// An Error is everything that is wrong with one document, in document order.
type Error struct {
	Violations []Violation // 16 at most
	More       int         // how many further ones were found
}

// Error lists the violations, one a line.
func (e *Error) Error() string { return "" }

// AppendJSON appends the violations as a JSON array of objects with the members
// pointer, keyword, expected, got, hint and offset.
func (e *Error) AppendJSON(b []byte) []byte { return b }

// Options change how a Decoder reads. The zero value is the default.
type Options struct {
	Strict        bool // no lenient conversion; null for an optional property is refused
	UniqueKeys    bool // Skip and RawSpan look for duplicate keys too
	MaxContainers int  // objects and arrays that may be opened; 0: 131072, negative: no limit
}

// A Kind is the JSON type of a value.
type Kind uint8

// The kinds of a value.
const (
	KindInvalid Kind = iota // the next byte starts no value
	KindNull
	KindBool
	KindNumber
	KindString
	KindArray
	KindObject
)

// A Decoder reads one JSON document. It is not safe for concurrent use.
type Decoder struct{ errs []Violation }

// NewDecoder returns a decoder of data with the default options.
func NewDecoder(data []byte) *Decoder { return &Decoder{} }

// Get returns a pooled decoder; give it back with Put.
func Get(data []byte, o Options) *Decoder { return &Decoder{} }

// Put recycles a decoder of Get. Neither d nor bytes it returned may be used afterwards.
func Put(d *Decoder) {}

// Reset makes d read data.
func (d *Decoder) Reset(data []byte, o Options) {}

// Strict reports whether lenient conversion is off.
func (d *Decoder) Strict() bool { return false }

// End checks that nothing but white space is left.
func (d *Decoder) End() {}

// Err returns what was found, or nil.
func (d *Decoder) Err() *Error { return nil }

// Failed reports whether reading ended early: at a syntax error or a limit.
func (d *Decoder) Failed() bool { return false }

// Offset is the position of the next byte to read.
func (d *Decoder) Offset() int { return 0 }

// Conversions counts the lenient conversions made so far.
func (d *Decoder) Conversions() int { return 0 }

// OpenObject enters the object that comes next.
func (d *Decoder) OpenObject(name string) bool { return false }

// NextMember advances to the next member of the object, up to its value.
func (d *Decoder) NextMember() bool { return false }

// Key is the name of the current member, unescaped; valid until NextMember.
func (d *Decoder) Key() []byte { return nil }

// OpenArray enters the array that comes next.
func (d *Decoder) OpenArray(name string) bool { return false }

// NextElement advances to the next element of the array.
func (d *Decoder) NextElement() bool { return false }

// Skip validates and discards the next value.
func (d *Decoder) Skip() bool { return false }

// Null consumes null if it comes next.
func (d *Decoder) Null() bool { return false }

// PeekKind tells the kind of the next value without consuming it.
func (d *Decoder) PeekKind() Kind { return KindInvalid }

// Once marks a property as seen.
func (d *Decoder) Once(seen *uint64, bit uint64, name string) bool { return false }

// OnceOptional is Once for an optional property: null counts as absent.
func (d *Decoder) OnceOptional(seen *uint64, bit uint64, name string) bool { return false }

// Unknown records that the current key is none of names and skips its value.
func (d *Decoder) Unknown(names []string) {}

// Require records the properties that required has and seen has not.
func (d *Decoder) Require(seen, required uint64, names []string) {}

// Duplicate records that a map key came twice and skips the value.
func (d *Decoder) Duplicate(key string) {}

// Bool reads true or false.
func (d *Decoder) Bool(name string) (bool, bool) { return false, false }

// Int reads an integer of at most bits bits.
func (d *Decoder) Int(name string, bits int) (int64, bool) { return 0, false }

// Uint reads a non-negative integer of at most bits bits.
func (d *Decoder) Uint(name string, bits int) (uint64, bool) { return 0, false }

// Float reads a number that fits a float of bits bits.
func (d *Decoder) Float(name string, bits int) (float64, bool) { return 0, false }

// String reads a string; the bytes are valid until the next read.
func (d *Decoder) String(name string) ([]byte, bool) { return nil, false }

// Own copies bytes of String or Key.
func (d *Decoder) Own(b []byte) string { return string(b) }

// Bytes reads a base64 string.
func (d *Decoder) Bytes(name string) ([]byte, bool) { return nil, false }

// Time reads an RFC 3339 date and time.
func (d *Decoder) Time(name string) (time.Time, bool) { return time.Time{}, false }

// Duration reads a duration in Go's form.
func (d *Decoder) Duration(name string) (time.Duration, bool) { return 0, false }

// Number reads a number and returns its text.
func (d *Decoder) Number(name string) (string, bool) { return "", false }

// Raw reads any value and returns a copy of its bytes.
func (d *Decoder) Raw(name string) ([]byte, bool) { return nil, false }

// RawSpan is Raw without the copy: the bytes alias the input.
func (d *Decoder) RawSpan(name string) ([]byte, bool) { return nil, false }

// Any reads any value as a tree.
func (d *Decoder) Any(name string) (any, bool) { return nil, false }

// Text reads a string into u.
func (d *Decoder) Text(name string, u encoding.TextUnmarshaler, want string) bool { return false }

// JSON reads any value into u.
func (d *Decoder) JSON(name string, u interface{ UnmarshalJSON([]byte) error }, want string) bool {
	return false
}

// QuotedInt reads an integer inside a string.
func (d *Decoder) QuotedInt(name string, bits int) (int64, bool) { return 0, false }

// QuotedUint reads a non-negative integer inside a string.
func (d *Decoder) QuotedUint(name string, bits int) (uint64, bool) { return 0, false }

// QuotedFloat reads a number inside a string.
func (d *Decoder) QuotedFloat(name string, bits int) (float64, bool) { return 0, false }

// QuotedBool reads a boolean inside a string.
func (d *Decoder) QuotedBool(name string) (bool, bool) { return false, false }

// QuotedString reads a JSON string inside a string.
func (d *Decoder) QuotedString(name string) (string, bool) { return "", false }

// Discriminator looks ahead for member tag of the object that comes next.
func (d *Decoder) Discriminator(tag string) ([]byte, bool) { return nil, false }

// MapKeyInt reads the current key as an integer; on failure the value is skipped.
func (d *Decoder) MapKeyInt(bits int) (int64, bool) { return 0, false }

// MapKeyUint is MapKeyInt for non-negative integers.
func (d *Decoder) MapKeyUint(bits int) (uint64, bool) { return 0, false }

// MapKeyText reads the current key into u; on failure the value is skipped.
func (d *Decoder) MapKeyText(u encoding.TextUnmarshaler, want string) bool { return false }

// Violate records that the value last read breaks kw.
func (d *Decoder) Violate(name string, kw Keyword, limit string) {}

// ViolateCount records that a length or a number of items breaks kw.
func (d *Decoder) ViolateCount(name string, kw Keyword, limit, got int) {}

// MultipleOf checks the number last read, exactly, and records a violation.
func (d *Decoder) MultipleOf(name, divisor string) bool { return true }

// Enum records that the value last read is none of allowed.
func (d *Decoder) Enum(name string, allowed []string) {}

// Unique records that the items i and j are equal.
func (d *Decoder) Unique(name string, i, j int) {}

// Format records that the string last read does not have the format.
func (d *Decoder) Format(name, format string) {}

// Pattern records that the string last read does not match.
func (d *Decoder) Pattern(name, pattern string) {}

// Fail records that the value last read is not what want says.
func (d *Decoder) Fail(name, want string) {}

// Mark is the place for a later Under.
func (d *Decoder) Mark() int { return len(d.errs) }

// Under puts name before the pointers of violations since m.
func (d *Decoder) Under(m int, name string) {}

// UnderIndex puts i before the pointers of violations since m.
func (d *Decoder) UnderIndex(m, i int) {}

// UnderKey is Under for a map key, which may be empty.
func (d *Decoder) UnderKey(m int, key string) {}

// Redact removes what came from the violations since m: the value is sensitive.
func (d *Decoder) Redact(m int) {}

// Runes counts the characters of a string as JSON Schema does.
func Runes(b []byte) int { return len([]rune(string(b))) }

// IsMultipleOf reports whether number is an exact multiple of divisor.
func IsMultipleOf(number, divisor string) bool { return false }

// CompareNumbers compares two JSON numbers exactly.
func CompareNumbers(a, b string) int { return 0 }

// FirstDuplicate finds the first item that equals an earlier one.
func FirstDuplicate[T comparable](s []T) (i, j int, found bool) { return 0, 0, false }

// FirstDuplicateAny is FirstDuplicate for trees of Any.
func FirstDuplicateAny(s []any) (i, j int, found bool) { return 0, 0, false }

// FirstDuplicateRaw is FirstDuplicate for JSON texts.
func FirstDuplicateRaw[T ~[]byte](s []T) (i, j int, found bool) { return 0, 0, false }

// IsEmail checks format email.
func IsEmail(b []byte) bool { return false }

// IsHostname checks format hostname.
func IsHostname(b []byte) bool { return false }

// IsIPv4 checks format ipv4.
func IsIPv4(b []byte) bool { return false }

// IsIPv6 checks format ipv6.
func IsIPv6(b []byte) bool { return false }

// IsURI checks format uri.
func IsURI(b []byte) bool { return false }

// IsURIReference checks format uri-reference.
func IsURIReference(b []byte) bool { return false }

// IsUUID checks format uuid.
func IsUUID(b []byte) bool { return false }

// IsDate checks format date.
func IsDate(b []byte) bool { return false }

// IsTime checks format time.
func IsTime(b []byte) bool { return false }

// IsDateTime checks format date-time.
func IsDateTime(b []byte) bool { return false }

// IsDuration checks format duration (ISO 8601).
func IsDuration(b []byte) bool { return false }

// IsRegex checks format regex.
func IsRegex(b []byte) bool { return false }

// IsJSONPointer checks format json-pointer.
func IsJSONPointer(b []byte) bool { return false }

// An Encoder appends JSON to a buffer. It is not safe for concurrent use.
type Encoder struct {
	buf  []byte
	errs []Violation
}

// NewEncoder returns an encoder that appends to buf.
func NewEncoder(buf []byte) *Encoder { return &Encoder{buf: buf} }

// Reset makes e append to buf and forgets violations.
func (e *Encoder) Reset(buf []byte) {}

// Bytes is what was written, buf of NewEncoder included.
func (e *Encoder) Bytes() []byte { return e.buf }

// Len is the length of Bytes.
func (e *Encoder) Len() int { return len(e.buf) }

// Truncate drops everything after the first n bytes.
func (e *Encoder) Truncate(n int) { e.buf = e.buf[:n] }

// Err returns what was found, or nil.
func (e *Encoder) Err() *Error { return nil }

// Raw appends JSON text as it is.
func (e *Encoder) Raw(lit string) { e.buf = append(e.buf, lit...) }

// Comma appends a comma unless the last byte opens an object or an array.
func (e *Encoder) Comma() {}

// Key appends name as a string and a colon.
func (e *Encoder) Key(name string) {}

// String appends a string.
func (e *Encoder) String(s string) {}

// Int appends an integer.
func (e *Encoder) Int(n int64) {}

// Uint appends a non-negative integer.
func (e *Encoder) Uint(n uint64) {}

// Float appends a number; bits is 32 or 64.
func (e *Encoder) Float(f float64, bits int) {}

// Bool appends true or false.
func (e *Encoder) Bool(v bool) {}

// Null appends null.
func (e *Encoder) Null() {}

// Bytes64 appends a base64 string.
func (e *Encoder) Bytes64(b []byte) {}

// Time appends an RFC 3339 string.
func (e *Encoder) Time(t time.Time) {}

// Duration appends a duration in Go's form.
func (e *Encoder) Duration(v time.Duration) {}

// Number appends a JSON number given as text; "" is 0.
func (e *Encoder) Number(s string) {}

// RawJSON appends one JSON value, checked and without white space.
func (e *Encoder) RawJSON(b []byte) {}

// Any appends any value that encoding/json can write.
func (e *Encoder) Any(v any) {}

// Text appends what MarshalText gives as a string.
func (e *Encoder) Text(m encoding.TextMarshaler) {}

// JSON appends what MarshalJSON gives, checked and without white space.
func (e *Encoder) JSON(m interface{ MarshalJSON() ([]byte, error) }) {}

// QuotedInt appends an integer inside a string.
func (e *Encoder) QuotedInt(n int64) {}

// QuotedUint appends a non-negative integer inside a string.
func (e *Encoder) QuotedUint(n uint64) {}

// QuotedFloat appends a number inside a string.
func (e *Encoder) QuotedFloat(f float64, bits int) {}

// QuotedBool appends a boolean inside a string.
func (e *Encoder) QuotedBool(v bool) {}

// QuotedString appends a JSON string inside a string.
func (e *Encoder) QuotedString(s string) {}

// EscapedCopy appends the bytes from up to to as a JSON string: the text copy of a value.
func (e *Encoder) EscapedCopy(from, to int) {}

// Enter guards a recursive encoder: false after a violation when nested too deep.
func (e *Encoder) Enter() bool { return true }

// Leave ends what Enter began.
func (e *Encoder) Leave() {}

// Fail records that the value breaks kw.
func (e *Encoder) Fail(name string, kw Keyword, limit string) {}

// FailCount records that a length or a number of items breaks kw.
func (e *Encoder) FailCount(name string, kw Keyword, limit, got int) {}

// Mark is the place for a later Under.
func (e *Encoder) Mark() int { return len(e.errs) }

// Under puts name before the pointers of violations since m.
func (e *Encoder) Under(m int, name string) {}

// UnderIndex puts i before the pointers of violations since m.
func (e *Encoder) UnderIndex(m, i int) {}

// UnderKey is Under for a map key, which may be empty.
func (e *Encoder) UnderKey(m int, key string) {}

// AppendString appends s as a JSON string.
func AppendString(b []byte, s string) []byte { return b }

// AppendEscaped appends JSON text as the inside of a JSON string.
func AppendEscaped(b, raw []byte) []byte { return b }

// SortedKeys returns the keys of m in order.
func SortedKeys[K ~string, V any](m map[K]V) []K { return nil }

// SortedInts returns the keys of m in the order of their decimal text.
func SortedInts[K ~int | ~int8 | ~int16 | ~int32 | ~int64, V any](m map[K]V) []K { return nil }

// SortedUints returns the keys of m in the order of their decimal text.
func SortedUints[K ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr, V any](m map[K]V) []K {
	return nil
}

// A TextKey is a map key and its text.
type TextKey[K comparable] struct {
	Key  K
	Text string
}

// TextMapKey is a map key with a text form.
type TextMapKey interface {
	comparable
	encoding.TextMarshaler
}

// SortedTexts returns the keys of m in the order of their text; a key without one is a violation of e.
func SortedTexts[K TextMapKey, V any](e *Encoder, m map[K]V) []TextKey[K] { return nil }
