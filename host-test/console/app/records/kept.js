// Keeps what is drawn while another page or filter of the same list loads, so that nothing jumps.

import {useRef} from "../core/html.js";

/**
 * @param {import("../core/resource.js").Resource} resource
 * @param {string} path the path that it loads
 * @returns the resource, whose `data` is the last that there was, and the path that it is `of`
 */
export function useKept(resource, path) {
  const last = useRef({data: null, of: path});
  if (resource.data) last.current = {data: resource.data, of: path};
  return {...resource, ...last.current};
}
