// Each client lists every tool, whose schemas are all valid, and makes a payment, to which its user agrees.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import * as second from '@modelcontextprotocol/client';
import { StdioClientTransport as SecondStdio } from '@modelcontextprotocol/client/stdio';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as FirstStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as FirstHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import Ajv2020 from 'ajv/dist/2020.js';

const { HOST_TEST, PAYPAL_URL, PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET } = process.env;
const environment = { PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET };
const everything = ['mcp', '--base-url', PAYPAL_URL, '--allow', 'moves-money'];

// The tools that there must be: one for each action, and one that describes them.
const actions = JSON.parse(execFileSync(HOST_TEST, ['actions', '--json'], { maxBuffer: 16 * 1024 * 1024 }));
const names = [...actions.map(action => action.id.replaceAll('.', '_')), 'describe_action'];

const stdio = (Transport, args) => new Transport({ command: HOST_TEST, args, env: environment, stderr: 'inherit' });

// A client of the SDK, and how it asks its user.
const identity = { name: 'test', version: '1.0.0' };
const capabilities = { elicitation: { form: {} } };
const clients = {
  'version 1': {
    make: () => new FirstClient(identity, { capabilities }),
    asks: (client, answer) => client.setRequestHandler(ElicitRequestSchema, answer),
    stdio: args => stdio(FirstStdio, args),
    http: (url, options) => new FirstHttp(url, options),
  },
  'version 2': {
    make: () => new second.Client(identity, { capabilities, versionNegotiation: { mode: 'auto' } }),
    asks: (client, answer) => client.setRequestHandler('elicitation/create', answer),
    stdio: args => stdio(SecondStdio, args),
    http: (url, options) => new second.StreamableHTTPClientTransport(url, options),
  },
};

async function connected({ make, asks }, transport, action) {
  const client = make();
  const questions = [];
  asks(client, ({ params }) => {
    questions.push(params.message);
    return action === 'accept' ? { action, content: {} } : { action };
  });
  await client.connect(transport);
  return { client, questions };
}

async function allTools(client) {
  const tools = [];
  let cursor;
  do {
    const page = await client.listTools({ cursor });
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor);
  return tools;
}

const order = { intent: 'CAPTURE', purchase_units: [{ amount: { currency_code: 'USD', value: '10.00' } }] };

async function pay({ client, questions }) {
  const call = async (name, args) => {
    const result = await client.callTool({ name, arguments: args });
    assert.ok(!result.isError, `${name}: ${JSON.stringify(result)}`);
    return result.structuredContent.reply.body;
  };
  const { id } = await call('orders_create', { body: order });
  const refused = await client.callTool({ name: 'orders_capture', arguments: { id } });
  assert.equal(refused.isError, true);
  assert.equal(refused.structuredContent.failure.details[0].issue, 'ORDER_NOT_APPROVED');
  const approved = await fetch(`${PAYPAL_URL}/simulator/orders/${id}/approve`, { method: 'POST' });
  assert.ok(approved.ok);
  assert.equal((await call('orders_capture', { id })).status, 'COMPLETED');
  assert.equal((await call('orders_get', { id })).status, 'COMPLETED');
  assert.equal(questions.length, 3);
  assert.match(questions[0], /orders\.create/);
  assert.match(questions[0], /10\.00 USD/);
  const history = await client.readResource({ uri: `paypal://orders/${id}/history` });
  assert.match(history.contents[0].text, /orders\.capture/);
}

// The program on HTTP: its address and the key that it has made.
async function served() {
  const child = spawn(HOST_TEST, [...everything, '--http', '0'], { env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout });
  const printed = [];
  for await (const line of lines) {
    printed.push(line);
    if (printed.length === 2) break;
  }
  const [url, header] = printed;
  return { url: new URL(url), authorization: header.replace('Authorization: ', ''), child };
}

for (const [name, kind] of Object.entries(clients)) {
  // Money is off by default, and nothing but reading is left of what is read-only.
  for (const args of [[], ['--read-only']]) {
    const { client } = await connected(kind, kind.stdio(['mcp', '--base-url', PAYPAL_URL, ...args]), 'decline');
    const tools = await allTools(client);
    assert.ok(!tools.some(tool => tool.name === 'orders_capture'));
    assert.equal(tools.every(tool => tool.annotations.readOnlyHint), args.length > 0);
    const refused = await client.callTool({ name: 'orders_create', arguments: { body: order } });
    assert.equal(refused.isError, true);
    await client.close();
  }

  const over = { stdio: kind.stdio(everything) };
  const { url, authorization, child } = await served();
  over.http = kind.http(url, { requestInit: { headers: { authorization } } });
  for (const [way, transport] of Object.entries(over)) {
    const session = await connected(kind, transport, 'accept');
    const tools = await allTools(session.client);
    assert.deepEqual(tools.map(tool => tool.name), names);
    for (const tool of tools) {
      assert.match(tool.name, /^[a-zA-Z0-9_-]{1,64}$/);
      // A strict validator: no unknown keyword or format, no reference that leads nowhere.
      const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, validateFormats: false });
      assert.doesNotThrow(() => ajv.compile(tool.inputSchema), tool.name);
    }
    await pay(session);
    const protocol = session.client.getNegotiatedProtocolVersion?.() ?? 'of the SDK';
    await session.client.close();
    console.log(`${name}, ${way}, protocol ${protocol}: ${tools.length} tools, a payment`);
  }
  await assert.rejects(connected(kind, kind.http(url, {}), 'accept'), `${name} needs no key`);

  const declining = await connected(kind, kind.stdio(everything), 'decline');
  const declined = await declining.client.callTool({ name: 'orders_create', arguments: { body: order } });
  assert.equal(declined.isError, true);
  assert.match(declined.content[0].text, /the user declined/);
  await declining.client.close();
  child.kill();
  await once(child, 'exit');
}
