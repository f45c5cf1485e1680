// Package refused has what JSON has no form for, and tags that say nothing.
package refused

// Args cannot be had.
type Args struct {
	Channel  chan int     `json:"channel"`
	Function func()       `json:"function"`
	Prose    bool         `json:"prose" jsonschema:"a=b means equality"`
	Empty    map[bool]int `json:"empty"`
}

// Use takes them.
//
//mcp:tool
func Use(Args) {}
