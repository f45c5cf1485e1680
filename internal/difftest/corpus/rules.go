package corpus

import "encoding/json"

// NumberRules has the rules for numbers.
type NumberRules struct {
	Percent  int         `json:"percent" jsonschema:"minimum=0,maximum=100"`
	Open     int64       `json:"open" jsonschema:"exclusiveMinimum=-5,exclusiveMaximum=5"`
	Step     int         `json:"step" jsonschema:"multipleOf=5"`
	Odd      uint        `json:"odd" jsonschema:"multipleOf=3,maximum=3000"`
	Tight    int8        `json:"tight" jsonschema:"minimum=-128,maximum=126"`
	Float    float64     `json:"float" jsonschema:"minimum=-0.5,exclusiveMaximum=1e3"`
	Quarter  float64     `json:"quarter" jsonschema:"multipleOf=0.25"`
	Cent     float64     `json:"cent" jsonschema:"multipleOf=0.01"`
	Single   float32     `json:"single" jsonschema:"minimum=0,maximum=1"`
	Number   json.Number `json:"number" jsonschema:"minimum=0,maximum=100,multipleOf=0.5"`
	Choice   int         `json:"choice" jsonschema:"enum=1,enum=2,enum=30"`
	Fixed    int         `json:"fixed" jsonschema:"const=7"`
	Ratio    float64     `json:"ratio" jsonschema:"enum=0.1,enum=1,enum=2.50"`
	True     bool        `json:"true" jsonschema:"const=true"`
	Great    uint64      `json:"great" jsonschema:"minimum=9007199254740993,maximum=18446744073709551614"`
	Optional *int        `json:"optional,omitempty" jsonschema:"minimum=3"`
}

// EchoNumberRules gives its argument.
//
//mcp:tool
func EchoNumberRules(v NumberRules) NumberRules { return v }

// TextRules has the rules for text.
type TextRules struct {
	Short  string  `json:"short" jsonschema:"minLength=2,maxLength=4"`
	Slug   string  `json:"slug" jsonschema:"pattern=^[a-z][a-z0-9-]*$"`
	Code   string  `json:"code" jsonschema:"minLength=3,maxLength=6,pattern=^[A-Z]+[0-9]+$"`
	Phone  string  `json:"phone" jsonschema:"pattern=^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$"`
	Inside string  `json:"inside" jsonschema:"pattern=b+c"`
	Wide   string  `json:"wide" jsonschema:"pattern=^\\p{L}+$"`
	Either string  `json:"either" jsonschema:"pattern=^(?:cat|dog)s?$"`
	Word   string  `json:"word" jsonschema:"pattern=^\\w{1\\,3}\\d$"`
	Fixed  string  `json:"fixed" jsonschema:"const=x"`
	Kind   string  `json:"kind" jsonschema:"enum=a,enum=b c"`
	Upper  Upper   `json:"upper" jsonschema:"minLength=1,pattern=^[A-Za-z]+$"`
	PText  *string `json:"pText,omitempty" jsonschema:"maxLength=1"`
}

// EchoTextRules gives its argument.
//
//mcp:tool
func EchoTextRules(v TextRules) TextRules { return v }

// ListRules has the rules for lists and maps.
type ListRules struct {
	Few     []int               `json:"few" jsonschema:"minItems=1,maxItems=2"`
	Unique  []string            `json:"unique" jsonschema:"uniqueItems"`
	UniqueN []float64           `json:"uniqueN" jsonschema:"uniqueItems"`
	UniqueB []bool              `json:"uniqueB" jsonschema:"uniqueItems"`
	UniqueU []Unit              `json:"uniqueU" jsonschema:"uniqueItems"`
	Elems   []string            `json:"elems" jsonschema:"minItems=1,maxLength=3,pattern=^[ab]*$"`
	Choice  []string            `json:"choice" jsonschema:"enum=x,enum=y"`
	Nested  [][]int             `json:"nested" jsonschema:"minItems=1,minimum=0,maximum=9"`
	Pair    [2]int              `json:"pair" jsonschema:"minimum=0"`
	Table   map[string]int      `json:"table" jsonschema:"minProperties=1,maxProperties=2,minimum=0"`
	Lists   map[string][]string `json:"lists" jsonschema:"maxItems=2,minLength=1"`
}

// EchoListRules gives its argument.
//
//mcp:tool
func EchoListRules(v ListRules) ListRules { return v }

// Defaults has defaults.
type Defaults struct {
	Int    int       `json:"int" jsonschema:"default=3,minimum=1"`
	Float  float64   `json:"float" jsonschema:"default=0.5"`
	Text   string    `json:"text" jsonschema:"default=hi"`
	Bool   bool      `json:"bool" jsonschema:"default=true"`
	Unit   Unit      `json:"unit" jsonschema:"default=kg"`
	List   []int     `json:"list" jsonschema:"default=1,default=2"`
	PInt   *int      `json:"pInt" jsonschema:"default=9"`
	Quoted int       `json:"quoted,string" jsonschema:"default=4"`
	Must   int       `json:"must"`
	Pair   [2]string `json:"pair" jsonschema:"default=[\"a\"\\,\"b\"]"`
}

// EchoDefaults gives its argument.
//
//mcp:tool
func EchoDefaults(v Defaults) Defaults { return v }
