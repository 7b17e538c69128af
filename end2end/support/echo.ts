// A small app behind a proxy: it answers what it was asked, and keeps it; it takes WebSockets and says everything back.
import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived at the app. */
export interface Arrived {
  method: string;
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Echo {
  address: string;
  arrived: Arrived[];
  stop(): void;
}

export async function startEcho(): Promise<Echo> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const body = Buffer.concat(chunks).toString();
      arrived.push({ method, target: url, headers, body });
      if (url.startsWith("/own-401")) response.writeHead(401, { "www-authenticate": "Own" }).end("the app's own 401");
      else if (url.startsWith("/own-403")) response.writeHead(403).end("the app's own 403");
      else if (headers.accept?.includes("text/html")) {
        const escaped = JSON.stringify({ method, target: url, user: headers["remote-user"] }).replaceAll("<", "&lt;");
        response.setHeader("content-type", "text/html; charset=utf-8");
        response.end(`<!doctype html><title>Echo</title><link rel="icon" href="data:,"><pre>${escaped}</pre>`);
      } else {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ method, target: url, headers, body }));
      }
    });
  });
  // As much of RFC 6455 as short texts need.
  server.on("upgrade", (request, socket) => {
    arrived.push({ method: "UPGRADE", target: request.url ?? "", headers: request.headers, body: "" });
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.on("error", () => socket.destroy());
    socket.on("data", (frame: Buffer) => {
      const length = frame[1]! & 0x7f;
      if ((frame[0]! & 0x0f) !== 1 || length > 125) return void socket.end();
      const mask = frame.subarray(2, 6);
      const said = frame.subarray(6, 6 + length).map((byte, at) => byte ^ mask[at % 4]!);
      const back = Buffer.concat([Buffer.from(`${request.headers["remote-user"]}: `), said]);
      socket.write(Buffer.concat([Buffer.from([0x81, back.length]), back]));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    arrived,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
