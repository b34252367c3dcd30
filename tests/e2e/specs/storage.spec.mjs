// The device's storage fails under the officer's hands: a real quota, a connection that the browser closes, other versions in other
// tabs, a store that is emptied. Each has its own words; what is on screen stays, what was kept is there again, and a loss is told as one.
// A disk that is full at the commit, IndexedDB refused and a newer database at the start are in bad-input.spec.mjs.

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';

import { SHORT_CASE, allSent, arrive, beginPetition, field, fillPetition, openCheck, openSection, readyForOffline, receive, saved, signIn, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { PDF_FILE } from '../support/files.mjs';
import { databaseOf, stored } from '../support/storage.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const attach = (page, file) => page.locator('fieldset:has([id="object_files"]) input[type=file][multiple]').setInputFiles([file]);

test('a quota of the browser that is used up: a file too many is refused alone, then text is told as not kept, and goes in once there is room', async ({ device, backend, watch }) => {
  // The browser then has nothing to register, and says so in its own way.
  watch.allow(/reading 'waiting'/);
  // Without a service worker, whose cache would take of the quota at a time of its own.
  const page = await device({ serviceWorkers: 'block' });
  await page.goto('/');
  const session = await page.context().newCDPSession(page);
  // Before the first write: Chromium remembers for half a minute how much room there was.
  await session.send('Storage.overrideQuotaForOrigin', { origin: backend.url, quotaSize: 1_000_000 });
  await signIn(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'objek');
  await field(page, 'object_number').fill('123/PL.01.4-Kpt/1607/2026');
  await saved(page);
  const file = (name, bytes) => ({ ...PDF_FILE(), name, buffer: Buffer.concat([PDF_FILE().buffer, randomBytes(bytes)]) });
  await attach(page, file('muat.pdf', 400_000));
  await expect(page.locator('.file-row', { hasText: 'muat.pdf' })).toContainText('Di perangkat ini', PATIENT);
  await attach(page, file('terlalu-besar.pdf', 2_000_000));
  await expect(page.locator('.file-row--failed')).toContainText('Penyimpanan perangkat penuh', PATIENT);
  await expect(page.locator('.file-row', { hasText: 'muat.pdf' })).toContainText('Di perangkat ini');
  expect(await stored(page, 'files')).toHaveLength(1);
  // Words still find their place.
  await field(page, 'object_number').fill('124/PL.01.4-Kpt/1607/2026');
  await saved(page);

  await openSection(page, draft, 'pokok');
  const long = 'Termohon – mencoret calon. '.repeat(7_000);
  await field(page, 'direct_loss').fill(long);
  await field(page, 'grounds').fill(long);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Belum tersimpan', PATIENT);
  await expect(alert).toContainText('Penyimpanan perangkat penuh; perubahan terakhir belum tersimpan. Yang tersimpan sebelumnya aman dan teks di layar masih ada.');
  await expect(alert).toContainText('kode bantuan: S-2');
  await expect(field(page, 'grounds')).toHaveValue(long);
  expect(JSON.stringify(await stored(page, 'drafts'))).toContain('124/PL.01.4-Kpt/1607/2026');

  await session.send('Storage.overrideQuotaForOrigin', { origin: backend.url });
  await alert.getByRole('button', { name: 'Coba lagi' }).click();
  await saved(page);
  await expect(alert).toHaveCount(0);
  await page.reload();
  await expect(field(page, 'grounds')).toHaveValue(long, PATIENT);
  await expect(field(page, 'direct_loss')).toHaveValue(long);
});

test('little room is told before anything fails, with what makes some, and no longer once there is enough', async ({ device }) => {
  const page = await device();
  await page.addInitScript(() => {
    window.left = 90_000_000;
    navigator.storage.estimate = async () => ({ usage: 10_000_000, quota: 10_000_000 + window.left });
  });
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'objek');
  const notices = page.locator('.shell__notices');
  await attach(page, PDF_FILE());
  await expect(notices).toContainText(/Ruang di perangkat hampir habis.*Sisa 90 MB\. Yang sudah tersimpan aman\./, PATIENT);
  await expect(notices.getByRole('link', { name: 'Setelan' })).toHaveAttribute('href', '/pengaturan');
  await page.evaluate(() => (window.left = 900_000_000));
  await attach(page, { ...PDF_FILE(), name: 'kedua.pdf', buffer: Buffer.concat([PDF_FILE().buffer, randomBytes(10)]) });
  await expect(notices).not.toContainText('Ruang di perangkat', PATIENT);
});

test('the settings say what still makes this device ready, and nothing once it is', async ({ device }) => {
  const page = await device();
  await page.addInitScript(() => {
    navigator.storage.persisted = async () => window.name === 'ready';
    const real = window.matchMedia.bind(window);
    window.matchMedia = (query) => (window.name === 'ready' && query.includes('standalone') ? { ...real(query), matches: true, addEventListener() {}, removeEventListener() {} } : real(query));
  });
  await arrive(page);
  await readyForOffline(page);
  await page.goto('/pengaturan');
  const steps = page.locator('#siap').getByRole('listitem');
  await expect(steps).toHaveText([/layar utama.*Belum$/, /Semua halaman ada di perangkat.*Selesai$/, /Peramban menjaga data.*Belum$/], PATIENT);
  await page.evaluate(() => (window.name = 'ready'));
  await page.reload();
  await expect(page.getByText('Aplikasi sudah terpasang di perangkat ini.')).toBeVisible(PATIENT);
  await expect(page.getByText('Tetap: peramban tidak menghapusnya sendiri')).toBeVisible(PATIENT);
  await expect(steps).toHaveCount(0);
});

test('what the screen calls saved or received was asked to be on the disk, not only with the system', async ({ device }) => {
  const page = await device();
  const written = [];
  await page.exposeFunction('tellWritten', (stores, durability) => written.push([stores, durability]));
  await page.addInitScript(() => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...words) {
      const made = transaction.apply(this, words);
      if (made.mode === 'readwrite') window.tellWritten([...made.objectStoreNames], made.durability);
      return made;
    };
  });
  await arrive(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { ...SHORT_CASE, objek: { ...SHORT_CASE.objek, object_files: { attach: [PDF_FILE] } } });
  await openCheck(page, draft);
  await receive(page);
  await allSent(page);
  // What looks whether bytes may go promises nothing: it alone reads all that could name them.
  const frees = (stores) => ['chunks', 'drafts', 'outbox', 'versions'].every((place) => stores.includes(place));
  for (const place of ['drafts', 'outbox', 'files', 'chunks', 'receipts']) {
    const about = written.filter(([stores]) => stores.includes(place) && !frees(stores));
    expect(about.length, place).toBeGreaterThan(0);
    expect(about.filter(([, durability]) => durability !== 'strict'), place).toEqual([]);
  }
});

test('the browser closes the connection: the next word opens it again, and nobody is disturbed', async ({ device }) => {
  const page = await device();
  await page.addInitScript(() => {
    window.connections = [];
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (...words) {
      const request = open.apply(this, words);
      request.addEventListener('success', () => window.connections.push(request.result));
      return request;
    };
  });
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'termohon');
  await field(page, 'respondent_address').fill('Jalan Merdeka 12');
  await saved(page);
  // With the event, as Chromium does; and without it, as on iOS.
  for (const [words, event] of [['Jalan Merdeka 13', true], ['Jalan Merdeka 14', false]]) {
    await page.evaluate((event) => {
      for (const connection of window.connections) {
        connection.close();
        if (event) connection.dispatchEvent(new Event('close'));
      }
    }, event);
    await field(page, 'respondent_address').fill(words);
    await expect.poll(async () => JSON.stringify(await stored(page, 'drafts')), PATIENT).toContain(words);
    await saved(page);
    await expect(page.getByRole('alert')).toHaveCount(0);
  }
});

test('an older version in another tab that does not give way: told, nothing lost, and on once it is closed', async ({ device }) => {
  const old = await device();
  await old.goto('/robots.txt');
  await old.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name, 1);
        opening.onupgradeneeded = () => {
          for (const place of ['drafts', 'outbox', 'cases', 'files', 'receipts', 'meta', 'notes', 'chunks']) opening.result.createObjectStore(place);
          opening.result.createObjectStore('journal', { autoIncrement: true });
        };
        opening.onsuccess = () => ((window.held = opening.result), resolve());
        opening.onerror = () => reject(opening.error);
      }),
    databaseOf(),
  );
  const page = await old.context().newPage();
  await page.goto('/');
  await page.getByLabel('Nama pengguna').fill(ACCOUNTS.rina.username);
  await page.locator('#password').fill(ACCOUNTS.rina.password);
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Penyimpanan tidak dapat dipakai' })).toBeVisible(PATIENT);
  await expect(page.locator('main')).toContainText('Tab lain masih memakai versi lama. Tutup tab lain, lalu muat ulang halaman ini. Tidak ada yang hilang.');
  await old.close();
  await page.reload();
  await signIn(page);
});

test('a newer version comes up in another tab: the last word is kept for it, and the old tab says so', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').pressSequentially('Sampai kata terakhir', { delay: 5 });
  await saved(page);
  const newer = await page.context().newPage();
  await newer.goto('/robots.txt');
  const kept = await newer.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name, 99);
        opening.onsuccess = () => {
          const asking = opening.result.transaction('drafts').objectStore('drafts').getAll();
          asking.onsuccess = () => (opening.result.close(), resolve(asking.result.join()));
        };
        opening.onerror = () => reject(opening.error);
      }),
    databaseOf(),
  );
  expect(kept).toContain('Sampai kata terakhir');
  await expect(page.locator('main')).toContainText('Versi baru sudah terbuka di tab lain. Pekerjaan yang tersimpan ada di sana; muat ulang tab ini.', PATIENT);
  await page.reload();
  await expect(page.locator('main')).toContainText('ditulis oleh versi aplikasi yang lebih baru. Tidak ada yang diubah.', PATIENT);
});

test('where the storage cannot be used, signing out counts what is here and hands out what is still at hand', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').fill('Hanya ada di sini.');
  await saved(page);
  const newer = await page.context().newPage();
  await newer.goto('/robots.txt');
  await newer.evaluate(
    (name) => new Promise((resolve) => (indexedDB.open(name, 99).onsuccess = (event) => (event.target.result.close(), resolve()))),
    databaseOf(),
  );
  await expect(page.locator('main')).toContainText('Versi baru sudah terbuka di tab lain.', PATIENT);
  const out = page.getByRole('button', { name: 'Keluar', exact: true });
  await out.click();
  const dialog = page.getByRole('dialog', { name: 'Keluar sekarang?' });
  await expect(dialog).toContainText(/1\s+draf/);
  const copy = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Simpan salinan yang belum terkirim' }).click();
  expect(fs.readFileSync(await (await copy).path(), 'utf8')).toContain('Hanya ada di sini.');
  await dialog.getByRole('button', { name: 'Tetap masuk' }).click();

  // After a start nothing of it is at hand; that something is here is known all the same.
  await page.reload();
  await expect(page.locator('main')).toContainText('ditulis oleh versi aplikasi yang lebih baru', PATIENT);
  await out.click();
  await expect(dialog).toContainText('1 belum terkirim');
  await expect(dialog.getByRole('button', { name: 'Simpan salinan yang belum terkirim' })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Keluar, biarkan tersimpan' }).click();
  await expect(page.getByLabel('Nama pengguna')).toBeVisible(PATIENT);
});

test('the browser is asked once to keep the data: after the first save, with the reason where it asks the officer; the answer stands in the settings', async ({ device }) => {
  const page = await device();
  await page.addInitScript(() => {
    StorageManager.prototype.persisted = () => Promise.resolve(sessionStorage.granted === 'yes');
    StorageManager.prototype.persist = () => {
      sessionStorage.asked = Number(sessionStorage.asked ?? 0) + 1;
      return new Promise((resolve) => (window.answer = resolve));
    };
  });
  const asked = () => page.evaluate(() => Number(sessionStorage.asked ?? 0));
  await arrive(page);
  await page.goto('/pengaturan');
  await expect(page.locator('main')).toContainText('Peramban belum diminta menjaganya', PATIENT);
  expect(await asked()).toBe(0);
  await page.goto('/');
  const draft = await beginPetition(page);
  await expect.poll(asked, PATIENT).toBe(1);
  await expect(page.locator('.toast')).toContainText('Izinkan peramban menyimpan data ini secara tetap', PATIENT);
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').fill('Sambil peramban menunggu jawaban');
  await saved(page);
  await page.evaluate(() => window.answer(false));
  await field(page, 'grounds').fill('Sesudah ditolak');
  await saved(page);
  await page.reload();
  await field(page, 'grounds').fill('Dan sesudah mulai lagi');
  await saved(page);
  expect(await asked()).toBe(1);

  await page.goto('/pengaturan');
  await expect(page.locator('main')).toContainText('sudah diminta menjaganya dan belum bersedia', PATIENT);
  await expect(page.locator('main')).toContainText('Penyimpanan tetap menjaga draf');
  await page.getByRole('button', { name: 'Minta penyimpanan tetap' }).click();
  await expect.poll(asked).toBe(2);
  await page.evaluate(() => {
    sessionStorage.granted = 'yes';
    window.answer(true);
  });
  await expect(page.locator('main')).toContainText('Tetap: peramban tidak menghapusnya sendiri', PATIENT);
  await expect(page.getByRole('button', { name: 'Minta penyimpanan tetap' })).toHaveCount(0);
});

test('CP19: the store is emptied while the app is open: the text stays with a way to save it, and the next start tells the loss', async ({ device, backend }) => {
  const page = await device();
  await arrive(page);
  await wholePetition(page);
  await allSent(page);
  await page.goto('/');
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').fill('Ditulis sebelum hilang.');
  await saved(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: backend.url, storageTypes: 'indexeddb' });
  await field(page, 'grounds').fill('Ditulis sesudah hilang.');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Belum tersimpan', PATIENT);
  await expect(alert).toContainText('Sambungan ke penyimpanan terputus; perubahan terakhir belum tersimpan. Teks di layar masih ada.');
  const copy = page.waitForEvent('download');
  await alert.getByRole('button', { name: 'Simpan salinan ke berkas' }).click();
  const words = fs.readFileSync(await (await copy).path(), 'utf8');
  for (const text of ['Ditulis sebelum hilang.', 'Ditulis sesudah hilang.']) expect(words).toContain(text);
  // A second page first: with its last one gone the device would be, too.
  const next = await page.context().newPage();
  await page.close({ runBeforeUnload: false });
  await next.goto('/');
  await expect(next.getByRole('heading', { level: 1, name: 'Data di perangkat ini hilang' })).toBeVisible(PATIENT);
  await expect(next.locator('main')).toContainText('Perangkat ini menyimpan 1 pekerjaan yang belum terkirim');
  await next.getByRole('button', { name: 'Saya mengerti, mulai lagi' }).click();
  // What the server holds comes back by itself.
  await expect(next.getByRole('link', { name: /Siti Rahma|PS\.PNM/ }).first()).toBeVisible(PATIENT);
});

for (const [how, empty] of [
  ['emptied', (page, url) => page.context().newCDPSession(page).then((session) => session.send('Storage.clearDataForOrigin', { origin: url, storageTypes: 'indexeddb' }))],
  ['deleted', (page) => page.evaluate((name) => new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve)), databaseOf())],
]) {
  test(`the store is ${how} under the tab that leads: it gives up the lead, and the next tab has everything from the server`, async ({ device, backend }) => {
    const page = await device();
    await arrive(page);
    await wholePetition(page);
    await allSent(page);
    await page.goto('/');
    await allSent(page);
    await empty(page, backend.url);
    // The first one stays open.
    const next = await page.context().newPage();
    await next.goto('/');
    await next.getByRole('button', { name: 'Saya mengerti, mulai lagi' }).click(PATIENT);
    await expect(next.getByRole('link', { name: /Siti Rahma|PS\.PNM/ }).first()).toBeVisible(PATIENT);
    await allSent(next);
    expect(await stored(next, 'cases')).toHaveLength(1);
  });
}

test('CP19: emptied by the browser while the app was closed: without a witness it is a device that nobody has worked on', async ({ device, backend }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { pemohon: SHORT_CASE.pemohon });
  await page.goto('about:blank');
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: backend.url, storageTypes: 'all' });
  await page.goto('/');
  await signIn(page);
  await expect(page.getByText('Belum ada pekerjaan di perangkat ini.')).toBeVisible(PATIENT);
});

test('Clear-Site-Data: an answer of the contract empties nothing; a page of the host does, and the text on screen stays', async ({ device, gate, watch }) => {
  const page = await device({ url: gate.url });
  await arrive(page);
  // Files of the app are fetched no more: they would be answered so, too.
  await readyForOffline(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').fill('Ditulis sebelum hilang.');
  await saved(page);
  watch.allow(/^Clear-Site-Data header on /);
  gate.change = (request, whole) => ({ ...whole, headers: { ...whole.headers, 'clear-site-data': '"storage"' } });
  const pulls = () => gate.requests('GET', '/v1/changes').filter((one) => one.status).length;
  const before = pulls();
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(pulls, PATIENT).toBeGreaterThan(before);
  expect(JSON.stringify(await stored(page, 'drafts'))).toContain('Ditulis sebelum hilang.');

  const other = await page.context().newPage();
  await other.goto('/robots.txt');
  gate.change = null;
  const names = () => other.evaluate(async () => (await indexedDB.databases()).map((one) => one.name));
  await expect.poll(names, PATIENT).not.toContain(databaseOf());
  await field(page, 'grounds').fill('Ditulis sesudah hilang.');
  await expect(page.getByRole('alert')).toContainText('Sambungan ke penyimpanan terputus; perubahan terakhir belum tersimpan. Teks di layar masih ada.', PATIENT);
  await expect(field(page, 'direct_loss')).toHaveValue('Ditulis sebelum hilang.');
  await expect(field(page, 'grounds')).toHaveValue('Ditulis sesudah hilang.');
  expect(await names(), 'no empty store takes the place of the lost one').not.toContain(databaseOf());
});
