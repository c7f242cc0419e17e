// Events as they come.

import {html, useEffect, useState} from "../core/html.js";
import {of} from "../core/api.js";
import {watch} from "../core/events.js";

/**
 * Calls back for each event that a connection receives while the page is open, and for each that comes once more.
 *
 * @param {string} connection
 * @param {{onEvent: (record: any) => void, onOpen: () => void}} callbacks `onOpen` when the stream begins, after which nothing is missed
 * @returns {"connecting" | "open" | "closed"}
 */
export function useLive(connection, {onEvent, onOpen}) {
  const [state, setState] = useState(/** @type {"connecting" | "open" | "closed"} */ ("connecting"));
  useEffect(() => {
    const controller = new AbortController();
    const stateIs = (it) => {
      if (controller.signal.aborted) return;
      setState(it);
      if (it === "open") onOpen();
    };
    const event = (name, record) => {
      if (["received", "received-again"].includes(name) && !controller.signal.aborted) onEvent(record);
    };
    watch(of(connection, "events"), {event, state: stateIs}, controller.signal);
    return () => controller.abort();
  }, [connection]);
  return state;
}

const WORDS = {connecting: "Connecting", open: "Listening", closed: "Connecting again"};

/** Whether events come in as they happen. */
export function LiveState({state}) {
  return html`<span class=${`live-state ${state}`} role="status">${WORDS[state]}</span>`;
}
