// The settings of a connection, and a new one.

import {html, useState} from "../core/html.js";
import {json, of} from "../core/api.js";
import {useResource} from "../core/resource.js";
import {go} from "../core/router.js";
import {ConnectionForm} from "../connection/form.js";
import {Dialog} from "../parts/dialog.js";
import {Failed} from "../parts/notice.js";
import {Loaded, Page} from "../parts/page.js";
import {toast} from "../parts/toast.js";

/** Loads what the form needs: the connector's form, and the names of the connections that have a level of their own. */
function useForm() {
  const form = useResource("/v1/connection-form", {keep: true});
  const all = useResource("/v1/connections");
  const lenders = all.data?.connections.filter((it) => !it.borrow_concurrency_from).map((it) => it.name) ?? [];
  return {form, lenders};
}

export function NewConnection() {
  const {form, lenders} = useForm();
  return html`<${Page} title="New connection" hint="An account at PayPal that actions run with.">
    <${Loaded} resource=${form} lines=${8}>${(document) => html`<${ConnectionForm} form=${document} connection=${null} others=${lenders} />`}<//>
  <//>`;
}

export function ConnectionPage({connection: name}) {
  const {form, lenders} = useForm();
  const connection = useResource(of(name));
  const [removing, setRemoving] = useState(false);
  const remove = html`<button type="button" class="danger" onClick=${() => setRemoving(true)}>Delete</button>`;
  return html`<${Page} title=${`Settings of ${name}`} actions=${remove}>
    <${Loaded} resource=${connection} lines=${8}>${(settings) => html`<${Loaded} resource=${form}>${(document) =>
      html`<${ConnectionForm} form=${document} connection=${settings} others=${lenders.filter((it) => it !== name)} />`}<//>`}<//>
    ${removing && html`<${Delete} name=${name} onClose=${() => setRemoving(false)} />`}
  <//>`;
}

function Delete({name, onClose}) {
  const [problem, setProblem] = useState(null);
  const remove = async () => {
    try {
      await json("DELETE", of(name));
      toast(`${name} is deleted`);
      go("/connections");
    } catch (found) {
      setProblem(found);
    }
  };
  return html`<${Dialog} title=${`Delete ${name}?`} tone="bad" onClose=${onClose}>
    <p>Its credentials, its list of calls and its events are deleted, and it is taken out of keys. What happened at PayPal stays.</p>
    <${Failed} problem=${problem} />
    <div class="dialog-actions">
      <button type="button" onClick=${onClose}>Keep it</button>
      <button type="button" class="danger main" onClick=${remove}>Delete</button>
    </div>
  <//>`;
}
