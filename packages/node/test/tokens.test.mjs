import assert from "node:assert/strict";
import {test} from "node:test";
import {PayPal, TokenError, clientCredentials, money} from "paypal-connector";
import {ORDER, SIMULATOR, http, peer, simulate, tenant} from "./support.mjs";

const GRANT = (value, seconds) => http(200, JSON.stringify({access_token: value, expires_in: seconds, scope: "a b"}));
const isGrant = (request) => request.startsWith("POST /v1/oauth2/token");

test("a token is asked for once, for all calls that wait", async (t) => {
  const {paypal, requests} = await peer(
    t,
    (socket, request) => socket.write(isGrant(request) ? GRANT("t1", 3600) : http(200, '{"id": "A1"}')),
    {tokens: clientCredentials("id", "secret"), workers: 4},
  );
  const outcomes = await Promise.all(Array.from({length: 8}, () => paypal.orders.get({id: "A1"})));
  assert.ok(outcomes.every(({ok}) => ok));
  assert.equal(requests.filter(isGrant).length, 1);
  assert.equal(requests.length, 9);
});

test("of many that ask at once, one obtains", async () => {
  const {Tokens} = await import("../node_modules/paypal-connector/dist/tokens.js");
  let obtained = 0;
  const tokens = new Tokens({obtain: async () => ({value: `t${++obtained}`})});
  const first = await Promise.all(Array.from({length: 5}, () => tokens.obtain()));
  assert.equal(obtained, 1);
  const {value} = first[0];
  // Each has been refused the same token: it is replaced once.
  const second = await Promise.all(Array.from({length: 5}, () => tokens.obtain(value)));
  assert.equal(obtained, 2);
  assert.deepEqual([...new Set(second.map((it) => tokens.reveal(`Bearer ${it.value}`)))], ["Bearer t2"]);
  // One that began before goes on with its own; what is no placeholder is none.
  assert.equal(tokens.reveal(`Bearer ${value}`), "Bearer t1");
  assert.equal(tokens.reveal("Bearer t1"), undefined);
  assert.equal((await tokens.obtain(value)).value, second[0].value);
  // What fails is not kept.
  const failing = new Tokens({obtain: async () => (++obtained === 3 ? Promise.reject(new Error("down")) : {value: "t4"})});
  await assert.rejects(failing.obtain());
  assert.ok(await failing.obtain());
});

test("a refused token that the source gives again is refused", async (t) => {
  const {Tokens} = await import("../node_modules/paypal-connector/dist/tokens.js");
  let now = 0;
  t.mock.method(performance, "now", () => now);
  for (const stubborn of [false, true]) {
    for (const isOver of [false, true]) {
      let told = 0;
      // A vault that gives the same token until it is told that this is refused, or for ever.
      const obtain = async ({refused}) => {
        told += refused;
        return {value: `kept-${stubborn ? 0 : told}`, expiresInSeconds: 3600};
      };
      const tokens = new Tokens({obtain});
      const rejected = (await tokens.obtain()).value;
      // A renewal that knows of no refusal, and is in flight or over when there is one.
      now += 3_541_000;
      assert.equal((await tokens.obtain()).value, rejected);
      if (isOver) await new Promise(setImmediate);
      for (let n = 0; n < 2; n += 1) {
        const {value} = await tokens.obtain(rejected);
        assert.equal(tokens.reveal(`Bearer ${value}`), `Bearer kept-${stubborn ? 0 : 1}`);
      }
      assert.equal(told, 1);
    }
  }
});

test("a token that is due is used while it is renewed, and until it expires if it cannot be", async (t) => {
  const {Tokens} = await import("../node_modules/paypal-connector/dist/tokens.js");
  let now = 0;
  t.mock.method(performance, "now", () => now);
  let asked = 0;
  let answer = async () => ({value: `t${asked}`, expiresInSeconds: 3600});
  const tokens = new Tokens({obtain: () => (++asked, answer())});
  const used = async (rejected) => tokens.reveal(`Bearer ${(await tokens.obtain(rejected)).value}`);
  const settled = () => new Promise(setImmediate);
  assert.equal(await used(), "Bearer t1");
  now = 3_541_000;
  assert.equal(await used(), "Bearer t1");
  await settled();
  assert.equal(await used(), "Bearer t2");
  assert.equal(asked, 2);
  answer = () => Promise.reject(new TokenError("unreachable", "out of order"));
  now += 3_541_000;
  for (let n = 0; n < 3; n += 1) {
    assert.equal(await used(), "Bearer t2");
    await settled();
  }
  assert.equal(asked, 3);
  now += 5_000;
  assert.equal(await used(), "Bearer t2");
  await settled();
  assert.equal(asked, 4);
  const refused = tokens.current.value;
  await settled();
  await assert.rejects(tokens.obtain(refused), /out of order/);
  now += 60_000;
  await assert.rejects(tokens.obtain(), /out of order/);
});

test("a token is renewed before it expires, and after a refusal", async (t) => {
  let grants = 0;
  const {paypal, requests} = await peer(
    t,
    (socket, request) => {
      // The first is over at once; the second is refused; the third is good.
      if (isGrant(request)) socket.write(GRANT(`t${++grants}`, grants === 1 ? 0 : 3600));
      else if (/Bearer t2\r/.test(request)) socket.write(http(401, '{"error": "invalid_token"}'));
      else socket.write(http(200, '{"id": "A1"}'));
    },
    {tokens: clientCredentials("id", "secret"), workers: 1},
  );
  for (let n = 0; n < 3; n += 1) assert.ok((await paypal.orders.get({id: "A1"})).ok);
  const used = requests.filter((it) => !isGrant(it)).map((it) => /Bearer (\w+)/.exec(it)[1]);
  assert.deepEqual(used, ["t1", "t2", "t3", "t3"]);
});

test("a token that is refused in a call of many requests is not used again in it", async (t) => {
  let grants = 0;
  let refused = "";
  const {paypal, requests} = await peer(
    t,
    (socket, request) => {
      if (isGrant(request)) socket.write(GRANT(`t${++grants}`, 3600));
      else if (/Bearer (\w+)/.exec(request)[1] === refused) socket.write(http(401, '{"error": "invalid_token"}'));
      else socket.write(http(200, '{"id": "A1", "transaction_details": [], "total_items": 0, "total_pages": 0, "page": 1}'));
    },
    {tokens: clientCredentials("id", "secret"), workers: 1},
  );
  assert.ok((await paypal.orders.get({id: "A1"})).ok);
  refused = "t1";
  requests.length = 0;
  const day = (n) => new Date(Date.now() - n * 86_400_000).toISOString();
  const {ok, failure} = await paypal.transactions.search({start_date: day(90), end_date: day(2)});
  assert.ok(ok, failure?.message);
  const used = requests.filter((it) => !isGrant(it)).map((it) => /Bearer (\w+)/.exec(it)[1]);
  // PayPal takes ranges of 31 days.
  assert.deepEqual(used, ["t1", "t2", "t2", "t2"]);
});

test("with the simulator, an expired token is replaced in the call", async (t) => {
  const paypal = tenant(t);
  assert.ok((await paypal.orders.create({body: ORDER})).ok);
  await simulate("/simulator/tokens/expire");
  const {reply} = await paypal.orders.create({body: ORDER});
  assert.equal(reply.attempts, 2);
});

test("what is wrong with a token source is a failure, without the secret", async (t) => {
  const failure = async (tokens) => {
    const paypal = new PayPal({environment: "sandbox", tokens, baseUrl: SIMULATOR});
    t.after(() => paypal.close());
    return (await paypal.orders.get({id: "A1"})).failure;
  };
  const wrong = await failure(clientCredentials(process.env.PAYPAL_CLIENT_ID, "wrong-secret"));
  const none = await failure(clientCredentials("", ""));
  const broken = await failure({obtain: () => Promise.reject(new Error("vault password hunter2"))});
  const refused = await failure({obtain: () => Promise.reject(new TokenError("refused", "the user has left"))});
  for (const it of [wrong, none, broken, refused]) {
    assert.deepEqual([it.kind, it.request_sent], ["connection-unavailable", false]);
    assert.doesNotMatch(JSON.stringify(it), /wrong-secret|hunter2/);
  }
  assert.match(refused.message, /the user has left/);
});

test("an amount is a decimal string", () => {
  for (const good of ["10.00", "0", "-1.5", ".5"]) assert.equal(money(good), good);
  for (const bad of ["", "1e3", "1,00", "10.", " 1", "1.2.3", "NaN", 10, undefined, "9".repeat(33)]) {
    assert.throws(() => money(bad), TypeError);
  }
});
