// A modal dialog, by the browser's own element: it keeps the focus, and Escape closes it.

import {html, useEffect, useId, useRef} from "../core/html.js";

/**
 * @param {{title: string, onClose: () => void, tone?: "bad" | "", children?: unknown}} props shown while it is rendered
 */
export function Dialog({title, onClose, tone = "", children}) {
  const element = useRef(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog ref=${element} class=${tone} aria-labelledby=${heading} onCancel=${cancel}>
    <h2 id=${heading}>${title}</h2>
    ${children}
  </dialog>`;
}
