import {html} from "../core/html.js";
import {Page} from "../parts/page.js";

export function Actions() {
  return html`<${Page} title="Actions" />`;
}
