// What watches over the start beside the app (public/boot.js): what a browser lacks, a start that never comes to its end, a crash, and
// crashes without an end. Files of the app that do not arrive are in bad-input.spec.mjs, damaged releases in update.spec.mjs.

import fs from 'node:fs';

import { arrive, beginPetition, field, openSection, saved } from '../support/app.mjs';
import { HELD } from '../support/gate.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const hidden = {
  WebAssembly: () => delete window.WebAssembly,
  IndexedDB: () =>
    Object.defineProperty(window, 'indexedDB', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    }),
  'Web Locks': () => Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined }),
  'Web Crypto': () => Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined }),
};

test('a browser without what the app needs: a readable page names each part, and nothing is begun', async ({ device }) => {
  for (const [part, hide] of Object.entries(hidden)) {
    const page = await device();
    await page.addInitScript(hide);
    await page.goto('/');
    const main = page.locator('main');
    await expect(main, part).toContainText('Peramban ini belum dapat menjalankan aplikasi. Yang kurang:');
    await expect(main, part).toContainText('This browser cannot run the app yet. What is missing:');
    await expect(main.getByRole('listitem'), part).toHaveCount(1);
    await expect(main.getByRole('listitem'), part).toContainText(part);
    await expect(main, part).toContainText('Tidak ada data yang dihapus.');
    await expect(page.locator('#username'), part).toHaveCount(0);
  }
  const page = await device();
  await page.addInitScript(() => Object.defineProperty(window, 'isSecureContext', { get: () => false }));
  await page.goto('/');
  await expect(page.locator('main')).toContainText('Alamat ini dibuka dengan http, bukan https');
});

test('a start that stands still: after a while a page says so and leads on', async ({ device, gate, watch }) => {
  // The page is left while the service worker's script is on its way.
  watch.allow(/^An unknown error occurred when fetching the script\.$/);
  const page = await device({ url: gate.url });
  await page.clock.install();
  gate.answer = (request) => (request.url.endsWith('.wasm') ? HELD : null);
  await page.goto('/', { waitUntil: 'commit' });
  await expect.poll(() => gate.seen.some((one) => one.url.endsWith('.wasm')), PATIENT).toBe(true);
  await page.clock.fastForward(40_000);
  await expect(page.locator('#boot')).toBeVisible();
  await page.clock.fastForward(6_000);
  await expect(page.locator('main')).toContainText('Aplikasi belum juga terbuka. Jaringan mungkin sangat lambat atau terputus.');
  await expect(page.locator('main')).toContainText('Yang sudah tersimpan di perangkat tetap aman.');
  gate.answer = null;
  await page.getByRole('button', { name: 'Coba lagi' }).click();
  await expect(page.locator('#username')).toBeVisible(PATIENT);
});

test('a crash freezes the screen and leads back to the text; three in a row lead to a page without the app, with a copy and the way back', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  const loss = field(page, 'direct_loss');
  await loss.fill('Ditulis sebelum galat.');
  await saved(page);
  const dialog = page.getByRole('dialog', { name: 'Aplikasi berhenti karena galat' });
  for (let times = 1; times <= 3; times += 1) {
    await expect(loss).toHaveValue('Ditulis sebelum galat.', PATIENT);
    // As the app's own hook says it.
    await page.evaluate(() => window.dispatchEvent(new CustomEvent('sips:panic', { detail: 'panicked: told by the test' })));
    await expect(dialog).toContainText('Teks yang sudah bertanda tersimpan tetap aman di perangkat.');
    if (times === 1) {
      const reached = await loss.evaluate((control) => {
        control.value = 'Sesudah galat.';
        let heard = 0;
        control.addEventListener('input', () => (heard += 1));
        control.dispatchEvent(new InputEvent('input', { bubbles: true }));
        return heard;
      });
      expect(reached, 'nothing reaches the app any more').toBe(0);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await expect(dialog).toBeVisible();
    }
    await dialog.getByRole('button', { name: 'Muat ulang' }).click();
  }
  const main = page.locator('main');
  await expect(main).toContainText('Aplikasi berhenti tiga kali dalam dua menit, jadi belum dibuka lagi.', PATIENT);
  const copy = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Simpan salinan draf' }).click();
  const told = JSON.parse(fs.readFileSync(await (await copy).path(), 'utf8'));
  expect(told.format).toBe('sips-salinan-darurat');
  expect(JSON.stringify(told.databases)).toContain('Ditulis sebelum galat.');
  await expect(page.getByRole('status')).toContainText('catatan disalin ke berkas unduhan');
  await page.getByRole('button', { name: 'Coba lagi' }).click();
  await expect(loss).toHaveValue('Ditulis sebelum galat.', PATIENT);
});

test('the icon keeps its sign behind a round mask, and the one for a single colour is nothing but shape', async ({ device }) => {
  const page = await device();
  await page.goto('/');
  const seen = await page.evaluate(async () => {
    const pixels = async (address) => {
      const picture = await createImageBitmap(await (await fetch(address)).blob());
      const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
      context.drawImage(picture, 0, 0);
      return { side: picture.width, data: context.getImageData(0, 0, picture.width, picture.height).data };
    };
    const { side, data } = await pixels('/icons/maskable-512.png');
    const at = (x, y) => data.slice(4 * (y * side + x), 4 * (y * side + x) + 4).join();
    // The safe zone of a maskable icon: a circle of two fifths of its width.
    let outside = 0;
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) if (Math.hypot(x - side / 2, y - side / 2) > 0.4 * side && at(x, y) !== at(0, 0)) outside += 1;
    }
    const single = await pixels('/icons/monochrome-512.png');
    const alphas = single.data.filter((_, index) => index % 4 === 3);
    return { outside, corner: single.data[3], drawn: alphas.some((alpha) => alpha === 255), empty: alphas.some((alpha) => alpha === 0) };
  });
  expect(seen).toEqual({ outside: 0, corner: 0, drawn: true, empty: true });
});
