// Has PayPal send an event again.

import {html, useState} from "../core/html.js";
import {toast} from "../parts/toast.js";
import {run} from "./run.js";

/** @param {{connection: string, event: {eventId: string, type: string}}} props */
export function Resend({connection, event}) {
  const [working, setWorking] = useState(false);
  const resend = async () => {
    setWorking(true);
    try {
      await run(connection, "webhooks.resend-event", {event_id: event.eventId});
      toast("PayPal sends it again: it counts once, and its deliveries are counted.");
    } catch (problem) {
      toast(`It is not sent again: ${problem.message}`);
    }
    setWorking(false);
  };
  return html`<button type="button" class="small" disabled=${working} aria-label=${`Send again: ${event.type}`} onClick=${resend}>Send again</button>`;
}
