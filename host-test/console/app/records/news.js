// What is new in a list that somebody reads: nothing may move under the eyes.

import {html, useEffect, useRef, useState} from "../core/html.js";

/** How far down the page is when its reader is below the beginning of a list, in pixels. */
const READING = 120;

/**
 * Returns what of a list is shown, the newest first. What is new waits while the page is scrolled down.
 *
 * @param {{id: number}[] | null} items
 * @param {string} list names the list: another one begins anew
 * @returns {{shown: any[], fresh: Set<number>, waiting: number, show: () => void, said: number}} `fresh` came while the page was open;
 *   `said` is how many a screen reader is told of
 */
export function useNews(items, list) {
  const [at, set] = useState({list, newest: null, fresh: new Set(), said: 0});
  const current = at.list === list ? at : {list, newest: null, fresh: new Set(), said: 0};
  const newest = items?.length ? items[0].id : 0;
  const waiting = current.newest === null ? [] : (items ?? []).filter((it) => it.id > current.newest);
  const show = () => set({list, newest, fresh: new Set(waiting.map((it) => it.id)), said: waiting.length});
  useEffect(() => {
    if (!items) return;
    if (current.newest === null) set({list, newest, fresh: new Set(), said: 0});
    else if (waiting.length && scrollY < READING) show();
    else if (waiting.length && current.said !== waiting.length) set({...current, said: waiting.length});
  }, [items, list]);
  const shown = current.newest === null ? (items ?? []) : (items ?? []).filter((it) => it.id <= current.newest);
  return {shown, fresh: current.fresh, waiting: waiting.length, show, said: current.said};
}

/**
 * The button that shows what waits, and what is said of it.
 *
 * @param {{news: ReturnType<typeof useNews>, one: string, many: string}} props what they are called
 */
export function News({news, one, many}) {
  const top = useRef(null);
  const words = (count) => `${count} new ${count === 1 ? one : many}`;
  const show = () => {
    news.show();
    scrollTo({top: 0});
    top.current?.closest("main")?.querySelector("h1")?.focus({preventScroll: true});
  };
  return html`<div class="news" ref=${top}>
    <span class="unseen" role="status">${news.said > 0 && words(news.said)}</span>
    ${news.waiting > 0 && html`<button type="button" class="main" onClick=${show}>${words(news.waiting)}</button>`}
  </div>`;
}
