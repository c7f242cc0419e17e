// What all pages have around them: the connection, the ways to its pages, and what is for all connections.

import {html, useEffect, useState} from "../core/html.js";
import {json} from "../core/api.js";
import {useResource} from "../core/resource.js";
import {go, Link, to} from "../core/router.js";
import {forget} from "../core/session.js";
import {Environment} from "../parts/pill.js";
import {lastConnection, rememberConnection} from "./last.js";
import {Palette, PaletteButton} from "./palette.js";
import {Theme} from "./theme.js";

/** The pages of a connection. */
const PAGES = [["", "Overview"], ["actions", "Actions"], ["calls", "Calls"], ["events", "Events"], ["payers", "Payers"], ["settings", "Settings"]];

export function Frame({path, connection, children}) {
  const connections = useResource("/v1/connections");
  const [menu, setMenu] = useState(false);
  const [finding, setFinding] = useState(false);
  const all = connections.data?.connections ?? [];
  const name = connection ?? (all.some((it) => it.name === lastConnection()) ? lastConnection() : (all[0]?.name ?? null));
  const current = all.find((it) => it.name === name);
  useEffect(() => {
    if (connection) rememberConnection(connection);
  }, [connection]);
  // A connection that was made or removed elsewhere in the page.
  useEffect(() => {
    connections.reload();
    setMenu(false);
  }, [path]);
  const signOut = async () => {
    await json("DELETE", "/v1/session").catch(() => null);
    forget();
    location.assign("/sign-in");
  };
  return html`<div class="frame ${current?.environment === "live" ? "is-live" : ""}">
    <a class="skip" href="#main">To the content</a>
    <header class="side"><div class="side-content">
      <div class="side-head">
        <${Link} href="/" class="brand"><img src=${new URL("../icon.svg", import.meta.url).pathname} alt="" width="24" height="24" />PayPal connector<//>
        <button type="button" class="menu" aria-expanded=${menu} aria-controls="side" onClick=${() => setMenu(!menu)}>Menu</button>
      </div>
      <div id="side" class=${menu ? "side-body open" : "side-body"}>
        <${Connections} all=${all} current=${current} path=${path} />
        <${PaletteButton} connection=${name} onOpen=${setFinding} />
        ${name && html`<nav aria-label="Connection"><ul>${PAGES.map(([page, label]) => {
          const target = page ? to(name, page) : to(name);
          const here = page ? path === target || path.startsWith(`${target}/`) : path === target;
          return html`<li key=${page}><${Link} href=${target} aria-current=${here ? "page" : null}>${label}<//></li>`;
        })}</ul></nav>`}
        <nav aria-label="Server" class="server"><ul>
          <li><${Link} href="/connections" aria-current=${path === "/connections" ? "page" : null}>All connections<//></li>
          <li><${Link} href="/keys" aria-current=${path === "/keys" ? "page" : null}>Keys<//></li>
          <li><a href="/openapi.json" target="_blank" rel="noreferrer">HTTP API</a></li>
        </ul></nav>
        <div class="side-foot"><${Theme} /><button type="button" class="quiet" onClick=${signOut}>Sign out</button></div>
      </div>
    </div></header>
    <main id="main" tabindex="-1">${children}</main>
    <${Palette} connection=${name} open=${finding} onOpen=${setFinding} />
  </div>`;
}

/** The choice of the connection. It leads to the same page of another one; to the same action with what was typed, as the actions are the same. */
function Connections({all, current, path}) {
  const choose = (event) => {
    const [, , , page, action] = path.split("/");
    if (page === "actions" && action) go(to(event.target.value, page, decodeURIComponent(action)), {state: history.state});
    else go(page ? to(event.target.value, page) : to(event.target.value));
  };
  return html`<div class="chooser">
    <label for="connection">Connection</label>
    <select id="connection" value=${current?.name ?? ""} onChange=${choose}>
      ${!current && html`<option value="">Choose one</option>`}
      ${all.map((it) => html`<option key=${it.name} value=${it.name}>${it.name}</option>`)}
    </select>
    <div class="chooser-marks">${current && html`<${Environment} connection=${current} />`}</div>
  </div>`;
}
