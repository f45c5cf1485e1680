package differ

import (
	"encoding/base64"
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// oddities are values that come where others are wanted.
var oddities = []string{
	`null`, `true`, `false`, `0`, `1`, `-1`, `5`, `1.0`, `1e2`, `10e-1`, `0.5`, `0.25`, `-0`, `-0.0`, `127`, `128`, `-128`, `-129`, `255`, `256`, `1e300`, `1e-300`,
	`32767`, `32768`, `-32769`, `65535`, `65536`, `2147483647`, `2147483648`, `4294967295`, `4294967296`, `9007199254740993`,
	`9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `-9223372036854775809`, `18446744073709551615`, `18446744073709551616`,
	`3.4028235e38`, `1.7976931348623157e308`, `99`, `100`, `0.30000000000000004`, `1.00000000000000000001`,
	`""`, `"x"`, `"a"`, `"red"`, `"1"`, `"-1"`, `"1.5"`, `"true"`, `"null"`, `"01"`, `"1e2"`, `"\"x\""`, `"a@b.c"`, `"10.0.0.1"`, `"::1"`, `"http://a"`, `"/rel"`, `"1h"`, `"-1s"`,
	`"AQ=="`, `"AQ"`, `"A Q=="`, `"_-8="`, `"2026-01-31T12:00:00+23:59"`, `"2026-02-29T12:00:00Z"`, `"é"`, `"😀😀😀"`, `"\u0000"`, `"\ud83d\ude00"`,
	`[]`, `[1]`, `[1,1]`, `["red"]`, `["red","red"]`, `[null]`, `[[]]`, `{}`, `{"a":1}`, `{"1":1}`, `{"01":1}`, `{"a":"b"}`, `{"a":null}`,
}

// samples are strings that have a format and some that nearly have it.
var samples = map[string]struct{ good, bad []string }{
	"date-time": {[]string{"2026-01-31T12:00:00Z", "2024-02-29T23:59:59.123456789+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "2026-01-31T12:00:00.000Z", "2026-01-31t12:00:00z"},
		[]string{"2026-01-31", "2026-02-30T12:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-01-31T12:00:00,5Z", "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00.Z", "26-01-31T12:00:00Z", "2026-1-31T12:00:00Z"}},
	"date":          {[]string{"2026-01-31", "2024-02-29", "0001-01-01", "9999-12-31"}, []string{"2026-02-29", "2026-13-01", "2026-1-1", "20260131", "2026-01-31Z", "2026-01-32"}},
	"time":          {[]string{"12:00:00Z", "23:59:59.5+01:00", "00:00:00-23:59"}, []string{"12:00:00", "24:00:00Z", "12:60:00Z", "12:00Z", "12:00:00+24:00"}},
	"duration":      {[]string{"P1D", "PT1H30M", "P1Y2M3DT4H5M6S", "P4W", "PT0S"}, []string{"P", "PT", "1D", "P1S", "P1DT", "P1.5D", "P1W2D", "p1d"}},
	"email":         {[]string{"a@example.com", "a.b+c@sub.example.com", "x_y-z@e.org"}, []string{"a", "@b.c", "a@", "a b@c.d", "a@b@c.d", ".a@b.c", "a..b@c.d"}},
	"hostname":      {[]string{"example.com", "a", "a-b.c1", "localhost", "xn--nxasmq6b"}, []string{"-a.com", "a-.com", "a..b", "a_b", "", strings.Repeat("a", 64) + ".com", "é.com"}},
	"ipv4":          {[]string{"10.0.0.1", "0.0.0.0", "255.255.255.255"}, []string{"256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "::1", "1.2.3.4/8"}},
	"ipv6":          {[]string{"::1", "::", "2001:db8::ff00:42:8329", "::ffff:1.2.3.4"}, []string{"1.2.3.4", ":::", "1::2::3", "::1%eth0", "12345::", "[::1]"}},
	"uri":           {[]string{"https://example.com/a?b=c#d", "urn:isbn:1", "mailto:a@b.c", "http://[::1]:80/"}, []string{"/a", "a", "", "http://a b", "//x/y", "http://[::1"}},
	"uri-reference": {[]string{"/a", "a?b#c", "", "https://example.com", "//x/y"}, []string{"http://a b", "\\a", "http://[::1"}},
	"uuid":          {[]string{"123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"}, []string{"123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400", "{123e4567-e89b-12d3-a456-426614174000}", "g23e4567-e89b-12d3-a456-426614174000"}},
	"regex":         {[]string{"^a+$", "[a-z]{1,3}", "", "a|b"}, []string{"(", "[a", "a{2,1}", "*a"}},
	"json-pointer":  {[]string{"", "/a/b", "/a~0b/~1"}, []string{"a", "/a~", "/~2", "#/a"}},
}

// text writes a string for a schema.
func (m *Maker) text(schema map[string]any) {
	if format, ok := schema["format"].(string); ok {
		if list, known := samples[format]; known {
			from := list.good
			if m.harm() {
				from = list.bad
			}
			value := pick(m, from)
			if m.Plain && format == "date-time" {
				value = strings.ToUpper(value) // package time has no "t" and "z"
			}
			m.quote(value)
			return
		}
	}
	m.quote(m.plain(schema))
}

// plain makes a string that fits pattern, lengths and encoding, most times.
func (m *Maker) plain(schema map[string]any) string {
	if f, ok := schema["format"].(string); ok && samples[f].good != nil {
		return pick(m, samples[f].good)
	}
	if schema["contentEncoding"] == "base64" {
		data := make([]byte, m.Rand.IntN(6))
		for i := range data {
			data[i] = byte(m.Rand.IntN(256))
		}
		return base64.StdEncoding.EncodeToString(data)
	}
	if schema["contentMediaType"] == "application/json" {
		inner := Maker{Rand: m.Rand}
		inner.quote(inner.word(0, 4))
		return inner.buf.String()
	}
	least := intOf(schema["minLength"], 0)
	most := intOf(schema["maxLength"], least+8)
	if m.harm() {
		least, most = max(0, least-1), most+1
	}
	pattern, ok := schema["pattern"].(string)
	if !ok || m.harm() {
		return m.word(least, most)
	}
	s := ""
	for range 20 {
		s = m.matching(pattern)
		if n := utf8.RuneCountInString(s); n >= least && n <= most || schema["maxLength"] == nil && n >= least {
			break
		}
	}
	return s
}

// alphabet is what words are made of, one string a letter.
var alphabet = []string{"a", "b", "z", "A", "0", "9", " ", "-", "_", ".", "/", `"`, `\`, "<", "&", "\n", "\t", "\x00", "\x1f", "\x7f", "é", "ß", "\u2028", "€", "世", "😀", "\u0301", "\ufffd"}

func (m *Maker) word(least, most int) string {
	var b strings.Builder
	for range least + m.Rand.IntN(max(1, min(most-least, 12)+1)) {
		b.WriteString(pick(m, alphabet))
	}
	return b.String()
}

// matching makes a string that matches a pattern, but for what its assertions
// forbid besides.
func (m *Maker) matching(pattern string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return m.word(0, 4)
	}
	var b strings.Builder
	m.match(&b, re.Simplify())
	return b.String()
}

func (m *Maker) match(b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			b.WriteRune(r)
		}
	case syntax.OpCharClass:
		i := m.Rand.IntN(len(re.Rune)/2) * 2
		low, high := re.Rune[i], min(re.Rune[i+1], re.Rune[i]+100)
		r := low + m.Rand.Int32N(high-low+1)
		if r < 0xd800 || r > 0xdfff {
			b.WriteRune(r)
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteString(pick(m, []string{"a", "0", " ", "é", "😀"}))
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			m.match(b, sub)
		}
	case syntax.OpAlternate:
		m.match(b, pick(m, re.Sub))
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest:
		low, high := 0, 3
		if re.Op == syntax.OpPlus {
			low = 1
		}
		if re.Op == syntax.OpQuest {
			high = 1
		}
		for range low + m.Rand.IntN(high-low+1) {
			m.match(b, re.Sub[0])
		}
	default: // assertions match nothing
	}
}

// quote writes a string with some of its letters escaped.
func (m *Maker) quote(s string) {
	m.raw(`"`)
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			m.raw(`\` + string(r))
		case r < 0x20 || !m.Plain && m.chance(10) && r <= 0xffff:
			m.raw(fmt.Sprintf(`\u%04x`, r))
		case m.chance(50) && r > 0xffff:
			m.raw(fmt.Sprintf(`\u%04X\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff))
		case r == '/' && m.chance(100):
			m.raw(`\/`)
		default:
			m.raw(string(r))
		}
	}
	m.raw(`"`)
}

// Formats lists the formats that there are samples of.
func Formats() []string {
	var names []string
	for name := range samples {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
