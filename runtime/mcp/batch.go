package mcp

import (
	"context"
	"slices"
)

// batch serves the messages of a batch one after the other and sends the
// answers as one array. Only 2025-03-26 has batches (basic/index).
func (c *Conn) batch(ctx context.Context, m *Message, out Stream) {
	if c.served() != rev20250326 {
		c.refuse(ctx, m, out, CodeInvalidRequest, "batches are part of protocol revision 2025-03-26 only")
		return
	}
	if c.s.begin() { // the answers of its calls are given all at once
		defer c.s.end()
	}
	answers := batchStream{Stream: out}
	for _, item := range m.env.Items {
		sub := Parse(item)
		sub.principal = m.principal
		switch {
		case sub.Opens():
			c.refuse(ctx, sub, &answers, CodeInvalidRequest, "initialize must not be part of a batch")
		case sub.Modern():
			c.refuse(ctx, sub, &answers, CodeInvalidRequest, "requests of 2026-07-28 must not be part of a batch")
		case sub.Kind() == KindBatch:
			c.refuse(ctx, sub, &answers, CodeInvalidRequest, "a batch must not be part of a batch")
		default:
			c.Handle(ctx, sub, &answers)
		}
		sub.Release()
	}
	if answers.buf != nil {
		c.s.sent(out.Respond(ctx, append(answers.buf, ']'), 0))
	}
}

// A batchStream collects the answers of a batch and passes on the rest.
type batchStream struct {
	Stream

	buf []byte // an array without its closing bracket; nil while there is no answer
}

func (s *batchStream) Respond(_ context.Context, msg []byte, _ int) error {
	if s.buf == nil {
		s.buf = append(slices.Grow(s.buf, len(msg)+2), '[')
	} else {
		s.buf = append(s.buf, ',')
	}
	s.buf = append(s.buf, msg...)
	return nil
}
