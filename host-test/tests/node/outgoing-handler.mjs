// `wasi:http/outgoing-handler` of the stock shim, with every request going to the server of the case. What comes of it is as the
// shim has it: no error is put right here.

import { outgoingHandler } from "@bytecodealliance/preview2-shim/http";

export function handle(request, options) {
  const { port, timeouts } = globalThis.testCase;
  timeouts.push(
    [options?.connectTimeout(), options?.firstByteTimeout(), options?.betweenBytesTimeout()].map(String),
  );
  request.setScheme({ tag: "HTTP" });
  request.setAuthority(`127.0.0.1:${port}`);
  return outgoingHandler.handle(request, options);
}
