// The page's half of the session. It is kept for this origin alone, port included; the other half is a cookie that no script reads.

const NAME = "session-proof";

/** The header fields that prove the session. */
export function proof() {
  const value = localStorage.getItem(NAME);
  return value ? {"X-Session-Proof": value} : {};
}

export function isSignedIn() {
  return localStorage.getItem(NAME) !== null;
}

export function remember(value) {
  localStorage.setItem(NAME, value);
}

export function forget() {
  localStorage.removeItem(NAME);
}
