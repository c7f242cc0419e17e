// The first page: leads to the connection that was used last, or to the only one.

import {html, useEffect} from "../core/html.js";
import {useResource} from "../core/resource.js";
import {go, to} from "../core/router.js";
import {lastConnection} from "../layout/last.js";
import {Loaded, Page} from "../parts/page.js";

export function Start() {
  const connections = useResource("/v1/connections");
  useEffect(() => {
    const names = connections.data?.connections.map((it) => it.name);
    if (!names) return;
    const name = [lastConnection(), "simulator", names[0]].find((it) => names.includes(it));
    go(name ? to(name) : "/connections", {replace: true});
  }, [connections.data]);
  return html`<${Page} title="PayPal connector"><${Loaded} resource=${connections}>${() => null}<//><//>`;
}
