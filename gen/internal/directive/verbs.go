package directive

import (
	"time"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// The types below are the directives that mean something to this version. The
// comment of a type is its help page, the comment of a field the help of the
// argument; the tag mcp:"key" gives the argument's name. Tag options: "word" is
// an argument without a key, "required" must be there, "body" takes the rest of the line, "repeat" may be
// given several times, "prefix" takes any key that begins with it, and
// "oneof=a|b" lists the words allowed. Verbs are registered in registry.go.

// Server describes the server that the tools of this package belong to. It
// stands in the comment of the package clause.
//
//	// Package weather knows the weather.
//	//
//	//mcp:server name=weather version=1.0.0
//	package weather
//
// With the word client, a package weathermcp appears in a folder of that name. It
// calls the tools, resources and prompts of a server by methods that have the
// signatures of the functions.
//
// A name of a tool or a prompt has 1 to 48 letters, digits, underscores and hyphens,
// which every client accepts. With names=spec it has what the specification
// allows: 1 to 128 of them, and points. Some clients refuse such names.
type Server struct {
	Name         string `mcp:"name"`                                // name of the server for programs
	Title        string `mcp:"title"`                               // name of the server for people
	Version      string `mcp:"version"`                             // version of the server
	Instructions string `mcp:"instructions"`                        // how a model should use the server
	Website      string `mcp:"website"`                             // address of a page about the server
	Client       bool   `mcp:"client"`                              // generate a typed client too, in a package of its own
	Naming       string `mcp:"naming"       oneof:"snake|camel|go"` // form of the names of tools and arguments: find_issue (default), findIssue, FindIssue
	Names        string `mcp:"names"        oneof:"portable|spec"`  // names that tools and prompts may have: 48 characters, no point (default), or as the specification says
}

// Service marks a struct type whose annotated methods are tools. It is optional:
// a type with an annotated method is a service by itself. The directive gives
// what all its tools share.
//
//	//mcp:service prefix=issues_
//	type Issues struct{ db *sql.DB }
type Service struct {
	Prefix string   `mcp:"prefix"` // put before the name of every tool
	Scopes []string `mcp:"scopes"` // scopes that every tool asks of the caller
}

// Tool makes a function or a method a tool that a model can call. The comment of
// the function becomes the description, the parameters become the arguments, and
// the results become the answer.
//
//	// Forecast returns the weather forecast for a city.
//	//
//	//mcp:tool readonly idempotent
//	func Forecast(ctx context.Context,
//		city string, // City name, for example "Oslo".
//	) (Report, error)
//
// A first parameter of type context.Context is not an argument. Nor are
// parameters of the types mcp.Progress, mcp.Principal, *mcp.Request and
// *slog.Logger: they are filled in. If one other parameter is left and it is a
// struct, its fields are the arguments.
type Tool struct {
	Name        string        `mcp:"name"`                                         // wire name; default: the function's name in the package's naming
	Title       string        `mcp:"title"`                                        // name for people
	ReadOnly    *bool         `mcp:"readonly"`                                     // hint: changes nothing
	Destructive *bool         `mcp:"destructive"`                                  // hint: may delete or overwrite something
	Idempotent  *bool         `mcp:"idempotent"`                                   // hint: calling it twice is like calling it once
	Closed      *bool         `mcp:"closed"`                                       // hint: touches nothing outside the server's own world
	Timeout     time.Duration `mcp:"timeout"`                                      // longest time for a call; default: the server's
	Scopes      []string      `mcp:"scopes"`                                       // scopes that the caller needs
	Tags        []string      `mcp:"tags"`                                         // words to group tools by
	Icon        []string      `mcp:"icon,repeat"`                                  // address of an icon, with its type, sizes and theme behind it
	Meta        []KeyValue    `mcp:"meta.,prefix"`                                 // entry of the tool's _meta
	Output      *Ident        `mcp:"output"`                                       // type whose schema describes the result, or none
	Errors      []Ident       `mcp:"errors"`                                       // error variables whose text the model may see
	Strict      bool          `mcp:"strict"`                                       // takes no "5" for 5 and no null for an absent argument
	Hidden      bool          `mcp:"hidden"`                                       // can be called but is not listed
	TTL         time.Duration `mcp:"ttl"`                                          // how long a client may keep the description
	Task        Mode          `mcp:"task"         oneof:"optional|required|never"` // calls may be tasks (optional, as when alone), have to be (required), or are none (never)
	UI          string        `mcp:"ui"`                                           // address of the resource, ui://…, that shows the results
	Visibility  []string      `mcp:"visibility"   oneof:"model|app"`               // who may call it when it has a ui; default: both
}

// Param says more about one parameter than its Go type and comment do. It stands
// in the parameter list, above or behind the parameter, or in the comment of the
// function, where the parameter's name comes first.
//
//	//mcp:param days default=3 minimum=1 maximum=14
//	func Forecast(days int, // How many days ahead.
//		//mcp:param pattern=`^[a-z]{2}$`
//		lang string,
//	) Report
//
// The keywords are those of JSON Schema and are checked on every call. A
// parameter with a default is optional. A value for a string may be written
// without quotes when it has no spaces; a default may be the name of a constant.
type Param struct {
	Parameter        Ident     `mcp:"NAME,word,required"` // parameter of the function; left out in the parameter list
	Name             string    `mcp:"name"`               // wire name
	Title            string    `mcp:"title"`              // name for people
	Description      string    `mcp:"description"`        // text for the model, instead of the comment
	Default          *Literal  `mcp:"default"`            // value when the argument is absent
	Const            *Literal  `mcp:"const"`              // the only value allowed
	Enum             []Literal `mcp:"enum"`               // the values allowed
	Example          []Literal `mcp:"example,repeat"`     // an example value
	Examples         []Literal `mcp:"examples"`           // example values
	Minimum          Number    `mcp:"minimum"`            // smallest number
	Maximum          Number    `mcp:"maximum"`            // largest number
	ExclusiveMinimum Number    `mcp:"exclusiveMinimum"`   // the number must be larger
	ExclusiveMaximum Number    `mcp:"exclusiveMaximum"`   // the number must be smaller
	MultipleOf       Number    `mcp:"multipleOf"`         // the number must be a multiple
	MinLength        *int      `mcp:"minLength"`          // fewest characters
	MaxLength        *int      `mcp:"maxLength"`          // most characters
	Pattern          string    `mcp:"pattern"`            // regular expression that the text must match
	Format           string    `mcp:"format"`             // format of the text, such as email or uri
	MinItems         *int      `mcp:"minItems"`           // fewest elements
	MaxItems         *int      `mcp:"maxItems"`           // most elements
	UniqueItems      bool      `mcp:"uniqueItems"`        // no two elements may be equal
	MinProperties    *int      `mcp:"minProperties"`      // fewest entries
	MaxProperties    *int      `mcp:"maxProperties"`      // most entries
	Deprecated       bool      `mcp:"deprecated"`         // should not be used any more
	ReadOnly         bool      `mcp:"readOnly"`           // annotation of JSON Schema
	WriteOnly        bool      `mcp:"writeOnly"`          // annotation of JSON Schema
	Header           string    `mcp:"header"`             // HTTP header that repeats the argument (x-mcp-header)
	Sensitive        bool      `mcp:"sensitive"`          // never shown in messages or logs
	Hidden           bool      `mcp:"hidden"`             // accepted but not in the schema
}

// name tells one mcp:param from another in the comment of a function.
func (p *Param) name() string { return p.Parameter.Name }

// Example gives one arguments object that shows how a tool is called. It is
// checked against the schema when code is generated. It may be repeated.
//
//	//mcp:example {"city": "Oslo", "days": 3}
type Example struct {
	Object JSON `mcp:"JSON,body,required"` // the arguments
}

// Enum says how the constants of a named type are used. A string type with
// exported constants in its package is an enumeration by itself; an integer type
// becomes one by this directive.
//
//	//mcp:enum open
//	type Color string
type Enum struct {
	Open bool `mcp:"open"` // other values are accepted too: the constants are suggestions
	Off  bool `mcp:"off"`  // no enumeration, whatever constants there are
}

func (e *Enum) contradiction() string {
	if e.Open && e.Off {
		return "open and off contradict each other"
	}
	return ""
}

// Schema gives the JSON Schema of a type that marshals itself, which mcpgen
// cannot look into. It stands above the type or a field.
//
//	//mcp:schema {"type": "string", "pattern": "^[0-9]+[kMG]B$"}
//	type Size struct{ bytes int64 }
//
// For a type of a package that is not yours it stands in the comment of the
// package clause, once for each type. It holds for all that the package offers,
// wherever the type is used, and comes before what stands above the type.
//
//	// Package deploy deploys.
//	//
//	//mcp:schema for=github.Timestamp {"type": "string", "format": "date-time"}
//	//mcp:schema for=k8s.io/apimachinery/pkg/api/resource.Quantity {"type": "string"}
//	package deploy
//
// The type's own methods read and write it. What they refuse is reported like
// any other mistake in the arguments.
type Schema struct {
	For    TypePath `mcp:"for"`                // type of another package, by the name of its import or by its import path
	Schema JSON     `mcp:"JSON,body,required"` // the schema
}

// name tells one mcp:schema from another in the comment of a package clause.
func (s *Schema) name() string { return s.For.String() }

// misplaced says which argument does not go with the place.
func (s *Schema) misplaced(place Place) (code diag.Code, what, fix string) {
	switch named := s.For.Name != ""; {
	case place == PackageDoc && !named:
		return diag.MissingArgument, "mcp:schema does not say of which type", "write mcp:schema for=pkg.Name {…}, or put it right above a type or a field"
	case place != PackageDoc && named:
		return diag.WrongPlace, "mcp:schema stands above what it describes already", "remove for=, or move it to the comment of the package clause"
	}
	return "", "", ""
}

// Union makes a sealed interface a choice between the struct types of its package
// that implement it. A property tells them apart; it comes first, and need not be
// a field of the structs. An interface with the comment //sumtype:decl is a union
// by itself.
//
//	//mcp:union tag=kind
//	type Shape interface{ shape() }
//
// Exported types that implement the interface are its variants. An unexported one
// is a variant when it has mcp:variant, or when none is exported; a type that is
// none is marked with mcp:ignore.
type Union struct {
	Tag string `mcp:"tag"` // property that holds the variant's value; default: type
}

// Variant gives the value that stands for a struct type in its union. Without it
// the value is the type's name in the package's naming.
//
//	//mcp:variant circle
//	type Circle struct{ Radius float64 }
type Variant struct {
	Value string `mcp:"VALUE,word,required"` // value of the union's tag
}

// Ignore leaves out a constant that is no value of its enumeration, a field that
// is not a property, a method that is no tool, or a type that is no variant of
// its union.
//
//	const numColors Color = "n" //mcp:ignore
type Ignore struct{}
