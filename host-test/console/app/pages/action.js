import {html} from "../core/html.js";
import {Page} from "../parts/page.js";

export function ActionPage() {
  return html`<${Page} title="Action" />`;
}
