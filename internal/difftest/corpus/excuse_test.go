package corpus

import (
	"bytes"
	"encoding/json"
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpgen/mcpgen/internal/difftest/differ"
	"github.com/mcpgen/mcpgen/runtime/codec"
)

// excuse gives the reason why a decoder may refuse what its schema accepts, or
// "".
func (s *subject) excuse(doc []byte, err *codec.Error) string {
	reason := ""
	for _, v := range err.Violations {
		switch {
		case v.Keyword == codec.Range, v.Keyword == codec.PropertyNames && strings.Contains(v.Want, " integer between "):
			reason = "numbers beyond the Go type"
		case slices.ContainsFunc(s.narrow, func(p string) bool { return strings.HasPrefix(v.Pointer, p) }):
			reason = "values that the Go type does not take"
		case v.Keyword == codec.Format:
			if reason = excuseFormat(v, textAt(doc, v.Pointer)); reason == "" {
				return ""
			}
		default:
			return ""
		}
	}
	return reason
}

// formats are second opinions: what the standards say where the validator takes
// more.
var formats = map[string]func(s string) bool{
	"ipv4":          func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is4() },
	"ipv6":          func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is6() && a.Zone() == "" },
	"uri":           pattern(`^[A-Za-z][A-Za-z0-9+.-]*:` + hierarchy + `$`),
	"uri-reference": pattern(`^([A-Za-z][A-Za-z0-9+.-]*:)?` + hierarchy + `$`),
	"regex":         func(s string) bool { return !strings.ContainsAny(quantifiers.ReplaceAllString(s, ""), "{}") },
	"date":          pattern(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`),
	"time":          pattern(`^[0-9]{2}:[0-9]{2}:[0-5][0-9](\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$`),
	"date-time":     pattern(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-5][0-9](\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$`),
	"uuid":          pattern(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`),
	"json-pointer":  pattern(`^(/([^~/]|~[01])*)*$`),
	"hostname":      pattern(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$`),
	"email":         pattern(`^[A-Za-z0-9!#$%&'*+/=?^_\x60{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_\x60{|}~-]+)*@[A-Za-z0-9.-]+$`),
}

func pattern(re string) func(string) bool { return regexp.MustCompile(re).MatchString }

// quantifiers are what braces are for in the regular expressions of ECMA-262,
// besides escapes.
var quantifiers = regexp.MustCompile(`\\[{}]|\\[pP]\{\w+\}|\{[0-9]+(,[0-9]*)?\}`)

// hierarchy is what follows the scheme of a URI (RFC 3986), a little simplified.
const hierarchy = `(//([A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@?(\[[0-9A-Fa-f:.]+\]|([A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(:[0-9]*)?)?` +
	`([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*` + `(\?([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?` + `(#([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?`

// excuseFormat gives the reason why the validator's idea of a format is wider.
func excuseFormat(v codec.Violation, text string) string {
	format, _, _ := strings.Cut(strings.TrimPrefix(v.Want, "a "), " ")
	if valid := formats[format]; valid != nil && !valid(text) {
		return "texts that are no " + format
	}
	return ""
}

// excuseLeaf gives the reason why a decoder may let pass what the validator
// complains of, or "".
func excuseLeaf(doc []byte, l differ.Leaf) string {
	if n, ok := valueAt(doc, l.Pointer).(json.Number); ok && beyondFloat(n) {
		return "numbers closer to a bound than a float can tell"
	}
	return ""
}

// beyondFloat tells that a number is another one as a float64.
func beyondFloat(n json.Number) bool {
	exact, ok := new(big.Rat).SetString(string(n))
	f, err := n.Float64()
	return ok && err == nil && new(big.Rat).SetFloat64(f).Cmp(exact) != 0
}

// excuseLeaves is excuseLeaf for all of them.
func excuseLeaves(doc []byte, leaves []differ.Leaf) string {
	reason := ""
	for _, l := range leaves {
		if reason = excuseLeaf(doc, l); reason == "" {
			return ""
		}
	}
	return reason
}

// textAt gives the string at a place of a document.
func textAt(doc []byte, pointer string) string {
	s, _ := valueAt(doc, pointer).(string)
	return s
}

// valueAt gives the value at a place of a document.
func valueAt(doc []byte, pointer string) any {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch x := v.(type) {
		case map[string]any:
			v = x[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(x) {
				return nil
			}
			v = x[i]
		}
	}
	return v
}
