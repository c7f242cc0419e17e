// The drawing of a history: time goes down, in three lanes. What we did is a square, what PayPal told a disc, a payment a diamond.

import {html, useEffect, useRef, useState} from "../core/html.js";
import {moment} from "./moment.js";
import {sentence, toneOf} from "./history.js";

/** The lanes, from the left. */
const LANES = [["we", "We"], ["paypal", "PayPal"], ["payment", "Paid"]];
const TOP = 34;
/** The most entries that are drawn at once. */
export const DRAWN = 200;

/** Below this width names have two lines, and the lanes are near each other. */
const NARROW = 430;

/** Where things are, in pixels, by the width. */
function layout(width) {
  const narrow = width < NARROW;
  const [row, lane, left] = narrow ? [88, 42, 22] : [64, 52, 30];
  const text = left + lane * 2 + (narrow ? 22 : 34);
  return {
    narrow, row, text,
    // About so many characters of a name have room.
    room: Math.floor((width - text - (narrow ? 8 : 110)) / 7.4),
    x: (name) => left + LANES.findIndex(([it]) => it === name) * lane,
    y: (at) => TOP + at * row + row / 2,
  };
}

/** A name in lines: it is broken after a dot. */
function lines(name, room) {
  const broken = [""];
  for (const part of name.split(/(?<=\.)/)) {
    if (broken.at(-1) && broken.at(-1).length + part.length > room) broken.push(part);
    else broken[broken.length - 1] += part;
  }
  return broken;
}

/** @param {{entries: any[], chosen: number, onChoose: (at: number) => void, label: string}} props */
export function Drawing({entries, chosen, onChoose, label}) {
  const drawing = useRef(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const observer = new ResizeObserver(([it]) => setWidth(Math.max(280, Math.floor(it.contentRect.width))));
    observer.observe(drawing.current);
    return () => observer.disconnect();
  }, []);
  const places = layout(width);
  const height = TOP + entries.length * places.row + 8;
  const moved = (event, row) => {
    const target = {ArrowDown: row + 1, ArrowUp: row - 1, Home: 0, End: entries.length - 1}[event.key];
    if (target === undefined || !entries[target]) return;
    event.preventDefault();
    onChoose(entries[target].at);
    drawing.current.querySelectorAll(".entry")[target]?.focus();
  };
  return html`<div class="drawing" ref=${drawing}>
    <svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${label}>
      ${LANES.map(([lane, name]) => html`<g key=${lane} aria-hidden="true">
        <text class="lane-name" x=${places.x(lane)} y="18" text-anchor="middle">${name}</text>
        <line class="lane" x1=${places.x(lane)} x2=${places.x(lane)} y1=${TOP} y2=${height - 8} /></g>`)}
      ${entries.map((it, row) => html`<${Entry} key=${it.at} entry=${it} row=${row} width=${width} places=${places} chosen=${it.at === chosen} onChoose=${() => onChoose(it.at)}
        onMoved=${(event) => moved(event, row)} />`)}
    </svg>
  </div>`;
}

function Entry({entry, row, width, places, chosen, onChoose, onMoved}) {
  const at = places.y(row);
  const from = entry.ours ? "we" : "paypal";
  const paid = entry.payments.length > 0;
  const status = (paid && [...new Set(entry.payments.map((it) => it.status).filter(Boolean))].join(", ")) || entry.status;
  const amount = [...new Set(entry.payments.map((it) => it.amount).filter(Boolean))].join(", ") || entry.amount;
  const more = [status, amount].filter(Boolean);
  const name = lines(entry.name, places.room);
  const top = at - 5 - (name.length - 1) * 8 - (places.narrow ? 8 : 0);
  const press = (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onChoose();
    } else onMoved(event);
  };
  // It begins with what is seen.
  const said = `${entry.name} ${more.join("  ")} ${moment(entry.time)}: ${sentence(entry)}`;
  return html`<g class=${`entry ${chosen ? "chosen" : ""}`} role="button" tabindex=${chosen ? 0 : -1} aria-pressed=${chosen} aria-label=${said}
      onClick=${onChoose} onKeyDown=${press}>
    <rect class="row" x="2" y=${at - places.row / 2 + 2} width=${width - 4} height=${places.row - 4} rx="8" />
    ${paid && html`<line class="tie" x1=${places.x(from)} x2=${places.x("payment")} y1=${at} y2=${at} />`}
    <${Mark} lane=${from} x=${places.x(from)} y=${at} tone=${entry.unknown ? "bad" : ""} />
    ${paid && html`<${Mark} lane="payment" x=${places.x("payment")} y=${at} tone=${toneOf(entry.payments[0].status)} />`}
    <text class="entry-name" x=${places.text} y=${top}>${name.map((it, line) => html`<tspan key=${line} x=${places.text} dy=${line ? 16 : 0}>${it}</tspan>`)}</text>${" "}
    <text class="entry-more" x=${places.text} y=${top + name.length * 16 + 3}>${more.map((it, part) => html`<tspan key=${part} class=${it === status ? toneOf(status) : "entry-time"}>${part ? `  ${it}` : it}</tspan>`)}</text>${" "}
    <text class="entry-time" x=${places.narrow ? places.text : width - 14} y=${places.narrow ? top + name.length * 16 + 20 : top} text-anchor=${places.narrow ? "start" : "end"}>${moment(entry.time)}</text>
  </g>`;
}

function Mark({lane, x, y, tone}) {
  const name = `mark ${lane} ${tone}`;
  if (lane === "paypal") return html`<circle class=${name} cx=${x} cy=${y} r="9" />`;
  if (lane === "we") return html`<rect class=${name} x=${x - 8} y=${y - 8} width="16" height="16" rx="3" />`;
  return html`<path class=${name} d=${`M${x} ${y - 11} L${x + 11} ${y} L${x} ${y + 11} L${x - 11} ${y} Z`} />`;
}
