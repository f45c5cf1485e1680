package main

import (
	"context"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcp/rawschema"
)

// dialectSchema uses what Go types have no words for. Clients get it unchanged.
const dialectSchema = `{"$schema":"https://json-schema.org/draft/2020-12/schema",
	"type":"object",
	"$defs":{"address":{"$anchor":"addressDef","type":"object",
		"properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
	"properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},
		"contactMethod":{"type":"string","enum":["phone","email"]},
		"phone":{"type":"string"},"email":{"type":"string"}},
	"allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
	"if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},
	"then":{"required":["phone"]},
	"else":{"required":["email"]},
	"additionalProperties":false}`

// registerRaw adds a tool whose schema is written by hand.
func registerRaw(s *mcp.Server) error {
	tool, err := rawschema.Tool(mcp.ToolDef{
		Name:        "json_schema_2020_12_tool",
		Description: "Takes arguments that are described in all of JSON Schema 2020-12.",
		InputSchema: dialectSchema,
		Call: func(_ context.Context, c *mcp.Call) error {
			c.Text("The arguments fit: " + string(c.RawArguments()))
			return nil
		},
	})
	if err != nil {
		return err
	}
	return s.AddTool(tool)
}

// choices is a form with choices of every kind. mcp:form would make all of them
// but the one with enumNames, which clients of 2025-11-25 still have to know and
// servers should not use any more.
type choices map[string]any

// choicesSchema is for 2025-11-25 and later.
const choicesSchema = `{"type":"object","properties":{` +
	`"untitledSingle":{"type":"string","enum":["option1","option2","option3"]},` +
	`"titledSingle":{"type":"string","oneOf":[{"const":"value1","title":"First Option"},{"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},` +
	`"legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],"enumNames":["Option One","Option Two","Option Three"]},` +
	`"untitledMulti":{"type":"array","items":{"type":"string","enum":["option1","option2","option3"]}},` +
	`"titledMulti":{"type":"array","items":{"anyOf":[{"const":"value1","title":"First Option"},{"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]}}` +
	`},"required":[]}`

// MCPForm implements mcp.Form.
func (*choices) MCPForm() mcp.FormSchema {
	return mcp.FormSchema{Schema: choicesSchema, Since20251125: true}
}

// MCPDecode implements mcp.Form.
func (c *choices) MCPDecode(d *codec.Decoder) {
	v, _ := d.Any("")
	*c, _ = v.(map[string]any)
}
