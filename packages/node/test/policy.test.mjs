// Which requests leave the process. The class is not exported: the component could ask for anything.

import assert from "node:assert/strict";
import {test} from "node:test";

const {Route} = await import("../node_modules/paypal-connector/dist/route.js");
const AUTHORIZED = [["authorization", "Bearer x"]];

function allows(route, method, url, headers = AUTHORIZED) {
  const [, authority, path] = /^https:\/\/([^/]*)(.*)$/.exec(url);
  const allowed = route.allow({method, authority, path, headers});
  return allowed && [allowed.origin.href, allowed.token];
}

test("the token goes to the environment's host, for operations of the catalogue", () => {
  const route = new Route("sandbox");
  const host = "https://api-m.sandbox.paypal.com";
  for (const [method, path] of [
    ["POST", "/v2/checkout/orders"],
    ["GET", "/v2/checkout/orders/5O190127TN364715T?fields=payment_source"],
    ["GET", "/v2/checkout/orders/a%20b%3A%40"],
    ["GET", "/v1/billing/plans/page/2"],
    ["POST", "/v2/invoicing/search-invoices/page/2"],
  ]) {
    assert.deepEqual(allows(route, method, host + path), [`${host}/`, true], path);
  }
  for (const [method, url] of [
    ["GET", "https://api-m.paypal.com/v2/checkout/orders/A1"],
    ["GET", "https://api-m.sandbox.paypal.com:8443/v2/checkout/orders/A1"],
    ["GET", "https://api-m.sandbox.paypal.com.example/v2/checkout/orders/A1"],
    ["GET", "https://user@api-m.sandbox.paypal.com/v2/checkout/orders/A1"],
    ["GET", "https://127.0.0.1/v2/checkout/orders/A1"],
    ["POST", `${host}/v1/oauth2/token`],
    ["DELETE", `${host}/v2/checkout/orders/A1`],
    ["TRACE", `${host}/v2/checkout/orders/A1`],
    ["GET", `${host}/v2/checkout/orders`],
    ["GET", `${host}/v2/checkout/orders/`],
    ["GET", `${host}//v2/checkout/orders/A1`],
    ["GET", `${host}/v2/checkout/orders/..`],
    ["GET", `${host}/v2/checkout/orders/%2e%2E`],
    ["GET", `${host}/v2/checkout/orders/A1%2Fcapture`],
    ["GET", `${host}/v2/checkout/orders/A1%252F`],
    ["GET", `${host}/v2/checkout/orders/A1%0d%0a`],
    ["GET", `${host}/v2/checkout/orders/A1;x`],
    ["GET", `${host}/v2/checkout/orders/A1#x`],
    ["GET", `${host}/v2/checkout/orders/A1 HTTP/1.1`],
    ["GET", `${host}/v1/billing/plans/../products`],
    ["POST", `${host}/v1/billing/plans/P-1/page/2`],
    ["GET", `${host}/v1/reporting/transactions/page/2`],
  ]) {
    assert.equal(allows(route, method, url), undefined, `${method} ${url}`);
  }
});

test("one read may go to the other environment, and to a simulator nothing does", () => {
  const probe = "https://api-m.paypal.com/v1/notifications/webhooks-event-types";
  assert.deepEqual(allows(new Route("sandbox"), "GET", probe), ["https://api-m.paypal.com/", true]);
  assert.equal(allows(new Route("sandbox"), "GET", `${probe}?x=1`), undefined);
  assert.equal(allows(new Route("sandbox", "http://127.0.0.1:1"), "GET", probe), undefined);
});

test("without a token there are certificates and postbacks", () => {
  const certificate = "https://api.paypal.com/v1/notifications/certs/CERT-1";
  const postback = "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr";
  const open = (route, method, url) => allows(route, method, url, []);
  assert.deepEqual(open(new Route("sandbox"), "GET", certificate), ["https://api.paypal.com/", false]);
  assert.deepEqual(open(new Route("sandbox"), "POST", postback), ["https://ipnpb.sandbox.paypal.com/", false]);
  assert.deepEqual(open(new Route("live", "http://[::1]:8"), "GET", certificate), ["http://[::1]:8/", false]);
  for (const [route, method, url] of [
    [new Route("live"), "GET", certificate.replace("api.", "api.sandbox.")],
    [new Route("live"), "POST", postback],
    [new Route("live"), "GET", `${certificate}?x`],
    [new Route("live"), "GET", `${certificate}/../../oauth2`],
    [new Route("live"), "GET", "https://example.com/v1/notifications/certs/CERT-1"],
    [new Route("sandbox"), "GET", "https://api-m.sandbox.paypal.com/v2/checkout/orders/A1"],
  ]) {
    assert.equal(open(route, method, url), undefined, url);
  }
});

test("a request has the header fields that are known, each once", () => {
  const url = "https://api-m.sandbox.paypal.com/v2/checkout/orders";
  const allowed = (...names) =>
    allows(new Route("sandbox"), "POST", url, [...AUTHORIZED, ...names.map((name) => [name, "x"])]) !== undefined;
  assert.ok(allowed("accept", "Content-Type", "PayPal-Request-Id", "prefer"));
  for (const name of ["host", "cookie", "transfer-encoding", "expect", "x-http-method-override", "Authorization"]) {
    assert.ok(!allowed(name), name);
  }
});
