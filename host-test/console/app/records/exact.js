// JSON from others, without a change of its numbers.

/**
 * Parses JSON. A number that would come out as another text, such as `1.50` or one of 20 digits, stays the text that it is.
 *
 * @param {string} text
 */
export function parseExactly(text) {
  return JSON.parse(text, (_name, value, context) => {
    const source = context?.source;
    return typeof value === "number" && source !== undefined && String(value) !== source ? source : value;
  });
}
