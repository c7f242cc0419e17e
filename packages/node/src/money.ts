// Money is a decimal string: a number such as 0.1 + 0.2 cannot be passed for one.

declare const brand: unique symbol;

/** An amount as PayPal writes it, such as `"10.00"`. Made by `money`. */
export type MoneyValue = string & {readonly [brand]: "MoneyValue"};

/**
 * Returns a decimal string as an amount. How many decimals a currency has is checked by the connector.
 *
 * @throws TypeError if it is not a string of digits with at most one point, such as `"10.00"` or `"-0.5"`.
 */
export function money(value: string): MoneyValue {
  if (typeof value !== "string" || value.length > 32 || !/^-?(\d+|\d*\.\d+)$/.test(value)) {
    throw new TypeError("an amount is a decimal string such as \"10.00\"");
  }
  return value as MoneyValue;
}
