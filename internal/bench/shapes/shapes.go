// Package shapes has arguments of three sizes, with what mcpgen makes of them.
package shapes

import "time"

//go:generate go tool mcpgen

// Small has two numbers.
type Small struct {
	A int `json:"a" jsonschema:"minimum=-1000000,maximum=1000000"`
	B int `json:"b" jsonschema:"minimum=-1000000,maximum=1000000"`
}

// Urgency is an enumeration.
type Urgency string

// The urgencies.
const (
	Someday  Urgency = "someday"
	Soon     Urgency = "soon"
	Today    Urgency = "today"
	Dropping Urgency = "drop everything"
)

// Place is a struct in a struct.
type Place struct {
	Owner   string `json:"owner" jsonschema:"minLength=1,maxLength=39"`
	Project string `json:"project" jsonschema:"minLength=1,maxLength=100"`
}

// Medium has twelve properties and a rule of most kinds.
type Medium struct {
	ID       string    `json:"id" jsonschema:"format=uuid"`
	Summary  string    `json:"summary" jsonschema:"minLength=1,maxLength=200"`
	Details  string    `json:"details,omitempty" jsonschema:"maxLength=4000"`
	Urgency  Urgency   `json:"urgency"`
	Sort     string    `json:"sort" jsonschema:"enum=defect,enum=wish,enum=chore,default=chore"`
	Assignee string    `json:"assignee" jsonschema:"format=email"`
	Due      time.Time `json:"due"`
	Hours    float64   `json:"hours" jsonschema:"minimum=0,maximum=1000"`
	Weight   int       `json:"weight" jsonschema:"minimum=0,maximum=100"`
	Draft    bool      `json:"draft"`
	Labels   []string  `json:"labels,omitempty" jsonschema:"maxItems=16,uniqueItems=true,pattern=^[a-z][a-z0-9-]*$"`
	Place    Place     `json:"place"`
}

// Large has many of them.
type Large struct {
	Tickets []Medium `json:"tickets" jsonschema:"minItems=1,maxItems=5000"`
}

// EchoSmall gives its argument.
//
//mcp:tool
func EchoSmall(v Small) Small { return v }

// EchoMedium gives its argument.
//
//mcp:tool
func EchoMedium(v Medium) Medium { return v }

// EchoLarge gives its argument.
//
//mcp:tool
func EchoLarge(v Large) Large { return v }
