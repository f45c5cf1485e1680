// The server that package internal/clientcheck describes, whatever the SDK.
//
// handle gives the result of a request. call is what the SDK offers it:
//
//	caps              the client's capabilities
//	signal            aborted when nobody waits for the answer any more
//	token, state      the progress token and the request state, if any
//	notify(method, params)          belongs to this request
//	log(level, data)
//	ask(key, method, params)        gives the client's answer
//	toolsChanged(), updated(uri)    tell everybody
const counts = { started: 0, cancelled: 0, grown: 0 };

export const info = { name: "typescript-sdk", version: "1.0.0" };
export const capabilities = {
  completions: {},
  logging: {},
  prompts: {},
  resources: { subscribe: true },
  tools: { listChanged: true },
};

const text = (text) => ({ content: [{ type: "text", text }] });
const object = (properties = {}) => ({ type: "object", properties });
const string = { type: "string" };
const number = { type: "number" };

const inputs = {
  echo: object({ text: string }),
  add: object({ a: number, b: number }),
  blocks: object(),
  fail: object(),
  mirror: object({ region: { type: "string", "x-mcp-header": "Region" } }),
  count: object({ n: number }),
  log: object(),
  wait: object(),
  waits: object(),
  ask_name: object(),
  ask_model: object(),
  ask_roots: object(),
  ask_twice: object(),
  grow: object(),
  touch: object(),
};

const tools = {
  echo: (args) => text(args.text),
  add: ({ a, b }) => ({ ...text(`{"sum":${a + b}}`), structuredContent: { sum: a + b } }),
  blocks: () => ({
    content: [
      { type: "text", text: "text" },
      { type: "image", data: btoa("image"), mimeType: "image/png" },
      { type: "audio", data: btoa("audio"), mimeType: "audio/wav" },
      { type: "resource_link", uri: "test://text", name: "text" },
      { type: "resource", resource: { uri: "test://text", mimeType: "text/plain", text: "a text" } },
    ],
  }),
  fail: () => ({ ...text("it failed"), isError: true }),
  mirror: ({ region }) => text(`region=${region}`),
  async count({ n }, call) {
    for (let progress = 1; progress <= n; progress++) {
      await call.notify("notifications/progress", { progressToken: call.token, progress, total: n });
    }
    return text("counted");
  },
  async log(_, call) {
    await call.log("info", "written");
    return text("logged");
  },
  async wait(_, { signal }) {
    counts.started++;
    await new Promise((done) => (signal.aborted ? done() : signal.addEventListener("abort", done)));
    counts.cancelled++;
    return text("nobody reads this");
  },
  waits: () => text(JSON.stringify(counts)),
  async ask_name(_, call) {
    const answer = await ask(call, "name");
    return text(answer.action === "accept" ? `Hello, ${answer.content.name}!` : `no name: ${answer.action}`);
  },
  async ask_model(_, call) {
    const messages = [{ role: "user", content: { type: "text", text: "What is it?" } }];
    const answer = await call.ask("model", "sampling/createMessage", { messages, maxTokens: 10 });
    return text(`The model says: ${answer.content.text}`);
  },
  async ask_roots(_, call) {
    const { roots } = await call.ask("roots", "roots/list", {});
    return text(`Roots: ${roots.map((r) => r.uri).join(", ")}`);
  },
  async ask_twice(_, call) {
    call.state ??= (await ask(call, "name")).content.name;
    return text(`${call.state} likes ${(await ask(call, "color")).content.color}`);
  },
  async grow(_, call) {
    counts.grown++;
    await call.toolsChanged();
    return text("grown");
  },
  async touch(_, call) {
    await call.updated("test://watched");
    return text("touched");
  },
};

const ask = (call, field) =>
  call.ask(field, "elicitation/create", {
    mode: "form",
    message: `What is your ${field}?`,
    requestedSchema: { ...object({ [field]: string }), required: [field] },
  });

const contents = {
  "test://text": { text: "a text" },
  "test://binary": { blob: Buffer.from([0, 255]).toString("base64") },
  "test://watched": { text: "watched" },
};

// fault makes the error of a refusal; the SDKs send code and data on.
function fault(code, message, data) {
  return Object.assign(new Error(message), { code, data });
}

export const handlers = {
  "tools/list": ({ cursor = "0" }) => {
    const all = Object.entries(inputs).map(([name, inputSchema]) => ({ name, description: "Is for a test.", inputSchema }));
    all.find((t) => t.name === "add").outputSchema = object({ sum: number });
    for (let i = 0; i < counts.grown; i++) all.push({ name: `grown${i}`, inputSchema: object() });
    const next = Number(cursor) + 3; // lists have several pages
    return { tools: all.slice(Number(cursor), next), ...(next < all.length && { nextCursor: String(next) }) };
  },
  "tools/call": ({ name, arguments: args = {} }, call) => {
    if (!Object.hasOwn(tools, name)) throw fault(-32602, `unknown tool ${name}`);
    return tools[name](args, call);
  },
  "resources/list": () => ({ resources: Object.keys(contents).map((uri) => ({ uri, name: uri.slice(7) })) }),
  "resources/templates/list": () => ({ resourceTemplates: [{ uriTemplate: "test://items/{id}", name: "item" }] }),
  "resources/read": ({ uri }) => {
    const found = uri.startsWith("test://items/") ? { text: `item ${uri.slice(13)}` } : contents[uri];
    if (!found) throw fault(-32602, `there is no ${uri}`, { uri });
    return { contents: [{ uri, ...found }] };
  },
  "resources/subscribe": () => ({}),
  "resources/unsubscribe": () => ({}),
  "prompts/list": () => ({ prompts: [{ name: "welcome", arguments: [{ name: "name", required: true }] }] }),
  "prompts/get": ({ arguments: { name } }) => ({
    messages: [{ role: "user", content: { type: "text", text: `Please welcome ${name}.` } }],
  }),
  "completion/complete": ({ argument: { value } }) => ({
    completion: { values: ["Ada", "Alan", "Bob"].filter((name) => name.startsWith(value)) },
  }),
};

// listening tells where an HTTP server listens, and ends it when told to.
export function listen(server) {
  server.listen(0, "127.0.0.1", () => console.error(`listening on http://127.0.0.1:${server.address().port}/mcp`));
  process.on("SIGTERM", () => process.exit(0));
}
