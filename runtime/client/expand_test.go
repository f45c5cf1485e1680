package client

import "testing"

// TestExpand has the examples of RFC 6570 with variables that are strings, and
// values that would not come out as they went in.
func TestExpand(t *testing.T) {
	t.Parallel()
	vars := map[string]string{
		"var": "value", "hello": "Hello World!", "path": "/foo/bar", "empty": "", "x": "1024", "y": "768",
		"q": "a&b=c?d#e%41+é", "deep": "a b/c/../d",
	}
	for template, want := range map[string]string{
		"docs://readme":                  "docs://readme",
		"{var}":                          "value",
		"{hello}":                        "Hello%20World%21",
		"{+var}":                         "value",
		"{+hello}":                       "Hello%20World!",
		"{+path}/here":                   "/foo/bar/here",
		"here?ref={+path}":               "here?ref=/foo/bar",
		"X{#var}":                        "X#value",
		"X{#hello}":                      "X#Hello%20World!",
		"map?{x,y}":                      "map?1024,768",
		"{x,hello,y}":                    "1024,Hello%20World%21,768",
		"{+x,hello,y}":                   "1024,Hello%20World!,768",
		"X{.var}":                        "X.value",
		"X{.x,y}":                        "X.1024.768",
		"{/var}":                         "/value",
		"{/var,x}/here":                  "/value/1024/here",
		"{/deep*}":                       "/a%20b/c/../d",
		"{;x,y}":                         ";x=1024;y=768",
		"{;x,y,empty}":                   ";x=1024;y=768;empty",
		"{?x,y}":                         "?x=1024&y=768",
		"{?x,y,empty}":                   "?x=1024&y=768&empty=",
		"?fixed=yes{&x}":                 "?fixed=yes&x=1024",
		"{&x,y,empty}":                   "&x=1024&y=768&empty=",
		"{undefined}{?undefined,x}":      "?x=1024",
		"docs://{+q}":                    "docs://a&b=c%3Fd%23e%2541+%C3%A9",
		"docs://{q}{?q}":                 "docs://a%26b%3Dc%3Fd%23e%2541%2B%C3%A9?q=a%26b%3Dc%3Fd%23e%2541%2B%C3%A9",
		"{empty}":                        "",
		"{/empty}":                       "/",
		"docs://{none,var,none2}/{none}": "docs://value/",
	} {
		got, err := expand(template, vars)
		if err != nil || got != want {
			t.Errorf("%s gives %q, %v, want %q", template, got, err, want)
		}
	}
	for _, template := range []string{"{", "a{}", "a{b", "{b}{"} {
		if got, err := expand(template, vars); err == nil {
			t.Errorf("%s gives %q, want an error", template, got)
		}
	}
}
