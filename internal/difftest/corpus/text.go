package corpus

import (
	"encoding/json"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Text has every kind of text.
type Text struct {
	String string          `json:"string"`
	Name   Name            `json:"name"`
	Bytes  []byte          `json:"bytes"`
	Blob   Blob            `json:"blob"`
	PText  *string         `json:"pText"`
	UUID   UUID            `json:"uuid"`
	Upper  Upper           `json:"upper"`
	PUpper *Upper          `json:"pUpper"`
	Any    any             `json:"any"`
	Raw    json.RawMessage `json:"raw"`
	Colour Colour          `json:"colour"`
	Maybe  Maybe           `json:"maybe"`

	PAny *any              `json:"pAny"`
	PRaw **json.RawMessage `json:"pRaw,omitempty"`
}

// Types of a kind with a name.
type (
	Name string
	Blob []byte
)

// UUID marshals itself as text.
type UUID [16]byte

const digits = "0123456789abcdef"

// MarshalText implements encoding.TextMarshaler.
func (u UUID) MarshalText() ([]byte, error) {
	var out []byte
	for i, b := range u {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, digits[b>>4], digits[b&15])
	}
	return out, nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *UUID) UnmarshalText(text []byte) error {
	s := strings.ToLower(strings.ReplaceAll(string(text), "-", ""))
	if len(s) != 32 || len(text) != 36 {
		return errors.New("no UUID")
	}
	for i := range u {
		high, low := strings.IndexByte(digits, s[2*i]), strings.IndexByte(digits, s[2*i+1])
		if high < 0 || low < 0 {
			return errors.New("no UUID")
		}
		u[i] = byte(high<<4 | low)
	}
	return nil
}

// Upper takes any text.
type Upper struct{ text string }

// MarshalText implements encoding.TextMarshaler.
func (u Upper) MarshalText() ([]byte, error) { return []byte(u.text), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *Upper) UnmarshalText(text []byte) error {
	u.text = strings.ToUpper(string(text))
	return nil
}

// Colour has its own JSON form.
//
//mcp:schema {"type":"string","pattern":"^#[0-9a-f]{6}$"}
type Colour struct{ text string }

// MarshalJSON implements json.Marshaler.
func (c Colour) MarshalJSON() ([]byte, error) {
	if c.text == "" {
		return []byte(`"#000000"`), nil
	}
	return json.Marshal(c.text)
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *Colour) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	if len(s) != 7 || s[0] != '#' || strings.Trim(s[1:], digits) != "" {
		return errors.New("no colour")
	}
	c.text = s
	return nil
}

// Maybe has its own JSON form, to which null belongs.
//
//mcp:schema {"type":["integer","null"],"minimum":0}
type Maybe struct{ n *uint }

// MarshalJSON implements json.Marshaler.
func (m Maybe) MarshalJSON() ([]byte, error) { return json.Marshal(m.n) }

// UnmarshalJSON implements json.Unmarshaler.
func (m *Maybe) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &m.n) }

// EchoText gives its argument.
//
//mcp:tool
func EchoText(v Text) Text { return v }

// Narrow has types that take less text than their schemas can say.
type Narrow struct {
	Addr     netip.Addr     `json:"addr"`
	Prefix   netip.Prefix   `json:"prefix"`
	AddrPort netip.AddrPort `json:"addrPort"`
	IP       net.IP         `json:"ip"`
	Rat      *big.Rat       `json:"rat"`
	Float    *big.Float     `json:"float"`
	Time     time.Time      `json:"time"`
	PTime    *time.Time     `json:"pTime,omitempty"`
	V4       netip.Addr     `json:"v4" jsonschema:"format=ipv4"`
}

// EchoNarrow gives its argument.
//
//mcp:tool
func EchoNarrow(v Narrow) Narrow { return v }

// Formats has every format.
type Formats struct {
	DateTime  string `json:"dateTime,omitempty" jsonschema:"format=date-time"`
	Date      string `json:"date,omitempty" jsonschema:"format=date"`
	Time      string `json:"time,omitempty" jsonschema:"format=time"`
	Duration  string `json:"duration,omitempty" jsonschema:"format=duration"`
	Email     string `json:"email,omitempty" jsonschema:"format=email"`
	Hostname  string `json:"hostname,omitempty" jsonschema:"format=hostname"`
	IPv4      string `json:"ipv4,omitempty" jsonschema:"format=ipv4"`
	IPv6      string `json:"ipv6,omitempty" jsonschema:"format=ipv6"`
	URI       string `json:"uri,omitempty" jsonschema:"format=uri"`
	Reference string `json:"reference,omitempty" jsonschema:"format=uri-reference"`
	UUID      string `json:"uuid,omitempty" jsonschema:"format=uuid"`
	Regex     string `json:"regex,omitempty" jsonschema:"format=regex"`
	Pointer   string `json:"pointer,omitempty" jsonschema:"format=json-pointer"`
}

// EchoFormats gives its argument.
//
//mcp:tool
func EchoFormats(v Formats) Formats { return v }

// Own has types whose form is mcpgen's and not that of encoding/json.
type Own struct {
	Pause  time.Duration  `json:"pause"`
	Limit  time.Duration  `json:"limit,omitempty" jsonschema:"minimum=1s,maximum=1h,multipleOf=1s"`
	PPause *time.Duration `json:"pPause,omitempty"`
	Home   url.URL        `json:"home"`
	PHome  *url.URL       `json:"pHome,omitempty"`
}

// EchoOwn gives its argument.
//
//mcp:tool
func EchoOwn(v Own) Own { return v }
