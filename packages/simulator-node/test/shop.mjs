// A shop that takes money by PayPal: what the tests test.

export class Shop {
  #token;

  constructor({url, clientId, clientSecret}) {
    Object.assign(this, {url, clientId, clientSecret});
    this.#token = undefined;
  }

  async token() {
    const basic = btoa(`${this.clientId}:${this.clientSecret}`);
    const answer = await fetch(`${this.url}/v1/oauth2/token`, {
      method: "POST",
      headers: {authorization: `Basic ${basic}`},
      body: new URLSearchParams({grant_type: "client_credentials"}),
    });
    return (await answer.json()).access_token;
  }

  async call(method, path, body) {
    this.#token ??= await this.token();
    const headers = {authorization: `Bearer ${this.#token}`, "content-type": "application/json"};
    const answer = await fetch(this.url + path, {method, headers, body: body && JSON.stringify(body)});
    return {status: answer.status, document: await answer.json()};
  }

  async order(value) {
    const body = {intent: "CAPTURE", purchase_units: [{amount: {currency_code: "USD", value}}]};
    return (await this.call("POST", "/v2/checkout/orders", body)).document;
  }

  async capture(id) {
    return await this.call("POST", `/v2/checkout/orders/${id}/capture`, {});
  }
}
