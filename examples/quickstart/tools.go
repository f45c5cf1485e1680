package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

//go:generate go run github.com/mcpgen/mcpgen/cmd/mcpgen

// Greet says hello to somebody.
//
//mcp:tool readonly idempotent
//mcp:param times default=1 minimum=1 maximum=5
//mcp:example {"name": "Ada", "times": 2}
func Greet(
	name string, // Whom to greet.
	times int, // How often.
) string {
	return strings.TrimSpace(strings.Repeat("Hello, "+name+"! ", times))
}

// Unit is a unit of temperature.
type Unit string

// The units that Convert knows.
const (
	Celsius    Unit = "celsius"    // water freezes at 0
	Fahrenheit Unit = "fahrenheit" // water freezes at 32
	Kelvin     Unit = "kelvin"     // water freezes at 273.15
)

// Temperature is a converted temperature.
type Temperature struct {
	Value float64 `json:"value"` // The number of degrees.
	Unit  Unit    `json:"unit"`  // The unit of the number.
}

// Convert converts a temperature from one unit to another.
//
//mcp:tool readonly idempotent closed
func Convert(
	value float64, // The number of degrees.
	from Unit, // The unit of the value.
	to Unit, // The unit wanted.
) (Temperature, error) {
	kelvin := value
	switch from {
	case Celsius:
		kelvin = value + 273.15
	case Fahrenheit:
		kelvin = (value + 459.67) * 5 / 9
	}
	if kelvin < 0 {
		return Temperature{}, mcp.Errorf("%g %s is below absolute zero", value, from)
	}
	switch to {
	case Celsius:
		return Temperature{kelvin - 273.15, to}, nil
	case Fahrenheit:
		return Temperature{kelvin*9/5 - 459.67, to}, nil
	}
	return Temperature{kelvin, to}, nil
}

// Sort sorts words and drops those that are repeated.
//
//mcp:tool readonly idempotent closed
func Sort(
	words ...string, // The words to sort.
) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// Countdown counts down to zero and reports every step.
//
//mcp:tool readonly closed
//mcp:param from default=3 minimum=1 maximum=100
//mcp:param pause default=10ms
func Countdown(ctx context.Context, progress mcp.Progress,
	from int, // Where to start.
	pause time.Duration, // How long to wait between two steps.
) (string, error) {
	for i := range from {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(pause):
		}
		progress.Report(float64(i+1), float64(from), "")
	}
	return "liftoff", nil
}
