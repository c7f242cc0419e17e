// Names and values of a record. What has no value is left out.

import {html} from "../core/html.js";

/** @param {{of: [string, unknown][]}} props */
export function Facts({of}) {
  const shown = of.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  return html`<dl class="facts">${shown.map(([name, value]) => html`<dt key=${name}>${name}</dt><dd key=${`${name}=`}>${value}</dd>`)}</dl>`;
}
