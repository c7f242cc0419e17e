// A file of an answer: a picture is shown, and each can be saved. Only these pictures are shown: others could have a script in them.

import {html, useEffect, useState} from "../core/html.js";

const PICTURES = ["image/png", "image/jpeg", "image/gif"];
const ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "application/pdf": "pdf", "text/csv": "csv", "application/json": "json"};

/** @param {{file: {name?: string, media_type: string, data: string}, name: string}} props `name` is that of the saved file, without its ending */
export function File({file, name}) {
  const [url, setUrl] = useState(null);
  useEffect(() => {
    const bytes = bytesOf(file.data);
    if (!bytes) return undefined;
    const made = URL.createObjectURL(new Blob([bytes], {type: PICTURES.includes(file.media_type) ? file.media_type : "application/octet-stream"}));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  if (!url) return html`<p class="hint">The file cannot be read.</p>`;
  const ending = `.${ENDINGS[file.media_type] ?? "bin"}`;
  const saved = file.name?.includes(".") ? file.name : `${name}${ending}`;
  return html`<div class="answer-file">
    ${PICTURES.includes(file.media_type) && html`<img src=${url} alt="The picture in the answer" />`}
    <p><a class="button" href=${url} download=${saved}>Save ${saved}</a> <span class="hint">${file.media_type}</span></p>
  </div>`;
}

function bytesOf(data) {
  try {
    return Uint8Array.from(atob(data), (it) => it.charCodeAt(0));
  } catch {
    return null;
  }
}
