package scan

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// A keyword is one word of a tag or of mcp:param, with its value.
type keyword struct {
	name   string
	text   string // value without quotes
	quoted bool   // the value is a string whatever it looks like
	given  bool   // there is a value
	inTag  bool   // from a struct tag, where text is not quoted
	pos    token.Position
}

// The keys of struct tags, in the words of invopop/jsonschema.
const (
	tagKey         = "jsonschema"
	descriptionKey = "jsonschema_description"
	extrasKey      = "jsonschema_extras"
)

// A tagPart is one piece of a tag between commas.
type tagPart struct {
	text   string // without the backslashes before commas
	offset int    // into the value of the tag
}

// splitTag splits a tag at its commas. A backslash before a comma keeps it.
func splitTag(tag string) []tagPart {
	var parts []tagPart
	var b strings.Builder
	start := 0
	for i := 0; i < len(tag); i++ {
		switch {
		case strings.HasPrefix(tag[i:], `\,`):
			b.WriteByte(',')
			i++
		case tag[i] == ',':
			parts = append(parts, tagPart{b.String(), start})
			b.Reset()
			start = i + 1
		default:
			b.WriteByte(tag[i])
		}
	}
	return append(parts, tagPart{b.String(), start})
}

// tagWord matches what could be a keyword.
var tagWord = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// isDescription reports whether a jsonschema tag is text for people, as in the
// dialect of the official SDK: its first part is no keyword.
func isDescription(parts []tagPart) bool {
	word, _, assigned := strings.Cut(parts[0].text, "=")
	if assigned {
		return !tagWord.MatchString(word)
	}
	_, known := keywords[word]
	_, refused := unsupported[word]
	return !known && !refused
}

// tagKeywords reads the tags of a field for mcpgen.
func (s *scanner) tagKeywords(f *structField, decl *ast.Field, at site) []keyword {
	var out []keyword
	s.checkTagForm(f, decl, at)
	if tag, ok := f.tag.Lookup(tagKey); ok && tag != "" && tag != "-" {
		parts := splitTag(tag)
		if isDescription(parts) {
			text := strings.ReplaceAll(tag, `\,`, ",")
			out = append(out, keyword{name: "description", text: text, given: true, inTag: true, pos: s.tagPos(decl, tagKey, tag, at)})
		} else {
			for _, part := range parts {
				k := keyword{inTag: true, pos: s.tagPos(decl, tagKey, tag[part.offset:], at)}
				k.name, k.text, k.given = strings.Cut(part.text, "=")
				out = append(out, k)
			}
		}
	}
	if text := f.tag.Get(descriptionKey); text != "" {
		out = append(out, keyword{name: "jsonschema_description", text: text, given: true, inTag: true, pos: s.tagPos(decl, descriptionKey, text, at)})
	}
	return out
}

// tagPos finds a piece of a tag in the source, or as near as can be.
func (s *scanner) tagPos(decl *ast.Field, key, piece string, at site) token.Position {
	if decl == nil || decl.Tag == nil {
		return at.pos
	}
	pos := decl.Tag.Pos()
	if lit := decl.Tag.Value; strings.HasPrefix(lit, "`") {
		piece = strings.TrimSuffix(strconv.Quote(piece), `"`)[1:]
		if i := strings.Index(lit, key+`:"`); i >= 0 {
			if j := strings.Index(lit[i:], piece); j >= 0 {
				pos += token.Pos(i + j)
			}
		}
	}
	if p := s.position(pos); s.src.isOwnFile(p.Filename) {
		return p
	}
	return at.pos
}

// checkTagForm reports a tag that has our keys but not the form that packages
// can read, so that it would be ignored by everybody.
func (s *scanner) checkTagForm(f *structField, decl *ast.Field, at site) {
	if tag := string(f.tag); !utf8.ValidString(tag) && tagKeys.MatchString(tag) {
		s.reportf(s.tagPos(decl, tagKey, "", at), diag.TagForm, "write the characters themselves", "the tag of %s is no valid UTF-8", at.what)
	}
	for _, m := range tagKeys.FindAllStringSubmatch(string(f.tag), -1) {
		if _, ok := f.tag.Lookup(m[1]); !ok {
			s.reportf(s.tagPos(decl, m[1], m[1], at), diag.TagForm, `write key:"value" pairs, separated by one space`,
				"the tag of %s cannot be read: %s is not a conventional key", f.v.Name(), m[1])
			return
		}
	}
}

// tagKeys matches our keys where somebody may have meant them as such.
var tagKeys = regexp.MustCompile(`(?:^|[ ,;"])(json|jsonschema|jsonschema_description|jsonschema_extras)\s*:`)

// extras reads jsonschema_extras, which adds keywords that mean nothing to
// mcpgen. A repeated key makes a list.
func (s *scanner) extras(f *structField, decl *ast.Field, field *model.Field, at site) {
	tag := f.tag.Get(extrasKey)
	if tag == "" {
		return
	}
	values := map[string][]string{}
	var order []string
	for _, part := range splitTag(tag) {
		name, text, given := strings.Cut(part.text, "=")
		pos := s.tagPos(decl, extrasKey, tag[part.offset:], at)
		_, known := keywords[name]
		switch {
		case !given || name == "":
			s.reportf(pos, diag.KeywordValue, "write key=value", "%q in %s has no value", part.text, extrasKey)
			continue
		case known:
			s.reportf(pos, diag.UnsupportedKeyword, "write it in the "+tagKey+" tag", "%s in %s is a keyword that mcpgen would not see there", name, extrasKey)
			continue
		case unsupported[name].reason != "":
			s.reportf(pos, diag.UnsupportedKeyword, unsupported[name].fix, "%s in %s is not supported: %s", name, extrasKey, unsupported[name].reason)
			continue
		}
		if values[name] == nil {
			order = append(order, name)
		}
		values[name] = append(values[name], extraValue(text))
	}
	for _, name := range order {
		value := values[name][0]
		if len(values[name]) > 1 {
			value = "[" + strings.Join(values[name], ",") + "]"
		}
		field.Extras = append(field.Extras, model.KeyValue{Key: name, Value: value})
	}
}

// extraValue writes a value of an extra keyword as JSON: true, false or a
// string.
func extraValue(text string) string {
	if text == "true" || text == "false" {
		return text
	}
	return quote(text)
}

// blank reads the tag of a field named "_", which is about the struct itself.
func (s *scanner) blank(f *structField, d *model.Def, top bool, at site) {
	tag := f.tag.Get(tagKey)
	if tag == "" || !top {
		return
	}
	decl := s.src.fieldOf(f.v)
	for _, part := range splitTag(tag) {
		pos := s.tagPos(decl, tagKey, tag[part.offset:], at)
		switch name, text, _ := strings.Cut(part.text, "="); name {
		case "description":
			d.Doc = text
		case "additionalProperties":
			if text != "true" && text != "false" {
				s.reportf(pos, diag.KeywordValue, "write true or false", "additionalProperties does not take %q", text)
			}
			d.Lenient = text == "true"
		default:
			s.reportf(pos, diag.UnknownKeyword, "write description= or additionalProperties=true", "%s says nothing about a struct", name)
		}
	}
}
