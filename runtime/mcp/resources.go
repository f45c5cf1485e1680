package mcp

import (
	"context"
	"errors"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// resourcesList serves resources/list.
func (x *exchange) resourcesList() error {
	c := x.s.catalog()
	if !c.hasResources() {
		return errMethod(x.m.env.Method)
	}
	return x.list(c.resourceList)
}

// templatesList serves resources/templates/list.
func (x *exchange) templatesList() error {
	c := x.s.catalog()
	if !c.hasResources() {
		return errMethod(x.m.env.Method)
	}
	return x.list(c.templateList)
}

// resourcesRead serves resources/read.
func (x *exchange) resourcesRead(ctx context.Context) error {
	e := &x.m.env
	c := x.s.catalog()
	if !c.hasResources() {
		return errMethod(e.Method)
	}
	if e.URI == nil {
		return errMissing("uri")
	}
	r, vars := c.resource(string(e.URI))
	if r == nil {
		return x.notFound(ErrNotFound)
	}
	return x.notFound(x.kept(ctx, r, func() error {
		return x.perform(ctx, &r.operation, vars, func(x *exchange, c *Call) error { return x.finishResource(c, r) })
	}))
}

// notFound makes the protocol's error of ErrNotFound, which revisions with
// sessions have a code of their own for.
func (x *exchange) notFound(err error) error {
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	e := codec.NewEncoder(nil)
	e.Raw(`{"uri":`)
	e.String(string(x.m.env.URI))
	e.Raw("}")
	code := CodeInvalidParams
	if !x.rev.modern() {
		code = CodeResourceNotFound
	}
	return &WireError{Code: code, Message: "resource not found: " + jsonrpc.Clip(x.m.env.URI), Data: e.Bytes()}
}

// finishResource completes the members of the result: the contents that were
// left, with the URI and the type of the resource where they have none.
func (x *exchange) finishResource(c *Call, r *resource) (err error) {
	if c.hasText {
		c.contents = append(c.contents, ResourceContents{Text: c.text})
	}
	e := &c.enc
	e.Truncate(c.head)
	e.Raw(`"contents":[`)
	for _, part := range c.contents {
		if part.URI == "" {
			part.URI = string(x.m.env.URI)
		}
		if part.MIMEType == "" {
			part.MIMEType = r.def.MIMEType
		}
		if part.Meta == nil && r.def.UI != nil {
			part.Meta = map[string]any{"ui": r.def.UI.meta()}
		}
		e.Comma()
		part.append(e, c.rev)
	}
	e.Raw("]")
	if err := c.violation(); err != nil {
		return err
	}
	x.meta, err = c.encodeMeta()
	return err
}
