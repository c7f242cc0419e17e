// The connector's actions, which are the same for all connections, and how they are found by what a person types.

import {useResource} from "./resource.js";

/** All actions: `{data: [{id, summary, description, group, effects, ...}]}`. They are loaded once. */
export function useActions() {
  return useResource("/v1/actions", {keep: true});
}

/**
 * Returns the actions that have all words, the better ones first: in the summary before the id before the description.
 *
 * @param {any[]} actions
 * @param {string} text
 */
export function search(actions, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return actions;
  const ranked = actions.flatMap((action) => {
    const places = [action.summary, action.id, action.group, action.description].map((it) => (it ?? "").toLowerCase());
    const ranks = words.map((word) => places.findIndex((place) => place.includes(word)));
    return ranks.includes(-1) ? [] : [[Math.max(...ranks), action]];
  });
  return ranked.sort(([a], [b]) => a - b).map(([, action]) => action);
}
