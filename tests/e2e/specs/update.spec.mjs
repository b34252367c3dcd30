// A new build behind a running app: it is announced, waits for consent, never touches a form that is not saved, and a
// damaged one changes nothing.

import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { arrive, beginPetition, field, openSection, readyForOffline, saved } from '../support/app.mjs';
import { DIST } from '../support/backend.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

/** A copy of the build with another comment in boot.js, listed by its hash as `cargo xtask build` does; or damaged after that. */
function otherBuild(release, { damaged = false } = {}) {
  const folder = test.info().outputPath(`dist-${release}`);
  fs.cpSync(DIST, folder, { recursive: true });
  const boot = path.join(folder, 'boot.js');
  const before = fs.readFileSync(boot);
  const after = Buffer.concat([before, Buffer.from(`\n// ${release}\n`)]);
  const worker = path.join(folder, 'service-worker.js');
  const listed = fs.readFileSync(worker, 'utf8');
  const entry = (bytes) => new RegExp(`(bytes"?:)${bytes.length}(,"?sha256"?:")${sha256(bytes)}`);
  if (!entry(before).test(listed)) throw new Error('boot.js is not listed in the service worker as expected');
  fs.writeFileSync(
    worker,
    listed.replace(entry(before), `$1${after.length}$2${sha256(after)}`).replace(/RELEASE\s*=\s*"[0-9a-f]+"/, `RELEASE="${release}"`),
  );
  fs.writeFileSync(boot, damaged ? Buffer.concat([after.subarray(0, after.length - 4), Buffer.from('!!!!')]) : after);
  for (const compressed of ['boot.js.br', 'service-worker.js.br']) fs.rmSync(path.join(folder, compressed), { force: true });
  const about = path.join(folder, 'release.json');
  fs.writeFileSync(about, JSON.stringify({ ...JSON.parse(fs.readFileSync(about, 'utf8')), release }));
  return folder;
}

/** The release that answers for this page. */
function activeRelease(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = (event) => resolve(event.data.release);
        navigator.serviceWorker.controller.postMessage({ type: 'VERSION' }, [channel.port2]);
      }),
  );
}

/** What the browser does by itself once a day, and the app when it is opened. */
async function lookForUpdate(page) {
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration.update()).catch(() => {}));
}

const OLD = () => JSON.parse(fs.readFileSync(path.join(DIST, 'release.json'), 'utf8')).release;

test('an update is announced, leaves a form alone, is taken on consent, and the draft is still there', async ({ device, backend }) => {
  const page = await device();
  await arrive(page);
  await readyForOffline(page);
  const old = await activeRelease(page);
  expect(old).toBe(OLD());
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').pressSequentially('Sebelum pembaruan. ');
  await page.evaluate(() => (window.untouched = true));

  backend.serveApp(otherBuild('00000000000000aa'));
  await lookForUpdate(page);
  await expect(page.getByText('Versi baru siap')).toBeVisible(PATIENT);

  await test.step('while something is not on the disk, the button says why and does nothing', async () => {
    // The disk is held up, so that the form stays unsaved for as long as it takes to look.
    await page.evaluate(() => {
      const put = IDBObjectStore.prototype.put;
      window.release = () => Object.assign(IDBObjectStore.prototype, { put });
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    await field(page, 'direct_loss').pressSequentially('Selama pembaruan.');
    const button = page.getByRole('button', { name: 'Perbarui sekarang' });
    await expect(button).toHaveAttribute('aria-disabled', 'true');
    await expect(page.getByText('Tunggu sampai tulisan tersimpan.')).toBeVisible();
    await button.click({ force: true });
    await page.evaluate(() => window.release());
    await page.getByRole('button', { name: 'Coba lagi' }).click();
    await saved(page);
    expect(await page.evaluate(() => window.untouched), 'the page was not loaded again').toBe(true);
    expect(await activeRelease(page)).toBe(old);
  });

  await page.getByRole('button', { name: 'Perbarui sekarang' }).click();
  // The worker that goes is left alone: Chromium keeps one for minutes that gets a message in the very moment in which it is to end.
  await expect.poll(() => page.evaluate(() => window.untouched ?? false).catch(() => true), PATIENT).toBe(false);
  await expect.poll(() => activeRelease(page).catch(() => ''), PATIENT).toBe('00000000000000aa');
  await expect(page).toHaveURL(new RegExp(`/draf/${draft}/pokok`));
  await expect(field(page, 'direct_loss')).toHaveValue('Sebelum pembaruan. Selama pembaruan.', PATIENT);
  await expect(field(page, 'direct_loss')).toBeFocused(PATIENT);
  await expect(page.getByText('Versi baru siap')).toHaveCount(0);
  await page.goto('/pengaturan');
  await expect(page.getByText('00000000000000aa')).toBeVisible();
});

test('the notice can be put off', async ({ device, backend }) => {
  const page = await device();
  await arrive(page);
  await readyForOffline(page);
  backend.serveApp(otherBuild('00000000000000ab'));
  await lookForUpdate(page);
  await expect(page.getByText('Versi baru siap')).toBeVisible(PATIENT);
  await page.getByRole('button', { name: 'Nanti' }).click();
  await expect(page.getByText('Versi baru siap')).toHaveCount(0);
  expect(await activeRelease(page)).toBe(OLD());
});

test('another tab with an unsaved form is told, not loaded again', async ({ device, backend }) => {
  const first = await device();
  await arrive(first);
  await readyForOffline(first);
  const draft = await beginPetition(first);
  await openSection(first, draft, 'pokok');
  const second = await first.context().newPage();
  await second.goto('/');
  await expect(second.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
  await first.evaluate(() => {
    window.untouched = true;
    const put = IDBObjectStore.prototype.put;
    window.release = () => Object.assign(IDBObjectStore.prototype, { put });
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await field(first, 'direct_loss').pressSequentially('Belum di perangkat');
  await expect(first.getByText('Belum tersimpan', { exact: true }).first()).toBeVisible();

  backend.serveApp(otherBuild('00000000000000ac'));
  await lookForUpdate(second);
  await second.getByRole('button', { name: 'Perbarui sekarang' }).click(PATIENT);
  await expect(first.getByText('Aplikasi sudah diperbarui di tab lain')).toBeVisible(PATIENT);
  expect(await first.evaluate(() => window.untouched)).toBe(true);
  await expect(field(first, 'direct_loss')).toHaveValue('Belum di perangkat');
  await first.evaluate(() => window.release());
  await first.getByRole('button', { name: 'Coba lagi' }).click();
  await saved(first);
  await first.getByRole('button', { name: 'Muat ulang' }).click();
  await expect(field(first, 'direct_loss')).toHaveValue('Belum di perangkat', PATIENT);
  await expect.poll(() => activeRelease(first), PATIENT).toBe('00000000000000ac');
});

test('a damaged new file leaves the old version in place, online and off', async ({ device, backend }) => {
  const page = await device();
  await arrive(page);
  await readyForOffline(page);
  backend.serveApp(otherBuild('00000000000000ad', { damaged: true }));
  await lookForUpdate(page);
  await expect.poll(() => backend.logged('GET', '/boot.js').length, 'the damaged file was fetched').toBeGreaterThan(0);
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => !registration.installing && !registration.waiting)), PATIENT)
    .toBe(true);
  expect(await activeRelease(page)).toBe(OLD());
  await expect(page.getByText('Versi baru siap')).toHaveCount(0);
  await backend.stop();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
  expect(await activeRelease(page)).toBe(OLD());
});

test('CP16: the browser is killed while a new release takes over: the app opens whole, without a server, with the last word', async ({ profile, backend }) => {
  let page = await profile.open();
  await arrive(page);
  await readyForOffline(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').fill('Sebelum pembaruan.');
  await saved(page);

  const release = '00000000000000ae';
  const folder = otherBuild(release);
  const worker = path.join(folder, 'service-worker.js');
  const text = fs.readFileSync(worker, 'utf8');
  // The first time it does not come to the end of taking over.
  const stands = text.replace(/async function activate\(\)\s*\{/, "$&if(!(await caches.has('held'))){await caches.open('held');await fetch('/robots.txt');await new Promise(()=>{});}");
  if (stands === text) throw new Error('the service worker takes over in another way than this test knows');
  fs.writeFileSync(worker, stands);
  backend.serveApp(folder);
  await lookForUpdate(page);
  await page.getByRole('button', { name: 'Perbarui sekarang' }).click({ ...PATIENT, noWaitAfter: true });
  // The page asks for itself anew and waits for the worker.
  await expect.poll(() => backend.logged('GET', '/robots.txt').length, PATIENT).toBe(1);
  await profile.kill();
  await backend.stop();

  page = await profile.open();
  await page.goto(`/draf/${draft}/pokok`);
  await expect(field(page, 'direct_loss')).toHaveValue('Sebelum pembaruan.', PATIENT);
  expect([OLD(), release]).toContain(await activeRelease(page));
  // And the next one is taken over as ever.
  await backend.start();
  backend.serveApp(otherBuild('00000000000000af'));
  await lookForUpdate(page);
  await page.getByRole('button', { name: 'Perbarui sekarang' }).click(PATIENT);
  await expect.poll(() => activeRelease(page).catch(() => ''), PATIENT).toBe('00000000000000af');
  await expect(field(page, 'direct_loss')).toHaveValue('Sebelum pembaruan.', PATIENT);
});
