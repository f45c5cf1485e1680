package shapes

import "github.com/mcpgen/mcpgen/runtime/codec"

// Schemas gives the schemas of the arguments, by size.
func Schemas() (small, medium, large string) {
	return echoSmallInputSchema, echoMediumInputSchema, echoLargeInputSchema
}

// DecodeSmall reads and checks a Small as a call does.
func DecodeSmall(data []byte, v *Small) error { return decode(data, v, decodeSmall) }

// DecodeMedium reads and checks a Medium as a call does.
func DecodeMedium(data []byte, v *Medium) error { return decode(data, v, decodeMedium) }

// DecodeLarge reads and checks a Large as a call does.
func DecodeLarge(data []byte, v *Large) error { return decode(data, v, decodeLarge) }

func decode[T any](data []byte, v *T, read func(*codec.Decoder, *T)) error {
	d := codec.Get(data, codec.Options{})
	read(d, v)
	d.End()
	err := d.Err()
	codec.Put(d)
	if err != nil {
		return err
	}
	return nil
}

// EncodeSmall writes a Small from the beginning of the buffer of e.
func EncodeSmall(e *codec.Encoder, v *Small) error { return encode(e, v, encodeSmall) }

// EncodeMedium writes a Medium from the beginning of the buffer of e.
func EncodeMedium(e *codec.Encoder, v *Medium) error { return encode(e, v, encodeMedium) }

// EncodeLarge writes a Large from the beginning of the buffer of e.
func EncodeLarge(e *codec.Encoder, v *Large) error { return encode(e, v, encodeLarge) }

func encode[T any](e *codec.Encoder, v *T, write func(*codec.Encoder, *T)) error {
	e.Reset(e.Bytes()[:0])
	e.Begin()
	write(e, v)
	if err := e.Err(); err != nil {
		return err
	}
	return nil
}
