// Package peers decodes and checks arguments, and encodes results, in the ways
// of others: the two SDKs for Go, a validator with encoding/json, and the
// standard library without any validation.
package peers

// A Peer handles one type in one way. Functions that a way does not have are nil.
type Peer[T any] struct {
	Name string
	// Note says what the way leaves out.
	Note   string
	Decode func(data []byte, v *T) error
	Encode func(v *T) ([]byte, error)
}

// Of gives the ways for a type with a schema.
func Of[T any](schema string) ([]Peer[T], error) {
	sdk, err := goSDK[T](schema)
	if err != nil {
		return nil, err
	}
	checked, err := santhosh[T](schema)
	if err != nil {
		return nil, err
	}
	return []Peer[T]{sdk, mcpGo[T](schema, true), mcpGo[T](schema, false), checked, standard[T](), second[T]()}, nil
}
