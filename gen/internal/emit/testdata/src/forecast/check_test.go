package weather

import (
	"strings"
	"testing"
)

func TestArguments(t *testing.T) {
	ten := 10
	same(t, read(t, decodeForecastArgs, `{"city":"Oslo","labels":["a","b"],"limit":10}`),
		forecastArgs{city: "Oslo", days: 3, unit: Fahrenheit, labels: []string{"a", "b"}, limit: &ten})
	same(t, read(t, decodeForecastArgs, `{"city":"Ås","days":null,"unit":"celsius","labels":[]}`),
		forecastArgs{city: "Ås", days: 3, unit: Celsius, labels: []string{}})
}

func TestRefused(t *testing.T) {
	for in, want := range map[string]string{
		`{}`:          `/city: expected a value (required)`,
		`{"city":""}`: `/city: expected at least 1 character`,
		`{"city":"` + strings.Repeat("å", 81) + `"}`:                    `/city: expected at most 80 characters`,
		`{"city":"x","days":0}`:                                         `/days: expected at least 1`,
		`{"city":"x","days":15}`:                                        `/days: expected at most 14`,
		`{"city":"x","unit":"kelvin"}`:                                  `/unit: expected one of celsius, fahrenheit`,
		`{"city":"x","labels":["a","B"]}`:                               `/labels/1: expected a string matching`,
		`{"city":"x","labels":["a","b","a"]}`:                           `/labels: expected distinct items, got equal items at 0 and 2`,
		`{"city":"x","labels":[1]}`:                                     `/labels/0: expected string`,
		`{"city":"x","labels":[` + strings.Repeat(`"a",`, 16) + `"a"]}`: `/labels: expected at most 16 items, got 17 items`,
		`{"city":"x","city":"y"}`:                                       `/city: expected each property once`,
		`{"city":"x","dayz":1}`:                                         `/dayz: expected no property of this name (did you mean "days"?)`,
		`[]`:                                                            `expected object`,
	} {
		refuse(t, decodeForecastArgs, in, want)
	}
}

func TestResult(t *testing.T) {
	r := Report{City: "Oslo", Unit: Celsius, Days: []Day{{High: 1.5}, {Note: "x"}}, By: map[string]int{"b": 2, "a": 1}}
	write(t, encodeReport, &r, `{"city":"Oslo","unit":"celsius","days":[{"date":"0001-01-01T00:00:00Z","high":1.5},`+
		`{"date":"0001-01-01T00:00:00Z","high":0,"note":"x"}],"by":{"a":1,"b":2},"prev":null}`)
	write(t, encodeReport, &Report{Unit: Celsius, Prev: &Day{}}, `{"city":"","unit":"celsius","days":[],"prev":{"date":"0001-01-01T00:00:00Z","high":0}}`)
	fail(t, encodeReport, &Report{Unit: "k"}, `/unit: expected one of celsius, fahrenheit`)
	fail(t, encodeReport, &Report{Unit: Celsius, Days: []Day{{}, {High: 101}}}, `/days/1/high: expected at most 100`)
}
