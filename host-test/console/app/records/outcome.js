// The outcome of a call.

import {html} from "../core/html.js";
import {outcomeWords} from "../core/outcomes.js";
import {Pill} from "../parts/pill.js";

/** @param {{outcome: string}} props */
export function OutcomeMark({outcome}) {
  const {tone, title} = outcomeWords(outcome);
  return html`<${Pill} tone=${tone} title=${outcome}>${title}<//>`;
}
