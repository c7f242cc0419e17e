import {html} from "../core/html.js";
import {Page} from "../parts/page.js";

export function Payer() {
  return html`<${Page} title="Payer" />`;
}
