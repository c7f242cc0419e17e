import assert from "node:assert/strict";
import {ApiError, CustomError} from "@paypal/paypal-server-sdk";
import {FIRST} from "./client.js";
import {answered, type Recorder, refused} from "./recorder.js";
import {basic, connect, control} from "./world.js";

export async function tokens(recorder: Recorder): Promise<void> {
  await recorder.case("a token is granted, and is good for a request", async () => {
    const {tokens} = connect(recorder);
    const token = await answered(200, tokens.requestToken({authorization: basic(FIRST)}));
    assert.equal(token.tokenType, "Bearer");
    assert.ok(token.expiresIn && token.expiresIn > 0n, String(token.expiresIn));
    assert.match(token.scope ?? "", /uri\.paypal\.com/);
    const {orders} = connect(recorder, {token: token.accessToken});
    await refused(CustomError, "404 INVALID_RESOURCE_ID", orders.getOrder({id: "5O190127TN364715T"}));
  });

  await recorder.case("a wrong secret gets no token", async () => {
    const {tokens} = connect(recorder);
    // The package does not export its own error for this.
    await refused(
      ApiError,
      "401 invalid_client",
      tokens.requestToken({authorization: basic({...FIRST, secret: "wrong"})}),
    );
  });

  await recorder.case("an unknown token and an expired one are refused", async () => {
    const {orders} = connect(recorder, {token: "unknown"});
    await refused(CustomError, "401 invalid_token", orders.getOrder({id: "5O190127TN364715T"}));
    const {tokens} = connect(recorder);
    const token = await answered(200, tokens.requestToken({authorization: basic(FIRST)}));
    await control("tokens/expire");
    const expired = connect(recorder, {token: token.accessToken});
    await refused(CustomError, "401 invalid_token", expired.orders.getOrder({id: "5O190127TN364715T"}));
  });
}
