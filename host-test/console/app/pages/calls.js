// The calls of a connection: those without a known outcome first, then all, the newest first.

import {html, useRef} from "../core/html.js";
import {of} from "../core/api.js";
import {useResource} from "../core/resource.js";
import {go, useLocation} from "../core/router.js";
import {Failed} from "../parts/notice.js";
import {Empty, Loaded, Page} from "../parts/page.js";
import {CallFilter} from "../records/call-filter.js";
import {CallTable} from "../records/call-table.js";
import {useKept} from "../records/kept.js";
import {News, useNews} from "../records/news.js";
import {Pages, SIZE, withQuery} from "../records/pages.js";
import {useRefresh} from "../records/refresh.js";
import {Unresolved} from "../records/unresolved.js";

export function Calls({connection}) {
  const {path, query} = useLocation();
  const wanted = withQuery(of(connection, "calls"), "", {
    limit: String(SIZE), before: query.get("before"), action: query.get("action"), outcome: query.get("outcome"),
  });
  const settings = useResource(of(connection));
  const calls = useKept(useResource(wanted), wanted);
  const first = !query.get("before");
  // Only the newest page has them.
  const unresolved = useRef([]);
  unresolved.current = calls.data?.unresolved ?? unresolved.current;
  const news = useNews(calls.data?.calls ?? null, calls.of);
  useRefresh(calls.reload, first);
  const filter = (changes) => go(withQuery(path, query, {...changes, before: null}), {replace: true});
  const refresh = html`<button type="button" aria-busy=${calls.loading} onClick=${calls.reload}>Refresh</button>`;
  const filtered = Boolean(query.get("action") || query.get("outcome"));
  return html`<${Page} title="Calls" hint="What was called with this connection, without inputs and answers. The last 100,000 are kept." actions=${refresh}>
    ${first && html`<${Unresolved} connection=${connection} environment=${settings.data?.environment ?? "live"} calls=${unresolved.current} onResolved=${calls.reload} />`}
    ${(calls.data || calls.problem) && html`<${CallFilter} action=${query.get("action") ?? ""} outcome=${query.get("outcome") ?? ""} onChange=${filter} />`}
    <${News} news=${news} one="call" many="calls" />
    ${calls.data && html`<${Failed} problem=${calls.problem} retry=${calls.reload} />`}
    <${Loaded} resource=${calls} lines=${12}>${({next}) => (news.shown.length ? html`<${CallTable} connection=${connection} calls=${news.shown} fresh=${news.fresh} />
      <${Pages} next=${next} count=${calls.data.calls.length} what="calls" />` : html`<${None} filtered=${filtered} first=${first} />`)}<//>
  <//>`;
}

function None({filtered, first}) {
  if (!first) return html`<${Empty} title="There are no older calls" /><${Pages} next=${null} count=${0} what="calls" />`;
  return filtered ? html`<${Empty} title="No call is like this"><p>Choose another action or outcome, or show all.</p><//>`
    : html`<${Empty} title="Nothing was called yet"><p>Run an action: by its page, or by a program with a key.</p><//>`;
}
