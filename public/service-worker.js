// Keeps the app's own files, so that it opens without a network. Plain and small: one function a strategy.
// Kept out: data of cases (they live in IndexedDB), /v1 and /.well-known, other origins, and everything but GET and files that are handed over.
// The build replaces the three words in capitals (xtask/src/bundle.rs). Unbuilt, as in development, it removes
// itself: a kept release would hide every change.
"use strict";

const RELEASE = "__RELEASE__";
// [{url, sha256, bytes}]: needed to start, fetched whole before a release counts as installed.
const FILES = "__FILES__";
// The same shape: belongs to the release, fetched when the page asks, after the first screen is ready.
const LATER = "__LATER__";

const CACHE_PREFIX = "sips-app-";
const CACHE = CACHE_PREFIX + RELEASE;
// Holds one entry, the order of releases on this device; its name does not begin with CACHE_PREFIX.
const BOOK = "sips-releases";
const BOOK_ENTRY = "/releases.json";
const SHELL = "/";
// Where other apps hand over files ("Bagikan", `share_target` of the manifest), and what keeps them until the page has them: src/platform/shared.rs.
const SHARED = "/bagikan";
const SHARED_CACHE = "sips-shared";
// A hash in the name: the content behind the address never changes, so the browser's HTTP cache may answer.
const HASHED_NAME = /-[0-9a-f]{16}\.[a-z]+$/;

const BUILT = Array.isArray(FILES);

self.addEventListener("install", (event) => event.waitUntil(BUILT ? install() : self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(BUILT ? activate() : stepAside()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (BUILT && request.method === "POST" && url.origin === self.location.origin && url.pathname === SHARED) {
    event.respondWith(takeShared(request));
  }
  if (!BUILT || request.method !== "GET") return;
  if (url.origin !== self.location.origin || /^\/(?:v1|\.well-known)(?:\/|$)/.test(url.pathname)) return;
  if (request.mode === "navigate") {
    if (!isFile(url.pathname)) event.respondWith(shell(request));
  } else if (isListed(url.pathname)) {
    event.respondWith(cacheFirst(request, url.pathname));
  }
});

self.addEventListener("message", (event) => {
  if (!BUILT) return;
  const type = event.data && event.data.type;
  const port = event.ports[0];
  const answer = (message) => port && port.postMessage(message);
  // The page sends this after the officer agreed and the running save is done.
  if (type === "ACTIVATE") self.skipWaiting();
  if (type === "VERSION") event.waitUntil(laterIsHere().then((later) => answer({ type, release: RELEASE, later })));
  if (type === "FETCH_LATER") {
    event.waitUntil(
      keepAll(LATER).then(
        () => answer({ type, release: RELEASE, later: true }),
        (error) => answer({ type, release: RELEASE, later: false, problem: String(error) })
      )
    );
  }
});

/** All files of the release or none: a file that is missing or differs fails the installation. */
async function install() {
  try {
    await keepAll(FILES);
  } catch (error) {
    // What is half there is no release. Beside a running one it stays: the next try goes on from it.
    if (!self.registration.active) await caches.delete(CACHE);
    throw error;
  }
}

/** Takes over the pages and drops every release but this one and the one before it. */
async function activate() {
  const book = await caches.open(BOOK);
  const entry = await book.match(BOOK_ENTRY);
  const before = entry ? await entry.json() : [];
  const kept = [RELEASE, ...before.filter((release) => release !== RELEASE)].slice(0, 2);
  await book.put(BOOK_ENTRY, new Response(JSON.stringify(kept)));
  // A newer release that is being fetched right now has its cache already.
  const names = self.registration.installing ? [] : await caches.keys();
  const old = names.filter((name) => name.startsWith(CACHE_PREFIX) && !kept.includes(name.slice(CACHE_PREFIX.length)));
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Leaves no release and no service worker behind; pages that came from one are loaded again. */
async function stepAside() {
  const names = (await caches.keys()).filter((name) => name.startsWith(CACHE_PREFIX));
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.registration.unregister();
  if (names.length === 0) return;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  await Promise.all(pages.map((page) => page.navigate(page.url).catch(() => undefined)));
}

async function keepAll(files) {
  const cache = await caches.open(CACHE);
  await Promise.all(files.map((file) => keep(cache, file)));
}

/** Puts one file into the cache: from there, from the release before, or from the network. */
async function keep(cache, file) {
  const had = await caches.match(file.url, { ignoreVary: true });
  if (had && (await isWhole(had.clone(), file))) {
    await cache.put(file.url, had);
    return;
  }
  const mode = HASHED_NAME.test(file.url) ? "default" : "no-cache";
  let fresh = await fetch(file.url, { cache: mode, redirect: "error", credentials: "same-origin" });
  if (!(await isWhole(fresh.clone(), file)) && mode === "default") {
    // A damaged copy in the HTTP cache must not keep the app from ever being installed.
    fresh = await fetch(file.url, { cache: "reload", redirect: "error", credentials: "same-origin" });
  }
  if (!(await isWhole(fresh.clone(), file))) throw new Error("Not the file of this release: " + file.url);
  await cache.put(file.url, fresh);
}

async function isWhole(response, file) {
  if (!response.ok) return false;
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength !== file.bytes) return false;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return file.sha256 === Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Puts aside what another app hands over, each file by itself, and leads to the page that shows it. No server hears of it. */
async function takeShared(request) {
  let left = "";
  try {
    const cache = await caches.open(SHARED_CACHE);
    for (const file of (await request.formData()).getAll("files")) {
      const headers = { "Content-Type": file.type, "X-Size": file.size };
      await cache.put(SHARED + "//" + crypto.randomUUID() + "/" + encodeURIComponent(file.name), new Response(file, { headers }));
    }
  } catch (error) {
    // No room, perhaps: what is still in the other app can be handed over again.
    left = "?left=" + error.name;
  }
  return Response.redirect(SHARED + left, 303);
}

/** Every address of the app is the same page; the app reads the address itself. */
async function shell(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(SHELL, { ignoreVary: true })) || fetch(request);
}

/** A listed file; one that the system has evicted comes from the network. Never the page in its place. */
async function cacheFirst(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) || (await fromBefore(path)) || fetch(request);
}

/** A page that is still open from the release before may ask for that release's files. */
async function fromBefore(path) {
  return HASHED_NAME.test(path) ? caches.match(path, { ignoreVary: true }) : undefined;
}

async function laterIsHere() {
  const cache = await caches.open(CACHE);
  const found = await Promise.all(LATER.map((file) => cache.match(file.url, { ignoreVary: true })));
  return found.every(Boolean);
}

function isListed(path) {
  return HASHED_NAME.test(path) || FILES.concat(LATER).some((file) => file.url === path);
}

/** An address that is opened as a file and not as a page of the app, whose addresses may have dots in them. */
function isFile(path) {
  return ["/release.json", "/service-worker.js", "/robots.txt"].includes(path) || (path !== SHELL && isListed(path));
}
