import assert from "node:assert/strict";
import {CustomError, VaultTokenRequestType} from "@paypal/paypal-server-sdk";
import {orderOf} from "./orders.js";
import {answered, type Recorder, refused} from "./recorder.js";
import {connect, control, key, usd} from "./world.js";

const CARD = {name: "Alex Example", number: "4111111111111111", expiry: "2035-12", securityCode: "123"};
const URLS = {returnUrl: "https://example.com/back", cancelUrl: "https://example.com/stop"};

export async function vault(recorder: Recorder): Promise<void> {
  const {vault, orders} = connect(recorder);
  const token = (id: string) => ({paymentSource: {token: {id, type: VaultTokenRequestType.SetupToken}}});

  await recorder.case("a card is saved by a setup token, pays an order, is listed and deleted", async () => {
    const setup = await answered(
      201,
      vault.createSetupToken({body: {paymentSource: {card: CARD}}, paypalRequestId: key()}),
    );
    assert.equal(setup.status, "APPROVED");
    assert.equal(setup.paymentSource?.card?.lastDigits, "1111");
    const read = await answered(200, vault.getSetupToken(setup.id ?? ""));
    assert.equal(read.customer?.id, setup.customer?.id);

    const call = {body: token(setup.id ?? ""), paypalRequestId: key()};
    const saved = await answered(201, vault.createPaymentToken(call));
    const id = saved.id ?? assert.fail("the payment token has no id");
    assert.equal((await answered(200, vault.createPaymentToken(call))).id, id);
    const customerId = saved.customer?.id ?? assert.fail("the payment token has no customer");
    assert.equal((await answered(200, vault.getPaymentToken(id))).paymentSource?.card?.lastDigits, "1111");
    const list = await answered(200, vault.listCustomerPaymentTokens({customerId, totalRequired: true}));
    assert.deepEqual(
      list.paymentTokens?.map((it) => it.id),
      [id],
    );
    assert.equal(list.totalItems, 1);

    const body = {...orderOf("8.00"), paymentSource: {card: {vaultId: id}}};
    const order = await answered(201, orders.createOrder({body, paypalRequestId: key()}));
    assert.equal(order.status, "COMPLETED");
    assert.deepEqual(order.purchaseUnits?.[0]?.payments?.captures?.[0]?.amount, usd("8.00"));

    await answered(204, vault.deletePaymentToken(id));
    await refused(CustomError, "404 INVALID_RESOURCE_ID", vault.getPaymentToken(id));
    const after = await answered(200, vault.listCustomerPaymentTokens({customerId}));
    assert.deepEqual(after.paymentTokens ?? [], []);
    const late = orders.createOrder({body, paypalRequestId: key()});
    await refused(CustomError, "422 INVALID_VAULT_ID", late);
  });

  await recorder.case("a wallet is saved when its payer has approved", async () => {
    const paypal = {description: "Deliveries", experienceContext: URLS};
    const setup = await answered(
      201,
      vault.createSetupToken({body: {paymentSource: {paypal}}, paypalRequestId: key()}),
    );
    const id = setup.id ?? assert.fail("the setup token has no id");
    assert.equal(setup.status, "PAYER_ACTION_REQUIRED");
    assert.ok(setup.links?.some((link) => link.rel === "approve"));
    const early = vault.createPaymentToken({body: token(id), paypalRequestId: key()});
    await refused(CustomError, "422 PAYER_ACTION_REQUIRED", early);
    await control(`setup-tokens/${id}/approve`);
    assert.equal((await answered(200, vault.getSetupToken(id))).status, "APPROVED");
    const saved = await answered(201, vault.createPaymentToken({body: token(id), paypalRequestId: key()}));
    const body = {...orderOf("9.00"), paymentSource: {paypal: {vaultId: saved.id ?? ""}}};
    const order = await answered(201, orders.createOrder({body, paypalRequestId: key()}));
    assert.equal(order.status, "COMPLETED");
  });

  await recorder.case("what PayPal does not know is refused", async () => {
    await refused(CustomError, "404 INVALID_RESOURCE_ID", vault.getSetupToken("5C991763VB2781612"));
    await refused(CustomError, "404 INVALID_RESOURCE_ID", vault.getPaymentToken("8kk8451t"));
    const unknown = vault.createPaymentToken({body: token("5C991763VB2781612"), paypalRequestId: key()});
    await refused(CustomError, "404 INVALID_RESOURCE_ID", unknown);
    const empty = vault.createSetupToken({body: {paymentSource: {}}, paypalRequestId: key()});
    await refused(CustomError, "400 EXACTLY_ONE_FIELD_REQUIRED", empty);
    const long = vault.listCustomerPaymentTokens({customerId: "customer_1", pageSize: 6});
    await refused(CustomError, "400 INVALID_PARAMETER_VALUE", long);
  });
}
