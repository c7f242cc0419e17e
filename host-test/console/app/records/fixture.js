// A call as a fixture: a document that a test replays. The server takes secrets and persons out of it.

import {html, useEffect, useState} from "../core/html.js";
import {json, of} from "../core/api.js";
import {Json} from "../parts/json.js";
import {Failed} from "../parts/notice.js";

/** @param {{connection: string, call: any}} props */
export function Fixture({connection, call}) {
  const [exported, set] = useState(null);
  const [problem, setProblem] = useState(null);
  const [working, setWorking] = useState(false);
  const load = async () => {
    setWorking(true);
    setProblem(null);
    try {
      set(await json("GET", of(connection, "calls", call.id, "fixture")));
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
    ${exported && html`<${Exported} exported=${exported} call=${call} />`}
  </section>`;
}

/** Why there is none. */
function unavailable(call) {
  if (call.outcome === "running") return "The call has not ended yet.";
  if (call.outcome === "interrupted") return "The server ended during the call, and what was answered is not known.";
  if (!call.attempts) return "Nothing was sent to PayPal, so that there is nothing to replay.";
  return "The server holds what was sent and answered only of the last calls, and not over a restart. Repeat the call, and export that one.";
}

function Exported({exported, call}) {
  const {name, document} = parts(exported, call);
  const [link, setLink] = useState(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([`${JSON.stringify(document, null, 2)}\n`], {type: "application/json"}));
    setLink(made);
    return () => URL.revokeObjectURL(made);
  }, [exported]);
  return html`<p>${link && html`<a class="button main" href=${link} download=${name}>Download ${name}</a>`}</p>
    <${Json} value=${document} label="the fixture" />`;
}

/** The name of the file that it should be, and what is to be in it. A name has no path. */
function parts(exported, call) {
  const given = typeof exported.file === "string" ? exported.file : "";
  const name = given.split(/[/\\]/).at(-1).replace(/[^\w.-]+/g, "-") || `${call.action}.json`;
  return {name, document: exported.fixture ?? exported};
}
