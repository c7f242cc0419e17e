import {html} from "../core/html.js";
import {Page} from "../parts/page.js";

export function Call() {
  return html`<${Page} title="Call" />`;
}
