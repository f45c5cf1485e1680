package scan

import "testing"

func TestProse(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"one line", "City name.\n", "City name."},
		{"unwrapped", "Returns the weather\nof a city.\n\nOnly in summer\nand winter.\n", "Returns the weather of a city.\n\nOnly in summer and winter."},
		{"list", "Sorts by:\n  - name, which is\n    the default\n  - age\n", "Sorts by:\n- name, which is the default\n- age"},
		{"numbered", "Steps:\n\n 1. one\n 2. two\n", "Steps:\n\n1. one\n2. two"},
		{"flat list", "Sorts by:\n- name\n- age\nand so on\n", "Sorts by:\n- name\n- age and so on"},
		{"code", "Example:\n\n\tfoo(\n\t\t1)\n\nDone.\n", "Example:\n\n    foo(\n        1)\n\nDone."},
		{"heading", "One.\n\n# Head\n\nTwo.\n", "One.\n\n# Head\n\nTwo."},
		{"link", "See [Report] and [a-z].\n", "See Report and [a-z]."},
		{"link definition", "See [the site].\n\n[the site]: https://example.com\n", "See the site (https://example.com)."},
		{"auto link", "See https://example.com\nor ask.\n", "See https://example.com or ask."},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := prose(tt.in, func(name string) bool { return name == "Report" })
			if got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestWithoutName(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, doc, want string }{
		{"Forecast", "Forecast returns the weather.", "Returns the weather."},
		{"FindIssue", "FindIssue looks for an issue.", "Looks for an issue."},
		{"Add", "Add adds two numbers.", "Adds two numbers."},
		{"Add", "Add returns a sum.", "Returns a sum."},
		{"Copy", "Copy copies a file.", "Copies a file."},
		{"Search", "Search finds issues.", "Finds issues."},
		{"Search", "Search issues by text.", "Search issues by text."},
		{"List", "List updates of a package.", "List updates of a package."},
		{"Greet", "Greet people by name.", "Greet people by name."},
		{"Forecast", "Forecast (beta) returns.", "Forecast (beta) returns."},
		{"Forecast", "Forecasting is hard.", "Forecasting is hard."},
		{"Forecast", "Says the weather.", "Says the weather."},
		{"Weather", "Weather is the tool to ask.", "Is the tool to ask."},
	}
	for _, tt := range tests {
		if got := withoutName(tt.doc, tt.name); got != tt.want {
			t.Errorf("withoutName(%q, %q) = %q, want %q", tt.doc, tt.name, got, tt.want)
		}
	}
}

func TestDeprecated(t *testing.T) {
	t.Parallel()
	if !deprecated("Old.\n\nDeprecated: use New.\n") || deprecated("Not Deprecated: no.\n") {
		t.Error("deprecated is wrong")
	}
}
