// A sentence of the server's, in which what stands between backquotes is code.

import {html} from "../core/html.js";

export function Words({text}) {
  // Every second part stood between two of them.
  return (text ?? "").split("`").map((part, at) => (at % 2 ? html`<code>${part}</code>` : part));
}
