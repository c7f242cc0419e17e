// Finds an action by typing, from everywhere: Ctrl+K, or / outside of fields.

import {html, useEffect, useRef, useState} from "../core/html.js";
import {search, useActions} from "../core/actions.js";
import {go, to} from "../core/router.js";
import {Dialog} from "../parts/dialog.js";
import {Effects} from "../parts/pill.js";

/** How many are shown. */
const SHOWN = 12;

/** @param {{connection: string | null, open: boolean, onOpen: (open: boolean) => void}} props */
export function Palette({connection, open, onOpen}) {
  useEffect(() => {
    const pressed = (event) => {
      const field = event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
      const wanted = ((event.ctrlKey || event.metaKey) && event.key === "k") || (event.key === "/" && !field);
      if (!wanted || !connection) return;
      event.preventDefault();
      onOpen(true);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [connection]);
  return open && html`<${Find} connection=${connection} onClose=${() => onOpen(false)} />`;
}

/** The button for it. */
export function PaletteButton({connection, onOpen}) {
  return html`<button type="button" class="find" disabled=${!connection} onClick=${() => onOpen(true)}>
    <span>Find an action</span><kbd>Ctrl K</kbd>
  </button>`;
}

/** A combobox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
function Find({connection, onClose}) {
  const actions = useActions();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef(null);
  useEffect(() => input.current.focus(), []);
  const found = search(actions.data ?? [], text).slice(0, SHOWN);
  const chosen = found[Math.min(at, found.length - 1)];
  const choose = (action) => {
    onClose();
    go(to(connection, "actions", action.id));
  };
  const pressed = (event) => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step && found.length) {
      event.preventDefault();
      setAt((Math.min(at, found.length - 1) + step + found.length) % found.length);
    } else if (event.key === "Enter" && chosen) {
      event.preventDefault();
      choose(chosen);
    }
  };
  const typed = (event) => {
    setText(event.target.value);
    setAt(0);
  };
  return html`<${Dialog} title="Find an action" onClose=${onClose}>
    <div class="palette">
      <input ref=${input} type="text" role="combobox" aria-label="Words of an action" aria-expanded="true" aria-controls="found"
        aria-activedescendant=${chosen ? `found-${chosen.id}` : null} autocomplete="off" spellcheck="false"
        placeholder="refund, invoice, orders.create …" value=${text} onInput=${typed} onKeyDown=${pressed} />
      <ul id="found" role="listbox" aria-label="Actions">${found.map((it) => html`<li key=${it.id} id=${`found-${it.id}`} role="option"
          aria-selected=${it === chosen} onClick=${() => choose(it)}>
        <span class="action-name">${it.summary}</span><span class="found"><code>${it.id}</code><${Effects} effects=${it.effects} /></span>
      </li>`)}</ul>
      <p class="hint" role="status">${actions.data && !found.length ? "No action has these words." : "\u00a0"}</p>
      <div class="dialog-actions"><button type="button" onClick=${onClose}>Close</button></div>
    </div>
  <//>`;
}
