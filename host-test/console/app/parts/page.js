// The head of a page, and what stands in its place while it loads.

import {html, useEffect, useRef} from "../core/html.js";
import {Failed} from "./notice.js";

/**
 * A page with its title. A new page takes the focus, so that a screen reader reads its title.
 *
 * @param {{title: string, hint?: unknown, actions?: unknown, children?: unknown}} props
 */
export function Page({title, hint, actions, children}) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = `${title} · PayPal connector`;
  }, [title]);
  useEffect(() => heading.current?.focus({preventScroll: true}), []);
  return html`<header class="page-head">
      <div>
        <h1 tabindex="-1" ref=${heading}>${title}</h1>
        ${hint && html`<p class="hint">${hint}</p>`}
      </div>
      ${actions && html`<div class="page-actions">${actions}</div>`}
    </header>
    ${children}`;
}

/** What a resource has loaded; lines in its place before, and why not if it failed. */
export function Loaded({resource, lines = 4, children}) {
  if (resource.problem && !resource.data) return html`<${Failed} problem=${resource.problem} retry=${resource.reload} />`;
  if (!resource.data) return html`<${Skeleton} lines=${lines} />`;
  return children(resource.data);
}

/** Lines of what is not there yet. */
export function Skeleton({lines}) {
  return html`<div class="skeleton" aria-busy="true">
    <span class="unseen">Loading</span>${Array.from({length: lines}, () => html`<i></i>`)}
  </div>`;
}

/** Says that there is nothing, and what to do about it. */
export function Empty({title, children}) {
  return html`<div class="empty"><p class="empty-title">${title}</p>${children}</div>`;
}
