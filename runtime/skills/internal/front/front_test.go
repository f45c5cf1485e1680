package front_test

import (
	"encoding/json"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/skills/internal/front"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"---\nname: a\ndescription: b\n---\n", "---\nname: a\ndescription: b\nx: [1, {y: .5}, *z]\n---\n", "---\n? [a]\n: b\n---",
		"---\nname: a\ndescription: |\n  b\n  c\nx: &x [*x]\n---\n", "---\nname: a\ndescription: b\nx: 0x_\ny: +\nz: 1e999\n---\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := front.Parse(data)
		if err != nil {
			return
		}
		var object map[string]any
		if err := json.Unmarshal(m.JSON, &object); err != nil || object["name"] != m.Name || object["description"] != m.Description {
			t.Errorf("%v: %s", err, m.JSON)
		}
	})
}
