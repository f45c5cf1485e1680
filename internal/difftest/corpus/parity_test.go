package corpus

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"

	"github.com/mcpgen/mcpgen/internal/difftest/differ"
)

// deviations are the properties of which the two say different things, by the
// row of docs/types.md that says why.
var deviations = map[string][]string{
	"int8 … uint64": {"Numbers.byte", "Numbers.int8", "Numbers.int16", "Numbers.int32", "Numbers.rune", "Numbers.small",
		"Numbers.uint", "Numbers.uint8", "Numbers.uint16", "Numbers.uint32", "Numbers.uint64",
		"NumberRules.odd", "Lists.byteRows", "Lists.bytes4", "Enums.rank", "Enums.ranks", "Maps.byName"},
	"json.Number":                     {"Numbers.number", "Numbers.pNumber", "NumberRules.number"},
	"big.Int":                         {"Numbers.big", "Numbers.value"},
	"types with MarshalText":          {"Text.upper", "Text.pUpper", "Text.uuid", "TextRules.upper", "Lists.uppers", "Narrow.addr", "Narrow.addrPort", "Narrow.prefix", "Narrow.rat", "Narrow.float", "Narrow.v4"},
	"slices of a named byte type":     {"Lists.octets", "Lists.packet"},
	"net.IP":                          {"Narrow.ip"},
	"types with MarshalJSON":          {"Text.colour", "Text.maybe"},
	"time.Duration":                   {"Own.pause", "Own.pPause", "Own.limit"},
	"numbers with ,string":            {"Quoted.bool", "Quoted.int", "Quoted.int8", "Quoted.uint64", "Quoted.float32", "Quoted.float64", "Quoted.pInt", "Quoted.small", "Quoted.text", "Defaults.quoted"},
	"named types with constants":      {"Enums.unit", "Enums.pUnit", "Enums.level", "Enums.quoted", "Enums.units", "Lists.units", "Lists.tables", "Generic.pair", "Defaults.unit", "ListRules.uniqueU"},
	"map[int]T":                       {"Maps.byInt", "Maps.byInt8", "Maps.byLevel"},
	"map[uint]T, map[Key]T":           {"Maps.byUint", "Maps.byRank", "Maps.byUuid", "Maps.byUnit"},
	"mcp.Opt[T]":                      {"Options.int", "Options.names", "Options.point", "Options.unit"},
	"const=":                          {"NumberRules.fixed", "NumberRules.true", "TextRules.fixed"},
	"uniqueItems":                     {"ListRules.unique", "ListRules.uniqueN", "ListRules.uniqueB"},
	"rules for maps and elements":     {"ListRules.table", "ListRules.lists", "ListRules.nested"},
	"json:\"-,\"":                     {"Embedding.-"},
	"two embedded fields of one name": {"Embedding.Both"},
	"pointers without omitempty, fields with a default": {"Generic.pairs"}, // and required()
}

// TestParity compares the generated schemas with those of invopop's reflector,
// property by property: the same documents have to be accepted, but for the
// deviations.
func TestParity(t *testing.T) {
	t.Parallel()
	list, err := subjects()
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range list {
		if slices.Contains([]string{"Params", "Loops", "Unions"}, s.name) { // declared by mcpgen; the reflector does not end; it knows no unions
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			recursive := s.name == "Node"
			r := &jsonschema.Reflector{Anonymous: true, DoNotReference: !recursive, ExpandedStruct: !recursive}
			text, err := json.Marshal(r.ReflectFromType(s.typ))
			if err != nil {
				t.Fatal(err)
			}
			ours, theirs := parts(t, []byte(s.input)), parts(t, text)
			names := maps.Clone(ours.properties)
			maps.Copy(names, theirs.properties)
			for name := range names {
				difference := compareProperty(ours.properties[name], theirs.properties[name], uint64(i))
				if row := rowOf(s.name + "." + name); (row == "") != (difference == "") {
					t.Errorf("%s: in the row %q, seen: %s", name, row, difference)
				}
				if ours.properties[name] == "" || theirs.properties[name] == "" {
					continue
				}
				if a, b := slices.Contains(ours.required, name), slices.Contains(theirs.required, name); a != b && !mayBeAbsent(s.typ, name) {
					t.Errorf("%s: required by mcpgen: %v, by invopop: %v", name, a, b)
				}
			}
			if string(ours.additional) != string(theirs.additional) && !s.loose { // additionalProperties=true is mcpgen's
				t.Errorf("additionalProperties: %s, %s", ours.additional, theirs.additional)
			}
		})
	}
}

func rowOf(property string) string {
	for row, list := range deviations {
		if slices.Contains(list, property) {
			return row
		}
	}
	return ""
}

// mayBeAbsent tells that invopop wants a property that mcpgen takes for
// optional: pointers and what has a default.
func mayBeAbsent(t reflect.Type, name string) bool {
	for _, f := range reflect.VisibleFields(t) {
		if json, _, _ := strings.Cut(f.Tag.Get("json"), ","); json == name {
			return f.Type.Kind() == reflect.Pointer || strings.HasPrefix(f.Type.Name(), "Opt[") || strings.Contains(f.Tag.Get("jsonschema"), "default=")
		}
	}
	return false
}

// TestDeviationsAreDocumented looks for each of them in docs/types.md.
func TestDeviationsAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/types.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, ok := strings.Cut(string(page), "## Where this differs from invopop's reflector\n")
	if !ok {
		t.Fatal("the page has no such chapter")
	}
	rows := map[string]bool{}
	for line := range strings.Lines(chapter) {
		cells := strings.Split(line, "|")
		if len(cells) > 2 && !strings.HasPrefix(line, "|--") {
			rows[strings.ReplaceAll(strings.TrimSpace(cells[1]), "`", "")] = true
		}
	}
	for row := range deviations {
		if !rows[row] {
			t.Errorf("there is no row %q", row)
		}
	}
}

type document struct {
	properties map[string]string
	required   []string
	additional json.RawMessage
}

// parts takes a schema to pieces. Each property is a schema of its own.
func parts(t *testing.T, text []byte) document {
	t.Helper()
	var s struct {
		Ref        string                     `json:"$ref"`
		Defs       map[string]json.RawMessage `json:"$defs"`
		Properties map[string]json.RawMessage `json:"properties"`
		Required   []string                   `json:"required"`
		Additional json.RawMessage            `json:"additionalProperties"`
	}
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if s.Ref != "" {
		defs := s.Defs
		if err := json.Unmarshal(s.Defs[s.Ref[len("#/$defs/"):]], &s); err != nil {
			t.Fatal(err)
		}
		s.Defs = defs
	}
	out := document{properties: map[string]string{}, required: s.Required, additional: s.Additional}
	for name, raw := range s.Properties {
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) != nil { // true
			fields = map[string]json.RawMessage{}
		}
		if len(s.Defs) > 0 {
			fields["$defs"], _ = json.Marshal(s.Defs)
		}
		text, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		out.properties[name] = string(text)
	}
	return out
}

// compareProperty looks for a document of which two schemas say different things.
// "" is the schema of a property that is not there.
func compareProperty(ours, theirs string, seed uint64) string {
	if ours == "" || theirs == "" {
		return "only one has it"
	}
	a, err := differ.NewOracle(ours)
	if err != nil {
		return err.Error()
	}
	b, err := differ.NewOracle(theirs)
	if err != nil {
		return err.Error()
	}
	for _, schema := range []string{ours, theirs} {
		r := rand.New(rand.NewPCG(seed, 5))
		m, err := differ.NewMaker(schema, r)
		if err != nil {
			return err.Error()
		}
		m.Spellings = 50
		for range 400 {
			m.Harm = []int{0, 10, 100, 500}[r.IntN(4)]
			doc := m.Document()
			va, _ := a.Judge(doc)
			vb, _ := b.Judge(doc)
			if va != vb {
				return fmt.Sprintf("%s: mcpgen: %v, invopop: %v\n%s\n%s", doc, va == differ.Accepted, vb == differ.Accepted, ours, theirs)
			}
		}
	}
	return ""
}
