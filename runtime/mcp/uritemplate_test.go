package mcp

import (
	"strings"
	"testing"
)

func TestURITemplates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		template, uri, want string // want is "" for no match
	}{
		{"a://{x}", "a://1", `{"x":"1"}`},
		{"a://{x}", "a://", ""},
		{"a://{x}", "a://1/2", ""},
		{"a://{x}", "a://%C3%A9%20b", `{"x":"é b"}`},
		{"a://{x}", "a://%ff", ""},
		{"a://{x}", "a://%zz", ""},
		{"a://{x}", "a://é", ""},
		{"a://{x}", "a://..", ""},
		{"a://{x}", "a://%2e%2e", ""},
		{"a://{x}", "a://b%2Fc", ""},
		{"a://{x}", "a://b%5Cc", ""},
		{"a://{x}", "a://b%00", ""},
		{"a://{x}", "A://1", ""},
		{"a://{x}/{y}", "a://1/2", `{"x":"1","y":"2"}`},
		{"a://{x}-{y}", "a://1-2-3", `{"x":"1-2","y":"3"}`},
		{"a://{x,y}", "a://1,2", `{"x":"1","y":"2"}`},
		{"a://{+p}", "a://b/c?d=e", `{"p":"b/c?d=e"}`},
		{"a://{+p}", "a://b/../c", ""},
		{"a://{+p}", "a://b/%2e%2e/c", ""},
		{"a://{+p}", "a://b%2fc", ""},
		{"a://{+p}", "a://b/%2F%2Fc", ""},
		{"a://{+p}", "a://b%252Fc", `{"p":"b%2Fc"}`},
		{"a://{+p}", "a://b%5cc", ""},
		{"a://f{/p*}", "a://f/b%2Fc", ""},
		{"a://f{/p*}", "a://f/b/c", `{"p":"b/c"}`},
		{"a://f{/p*}", "a://f/b/../c", ""},
		{"a://f{/p,q}", "a://f/b/c", `{"p":"b","q":"c"}`},
		{"a://f{.e}", "a://f.txt", `{"e":"txt"}`},
		{"a://f{#h}", "a://f#top/x", `{"h":"top/x"}`},
		{"a://f{;k}", "a://f;k=1", `{"k":"1"}`},
		{"a://f{?q,r}", "a://f", `{}`},
		{"a://f{?q,r}", "a://f?r=2&q=a%26b", `{"q":"a&b","r":"2"}`},
		{"a://f{?q,r}", "a://f?q=", `{"q":""}`},
		{"a://f{?q,r}", "a://f?q=1&q=2", ""},
		{"a://f{?q,r}", "a://f?s=1", ""},
		{"a://f{?q,r}", "a://f?q=%ff", ""},
		{"a://f{?q}{&r}", "a://f?r=1", `{"r":"1"}`},
		{"a://f/literal", "a://f/literal", `{}`},
		{"a://f.x+(y)/{z}", "a://f.x+(y)/1", `{"z":"1"}`},
	}
	for _, tt := range tests {
		tpl, err := parseTemplate(tt.template)
		if err != nil {
			t.Errorf("%s: %v", tt.template, err)
			continue
		}
		if got, _ := tpl.match(tt.uri); string(got) != tt.want {
			t.Errorf("%s matches %s as %s, want %s", tt.template, tt.uri, got, tt.want)
		}
	}
}

func TestURITemplateMistakes(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		"a://{x":         "{ without }",
		"a://x}":         "} without {",
		"a://{}":         "no variable",
		"a://{x}/{x}":    "comes twice",
		"a://{x}{?x}":    "comes twice",
		"a://{=x}":       "reserved",
		"a://{x:3}":      "prefix",
		"a://{x y}":      "no name of a variable",
		"a://{x,}":       "has no name",
		"a://{?q}/more":  "may follow",
		"a://{?q}{more}": "may follow",
	} {
		if _, err := parseTemplate(template); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", template, err, want)
		}
	}
}

// FuzzTemplate looks for templates and URIs that do harm.
func FuzzTemplate(f *testing.F) {
	f.Add("a://{x}/{+p}{?q}", "a://1/b/c?q=2")
	f.Add("{/p*}", "/../..")
	f.Fuzz(func(t *testing.T, template, uri string) {
		tpl, err := parseTemplate(template)
		if err != nil {
			return
		}
		vars, ok := tpl.match(uri)
		if ok && !members(vars, func(string, []byte) {}) {
			t.Errorf("%q matches %q as %s", template, uri, vars)
		}
	})
}
