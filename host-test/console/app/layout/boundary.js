// What is shown in the place of a page that fails to draw. The ways to other pages stay.

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

  render({children}, {error}) {
    if (!error) return children;
    return html`<h1>This page cannot be drawn</h1>
      <${Notice} tone="bad" title="It is an error of the console" live>
        <p>Nothing more was sent. If a call was running, look at Calls. <button type="button" class="link" onClick=${() => location.reload()}>Load the page again</button></p>
        <p><code>${error.message}</code></p>
      <//>`;
  }
}
