// What is new in a list that somebody reads: nothing may move under the eyes.

import {html, useEffect, useRef, useState} from "../core/html.js";

/** How far down the page is when its reader is below the beginning of a list, in pixels. */
const READING = 120;

/**
 * Returns what of a list is shown, the newest first. What is new waits while the page is scrolled down.
 *
 * @param {{id: number}[] | null} items
 * @param {string} list names the list: another one begins anew
 * @returns {{shown: any[], fresh: Set<number>, waiting: number, show: () => void, said: string}} `fresh` came while the page was open;
 *   `said` is for a screen reader
 */
export function useNews(items, list) {
  const [at, set] = useState({list, newest: null, fresh: new Set(), said: ""});
  const current = at.list === list ? at : {list, newest: null, fresh: new Set(), said: ""};
  const newest = items?.length ? items[0].id : 0;
  const waiting = current.newest === null ? [] : (items ?? []).filter((it) => it.id > current.newest);
  const show = () => set({list, newest, fresh: new Set(waiting.map((it) => it.id)), said: said(waiting.length)});
  useEffect(() => {
    if (!items) return;
    if (current.newest === null) set({list, newest, fresh: new Set(), said: ""});
    else if (waiting.length && scrollY < READING) show();
    else if (waiting.length && current.said !== `${said(waiting.length)} above`) set({...current, said: `${said(waiting.length)} above`});
  }, [items, list]);
  const shown = current.newest === null ? (items ?? []) : (items ?? []).filter((it) => it.id <= current.newest);
  return {shown, fresh: current.fresh, waiting: waiting.length, show, said: current.said};
}

const said = (count) => (count === 0 ? "" : `${count} new`);

/** The button that shows what waits, and what is said of it. */
export function News({news, what}) {
  const top = useRef(null);
  const show = () => {
    news.show();
    scrollTo({top: 0});
    top.current?.closest("main")?.querySelector("h1")?.focus({preventScroll: true});
  };
  return html`<div class="news" ref=${top}>
    <span class="unseen" role="status">${news.said && `${news.said}: ${what}`}</span>
    ${news.waiting > 0 && html`<button type="button" class="main" onClick=${show}>${news.waiting} new ${what}</button>`}
  </div>`;
}
