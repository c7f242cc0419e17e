// The pages of a list. The server knows what is before a number; which pages there were is kept in the history.

import {html} from "../core/html.js";
import {go, useLocation} from "../core/router.js";

/** How many a page has. */
export const SIZE = 50;

/** Returns the path of this page with other parameters: an empty one is left out. */
export function withQuery(path, query, changes) {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "" || value === null) changed.delete(name);
    else changed.set(name, value);
  }
  const text = changed.toString();
  return text ? `${path}?${text}` : path;
}

/**
 * The way to older and newer pages.
 *
 * @param {{next: number | string | null, count: number, size?: number, what: string}} props `count` is how many this page has
 */
export function Pages({next, count, size = SIZE, what}) {
  const {path, query, state} = useLocation();
  const before = query.get("before");
  const trail = state?.trail ?? [];
  const leave = (changes, left) => {
    go(withQuery(path, query, changes), {state: {trail: left}});
    scrollTo(0, 0);
  };
  const hasOlder = next !== null && next !== undefined && count >= size;
  if (!before && !hasOlder) return null;
  return html`<nav class="pages" aria-label=${`Pages of ${what}`}>
    <button type="button" disabled=${!before} onClick=${() => leave({before: null}, [])}>Newest</button>
    <button type="button" disabled=${!before || !trail.length} onClick=${() => leave({before: trail.at(-1)}, trail.slice(0, -1))}>Newer</button>
    <button type="button" disabled=${!hasOlder} onClick=${() => leave({before: String(next)}, before ? [...trail, before] : [""])}>Older</button>
  </nav>`;
}
