package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"

	"github.com/gorilla/websocket"

	"github.com/mcpgen/mcpgen/internal/bench/path"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// constant serves the answer to a call, which is made before, to whatever comes,
// with the id of the request in it.
func constant(kind, call, addr string) error {
	i := slices.IndexFunc(path.Calls(), func(c *path.Call) bool { return c.Name == call })
	if i < 0 {
		return fmt.Errorf("there is no call %q", call)
	}
	answer, err := answerTo(path.Calls()[i])
	if err != nil {
		return err
	}
	if kind == "stdio" {
		return constantLines(append(answer, '\n'))
	}
	upgrader := websocket.Upgrader{}
	return http.ListenAndServe(addr, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // the server of a benchmark
		answer := bytes.Clone(answer)
		c, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // the client was told
		}
		defer c.Close() //nolint:errcheck // it has ended
		for {
			_, request, err := c.ReadMessage()
			if err != nil {
				return
			}
			copyID(answer, request)
			if err := c.WriteMessage(websocket.TextMessage, answer); err != nil {
				return
			}
		}
	}))
}

// constantLines answers every line.
func constantLines(answer []byte) error {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		request, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		copyID(answer, request)
		if _, err := os.Stdout.Write(answer); err != nil {
			return err
		}
	}
}

// copyID gives an answer the id of its request. All ids have as many digits.
func copyID(answer, request []byte) {
	const near = 64 // the beginning of a message
	from := bytes.Index(request[:near], idMember)
	to := bytes.Index(answer[:near], idMember)
	copy(answer[to:], request[from:from+len(idMember)+len(path.ID)])
}

// A keep keeps the answer.
type keep struct{ answer []byte }

func (*keep) Send(context.Context, []byte) error { return nil }

func (k *keep) Respond(_ context.Context, msg []byte, _ int) error {
	k.answer = bytes.Clone(msg)
	return nil
}

func answerTo(c *path.Call) ([]byte, error) {
	s, err := path.NewServer(path.Tools)
	if err != nil {
		return nil, err
	}
	conn := s.NewConn(mcp.ConnOptions{Transport: "memory"})
	defer conn.Close()
	m := mcp.Parse([]byte(c.Body))
	defer m.Release()
	var k keep
	conn.Handle(context.Background(), m, &k)
	return k.answer, nil
}
