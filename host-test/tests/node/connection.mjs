// `kosha:connector/connection` for a test: a token that nobody checks.

export function environment() {
  return "sandbox";
}

export function accessToken() {
  return { value: "token", scopes: undefined };
}

export function maxAttempts() {
  return globalThis.testCase.maxAttempts;
}

export function onBehalfOf() {
  return undefined;
}

export function certificateAuthorities() {
  return [];
}
