// What the test of a browser has a page do. Each function gives what the page
// could see: the test knows what that has to be.

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

// what scripts may read of an answer, whatever else it has.
const readable = ['mcp-session-id', 'www-authenticate', 'retry-after', 'ratelimit', 'ratelimit-policy', 'x-content-type-options'];

async function seen(request) {
  try {
    const answer = await request;
    const headers = {};
    for (const name of readable) {
      if (answer.headers.has(name)) headers[name] = answer.headers.get(name);
    }
    return { status: answer.status, headers, body: await answer.text() };
  } catch (error) {
    return { error: error.name };
  }
}

// call calls a tool over HTTP, as the current revision wants it.
function call(base, tool, args, headers) {
  return seen(fetch(base + '/mcp', {
    method: 'POST',
    credentials: 'include',
    headers: {
      'Content-Type': 'application/json', 'Accept': 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': tool, ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args, _meta: { ...meta, progressToken: 'p' } } }),
  }));
}

// blind sends what browsers send without asking the server first.
function blind(base) {
  return seen(fetch(base + '/mcp', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' }));
}

// initialize begins a session of an earlier revision, and end ends it.
function initialize(base, headers) {
  return seen(fetch(base + '/mcp', {
    method: 'POST',
    credentials: 'include',
    headers: { 'Content-Type': 'application/json', 'Accept': 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'page', version: '1' } } }),
  }));
}

function end(base, headers) {
  return seen(fetch(base + '/mcp', { method: 'DELETE', credentials: 'include', headers }));
}

// socket calls a tool over WebSocket.
function socket(url, protocols, tool) {
  return new Promise((resolve) => {
    const ws = new WebSocket(url, protocols);
    ws.onopen = () => ws.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, _meta: meta } }));
    ws.onmessage = (event) => {
      resolve({ protocol: ws.protocol, body: event.data });
      ws.close();
    };
    ws.onclose = (event) => resolve({ error: 'closed', code: event.code });
  });
}

// listen opens an EventSource, which is left to itself from then on: it
// reconnects as browsers do.
const stream = { opened: 0, addresses: [], waiting: [] };

function listen(base) {
  const source = new EventSource(base + '/mcp/events');
  stream.base = base;
  stream.source = source;
  source.onopen = () => { stream.opened++; };
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) stream.waiting.splice(0).forEach((tell) => tell()); };
  source.addEventListener('endpoint', (event) => {
    stream.addresses.push(event.data);
    stream.waiting.splice(0).forEach((tell) => tell());
  });
}

// address waits until the stream has told the given number of addresses.
async function address(count) {
  while (stream.addresses.length < count && stream.source.readyState !== EventSource.CLOSED) {
    await new Promise((tell) => stream.waiting.push(tell));
  }
  return { state: stream.source.readyState, opened: stream.opened, addresses: stream.addresses };
}

// exchange asks something at the newest address: the answer comes as an event.
async function exchange() {
  const send = (message) => fetch(new URL(stream.addresses.at(-1), stream.base), {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(message),
  });
  const answer = (id) => new Promise((resolve) => {
    const take = (event) => {
      if (JSON.parse(event.data).id !== id) return;
      stream.source.removeEventListener('message', take);
      resolve(event.data);
    };
    stream.source.addEventListener('message', take);
  });
  let got = answer(1);
  const posted = await send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'page', version: '1' } } });
  await got;
  await send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  got = answer(2);
  await send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'get_weather', arguments: { region: 'eu-west-1' } } });
  return { status: posted.status, body: await got };
}
