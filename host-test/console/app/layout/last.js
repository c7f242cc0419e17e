// The connection that was used last, in this browser.

const NAME = "connection";

export function lastConnection() {
  return localStorage.getItem(NAME);
}

export function rememberConnection(name) {
  localStorage.setItem(NAME, name);
}
