// What every client does with the quickstart server, whatever the transport:
// the client is connected; this checks what it sees.
import assert from "node:assert/strict";

export async function checkQuickstart(client) {
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((t) => t.name).sort(), ["convert", "countdown", "greet", "sort"]);
  const greet = tools.find((t) => t.name === "greet");
  assert.equal(greet.inputSchema.properties.times.maximum, 5);
  assert.equal(greet.annotations.readOnlyHint, true);

  const hello = await client.callTool({ name: "greet", arguments: { name: "Ada", times: 2 } });
  assert.equal(hello.content[0].text, "Hello, Ada! Hello, Ada!");

  const hot = await client.callTool({ name: "convert", arguments: { value: 100, from: "celsius", to: "fahrenheit" } });
  assert.equal(hot.structuredContent.unit, "fahrenheit");
  assert.ok(Math.abs(hot.structuredContent.value - 212) < 1e-9);
  assert.deepEqual(JSON.parse(hot.content[0].text), hot.structuredContent);

  const cold = await client.callTool({ name: "convert", arguments: { value: -500, from: "celsius", to: "kelvin" } });
  assert.equal(cold.isError, true);
  assert.match(cold.content[0].text, /below absolute zero/);

  const bad = await client.callTool({ name: "greet", arguments: { nme: "Ada", times: 9 } });
  assert.equal(bad.isError, true);
  assert.match(bad.content[0].text, /\/nme/);
  assert.match(bad.content[0].text, /name/);
  assert.match(bad.content[0].text, /\/times/);

  const seen = [];
  const late = lateReports(client);
  const done = await client.callTool(
    { name: "countdown", arguments: { from: 4, pause: "30ms" } },
    ...progressArguments(client, (p) => seen.push(p)),
  );
  assert.equal(done.content[0].text, "liftoff");
  assert.equal(seen.length + late(), 4, `${seen.length} progress notifications, and ${late()} late ones`);
  seen.forEach((p, i) => assert.deepEqual([p.progress, p.total], [i + 1, 4]));

  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => client.callTool({ name: "greet", arguments: { name: `n${i}` } })),
  );
  answers.forEach((a, i) => assert.equal(a.content[0].text, `Hello, n${i}!`));

  await assert.rejects(client.callTool({ name: "gret", arguments: {} }), (e) => {
    assert.equal(e.code, -32602);
    assert.match(e.message, /greet/);
    return true;
  });
}

// lateReports gives a function that counts the reports of progress from now on that
// the client hands to nobody. Both clients drop the handler of a call as soon as they
// have read its answer, and look for it a moment after they have read a report: what
// is read together with the answer comes too late, which on a busy machine may be all.
export function lateReports(client) {
  let n = 0;
  const others = client.onerror;
  client.onerror = (error) => {
    if (error.message.startsWith("Received a progress notification for an unknown token")) n++;
    else others?.(error);
  };
  return () => n;
}

// The 1.x client takes a result schema before the options, the 2.x does not.
function progressArguments(client, onprogress) {
  return client.getProtocolEra === undefined ? [undefined, { onprogress }] : [{ onprogress }];
}

export function report(name) {
  console.log(`ok ${name}`);
}
