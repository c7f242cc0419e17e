// Times, durations and money as people read them.

const TIME = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "medium"});
const CLOCK = new Intl.DateTimeFormat(undefined, {timeStyle: "medium"});

/** A point in time (RFC 3339), short if it is of today. */
export function when(text) {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return text ?? "";
  return time.toDateString() === new Date().toDateString() ? CLOCK.format(time) : TIME.format(time);
}

/** The whole point in time, of a text or of milliseconds. */
export function whenExactly(text) {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? (text ?? "") : TIME.format(time);
}

/** A duration in milliseconds. */
export function duration(ms) {
  if (ms === null || ms === undefined) return "";
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** An amount of money of PayPal's. It stays the decimal string that it is. */
export function money(amount) {
  const value = amount?.value ?? amount?.amount;
  return value === undefined ? "" : `${value} ${amount.currency_code ?? amount.currency ?? ""}`.trim();
}
