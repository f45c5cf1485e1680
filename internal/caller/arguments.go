package caller

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/mcp/rawschema"
)

// Arguments makes the arguments object of a tool from words:
//
//	days=3            typed by the tool's input schema
//	tags=a tags=b     a list; tags=["a","b"] is the same
//	repo.owner=ada    a member of an object, repo.0.owner one of a list of objects
//	filter:={"a":1}   JSON as it is
//	text=@notes.txt   the content of a file; @- is standard input
//	filter:=@f.json   JSON from a file
//	{"days":3}        the whole object; @f.json: from a file
//
// They are checked by the schema before anything is sent. The error has a line for
// every word or value that does not fit.
func Arguments(tool client.Tool, words []string, stdin io.Reader) (json.RawMessage, error) {
	s, err := parseSchema(tool.InputSchema)
	if err != nil {
		return nil, fmt.Errorf("the input schema of %s is no JSON: %w", tool.Name, err)
	}
	args, err := build(s, words, stdin)
	if err != nil {
		return nil, err
	}
	compiled, err := rawschema.Compile(string(tool.InputSchema))
	if err != nil {
		return nil, fmt.Errorf("the input schema of %s cannot be used: %w", tool.Name, err)
	}
	if found := compiled.Check(args); found != nil {
		return nil, found
	}
	return args, nil
}

// build makes the object without checking it.
func build(s schema, words []string, stdin io.Reader) (json.RawMessage, error) {
	if len(words) == 1 && (strings.HasPrefix(words[0], "{") || strings.HasPrefix(words[0], "@")) {
		return whole(words[0], stdin)
	}
	var root any = map[string]any{}
	var errs []error
	for _, word := range words {
		path, value, ok := strings.Cut(word, "=")
		isJSON := strings.HasSuffix(path, ":")
		path = strings.TrimSuffix(path, ":")
		if !ok || path == "" {
			errs = append(errs, fmt.Errorf("%s: want name=value, name:=JSON or name=@file", clip(word)))
			continue
		}
		a := &assignment{value: value, json: isJSON, stdin: stdin}
		next, err := a.set(root, s, strings.Split(path, "."))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
			continue
		}
		root = next
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return json.Marshal(root)
}

// whole reads the arguments object from one word.
func whole(word string, stdin io.Reader) (json.RawMessage, error) {
	data := []byte(word)
	if name, ok := strings.CutPrefix(word, "@"); ok {
		var err error
		if data, err = readFile(name, stdin); err != nil {
			return nil, err
		}
	}
	if !json.Valid(data) {
		return nil, fmt.Errorf("%s: this is no JSON", clip(word))
	}
	return data, nil
}

// An assignment is one word.
type assignment struct {
	value string
	json  bool // it is JSON
	stdin io.Reader
}

// set puts the value where the path leads below a container, which it makes if it
// is nil, and gives the container.
func (a *assignment) set(container any, s schema, path []string) (any, error) {
	if len(path) == 0 {
		return a.leaf(container, s)
	}
	list, isList := container.([]any)
	index, err := strconv.ParseUint(path[0], 10, 16)
	if i := int(index); err == nil && (isList || container == nil && slices.Contains(s.types(), "array")) {
		if i > len(list) {
			return nil, fmt.Errorf("there is no element %d before it", len(list))
		}
		if i == len(list) {
			list = append(list, nil)
		}
		list[i], err = a.set(list[i], s.items(), path[1:])
		return list, err
	}
	m, ok := container.(map[string]any)
	if !ok && container != nil {
		return nil, errors.New("a member of what is no object")
	}
	if m == nil {
		m = map[string]any{}
	}
	name, rest := s.member(path)
	member, named := s.property(name)
	if !named && s.closed() {
		return nil, unknown(name, s.names())
	}
	m[name], err = a.set(m[name], member, rest)
	return m, err
}

// member splits the name of a member off a path. Names may have dots in them.
func (s schema) member(path []string) (name string, rest []string) {
	for n := len(path); n > 1; n-- {
		whole := strings.Join(path[:n], ".")
		if _, named := s.property(whole); named {
			return whole, path[n:]
		}
	}
	return path[0], path[1:]
}

func unknown(name string, names []string) error {
	if near := codec.Nearest(name, names); near != "" {
		return fmt.Errorf("there is no argument %q: did you mean %s?", name, near)
	}
	if len(names) == 0 {
		return fmt.Errorf("there is no argument %q, nor any other", name)
	}
	return fmt.Errorf("there is no argument %q: there are %s", name, strings.Join(names, ", "))
}

// leaf gives the value itself. A list grows when it is given again.
func (a *assignment) leaf(old any, s schema) (any, error) {
	v, err := a.read(s)
	if err != nil || old == nil {
		return v, err
	}
	before, ok := old.(json.RawMessage)
	if !ok || !slices.Contains(s.types(), "array") {
		return nil, errors.New("given twice, and it is no list")
	}
	var first, second []json.RawMessage
	if json.Unmarshal(before, &first) != nil || json.Unmarshal(v, &second) != nil {
		return nil, errors.New("given twice, and once it is no list")
	}
	data, err := json.Marshal(append(first, second...))
	return json.RawMessage(data), err
}

func (a *assignment) read(s schema) (json.RawMessage, error) {
	name, isFile := strings.CutPrefix(a.value, "@")
	data := []byte(a.value)
	if isFile {
		var err error
		if data, err = readFile(name, a.stdin); err != nil {
			return nil, err
		}
	}
	switch {
	case a.json && !json.Valid(data):
		return nil, fmt.Errorf("what follows := is no JSON: %q", clip(string(data)))
	case a.json:
		return data, nil
	case isFile:
		return fromFile(data, s)
	default:
		return convert(a.value, s)
	}
}

// maxFile bounds what a file adds to a call, in bytes.
const maxFile = 64 << 20

func readFile(name string, stdin io.Reader) (data []byte, err error) {
	r := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // it is only read
		r = f
	}
	data, err = io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s has more than %d bytes", name, maxFile)
	}
	return data, err
}
