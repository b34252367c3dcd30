// Fetches the app and starts it: the program of a first visit, or the one with all pages, where the address needs it and from then on where it is
// kept. The build fills in the words in capitals and links this file instead of an inline script (xtask/src/bundle.rs). Kept out: what to do when
// it fails, which is boot.js.
"use strict";

// The bytes are those of the file itself: a compressed answer states another length.
const FIRST = ["__GLUE__", "__WASM__", "__WASM_BYTES__"];
const WHOLE = ["__WHOLE_GLUE__", "__WHOLE_WASM__", "__WHOLE_BYTES__"];
// Which program with all pages this device keeps, in local storage.
const KEPT = "sips.whole";
// What the first program draws itself, as `first_page` in src/app.rs: any other address is of the one that has them all.
const OF_FIRST = /^\/(masuk|kirim|perkara(\/[^/]+)?)?\/?$/;

function tell(name, detail) {
  window.dispatchEvent(new CustomEvent(name, { detail }));
}

/** What the browser refuses to remember is asked for again. */
function kept(is) {
  try {
    if (is === undefined) return localStorage.getItem(KEPT) === WHOLE[1];
    if (is) localStorage.setItem(KEPT, WHOLE[1]);
    else localStorage.removeItem(KEPT);
  } catch (refused) {
    return false;
  }
}

/** Reads a copy, so that the browser gets the answer itself and may keep what it compiles from it. */
async function count(copy, total) {
  const reader = copy.body.getReader();
  let received = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    received += part.value.byteLength;
    tell("sips:progress", { received, total: Number(total) });
  }
}

async function compiled(wasm, bytes) {
  const answer = await fetch(wasm);
  if (!answer.ok) throw new Error("Status " + answer.status + ": " + wasm);
  // From the service worker it is there at once.
  if (!isServed()) count(answer.clone(), bytes).catch(() => {});
  // The glue need not be here for this. A host that names another type leaves it to the glue, which knows what to do then.
  return answer.headers.get("Content-Type") === "application/wasm" ? WebAssembly.compileStreaming(answer) : answer;
}

async function fetched([glue, wasm, bytes]) {
  const [program, module] = await Promise.all([import(glue), compiled(wasm, bytes)]);
  return () => program.default({ module_or_path: module });
}

function isServed() {
  return Boolean(navigator.serviceWorker && navigator.serviceWorker.controller);
}

async function start() {
  const needed = !OF_FIRST.test(location.pathname);
  const chosen = isServed() && kept();
  try {
    const run = await fetched(needed || chosen ? WHOLE : FIRST).catch((error) => {
      if (needed || !chosen) throw error;
      // It was taken from the device, and there is no network: the pages of a first visit are better than none.
      kept(false);
      return fetched(FIRST);
    });
    await run();
  } catch (error) {
    tell("sips:failed", String(error));
  }
}

window.addEventListener("sips:kept", () => kept(true));
if (!window.sipsBlocked) start();
