// What is shown where there is no page.

import {html} from "../core/html.js";
import {Link} from "../core/router.js";
import {Page} from "../parts/page.js";

export function Missing() {
  return html`<${Page} title="There is no such page" hint="The address may be mistyped.">
    <p><${Link} href="/connections">All connections<//></p>
  <//>`;
}
