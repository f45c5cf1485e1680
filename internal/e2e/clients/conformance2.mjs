// The TypeScript client 2.x with the conformance server, pinned to one era:
// conformance2.mjs http URL ERA, or conformance2.mjs stdio ERA COMMAND ARGS…
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { answerAll, checkConformance } from "./conformance.mjs";
import { report } from "./check.mjs";

const [kind, ...rest] = process.argv.slice(2);
const [era, transport] =
  kind === "http"
    ? [rest[1], () => new StreamableHTTPClientTransport(new URL(rest[0]))]
    : [rest[0], () => new StdioClientTransport({ command: rest[1], args: rest.slice(2) })];
const mode = /^\d/.test(era) ? { pin: era } : era;

async function connect(capabilities) {
  const client = new Client({ name: "e2e", version: "1.0.0" }, { capabilities, versionNegotiation: { mode } });
  if (capabilities.roots) answerAll((method, handler) => client.setRequestHandler(method, handler));
  await client.connect(transport());
  const modern = client.getProtocolEra() === "modern";
  assert.equal(modern, era !== "legacy");
  return {
    client,
    modern,
    notFound: -32602, // in the stateful era too: the client rewrites what came
    call: (name, args, { meta, ...options } = {}) =>
      client.callTool({ name, ...(args && { arguments: args }), ...(meta && { _meta: meta }) }, options),
    on: (method, handler) => client.setNotificationHandler(method, handler),
    bare: () => connect({}),
  };
}

const peer = await connect({ elicitation: {}, sampling: {}, roots: {} });
await checkConformance(peer);
await peer.client.close();
report(`client 2.x with the conformance server over ${kind}, ${era}`);
