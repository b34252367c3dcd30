// Makes files of papers (the paper as JSON in, its bytes out) and pictures of files (a PDF in, then its pages one by one); what went
// wrong is answered, too. The build puts wasm-bindgen's glue above this text and fills in the word in capitals
// (xtask/src/bundle.rs). Kept out: papers themselves.
"use strict";

const ready = wasm_bindgen({ module_or_path: "__WASM__" });
// A rejection is answered below, with the message that needed it.
ready.catch(() => undefined);

let open = null;

function answer(asked) {
  if (typeof asked === "string") {
    const bytes = wasm_bindgen.pdf(asked);
    return [bytes, bytes.buffer];
  }
  if (asked.file) {
    open?.free();
    open = null;
    open = wasm_bindgen.open(asked.file);
    return [{ pages: open.pages(), carries: open.carries() }];
  }
  const page = open.picture(asked.page, asked.width);
  const [width, height] = [page.width(), page.height()];
  const pixels = page.pixels();
  return [{ width, height, pixels }, pixels.buffer];
}

self.onmessage = async (event) => {
  try {
    await ready;
  } catch {
    self.postMessage("missing");
    return;
  }
  try {
    const [message, ...moved] = answer(event.data);
    self.postMessage(message, moved);
  } catch (error) {
    self.postMessage({ problem: String(error?.message ?? error) });
  }
};
