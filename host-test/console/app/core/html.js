// Preact with templates in place of JSX, so that nothing has to be built.

import {h} from "preact";
import htm from "htm";

export {Component, Fragment, render} from "preact";
export {useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState} from "preact/hooks";

/** A template: html`<p class=${name}>${text}</p>`. What is put in is escaped. */
export const html = htm.bind(h);
