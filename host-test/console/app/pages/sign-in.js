// Signs in by a link, whose token comes after `#`, so that it is in no log of a server.

import {html, useEffect, useState} from "../core/html.js";
import {json} from "../core/api.js";
import {go, Link} from "../core/router.js";
import {isSignedIn, remember} from "../core/session.js";
import {Copy} from "../parts/copy.js";
import {Notice} from "../parts/notice.js";
import {Words} from "../parts/words.js";

const COMMAND = "host-test serve sign-in";

/** Takes the token out of the address, where it should not stay: it is used up now. */
function takeToken() {
  // Any other page may have a part of itself after `#`.
  const token = location.pathname === "/sign-in" ? location.hash.slice(1) : "";
  if (token) history.replaceState(null, "", location.pathname);
  return token;
}

export function SignIn({onSignedIn}) {
  const [problem, setProblem] = useState(null);
  const [token, setToken] = useState(takeToken);
  useEffect(() => {
    document.title = "Sign in · PayPal connector";
    // A link that is opened in this page changes only what comes after `#`.
    const changed = () => setToken(takeToken());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  useEffect(() => {
    setProblem(null);
    if (!token) return;
    json("POST", "/v1/session", {body: {token}}).then(
      ({proof}) => {
        remember(proof);
        onSignedIn();
        go("/", {replace: true});
      },
      setProblem,
    );
  }, [token]);
  return html`<main class="alone">
    <h1>PayPal connector</h1>
    ${problem && html`<${Notice} tone="bad" title="That link does not sign in" live><p><${Words} text=${problem.message} /></p>
      ${isSignedIn() && html`<p>You are signed in already: <${Link} href="/">to the console<//></p>`}<//>`}
    ${token && !problem
      ? html`<p role="status">Signing in …</p>`
      : html`<p>Sign in by a link. The server printed one when it began; this prints another one, in a terminal on its machine:</p>
        <p class="command"><code>${COMMAND}</code><${Copy} text=${COMMAND} label="Copy the command" /></p>
        <p class="hint">A link can be used once, within an hour. With <code>--data</code> at the start, give it here too.</p>`}
  </main>`;
}
