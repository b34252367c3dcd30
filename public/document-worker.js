// Makes files of papers: one message in (the paper as JSON), one out (the bytes, or why there are none). The build puts
// wasm-bindgen's glue above this text and fills in the word in capitals (xtask/src/bundle.rs). Kept out: papers themselves.
"use strict";

const ready = wasm_bindgen({ module_or_path: "__WASM__" });
// A rejection is answered below, with the message that needed it.
ready.catch(() => undefined);

self.onmessage = async (event) => {
  try {
    await ready;
  } catch {
    self.postMessage("missing");
    return;
  }
  try {
    const bytes = wasm_bindgen.pdf(event.data);
    self.postMessage(bytes, [bytes.buffer]);
  } catch (error) {
    self.postMessage({ problem: String(error) });
  }
};
