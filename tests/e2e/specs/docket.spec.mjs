// A device with many cases: what is kept of the docket is what a start reads, and no more. Lines that are damaged, missing or old are
// made again from the acts.

import { arrive, readyForOffline } from '../support/app.mjs';
import { ACCOUNTS, isOpen } from '../support/backend.mjs';
import { databaseOf } from '../support/storage.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

test.use({ seeded: 600 });

const NAME = databaseOf(ACCOUNTS.pusat);

/** Runs in the page, over an object store of the app's database. */
function work([name, place, what]) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(place, 'readwrite');
      const store = transaction.objectStore(place);
      let count;
      if (what === 'count') count = store.count();
      if (what === 'clear') store.clear();
      if (what === 'mark') store.add(window.lastMark);
      if (what === 'spoil') {
        // Of one page a letter, of another everything.
        const keys = store.getAllKeys();
        keys.onsuccess = () => {
          const [first, second] = keys.result;
          const text = store.get(first);
          text.onsuccess = () => {
            const at = text.result.length >> 1;
            store.put(`${text.result.slice(0, at)}~${text.result.slice(at + 1)}`, first);
            store.delete(second);
          };
        };
      }
      transaction.oncomplete = () => (opening.result.close(), resolve(count?.result));
      transaction.onabort = () => reject(transaction.error);
    };
  });
}

/** Runs in every page before the app: counts what is read of the acts of cases. */
function watchReads() {
  window.reads = 0;
  for (const way of ['get', 'getAll', 'openCursor']) {
    const real = IDBObjectStore.prototype[way];
    IDBObjectStore.prototype[way] = function (...words) {
      if (this.name === 'cases') window.reads += 1;
      return real.apply(this, words);
    };
  }
}

/** Runs in every page before the app: remembers the last mark of lines that are stale. */
function watchMarks() {
  const real = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...words) {
    if (this.name === 'stale') window.lastMark = words[0];
    return real.apply(this, words);
  };
}

/** Runs in the page: nobody else reads or writes the acts of cases until `window.release` is called. */
function holdCases(name) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      let isHeld = true;
      window.release = () => (isHeld = false);
      const store = opening.result.transaction('cases', 'readwrite').objectStore('cases');
      const on = () => {
        resolve();
        if (isHeld) store.count('none').onsuccess = on;
        else opening.result.close();
      };
      store.count('none').onsuccess = on;
    };
  });
}

const counted = (page) => page.locator('.docket-count');
const all = /^\d+ perkara$/;

test('a start reads the docket alone; list, search and a case are there without a server, and a damaged line is made again', async ({ profile, backend }) => {
  test.setTimeout(180_000);
  let page = await profile.open();
  await arrive(page, ACCOUNTS.pusat);
  await readyForOffline(page);
  const { size } = await backend.cases(ACCOUNTS.pusat);
  await page.goto('/perkara');
  await expect(counted(page)).toHaveText(`${size} perkara`, { timeout: 60_000 });
  // All has come; its lines are on the disk once nothing is stale.
  await expect.poll(() => page.evaluate(work, [NAME, 'docket', 'count']), { timeout: 60_000 }).toBeGreaterThan(100);
  await expect.poll(() => page.evaluate(work, [NAME, 'stale', 'count']), { timeout: 60_000 }).toBe(0);
  await expect(counted(page)).toHaveText(all, PATIENT);
  const told = await counted(page).textContent();
  expect(Number.parseInt(told, 10)).toBeGreaterThan(500);
  await profile.close();
  await backend.stop();

  page = await profile.open();
  await page.addInitScript(watchReads);
  await page.goto('/perkara');
  await expect(counted(page)).toHaveText(told, PATIENT);
  const row = page.locator('.docket__row').nth(7);
  const number = (await row.locator('.docket__name').textContent()).trim();
  const party = (await row.locator('.docket__parties').textContent()).trim().split(/\s+/).slice(0, 3).join(' ');
  await page.locator('#search').fill(number);
  await expect(page.locator('.docket__row').first().locator('.docket__name')).toHaveText(number, PATIENT);
  await page.locator('#search').fill(party);
  await expect(counted(page)).toContainText(' dari ', PATIENT);
  expect(await page.evaluate(() => window.reads), 'no act was read for a list or a search').toBe(0);

  await page.locator('#search').fill(number);
  await page.locator('.docket__row').first().locator('a').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(number);
  // The case, and what lies beside it where something does.
  expect(await page.evaluate(() => window.reads)).toBeLessThanOrEqual(2);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 }), 'its address opens it, too').toHaveText(number, PATIENT);

  // Damaged and missing pages: their cases are all there, made again from their acts.
  await page.evaluate(work, [NAME, 'docket', 'spoil']);
  await page.goto('/perkara');
  await expect(counted(page)).toHaveText(told, PATIENT);
  // As an earlier version leaves it: cases without any lines.
  await page.evaluate(work, [NAME, 'docket', 'clear']);
  await page.evaluate(work, [NAME, 'words', 'clear']);
  await page.goto('/perkara');
  await expect(counted(page)).toHaveText(told, PATIENT);
  await expect(async () => {
    await page.locator('#search').fill(party);
    await expect(counted(page)).toContainText(' dari ', { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  expect(await isOpen(backend.port)).toBe(false);
});

test('pages and marks of a page that was left while it pulled are put in order, also when the lines themselves are there', async ({ profile }) => {
  test.setTimeout(180_000);
  const page = await profile.open();
  await page.addInitScript(watchMarks);
  await arrive(page, ACCOUNTS.pusat);
  // Left in the middle, and gone on with.
  await expect.poll(() => page.evaluate(work, [NAME, 'stale', 'count'])).toBeGreaterThan(2);
  await page.goto('/perkara');
  const stale = () => page.evaluate(work, [NAME, 'stale', 'count']);
  const settled = async () => {
    await expect(counted(page)).toHaveText(all, { timeout: 60_000 });
    await expect.poll(() => page.evaluate(work, [NAME, 'docket', 'count']), { timeout: 60_000 }).toBeGreaterThan(200);
    await expect.poll(stale, { timeout: 60_000 }).toBe(0);
  };
  await settled();
  // As it is left between the last page and the word that no line is old: marks of lines that are there.
  await page.evaluate(work, [NAME, 'stale', 'mark']);
  expect(await stale()).toBe(1);
  await page.reload();
  await settled();
});

test('a case that is slow to come is waited for with a frame, and a press right behind a keystroke opens one', async ({ profile }) => {
  test.setTimeout(180_000);
  const page = await profile.open();
  await arrive(page, ACCOUNTS.pusat);
  await readyForOffline(page);
  await page.goto('/perkara');
  await expect.poll(() => page.evaluate(work, [NAME, 'docket', 'count']), { timeout: 60_000 }).toBeGreaterThan(100);
  await expect.poll(() => page.evaluate(work, [NAME, 'stale', 'count']), { timeout: 60_000 }).toBe(0);
  await page.reload();
  await expect(counted(page)).toHaveText(all, PATIENT);
  const title = page.getByRole('heading', { level: 1 });

  // Far down: the cases at hand are those that came last.
  const row = page.locator('.docket__row a').nth(30);
  const number = (await row.textContent()).trim();
  await page.evaluate(holdCases, NAME);
  const stays = await row.evaluate(async (link) => {
    link.click();
    await new Promise((resolve) => setTimeout(resolve));
    return link.isConnected;
  });
  expect(stays, 'the page before stays for a moment').toBe(true);
  await expect(page.locator('.skeleton')).toBeVisible(PATIENT);
  await expect(page).toHaveURL(/\/perkara\/[0-9a-f-]{36}$/);
  await page.evaluate(() => window.release());
  await expect(title).toHaveText(number, PATIENT);
  await page.goBack();
  await expect(row).toHaveText(number, PATIENT);

  // The address follows a search behind its picture: on the way to a case it must not lead back to the list.
  const other = (await page.locator('.docket__row a').nth(31).textContent()).trim();
  const search = page.locator('#search');
  await page.evaluate((text) => {
    const input = document.querySelector('#search');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, text);
    const found = new MutationObserver(() => {
      const link = document.querySelector('.docket__row a');
      if (link?.textContent.trim() !== text) return;
      found.disconnect();
      link.click();
    });
    found.observe(document.body, { subtree: true, childList: true });
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, other);
  await expect(title).toHaveText(other, PATIENT);
  await expect(search).toHaveCount(0);
  await page.goBack();
  await expect(page.locator('.docket__row').first()).toBeVisible(PATIENT);
});
