// The fields of a connection, from the connector's own form (connector_spec.json).

/** The members of a connection that are taken from the form, and where they stand. */
const MEMBERS = {
  client_id: {place: "app"},
  client_secret: {place: "app"},
  refresh_token: {place: "tokens"},
  access_token: {place: "tokens"},
  merchant_id: {place: "more"},
  partner_attribution_id: {place: "more"},
};

/** Those of them that are secrets: the server never answers one. */
export const SECRETS = ["client_secret", "refresh_token", "access_token"];

/**
 * Returns the fields that stand in a place.
 *
 * @param {{fields: any[]}} form
 * @param {"app" | "tokens" | "more"} place
 * @returns {{name: string, label: string, help: string, steps: string[], secret: boolean, example: string, longest: number}[]}
 */
export function fieldsOf(form, place) {
  return form.fields
    .map((it) => ({...it, name: it.field.toLowerCase()}))
    .filter((it) => MEMBERS[it.name]?.place === place)
    .map((it) => ({
      name: it.name,
      label: it.displayName,
      help: it.description,
      steps: (it.helpSection ?? "").split("\n").map((line) => line.trim()).filter(Boolean),
      secret: SECRETS.includes(it.name),
      example: it.example,
      longest: it.maxLength,
    }));
}

/** Returns what the form begins with: a connection as it is, or a new one. */
export function draftOf(connection) {
  return {
    environment: "sandbox", client_id: "", merchant_id: "", partner_attribution_id: "", webhook_id: "", ipn_receivers: [],
    concurrency: 10, borrow_concurrency_from: "", read_only: false, ...known(connection), client_secret: "", refresh_token: "", access_token: "",
  };
}

function known(connection) {
  const {name: _name, secrets: _secrets, changed: _changed, base_url: _url, ...settings} = connection ?? {};
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value ?? ""]));
}

/**
 * Returns the document to send. What is empty is left out: of a secret, the server keeps the one it has, unless it is to be removed.
 *
 * @param {ReturnType<typeof draftOf>} draft
 * @param {string[]} removed the secrets to remove
 */
export function documentOf(draft, removed) {
  const given = Object.entries(draft).filter(([, value]) => value !== "" && !(Array.isArray(value) && !value.length));
  return {...Object.fromEntries(given), ...Object.fromEntries(removed.filter((it) => !draft[it]).map((it) => [it, null]))};
}

/** Returns what is wrong with a member, by the details of a problem. Their fields are JSON Pointers, which may begin at the body. */
export function wrongWith(problem, member) {
  const names = [`/${member}`, `/body/${member}`];
  const found = problem?.details.filter((it) => names.some((name) => it.field === name || it.field?.startsWith(`${name}/`))) ?? [];
  return found.length ? found.map((it) => it.description).join("; ") : null;
}
