// Reads an order with PayPal's TypeScript SDK, many times at once: the same call as the connector's in `host-test bench`.
//
//     node orders.mjs http://127.0.0.1:PORT
//
// For each line on stdin, {"in_flight": N, "milliseconds": N}, it makes calls for so long and prints a line: {"calls": N,
// "seconds": N, "processor_seconds": N}, the latter in user space and in the kernel, of all threads of the process; or
// {"error": TEXT}. It ends with stdin.
import { createInterface } from 'node:readline';
import { Client, Environment, OrdersController } from '@paypal/paypal-server-sdk';

const PAYPAL = 'https://api-m.sandbox.paypal.com/';
const ORDER = '5O190127TN364715T';
const base = new URL(process.argv[2]).href;

// The SDK has no option for another address. This is where all its requests are made.
class LocalClient extends Client {
  getRequestBuilderFactory() {
    const create = super.getRequestBuilderFactory();
    return (...of) => {
      const builder = create(...of);
      builder.interceptRequest((request) => {
        if (!request.url.startsWith(PAYPAL)) throw new Error('the SDK has another address of PayPal');
        return { ...request, url: base + request.url.slice(PAYPAL.length) };
      });
      return builder;
    };
  }
}

const orders = new OrdersController(
  new LocalClient({
    environment: Environment.Sandbox,
    clientCredentialsAuthCredentials: {
      oAuthClientId: 'a-client-of-the-bench',
      oAuthClientSecret: 'a-secret-of-the-bench',
      // It has no end: no token is requested.
      oAuthToken: { accessToken: 'a-token-of-the-bench', tokenType: 'Bearer' },
    },
  }),
);

async function read() {
  const { result } = await orders.getOrder({ id: ORDER });
  if (result.id !== ORDER) throw new Error(`the answer is not the order ${ORDER}`);
}

async function stretch({ in_flight, milliseconds }) {
  let calls = 0;
  const [begun, processor] = [performance.now(), process.cpuUsage()];
  const repeat = async () => {
    do {
      await read();
      calls += 1;
    } while (performance.now() - begun < milliseconds);
  };
  await Promise.all(Array.from({ length: in_flight }, repeat));
  const seconds = (performance.now() - begun) / 1e3;
  const { user, system } = process.cpuUsage(processor);
  return { calls, seconds, processor_seconds: (user + system) / 1e6 };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await stretch(JSON.parse(line)).catch((error) => ({ error: String(error) }));
  console.log(JSON.stringify(answer));
}
