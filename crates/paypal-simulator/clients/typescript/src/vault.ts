import assert from "node:assert/strict";
import {
  CustomError,
  PaypalPaymentTokenUsageType,
  StoreInVaultInstruction,
  VaultTokenRequestType,
} from "@paypal/paypal-server-sdk";
import {captureOf, orderOf} from "./orders.js";
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
    assert.deepEqual(captureOf(order).amount, usd("8.00"));

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

  await recorder.case("a card and a wallet are saved while they pay, and pay again", async () => {
    const storeInVault = StoreInVaultInstruction.OnSuccess;
    const withCard = {card: {...CARD, attributes: {vault: {storeInVault}}}};
    const call = {body: {...orderOf("4.00"), paymentSource: withCard}, paypalRequestId: key()};
    const byCard = await answered(201, orders.createOrder(call));
    const saved = byCard.paymentSource?.card?.attributes?.vault;
    assert.equal(saved?.status, "VAULTED");
    const read = await answered(200, vault.getPaymentToken(saved?.id ?? ""));
    assert.equal(read.customer?.id, saved?.customer?.id);

    const instruction = {storeInVault, usageType: PaypalPaymentTokenUsageType.Merchant};
    const withWallet = {paypal: {attributes: {vault: instruction}, experienceContext: URLS}};
    const body = {...orderOf("5.00"), paymentSource: withWallet};
    const {id = ""} = await answered(201, orders.createOrder({body, paypalRequestId: key()}));
    await control(`orders/${id}/approve`);
    const byWallet = await answered(201, orders.captureOrder({id}));
    const vaultId = byWallet.paymentSource?.paypal?.attributes?.vault?.id ?? assert.fail("the wallet is not saved");
    const again = {...orderOf("6.00"), paymentSource: {paypal: {vaultId}}};
    const order = await answered(201, orders.createOrder({body: again, paypalRequestId: key()}));
    assert.deepEqual(captureOf(order).amount, usd("6.00"));
  });

  await recorder.case("what PayPal does not know is refused", async () => {
    await refused(CustomError, "404 INVALID_RESOURCE_ID", vault.getSetupToken("5C991763VB2781612"));
    await refused(CustomError, "404 INVALID_RESOURCE_ID", vault.getPaymentToken("8kk8451t"));
    const unknown = vault.createPaymentToken({body: token("5C991763VB2781612"), paypalRequestId: key()});
    await refused(CustomError, "404 INVALID_RESOURCE_ID", unknown);
    const empty = vault.createSetupToken({body: {paymentSource: {}}, paypalRequestId: key()});
    await refused(CustomError, "400 EXACTLY_ONE_FIELD_REQUIRED", empty);
    const long = vault.listCustomerPaymentTokens({customerId: "customer_1", pageSize: 6});
    await refused(CustomError, "400 INVALID_INTEGER_MAX_VALUE", long);
  });
}
