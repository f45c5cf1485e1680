package scan

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/yosida95/uritemplate/v3"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// A variable is one variable of a template of RFC 6570.
type variable struct {
	name   string
	query  bool // of {?…} or {&…}: an address may leave it out
	offset int  // of the name in the template
}

// A uriError is why an address or a template is refused.
type uriError struct {
	code      diag.Code
	what, fix string
	offset    int // into the text
}

var (
	uriScheme  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
	uriForm    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$`)
	uriName    = regexp.MustCompile(`^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*$`)
	prefixForm = regexp.MustCompile(`:[1-9][0-9]*$`)
)

// isTemplate reports whether a uri= has variables.
func isTemplate(uri string) bool { return strings.ContainsAny(uri, "{}") }

// checkURI says what is wrong with the address of a resource.
func checkURI(uri string) *uriError {
	if !uriScheme.MatchString(uri) {
		return &uriError{code: diag.ResourceURI, what: fmt.Sprintf("%q is no absolute address", uri),
			fix: "begin with a scheme, as in docs://readme"}
	}
	if _, err := url.Parse(uri); err != nil || !uriForm.MatchString(uri) {
		return &uriError{code: diag.ResourceURI, what: fmt.Sprintf("%q is no address of RFC 3986", uri),
			fix: "write other characters as % and two digits, as in %20"}
	}
	return nil
}

// parseTemplate finds the variables of a template. It takes what RFC 6570 allows
// and the runtime can match with addresses: what it takes, mcp.RegisterTemplate
// takes too.
func parseTemplate(text string) ([]variable, *uriError) {
	if !uriScheme.MatchString(text) {
		return nil, &uriError{code: diag.ResourceURI, what: fmt.Sprintf("the template %q has no scheme of its own", text),
			fix: "begin with a scheme, as in docs://{page}"}
	}
	t, err := uritemplate.New(text)
	if err != nil {
		return nil, &uriError{code: diag.ResourceURI, what: fmt.Sprintf("%q is no template of RFC 6570: %s", text, templateReason(err)),
			fix: "write it as in docs://{section}/{page}"}
	}
	p := templateParser{text: text}
	if bad := p.parse(); bad != nil {
		return nil, bad
	}
	sample := uritemplate.Values{}
	for _, v := range p.vars {
		sample.Set(v.name, uritemplate.String("x"))
	}
	if filled, err := t.Expand(sample); err != nil || checkURI(filled) != nil {
		return nil, &uriError{code: diag.ResourceURI, what: fmt.Sprintf("%q gives no addresses of RFC 3986", text),
			fix: "write other characters as % and two digits, as in %20"}
	}
	return p.vars, nil
}

// templateReason keeps of a message of the library what is wrong, without the
// part of the template that it repeats.
func templateReason(err error) string {
	text := err.Error() // what: the template up to there
	if i := strings.LastIndex(text, ": "); i > 0 {
		text = text[:i]
	}
	return text
}

// A templateParser walks over a template that RFC 6570 allows.
type templateParser struct {
	text   string
	vars   []variable
	queryd bool // the query has begun
	open   bool // the last value ends where the next one begins
}

func (p *templateParser) parse() *uriError {
	for at := 0; at < len(p.text); {
		start := strings.IndexByte(p.text[at:], '{')
		if start < 0 {
			start = len(p.text) - at
		}
		if start > 0 {
			if p.queryd {
				return unmatched(at, "only {&…} may follow the query", "move it before the query")
			}
			p.open = false
		}
		if at += start; at == len(p.text) {
			break
		}
		end := at + strings.IndexByte(p.text[at:], '}') // there is one: the library has parsed it
		if bad := p.expression(at+1, p.text[at+1:end]); bad != nil {
			return bad
		}
		at = end + 1
	}
	return nil
}

func unmatched(offset int, what, fix string) *uriError {
	return &uriError{code: diag.TemplateForm, what: what, fix: fix, offset: offset}
}

// expression reads what stands between braces, from offset on.
func (p *templateParser) expression(offset int, body string) *uriError {
	op := body[0]
	if strings.IndexByte("+#./;?&", op) >= 0 {
		body = body[1:]
		offset++
	} else {
		op = 0
	}
	query := op == '?' || op == '&'
	switch {
	case op == '&' && !p.queryd:
		return unmatched(offset-1, "{&…} continues a query, and there is none before it", "write {?"+body+"}")
	case p.queryd && op != '&':
		return unmatched(offset, "only {&…} may follow the query", "move it before the query, or write {&"+body+"}")
	case p.open && (op == 0 || op == '+'):
		return unmatched(offset, "nothing tells where the value before ends and this one begins", "put a character between the two")
	case (op == '+' || op == '#') && strings.Contains(body, ","):
		return unmatched(offset, "a value with commas in it cannot be told from two values", "take one variable and split it inside the function")
	}
	for spec := range strings.SplitSeq(body, ",") {
		if bad := p.variable(offset, spec, query); bad != nil {
			return bad
		}
		offset += len(spec) + 1
	}
	p.queryd = p.queryd || query
	p.open = true
	return nil
}

func (p *templateParser) variable(offset int, spec string, query bool) *uriError {
	name := strings.TrimSuffix(spec, "*")
	switch {
	case prefixForm.MatchString(name):
		return unmatched(offset, fmt.Sprintf("{%s} drops a part of the value", spec), "remove the colon and the number")
	case !uriName.MatchString(name):
		return unmatched(offset, fmt.Sprintf("the variable %q can be no parameter", name), "use letters, digits, _ and .")
	case slices.ContainsFunc(p.vars, func(v variable) bool { return v.name == name }):
		return unmatched(offset, fmt.Sprintf("the variable %s is there twice", name), "give one of the two another name")
	}
	p.vars = append(p.vars, variable{name: name, query: query, offset: offset})
	return nil
}

// anonymous is a template without the names of its variables: templates that are
// alike in this match the same addresses.
func anonymous(text string, vars []variable) string {
	for _, v := range slices.Backward(vars) {
		if !v.query {
			text = text[:v.offset] + text[v.offset+len(v.name):]
		}
	}
	return text
}
