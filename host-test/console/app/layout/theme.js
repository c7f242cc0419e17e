// The choice of colours: the system's, light or dark.

import {html, useId, useState} from "../core/html.js";

const THEMES = [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]];

export function Theme() {
  const [theme, set] = useState(document.documentElement.dataset.theme);
  const id = useId();
  const choose = (event) => {
    const chosen = event.target.value;
    document.documentElement.dataset.theme = chosen;
    localStorage.setItem("theme", chosen);
    set(chosen);
  };
  return html`<div class="theme">
    <label for=${id}>Colours</label>
    <select id=${id} value=${theme} onChange=${choose}>
      ${THEMES.map(([name, label]) => html`<option key=${name} value=${name}>${label}</option>`)}
    </select>
  </div>`;
}
