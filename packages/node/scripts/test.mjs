// Tests the package as its users get it: the tarball, installed in an empty directory without network and without scripts.
// HOST_TEST is the program with the simulator.

import {execFileSync, spawn} from "node:child_process";
import {cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {createInterface} from "node:readline";
import {fileURLToPath} from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const target = resolve(here, "../..", process.env.CARGO_TARGET_DIR ?? "target");
const hostTest = (process.env.HOST_TEST && resolve(here, "../..", process.env.HOST_TEST)) ?? ["release", "debug"].map((profile) => join(target, profile, "host-test")).find(existsSync);
const {version} = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const tarball = join(target, `node/paypal-connector-${version}.tgz`);
if (!hostTest || !existsSync(tarball)) {
  console.log(`skipped: there is no ${hostTest ? tarball : "host-test, which has the simulator (HOST_TEST)"}`);
  process.exit(0);
}

const installed = join(target, "node/installed");
rmSync(installed, {recursive: true, force: true});
mkdirSync(installed, {recursive: true});
writeFileSync(join(installed, "package.json"), JSON.stringify({private: true, type: "module"}));
const npm = ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", tarball];
execFileSync("npm", npm, {cwd: installed, stdio: "inherit"});
const packages = readdirSync(join(installed, "node_modules")).filter((name) => !name.startsWith("."));
if (packages.join() !== "paypal-connector") throw new Error(`the package installs others: ${packages}`);

// What only the examples and the types of the tests need.
for (const name of ["express", "@types"]) symlinkSync(join(here, "node_modules", name), join(installed, "node_modules", name));
cpSync(join(here, "test"), join(installed, "test"), {recursive: true});
cpSync(join(installed, "node_modules/paypal-connector/examples"), join(installed, "examples"), {recursive: true});

// The README's first program has to compile too.
const [, program] = /```js\n([^]*?)```/.exec(readFileSync(join(installed, "node_modules/paypal-connector/README.md"), "utf8"));
writeFileSync(join(installed, "test/readme.ts"), program);
// With the strictest reading of the declarations, which must be whole by themselves.
const compiler = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--lib", "es2023", "--module", "nodenext", "--types", "node"];
execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), ...compiler, "test/types.ts", "test/readme.ts"], {cwd: installed, stdio: "inherit"});

const simulator = spawn(hostTest, ["simulator", "--port", "0"], {stdio: ["ignore", "pipe", "inherit"]});
try {
  const env = {...process.env};
  for await (const line of createInterface({input: simulator.stdout})) {
    const [, url] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
    const [, name, value] = /^export (\w+)=(\w+)$/.exec(line) ?? [];
    if (url) env.PAYPAL_BASE_URL = url;
    if (name) env[name] = value;
    if (name === "PAYPAL_CLIENT_SECRET") break;
  }
  const tests = readdirSync(join(installed, "test")).filter((name) => name.endsWith(".test.mjs")).map((name) => join("test", name));
  const node = spawn(process.execPath, ["--test", ...process.argv.slice(2), ...tests], {cwd: installed, env, stdio: "inherit"});
  process.exitCode = await new Promise((resolve) => node.on("exit", (code) => resolve(code ?? 1)));
} finally {
  simulator.kill();
}
