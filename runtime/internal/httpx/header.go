package httpx

import (
	"encoding/base64"
	"errors"
	"mime"
	"strconv"
	"strings"
	"unicode/utf8"
)

// IsJSON reports whether a request says that its body is JSON: one Content-Type
// of application/json, with UTF-8 if it names a charset.
func IsJSON(values []string) bool {
	if len(values) != 1 {
		return false
	}
	if values[0] == "application/json" {
		return true
	}
	t, params, err := mime.ParseMediaType(values[0])
	if err != nil || t != "application/json" {
		return false
	}
	charset, ok := params["charset"]
	return !ok || strings.EqualFold(charset, "utf-8")
}

// Accepts reports which forms of an answer a request takes. One without Accept
// takes both.
func Accepts(values []string) (json, stream bool) {
	if len(values) == 0 {
		return true, true
	}
	if len(values) == 1 && (values[0] == "application/json, text/event-stream" || values[0] == "*/*") {
		return true, true
	}
	// What is said of a type itself counts more than what is said of a range.
	var j, s [3]int8
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			t, rest, _ := strings.Cut(part, ";")
			yes := int8(1)
			if quality(rest) == 0 {
				yes = -1
			}
			switch strings.ToLower(strings.TrimSpace(t)) {
			case "application/json":
				j[2] = yes
			case "text/event-stream":
				s[2] = yes
			case "application/*":
				j[1] = yes
			case "text/*":
				s[1] = yes
			case "*/*":
				j[0], s[0] = yes, yes
			}
		}
	}
	return decide(j), decide(s)
}

// decide takes the most specific statement.
func decide(said [3]int8) bool {
	for i := len(said) - 1; i >= 0; i-- {
		if said[i] != 0 {
			return said[i] > 0
		}
	}
	return false
}

// quality is the q parameter, 1 when there is none that can be read.
func quality(params string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		if k, v, ok := strings.Cut(strings.TrimSpace(p), "="); ok && strings.EqualFold(k, "q") {
			if q, err := strconv.ParseFloat(v, 64); err == nil {
				return q
			}
		}
	}
	return 1
}

const (
	sentinelOpen  = "=?base64?"
	sentinelClose = "?="
)

// Errors of DecodeValue.
var (
	errRaw    = errors.New("has a character that must be sent as =?base64?…?=")
	errBase64 = errors.New("is not valid Base64 of UTF-8 within =?base64?…?=")
)

// DecodeValue reads a header that mirrors a value of the body (2026-07-28,
// basic/transports/streamable-http, custom headers). It is literal, visible
// ASCII with blanks within; or it is wrapped as =?base64?…?=, with padded
// standard Base64 of UTF-8, for everything else. The markers are in lower case;
// what has only one of them is literal.
func DecodeValue(v string) (string, error) {
	if len(v) >= len(sentinelOpen)+len(sentinelClose) && strings.HasPrefix(v, sentinelOpen) && strings.HasSuffix(v, sentinelClose) {
		enc := v[len(sentinelOpen) : len(v)-len(sentinelClose)]
		b, err := base64.StdEncoding.Strict().DecodeString(enc)
		// The decoder passes over line breaks.
		if err != nil || !utf8.Valid(b) || strings.ContainsAny(enc, "\r\n") {
			return "", errBase64
		}
		return string(b), nil
	}
	for i := range len(v) {
		if c := v[i]; c < ' ' && c != '\t' || c >= 0x7f {
			return "", errRaw
		}
	}
	return v, nil
}

// SetKey gives a message the key of its Idempotency-Key header, a text with or
// without quotes, and reports false when there are several or the body has
// another one.
func SetKey(m interface{ SetIdempotencyKey(key string) bool }, values []string) bool {
	if len(values) != 1 {
		return false
	}
	key := strings.Trim(values[0], " \t")
	if n := len(key); n > 1 && key[0] == '"' && key[n-1] == '"' {
		key = key[1 : n-1]
	}
	return m.SetIdempotencyKey(key)
}
