package directive

import "time"

// The types below are the directives for what a server offers besides tools:
// resources, prompts, completions, and what is asked of the user.

// Resource makes a function or a method a resource that a client can read. The
// comment of the function becomes the description.
//
//	// Motd is the message of the day.
//	//
//	//mcp:resource uri=docs://motd mime=text/markdown ttl=1h
//	func Motd(ctx context.Context) (string, error)
//
// A uri with variables in braces is a template (RFC 6570) and stands for a
// family of resources. Each variable is one parameter of the function, or one
// field of its only struct parameter: a string, number, boolean, time, duration,
// URL, enumeration, or a type with UnmarshalText. They are read and checked like
// the arguments of a tool. Variables of the path are always there. Those of the
// query, as in {?page}, may be left out, and then have their default or are zero.
//
//	//mcp:resource uri=docs://{section}/{+path}{?page} mime=text/markdown
//	//mcp:param page default=1 minimum=1
//	func Doc(section, path string, page int) (string, error)
//
// A value that leads elsewhere, such as "..", is no match: only {+path} and
// {/path*} take a slash, which must not be escaped. The result is a string, []byte,
// mcp.ResourceContents, []mcp.ResourceContents, or anything that has a JSON form,
// which is sent as JSON. For what does not exist return mcp.ErrNotFound, or a nil
// pointer.
//
// Package runtime/files reads files for resources, below a directory and nowhere
// else:
//
//	//mcp:resource uri=docs:///{+path}
//	func (m *Manual) Page(path string) (mcp.ResourceContents, error) {
//		return m.pages.Read(path) // pages, err := files.Open("manual", nil)
//	}
//
// Contents that depend on the caller must not be shared by caches. They are
// private by themselves when the function needs scopes or has a parameter of type
// mcp.Principal, *mcp.Request, or one that is provided.
//
// A uri that begins with ui:// is a user interface, a page of HTML that hosts show
// with the results of the tools that name it with ui=. What the page needs of its
// host is in its _meta:
//
//	//mcp:resource uri=ui://weather/map meta.ui={"csp": {"connectDomains": ["https://api.example.com"]}}
//	func Map() string
type Resource struct {
	URI       string        `mcp:"uri,required"`                        // address, or template of addresses (RFC 6570)
	Name      string        `mcp:"name"`                                // name for programs; default: the function's name in the package's naming
	Title     string        `mcp:"title"`                               // name for people
	MIME      string        `mcp:"mime"`                                // media type; default: application/json where the result is sent as JSON
	Size      *int          `mcp:"size"`                                // size in bytes; not for a template
	Audience  []string      `mcp:"audience"     oneof:"user|assistant"` // for whom it is
	Priority  Number        `mcp:"priority"`                            // importance from 0 to 1
	Icon      []string      `mcp:"icon,repeat"`                         // address of an icon, with its type, sizes and theme behind it
	Meta      []KeyValue    `mcp:"meta.,prefix"`                        // entry of the resource's _meta
	TTL       time.Duration `mcp:"ttl"`                                 // how long a client may keep the contents
	Private   *bool         `mcp:"private"`                             // caches must not share the contents between callers
	Subscribe bool          `mcp:"subscribe"`                           // clients may ask to be told of changes: call ResourceUpdated of the server
	Timeout   time.Duration `mcp:"timeout"`                             // longest time for reading it; default: the server's
	Scopes    []string      `mcp:"scopes"`                              // scopes that the caller needs
	Errors    []Ident       `mcp:"errors"`                              // error variables whose text the client may see
	Hidden    bool          `mcp:"hidden"`                              // can be read but is not listed
}

// Prompt makes a function or a method a prompt that a user can choose. The
// comment of the function becomes the description, and the parameters become the
// arguments. They come as strings and are read like the variables of
// mcp:resource, so they can be numbers or enumerations as well.
//
//	// Review asks for a review of a change.
//	//
//	//mcp:prompt title="Review a change"
//	func Review(
//		diff string, // The change.
//		tone Tone, // How to say it.
//	) []mcp.PromptMessage
//
// The result is a string or content, which become messages of the user,
// mcp.PromptMessage, or []mcp.PromptMessage.
type Prompt struct {
	Name    string        `mcp:"name"`         // wire name; default: the function's name in the package's naming
	Title   string        `mcp:"title"`        // name for people
	Icon    []string      `mcp:"icon,repeat"`  // address of an icon, with its type, sizes and theme behind it
	Meta    []KeyValue    `mcp:"meta.,prefix"` // entry of the prompt's _meta
	Timeout time.Duration `mcp:"timeout"`      // longest time for making it; default: the server's
	Scopes  []string      `mcp:"scopes"`       // scopes that the caller needs
	Errors  []Ident       `mcp:"errors"`       // error variables whose text the client may see
	Hidden  bool          `mcp:"hidden"`       // can be used but is not listed
}

// Complete makes a function or a method complete the argument of a prompt or the
// variable of a resource template. Arguments that are enumerations or booleans
// complete themselves.
//
//	//mcp:complete for=Doc arg=path
//	func docPaths(ctx context.Context, typed string, section string) ([]string, error)
//
// The first string is what was typed so far. Further strings are arguments of the
// same prompt or variables of the same template, by name, and empty as long as
// they are not known. The result is a slice of strings, the best first; clients
// get 100 at most. A function with a parameter of type *mcp.Completion may add
// the values to that instead.
type Complete struct {
	For *Ident `mcp:"for,required"` // function of the prompt or resource, or Type.Method
	Arg string `mcp:"arg,required"` // its argument
}

// Provide makes the result of a function or a method the value of every parameter
// of that type: of the tools, resources, prompts, completions and providers of
// the package. It runs once for a call, before the function that needs it, and may ask the
// user.
//
//	//mcp:provide
//	func CurrentUser(ctx context.Context, p mcp.Principal) (*User, error)
//
// Its own parameters are filled in or provided too. The result is a type with a
// name, or a pointer to one; an error ends the call. A method provides for the
// methods of its own type.
type Provide struct{}

// Form makes a struct type a form that the user can be asked to fill in, with
// mcp.Elicit.
//
//	// Booking is what is missing to book a table.
//	//
//	//mcp:form
//	type Booking struct {
//		Guests int    `json:"guests" jsonschema:"minimum=1,maximum=12"`
//		Email  string `json:"email" jsonschema:"format=email"`
//		Table  Place  `json:"table,omitempty"`
//	}
//
// A form is flat: its fields are strings, numbers, booleans, times, enumerations
// of strings, and slices of enumerations, of which several can be chosen. The
// comments behind the constants of an enumeration are shown instead of the
// values. A field that is a pointer, has omitempty or has a default is optional.
//
// A form must not ask for passwords, keys or payments: use mcp.ElicitURL, or
// mcp.URLRequired where the call is to end instead of waiting.
type Form struct{}
