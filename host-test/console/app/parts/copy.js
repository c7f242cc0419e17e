// A button that copies a text.

import {html, useEffect, useState} from "../core/html.js";

const SAID_MS = 1500;

/** @param {{text: string | (() => string), label?: string}} props `label` says what is copied, to those who do not see it */
export function Copy({text, label = "Copy"}) {
  const [said, say] = useState("");
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => say(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
      say("Copied");
    } catch {
      say("Not allowed");
    }
  };
  return html`<button type="button" class="copy" onClick=${copy} aria-label=${said || label}>
    <span aria-live="polite">${said || "Copy"}</span>
  </button>`;
}

/** An identifier with a button that copies it. */
export function Identifier({value, label}) {
  if (!value) return null;
  return html`<span class="identifier"><code>${value}</code><${Copy} text=${value} label=${`Copy ${label ?? "it"}`} /></span>`;
}
