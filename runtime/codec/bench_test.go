package codec_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

const (
	smallDoc = `{"a":12345,"b":-678901}`
	issueDoc = `{
  "title": "Crash on start",
  "body": "It says \"no such file\" and leaves.\nThe log is empty, " ,
  "priority": "high", "points": 5, "ratio": 0.75,
  "due": "2026-01-31T12:00:00Z",
  "email": "someone@example.com",
  "labels": ["bug", "linux", "größe"],
  "repo": {"owner": "mcpgen", "name": "mcpgen", "private": false},
  "counts": {"open": 12, "closed": 3456}
}`
)

var manyDoc = "[" + strings.Repeat(issueDoc+",", 999) + issueDoc + "]"

func BenchmarkDecode(b *testing.B) {
	b.Run("small", func(b *testing.B) {
		data := []byte(smallDoc)
		b.ReportAllocs()
		for b.Loop() {
			d := codec.Get(data, codec.Options{})
			var v small
			decodeSmall(d, &v)
			d.End()
			if d.Err() != nil {
				b.Fatal(d.Err())
			}
			codec.Put(d)
		}
	})
	b.Run("small/encoding-json", func(b *testing.B) {
		data := []byte(smallDoc)
		b.ReportAllocs()
		for b.Loop() {
			var v small
			if err := json.Unmarshal(data, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("medium", func(b *testing.B) {
		data := []byte(issueDoc)
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			d := codec.Get(data, codec.Options{})
			var v issue
			decodeIssue(d, &v)
			d.End()
			if d.Err() != nil {
				b.Fatal(d.Err())
			}
			codec.Put(d)
		}
	})
	b.Run("medium/encoding-json", func(b *testing.B) {
		data := []byte(issueDoc)
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			var v issue
			if err := json.Unmarshal(data, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("large", func(b *testing.B) {
		data := []byte(manyDoc)
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			d := codec.Get(data, codec.Options{})
			decodeIssues(d)
			if d.Err() != nil {
				b.Fatal(d.Err())
			}
			codec.Put(d)
		}
	})
	b.Run("large/skip", func(b *testing.B) {
		data := []byte(manyDoc)
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			d := codec.Get(data, codec.Options{})
			d.Skip()
			if d.Err() != nil {
				b.Fatal(d.Err())
			}
			codec.Put(d)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	d := codec.NewDecoder([]byte(issueDoc))
	var v issue
	decodeIssue(d, &v)
	b.Run("small", func(b *testing.B) {
		e := codec.NewEncoder(nil)
		b.ReportAllocs()
		for b.Loop() {
			e.Reset(e.Bytes()[:0])
			encodeSmall(e, &small{12345, -678901})
		}
	})
	b.Run("medium", func(b *testing.B) {
		e := codec.NewEncoder(nil)
		b.ReportAllocs()
		for b.Loop() {
			e.Reset(e.Bytes()[:0])
			encodeIssue(e, &v)
		}
	})
	b.Run("medium/encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(&v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
