// What is loaded from the server for a page.

import {useCallback, useEffect, useRef, useState} from "./html.js";
import {json} from "./api.js";

/** @typedef {{data: any, problem: import("./api.js").Problem | null, loading: boolean, reload: () => void}} Resource */

/** What was loaded before, by path: of what does not change while the server runs. */
const kept = new Map();

/**
 * Loads a path. While it loads again, the old data stays, so that nothing jumps.
 *
 * @param {string | null} path `null` loads nothing
 * @param {{keep?: boolean}} options `keep` loads it once for all pages
 * @returns {Resource}
 */
export function useResource(path, {keep = false} = {}) {
  const [state, set] = useState({path, data: (keep ? kept.get(path) : null) ?? null, problem: null, loading: path !== null});
  const [count, setCount] = useState(0);
  const shown = useRef(path);
  useEffect(() => {
    const another = shown.current !== path;
    shown.current = path;
    if (path === null) return set({path, data: null, problem: null, loading: false});
    if (keep && kept.has(path)) return set({path, data: kept.get(path), problem: null, loading: false});
    const controller = new AbortController();
    set((before) => ({path, data: another ? null : before.data, problem: null, loading: true}));
    json("GET", path, {signal: controller.signal}).then(
      (data) => {
        if (keep) kept.set(path, data);
        set({path, data, problem: null, loading: false});
      },
      (problem) => {
        if (!controller.signal.aborted) set((before) => ({...before, problem, loading: false}));
      },
    );
    return () => controller.abort();
  }, [path, count, keep]);
  const reload = useCallback(() => setCount((it) => it + 1), []);
  // Between a change of the path and the effect, the data is another path's.
  const data = state.path === path ? state.data : null;
  return {data, problem: state.problem, loading: state.loading, reload};
}
