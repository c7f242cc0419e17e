// Events of the server as they come. `EventSource` cannot send the proof of the session, so the stream is read here.
// Its form: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

import {send} from "./api.js";

const PAUSE_MS = 2000;

/**
 * Calls back for each event until it is stopped; connects again when the stream ends.
 *
 * @param {string} path
 * @param {{event: (name: string, data: unknown) => void, state: (state: "open" | "closed") => void}} callbacks
 * @param {AbortSignal} signal
 */
export async function watch(path, callbacks, signal) {
  let last = null;
  while (!signal.aborted) {
    try {
      const headers = {Accept: "text/event-stream", ...(last ? {"Last-Event-ID": last} : {})};
      const response = await send("GET", path, {headers, signal});
      if (response.status === 401) return;
      if (response.ok && response.body) {
        callbacks.state("open");
        for await (const event of events(response.body)) {
          last = event.id ?? last;
          if (event.data) callbacks.event(event.name, JSON.parse(event.data));
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Error)) throw error;
    }
    callbacks.state("closed");
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  }
}

/** The events of a body: `{id, name, data}`. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    yield* blocks.map(event);
  }
}

function event(block) {
  const fields = {id: null, name: "message", data: ""};
  for (const line of block.split(/\r?\n/)) {
    const at = line.indexOf(":");
    if (at === 0) continue;
    const [name, value] = at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
    if (name === "data") fields.data += (fields.data && "\n") + value;
    if (name === "id") fields.id = value;
    if (name === "event") fields.name = value;
  }
  return fields;
}
