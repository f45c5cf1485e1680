package weather

import (
	"testing"
	"time"
)

func TestClash(t *testing.T) {
	same(t, read(t, decodeTakeArgs, `{"v":{"n":1},"err":2,"ctx":"a","svc":true,"list":["b"],"by":{"3":{"M":{"k":4}}},"when":"2026-01-02T03:04:05Z"}`),
		takeArgs{v: d{1}, err: 2, ctx: "a", svc: true, list: seen{"b"}, by: map[n]x{3: {M: map[string]n{"k": 4}}}, when: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)})
	write(t, encodeX, &x{M: map[string]n{"k": 4}}, `{"M":{"k":4}}`)
}
