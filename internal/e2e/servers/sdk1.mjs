// A server of the TypeScript SDK 1.x: sdk1.mjs http|stdio. http serves sessions at
// /mcp, HTTP+SSE at /sse, and answers of plain JSON without a session at /json.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import * as types from "@modelcontextprotocol/sdk/types.js";
import { capabilities, handlers, info, listen } from "./peer.mjs";

const schemas = {
  "tools/list": types.ListToolsRequestSchema,
  "tools/call": types.CallToolRequestSchema,
  "resources/list": types.ListResourcesRequestSchema,
  "resources/templates/list": types.ListResourceTemplatesRequestSchema,
  "resources/read": types.ReadResourceRequestSchema,
  "resources/subscribe": types.SubscribeRequestSchema,
  "resources/unsubscribe": types.UnsubscribeRequestSchema,
  "prompts/list": types.ListPromptsRequestSchema,
  "prompts/get": types.GetPromptRequestSchema,
  "completion/complete": types.CompleteRequestSchema,
};
const answers = {
  "elicitation/create": types.ElicitResultSchema,
  "sampling/createMessage": types.CreateMessageResultSchema,
  "roots/list": types.ListRootsResultSchema,
};

const servers = new Set();

function newServer() {
  const server = new Server(info, { capabilities, enforceStrictCapabilities: true });
  for (const [method, handle] of Object.entries(handlers)) {
    server.setRequestHandler(schemas[method], (request, extra) =>
      handle(request.params ?? {}, {
        signal: extra.signal,
        token: extra._meta?.progressToken,
        notify: (method, params) => extra.sendNotification({ method, params }),
        log: (level, data) => extra.sendNotification({ method: "notifications/message", params: { level, data } }),
        ask: (_, method, params) => extra.sendRequest({ method, params }, answers[method]),
        toolsChanged: () => everybody((s) => s.sendToolListChanged()),
        updated: (uri) => everybody((s) => s.sendResourceUpdated({ uri })),
      }),
    );
  }
  servers.add(server);
  server.onclose = () => servers.delete(server);
  return server;
}

const everybody = (f) => Promise.all([...servers].map(f));

const sessions = new Map();

async function serve(req, res) {
  const { pathname, searchParams } = new URL(req.url, "http://localhost");
  if (pathname === "/ready") return res.end();
  if (pathname === "/sse") {
    const transport = new SSEServerTransport("/messages", res);
    sessions.set(transport.sessionId, transport);
    return newServer().connect(transport);
  }
  if (pathname === "/json") {
    if (req.method !== "POST") return res.writeHead(405).end();
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
    const server = newServer();
    res.on("close", () => server.close());
    await server.connect(transport);
    return transport.handleRequest(req, res);
  }
  const id = searchParams.get("sessionId") ?? req.headers["mcp-session-id"];
  const known = sessions.get(id);
  if (pathname === "/messages") return known ? known.handlePostMessage(req, res) : res.writeHead(404).end();
  if (known) return known.handleRequest(req, res);
  if (id) return res.writeHead(404).end();
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (session) => void sessions.set(session, transport),
    onsessionclosed: (session) => void sessions.delete(session),
  });
  await newServer().connect(transport);
  return transport.handleRequest(req, res);
}

if (process.argv[2] === "stdio") {
  await newServer().connect(new StdioServerTransport());
} else {
  listen(createServer(serve));
}
