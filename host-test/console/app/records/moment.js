// A point in time in a list: the time of day, with the date if it is another day.

import {html} from "../core/html.js";
import {whenExactly} from "../core/format.js";

const CLOCK = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit", second: "2-digit"});
const DAY = new Intl.DateTimeFormat(undefined, {day: "numeric", month: "short"});
const YEAR = new Intl.DateTimeFormat(undefined, {day: "numeric", month: "short", year: "numeric"});

/** @param {{time: string | null}} props RFC 3339 */
export function Moment({time}) {
  return html`<time dateTime=${time} title=${whenExactly(time)}>${moment(time)}</time>`;
}

/** The text of it. */
export function moment(text) {
  const time = new Date(text ?? NaN);
  const now = new Date();
  if (Number.isNaN(time.getTime())) return text ?? "";
  if (time.toDateString() === now.toDateString()) return CLOCK.format(time);
  return `${(time.getFullYear() === now.getFullYear() ? DAY : YEAR).format(time)}, ${CLOCK.format(time)}`;
}
