// The renderer is killed at each crash point between a word and its receipt, and the browser's tabs are frozen: nothing is lost,
// nothing is doubled, and what the screen said before holds after. The page is held at the point from outside (patched IndexedDB
// events, a gate before the server), then Chromium crashes it. CP1 is in drafts.spec.mjs (killed in the middle of a word); updates (CP16) are in
// update.spec.mjs; power loss and restored backups (CP18, CP20) are the simulator's, and an emptied store (CP19) is in storage.spec.mjs.

import { createHash } from 'node:crypto';

import { RECEPTION_NUMBER, SHORT_CASE, allSent, arrive, beginPetition, field, fillPetition, openCheck, openSection, saved, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { PDF_FILE, PHOTO_FILE } from '../support/files.mjs';
import { HELD, answered } from '../support/gate.mjs';
import { crash, databaseOf, frozen, reopened, stopAt, stored, unsent } from '../support/storage.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

/** Signs in on a page that will not come as far as its first screen. */
async function signInQuickly(page, { username, password }) {
  await page.getByLabel('Nama pengguna').fill(username);
  await page.locator('#password').fill(password);
  await page.getByRole('button', { name: 'Masuk', exact: true }).click({ noWaitAfter: true });
}

const isPush = (request) => request.method === 'POST' && request.url === '/v1/commands';

test('CP2 to CP7: one petition, its page killed at every point from the press to the receipt', async ({ device, gate, backend }) => {
  test.setTimeout(120_000);
  let page = await device({ url: gate.url });
  await arrive(page);
  await allSent(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, SHORT_CASE);
  await openCheck(page, draft);
  const press = (on) => on.getByRole('button', { name: 'Terima permohonan' }).click({ noWaitAfter: true });
  gate.answer = (request) => (isPush(request) ? HELD : null);

  await test.step('CP2: asked for, not complete: the draft is whole, and nothing was received', async () => {
    const stands = await stopAt(page, 'success', ['outbox', 'drafts']);
    await press(page);
    await stands();
    await crash(page);
    page = await reopened(page, `/draf/${draft}/periksa`);
    await expect(page.locator('main')).toContainText('Siti Rahma', PATIENT);
    await unsent(page, 0);
    expect((await stored(page, 'drafts')).map(({ id }) => id)).toEqual([draft]);
    expect(await stored(page, 'outbox')).toEqual([]);
  });

  let command;
  await test.step('CP3: complete, and nobody was told: it waits for the server, and the draft is gone', async () => {
    const stands = await stopAt(page, 'complete', ['outbox', 'drafts']);
    await press(page);
    await stands();
    await crash(page);
    expect(gate.requests('POST', '/v1/commands'), 'nothing had left the device').toEqual([]);
    page = await reopened(page);
    await unsent(page, 1);
    const [entry, ...more] = await stored(page, 'outbox');
    expect(more).toEqual([]);
    expect(await stored(page, 'drafts')).toEqual([]);
    command = entry.envelope.commandId;
  });

  await test.step('CP4, CP5: killed while it was on its way, and did not arrive', async () => {
    // The page of the step before has sent it by itself.
    await expect.poll(() => gate.requests('POST', '/v1/commands').length, PATIENT).toBe(1);
    await crash(page);
    expect((await backend.cases()).size).toBe(0);
    page = await reopened(page);
    await unsent(page, 1);
    await expect(page.locator('.row')).toContainText('Siti Rahma');
    await expect.poll(() => gate.requests('POST', '/v1/commands').length, PATIENT).toBe(2);
    await crash(page);
  });

  await test.step('CP6: applied at the server, the answer lost', async () => {
    gate.answer = null;
    gate.change = (request, whole) => (isPush(request) ? HELD : whole);
    page = await reopened(page);
    await expect.poll(async () => (await backend.cases()).size, PATIENT).toBe(1);
    await unsent(page, 1);
    await crash(page);
  });

  await test.step('CP7: the answer read, not yet on the disk', async () => {
    gate.change = null;
    let stands;
    page = await reopened(page, '/kirim', async (next) => (stands = await stopAt(next, 'success', ['outbox', 'receipts'], { onLoad: true })));
    await stands();
    await crash(page);
  });

  await test.step('and after all of it: one act, under the id that was made at the first press, with its number', async () => {
    page = await reopened(page);
    await allSent(page);
    await expect(page.getByRole('link', { name: RECEPTION_NUMBER })).toBeVisible(PATIENT);
    const acts = [...(await backend.cases()).values()].flat();
    expect(acts.map((act) => act.commandId)).toEqual([command]);
    expect((await stored(page, 'receipts')).map(({ commandId }) => commandId)).toEqual([command]);
    expect(await stored(page, 'outbox')).toEqual([]);
  });
});

test('CP8 to CP10: killed while a page of changes is written, after it, and before the next one', async ({ device, gate, backend }) => {
  test.setTimeout(90_000);
  const author = await device();
  await arrive(author);
  const { id: one } = await wholePetition(author);
  await allSent(author);
  const token = await backend.signIn(ACCOUNTS.yusuf);
  const first = await (await backend.call('GET', '/v1/changes', { token })).json();
  await author.goto('/');
  const { id: two } = await wholePetition(author);
  await allSent(author);

  // What the server told before the second petition, as the first page of two.
  const pages = [];
  gate.answer = (request) => {
    if (!request.url.startsWith('/v1/changes')) return null;
    const cursor = new URL(request.url, gate.url).searchParams.get('cursor');
    pages.push(cursor);
    return cursor ? HELD : answered(200, { ...first, more: true });
  };
  const cases = async (page) => (await stored(page, 'cases', ACCOUNTS.yusuf)).map((record) => [record.case, record.acts.map((act) => act.revision)]);
  let page = await device({ url: gate.url });
  let stands = await stopAt(page, 'success', ['cases', 'meta'], { onLoad: true });
  await page.goto('/');
  await signInQuickly(page, ACCOUNTS.yusuf);
  await stands();
  await crash(page);

  page = await reopened(page, '/perkara', async (next) => (stands = await stopAt(next, 'complete', ['cases', 'meta'], { onLoad: true })));
  await stands();
  expect(pages, 'nothing of the page was kept, and it was asked for anew').toEqual([null, null]);
  await crash(page);

  page = await reopened(page, '/perkara');
  await expect(page.getByRole('link', { name: RECEPTION_NUMBER })).toHaveCount(1, PATIENT);
  await expect.poll(() => pages.length, PATIENT).toBe(3);
  expect(pages.at(-1), 'it goes on after the page that was kept').toBe(first.next);
  expect(await cases(page)).toEqual([[one, [1]]]);
  await crash(page);

  gate.answer = null;
  page = await reopened(page, '/perkara');
  await expect(page.getByRole('link', { name: RECEPTION_NUMBER })).toHaveCount(2, PATIENT);
  await allSent(page);
  expect(await cases(page)).toEqual([one, two].sort().map((id) => [id, [1]]));
});

test('CP11, CP12: killed between a file and its draft, and at parts of it on their way', async ({ device, gate, backend }) => {
  test.setTimeout(90_000);
  const file = { ...PDF_FILE(), buffer: Buffer.concat([PDF_FILE().buffer, Buffer.alloc(300_000, 7)]) };
  const path = `/v1/files/${createHash('sha256').update(file.buffer).digest('hex')}`;
  let page = await device({ url: gate.url });
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'objek');
  await field(page, 'object_number').fill('123/PL.01.4-Kpt/1607/2026');
  await saved(page);
  let stands = await stopAt(page, 'complete', ['files', 'chunks']);
  await page.locator('fieldset:has([id="object_files"]) input[type=file][multiple]').setInputFiles([file]);
  await stands();
  await crash(page);

  page = await reopened(page, `/draf/${draft}/objek`);
  await expect(field(page, 'object_number')).toHaveValue('123/PL.01.4-Kpt/1607/2026', PATIENT);
  await page.getByRole('link', { name: 'Semua bagian' }).click();
  await fillPetition(page, draft, { ...SHORT_CASE, objek: { ...SHORT_CASE.objek, object_files: { attach: [() => file] } } });
  expect(await stored(page, 'files'), 'the bytes that were kept are not kept twice').toHaveLength(1);

  const parts = () => gate.requests('PATCH', path).length;
  gate.answer = (request) => (request.method === 'PATCH' && parts() === 2 ? HELD : null);
  await openCheck(page, draft);
  await page.getByRole('button', { name: 'Terima permohonan' }).click();
  await expect.poll(parts, PATIENT).toBe(2);
  await crash(page);

  gate.answer = null;
  gate.change = (request, whole) => (request.method === 'PATCH' ? HELD : whole);
  page = await reopened(page);
  await unsent(page, 1);
  await expect.poll(parts, PATIENT).toBe(3);
  await expect(page.locator('.file-row', { hasText: file.name })).toBeVisible();
  await crash(page);

  gate.change = null;
  page = await reopened(page);
  await allSent(page);
  const token = await backend.signIn(ACCOUNTS.yusuf);
  const whole = Buffer.from(await (await backend.call('GET', path, { token })).arrayBuffer());
  expect(whole.equals(file.buffer)).toBe(true);
  expect([...(await backend.cases()).values()].flat()).toHaveLength(1);
});

test('CP13: killed while the store is brought to this version: the old one is as it was, and comes up at the next start', async ({ device }) => {
  let page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { pemohon: SHORT_CASE.pemohon });
  // The work of an older version of the app, on a page that is not the app's.
  await page.goto('/robots.txt');
  const name = databaseOf();
  const newest = await page.evaluate(async (name) => {
    const asked = (request) => new Promise((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = () => reject(request.error))));
    const now = await asked(indexedDB.open(name));
    const newest = now.version;
    const kept = {};
    for (const place of now.objectStoreNames) {
      const store = now.transaction(place).objectStore(place);
      const [keys, values] = [store.getAllKeys(), store.getAll()];
      kept[place] = { keys: await asked(keys), values: await asked(values) };
    }
    now.close();
    await asked(indexedDB.deleteDatabase(name));
    const opening = indexedDB.open(name, 1);
    const old = ['drafts', 'outbox', 'cases', 'files', 'receipts', 'meta', 'notes', 'chunks', 'journal'];
    opening.onupgradeneeded = () => old.forEach((place) => opening.result.createObjectStore(place, place === 'journal' ? { autoIncrement: true } : {}));
    const before = await asked(opening);
    const transaction = before.transaction(old, 'readwrite');
    for (const place of old) kept[place].keys.forEach((key, at) => transaction.objectStore(place).put(kept[place].values[at], key));
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    before.close();
    return newest;
  }, name);
  const version = (on) => on.evaluate(async (name) => (await indexedDB.databases()).find((one) => one.name === name)?.version, name);

  let stands;
  page = await reopened(page, '/', async (next) => (stands = await stopAt(next, 'upgrade', [], { onLoad: true })));
  await stands();
  await crash(page);
  page = await reopened(page, '/robots.txt');
  expect(await version(page)).toBe(1);
  await page.goto('/');
  await page.getByRole('link', { name: 'Siti Rahma' }).click(PATIENT);
  await expect(field(page, 'name', 'petitioner')).toHaveValue('Siti Rahma', PATIENT);
  expect(await version(page)).toBe(newest);
});

/** Two tabs of one device, of which the first one leads. */
async function twoTabs(device, gate) {
  const leader = await device({ url: gate.url });
  await arrive(leader);
  await allSent(leader);
  const other = await leader.context().newPage();
  await other.goto('/');
  await allSent(other);
  return { leader, other };
}

test('CP17: a tab that leads is frozen and dies between the server’s work and the word of it: each petition arrives once', async ({ device, gate, backend }) => {
  test.setTimeout(90_000);
  const { leader, other } = await twoTabs(device, gate);
  gate.change = (request, whole) => (isPush(request) ? HELD : whole);
  await wholePetition(leader);
  await expect.poll(async () => (await backend.cases()).size, PATIENT).toBe(1);
  await frozen(leader);
  await wholePetition(other);
  await unsent(other, 2);
  gate.change = null;
  await crash(leader);
  await allSent(other);
  const acts = [...(await backend.cases()).values()].flat();
  expect(acts).toHaveLength(2);
  expect(new Set(acts.map((act) => act.caseId)).size).toBe(2);
});

test('CP17: a tab that leads is frozen and thaws: the other tab says what is unsent, and a press sends what was not heard', async ({ device, gate, backend }) => {
  test.setTimeout(90_000);
  const { leader, other } = await twoTabs(device, gate);
  const thaw = await frozen(leader);
  await wholePetition(other);
  await unsent(other, 1);
  await other.goto('/kirim');
  await expect(other.locator('.row')).toContainText('Menunggu kirim', PATIENT);
  expect((await backend.cases()).size).toBe(0);
  await thaw();
  await other.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
  await allSent(other);
  expect([...(await backend.cases()).values()].flat()).toHaveLength(1);
});

/** The lock of the tab that leads: who holds it. */
const leads = (page) => page.evaluate(async () => (await navigator.locks.query()).held.filter((lock) => lock.name.includes('-sync-')).map((lock) => lock.clientId));

test('CP17: a tab that leads stays frozen: the other one asks in vain for half a minute, leads and sends; thawed, the first one follows', async ({ device, gate, backend }) => {
  test.setTimeout(120_000);
  const leader = await device({ url: gate.url });
  await arrive(leader);
  await allSent(leader);
  const other = await leader.context().newPage();
  // Its half minutes take a second, and what it says is counted.
  await other.addInitScript(() => {
    const { setInterval } = window;
    window.setInterval = (callback, ms, ...words) => setInterval(callback, ms / 30, ...words);
    const { postMessage } = BroadcastChannel.prototype;
    window.asked = 0;
    BroadcastChannel.prototype.postMessage = function (text) {
      if (text === 'awake?') window.asked += 1;
      return postMessage.call(this, text);
    };
  });
  await other.goto('/');
  await allSent(other);
  const [first] = await leads(other);
  await expect.poll(() => other.evaluate(() => window.asked), PATIENT).toBeGreaterThan(3);
  expect(await leads(other), 'one that answers is not robbed').toEqual([first]);

  const thaw = await frozen(leader);
  await wholePetition(other);
  await expect.poll(async () => (await backend.cases()).size, PATIENT).toBe(1);
  await allSent(other);
  const second = await leads(other);
  expect(second).toHaveLength(1);
  expect(second).not.toContain(first);

  await thaw();
  await wholePetition(leader);
  await allSent(leader);
  await allSent(other);
  expect(await leads(other)).toEqual(second);
  const acts = [...(await backend.cases()).values()].flat();
  expect(new Set(acts.map((act) => act.caseId)).size).toBe(2);
  expect(acts).toHaveLength(2);
});

test('the system ends the page while the camera is open: the form is as it was, and says that the photo is missing', async ({ device }) => {
  let page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'objek');
  // Not waited for: opening the camera keeps it.
  await field(page, 'object_number').pressSequentially('123/PL.01.4-Kpt/1607/2026');
  const files = (on) => on.locator('fieldset:has([id="object_files"])');
  const camera = page.waitForEvent('filechooser');
  await files(page).getByRole('button', { name: 'Ambil foto' }).click();
  await camera;
  await expect.poll(async () => (await stored(page, 'drafts'))[0].capture, PATIENT).toBeTruthy();
  await crash(page);

  page = await reopened(page, `/draf/${draft}/objek`);
  await expect(field(page, 'object_number')).toHaveValue('123/PL.01.4-Kpt/1607/2026', PATIENT);
  await expect(files(page)).toContainText('Foto terakhir belum tersimpan karena aplikasi tertutup. Ambil lagi.');
  await files(page).locator('input[capture]').setInputFiles([PHOTO_FILE()]);
  await expect(page.locator('.file-row', { hasText: PHOTO_FILE().name })).toContainText('Di perangkat ini', PATIENT);
  await expect(files(page)).not.toContainText('Foto terakhir belum tersimpan');
});
