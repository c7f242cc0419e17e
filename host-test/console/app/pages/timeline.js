import {html} from "../core/html.js";
import {Page} from "../parts/page.js";

export function Timeline() {
  return html`<${Page} title="Timeline" />`;
}
