package directive

import "time"

// The types below are directives that this version knows and refuses. When one
// gets its meaning, its type moves to verbs.go and its line in registry.go says
// Supported: true.

// Resource makes a function or a method a resource that a client can read. A
// uri with variables in braces is a template; the variables are parameters.
//
//	//mcp:resource uri=docs://{name} mime=text/markdown
//	func Doc(ctx context.Context, name string) (string, error)
type Resource struct {
	URI       string        `mcp:"uri,required"`                        // address, or template of addresses (RFC 6570)
	Name      string        `mcp:"name"`                                // name for programs
	Title     string        `mcp:"title"`                               // name for people
	MIME      string        `mcp:"mime"`                                // media type
	Size      *int          `mcp:"size"`                                // size in bytes
	Audience  []string      `mcp:"audience"     oneof:"user|assistant"` // for whom it is
	Priority  Number        `mcp:"priority"`                            // importance from 0 to 1
	TTL       time.Duration `mcp:"ttl"`                                 // how long a client may keep it
	Subscribe bool          `mcp:"subscribe"`                           // clients may ask to be told of changes
}

// Prompt makes a function or a method a prompt that a user can choose.
//
//	//mcp:prompt title="Review a change"
//	func Review(diff string) []mcp.Message
type Prompt struct {
	Name  string   `mcp:"name"`        // wire name
	Title string   `mcp:"title"`       // name for people
	Icon  []string `mcp:"icon,repeat"` // address of an icon
}

// Complete makes a function or a method complete the argument of a prompt or the
// variable of a resource.
//
//	//mcp:complete for=Doc arg=name
//	func docNames(ctx context.Context, prefix string) ([]string, error)
type Complete struct {
	For *Ident `mcp:"for,required"` // function of the prompt or resource
	Arg string `mcp:"arg,required"` // its argument
}

// Provide makes the result of a function or a method available to every tool
// that has a parameter of that type. It may ask the user.
//
//	//mcp:provide
//	func CurrentUser(ctx context.Context, p mcp.Principal) (*User, error)
type Provide struct{}

// Form makes a struct type a form that the user can be asked to fill in.
//
//	//mcp:form
//	type Confirm struct{ Sure bool }
type Form struct{}
