// The TypeScript client 2.x, pinned to one era: sdk2.mjs http URL ERA, or sdk2.mjs stdio ERA COMMAND ARGS…
// ERA is a revision such as 2026-07-28, "auto" or "legacy".
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { checkQuickstart, report } from "./check.mjs";

const [kind, ...rest] = process.argv.slice(2);
const [era, transport] =
  kind === "http"
    ? [rest[1], new StreamableHTTPClientTransport(new URL(rest[0]))]
    : [rest[0], new StdioClientTransport({ command: rest[1], args: rest.slice(2) })];
const mode = /^\d/.test(era) ? { pin: era } : era;
const client = new Client({ name: "e2e", version: "1.0.0" }, { versionNegotiation: { mode } });
await client.connect(transport);
assert.equal(client.getProtocolEra(), era === "legacy" ? "legacy" : "modern");
await checkQuickstart(client);
await client.close();
report(`client 2.x over ${kind}, ${era}`);
