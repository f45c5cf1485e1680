package path

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// ReadHeader is what every server gives a client to send its header.
const ReadHeader = 5 * time.Second

// request is the whole request. token and session may be "".
func (c *Call) request(addr, token, session string) []byte {
	b := fmt.Appendf(nil, "POST /mcp HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n", addr)
	switch {
	case !c.Session:
		b = fmt.Appendf(b, "Mcp-Protocol-Version: 2026-07-28\r\nMcp-Method: %s\r\n", c.Method)
	case session != "":
		b = fmt.Appendf(b, "Mcp-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: %s\r\n", session)
	}
	if token != "" {
		b = fmt.Appendf(b, "Authorization: Bearer %s\r\n", token)
	}
	if c.Tool != "" && !c.Session {
		b = fmt.Appendf(b, "Mcp-Name: %s\r\n", c.Tool)
	}
	return fmt.Appendf(b, "Content-Length: %d\r\n\r\n%s", len(c.Body), c.Body)
}

// A Client repeats one call on one connection. It does little, so that what it
// costs beside a server is small; it allocates nothing.
type Client struct {
	call    *Call
	session string // what the last answer opened
	conn    net.Conn
	r       *bufio.Reader
	request []byte
	body    []byte
}

// Dial connects to a server, and opens a session if the call is one in a session.
// token is a bearer token, or "".
func Dial(ctx context.Context, addr, token string, c *Call) (*Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	out := &Client{call: c, conn: conn, r: bufio.NewReaderSize(conn, 64<<10)}
	if c.Session && c.Method != Open.Method {
		for _, first := range []*Call{&Open, &opened} {
			out.call, out.request = first, first.request(addr, token, out.session)
			if err := out.Do(); err != nil {
				return nil, errors.Join(err, conn.Close())
			}
		}
	}
	out.call, out.request = c, c.request(addr, token, out.session)
	return out, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// Do makes the call.
func (c *Client) Do() error {
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	length, chunked, ok := 0, false, false
	for first := true; ; first = false {
		line, err := c.line()
		switch {
		case err != nil:
			return err
		case first:
			ok = bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) || bytes.HasPrefix(line, []byte("HTTP/1.1 202 "))
		case bytes.HasPrefix(line, []byte("Mcp-Session-Id: ")):
			c.session = string(line[len("Mcp-Session-Id: "):])
		case bytes.HasPrefix(line, []byte("Content-Length: ")):
			if length, err = strconv.Atoi(string(line[len("Content-Length: "):])); err != nil {
				return err
			}
		case bytes.HasPrefix(line, []byte("Transfer-Encoding: chunked")):
			chunked = true
		}
		if len(line) == 0 {
			break
		}
	}
	c.body = c.body[:0]
	if err := c.read(length, chunked); err != nil {
		return err
	}
	if !ok || !bytes.Contains(c.body, []byte(c.call.Want)) || c.call.Events > 0 && bytes.Count(c.body, progress) != c.call.Events {
		return fmt.Errorf("%s %s was answered %.300q", c.call.Method, c.call.Tool, c.body)
	}
	return nil
}

// read reads the body.
func (c *Client) read(length int, chunked bool) error {
	if !chunked {
		return c.take(length)
	}
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		n, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil {
			return err
		}
		if err := c.take(int(n)); err != nil {
			return err
		}
		if line, err = c.line(); err != nil || len(line) > 0 {
			return errors.Join(err, errChunk)
		}
		if n == 0 {
			return nil
		}
	}
}

// progress is in every notification.
var progress = []byte("notifications/progress")

var errChunk = errors.New("a chunk does not end")

func (c *Client) take(n int) error {
	at := len(c.body)
	if cap(c.body) < at+n {
		c.body = append(make([]byte, 0, 2*(at+n)), c.body...)
	}
	c.body = c.body[:at+n]
	_, err := io.ReadFull(c.r, c.body[at:])
	return err
}

func (c *Client) line() ([]byte, error) {
	line, err := c.r.ReadSlice('\n')
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")), err
}
