// What is shown in the place of a page, or of an answer, that fails to draw. The rest stays.

import {Component, html} from "../core/html.js";
import {Notice} from "../parts/notice.js";

export class Boundary extends Component {
  state = {error: null};

  /** @param {Error} error */
  componentDidCatch(error) {
    this.setState({error});
    // For whoever looks into it.
    console.error(error);
  }

  /** @param {{children?: any, heading?: "h1" | "h3"}} props */
  render({children, heading = "h1"}, {error}) {
    if (!error) return children;
    return html`<${heading}>This cannot be drawn<//>
      <${Notice} tone="bad" title="It is an error of the console" live>
        <p>What was sent is not sent again. What came of it is in Calls. <button type="button" class="link" onClick=${() => location.reload()}>Load the page again</button></p>
        <p><code>${error.message}</code></p>
      <//>`;
  }
}
