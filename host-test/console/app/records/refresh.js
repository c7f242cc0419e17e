// Loads again while somebody looks.

import {useEffect} from "../core/html.js";

const PAUSE_MS = 5000;

/**
 * Calls back every five seconds while the window can be seen, and when it comes to be seen.
 *
 * @param {() => void} reload
 * @param {boolean} wanted
 */
export function useRefresh(reload, wanted) {
  useEffect(() => {
    if (!wanted) return undefined;
    const look = () => {
      if (document.visibilityState === "visible") reload();
    };
    const timer = setInterval(look, PAUSE_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [reload, wanted]);
}
