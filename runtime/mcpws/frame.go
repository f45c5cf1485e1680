package mcpws

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// Package websocket opens connections. What goes over them is read and written
// here: so a frame costs no allocation, channel or deadline of its own.

// Parts of the first two bytes of a frame (RFC 6455, section 5.2).
const (
	bitFinal    = 0x80
	bitReserved = 0x70
	bitsOp      = 0x0f
	bitMask     = 0x80
	bitsLength  = 0x7f

	continuation = 0 // the op of a frame that goes on with a message; others are those of package websocket

	longestControl = 125 // bytes of payload
)

// errProtocol is what a frame that breaks the protocol is refused with.
var errProtocol = errors.New("protocol error")

// A header is that of a frame from a client.
type header struct {
	op     int
	final  bool
	odd    bool // bits are set that mean nothing
	masked bool
	length int64 // of the payload
	key    [4]byte
}

func (h header) control() bool { return h.op >= websocket.CloseMessage }

// check refuses a frame that must not come. begun says that a message has begun
// that has not ended. The length is that of the second byte.
func (h header) check(begun bool) error {
	switch {
	case h.odd:
		return refusal("reserved bits are set")
	case !h.masked:
		return refusal("the frame is not masked")
	case h.op > websocket.PongMessage || h.op > websocket.BinaryMessage && !h.control():
		return refusal("unknown frame")
	case h.control() && h.length > longestControl:
		return refusal("the control frame is too long")
	case h.control() && !h.final:
		return refusal("the control frame is not whole")
	case !h.control() && begun != (h.op == continuation):
		return refusal("a message begins within another, or goes on without having begun")
	}
	return nil
}

func refusal(why string) error { return fmt.Errorf("%w: %s", errProtocol, why) }

// unmask unmasks a part of the payload that begins at pos.
func (h header) unmask(b []byte, pos int) {
	var key [8]byte
	for i := range key {
		key[i] = h.key[(pos+i)%4]
	}
	word := binary.LittleEndian.Uint64(key[:])
	for len(b) >= 8 {
		binary.LittleEndian.PutUint64(b, binary.LittleEndian.Uint64(b)^word)
		b = b[8:]
	}
	for i := range b {
		b[i] ^= key[i]
	}
}

// appendHead appends the header of a whole frame from the server.
func appendHead(b []byte, op, length int) []byte {
	b = append(b, bitFinal|byte(op)) //nolint:gosec // four bits
	switch {
	case length <= longestControl:
		return append(b, byte(length)) //nolint:gosec // seven bits
	case length <= 0xffff:
		return binary.BigEndian.AppendUint16(append(b, 126), uint16(length))
	}
	return binary.BigEndian.AppendUint64(append(b, 127), uint64(length))
}

// closeFrame is a close frame. It says nothing when code is CloseNoStatusReceived.
func closeFrame(code int, reason string) []byte {
	var payload []byte
	if code != websocket.CloseNoStatusReceived {
		payload = binary.BigEndian.AppendUint16(nil, uint16(code)) //nolint:gosec // codes have four digits
		payload = append(payload, reason[:min(len(reason), longestControl-2)]...)
	}
	return append(appendHead(nil, websocket.CloseMessage, len(payload)), payload...)
}

// closeCode is the code of a client's close frame.
func closeCode(payload []byte) (int, error) {
	switch len(payload) {
	case 0:
		return websocket.CloseNoStatusReceived, nil
	case 1:
		return 0, refusal("half a close code")
	}
	code := int(binary.BigEndian.Uint16(payload))
	valid := code >= 1000 && code <= 1013 && code != 1004 && code != 1005 && code != 1006 || code >= 3000 && code <= 4999
	if !valid {
		return 0, refusal("close code " + strconv.Itoa(code))
	}
	if !utf8.Valid(payload[2:]) {
		return 0, refusal("the reason of the close is not UTF-8")
	}
	return code, nil
}

// An input is what comes from a client. Its buffer holds what was read and not
// yet given out.
type input struct {
	from  io.Reader
	wait  func() // called before more is waited for
	buf   []byte
	begin int
	end   int
	left  int64 // of the payload of the last frame
	begun bool  // a message has, and has not ended
}

func (in *input) empty() bool { return in.begin == in.end }

// fill reads more. There is room for it.
func (in *input) fill() error {
	if in.empty() {
		in.begin, in.end = 0, 0
	}
	in.wait()
	n, err := in.from.Read(in.buf[in.end:])
	if in.end += n; n > 0 {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

// need sees to it that n bytes are in the buffer, which holds as many.
func (in *input) need(n int) error {
	if in.begin+n > len(in.buf) {
		in.end = copy(in.buf, in.buf[in.begin:in.end])
		in.begin = 0
	}
	for in.end-in.begin < n {
		if err := in.fill(); err != nil {
			return err
		}
	}
	return nil
}

// next gives n bytes, good until more is read.
func (in *input) next(n int) ([]byte, error) {
	if err := in.need(n); err != nil {
		return nil, err
	}
	in.begin += n
	return in.buf[in.begin-n : in.begin], nil
}

// read reads payload into p: from the buffer, or past it when it is empty.
func (in *input) read(p []byte) (n int, err error) {
	if in.empty() {
		in.wait()
		n, err = in.from.Read(p)
	} else {
		n = copy(p, in.buf[in.begin:in.end])
		in.begin += n
	}
	in.left -= int64(n)
	return n, err
}

// skip passes over what is left of the payload.
func (in *input) skip() error {
	have := min(in.left, int64(in.end-in.begin))
	in.begin += int(have)
	n, err := io.CopyN(io.Discard, in.from, in.left-have)
	in.left -= have + n
	return err
}

// header reads the header of a frame, and no more than two bytes of one that must
// not come.
func (in *input) header() (h header, err error) {
	if err = in.need(2); err != nil {
		return h, err
	}
	first, second := in.buf[in.begin], in.buf[in.begin+1]
	h.op, h.final, h.odd, h.masked = int(first&bitsOp), first&bitFinal != 0, first&bitReserved != 0, second&bitMask != 0
	h.length = int64(second & bitsLength)
	if err := h.check(in.begun); err != nil {
		return h, err
	}
	if !h.control() {
		in.begun = !h.final
	}
	size := 2
	switch h.length {
	case 126:
		size = 4
	case 127:
		size = 10
	}
	p, err := in.next(size + len(h.key))
	if err != nil {
		return h, err
	}
	switch size {
	case 4:
		h.length = int64(binary.BigEndian.Uint16(p[2:]))
	case 10:
		h.length = int64(binary.BigEndian.Uint64(p[2:])) //nolint:gosec // then it is negative, and refused
		if h.length < 0 {
			return h, refusal("the frame is too long")
		}
	}
	copy(h.key[:], p[size:])
	in.left = h.length
	return h, nil
}
