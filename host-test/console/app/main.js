// Draws the console: the frame, and in it the page that the path names.

import {html, render, useEffect, useState} from "./core/html.js";
import {onSignedOut} from "./core/api.js";
import {match, useLocation} from "./core/router.js";
import {isSignedIn} from "./core/session.js";
import {Boundary} from "./layout/boundary.js";
import {Frame} from "./layout/frame.js";
import {routes} from "./pages/routes.js";
import {Missing} from "./pages/missing.js";
import {SignIn} from "./pages/sign-in.js";
import {Toasts} from "./parts/toast.js";

function Console() {
  const {path} = useLocation();
  const [signedIn, setSignedIn] = useState(isSignedIn);
  useEffect(() => onSignedOut(() => setSignedIn(false)), []);
  if (!signedIn || path === "/sign-in") return html`<${SignIn} onSignedIn=${() => setSignedIn(true)} />`;
  const {page: PageOf, parameters} = match(routes, path) ?? {page: Missing, parameters: {}};
  // A page begins anew with other parameters: what was typed belongs to the action or the connection that it was typed for.
  return html`<${Frame} path=${path} connection=${parameters.connection ?? null}>
    <${Boundary} key=${path}><${PageOf} ...${parameters} /><//>
  <//>`;
}

const root = document.getElementById("console");
root.replaceChildren();
render(html`<${Console} /><${Toasts} />`, root);
