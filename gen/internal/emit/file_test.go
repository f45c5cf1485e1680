package emit

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// forecast is the example of the documentation.
func forecast() *model.Package {
	unit := enumDef(named("Unit"), str, "Celsius", `"celsius"`, "Fahrenheit", `"fahrenheit"`)
	unit.Doc = "A Unit of temperature."
	day := structDef("Day",
		field("date", "Date", timeT),
		field("high", "High", float, required, with(model.Rules{Minimum: "-100", Maximum: "100"})),
		field("note", "Note", str, omitempty),
	)
	report := structDef("Report",
		field("city", "City", str),
		field("unit", "Unit", of(unit)),
		field("days", "Days", slice(of(day))),
		field("by", "By", mapOf(str, integer), omitempty),
		field("prev", "Prev", ptr(of(day))),
	)
	report.Layout = &model.GoType{Form: model.StructOf, Fields: []model.GoField{
		{Name: "City", Type: str.Go, Tag: `json:"city"`},
		{Name: "Unit", Type: unit.Go, Tag: `json:"unit"`},
		{Name: "hidden", Type: basicGo("int")},
		{Name: "Days", Type: sliceOf(day.Go), Tag: `json:"days"`},
		{Name: "By", Type: mapOf(str, integer).Go, Tag: `json:"by,omitempty"`},
		{Name: "Prev", Type: pointerTo(day.Go), Tag: `json:"prev"`},
	}}
	t := withContext(tool("Forecast", model.Output{Form: model.OutputStructured, Type: of(report), Go: report.Go, Error: true},
		field("city", "city", str, required, doc(`City name, for example "Oslo".`), with(model.Rules{MinLength: count(1), MaxLength: count(80)})),
		field("days", "days", integer, preset("3"), doc("How many days ahead."), with(model.Rules{Minimum: "1", Maximum: "14"})),
		field("unit", "unit", of(unit), preset(`"fahrenheit"`)),
		field("labels", "labels", slice(str), with(model.Rules{MaxItems: count(16), UniqueItems: true, Items: &model.Rules{Pattern: "^[a-z]+$"}})),
		field("limit", "limit", ptr(integer)),
	))
	yes, no := true, false
	t.Doc = "Returns the weather forecast for a city."
	t.Hints = model.Hints{ReadOnly: &yes, Destructive: &no}
	t.Sign.Results = []model.GoType{report.Go, basicGo("error")}
	return pkg(t)
}

func TestFile(t *testing.T) {
	t.Parallel()
	for name, p := range cases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := File(p, shortSchemas(p), nil)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, got)
			again, err := File(p, shortSchemas(p), nil)
			if err != nil || !bytes.Equal(got, again) {
				t.Errorf("the second file differs: %v", err)
			}
		})
	}
}

// cases are the packages of the tests, by the name of their golden file and of
// their source under testdata/src.
func cases() map[string]*model.Package {
	return map[string]*model.Package{
		"forecast": forecast(),
		"kinds":    kinds(),
		"omit":     omit(),
		"embedded": embedded(),
		"quoted":   quotedValues(),
		"unions":   unions(),
		"results":  results(),
		"wide":     wide(),
		"clash":    clash(),
		"rules":    rules(),
		"defaults": defaults(),
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run with -update and read the diff\n%s", file, got)
	}
}
