package mcp

// Result is what a tool returns that has both structured content and content
// blocks of its own choice.
type Result[T any] struct {
	Value   T         // the structured content
	Content []Content // empty: a copy of Value as text
	IsError bool      // the call failed in a way the model should know; Value is not sent
}
