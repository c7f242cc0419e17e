// The newest events of a connection, with those that come in.

import {useCallback, useEffect, useRef, useState} from "../core/html.js";
import {useResource} from "../core/resource.js";
import {useKept} from "./kept.js";
import {useLive} from "./live.js";
import {isAccepted} from "./received.js";

/** The most that are kept and drawn. */
const MOST = 200;
/** For how long events are gathered before they are drawn. */
const TOGETHER_MS = 250;

/**
 * @param {string} connection
 * @param {string} path of the page
 * @param {{accepted?: string | null, first: boolean}} which `first` is the newest page, to which new ones are added
 * @returns {{events: any[] | null, state: string, resource: any}}
 */
export function useEvents(connection, path, {accepted = null, first}) {
  const resource = useKept(useResource(path), path);
  const [added, setAdded] = useState([]);
  const wanted = useRef(null);
  wanted.current = (record) => first && (!accepted || String(isAccepted(record.received)) === accepted);
  // Anybody may deliver any number: they are drawn together, a few times in a second.
  const waiting = useRef([]);
  const onEvent = useCallback((record) => {
    if (!wanted.current(record)) return;
    if (!waiting.current.length) setTimeout(() => {
      const came = waiting.current;
      waiting.current = [];
      setAdded((before) => [...came, ...before].slice(0, MOST));
    }, TOGETHER_MS);
    waiting.current = [record, ...waiting.current].slice(0, MOST);
  }, []);
  useEffect(() => {
    waiting.current = [];
    setAdded([]);
  }, [path]);
  // What came between the list and the stream is in the list that is loaded when the stream is open.
  const state = useLive(connection, {onEvent, onOpen: resource.reload});
  if (!resource.data) return {events: null, state, resource};
  const all = new Map();
  for (const it of [...resource.data.events, ...(first && resource.of === path ? added : [])]) {
    // One that came once more is told with the count of its deliveries.
    if (!((all.get(it.id)?.deliveries ?? 0) > it.deliveries)) all.set(it.id, it);
  }
  return {events: [...all.values()].sort((a, b) => b.id - a.id).slice(0, MOST), state, resource};
}
