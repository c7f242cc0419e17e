import {html} from "../core/html.js";
import {Page} from "../parts/page.js";

export function Payers() {
  return html`<${Page} title="Payers" />`;
}
