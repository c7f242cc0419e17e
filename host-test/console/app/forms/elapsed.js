// How long a call has been running.

import {html, useEffect, useState} from "../core/html.js";

const STEP_MS = 100;

/** @param {{since: number}} props when it began, in milliseconds */
export function Elapsed({since}) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return html`<span class="number">Running, ${(Math.max(0, now - since) / 1000).toFixed(1)} s</span>`;
}
