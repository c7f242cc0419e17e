// Builds the package from the component: jco makes JavaScript of it, its own description the types, and tsc the rest. The result
// is target/node/package, and its tarball in target/node.

import {execFileSync} from "node:child_process";
import {cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from "node:fs";
import {dirname, join, resolve} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {transpileBytes} from "@bytecodealliance/jco-transpile";
import {actionsModule, operationsModule} from "./types.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const repository = join(here, "../..");
const target = resolve(repository, process.env.CARGO_TARGET_DIR ?? "target");
const component = process.env.PAYPAL_CONNECTOR_COMPONENT ?? join(target, "component/paypal_connector.wasm");
const out = join(target, "node");
const source = join(out, "source");
const packed = join(out, "package");

for (const directory of [source, packed]) rmSync(directory, {recursive: true, force: true});
mkdirSync(join(source, "generated"), {recursive: true});
mkdirSync(join(packed, "dist"), {recursive: true});
cpSync(join(here, "src"), source, {recursive: true});

const {files} = await transpileBytes(readFileSync(component), {
  name: "connector",
  instantiation: "sync",
  minify: true,
  noTypescript: true,
  noNodejsCompat: true,
  noComponentErrorWrapping: true,
});
const modules = [];
for (const [name, bytes] of Object.entries(files)) {
  if (name.endsWith(".d.ts")) continue;
  if (name.endsWith(".wasm")) modules.push(name);
  const to = join(packed, "dist/component", name);
  mkdirSync(dirname(to), {recursive: true});
  writeFileSync(to, bytes);
}
writeFileSync(join(packed, "dist/component/modules.json"), JSON.stringify(modules));

const {version, openapi, list} = await described();
const catalogue = JSON.parse(readFileSync(join(repository, "openapi.json"), "utf8"));
writeFileSync(join(source, "generated/actions.ts"), actionsModule(openapi, list));
writeFileSync(join(source, "generated/operations.ts"), operationsModule(catalogue));
mkdirSync(join(source, "component"));
writeFileSync(
  join(source, "component/connector.d.ts"),
  `export function instantiate(
  module: (name: string) => WebAssembly.Module,
  imports: object,
  instance: (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance,
): {
  actions: {
    invoke(action: string, input: string): unknown;
    options(action: string, parameter: string, input: string, search: string | undefined, page: string | undefined): unknown;
    testConnection(): unknown;
  };
  "kosha:connector/triggers@0.2.0": {list(): unknown};
};
`,
);

const tsc = join(here, "node_modules/typescript/bin/tsc");
const sources = readdirSync(source).filter((name) => name.endsWith(".ts")).map((name) => join(source, name));
writeFileSync(
  join(source, "tsconfig.json"),
  JSON.stringify({
    extends: join(here, "tsconfig.json"),
    compilerOptions: {rootDir: source, outDir: join(packed, "dist"), typeRoots: [join(here, "node_modules/@types")]},
    files: sources,
  }),
);
// tsc takes the module format of the sources from the nearest package.json.
writeFileSync(join(source, "package.json"), JSON.stringify({type: "module"}));
run(process.execPath, [tsc, "--project", source]);

const {scripts, devDependencies, ...manifest} = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
if (manifest.version !== version) throw new Error(`package.json has ${manifest.version}, and the component is ${version}`);
writeFileSync(join(packed, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
cpSync(join(here, "README.md"), join(packed, "README.md"));
cpSync(join(repository, "LICENSE"), join(packed, "LICENSE"));
cpSync(join(here, "examples"), join(packed, "examples"), {recursive: true});
run("npm", ["pack", "--silent", "--pack-destination", out], packed);

/** Returns the version, the catalogue and the list of actions, as the component describes them. */
async function described() {
  const {instantiate} = await import(pathToFileURL(join(packed, "dist/component/connector.js")).href);
  const compile = (name) => new WebAssembly.Module(readFileSync(join(packed, "dist/component", name)));
  const {actions} = instantiate(compile, nothing());
  const {version, openapi} = actions.describe();
  return {version, openapi: JSON.parse(openapi), list: actions.list()};
}

/** The imports of an instance that only describes itself: it calls none of their functions. */
function nothing() {
  const members = {get: (it, name) => (it[name] ??= /^[A-Z]/.test(name) ? class {} : () => [])};
  return new Proxy({}, {get: (it, name) => (it[name] ??= new Proxy({}, members))});
}

function run(command, parameters, cwd = here) {
  execFileSync(command, parameters, {cwd, stdio: "inherit"});
}
