package weather

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// ErrNotFound is shown to the model.
var ErrNotFound = errors.New("not found")

// Word is a named string.
type Word string

// Item is a result.
type Item struct {
	Name string `json:"name"`
}

// Issues is a service.
type Issues struct{ items []Item }

// Search is a tool with everything that is injected.
func (s *Issues) Search(ctx context.Context, p mcp.Progress, who mcp.Principal, r *mcp.Request, log *slog.Logger, query string) ([]Item, error) {
	if ctx == nil || r == nil || log == nil || who.Subject != "" || p.Wanted() {
		return nil, errors.New("nothing injected")
	}
	for _, it := range s.items {
		if it.Name == query {
			return []Item{it}, nil
		}
	}
	return nil, ErrNotFound
}

// Len has a value receiver's call on a pointer.
func (s *Issues) Len() int { return len(s.items) }

func Ping() {}
func Check(fail bool) error {
	if fail {
		return ErrNotFound
	}
	return nil
}
func Say(w Word) Word             { return w }
func Ask(w Word) (string, error)  { return string(w) + "?", nil }
func Join(words ...string) string { return strings.Join(words, " ") }
func Count() map[string]int       { return map[string]int{"a": 1} }
func Maybe(there bool) *int {
	if there {
		return new(1)
	}
	return nil
}
func Find(there bool) (*Item, error) {
	if there {
		return &Item{"x"}, nil
	}
	return nil, nil
}
func Draw() mcp.Image { return mcp.Image{Data: []byte("x"), MIMEType: "image/png"} }
func Blocks() ([]mcp.Content, error) {
	return []mcp.Content{mcp.Text{Text: "a"}, mcp.Text{Text: "b"}}, nil
}
func Plain() Item                  { return Item{"plain"} }
func Matrix() ([][]float64, error) { return [][]float64{{1, 2}, nil}, nil }
