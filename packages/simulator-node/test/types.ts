// The declarations by themselves: what a strict program may write, and what it may not.

import {ControlError, startPayPal, type PayPal} from "paypal-simulator";

export async function uses(): Promise<string> {
  await using paypal: PayPal = await startPayPal({port: 0, seed: 7, args: ["--paypal-links"]});
  await paypal.approveOrder("1", {payer: "jo@example.com"});
  const {expired_tokens: expired} = await paypal.advance({days: 30});
  const {events, resources} = await paypal.trigger("PAYMENT.CAPTURE.DENIED", {intent: "CAPTURE"});
  // @ts-expect-error It is no number.
  await startPayPal({port: "0"});
  // @ts-expect-error It is read only.
  paypal.url = "";
  const {status, text} = new ControlError("orders/1/approve", 409, "{}");
  return `${events[0]?.id} ${resources["order"]} ${expired.toFixed()} ${status} ${text}`;
}
