import {html} from "../core/html.js";
import {Page} from "../parts/page.js";

export function Calls() {
  return html`<${Page} title="Calls" />`;
}
