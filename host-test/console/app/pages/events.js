import {html} from "../core/html.js";
import {Page} from "../parts/page.js";

export function Events() {
  return html`<${Page} title="Events" />`;
}
