// Keeps what was typed in the entry of the browser's history, so that it is there after another page and Back. Secrets and files
// are left out.

import {useEffect, useRef} from "../core/html.js";
import {go} from "../core/router.js";
import {kept} from "../snippets/secrets.js";
import {stringify} from "./json-text.js";

/** How long nothing is typed before it is kept: browsers take few changes of the history in a short time. */
const PAUSE_MS = 200;
/** Browsers take no entry of many megabytes. */
const LONGEST = 200_000;

/**
 * @param {import("./schema.js").Schemas} schemas
 * @param {object} schema of the input
 * @param {object} input
 */
export function useKept(schemas, schema, input) {
  const last = useRef(input);
  const waiting = useRef(null);
  const path = useRef(location.pathname);
  const keep = () => {
    clearTimeout(waiting.current?.timer);
    const changed = waiting.current?.input;
    waiting.current = null;
    // Another page may be here already.
    if (!changed || location.pathname !== path.current) return;
    const draft = stringify(kept(schemas, schema, changed), "");
    if (draft.length <= LONGEST) go(location.pathname + location.search + location.hash, {replace: true, state: {draft}});
  };
  useEffect(() => {
    if (last.current === input) return;
    last.current = input;
    clearTimeout(waiting.current?.timer);
    waiting.current = {input, timer: setTimeout(keep, PAUSE_MS)};
  }, [input]);
  // A link, a button or a choice elsewhere takes the focus before it leads away.
  useEffect(() => {
    document.addEventListener("focusout", keep);
    return () => {
      document.removeEventListener("focusout", keep);
      clearTimeout(waiting.current?.timer);
    };
  }, []);
}
