// A shop on another site than the simulator: `localhost`, rather than 127.0.0.1. It sends payers to PayPal by a link, notes what they
// come back with, and receives events.

import {createServer} from "node:http";

export async function openShop() {
  const shop = {visits: [], events: [], pay: ""};
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, shop.url);
    if (request.method === "POST") {
      let body = "";
      for await (const part of request) body += part;
      shop.events.push({headers: request.headers, event: JSON.parse(body)});
      response.end();
      return;
    }
    const found = ["return", "cancel"].find((it) => url.pathname === `/${it}`);
    if (found) {
      shop.visits.push({page: found, ...Object.fromEntries(url.searchParams)});
      // On to a third origin, as shops do.
      response.writeHead(303, {location: `${shop.other}/${found}ed`}).end();
      return;
    }
    response.writeHead(200, {"content-type": "text/html"});
    response.end(`<!doctype html><title>Shop</title><h1>${url.pathname}</h1><a href="${shop.pay.replaceAll("&", "&amp;")}">Pay</a>`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const {port} = server.address();
  shop.url = `http://localhost:${port}`;
  shop.other = `http://127.0.0.1:${port}`;
  shop.context = {return_url: `${shop.url}/return?cart=7`, cancel_url: `${shop.url}/cancel?cart=7`, brand_name: "Tea & Pots"};
  shop.close = () => server.close();
  /** Waits for an event of this type about a resource. */
  shop.event = async (name, id) => {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      const found = shop.events.find(({event}) => event.event_type === name && event.resource.id === id);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`no ${name} of ${id} in ${shop.events.map(({event}) => event.event_type)}`);
  };
  return shop;
}
