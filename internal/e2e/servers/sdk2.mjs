// A server of the TypeScript SDK 2.x: sdk2.mjs http|stdio. Both serve both eras;
// over HTTP the stateful one has no session, and so no way back to the client.
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { createMcpHandler, inputRequired, Server } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { capabilities, handlers, info, listen } from "./peer.mjs";

// A Question is what a handler asks: it becomes the result, and the handler is
// called again with the answer.
class Question extends Error {
  constructor(requests) {
    super("the handler asks");
    this.requests = requests;
  }
}

let http; // the handler of the endpoint

function newServer() {
  const server = new Server(info, { capabilities });
  for (const [method, handle] of Object.entries(handlers)) {
    server.setRequestHandler(method, async (request, { mcpReq }) => {
      const call = {
        signal: mcpReq.signal,
        token: mcpReq._meta?.progressToken,
        state: mcpReq.requestState(),
        notify: (method, params) => mcpReq.notify({ method, params }),
        log: (level, data) => mcpReq.log(level, data),
        ask(key, method, params) {
          const answer = mcpReq.inputResponses?.[key];
          if (answer === undefined) throw new Question({ [key]: { method, params } });
          return answer;
        },
        toolsChanged: () => (http ? http.notify.toolsChanged() : server.sendToolListChanged()),
        updated: (uri) => (http ? http.notify.resourceUpdated(uri) : server.sendResourceUpdated({ uri })),
      };
      try {
        return await handle(request.params ?? {}, call);
      } catch (e) {
        if (!(e instanceof Question)) throw e;
        return inputRequired({ inputRequests: e.requests, ...(call.state && { requestState: call.state }) });
      }
    });
  }
  return server;
}

// serve hands a request of node:http to the handler, which is made for fetch.
async function serve(req, res) {
  if (req.url === "/ready") return res.end();
  const gone = new AbortController();
  res.on("close", () => gone.abort());
  const { method, headers } = req;
  const body = method === "POST" ? { body: Readable.toWeb(req), duplex: "half" } : {};
  const answer = await http.fetch(new Request(new URL(req.url, `http://${headers.host}`), { method, headers, signal: gone.signal, ...body }));
  res.writeHead(answer.status, Object.fromEntries(answer.headers));
  res.flushHeaders();
  if (!answer.body) return res.end();
  Readable.fromWeb(answer.body).on("error", () => res.destroy()).pipe(res);
}

if (process.argv[2] === "stdio") {
  serveStdio(newServer);
} else {
  http = createMcpHandler(newServer);
  listen(createServer(serve));
}
