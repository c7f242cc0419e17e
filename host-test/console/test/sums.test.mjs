// The sum that a person is asked about, by the input alone.

import assert from "node:assert/strict";
import {register} from "node:module";
import {test} from "node:test";

// The modules are those of the page, which no package.json says to be modules.
const load = 'export const load = (url, context, next) => next(url, url.includes("/app/") ? {...context, format: "module"} : context);';
register(`data:text/javascript,${encodeURIComponent(load)}`);
const {largestOf, sumsOf, totalOf} = await import("../app/forms/sums.js");
const {parse} = await import("../app/forms/json-text.js");

const usd = (value) => ({currency_code: "USD", value});
const totalIn = (input) => totalOf(sumsOf(input, () => false));
const largestIn = (input) => largestOf(sumsOf(input, () => false));

test("the amounts of a list are added, by decimals, and their parts are not", () => {
  const unit = (value) => ({amount: {...usd(value), breakdown: {item_total: usd("99999.00")}}});
  assert.equal(totalIn({body: {purchase_units: [unit("0.10"), unit("0.2"), unit("9007199254740993.005")]}}), "9007199254740993.305 USD");
  assert.equal(totalIn({body: {amount: usd("3.00")}}), "3.00 USD");
});

test("where another amount is larger, or they are not of one list, the largest is what counts", () => {
  const subscription = {body: {shipping_amount: usd("1.00"), plan: {billing_cycles: [{pricing_scheme: {fixed_price: usd("900.00")}}]}}};
  assert.deepEqual([totalIn(subscription), largestIn(subscription)], [null, "900.00 USD"]);
  const strange = {body: {x: usd("1.00"), purchase_units: [{amount: usd("9999.00")}]}};
  assert.deepEqual([totalIn(strange), largestIn(strange)], [null, "9999.00 USD"]);
  assert.equal(totalIn({body: {a: usd("1.00"), b: usd("1.00")}}), null);
  assert.equal(totalIn({body: {items: [{amount: usd("1.00")}, {amount: {currency_code: "EUR", value: "1.00"}}]}}), null);
});

test("a number in the place of a text is money all the same", () => {
  assert.equal(totalIn(parse('{"body": {"amount": {"currency_code": "USD", "value": 900.00}}}').value), "900.00 USD");
  assert.equal(totalIn({}), null);
  assert.equal(largestIn({body: {amount: usd("ten")}}), null);
});
