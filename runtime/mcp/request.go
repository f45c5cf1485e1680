package mcp

// A Request is a decoded request. It may be kept, except where a method says
// otherwise, and is safe for concurrent reading.
type Request struct{}

// Method is the method, such as "tools/call".
func (r *Request) Method() string { return "" }

// Name is what the request is about: the name of a tool or prompt, the URI of a
// resource; "" for other methods.
func (r *Request) Name() string { return "" }

// Revision is the protocol revision that the request is served by.
func (r *Request) Revision() string { return "" }

// Transport is the kind of transport that the request came by, such as "stdio".
func (r *Request) Transport() string { return "" }

// Principal is the caller; the zero value when nobody was authenticated.
func (r *Request) Principal() Principal { return Principal{} }

// Client says which program sent the request; the zero value when it did not say.
func (r *Request) Client() ClientInfo { return ClientInfo{} }

// Capabilities is what the client can do for the server.
func (r *Request) Capabilities() Capabilities { return Capabilities{} }

// Meta is the raw value of a key of the request's _meta, nil when there is none.
func (r *Request) Meta(key string) []byte { return nil }

// RawMeta is the request's _meta object, nil when there is none.
func (r *Request) RawMeta() []byte { return nil }

// ClientInfo is the program that a client says it is. Do not trust it.
type ClientInfo struct {
	Name, Title, Version string
}

// Capabilities is what a client declared that it can do.
type Capabilities struct {
	Elicitation, ElicitationURL bool // forms; opening URLs
	Sampling, SamplingTools     bool
	Roots                       bool
	Raw                         []byte // the capabilities object as it came; nil when there was none
}
