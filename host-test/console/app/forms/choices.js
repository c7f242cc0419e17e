// What can be chosen for a parameter, as the connector lists it (docs/forms.md, Choices).

import {useRef, useState} from "../core/html.js";
import {json, of} from "../core/api.js";
import {stringify} from "./json-text.js";
import {names, valueAt, withMember} from "./pointer.js";

/** If a page has nothing that fits and there is another one, so many are read on. */
const READ_ON = 3;

/**
 * Returns the fields that narrow the choices and are no part of the input: `[{name, parameter, required}]`. A form asks for them
 * besides; without those that are required nothing can be listed.
 *
 * @param {any} form
 * @param {any} options `x-options` of the parameter
 */
export function extrasOf(form, options) {
  return Object.entries(options.input ?? {})
    .map(([parameter, pointer]) => ({parameter, pointer, name: names(pointer)[0]}))
    .filter(({pointer}) => names(pointer).length === 1 && form.schemas.of(form.schema, pointer) === undefined)
    .map((it) => ({...it, required: form.schemas.one(form.listing(options.action)).members.some(({name, required}) => name === it.parameter && required)}));
}

/** Returns what narrows the choices, as one text: when it changes, what was listed is out of date. */
export function narrowing(form, options) {
  const given = Object.values(options.input ?? {}).map((pointer) => form.extras[names(pointer)[0]] ?? valueAt(form.input, pointer) ?? null);
  return stringify(given, "");
}

/**
 * Lists choices. `load(search)` begins anew, `more()` adds the next page.
 *
 * @param {any} form
 * @param {string} pointer of the parameter in the input
 */
export function useChoices(form, pointer) {
  const [state, set] = useState({items: null, next: null, problem: null, loading: false, search: ""});
  const latest = useRef(null);
  const read = async (search, page, before) => {
    latest.current?.abort();
    const controller = new AbortController();
    latest.current = controller;
    set((it) => ({...it, loading: true, problem: null}));
    const path = names(pointer);
    // The bytes of files choose nothing.
    const input = withMember({...form.input, ...given(form.extras)}, "files", undefined);
    const parameter = path.length === 1 ? path[0] : pointer;
    try {
      let items = before;
      let next = page;
      for (let pages = 0; pages < READ_ON; pages += 1) {
        const asked = {parameter, input, ...(search ? {search} : {}), ...(next ? {page: next} : {})};
        const {choices} = await json("POST", of(form.connection.name, "actions", form.action.id, "options"), {text: stringify(asked, ""), signal: controller.signal});
        items = [...items, ...choices.items];
        next = choices.next;
        if (choices.items.length || !next) break;
      }
      set({items, next, problem: null, loading: false, search});
    } catch (problem) {
      if (!controller.signal.aborted) set((it) => ({...it, items: before, next: null, problem, loading: false}));
    }
  };
  return {...state, load: (search) => read(search, null, []), more: () => read(state.search, state.next, state.items ?? []), stop: () => latest.current?.abort()};
}

/** The extra fields that are filled in. */
function given(extras) {
  return Object.fromEntries(Object.entries(extras).filter(([, value]) => value !== ""));
}
