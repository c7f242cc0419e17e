// The input while somebody works at it, as a form or as JSON.

import {useState} from "../core/html.js";
import {JsonError, parse, stringify} from "./json-text.js";
import {isObject, withMember} from "./pointer.js";

/**
 * @param {object} initial the input to begin with
 * @param {(input: any) => any} complete what a form adds to what is typed into it; JSON is sent as it is written
 * @param {"form" | "json"} begin how it is shown first
 */
export function useDraft(initial, complete, begin = "form") {
  const [mode, setMode] = useState(begin);
  const [input, setInput] = useState(initial);
  const [text, setText] = useState(() => textOf(initial));
  const [problem, setProblem] = useState(null);
  // Counts how often the whole input was replaced: the fields begin anew then.
  const [version, setVersion] = useState(0);

  /** Reads the JSON. Files are held apart from it, unless it has some itself: they may have many megabytes. */
  const read = (from) => {
    /** @type {{value: any}} */
    const {value} = parse(from.trim() === "" ? "{}" : from);
    if (!isObject(value)) throw new JsonError(from, 0, "an input is an object, `{…}`");
    return input.files && !Object.hasOwn(value, "files") ? withMember(value, "files", input.files) : value;
  };
  const type = (typed) => {
    setText(typed);
    try {
      setInput(read(typed));
      setProblem(null);
    } catch (found) {
      setProblem(found);
    }
  };
  const show = (wanted) => {
    if (wanted === mode) return true;
    if (wanted === "form" && problem) return false;
    if (wanted === "json") {
      const sent = complete(input);
      setInput(sent);
      setText(textOf(sent));
    }
    setVersion(version + 1);
    setMode(wanted);
    return true;
  };
  const replace = (with_) => {
    setInput(with_);
    setText(textOf(with_));
    setProblem(null);
    setVersion(version + 1);
  };
  const lineOf = (pointer) => {
    try {
      const [begin] = parse(text).places.get(pointer) ?? [];
      return begin === undefined ? null : text.slice(0, begin).split("\n").length;
    } catch {
      return null;
    }
  };
  /** The input as it is sent. */
  const sent = () => (mode === "form" ? complete(input) : pruned(input));
  return {mode, show, input, sent, change: setInput, replace, text, type, problem, version, lineOf, files: input.files?.length ?? 0};
}

function textOf(input) {
  return stringify(pruned({...input, files: undefined}) ?? {});
}

/**
 * Returns an input without what was left empty: items that nothing was typed into. An object that was added stays.
 *
 * @param {any} value
 * @returns {any}
 */
export function pruned(value) {
  if (Array.isArray(value)) return value.filter((it) => it !== undefined).map(pruned);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined).map(([name, it]) => [name, pruned(it)]));
}
