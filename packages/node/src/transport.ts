// Sends a request with node:http, follows no redirects, and reports what came of it in the error codes of `wasi:http`.
// docs/hosts.md says which of them the connector believes: those for "nothing was sent" are used only if that is certain.

import http from "node:http";
import https from "node:https";
import type {Socket} from "node:net";

/** The most bytes of a body, in either direction: files of 50 MiB, and what is around them. */
export const MAX_BODY = 52 * 1024 * 1024;

/** The longest that an answer may take from its first byte to its last, in milliseconds. */
const LONGEST_BODY = 600_000;

/** The longest wait for a connection, in milliseconds. What takes longer has sent nothing, and can be tried again. */
const LONGEST_CONNECT = 10_000;

/** An error code of `wasi:http`. */
export interface ErrorCode {
  tag: string;
  val?: unknown;
}

/** A request to send. */
export interface Outgoing {
  origin: URL;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
  /** In milliseconds. */
  timeouts: {connect: number; firstByte: number; betweenBytes: number};
}

/** An answer, as far as it came. */
export interface Answer {
  status: number;
  headers: [string, string][];
  body: Uint8Array;
  /** Why the body is not complete. */
  broken?: string;
}

/** One tenant's connections. Tenants share none. */
export class Transport {
  readonly #agents = {
    "http:": new http.Agent({keepAlive: true}),
    "https:": new https.Agent({keepAlive: true, minVersion: "TLSv1.2"}),
  };

  /**
   * Sends a request. `reuse` says whether it may go by a connection that PayPal might be closing: only what can be sent
   * again should.
   *
   * @throws ErrorCode
   */
  send({origin, method, path, headers, body, timeouts}: Outgoing, reuse: boolean, signal: AbortSignal): Promise<Answer> {
    const secure = origin.protocol === "https:";
    return new Promise((resolve, reject) => {
      let connected = false;
      let answer: Answer | undefined;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let over: ReturnType<typeof setTimeout> | undefined;
      const request = (secure ? https : http).request({
        protocol: origin.protocol,
        hostname: origin.hostname.replace(/^\[|\]$/g, ""),
        port: origin.port || undefined,
        method,
        path,
        headers: body.length > 0 || method !== "GET" ? {...headers, "content-length": String(body.length)} : headers,
        agent: reuse ? this.#agents[secure ? "https:" : "http:"] : false,
      });
      const end = (code?: ErrorCode, broken?: string) => {
        clearTimeout(timer);
        clearTimeout(over);
        signal.removeEventListener("abort", aborted);
        if (code && answer) resolve({...answer, broken: broken ?? "the connection broke"});
        else if (code) reject(code);
        if (code) request.destroy();
      };
      const wait = (milliseconds: number, code: ErrorCode, broken?: string) => {
        clearTimeout(timer);
        timer = setTimeout(() => end(code, broken), milliseconds);
      };
      const aborted = () =>
        end({tag: connected ? "connection-terminated" : "HTTP-request-denied"}, "the caller has aborted the call");
      const opened = () => {
        if (connected) return;
        connected = true;
        if (!answer) wait(timeouts.firstByte, {tag: "connection-read-timeout"});
      };
      if (signal.aborted) return aborted();
      signal.addEventListener("abort", aborted, {once: true});
      wait(Math.min(timeouts.connect, LONGEST_CONNECT), {tag: "DNS-timeout"});
      request.on("socket", (socket: Socket) => {
        if (request.reusedSocket) opened();
        else socket.once(secure ? "secureConnect" : "connect", opened);
      });
      request.on("error", (error: NodeJS.ErrnoException) => end(codeOf(error, connected, secure)));
      request.on("response", (response) => {
        const chunks: Uint8Array[] = [];
        let length = 0;
        const pairs: [string, string][] = [];
        for (let n = 0; n + 1 < response.rawHeaders.length; n += 2) {
          pairs.push([response.rawHeaders[n]!.toLowerCase(), response.rawHeaders[n + 1]!]);
        }
        answer = {status: response.statusCode ?? 0, headers: pairs, body: new Uint8Array()};
        const all = () => (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
        const slow = {tag: "connection-read-timeout"};
        over = setTimeout(() => end(slow, "timeout: the answer takes too long"), LONGEST_BODY);
        wait(timeouts.betweenBytes, slow, "timeout: no more of the answer came in time");
        response.on("data", (chunk: Uint8Array) => {
          length += chunk.length;
          if (length > MAX_BODY) return end({tag: "HTTP-response-body-size"}, "the body size exceeds the limit");
          chunks.push(chunk);
          wait(timeouts.betweenBytes, slow, "timeout: no more of the answer came in time");
        });
        response.on("error", () => end({tag: "HTTP-response-incomplete"}, "the connection broke"));
        response.on("end", () => {
          end();
          resolve({...answer!, body: all()});
        });
      });
      request.end(body);
    });
  }

  /** Closes the idle connections. */
  close(): void {
    Object.values(this.#agents).forEach((agent) => agent.destroy());
  }
}

/** Returns the code for an error of Node's. Before there is a connection, none of a request has been sent. */
function codeOf({code = ""}: NodeJS.ErrnoException, connected: boolean, secure: boolean): ErrorCode {
  if (connected) return {tag: code.startsWith("HPE_") ? "HTTP-protocol-error" : "connection-terminated"};
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return {tag: "DNS-error", val: {}};
  if (code === "ETIMEDOUT") return {tag: "DNS-timeout"};
  if (CANNOT_CONNECT.has(code)) return {tag: "connection-refused"};
  return {tag: secure ? "TLS-protocol-error" : "connection-terminated"};
}

const CANNOT_CONNECT = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EHOSTDOWN", "ENETDOWN"]);
