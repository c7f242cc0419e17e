// The parts of WASI 0.2 that the component imports, in a worker. `wasi:http` is answered by the tenant's thread, which has the
// policy and the token. The names are those that jco gives to WIT's.

import {randomFillSync} from "node:crypto";
import type {Link} from "./link.js";
import {type Answer, type ErrorCode, MAX_BODY} from "./transport.js";
import type {Answers} from "./protocol.js";

const CLOSED = {tag: "closed"};
/** How much may be written at once, in bytes. */
const PIECE = 1024 * 1024;
/** The longest wait for PayPal if the component names none. It names all three. */
const PATIENCE = 60_000;

/** Returns the imports of an instance. */
export function wasi(link: Link) {
  /** Is ready when something holds, or at a time of `performance.now()`. */
  class Pollable {
    constructor(
      readonly holds: () => boolean,
      readonly at = Infinity,
    ) {}

    ready(): boolean {
      return this.holds() || performance.now() >= this.at;
    }

    block(): void {
      poll([this]);
    }
  }

  function poll(pollables: Pollable[]): Uint32Array {
    const ready = () => pollables.flatMap((pollable, n) => (link.aborted || pollable.ready() ? [n] : []));
    const first = Math.min(...pollables.map((pollable) => pollable.at));
    link.waitFor(() => ready().length > 0, first - performance.now());
    return Uint32Array.from(ready());
  }

  const now = () => process.hrtime.bigint();
  const inNanoseconds = (left: bigint) => new Pollable(() => false, performance.now() + Number(left) / 1e6);

  class IoError {
    constructor(readonly words: string) {}

    toDebugString(): string {
      return this.words;
    }
  }

  class InputStream {
    #at = 0;

    constructor(readonly answer: Answer) {}

    read(length: bigint): Uint8Array {
      const {body, broken} = this.answer;
      if (this.#at >= body.length) throw broken ? {tag: "last-operation-failed", val: new IoError(broken)} : CLOSED;
      const piece = body.subarray(this.#at, this.#at + Number(length));
      this.#at += piece.length;
      return piece;
    }

    subscribe(): Pollable {
      return new Pollable(() => true);
    }
  }

  class OutputStream {
    /** Without a sink, what is written is dropped: that of standard error. */
    constructor(readonly sink?: (bytes: Uint8Array) => void) {}

    checkWrite(): bigint {
      return BigInt(PIECE);
    }

    write(bytes: Uint8Array): void {
      this.sink?.(bytes);
    }

    blockingWriteAndFlush(bytes: Uint8Array): void {
      this.write(bytes);
    }

    flush(): void {}

    blockingFlush(): void {}

    subscribe(): Pollable {
      return new Pollable(() => true);
    }
  }

  class Fields {
    constructor(readonly list: [string, Uint8Array][] = []) {}

    static fromList(list: [string, Uint8Array][]): Fields {
      return new Fields(list);
    }

    entries(): [string, Uint8Array][] {
      return this.list;
    }
  }

  /** In milliseconds. The component gives nanoseconds. */
  class RequestOptions {
    connect = PATIENCE;
    firstByte = PATIENCE;
    betweenBytes = PATIENCE;

    setConnectTimeout(time?: bigint): void {
      this.connect = milliseconds(time);
    }

    setFirstByteTimeout(time?: bigint): void {
      this.firstByte = milliseconds(time);
    }

    setBetweenBytesTimeout(time?: bigint): void {
      this.betweenBytes = milliseconds(time);
    }
  }

  class OutgoingBody {
    pieces: Uint8Array[] = [];
    length = 0;
    /** Called once the body is complete. */
    finished = (_body: Uint8Array | undefined): void => {};

    write(): OutputStream {
      return new OutputStream((bytes) => {
        this.length += bytes.length;
        // The rest of a body that is too large is dropped: it is refused when it is complete.
        if (this.length <= MAX_BODY) this.pieces.push(bytes.slice());
      });
    }

    static finish(body: OutgoingBody): void {
      body.finished(body.length <= MAX_BODY ? Buffer.concat(body.pieces) : undefined);
    }
  }

  class OutgoingRequest {
    method = "GET";
    scheme = "HTTPS";
    authority = "";
    path = "/";
    content: OutgoingBody | undefined;

    constructor(readonly fields: Fields) {}

    setMethod({tag, val}: {tag: string; val?: string}): void {
      this.method = tag === "other" ? (val ?? "") : tag.toUpperCase();
    }

    setScheme(scheme?: {tag: string}): void {
      this.scheme = scheme?.tag ?? "HTTPS";
    }

    setAuthority(authority = ""): void {
      this.authority = authority;
    }

    setPathWithQuery(path = "/"): void {
      this.path = path;
    }

    body(): OutgoingBody {
      return (this.content = new OutgoingBody());
    }
  }

  class IncomingBody {
    constructor(readonly answer: Answer) {}

    stream(): InputStream {
      return new InputStream(this.answer);
    }
  }

  class IncomingResponse {
    constructor(readonly answer: Answer) {}

    status(): number {
      return this.answer.status;
    }

    headers(): Fields {
      return new Fields(this.answer.headers.map(([name, value]) => [name, Buffer.from(value, "latin1")]));
    }

    consume(): IncomingBody {
      return new IncomingBody(this.answer);
    }
  }

  class FutureIncomingResponse {
    id: number | undefined;
    refused: ErrorCode | undefined;

    subscribe(): Pollable {
      return new Pollable(() => this.refused !== undefined || (this.id !== undefined && link.has(this.id)));
    }

    get() {
      if (this.refused) return {tag: "ok", val: {tag: "err", val: this.refused}};
      const result = this.id === undefined ? undefined : (link.take(this.id) as Answers["send"] | undefined);
      if (!result) return undefined;
      this.id = undefined;
      if ("error" in result) return {tag: "ok", val: {tag: "err", val: result.error}};
      return {tag: "ok", val: {tag: "ok", val: new IncomingResponse(result.ok)}};
    }

    /** The component has given up. */
    [Symbol.dispose](): void {
      if (this.id !== undefined && link.take(this.id) === undefined) link.tell({kind: "cancel", id: this.id});
    }
  }

  function handle(request: OutgoingRequest, options?: RequestOptions): FutureIncomingResponse {
    const {method, authority, path, scheme, fields, content} = request;
    if (scheme !== "HTTPS") throw {tag: "HTTP-request-denied"};
    const headers = fields.list.map(([name, value]): [string, string] => [name, Buffer.from(value).toString("latin1")]);
    const {connect, firstByte, betweenBytes} = options ?? new RequestOptions();
    const timeouts = {connect, firstByte, betweenBytes};
    const pending = new FutureIncomingResponse();
    const send = (body: Uint8Array | undefined) => {
      if (!body) pending.refused = {tag: "HTTP-request-body-size"};
      else pending.id = link.ask({ask: "send", request: {method, authority, path, headers, body, timeouts}});
    };
    if (content) content.finished = send;
    else send(new Uint8Array());
    return pending;
  }

  const random = new BigUint64Array(64);
  let left = 0;
  function getRandomU64(): bigint {
    if (left === 0) left = randomFillSync(random).length;
    return random[--left]!;
  }

  return {
    "wasi:cli/environment": {getEnvironment: () => []},
    "wasi:cli/exit": {
      exit() {
        throw new Error("the component has exited");
      },
    },
    "wasi:cli/stderr": {getStderr: () => new OutputStream()},
    "wasi:clocks/monotonic-clock": {now, subscribeDuration: inNanoseconds},
    "wasi:clocks/wall-clock": {
      now() {
        const time = Date.now();
        return {seconds: BigInt(Math.floor(time / 1000)), nanoseconds: (time % 1000) * 1e6};
      },
    },
    "wasi:http/outgoing-handler": {handle},
    "wasi:http/types": {
      Fields,
      FutureIncomingResponse,
      IncomingBody,
      IncomingResponse,
      OutgoingBody,
      OutgoingRequest,
      RequestOptions,
    },
    "wasi:io/error": {Error: IoError},
    "wasi:io/poll": {Pollable, poll},
    "wasi:io/streams": {InputStream, OutputStream},
    "wasi:random/random": {getRandomU64},
  };
}

/** A timer of Node's is at most 2^31 - 1 milliseconds. */
function milliseconds(nanoseconds: bigint | undefined): number {
  return nanoseconds === undefined ? PATIENCE : Math.min(Math.ceil(Number(nanoseconds) / 1e6), 2 ** 31 - 1);
}
