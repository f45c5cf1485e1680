package doctor

import (
	"fmt"
	"net/http"
	"testing"
)

func TestChallenges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		headers []string
		want    string
	}{
		{nil, "[]"},
		{[]string{""}, "[]"},
		{[]string{"Bearer"}, "[{Bearer map[]}]"},
		{[]string{`Bearer realm="a, b", scope="x y"`, `ApiKey realm="mcp"`}, "[{Bearer map[realm:a, b scope:x y]} {ApiKey map[realm:mcp]}]"},
		{[]string{`Bearer realm="a", Basic realm=b, charset="UTF-8"`}, "[{Bearer map[realm:a]} {Basic map[charset:UTF-8 realm:b]}]"},
		{[]string{`Negotiate, Bearer Realm = "a \"b\""`}, `[{Negotiate map[]} {Bearer map[realm:a "b"]}]`},
		{[]string{`realm="a"`}, "[]"},
		{[]string{`Bearer realm="open`}, `[{Bearer map[realm:"open]}]`},
		{[]string{`,,Bearer,`}, "[{Bearer map[]}]"},
	} {
		h := http.Header{"Www-Authenticate": tt.headers}
		if got := fmt.Sprint(challenges(h)); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.headers, got, tt.want)
		}
	}
}

// FuzzChallenges: what a server sends is read or left out, never more.
func FuzzChallenges(f *testing.F) {
	f.Add(`Bearer realm="a, b", scope="x y", Basic realm=b`)
	f.Add(`Bearer realm="a\`)
	f.Fuzz(func(t *testing.T, header string) {
		for _, c := range challenges(http.Header{"Www-Authenticate": {header}}) {
			if c.scheme == "" || len(c.scheme) > len(header) {
				t.Errorf("%q has the scheme %q", header, c.scheme)
			}
			for name, value := range c.params {
				if name == "" || len(value) > len(header) {
					t.Errorf("%q has the parameter %q=%q", header, name, value)
				}
			}
		}
	})
}
