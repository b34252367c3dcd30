// Fetches the app, or the program that also has what a first visit does not need, and starts it; the build fills in the words in capitals and links this
// file instead of an inline script (xtask/src/bundle.rs). Kept out: what to do when it fails, which is boot.js.
"use strict";

// The bytes are those of the file itself: a compressed answer states another length.
const [GLUE, WASM, WASM_BYTES] =
  /^\/(gaya$|latihan(\/|$)|pengaturan|kirim\/|jadwal|rekap|publik|bantuan|kendala|draf\/[^/]+\/(publik|riwayat)|perkara\/[^/]+\/(berkas|tanda-terima|catatan|publik|pihak|dokumen|sidang|linimasa|putusan))/.test(location.pathname)
    ? ["__WHOLE_GLUE__", "__WHOLE_WASM__", "__WHOLE_BYTES__"]
    : ["__GLUE__", "__WASM__", "__WASM_BYTES__"];

function tell(name, detail) {
  window.dispatchEvent(new CustomEvent(name, { detail }));
}

/** Reads a copy, so that the browser gets the answer itself and may keep what it compiles from it. */
async function count(copy) {
  const reader = copy.body.getReader();
  let received = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    received += part.value.byteLength;
    tell("sips:progress", { received, total: Number(WASM_BYTES) });
  }
}

async function start() {
  try {
    const [glue, wasm] = await Promise.all([import(GLUE), fetch(WASM)]);
    if (!wasm.ok) throw new Error("Status " + wasm.status + ": " + WASM);
    // From the service worker it is there at once.
    if (!navigator.serviceWorker || !navigator.serviceWorker.controller) count(wasm.clone()).catch(() => {});
    await glue.default({ module_or_path: wasm });
  } catch (error) {
    tell("sips:failed", String(error));
  }
}

if (!window.sipsBlocked) start();
