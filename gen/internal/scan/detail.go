package scan

import (
	"math/big"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// This file checks what is only handed on to clients: icons, keys of _meta, and
// the details of resources.

var iconSize = regexp.MustCompile(`^(?:any|[1-9][0-9]*x[1-9][0-9]*)$`)

// icons reads the values of icon=: an address, and what it is for.
func (s *scanner) icons(f *annotated, values []string) []model.Icon {
	var out []model.Icon
	for _, value := range values {
		if icon, ok := s.icon(f, value); ok {
			out = append(out, icon)
		}
	}
	return out
}

func (s *scanner) icon(f *annotated, value string) (icon model.Icon, ok bool) {
	words := strings.Fields(value)
	if len(words) == 0 || !isIconSource(words[0]) {
		s.reportf(f.dir.At("icon"), diag.BadIcon, "write an https address or a data URI",
			"%q of %s is no address of an icon", value, f.what)
		return icon, false
	}
	icon.Src = words[0]
	for _, word := range words[1:] {
		switch {
		case iconSize.MatchString(word):
			icon.Sizes = append(icon.Sizes, word)
		case word == "light" || word == "dark":
			icon.Theme = word
		case isMediaType(word):
			icon.MIMEType = word
		default:
			s.reportf(f.dir.At("icon"), diag.BadIcon, "write a media type, sizes such as 48x48 or any, light or dark",
				"%q of an icon of %s says nothing that clients know", word, f.what)
			return icon, false
		}
	}
	return icon, true
}

// isIconSource reports whether clients may load an icon from there (basic/index,
// icons).
func isIconSource(src string) bool {
	u, err := url.Parse(src)
	if err != nil {
		return false
	}
	return u.Scheme == "https" && u.Host != "" || u.Scheme == "data" && strings.Contains(u.Opaque, ",")
}

func isMediaType(text string) bool {
	_, _, err := mime.ParseMediaType(text)
	return err == nil && strings.Contains(text, "/")
}

// A key of _meta: labels and a slash, then a name (basic/index, _meta).
var metaKey = regexp.MustCompile(`^(?:((?:[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?)/)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$`)

// meta checks the keys of meta.K=V.
func (s *scanner) meta(entries []directive.KeyValue) []model.KeyValue {
	var out []model.KeyValue
	for _, kv := range entries {
		m := metaKey.FindStringSubmatch(kv.Key)
		if m == nil {
			s.reportf(kv.Pos, diag.BadMetaKey, "write meta.name= or meta.example.com/name=", "%q cannot be a key of _meta", kv.Key)
			continue
		}
		if labels := strings.Split(m[1], "."); len(labels) > 1 && slices.Contains([]string{"mcp", "modelcontextprotocol"}, labels[1]) {
			s.reportf(kv.Pos, diag.BadMetaKey, "use a domain of your own", "keys of _meta that begin with %s/ are reserved for the protocol", m[1])
			continue
		}
		out = append(out, model.KeyValue{Key: kv.Key, Value: kv.Value})
	}
	return out
}

// priority checks that an importance is from 0 to 1.
func (s *scanner) priority(f *annotated, n directive.Number) string {
	if n == "" {
		return ""
	}
	r, ok := rational(string(n))
	if !ok || !isNumber(string(n)) || r.Sign() < 0 || r.Cmp(big.NewRat(1, 1)) > 0 {
		s.reportf(f.dir.At("priority"), diag.BadDetail, "write a number from 0 to 1", "the priority of %s is %s", f.what, n)
		return ""
	}
	return string(n)
}

// mediaType checks mime=.
func (s *scanner) mediaType(f *annotated, text string) string {
	if text != "" && !isMediaType(text) {
		s.reportf(f.dir.At("mime"), diag.BadDetail, "write one such as text/markdown", "%q of %s is no media type", text, f.what)
		return ""
	}
	return text
}
