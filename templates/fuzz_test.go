package templates_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/templates"
)

// FuzzNginx has tools of any name that a tool can have: the map of nginx lets
// exactly those be repeated.
func FuzzNginx(f *testing.F) {
	for _, name := range []string{"look", "get.price", "a-b_c", ".", "-", strings.Repeat("x", 128)} {
		f.Add(name, "get_price")
	}
	possible := regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,128}$`)
	line := regexp.MustCompile(`(?m)^ +"~(\^tools/call:.*)" 1;$`)
	f.Fuzz(func(t *testing.T, name, other string) {
		if !possible.MatchString(name) {
			return // the generator refuses it
		}
		files, err := templates.Deploy(templates.Deployment{App: "shop", Main: ".", Instances: []string{"server-1"}, Safe: []string{name}, Go: "1.26"})
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if file.Name != "nginx.conf" {
				continue
			}
			found := line.FindAllSubmatch(file.Content, -1) // the first is of the map of safe calls
			if len(found) == 0 {
				t.Fatalf("%q has no line", name)
			}
			safe := regexp.MustCompile(string(found[0][1]))
			if !safe.MatchString("tools/call:"+name) || name != other && safe.MatchString("tools/call:"+other) {
				t.Errorf("%q: the pattern %s is of others too: %q", name, safe, other)
			}
		}
	})
}
