import assert from "node:assert/strict";
import {DefaultError, SearchError} from "@paypal/paypal-server-sdk";
import {captured} from "./orders.js";
import {answered, type Recorder, refused} from "./recorder.js";
import {connect, control, type PayPal, usd} from "./world.js";

const HOUR = 3600;

async function dollars(paypal: PayPal): Promise<number> {
  const {balances} = await answered(200, paypal.reports.searchBalances({currencyCode: "USD"}));
  const total = balances?.find((it) => it.currency === "USD")?.totalBalance.value ?? "0.00";
  return Math.round(Number(total) * 100);
}

/** The reports lag three hours behind. */
async function laterOn(recorder: Recorder): Promise<PayPal> {
  await control("clock", {seconds: 4 * HOUR});
  return connect(recorder);
}

export async function reports(recorder: Recorder): Promise<void> {
  await recorder.case("a capture and its refund are found as transactions, and change the balance", async () => {
    let paypal = await laterOn(recorder);
    const before = await dollars(paypal);
    const {capture: captureId} = await captured(paypal, "10.00");
    const capture = await answered(200, paypal.payments.getCapturedPayment({captureId}));
    const body = {amount: usd("4.00")};
    const refund = await answered(201, paypal.payments.refundCapturedPayment({captureId, body}));
    paypal = await laterOn(recorder);

    const at = Date.parse(capture.createTime ?? "");
    const around = (hours: number) => new Date(at + hours * HOUR * 1000).toISOString();
    const range = {startDate: around(-1), endDate: around(3), fields: "all"};
    const found = async (transactionId: string) => {
      const result = await answered(200, paypal.reports.searchTransactions({...range, transactionId}));
      assert.equal(result.totalItems, 1);
      return result.transactionDetails?.[0]?.transactionInfo;
    };
    const taken = await found(captureId);
    assert.deepEqual([taken?.transactionAmount, taken?.feeAmount], [usd("10.00"), usd("-0.84")]);
    assert.equal(taken?.transactionStatus, "S");
    const back = await found(refund.id ?? "");
    assert.deepEqual(back?.transactionAmount, usd("-4.00"));
    const fee = Math.round(Number(back?.feeAmount?.value ?? "0") * 100);
    assert.equal(await dollars(paypal), before + 1000 - 84 - 400 + fee);
  });

  await recorder.case("ranges and currencies that PayPal does not have are refused", async () => {
    const {reports} = connect(recorder);
    const range = {startDate: "2026-01-01T00:00:00Z", endDate: "2026-02-15T00:00:00Z"};
    await refused(SearchError, "400 INVALID_REQUEST", reports.searchTransactions(range));
    await refused(DefaultError, "400 INVALID_CURRENCY_CODE", reports.searchBalances({currencyCode: "XYZ"}), "currency_code");
  });
}
