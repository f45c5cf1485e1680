package mcp

import (
	"context"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// URLRequired says that a call cannot go on before the client's user has been to
// the URLs of the questions, such as to connect an account, and that waiting for
// it makes no sense. Call it when what the user does there has not been done yet,
// and return its error:
//
//	if !accounts.Connected(who) {
//		return mcp.URLRequired(ctx, "Connect your account first.", mcp.NewURLElicitation(…))
//	}
//
// 2025-11-25 has an error for that (-32042): the client opens the URLs, and may
// call again when [URLElicitation.Complete] has told it. From 2026-07-28 on the
// client is asked as by [Ask], and the call fails with message when it comes back
// and is not done. A client that cannot open URLs is not asked: see
// [CapabilityError]. message is for people.
func URLRequired(ctx context.Context, message string, questions ...*URLElicitation) error {
	asked := make([]Question, len(questions))
	for i, q := range questions {
		asked[i] = q
	}
	f := flightOf(ctx)
	if f == nil || f.rev.modern() || f.op == nil || !f.op.asks {
		if err := Ask(ctx, asked...); err != nil {
			return err
		}
		return Errorf("%s", message)
	}
	if err := f.require(asked); err != nil {
		return err
	}
	e := codec.NewEncoder(nil)
	e.Raw(`{"elicitations":[`)
	for _, q := range questions {
		q.bind(f)
		e.Comma()
		q.params(e, f.rev)
	}
	e.Raw("]}")
	return &WireError{Code: CodeURLElicitationRequired, Message: message, Data: e.Bytes()}
}
