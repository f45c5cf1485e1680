package codec_test

import (
	"fmt"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A decoder as the generator writes it: arguments with one required and one
// optional property.
func Example() {
	type forecastArgs struct {
		city string
		days int
	}
	names := []string{"city", "days"}
	decode := func(d *codec.Decoder, v *forecastArgs) {
		v.days = 3 // the default
		if !d.OpenObject("") {
			return
		}
		var seen uint64
		for d.NextMember() {
			switch string(d.Key()) {
			case "city":
				if d.Once(&seen, 1<<0, "city") {
					if s, ok := d.String("city"); ok {
						v.city = d.Own(s)
					}
				}
			case "days":
				if d.OnceOptional(&seen, 1<<1, "days") {
					if n, ok := d.Int("days", 64); ok {
						if n > 14 {
							d.Violate("days", codec.Maximum, "14")
						}
						v.days = int(n)
					}
				}
			default:
				d.Unknown(names)
			}
		}
		d.Require(seen, 0b01, names)
	}
	for _, doc := range []string{`{"city":"Oslo"}`, `{"ctiy":"Oslo","days":"20"}`} {
		d := codec.Get([]byte(doc), codec.Options{})
		var v forecastArgs
		decode(d, &v)
		d.End()
		if err := d.Err(); err != nil {
			fmt.Println(err)
		} else {
			fmt.Printf("%+v\n", v)
		}
		codec.Put(d)
	}
	// Output:
	// {city:Oslo days:3}
	// 2 problems:
	// - /ctiy: expected no property of this name (rename it to "city", which is required)
	// - /days: expected at most 14, got "20"
}

// An encoder as the generator writes it, and the text copy of what it wrote.
func ExampleEncoder() {
	e := codec.NewEncoder(nil)
	e.Raw(`{"temperature":`)
	e.Float(-1.5, 64)
	e.Raw(`,"hours":[`)
	for _, h := range []string{"08", "09"} {
		e.Comma()
		e.String(h)
	}
	e.Raw(`]}`)
	from, to := 0, e.Len()
	e.Raw("\n")
	e.EscapedCopy(from, to)
	fmt.Printf("%s\n", e.Bytes())
	// Output:
	// {"temperature":-1.5,"hours":["08","09"]}
	// "{\"temperature\":-1.5,\"hours\":[\"08\",\"09\"]}"
}
