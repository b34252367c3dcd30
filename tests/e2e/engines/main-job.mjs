// The main job in another engine than Chromium, as a person does it: sign in, receive a petition while no server can be reached, let it go
// out by itself, open the app again. `node engines/main-job.mjs firefox|webkit`; every step is told, and the first that fails ends it.

import { setTimeout as wait } from 'node:timers/promises';

import { ACCOUNTS, Backend, isOpen } from '../support/backend.mjs';

const ENGINES = { firefox: './firefox.mjs', webkit: './webkit.mjs' };
const PATIENT_MS = 60_000;

/** What this file needs of a browser: `goto`, `run` (a function in the page), `click`, `type` (both by a selector), `close`. */
const name = process.argv[2];
if (!ENGINES[name]) throw new Error(`an engine is one of ${Object.keys(ENGINES).join(', ')}`);
const { open } = await import(ENGINES[name]);

/** What stands on the page, and in its fields. */
const whole = () => `${location.pathname} ${JSON.stringify([...document.querySelectorAll('input, textarea')].map((field) => field.value))}\n${document.body.innerText}`;

/** Waits until something holds in the page. */
async function until(what, script, ...words) {
  const end = Date.now() + PATIENT_MS;
  for (;;) {
    // A page that is being left answers nothing.
    const found = await browser.run(script, ...words).catch(() => null);
    if (found) return found;
    if (Date.now() > end) throw new Error(`not seen: ${what}\n${await browser.run(whole).catch(String)}`);
    await wait(100);
  }
}

const there = (selector) => document.querySelector(selector) !== null;
/** Until the tab holds the draft its form can only be read. */
const usable = (selector) => document.querySelector(selector)?.matches(':enabled:read-write') ?? false;
const reads = (selector, pattern) => new RegExp(pattern).test(document.querySelector(selector)?.textContent ?? '');

async function press(selector) {
  await until(selector, there, selector);
  await browser.click(selector);
}

async function fill(selector, text) {
  await until(selector, usable, selector);
  await browser.type(selector, text);
  await until(`${selector} with what was typed`, (selector, text) => document.querySelector(selector).value === text, selector, text);
}

/** Chooses by the words beside a radio button, whose labels have no ids of their own. */
async function choose(field, words) {
  const id = await until(`${field}: ${words}`, (field, words) => {
    const radio = [...document.querySelectorAll(`[id="${field}"], [id$="/${field}"]`)].find((one) => !one.closest('[hidden]'));
    const labels = [...(radio?.closest('fieldset')?.querySelectorAll('label') ?? [])];
    const label = labels.find((label) => label.textContent.trim() === words);
    return label?.control?.matches(':enabled') ? label.htmlFor : null;
  }, field, words);
  await press(`label[for="${id}"]`);
  await until(`${words} chosen`, (id) => document.getElementById(id).checked, id);
}

async function section(draft, key) {
  if (!(await browser.run((path) => location.pathname === path, `/draf/${draft}`))) await browser.run(() => [...document.querySelectorAll('a')].find((link) => link.textContent.trim() === 'Semua bagian').click());
  await press(`a[href="/draf/${draft}/${key}"]`);
  await until(`the form of ${key}`, there, 'form');
}

/** Loads the page anew, or that of another address. */
async function reopen(address) {
  // The page that is left may be gone before it has answered.
  await browser.run((to) => {
    window.isLeft = true;
    if (to) location.assign(to);
    else location.reload();
  }, address).catch(() => {});
  await until('the page anew', () => !window.isLeft && document.readyState === 'complete');
}

const saved = () => until('saved', reads, '.save-state', 'Tersimpan di perangkat');

const backend = await new Backend().start();
const browser = await open();
const steps = {
  'signs in': async () => {
    await browser.goto(`${backend.url}/`);
    await fill('#username', ACCOUNTS.rina.username);
    await fill('#password', ACCOUNTS.rina.password);
    await press('form button[type=submit]');
    await until('Hari ini', reads, 'h1', '^Hari ini$');
  },
  'has all files on the device, and the server goes': async () => {
    await until('the service worker', () => navigator.serviceWorker?.controller !== null);
    await until('all of the release', () =>
      new Promise((resolve) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = (event) => resolve(event.data.later);
        navigator.serviceWorker.controller?.postMessage({ type: 'VERSION' }, [channel.port2]);
      }),
    );
    await backend.stop();
    await reopen();
    await until('Hari ini, from the device', reads, 'h1', '^Hari ini$');
  },
  'receives a petition without a server': async () => {
    await press('.nav__link--act');
    await press('a[href="/permohonan/baru/pemilu-penyelenggara"]');
    await until('the draft', () => /^\/draf\/[0-9a-f-]{36}$/.test(location.pathname));
    const draft = await browser.run(() => location.pathname.split('/')[2]);
    await section(draft, 'masuk');
    await choose('channel', 'Langsung di kantor');
    await fill('[id="filed_on"]', '8 7 2026');
    await fill('[id="filed_at"]', '10.20');
    await saved();
    await section(draft, 'objek');
    await choose('object_kind', 'Surat keputusan (SK)');
    await fill('[id="object_fixed_on"]', '6 7 2026');
    await saved();
    await section(draft, 'pemohon');
    await choose('kind', 'Calon atau bakal calon anggota DPD');
    await fill('[id^="petitioner/"][id$="/name"]', 'Siti Rahma');
    await fill('[id^="petitioner/"][id$="/address"]', 'Betung');
    await saved();
    await section(draft, 'pernyataan');
    await choose('not_other_violation', 'Ya');
    await saved();
    await browser.run(() => [...document.querySelectorAll('a')].find((link) => link.textContent.trim() === 'Semua bagian').click());
    await press(`a[href="/draf/${draft}/periksa"]`);
    await until('the check page', reads, 'h1', '^Periksa jawaban$');
    await browser.run(() => [...document.querySelectorAll('button')].find((button) => button.textContent.trim() === 'Terima permohonan').click());
    await until('the receipt with its code', reads, '.paper__number', 'Kode sementara');
    if (await isOpen(backend.port)) throw new Error('a server could be reached');
  },
  'sends it by itself once the server is there': async () => {
    await backend.start();
    await until('the number', reads, '.paper__number', '\\d{2,}/PS\\.PNM\\.LG/');
    const cases = await backend.cases();
    if (cases.size !== 1) throw new Error(`${cases.size} cases at the server`);
  },
  'opens it again from the device alone': async () => {
    await backend.stop();
    await reopen();
    await until('the number, from the device', reads, '.paper__number', '\\d{2,}/PS\\.PNM\\.LG/');
    const id = await browser.run(() => location.pathname.split('/')[2]);
    for (const [address, title] of [['/perkara', 'Perkara'], [`/perkara/${id}/dokumen`, 'Dokumen'], ['/jadwal', 'Jadwal'], ['/rekap', 'Rekap'], ['/bantuan', 'Bantuan']]) {
      await reopen(address);
      await until(`${address}, from the device`, reads, 'h1', `^${title}$`);
    }
  },
};

let failed = false;
for (const [step, work] of Object.entries(steps)) {
  const started = Date.now();
  try {
    await work();
    console.log(`  ok   ${name} ${step} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    console.log(`  FAIL ${name} ${step}: ${error.message}`);
    failed = true;
    break;
  }
}
await browser.close();
await backend.dispose();
process.exit(failed ? 1 : 0);
