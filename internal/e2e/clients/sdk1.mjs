// The TypeScript SDK 1.x client: sdk1.mjs http|sse|ws URL, or sdk1.mjs stdio COMMAND ARGS…
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { WebSocketClientTransport } from "@modelcontextprotocol/sdk/client/websocket.js";
import { WebSocket } from "ws";
import { checkQuickstart, report } from "./check.mjs";

globalThis.WebSocket ??= WebSocket;

const [kind, target, ...args] = process.argv.slice(2);
const transports = {
  http: () => new StreamableHTTPClientTransport(new URL(target)),
  sse: () => new SSEClientTransport(new URL(target)),
  ws: () => new WebSocketClientTransport(new URL(target)),
  stdio: () => new StdioClientTransport({ command: target, args }),
};
const client = new Client({ name: "e2e", version: "1.0.0" });
await client.connect(transports[kind]());
await checkQuickstart(client);
await client.close();
report(`sdk 1.x over ${kind}`);
