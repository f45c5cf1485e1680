// Package clientcheck holds what tests do with runtime/client and a server made
// with somebody else's SDK. Such a server offers this, whatever it is written in:
//
//	tool echo {text}          the text
//	tool add {a, b}           structured content {"sum": a+b}, with an output schema
//	tool blocks               a text, an image, an audio, a link and an embedded resource
//	tool fail                 an error: "it failed"
//	tool mirror {region}      "region=<region>"; the schema says x-mcp-header: Region
//	tool count {n}            n reports of progress of n, then "counted"
//	tool log                  one message at level info, "written", then "logged"
//	tool wait                 waits until it is cancelled
//	tool waits                {"started":n,"cancelled":n}: calls of wait so far
//	tool ask_name             elicits {name}: "Hello, <name>!", or "no name: <action>"
//	tool ask_model            samples "What is it?", 10 tokens: "The model says: <text>"
//	tool ask_roots            "Roots: <uris>"
//	tool ask_twice            elicits {name}, and then {color}: "<name> likes <color>"
//	tool grow                 adds a tool, one more with every call
//	tool touch                tells that test://watched has changed
//	resource test://text      "a text"; test://binary: bytes 0 and 255; test://watched
//	template test://items/{id}         "item <id>"
//	prompt welcome {name}     "Please welcome <name>."
//	completion of its name    those of Ada, Alan and Bob that begin so
//
// The package is for tests of this repository only.
package clientcheck
