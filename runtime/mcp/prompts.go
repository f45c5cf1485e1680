package mcp

import "context"

// promptsList serves prompts/list.
func (x *exchange) promptsList() error {
	c := x.s.catalog()
	if len(c.prompts) == 0 {
		return errMethod(x.m.env.Method)
	}
	return x.list(c.promptList)
}

// promptsGet serves prompts/get.
func (x *exchange) promptsGet(ctx context.Context) error {
	e := &x.m.env
	c := x.s.catalog()
	if len(c.prompts) == 0 {
		return errMethod(e.Method)
	}
	if e.Name == nil {
		return errMissing("name")
	}
	p := c.prompts[string(e.Name)]
	if p == nil {
		return errUnknown("prompt", e.Name, c.promptList.names)
	}
	if err := x.checkArguments(); err != nil {
		return err
	}
	return x.perform(ctx, &p.operation, e.Arguments, func(x *exchange, c *Call) error { return x.finishPrompt(c, p) })
}

// finishPrompt completes the members of the result: the messages that were left,
// and content without a role as messages of the user.
func (x *exchange) finishPrompt(c *Call, p *prompt) (err error) {
	if c.hasText {
		c.Content() // becomes a block
	}
	for _, block := range c.blocks {
		c.messages = append(c.messages, PromptMessage{Content: block})
	}
	e := &c.enc
	e.Truncate(c.head)
	if p.def.Description != "" {
		e.Raw(`"description":`)
		e.String(p.def.Description)
	}
	e.Comma()
	e.Raw(`"messages":[`)
	for _, m := range c.messages {
		e.Comma()
		m.append(e, c.rev)
	}
	e.Raw("]")
	if err := c.violation(); err != nil {
		return err
	}
	x.meta, err = c.encodeMeta()
	return err
}
