// What was credited to a payer, and which events told of it.

import {useEffect, useState} from "../core/html.js";
import {json, of} from "../core/api.js";
import {run} from "./run.js";
import {timelineOf, told} from "./received.js";

/** Of so many events it is looked up when a credit came, and to what it belongs: the history of a payer does not say. */
const EVENTS = 200;
/** The most pages of a payer's credits. */
const PAGES = 20;

/** Loads it: `{history, problem, reload}`. */
export function usePayer(connection, payer) {
  const [state, set] = useState({history: null, problem: null});
  const [count, setCount] = useState(0);
  useEffect(() => {
    let wanted = true;
    credited(connection, payer).then((history) => wanted && set({history, problem: null}), (problem) => wanted && set((before) => ({...before, problem})));
    return () => (wanted = false);
  }, [connection, payer, count]);
  return {...state, reload: () => setCount((it) => it + 1)};
}

async function credited(connection, payer) {
  const first = await run(connection, "payers.history", {payer});
  const history = first.body;
  let input = first.next;
  for (let page = 1; page < PAGES && input; page += 1) {
    const reply = await run(connection, "payers.history", input);
    history.credits.push(...reply.body.credits);
    history.sums = reply.body.sums;
    input = reply.next;
  }
  return history;
}

/** The events that told of credits, by the key of the credit. The first that told of it is the one. */
export function useOrigins(connection) {
  const [origins, set] = useState(new Map());
  useEffect(() => {
    const controller = new AbortController();
    json("GET", `${of(connection, "events")}?accepted=true&limit=${EVENTS}`, {signal: controller.signal}).then(({events}) => {
      const found = new Map();
      for (const record of events) {
        const event = told(record);
        for (const {key} of event.credits) found.set(key, {id: event.id, time: event.time, timeline: timelineOf(event)});
      }
      set(found);
    }, () => null);
    return () => controller.abort();
  }, [connection]);
  return origins;
}
