// JSON Pointers (RFC 6901), and values at them.

/** Returns the pointer of a member or an item. */
export function below(pointer, name) {
  return `${pointer}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Splits a pointer into its names. */
export function names(pointer) {
  return pointer.split("/").slice(1).map((it) => it.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Returns the value at a pointer; undefined if there is none. */
export function valueAt(value, pointer) {
  return names(pointer).reduce((it, name) => (it !== null && typeof it === "object" && Object.hasOwn(it, name) ? it[name] : undefined), value);
}

/** Returns an object with one member changed; undefined takes it out. The others keep their order. */
export function withMember(object, name, value) {
  const others = {...(isObject(object) ? object : {})};
  if (value === undefined) {
    delete others[name];
    return others;
  }
  return Object.fromEntries(Object.hasOwn(others, name)
    ? Object.entries(others).map(([it, old]) => [it, it === name ? value : old])
    : [...Object.entries(others), [name, value]]);
}

/** Whether a value is an object of JSON: neither a list nor a number. */
export function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype;
}
