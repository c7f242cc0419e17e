// The keys of programs.

import {html, useState} from "../core/html.js";
import {json} from "../core/api.js";
import {useResource} from "../core/resource.js";
import {whenExactly} from "../core/format.js";
import {wrongWith} from "../connection/fields.js";
import {Copy} from "../parts/copy.js";
import {Dialog} from "../parts/dialog.js";
import {Check, Text} from "../parts/field.js";
import {Failed, Notice} from "../parts/notice.js";
import {Empty, Loaded, Page} from "../parts/page.js";
import {Effects, Pill} from "../parts/pill.js";

/** What a key may allow: the effect, and what it is called. */
const EFFECTS = [
  ["read", "Read"],
  ["write", "Change what is at PayPal"],
  ["moves-money", "Move money"],
  ["irreversible", "Do what cannot be undone"],
  ["notifies-customer", "Notify customers"],
];

export function Keys() {
  const keys = useResource("/v1/keys");
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState(null);
  const actions = html`<button type="button" class="main" onClick=${() => setAdding(true)}>New key</button>`;
  return html`<${Page} title="Keys" hint="A program calls the HTTP API with a key, which may do what you choose." actions=${actions}>
    <${Loaded} resource=${keys}>${({keys: all}) => (all.length ? html`<${List} keys=${all} onRevoke=${setRevoking} />`
      : html`<${Empty} title="There are no keys"><p>Make one for each program, so that you can revoke it alone.</p><//>`)}<//>
    ${adding && html`<${New} onClose=${() => setAdding(false)} onMade=${keys.reload} />`}
    ${revoking && html`<${Revoke} name=${revoking} onClose=${() => setRevoking(null)} onRevoked=${keys.reload} />`}
  <//>`;
}

function List({keys, onRevoke}) {
  return html`<div class="table" tabindex="0" role="region" aria-label="Keys"><table>
    <thead><tr><th scope="col">Name</th><th scope="col">Connections</th><th scope="col">May do</th><th scope="col">Made</th><th scope="col">Last used</th>
      <th scope="col"><span class="unseen">Revoke</span></th></tr></thead>
    <tbody>${keys.map((it) => html`<tr key=${it.name}>
      <th scope="row">${it.name}</th>
      <td>${it.connections ? it.connections.join(", ") : "all"}</td>
      <td><${Effects} effects=${it.effects} all /> ${it.admin && html`<${Pill} tone="bad">admin<//>`}</td>
      <td>${whenExactly(it.made)}</td>
      <td>${it.used ? whenExactly(it.used) : html`<span class="hint">never</span>`}</td>
      <td><button type="button" class="danger" aria-label=${`Revoke ${it.name}`} onClick=${() => onRevoke(it.name)}>Revoke</button></td>
    </tr>`)}</tbody>
  </table></div>`;
}

function New({onClose, onMade}) {
  const connections = useResource("/v1/connections");
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState([]);
  const [effects, setEffects] = useState(["read"]);
  const [admin, setAdmin] = useState(false);
  const [problem, setProblem] = useState(null);
  const [key, setKey] = useState(null);
  const toggled = (list, it) => (list.includes(it) ? list.filter((other) => other !== it) : [...list, it]);
  const add = async (event) => {
    event.preventDefault();
    try {
      const made = await json("POST", "/v1/keys", {body: {name, connections: chosen.length ? chosen : null, effects, admin}});
      setKey(made.key);
      onMade();
    } catch (found) {
      setProblem(found);
    }
  };
  if (key) return html`<${Dialog} title="The new key" onClose=${() => {}}>
    <${Notice} tone="warn" title="It is shown this once"><p>Store it where the program finds it. The server has only its digest.</p><//>
    <p class="command"><code>${key}</code><${Copy} text=${key} label="Copy the key" /></p>
    <div class="dialog-actions"><button type="button" class="main" onClick=${onClose}>Done</button></div>
  <//>`;
  return html`<${Dialog} title="New key" onClose=${onClose}><form onSubmit=${add} noValidate>
    <div class="fields">
      <${Text} label="Name" required value=${name} onInput=${setName} wrong=${wrongWith(problem, "name")} help="Of the program, such as shop-backend." />
      <fieldset><legend>Connections</legend>
        ${(connections.data?.connections ?? []).map((it) => html`<${Check} key=${it.name} label=${it.name} checked=${chosen.includes(it.name)}
          onInput=${() => setChosen(toggled(chosen, it.name))} />`)}
        <p class="hint">None ticked: all connections.</p>
      </fieldset>
      <fieldset><legend>May</legend>
        ${EFFECTS.map(([effect, label]) => html`<${Check} key=${effect} label=${label} checked=${effects.includes(effect)}
          onInput=${() => setEffects(toggled(effects, effect))} />`)}
        ${wrongWith(problem, "effects") && html`<p class="wrong">${wrongWith(problem, "effects")}</p>`}
      </fieldset>
      <${Check} label="Admin" help="May change connections and keys, too." checked=${admin} onInput=${setAdmin} />
    </div>
    ${problem && !problem.details.length && html`<${Failed} problem=${problem} />`}
    <div class="dialog-actions"><button type="button" onClick=${onClose}>Cancel</button><button type="submit" class="main">Make the key</button></div>
  </form><//>`;
}

function Revoke({name, onClose, onRevoked}) {
  const [problem, setProblem] = useState(null);
  const revoke = async () => {
    try {
      await json("DELETE", `/v1/keys/${encodeURIComponent(name)}`);
      onRevoked();
      onClose();
    } catch (found) {
      setProblem(found);
    }
  };
  return html`<${Dialog} title=${`Revoke ${name}?`} tone="bad" onClose=${onClose}>
    <p>The program that has it can call no more, at once.</p>
    <${Failed} problem=${problem} />
    <div class="dialog-actions"><button type="button" onClick=${onClose}>Keep it</button><button type="button" class="danger main" onClick=${revoke}>Revoke</button></div>
  <//>`;
}
