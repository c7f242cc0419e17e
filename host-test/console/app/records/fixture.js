// A call as a fixture: a document that a test replays. The server takes secrets and persons out of it.

import {html, useEffect, useState} from "../core/html.js";
import {of, read, send} from "../core/api.js";
import {Json} from "../parts/json.js";
import {Failed} from "../parts/notice.js";
import {parseExactly} from "./exact.js";

/** @param {{connection: string, call: any}} props */
export function Fixture({connection, call}) {
  const [exported, set] = useState(null);
  const [problem, setProblem] = useState(null);
  const [working, setWorking] = useState(false);
  const load = async () => {
    setWorking(true);
    setProblem(null);
    try {
      const response = await send("GET", of(connection, "calls", call.id, "fixture"));
      // The file is the text as it came: a number in it must not change.
      if (response.ok) set({name: nameOf(response, call), text: await response.text()});
      else await read(response);
    } catch (found) {
      setProblem(found);
    }
    setWorking(false);
  };
  const gone = problem?.status === 404;
  return html`<section class="panel" aria-labelledby="fixture">
    <h2 id="fixture">Export as fixture</h2>
    <p class="hint">The request and PayPal's answer as a document that tests replay. Secrets and personal data are taken out: read it before you share it.</p>
    ${!call.fixture && html`<p>${unavailable(call)}</p>`}
    ${call.fixture && !exported && html`<p><button type="button" disabled=${working} onClick=${load}>${working ? "Exporting …" : "Export as fixture"}</button></p>`}
    ${problem && (gone ? html`<p role="status">The server no longer holds what was sent and answered. Repeat the call, and export that one.</p>` : html`<${Failed} problem=${problem} retry=${load} />`)}
    ${exported && html`<${Exported} name=${exported.name} text=${exported.text} />`}
  </section>`;
}

/** Why there is none. */
function unavailable(call) {
  if (call.outcome === "running") return "The call has not ended yet.";
  if (call.outcome === "interrupted") return "The server ended during the call, and what was answered is not known.";
  if (!call.attempts) return "Nothing was sent to PayPal, so that there is nothing to replay.";
  return "The server holds what was sent and answered only of the last calls, and not over a restart. Repeat the call, and export that one.";
}

function Exported({name, text}) {
  const [link, setLink] = useState(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text], {type: "application/json"}));
    setLink(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);
  return html`<p>${link && html`<a class="button main" href=${link} download=${name}>Download ${name}</a>`}</p>
    <${Json} value=${parseExactly(text)} label="the fixture" />`;
}

/** The name of the file, as the server gives it. */
function nameOf(response, call) {
  const given = /filename="([\w.-]+)"/.exec(response.headers.get("content-disposition") ?? "");
  return given?.[1] ?? `call-${call.id}.json`;
}
