// The app's own database, looked at and disturbed from outside: what it holds, points at which it stands still, and a crash there.

import { expect } from '@playwright/test';

import { ACCOUNTS } from './backend.mjs';
import { PATIENT } from './test.mjs';

/** The database of an account. */
export const databaseOf = (account = ACCOUNTS.rina) => `sips-${account.id}`;

/** Every record of one of the app's object stores; a record is a version, a colon and JSON. */
export async function stored(page, place, account = ACCOUNTS.rina) {
  const texts = await page.evaluate(
    ([name, place]) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const asking = opening.result.transaction(place).objectStore(place).getAll();
          asking.onsuccess = () => (opening.result.close(), resolve(asking.result));
          asking.onerror = () => reject(asking.error);
        };
      }),
    [databaseOf(account), place],
  );
  return texts.map((text) => JSON.parse(text.slice(text.indexOf(':') + 1)));
}

/** How many records one of the app's object stores has; parts of files are no texts. */
export const counted = (page, place, account = ACCOUNTS.rina) =>
  page.evaluate(
    ([name, place]) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const asking = opening.result.transaction(place).objectStore(place).count();
          asking.onsuccess = () => (opening.result.close(), resolve(asking.result));
          asking.onerror = () => reject(asking.error);
        };
      }),
    [databaseOf(account), place],
  );

/** Runs in the page. From then on it stands still where a writing transaction over these stores has come to. */
function standAt({ moment, stores }) {
  const concerned = (transaction) => transaction.mode !== 'readonly' && stores.every((name) => transaction.objectStoreNames.contains(name));
  const stand = () => {
    // A crash asked for while it only looped would never come.
    debugger;
  };
  if (moment === 'success') {
    const { commit } = IDBTransaction.prototype;
    // Never asked to commit, it cannot end before the success of its requests has been told.
    IDBTransaction.prototype.commit = function () {
      if (!concerned(this)) commit.call(this);
    };
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...words) {
      const request = put.apply(this, words);
      if (concerned(this.transaction)) request.addEventListener('success', stand);
      return request;
    };
  } else if (moment === 'upgrade') {
    const { createObjectStore } = IDBDatabase.prototype;
    IDBDatabase.prototype.createObjectStore = function (...words) {
      const made = createObjectStore.apply(this, words);
      stand();
      return made;
    };
  } else {
    const { transaction } = IDBDatabase.prototype;
    // Before the app's own handler.
    IDBDatabase.prototype.transaction = function (...words) {
      const made = transaction.apply(this, words);
      if (concerned(made)) made.addEventListener('complete', stand);
      return made;
    };
  }
}

/**
 * Lets a page stop at a moment of its next writing transaction over all of these stores: `success` of its first put, which is then not
 * complete, or `complete`, of which the app has not heard yet. `upgrade` is the first new store of any. Gives what waits until it stands.
 */
export async function stopAt(page, moment, stores = [], { onLoad = false } = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send('Debugger.enable');
  const stands = new Promise((resolve) => session.once('Debugger.paused', resolve));
  await (onLoad ? page.addInitScript(standAt, { moment, stores }) : page.evaluate(standAt, { moment, stores }));
  return () => stands;
}

/** As when the system takes the memory away: the page ends where it is. Other pages of the device go on. */
export async function crash(page) {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  session.send('Page.crash').catch(() => {});
  await crashed;
  await page.close();
}

/** The device's next page, as after a crash. */
export async function reopened(page, address = '/kirim', before = () => {}) {
  const next = await page.context().newPage();
  await before(next);
  await next.goto(address, { waitUntil: 'commit' });
  return next;
}

/** What a person reads of the outbox once the page has read its store. */
export async function unsent(page, count) {
  const words = count === 0 ? 'Semua terkirim' : new RegExp(`(^|\\D)${count} belum terkirim`);
  await expect(page.locator('.top-bar__state')).toContainText(words, PATIENT);
}

/**
 * A page whose scripts stand still, holding whatever they hold, as when the system freezes it: `Page.setWebLifecycleState` does nothing to
 * pages that Playwright keeps focused. Gives what lets them go on.
 */
export async function frozen(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Debugger.enable');
  const stands = new Promise((resolve) => session.once('Debugger.paused', resolve));
  await session.send('Debugger.pause');
  // Stands at this very statement.
  session.send('Runtime.evaluate', { expression: '0' }).catch(() => {});
  await stands;
  return async () => {
    await session.send('Debugger.resume');
    await session.detach();
  };
}
