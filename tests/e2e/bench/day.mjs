// `cargo xtask bench day`: an officer's day on a device that is full of cases, on a phone's screen with a slowed processor, without a
// network: a cold start to the list, a search as one types, opening a case, typing and saving in a form, and the memory of the tab.
// Another app can be measured beside it in the same run: `--peer DIR` of one built with Vite that answers to what `peer` below asks.

import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { chromium } from '@playwright/test';

import { arrive, beginPetition, readyForOffline } from '../support/app.mjs';
import { ACCOUNTS, Backend, isOpen } from '../support/backend.mjs';
import { CHROMIUM, CHROMIUM_ARGS, SIZES } from '../support/browser.mjs';
import { databaseOf } from '../support/storage.mjs';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '5000' },
    throttle: { type: 'string', default: '4' },
    peer: { type: 'string' },
    rounds: { type: 'string', default: '5' },
  },
});
const [CASES, THROTTLE, ROUNDS] = [values.cases, values.throttle, values.rounds].map(Number);

/** Seeding more than this through a server takes hours: of more, each seeded case is copied on the device under other ids. */
const SEEDED = Math.min(CASES, 5_000);
const TYPED = ['m', 'me', 'med', 'medi'];
const MINUTES = 60_000;

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const p95 = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * 0.95)];
const say = (text) => console.log(`bench day: ${text}`);

async function browser(baseURL) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sips-day-'));
  const context = await chromium.launchPersistentContext(folder, { executablePath: CHROMIUM, args: CHROMIUM_ARGS, viewport: SIZES.phone, locale: 'id-ID', baseURL });
  const close = async () => {
    await context.close();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  return { context, close };
}

/** A new page on a slowed processor, which notes itself when the first `row` was there and painted: asking for it from outside takes part
 * in what is measured. */
async function slowed(context, row) {
  const page = await context.newPage();
  await page.addInitScript((row) => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector(row)) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => (window.shownAt = performance.now())));
    }).observe(document, { subtree: true, childList: true });
  }, row);
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  return page;
}

/** Milliseconds from the beginning of the page until its list was painted. */
async function shown(page) {
  await page.waitForFunction(() => window.shownAt !== undefined, undefined, { timeout: 120_000 });
  return page.evaluate(() => window.shownAt);
}

/** Types into a field and gives the milliseconds from the event until what `changed` names has changed and the task is over. */
function type(page, field, text, changed) {
  return page.evaluate(
    ([field, text, changed]) =>
      new Promise((resolve) => {
        const input = document.querySelector(field);
        const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), 'value');
        const started = performance.now();
        const observer = new MutationObserver((records) => {
          const concerned = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(changed);
          if (!records.some((record) => concerned(record.target))) return;
          observer.disconnect();
          resolve(performance.now() - started);
        });
        observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
        set.call(input, text);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }),
    [field, text, changed],
  );
}

/**
 * Lets a page, before it is opened, note the milliseconds of every save, from the transaction that keeps the draft until it is complete,
 * and those of every task over 50 ms. Both apps keep drafts in an object store of that name.
 */
function watched(page) {
  return page.addInitScript(() => {
    window.written = { saves: [], tasks: [] };
    new PerformanceObserver((list) => window.written.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...words) {
      const made = transaction.apply(this, words);
      if (made.mode === 'readwrite' && made.objectStoreNames.contains('drafts')) {
        const started = performance.now();
        made.addEventListener('complete', () => window.written.saves.push(performance.now() - started));
      }
      return made;
    };
  });
}

/** Writes into a field of a watched page as a person does, once the page is at rest; gives what was noted meanwhile. */
async function written(page, field) {
  await field.waitFor();
  await page.waitForTimeout(1_000 * THROTTLE);
  await page.evaluate(() => (window.written = { saves: [], tasks: [] }));
  for (let at = 0; at < 12; at++) {
    await field.pressSequentially('Bahwa pada hari itu ', { delay: 60 });
    await page.waitForTimeout(700);
  }
  return page.evaluate(() => window.written);
}

/** The private memory of the page's own process in megabytes, once what it no longer needs was collected. */
async function memory(context, page) {
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const pid = await renderer();
  const resident = Number(/RssAnon:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  return { resident, script: usedSize / 1024 / 1024 };
}

/** The renderer of this run with most memory: no other page is as large. */
function renderer() {
  const sizes = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      if (!fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return [];
      return [[Number(/RssAnon:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]), pid]];
    } catch {
      return [];
    }
  });
  return sizes.sort((a, b) => b[0] - a[0])[0][1];
}

/** Runs in the page. Copies the device's cases under other ids until there are so many; their lines are made by the app. */
function copied([name, wanted]) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      const asking = db.transaction('cases').objectStore('cases').getAll();
      asking.onsuccess = async () => {
        // The seeded data has streams of other kinds, too: they are not copied.
        const texts = asking.result.filter((text) => text.includes('"receive"') || text.includes('"register"'));
        const hex = (number, length) => number.toString(16).padStart(length, '0');
        let count = asking.result.length;
        for (let round = 1; count < wanted; round++) {
          const writing = db.transaction('cases', 'readwrite', { durability: 'relaxed' });
          const store = writing.objectStore('cases');
          for (const [at, text] of texts.entries()) {
            if (count >= wanted) break;
            const id = JSON.parse(text.slice(text.indexOf(':') + 1)).case;
            // The first half tells the time, the last twelve digits are made anew.
            const other = id.slice(0, 24) + hex(round, 4) + hex((at * 2654435761) % 4294967296, 8);
            store.put(text.replaceAll(id, other), other);
            count++;
          }
          await new Promise((done, failed) => {
            writing.oncomplete = done;
            writing.onabort = () => failed(writing.error);
          });
        }
        // The app trusts the number that it noted of its lines; without the note it compares the keys.
        const forgetting = db.transaction('notes', 'readwrite');
        forgetting.objectStore('notes').delete('docket-head');
        forgetting.oncomplete = () => {
          db.close();
          resolve(count);
        };
      };
    };
  });
}

/** Runs in the page: how many cases there are, how many pages of lines, and whether something is to be made. */
function filled(name) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asking = opening.result.transaction(['cases', 'docket', 'stale']);
      const counts = ['cases', 'docket', 'stale'].map((store) => asking.objectStore(store).count());
      asking.oncomplete = () => {
        opening.result.close();
        resolve(counts.map((count) => count.result));
      };
    };
  });
}

async function until(what, ask, minutes = 60) {
  const end = Date.now() + minutes * MINUTES;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${minutes} minutes`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function ours() {
  const account = ACCOUNTS.pusat;
  // A folder of planted databases, as the journeys have one, spares the seeding of a second run.
  const backend = process.env.SIPS_PLANTED ? new Backend(SEEDED) : new Backend(0, ['--seed-cases', String(SEEDED)]);
  await backend.start();
  const { context, close } = await browser(backend.url);
  const figures = { starts: [], keys: [], opens: [], saves: [], tasks: [] };
  try {
    let page = await context.newPage();
    const started = Date.now();
    await arrive(page, account);
    await readyForOffline(page);
    const name = databaseOf(account);
    await until('the first pull', async () => {
      const [cases, pages, stale] = await page.evaluate(filled, name);
      return cases >= SEEDED && pages > 0 && stale === 0;
    });
    say(`${SEEDED} cases pulled, their lines made and kept: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    await backend.stop();
    if (CASES > SEEDED) {
      const count = await page.evaluate(copied, [name, CASES]);
      await page.close();
      page = await context.newPage();
      const begun = Date.now();
      await page.goto(`${backend.url}/perkara`);
      let shown = 0;
      await page.locator('.docket__row').first().waitFor();
      await until('the lines of all cases', async () => {
        const [, , stale] = await page.evaluate(filled, name);
        const count = (await page.locator('.docket-count').textContent()).replace(/\D/g, '');
        const same = Number(count) === shown && shown > CASES / 2;
        shown = Number(count);
        await new Promise((resolve) => setTimeout(resolve, 15_000));
        return same && stale === 0;
      });
      say(`lines of ${count} cases made from their acts: ${((Date.now() - begun) / 1000).toFixed(1)} s, the last 30 of which nothing came`);
    }
    if (await isOpen(backend.port)) throw new Error('the server still answers');
    for (let round = 0; round < ROUNDS; round++) {
      await page.close();
      page = await slowed(context, '.docket__row');
      await page.goto(`${backend.url}/perkara`, { waitUntil: 'commit' });
      figures.starts.push(await shown(page));
      // The words are read behind the first picture.
      await until('the index', async () => {
        await page.locator('#search').fill('putusan');
        await page.waitForTimeout(500 * THROTTLE);
        const found = Number((await page.locator('.docket-count').textContent()).split(' ')[0].replace(/\D/g, ''));
        await page.locator('#search').fill('');
        return found > 0;
      });
      await page.waitForTimeout(1_500 * THROTTLE);
      for (const text of TYPED) figures.keys.push(await type(page, '#search', text, '.docket, .docket-count, .page'));
      await page.waitForTimeout(500);
      figures.opens.push(
        await page.evaluate(
          () =>
            new Promise((resolve) => {
              const row = document.querySelector('.docket__row a');
              const wanted = row.textContent.trim();
              const started = performance.now();
              const observer = new MutationObserver(() => {
                if (document.querySelector('h1')?.textContent.trim() !== wanted) return;
                observer.disconnect();
                resolve(performance.now() - started);
              });
              observer.observe(document.body, { subtree: true, childList: true, characterData: true });
              row.click();
            }),
        ),
      );
    }
    figures.memory = await memory(context, page);
    await page.close();
    page = await slowed(context, 'main');
    await watched(page);
    await page.goto(`${backend.url}/`);
    const draft = await beginPetition(page);
    await page.goto(`${backend.url}/draf/${draft}/pokok`);
    Object.assign(figures, await written(page, page.locator('textarea').first()));
  } finally {
    await close();
    await backend.dispose();
  }
  return figures;
}

/** The other app: `/` with a list of `.row`, a search field `#q`, `#count[data-q]` that tells what is shown, and `/c/ID` with a form. */
async function peer(folder) {
  const root = path.join(folder, 'dist');
  const types = { '.js': 'text/javascript', '.html': 'text/html', '.css': 'text/css' };
  const server = http
    .createServer((request, response) => {
      const asked = path.join(root, path.normalize(request.url.split('?')[0]));
      const file = fs.existsSync(asked) && fs.statSync(asked).isFile() ? asked : path.join(root, 'index.html');
      response.setHeader('content-type', types[path.extname(file)] ?? 'application/octet-stream');
      response.end(fs.readFileSync(file));
    })
    .listen(0);
  const url = `http://127.0.0.1:${server.address().port}/`;
  const { context, close } = await browser(url);
  const figures = { starts: [], keys: [], opens: [], saves: [], tasks: [] };
  try {
    let page = await context.newPage();
    await page.goto(url);
    await page.evaluate((count) => window.__bench.bulk(count), CASES);
    for (let round = 0; round < ROUNDS; round++) {
      await page.close();
      page = await slowed(context, '.row');
      await page.goto(url, { waitUntil: 'commit' });
      figures.starts.push(await shown(page));
      for (const text of TYPED) figures.keys.push(await type(page, '#q', text, '#count'));
      if (round === ROUNDS - 1) figures.memory = await memory(context, page);
    }
    await watched(page);
    await page.goto(`${url}c/00000001`);
    Object.assign(figures, await written(page, page.locator('#grounds')));
  } finally {
    await close();
    server.close();
  }
  return figures;
}

const number = (value, digits = 0) => value.toFixed(digits);
say(`${CASES} cases, processor slowed ${THROTTLE} times, ${ROUNDS} rounds, ${path.basename(fileURLToPath(import.meta.url))}`);
const theirs = values.peer ? await peer(path.resolve(values.peer)) : undefined;
const mine = await ours();
const many = CASES > 20_000;
const row = (what, own, other, aim) => {
  const beside = other === undefined ? '' : `, peer ${number(other, 1)} ms, ratio ${number(own / other, 2)}`;
  say(`${what}: ${number(own, 1)} ms${beside}; asked: ${aim}`);
};
row('cold start to a usable list', median(mine.starts), theirs && median(theirs.starts), many ? 'at most a quarter' : 'at most a third');
row('a keystroke in search', median(mine.keys), theirs && median(theirs.keys), many ? 'at most 60 ms' : 'at most half, and 50 ms');
say(`the slowest keystroke: ${number(Math.max(...mine.keys), 1)} ms${theirs ? `, peer ${number(Math.max(...theirs.keys), 1)} ms` : ''}`);
row('opening a case', median(mine.opens), undefined, 'at most 100 ms');
row('saving a draft', median(mine.saves), theirs && median(theirs.saves), 'no slower');
say(`saving a draft, p95: ${number(p95(mine.saves), 1)} ms${theirs ? `, peer ${number(p95(theirs.saves), 1)} ms` : ''}`);
const long = ({ tasks }) => (tasks.length ? `${tasks.length}, the longest ${number(Math.max(...tasks))} ms` : 'none');
say(`tasks over 50 ms while typing in a form: ${long(mine)}${theirs ? `, peer ${long(theirs)}` : ''}; asked: none`);
const of = ({ resident, script }) => `${number(resident)} MB of the process, ${number(script)} MB of it the heap of scripts`;
say(`memory of the tab: ${of(mine.memory)}${theirs ? `; peer: ${of(theirs.memory)}` : ''}`);
