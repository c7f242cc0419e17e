// Short messages at the edge of the window, of what was done.

import {html, useEffect, useState} from "../core/html.js";

const SHOWN_MS = 4000;
/** @type {(text: string) => void} */
let show = () => {};

/** Says that something was done. */
export function toast(text) {
  show(text);
}

/** Where they are shown: once in the page. */
export function Toasts() {
  const [message, set] = useState(null);
  useEffect(() => {
    show = (text) => set({text, id: Date.now()});
    return () => (show = () => {});
  }, []);
  useEffect(() => {
    if (!message) return undefined;
    const timer = setTimeout(() => set(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [message]);
  return html`<div class="toasts" role="status">${message && html`<p key=${message.id}>${message.text}</p>`}</div>`;
}
