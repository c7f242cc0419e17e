import assert from "node:assert/strict";
import {
  CheckoutPaymentIntent,
  CustomError,
  ItemCategory,
  type OrderRequest,
  OrdersCardVerificationMethod,
  type PurchaseUnitRequest,
} from "@paypal/paypal-server-sdk";
import {captureOf, orderOf} from "./orders.js";
import {answered, type Recorder, refused} from "./recorder.js";
import {connect, control, key, usd} from "./world.js";

/** A purchase unit with all that a shop sends. */
const unit: PurchaseUnitRequest = {
  referenceId: "basket",
  description: "Two shirts",
  customId: "customer-7",
  invoiceId: "TS-shop-1",
  softDescriptor: "SHIRTS",
  amount: {
    ...usd("25.00"),
    breakdown: {
      itemTotal: usd("20.00"),
      shipping: usd("5.00"),
      handling: usd("1.00"),
      taxTotal: usd("2.00"),
      insurance: usd("1.00"),
      shippingDiscount: usd("1.00"),
      discount: usd("3.00"),
    },
  },
  items: [
    {
      name: "Shirt",
      description: "Blue, large",
      sku: "S1-BLUE-L",
      quantity: "2",
      unitAmount: usd("10.00"),
      tax: usd("1.00"),
      category: ItemCategory.PhysicalGoods,
    },
  ],
  shipping: {
    name: {fullName: "Alex Example"},
    address: {
      addressLine1: "1 Example Street",
      adminArea2: "San Jose",
      adminArea1: "CA",
      postalCode: "95131",
      countryCode: "US",
    },
  },
};

export async function shop(recorder: Recorder): Promise<void> {
  const {orders, payments} = connect(recorder);

  await recorder.case("an order with all that a shop sends is shown as it was sent, with its payments", async () => {
    const body: OrderRequest = {intent: CheckoutPaymentIntent.Capture, purchaseUnits: [unit]};
    const {id = ""} = await answered(201, orders.createOrder({body}));
    await control(`orders/${id}/approve`);
    const paid = await answered(201, orders.captureOrder({id, prefer: "return=representation"}));
    const captureId = captureOf(paid).id ?? "";
    const refund = {amount: usd("2.50"), invoiceId: "TS-shop-1-back", noteToPayer: "A late parcel"};
    await answered(201, payments.refundCapturedPayment({captureId, body: refund}));

    const read = await answered(200, orders.getOrder({id}));
    const [shown] = read.purchaseUnits ?? [];
    for (const name of ["referenceId", "description", "customId", "invoiceId", "softDescriptor"] as const) {
      assert.equal(shown?.[name], unit[name], name);
    }
    assert.deepEqual(shown?.amount, unit.amount);
    assert.deepEqual(shown?.items, unit.items);
    assert.deepEqual(shown?.shipping?.name, unit.shipping?.name);
    assert.deepEqual(shown?.shipping?.address, unit.shipping?.address);
    assert.equal(shown?.payments?.captures?.[0]?.status, "PARTIALLY_REFUNDED");
    assert.equal(shown?.payments?.captures?.[0]?.invoiceId, unit.invoiceId);
    assert.equal(shown?.payments?.captures?.[0]?.customId, unit.customId);
    assert.deepEqual(shown?.payments?.refunds?.[0]?.amount, usd("2.50"));
    assert.equal(shown?.payments?.refunds?.[0]?.invoiceId, "TS-shop-1-back");
  });

  await recorder.case("an invoice is paid once", async () => {
    const again: OrderRequest = {intent: CheckoutPaymentIntent.Capture, purchaseUnits: [unit]};
    const {id = ""} = await answered(201, orders.createOrder({body: again}));
    await control(`orders/${id}/approve`);
    await refused(CustomError, "422 DUPLICATE_INVOICE_ID", orders.captureOrder({id}));
    assert.equal((await answered(200, orders.getOrder({id}))).status, "APPROVED");
  });

  await recorder.case("a card that must be verified waits for its holder, and shows only its last digits", async () => {
    const verification = {method: OrdersCardVerificationMethod.ScaAlways};
    const card = {number: "4111111111111111", expiry: "2035-12", name: "Alex Example", attributes: {verification}};
    const body = {...orderOf("11.00"), paymentSource: {card}};
    const made = await answered(201, orders.createOrder({body, paypalRequestId: key()}));
    assert.equal(made.status, "PAYER_ACTION_REQUIRED");
    const id = made.id ?? "";
    await control(`orders/${id}/approve`);
    const paid = await answered(201, orders.captureOrder({id, prefer: "return=representation"}));
    assert.deepEqual(captureOf(paid).amount, usd("11.00"));
    const shown = (await answered(200, orders.getOrder({id}))).paymentSource?.card;
    assert.deepEqual([shown?.lastDigits, shown?.brand, shown?.name], ["1111", "VISA", "Alex Example"]);
  });
}
