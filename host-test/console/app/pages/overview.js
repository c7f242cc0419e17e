import {html} from "../core/html.js";
import {Page} from "../parts/page.js";

export function Overview({connection}) {
  return html`<${Page} title=${connection} />`;
}
