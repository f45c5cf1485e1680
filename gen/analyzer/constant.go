package analyzer

import (
	"encoding/json"
	"go/constant"
	"strconv"
	"strings"
	"time"
)

// wire writes a constant as it would be sent, or gives "" when that is not known.
func (s *shape) wire(v constant.Value) string {
	out := s.plain(v)
	if s.Quoted && out != "" {
		return strconv.Quote(out)
	}
	return out
}

func (s *shape) plain(v constant.Value) string {
	switch {
	case s.Kind == text && v.Kind() == constant.String:
		return quote(constant.StringVal(v))
	case s.Kind == boolean && v.Kind() == constant.Bool:
		return v.String()
	case s.Kind == duration:
		if n, exact := constant.Int64Val(constant.ToInt(v)); exact {
			return quote(time.Duration(n).String())
		}
	case s.Kind == number:
		if i := constant.ToInt(v); i.Kind() == constant.Int {
			return i.ExactString()
		}
		if f := constant.ToFloat(v); f.Kind() == constant.Float {
			x, _ := constant.Float64Val(f)
			return strconv.FormatFloat(x, 'g', -1, 64)
		}
	}
	return ""
}

// zero writes the zero value of a field that is sent although nothing was said
// about it, or gives "" when that is not known.
func (s *shape) zero() string {
	out := ""
	switch s.Kind {
	case text:
		out = `""`
	case number:
		out = "0"
	case boolean:
		out = "false"
	case duration:
		out = `"0s"`
	case list:
		return "[]"
	case mapping:
		return "{}"
	}
	if s.Quoted && out != "" {
		return strconv.Quote(out)
	}
	return out
}

// quote writes a string as JSON.
func quote(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return "" // cannot happen: a string is always encodable
	}
	return strings.TrimSuffix(b.String(), "\n")
}
