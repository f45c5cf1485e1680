package codec_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// formatCases holds, for each format, values that have it and values that do not.
var formatCases = map[string]struct {
	is        func([]byte) bool
	good, bad []string
}{
	"date-time": {
		is: codec.IsDateTime,
		good: []string{
			"1963-06-19T08:30:06.283185Z", "1963-06-19T08:30:06Z", "1937-01-01T12:00:27.87+00:20",
			"1990-12-31T15:59:50.123-08:00", "1998-12-31T23:59:60Z", "1998-12-31T15:59:60.123-08:00",
			"1963-06-19t08:30:06.283185z", "2024-02-29T00:00:00Z", "2000-02-29T00:00:00Z",
		},
		bad: []string{
			"", "1998-12-31T23:59:61Z", "1998-12-31T23:58:60Z", "1998-12-31T22:59:60Z", "1990-02-31T15:59:59.123-08:00",
			"1990-12-31T15:59:59-24:00", "1963-06-19T08:30:06.28123+01:00Z", "06/19/1963 08:30:06 PST", "2013-350T01:01:01",
			"1963-6-19T08:30:06.283185Z", "1963-06-1T00:00:00Z", "1963-06-1৪T00:00:00Z", "1963-06-11T0৪:00:00Z",
			"1963-06-19 08:30:06Z", "1963-06-19T08:30:06,5Z", "1963-06-19T08:30:06", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
			"+11963-06-19T08:30:06.283185Z", "1963-06-19T24:00:00Z", "1963-06-19T23:60:00Z", "1963-06-19T08:30:06.Z",
		},
	},
	"date": {
		is:   codec.IsDate,
		good: []string{"1963-06-19", "2020-01-31", "2021-02-28", "2020-02-29", "2020-04-30", "2020-12-31", "0000-01-01"},
		bad: []string{
			"", "2020-01-32", "2021-02-29", "2020-02-30", "2020-04-31", "2020-13-01", "2020-00-01", "2020-01-00", "06/19/1963",
			"2013-350", "1998-1-20", "1998-01-1", "1963-06-1৪", "20230328", "2023-W01", "2022W527", "2020-11-28T23:55:45Z", "-020-01-01",
		},
	},
	"time": {
		is: codec.IsTime,
		good: []string{
			"08:30:06Z", "23:59:60Z", "23:59:60+00:00", "01:29:60+01:30", "23:29:60+23:30", "15:59:60-08:00", "00:29:60-23:30",
			"23:20:50.52Z", "08:30:06.283185Z", "08:30:06+00:20", "08:30:06-08:00", "08:30:06z", "00:00:00Z",
		},
		bad: []string{
			"", "008:030:006Z", "8:3:6Z", "8:0030:6Z", "22:59:60Z", "23:58:60Z", "22:59:60+00:00", "23:59:60+01:00", "23:59:60-00:30",
			"08:30:06-8:000", "24:00:00Z", "00:60:00Z", "00:00:61Z", "01:02:03+24:00", "01:02:03+00:60", "01:02:03Z+00:30",
			"08:30:06 PST", "01:01:01,1111", "12:00:00", "12:00:00.52", "1২:00:00Z", "08:30:06#00:20", "ab:cd:ef", "08:30:06.Z", "08:30:06+0200",
		},
	},
	"duration": {
		is: codec.IsDuration,
		good: []string{
			"P4DT12H30M5S", "P4Y", "PT0S", "P0D", "P1M", "PT1M", "PT36H", "P1DT12H", "P2W", "P1Y2M3DT4H5M6S", "P1YT5S", "P001D",
		},
		bad: []string{
			"", "P", "PT", "P1", "PT1D", "4DT12H30M5S", "P1YT", "PT1", "P2D1Y", "P1D2H", "P2S", "P1Y2W", "P1W1D", "P২Y", "P1Y1Y", "p1d", "P1.5D", "P-1D", "P1DT", "PT1HT1M", "P1Y2D", "PT1H5S",
		},
	},
	"email": {
		is:   codec.IsEmail,
		good: []string{"joe.bloggs@example.com", "te~st@example.com", "~test@example.com", "test~@example.com", "te.s.t@example.com", "a+b@localhost", "riedgar+guidance@example.com"},
		bad: []string{
			"", "2962", ".test@example.com", "test.@example.com", "te..st@example.com", "@example.com", "a@", "a@-b", "a b@example.com",
			"a@b@example.com", "joe@exa_mple.com", "jö@example.com", strings.Repeat("a", 65) + "@example.com", `"joe bloggs"@example.com`, "joe@[127.0.0.1]",
		},
	},
	"hostname": {
		is:   codec.IsHostname,
		good: []string{"www.example.com", "example", "a", "0", "hostnam3", "1host", "xn--4gbwdl.xn--wgbh1c", "a--b", strings.Repeat("a", 63), strings.Repeat(strings.Repeat("a", 62)+".", 4) + "a"},
		bad: []string{
			"", ".", ".a", "a.", "a..b", "-a", "a-", "a.-b", "a-.b", "a_b", "ä", "a b", "a/b", strings.Repeat("a", 64), strings.Repeat("abcdefghi.", 26) + "a",
		},
	},
	"ipv4": {
		is:   codec.IsIPv4,
		good: []string{"192.168.0.1", "0.0.0.0", "255.255.255.255", "1.2.3.4"},
		bad: []string{
			"", "127.0.0.0.1", "256.256.256.256", "127.0", "0x7f000001", "2130706433", "087.10.0.1", "1.2.3.04", "1২7.0.0.1", "1.2.3.", ".1.2.3",
			"1..2.3", "1.2.3.4/8", " 1.2.3.4", "1.2.3.4 ", "1.2.3.-4", "1.2.3.4000000000000000000000",
		},
	},
	"ipv6": {
		is: codec.IsIPv6,
		good: []string{
			"::1", "::", "::abef", "::42:ff:1", "d6::", "1:d6::42", "1::d6:192.168.0.1", "1:2::192.168.0.1", "::ffff:192.168.0.1",
			"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "FEDC:BA98::0",
		},
		bad: []string{
			"", ":", "12345::", "::laptop", ":2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7:8:9", "1::d6::42", ":::", "::1::",
			"1:1:1:1:1:1:1:1:1", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2:192.168.256.1", "1::2:192.168.ff.1", "127.0.0.1", "1:2:3:4:1.2.3",
			"1:2:3:4:5:6:7:1.2.3.4", "fe80::a%eth1", "fe80::/64", "1000:1000:1000:1000:1000:1000:255.255.255.255.255", "  ::1", "::1  ", "1:2:3:4:5:6:1.2.3.4:7", "ab:cd", "::১",
		},
	},
	"uri": {
		is: codec.IsURI,
		good: []string{
			"http://foo.bar/?baz=qux#quuz", "http://foo.com/blah_(wikipedia)_blah#cite-1", "http://foo.bar/?q=Test%20URL-encoded%20stuff",
			"http://xn--nw2a.xn--j6w193g/", "http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com", "http://223.255.255.254",
			"ftp://ftp.is.co.za/rfc/rfc1808.txt", "http://www.ietf.org/rfc/rfc2396.txt", "ldap://[2001:db8::7]/c=GB?objectClass?one",
			"mailto:John.Doe@example.com", "news:comp.infosystems.www.servers.unix", "tel:+1-816-555-1212",
			"urn:oasis:names:specification:docbook:dtd:xml:4.1.2", "http://[v1.a:b]/", "http://example.com:/", "file:///etc/hosts", "a:", "http://example.com:8080",
		},
		bad: []string{
			"", "//foo.bar/?baz=qux#quuz", "/abc", `\\WINDOWS\fileshare`, "abc", "http:// shouldfail.com", ":// should fail", "bar,baz:foo",
			"https://[@example.org/test.txt", "https://example.org/foobar\\.txt", "https://example.org/foobar<>.txt", "https://example.org/foobar{}.txt",
			"https://example.org/foobar^.txt", "https://example.org/foobar`.txt", "https://example.org/foo bar.txt", "https://example.org/foobar|.txt",
			"http://a/%zz", "http://a/%1", "http://[::1", "http://[::g]/", "http://[v.a]/", "http://a:b/", "http://ä/", "http://a#b#c", "http://[::1]x/", "1a:b",
		},
	},
	"uri-reference": {
		is:   codec.IsURIReference,
		good: []string{"", "http://foo.bar/?baz=qux#quuz", "//foo.bar/?baz=qux#quuz", "/abc", "abc", "#fragment", "?q", "a/b:c", "./a:b", "../x"},
		bad:  []string{`\\WINDOWS\fileshare`, "#frag\\ment", ":a", "1:b/c", "a b", "//[::1", "ä", "%"},
	},
	"uuid": {
		is:   codec.IsUUID,
		good: []string{"2EB8AA08-AA98-11EA-B4AA-73B441D16380", "2eb8aa08-aa98-11ea-b4aa-73b441d16380", "00000000-0000-0000-0000-000000000000"},
		bad: []string{
			"", "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "2eb8aa08-aa98-11ea-73b441d16380", "2eb8aa08-aa98-11ea-b4ga-73b441d16380",
			"2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08aa98-11ea-b4aa73b441d16380----", "2eb8-aa08-aa98-11ea-b4aa73b44-1d16380", "2eb8aa08xaa98-11ea-b4aa-73b441d16380", "{2eb8aa08-aa98-11ea-b4aa-73b441d163}",
		},
	},
	"regex": {
		is: codec.IsRegex,
		good: []string{
			"", `([abc])+\s+$`, `^a*$`, `a|b|`, `(?:a)(?=b)(?!c)`, `(?<=a)b(?<!c)`, `(?<y>\d{4})-\k<y>`, `\k<b>(?<b>x)`, `(a)\1`, `\2(a)(b)`, `a{2}b{2,}c{2,3}?`, `[a-z\d-]`, `[^\]]`, `[]`, `[^]`,
			`\u0041\u{1F600}\x41\cA\0`, `\ud83d\ude00`, `[\ud83d\ude00-\ud83d\ude4f]`, `[\b\-]`, `\p{L}\P{Script=Greek}`, `\.\*\/`, `a+?`, `größe`, `[😀-😎]`, `\bfoo\B`,
			`[\x41-\x5a\u0061-\u{7a}\cA-\cZ\0-\t\n-\r\v\f.-9]`, `[\0-\u{0010FFFF}]`, `a{00,0}`,
			strings.Repeat("(", 200) + strings.Repeat(")", 200),
		},
		bad: []string{
			`^(abc]`, `a)`, `(a`, `[a`, `a**`, `*a`, `+`, `?`, `a{2,1}`, `a{`, `{1}`, `a{x}`, `a{1`, `}`, `]`, `^*`, `(?=a)*`, `\Z`, `\a`, `\e`, `\`, `\1`, `(a)\2`, `\k<a>`, `\k`,
			`(?<a>x)(?<a>y)`, `(?<1a>x)`, `(?P<a>x)`, `(?i)a`, `\u12`, `\u{110000}`, `\u{}`, `\x1`, `\c1`, `\01`, `[z-a]`, `[\x42-\x41]`, `[\u{5a}-A]`, `[\r-\n]`, `[\f-\v]`, `[a-\d]`, `[a-`, `[\x4]`, `[\d-z]`, `[\q]`, `\p{`, `\pL`, `a|*`, `\b+`, `(?`, `(?<`, `(?<a`, `[\`,
			strings.Repeat("(", 201) + strings.Repeat(")", 201),
		},
	},
	"json-pointer": {
		is:   codec.IsJSONPointer,
		good: []string{"", "/", "/foo/bar~0/baz~1/%a", "/foo//bar", "/foo/bar/", "/ ", "/a~1b", "/~0~1", `/i\j`, "/-", "/ä"},
		bad:  []string{"/foo/bar~", "/~0/~", "/~2", "#", "#/", "a", "0", "a/a", "/~-1", "/~~"},
	},
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for format, c := range formatCases {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			for _, s := range c.good {
				if !c.is([]byte(s)) {
					t.Errorf("%.60q is refused", s)
				}
			}
			for _, s := range c.bad {
				if c.is([]byte(s)) {
					t.Errorf("%.60q is accepted", s)
				}
			}
			// The example in the message has the format.
			d := decoder(`"\u0001"`, codec.Options{})
			d.String("")
			d.Format("", format)
			_, example, _ := strings.Cut(d.Err().Violations[0].Want, " like ")
			example, _, _ = strings.Cut(example, " or ")
			if example == "" || !c.is([]byte(example)) {
				t.Errorf("example %q", example)
			}
		})
	}
}

func TestUnknownFormat(t *testing.T) {
	t.Parallel()
	d := decoder(`"x"`, codec.Options{})
	d.String("")
	d.Format("p", "iban")
	d.Pattern("p", `^[A-Z]{2}\d+$`)
	wantLines(t, d.Err(), `/p: expected a string of format iban, got "x"
/p: expected a string matching ^[A-Z]{2}\d+$, got "x"`)
}

func FuzzAddresses(f *testing.F) {
	for _, format := range []string{"ipv4", "ipv6"} {
		for _, s := range append(formatCases[format].good, formatCases[format].bad...) {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := netip.ParseAddr(s)
		if got, want := codec.IsIPv4([]byte(s)), err == nil && a.Is4(); got != want {
			t.Errorf("ipv4 %q: %v, want %v", s, got, want)
		}
		if got, want := codec.IsIPv6([]byte(s)), err == nil && a.Is6() && a.Zone() == ""; got != want {
			t.Errorf("ipv6 %q: %v, want %v", s, got, want)
		}
	})
}

// No checker fails in another way than by saying no.
func FuzzFormats(f *testing.F) {
	for _, c := range formatCases {
		for _, s := range append(c.good, c.bad...) {
			f.Add(s)
		}
	}
	f.Fuzz(func(_ *testing.T, s string) {
		for _, c := range formatCases {
			c.is([]byte(s))
		}
	})
}
