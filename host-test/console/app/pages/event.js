import {html} from "../core/html.js";
import {Page} from "../parts/page.js";

export function EventPage() {
  return html`<${Page} title="Event" />`;
}
