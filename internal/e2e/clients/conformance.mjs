// What every client does with the conformance server, whatever the transport and
// the era. A peer hides what differs between the clients:
//
//   client            connected, with the handlers of answerAll
//   modern            whether it speaks 2026-07-28 without a handshake
//   call(name, args, options)      calls a tool; options are the SDK's, and meta
//   on(method, handler)            handles a notification
//   notFound          the code of the error for a resource that is not there
//   bare()                         connects another client, which declares nothing
import assert from "node:assert/strict";
import { lateReports } from "./check.mjs";

const watched = "test://watched-resource";

// answerAll sets the handlers for what servers ask; set(method, handler) is the SDK's.
export function answerAll(set) {
  const fields = {
    name: "Ada",
    color: "green",
    ok: true,
    username: "ada",
    email: "ada@example.org",
    context: "a test",
  };
  set("elicitation/create", ({ params }) => {
    if (params.message === "decline") return { action: "decline" };
    const asked = Object.keys(params.requestedSchema.properties);
    return { action: "accept", content: Object.fromEntries(asked.filter((k) => k in fields).map((k) => [k, fields[k]])) };
  });
  set("sampling/createMessage", ({ params }) => {
    const { content } = params.messages[0];
    const { text } = Array.isArray(content) ? content[0] : content;
    return { role: "assistant", model: "echo", content: { type: "text", text: `<${text}|${params.maxTokens}>` } };
  });
  set("roots/list", () => ({ roots: [{ uri: "file:///home/a" }, { uri: "file:///home/b", name: "b" }] }));
}

export async function checkConformance(peer) {
  const changes = changesOf(peer);
  await changes.open();
  await checkTools(peer);
  await checkContent(peer);
  await checkResources(peer);
  await checkPrompts(peer);
  await checkLogging(peer);
  await checkProgress(peer);
  await checkQuestions(peer);
  await checkBare(peer);
  await checkCancellation(peer);
  await changes.check();
}

const text = (result) => {
  assert.ok(!result.isError, JSON.stringify(result));
  assert.equal(result.content[0].type, "text");
  return result.content[0].text;
};

async function checkTools({ client, call, modern }) {
  const { tools } = await client.listTools();
  const named = Object.fromEntries(tools.map((t) => [t.name, t]));
  assert.ok(tools.length > 30, `${tools.length} tools`);
  tools.forEach((t) => assert.ok(t.description, `${t.name} has no description`));
  assert.deepEqual((await client.listTools()).tools.map((t) => t.name), tools.map((t) => t.name), "the order of tools changes");
  const { inputSchema } = named.json_schema_2020_12_tool;
  assert.equal(inputSchema.$defs.address.$anchor, "addressDef");
  assert.deepEqual(inputSchema.then, { required: ["phone"] });
  assert.deepEqual(inputSchema.allOf, [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }]);

  const fits = await call("json_schema_2020_12_tool", { contactMethod: "phone", phone: "1" });
  assert.match(text(fits), /"phone":\s*"1"/);
  const not = await call("json_schema_2020_12_tool", { contactMethod: "phone", email: "a@example.org" });
  assert.equal(not.isError, true);
  for (const region of ["eu", "größer als 本", " blanks ", "=?base64?SGVsbG8=?="]) {
    assert.equal(text(await call("test_x_mcp_header", { region })), `region=${region}`);
  }
  assert.equal(text(await call("slow_compute", { seconds: 0.05, label: "it" })), "Computed it");
  await assert.rejects(call("no_such_tool", {}), (e) => e.code === -32602);
  if (!modern) await client.ping();
}

async function checkContent({ call }) {
  assert.equal(text(await call("test_simple_text")), "This is a simple text response for testing.");
  const image = (await call("test_image_content")).content[0];
  assert.deepEqual([image.type, image.mimeType], ["image", "image/png"]);
  assert.equal(Buffer.from(image.data, "base64").subarray(1, 4).toString(), "PNG");
  const audio = (await call("test_audio_content")).content[0];
  assert.deepEqual([audio.type, audio.mimeType], ["audio", "audio/wav"]);
  assert.equal(Buffer.from(audio.data, "base64").subarray(0, 4).toString(), "RIFF");
  const { resource } = (await call("test_embedded_resource")).content[0];
  assert.equal(resource.uri, "test://embedded-resource");
  assert.equal(resource.text, "This is an embedded resource content.");
  const many = (await call("test_multiple_content_types")).content;
  assert.deepEqual(many.map((c) => c.type), ["text", "image", "resource"]);
  const failed = await call("test_error_handling");
  assert.equal(failed.isError, true);
  assert.equal(failed.content[0].text, "This tool intentionally returns an error for testing");
}

async function checkResources({ client, notFound }) {
  const { resources } = await client.listResources();
  const uris = resources.map((r) => r.uri);
  for (const uri of ["test://static-text", "test://static-binary", watched]) assert.ok(uris.includes(uri), `${uri} is not in ${uris}`);
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.ok(resourceTemplates.some((t) => t.uriTemplate === "test://template/{id}/data" && t.mimeType === "application/json"));
  const read = async (uri) => (await client.readResource({ uri })).contents[0];
  assert.equal((await read("test://static-text")).text, "This is the content of the static text resource.");
  const binary = await read("test://static-binary");
  assert.equal(binary.mimeType, "image/png");
  assert.equal(Buffer.from(binary.blob, "base64").subarray(1, 4).toString(), "PNG");
  const data = await read("test://template/1%202/data");
  assert.equal(data.uri, "test://template/1%202/data");
  assert.deepEqual(JSON.parse(data.text), { id: "1 2", templateTest: true, data: "Data for ID: 1 2" });
  await assert.rejects(read("test://nothing"), (e) => {
    assert.equal(e.code, notFound);
    assert.deepEqual(e.data, { uri: "test://nothing" });
    return true;
  });
}

async function checkPrompts({ client }) {
  const { prompts } = await client.listPrompts();
  const withArguments = prompts.find((p) => p.name === "test_prompt_with_arguments");
  assert.deepEqual(withArguments.arguments.map((a) => [a.name, a.required]), [["arg1", true], ["arg2", true]]);
  const get = async (name, args) => (await client.getPrompt({ name, ...(args && { arguments: args }) })).messages;
  assert.equal((await get("test_simple_prompt"))[0].content.text, "This is a simple prompt for testing.");
  const [filled] = await get("test_prompt_with_arguments", { arg1: "a", arg2: "ü" });
  assert.deepEqual([filled.role, filled.content.text], ["user", "Prompt with arguments: arg1='a', arg2='ü'"]);
  const embedded = await get("test_prompt_with_embedded_resource", { resourceUri: "test://x" });
  assert.deepEqual(embedded.map((m) => m.content.type), ["resource", "text"]);
  assert.equal(embedded[0].content.resource.uri, "test://x");
  assert.deepEqual((await get("test_prompt_with_image")).map((m) => m.content.type), ["image", "text"]);
  assert.equal((await get("test_input_required_result_prompt"))[0].content.text, "Context: a test");
  await assert.rejects(get("test_prompt_with_arguments", { arg1: "a" }), (e) => e.code === -32602);

  const { completion } = await client.complete({
    ref: { type: "ref/prompt", name: "test_prompt_with_arguments" },
    argument: { name: "arg1", value: "test" },
  });
  assert.deepEqual(completion.values, []);
}

async function checkLogging({ client, call, on, modern }) {
  const seen = [];
  on("notifications/message", ({ params }) => seen.push(params));
  const expected = ["Tool execution started", "Tool processing data", "Tool execution completed"];
  const run = async (level) => {
    if (!modern) await client.setLoggingLevel(level);
    await call("test_tool_with_logging", {}, modern ? { meta: { "io.modelcontextprotocol/logLevel": level } } : {});
  };
  await run("info");
  await until(() => seen.length >= 3, "three messages of the log");
  assert.deepEqual(seen.map((m) => m.level), ["info", "info", "info"]);
  seen.forEach((m, i) => assert.ok(JSON.stringify(m.data).includes(expected[i]), `${JSON.stringify(m)} is not ${expected[i]}`));
  await run("error");
  if (modern) await call("test_tool_with_logging"); // no level: nothing
  assert.equal(seen.length, 3, JSON.stringify(seen));
}

// Ten calls at once, and each hears of its own progress only.
async function checkProgress({ client, call }) {
  const late = lateReports(client);
  const all = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const seen = [];
      const result = await call("test_tool_with_progress", {}, { onprogress: (p) => seen.push([p.progress, p.total]) });
      assert.equal(text(result), "Progress finished.");
      return seen;
    }),
  );
  for (const seen of all) assert.deepEqual(seen, [[0, 100], [50, 100], [100, 100]].slice(0, seen.length));
  assert.equal(all.flat().length + late(), 30, `${all.flat().length} progress notifications, and ${late()} late ones`);
  const names = Array.from({ length: 10 }, (_, i) => `n${i}`);
  const hellos = await Promise.all(names.map((name) => call("greet", { name })));
  assert.deepEqual(hellos.map(text), names.map((name) => `Hello, ${name}!`));
}

async function checkQuestions({ call }) {
  assert.equal(
    text(await call("test_elicitation", { message: "Who are you?" })),
    `User response: action=accept, content={"username":"ada","email":"ada@example.org"}`,
  );
  assert.equal(text(await call("test_elicitation", { message: "decline" })), "User response: action=decline, content=null");
  assert.equal(text(await call("test_sampling", { prompt: "Why?" })), "LLM response: <Why?|100>");
  const answers = {
    test_input_required_result_elicitation: /^Hello, Ada!$/,
    test_input_required_result_sampling: /<What is the capital of France\?\|100>/,
    test_input_required_result_list_roots: /file:\/\/\/home\/a, file:\/\/\/home\/b/,
    test_input_required_result_request_state: /^state-ok, confirmed$/,
    test_input_required_result_multiple_inputs: /^<Generate a greeting\|50> Ada, of file:\/\/\/home\/a/,
    test_input_required_result_multi_round: /^Ada likes green$/,
    test_input_required_result_capabilities: /has answered all/,
  };
  for (const [name, want] of Object.entries(answers)) assert.match(text(await call(name)), want);
  const many = await Promise.all(Array.from({ length: 10 }, () => call("test_input_required_result_multi_round")));
  assert.deepEqual(many.map(text), Array(10).fill("Ada likes green"));
}

// A client that declares nothing is told so at once, and is not asked.
async function checkBare({ bare, modern }) {
  const { client, call } = await bare();
  for (const [name, args] of [["test_sampling", { prompt: "Why?" }], ["test_elicitation", { message: "Who?" }], ["test_input_required_result_list_roots", {}]]) {
    if (modern) {
      await assert.rejects(call(name, args), (e) => e.code === -32021);
    } else {
      assert.equal((await call(name, args)).isError, true, name);
    }
  }
  assert.equal(text(await call("test_simple_text")), "This is a simple text response for testing.");
  await client.close();
}

async function checkCancellation({ call }) {
  const status = async () => JSON.parse(text(await call("test_cancellation_status")));
  const before = await status();
  assert.equal(text(await call("test_cancellation", { ms: 10 })), "completed");
  const stop = new AbortController();
  const running = assert.rejects(call("test_cancellation", { ms: 60000 }, { signal: stop.signal }));
  await until(async () => (await status()).started === before.started + 2, "the start of the call");
  stop.abort("enough");
  await running;
  await until(async () => (await status()).cancelled === before.cancelled + 1, "the cancellation");
}

// changesOf hears of changes from the beginning, and checks at the end.
function changesOf({ client, call, on, modern }) {
  const seen = { tools: 0, prompts: 0, uris: new Set() };
  on("notifications/tools/list_changed", () => void seen.tools++);
  on("notifications/prompts/list_changed", () => void seen.prompts++);
  on("notifications/resources/updated", ({ params }) => void seen.uris.add(params.uri));
  let subscription;
  return {
    async open() {
      if (!modern) return client.subscribeResource({ uri: watched });
      subscription = await client.listen({ toolsListChanged: true, resourceSubscriptions: [watched] });
    },
    async check() {
      const before = seen.tools; // none is sent for anything else
      assert.equal(before, 0);
      await call("test_trigger_prompt_change");
      await call("test_trigger_tool_change");
      await until(() => seen.tools > 0, "a change of the tools");
      await until(() => seen.uris.size > 0, "a change of the watched resource");
      assert.deepEqual([...seen.uris], [watched]);
      if (!modern) {
        await until(() => seen.prompts > 0, "a change of the prompts");
        await client.unsubscribeResource({ uri: watched });
        return;
      }
      assert.equal(seen.prompts, 0, "what was not asked for");
      await subscription.close();
      const tools = seen.tools;
      subscription = await client.listen({ promptsListChanged: true });
      await call("test_trigger_tool_change");
      await call("test_trigger_prompt_change");
      await until(() => seen.prompts > 0, "a change of the prompts");
      assert.equal(seen.tools, tools, "what was not asked for any more");
      await subscription.close();
    },
  };
}

// until waits for something to come true.
async function until(f, what) {
  for (const end = Date.now() + 20000; Date.now() < end; ) {
    if (await f()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.fail(`waited too long for ${what}`);
}
