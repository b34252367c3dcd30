// Ruang Latihan: the app over a backend in the page, behind a barrier, from files that any static host serves.

import { arrive, beginPetition, field, openSection, readyForOffline, saved } from '../support/app.mjs';
import { StaticHost } from '../support/static.mjs';
import { stored } from '../support/storage.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const START = '/latihan/permohonan-pertama/langkah-1';

async function opened(page, heading) {
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible(PATIENT);
}

/** The first step as its words ask for it, through the form. */
async function receive(page) {
  await page.locator('a[href="/latihan/app/permohonan/baru/pemilu-penyelenggara"]').click();
  await expect(page.getByRole('list', { name: 'Bagian permohonan' })).toBeVisible(PATIENT);
  const section = async (name) => {
    if (await page.getByRole('link', { name: 'Semua bagian' }).isVisible()) await page.getByRole('link', { name: 'Semua bagian' }).click();
    await page.locator(`a[href$="/${name}"]`).click();
    await expect(page.locator('main form')).toBeVisible();
  };
  const choose = (text) => page.locator('main').getByText(text, { exact: true }).first().click();
  await section('masuk');
  await choose('Langsung di kantor');
  await section('objek');
  await choose('Surat keputusan (SK)');
  await field(page, 'object_fixed_on').fill('6 7 2026');
  await field(page, 'object_fixed_on').blur();
  await page.locator('[id="stage"]').selectOption('dcs');
  await section('pemohon');
  await choose('Partai politik peserta');
  await field(page, 'name', 'petitioner').fill('Partai Lumbung Rakyat');
  await field(page, 'address', 'petitioner').fill('Jalan Merdeka 1');
  await field(page, 'address', 'petitioner').blur();
  await section('pernyataan');
  await choose('Ya');
  await expect(page.locator('.save-state')).toContainText('Tersimpan di perangkat');
  await page.getByRole('link', { name: 'Semua bagian' }).click();
  await page.locator('a[href$="/periksa"]').click();
  await page.getByRole('button', { name: 'Terima permohonan' }).click();
  await opened(page, 'Permohonan diterima');
}

test('the first scenario is begun by a link and its first step judged, with every file from a static host and no other request', async ({ browser }) => {
  const host = await new StaticHost().start();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${host.url}${START}`);
  await expect(page.locator('.training-bar__mark')).toContainText('LATIHAN', PATIENT);
  await expect(page.locator('.training-bar__where')).toContainText('Langkah 1 dari 4', PATIENT);
  await page.getByRole('button', { name: 'Tutup tur' }).click();

  // The barrier: whoever asks, and however, the browser refuses. From a timer: what the test itself evaluates passes the policy.
  const refused = await page.evaluate(
    () =>
      new Promise((resolve) =>
        setTimeout(async () => {
          const outcomes = {};
          const seen = [];
          document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
          outcomes.fetch = await fetch('/v1/barrier-fetch').then(() => 'sent', () => 'refused');
          outcomes.xhr = await new Promise((done) => {
            const request = new XMLHttpRequest();
            request.onload = () => done('sent');
            request.onerror = () => done('refused');
            request.open('GET', '/v1/barrier-xhr');
            try { request.send(); } catch { done('refused'); }
          });
          try { navigator.sendBeacon('/v1/barrier-beacon', 'x'); } catch { /* refused */ }
          outcomes.events = await new Promise((done) => {
            const source = new EventSource('/v1/barrier-events');
            source.onopen = () => done('sent');
            source.onerror = () => { source.close(); done('refused'); };
          });
          outcomes.socket = await new Promise((done) => {
            try {
              const socket = new WebSocket(`ws://${location.host}/v1/barrier-socket`);
              socket.onopen = () => done('sent');
              socket.onerror = () => done('refused');
            } catch { done('refused'); }
          });
          await new Promise((done) => setTimeout(done, 0));
          resolve({ ...outcomes, violations: seen.length });
        }, 0),
      ),
  );
  expect(refused).toMatchObject({ fetch: 'refused', xhr: 'refused', events: 'refused', socket: 'refused' });
  expect(refused.violations).toBeGreaterThanOrEqual(4);

  await receive(page);
  await expect(page.locator('.training-judged--right')).toContainText('Langkah ini selesai', PATIENT);
  await expect(page.locator('.paper')).toContainText('LATIHAN-01/PS.PNM.LG/1607/VII/2026', PATIENT);
  await expect(page.locator('.training-watermark')).toBeAttached();

  // The next step is another person's, an hour later, in the same world.
  await page.getByRole('button', { name: 'Langkah berikutnya' }).click();
  await expect(page.locator('.training-bar__where')).toContainText('Langkah 2 dari 4', PATIENT);
  await expect(page.locator('.training-bar__clock')).toContainText('10.4');
  await page.reload();
  await expect(page.locator('.training-bar__where')).toContainText('Langkah 2 dari 4', PATIENT);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('LATIHAN-01', PATIENT);
  expect(host.foreign()).toEqual([]);
  await context.close();
  await host.stop();
});

test('nothing of training touches work on the same device, and everything goes on without a network', async ({ device, backend }) => {
  const page = await device({ size: 'desktop' });
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').fill('Kerugian yang sungguhan');
  await saved(page);
  await page.locator('.nav__link[href="/"]').click();
  await readyForOffline(page);
  const names = () => page.evaluate(async () => (await indexedDB.databases()).map((database) => database.name).sort());
  const PLACES = ['drafts', 'outbox', 'cases', 'notes', 'journal'];
  const kept = async () => Object.fromEntries(await Promise.all(PLACES.map(async (place) => [place, await stored(page, place)])));
  await page.goto('about:blank');
  await page.goto(`${backend.url}/robots.txt`);
  const before = { names: await names(), keys: await page.evaluate(() => ({ ...localStorage })), kept: await kept() };
  expect(JSON.stringify(before.kept.drafts)).toContain('Kerugian yang sungguhan');
  await backend.stop();

  await page.goto(`${backend.url}/latihan/nomor-menyusul`);
  await expect(page.locator('.training-bar__where')).toContainText('Langkah 1 dari 2', PATIENT);
  await page.getByRole('button', { name: 'Tutup tur' }).click();
  await expect(page.locator('.top-bar__state')).toContainText('Tanpa jaringan', PATIENT);
  // Passed over: in the world of the second step the petition has reached the server.
  await page.getByRole('button', { name: 'Lewati langkah' }).click();
  await expect(page.locator('.training-bar__where')).toContainText('Langkah 2 dari 2', PATIENT);
  await page.locator('.top-bar__brand').click();
  await opened(page, 'Hari ini');
  // Nothing of work is to be seen here.
  await expect(page.locator('main')).not.toContainText('Draf');
  await expect(page.locator('.top-bar__who')).toContainText('Rina Latihan');

  const after = { names: await names(), keys: await page.evaluate(() => ({ ...localStorage })) };
  expect(after.names.filter((name) => !name.startsWith('latihan-'))).toEqual(before.names);
  const real = Object.fromEntries(Object.entries(after.keys).filter(([key]) => !key.startsWith('latihan-')));
  expect(real).toEqual(before.keys);
  expect(await kept()).toEqual(before.kept);

  await page.getByRole('link', { name: 'Keluar dari latihan' }).click();
  await opened(page, 'Hari ini');
  await expect(page.locator('.training-bar')).toHaveCount(0);
  await expect(page.locator('.top-bar__who')).toContainText('Rina Marlina');
  await page.locator(`main a[href^="/draf/${draft}"]`).first().click();
  await expect(page).toHaveURL(new RegExp(draft));
});

test('links that lead nowhere say so, and codes are collected', async ({ page, backend }) => {
  for (const [address, words] of [
    ['/latihan/tidak-dikenal/langkah-1', 'skenario yang tidak dikenal'],
    ['/latihan/permohonan-pertama/langkah-99', 'tidak mempunyai langkah'],
  ]) {
    await page.goto(`${backend.url}${address}`);
    await expect(page.getByRole('alert')).toContainText(words, PATIENT);
    await expect(page.getByRole('link', { name: 'Mulai Permohonan pertama di loket' })).toBeVisible();
  }
  // What never reached a server cannot be passed over: the story goes on where it was done.
  await page.goto(`${backend.url}/latihan/dua-petugas/langkah-2`);
  await expect(page.locator('.training-bar__where')).toContainText('Langkah 1 dari 2', PATIENT);
  await page.getByRole('button', { name: 'Tutup tur' }).click();
  await page.getByRole('button', { name: 'Lewati langkah' }).click();
  await expect(page.getByText('Langkah berikutnya bergantung pada langkah ini')).toBeVisible();
  await page.goto(`${backend.url}/latihan`);
  await page.getByRole('link', { name: 'Lembar pelatih' }).click();
  await page.locator('#codes').fill('Siti: halo\nLATIHAN-04200-00000');
  await page.getByRole('button', { name: 'Kumpulkan' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'bukan kode latihan' })).toContainText('salah ketik');
});
