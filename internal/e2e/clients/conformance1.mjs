// The TypeScript SDK 1.x client with the conformance server:
// conformance1.mjs http|sse|ws URL, or conformance1.mjs stdio COMMAND ARGS…
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { WebSocketClientTransport } from "@modelcontextprotocol/sdk/client/websocket.js";
import * as types from "@modelcontextprotocol/sdk/types.js";
import { WebSocket } from "ws";
import { answerAll, checkConformance } from "./conformance.mjs";
import { report } from "./check.mjs";

globalThis.WebSocket ??= WebSocket;

const [kind, target, ...args] = process.argv.slice(2);
const transports = {
  http: () => new StreamableHTTPClientTransport(new URL(target)),
  sse: () => new SSEClientTransport(new URL(target)),
  ws: () => new WebSocketClientTransport(new URL(target)),
  stdio: () => new StdioClientTransport({ command: target, args }),
};
const schemas = {
  "elicitation/create": types.ElicitRequestSchema,
  "sampling/createMessage": types.CreateMessageRequestSchema,
  "roots/list": types.ListRootsRequestSchema,
  "notifications/message": types.LoggingMessageNotificationSchema,
  "notifications/tools/list_changed": types.ToolListChangedNotificationSchema,
  "notifications/prompts/list_changed": types.PromptListChangedNotificationSchema,
  "notifications/resources/updated": types.ResourceUpdatedNotificationSchema,
};

async function connect(capabilities) {
  const client = new Client({ name: "e2e", version: "1.0.0" }, { capabilities });
  if (capabilities.roots) answerAll((method, handler) => client.setRequestHandler(schemas[method], handler));
  await client.connect(transports[kind]());
  return {
    client,
    modern: false,
    notFound: -32002,
    call: (name, args, { meta, ...options } = {}) =>
      client.callTool({ name, ...(args && { arguments: args }), ...(meta && { _meta: meta }) }, undefined, options),
    on: (method, handler) => client.setNotificationHandler(schemas[method], handler),
    bare: () => connect({}),
  };
}

const peer = await connect({ elicitation: {}, sampling: {}, roots: {} });
await checkConformance(peer);
await peer.client.close();
report(`sdk 1.x with the conformance server over ${kind}`);
