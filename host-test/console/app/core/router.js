// Which page a path names, and links between them.

import {html, useEffect, useState} from "./html.js";

/** Splits a path into its decoded segments. A segment that cannot be decoded stays as it is. */
function segments(path) {
  return path.split("/").filter(Boolean).map((it) => {
    try {
      return decodeURIComponent(it);
    } catch {
      return it;
    }
  });
}

/**
 * Returns the first route that fits a path, with the values of its parameters; `null` if none does.
 *
 * @param {{path: string, page: unknown}[]} routes `path` has parameters such as `:name`
 * @param {string} path
 */
export function match(routes, path) {
  const given = segments(path);
  for (const route of routes) {
    const expected = segments(route.path);
    const fits = expected.length === given.length && expected.every((it, at) => it.startsWith(":") || it === given[at]);
    if (!fits) continue;
    const parameters = Object.fromEntries(expected.flatMap((it, at) => (it.startsWith(":") ? [[it.slice(1), given[at]]] : [])));
    return {page: route.page, parameters};
  }
  return null;
}

const listeners = new Set();

/** Goes to a page of the console. `state` is kept in the history, and is the new page's `useLocation().state`. */
export function go(path, {replace = false, state = null} = {}) {
  if (replace) history.replaceState(state, "", path);
  else history.pushState(state, "", path);
  listeners.forEach((it) => it());
}

addEventListener("popstate", () => listeners.forEach((it) => it()));

const here = () => ({path: location.pathname, query: new URLSearchParams(location.search), state: history.state});

/** Where the page is: `{path, query, state}`. */
export function useLocation() {
  const [at, set] = useState(here);
  useEffect(() => {
    const changed = () => set(here());
    listeners.add(changed);
    changed();
    return () => listeners.delete(changed);
  }, []);
  return at;
}

/** Returns a path of a connection's page: `to("shop", "actions", "orders.create")`. */
export function to(connection, ...parts) {
  return ["", "connections", connection, ...parts].map(encodeURIComponent).join("/");
}

/** A link to a page of the console. */
export function Link({href, children, ...rest}) {
  const follow = (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
    scrollTo(0, 0);
  };
  return html`<a href=${href} onClick=${follow} ...${rest}>${children}</a>`;
}

/** Returns a link of a document if it leads to a page of the web, and nothing otherwise: `javascript:` runs. */
export function webLink(text) {
  if (typeof text !== "string" || !URL.canParse(text)) return null;
  return ["https:", "http:"].includes(new URL(text).protocol) ? text : null;
}
