// `host-test serve` as a program, in a directory of its own.

import {execFileSync, spawn} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {createInterface} from "node:readline";

const EFFECTS = ["read", "write", "moves-money", "irreversible", "notifies-customer"];

/** Starts the program on free ports, in a new directory. */
export async function startServer() {
  const server = new Server(mkdtempSync(join(tmpdir(), "console-")));
  await server.start(0, 0);
  return server;
}

class Server {
  #program;
  #key;

  constructor(data) {
    this.data = data;
  }

  /** Starts it, also again. Port 0 picks a free one. */
  async start(port, simulatorPort) {
    const ports = ["--port", String(port), "--simulator-port", String(simulatorPort), "--rate", "10000"];
    this.#program = spawn(process.env.HOST_TEST, ["serve", "--data", this.data, "--log", "none", ...ports], {stdio: ["ignore", "pipe", "inherit"]});
    for await (const line of createInterface({input: this.#program.stdout})) {
      const [, address] = /Serving on ([\d.:]+)\. /.exec(line) ?? [];
      const [, simulator] = /(http:\/\/127\.0\.0\.1:\d+)\.$/.exec(line) ?? [];
      if (address) this.url = `http://${address}`;
      if (simulator) this.simulator = simulator;
      if (line.includes("within an hour")) return;
    }
    throw new Error("host-test serve does not begin to serve");
  }

  /** Runs `host-test serve` with a verb. */
  run(...verb) {
    return execFileSync(process.env.HOST_TEST, ["serve", ...verb, "--data", this.data], {encoding: "utf8"}).trim();
  }

  /** Returns another link to sign in with. */
  link() {
    return `${this.url}/sign-in#${this.run("sign-in").split("#")[1]}`;
  }

  /** Sends a request to the HTTP API as a program, with a key that may do everything. */
  async call(method, path, body) {
    this.#key ??= this.run("keys", "add", "test", "--admin", ...EFFECTS.flatMap((it) => ["--effect", it]));
    const headers = {authorization: `Bearer ${this.#key}`, "content-type": "application/json"};
    const answer = await fetch(this.url + path, {method, headers, body: body === undefined ? undefined : JSON.stringify(body)});
    const text = await answer.text();
    return {status: answer.status, body: text ? JSON.parse(text) : null};
  }

  /** Runs an action, which must succeed, and returns the reply's body. */
  async act(action, input, connection = "simulator") {
    const {status, body} = await this.call("POST", `/v1/connections/${connection}/actions/${action}`, input);
    if (!body?.reply) throw new Error(`${action}: ${status} ${JSON.stringify(body)}`);
    return body.reply.body;
  }

  /** Ends it, by a signal that it does not expect if it is `SIGKILL`. Its data stays. */
  stop(signal = "SIGTERM") {
    const ended = new Promise((resolve) => this.#program.once("exit", resolve));
    this.#program.kill(signal);
    return ended;
  }

  /** Ends it, and removes its data. */
  async remove() {
    await this.stop();
    rmSync(this.data, {recursive: true, force: true});
  }
}
