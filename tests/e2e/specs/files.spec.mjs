// Evidence on its way: after its command, over a line that breaks, through reloads, restarts and an ended session, until another
// officer opens the very same bytes.

import { createHash } from 'node:crypto';
import fs from 'node:fs';

import { CASE_1, SHORT_CASE, allSent, arrive, beginPetition, documentsHere, fillPetition, openCheck, openSection, readyForOffline, receive, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { Cutter } from '../support/cutter.mjs';
import { pdf } from '../support/files.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const LONG = { timeout: 90_000 };

/** A PDF with this many bytes after its end that nothing can compress. */
function large(bytes) {
  const noise = [];
  for (let at = 0, block = createHash('sha512').update('bukti').digest(); at < bytes; at += block.length) {
    block = createHash('sha512').update(block).digest();
    noise.push(block);
  }
  return { name: 'SK KPU 123.pdf', mimeType: 'application/pdf', buffer: Buffer.concat([pdf(), ...noise]) };
}

function petitionWith(file) {
  const objek = { ...SHORT_CASE.objek, object_files: { attach: [() => file] } };
  return { masuk: CASE_1.masuk, objek, pemohon: SHORT_CASE.pemohon, pernyataan: SHORT_CASE.pernyataan };
}

const digestOf = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The bytes as the server gives them to a colleague. */
async function atServer(backend, file, account = ACCOUNTS.yusuf) {
  const answer = await backend.call('GET', `/v1/files/${digestOf(file.buffer)}`, { token: await backend.signIn(account) });
  return answer.status === 200 ? digestOf(Buffer.from(await answer.arrayBuffer())) : answer.status;
}

test('the second officer opens the file that the first one attached without a server', async ({ profile, device, backend }) => {
  test.setTimeout(120_000);
  const file = large(700_000);
  const first = await profile.open();
  await arrive(first);
  await readyForOffline(first);
  await backend.stop();
  const { id } = await wholePetition(first, petitionWith(file));
  await expect(first.locator('.top-bar__state')).toContainText('1 belum terkirim', PATIENT);

  await backend.start();
  await allSent(first);
  await first.goto(`/perkara/${id}/dokumen`);
  await expect(first.locator('.file-row', { hasText: file.name })).toContainText('Di perangkat dan server', PATIENT);

  const second = await device();
  await arrive(second, ACCOUNTS.yusuf);
  await second.goto(`/perkara/${id}/dokumen`);
  const row = second.locator('.file-row', { hasText: file.name });
  await expect(row).toContainText('Di server', PATIENT);
  await backend.stop();
  // Once it is known that the server is away, the button says what it waits for.
  await expect(row).toContainText('Isi berkas ada di server dan belum di perangkat ini', LONG);
  await expect(row.getByRole('button', { name: 'Unduh' })).toHaveAttribute('aria-disabled', 'true');
  await backend.start();
  const saving = second.waitForEvent('download', PATIENT);
  await row.getByRole('button', { name: 'Unduh' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe(file.name);
  expect(digestOf(fs.readFileSync(await saved.path()))).toBe(digestOf(file.buffer));
  // From here on it is on this device, too, without a server.
  await expect(row).toContainText('Di perangkat dan server', PATIENT);
  await backend.stop();
  const again = second.waitForEvent('download', PATIENT);
  await row.getByRole('button', { name: 'Unduh' }).click();
  expect(digestOf(fs.readFileSync(await (await again).path()))).toBe(digestOf(file.buffer));
});

/** Begins a petition with a large file over a line that is cut, and waits until a part of the file is there. */
async function underWay(page, cutter, file) {
  await arrive(page);
  await readyForOffline(page);
  await page.goto('/');
  // From here on everything counts, the command and all headers, too.
  cutter.received = 0;
  const { id } = await wholePetition(page, petitionWith(file));
  await expect.poll(() => cutter.received, LONG).toBeGreaterThan(600_000);
  return id;
}

/** Chromium keeps a spare connection when making one takes long, and sends a request again by itself when that one breaks: a few parts. */
const SPARE = 4 * 256 * 1024 + 80_000;

test('a reload in the middle goes on where the server is, and hardly a byte travels twice; paused, it waits until the officer says so', async ({ profile, backend }) => {
  test.setTimeout(180_000);
  const cutter = await new Cutter(backend).start();
  const file = large(8_000_000);
  const page = await profile.open({ url: cutter.url });
  await underWay(page, cutter, file);
  await page.goto('/kirim');
  const row = page.locator('.file-row', { hasText: file.name });
  await expect(row).toContainText(/Menunggu kirim|Mengirim/, PATIENT);
  await page.getByRole('button', { name: 'Jeda pengiriman berkas' }).click();
  await expect(row).toContainText('dijeda di Kotak Kirim', PATIENT);
  await expect(page.locator('main')).toContainText('Sebagian terkirim: teksnya sudah di server, berkasnya menyusul.');
  await expect(page.locator('.top-bar__state')).toContainText('1 belum terkirim');

  // Also after a reload, and when everything else is sent at a press.
  await page.reload();
  await expect(row).toContainText('dijeda di Kotak Kirim', PATIENT);
  await expect(page.locator('.page-header')).toContainText('baru saja', PATIENT);
  const before = cutter.received;
  const pulled = page.waitForResponse((response) => response.url().includes('/v1/changes'), PATIENT);
  await page.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
  await pulled;
  expect(cutter.received - before, 'a question, and no part of the file').toBeLessThan(100_000);
  await page.getByRole('button', { name: 'Lanjutkan pengiriman berkas' }).click();
  await expect(row.getByRole('progressbar')).toBeVisible(PATIENT);
  await expect(row).toContainText(/dari 8 MB \(\d+%\)/, PATIENT);

  await page.reload();
  await expect(page.locator('.top-bar__state')).toContainText('Semua terkirim', LONG);
  await expect(row).toHaveCount(0);
  expect(cutter.cuts).toBeGreaterThan(10);
  expect(cutter.received).toBeLessThanOrEqual(1.05 * file.buffer.length + SPARE);
  expect(await atServer(backend, file)).toBe(digestOf(file.buffer));
  await cutter.dispose();
});

test('50 MB over a line that is cut every 256 KB: hardly a byte travels twice', async ({ profile, backend }) => {
  test.setTimeout(400_000);
  const cutter = await new Cutter(backend).start();
  const bytes = large(49_000_000).buffer;
  const path = test.info().outputPath('bukti.pdf');
  fs.writeFileSync(path, bytes);
  const page = await profile.open({ url: cutter.url });
  await arrive(page);
  await readyForOffline(page);
  await documentsHere(page);
  await page.goto('/');
  const draft = await beginPetition(page);
  await fillPetition(page, draft, SHORT_CASE);
  await openSection(page, draft, 'objek');
  const picker = page.locator('fieldset:has([id="object_files"])').last();
  await picker.locator('input[type=file][multiple]').setInputFiles(path);
  await expect(page.locator('.file-row', { hasText: 'bukti.pdf' })).toContainText('Di perangkat ini', LONG);
  await openCheck(page, draft);
  cutter.received = 0;
  await receive(page);
  // The line says that it is back soon after each cut: the waits between attempts are not what this is about.
  await page.evaluate(() => setInterval(() => window.dispatchEvent(new Event('online')), 250));
  await expect(page.locator('.top-bar__state')).toContainText('Semua terkirim', { timeout: 300_000 });
  expect(cutter.cuts).toBeGreaterThan(90);
  expect(cutter.received).toBeGreaterThanOrEqual(bytes.length);
  expect(cutter.received).toBeLessThanOrEqual(1.05 * bytes.length);
  expect(await atServer(backend, { buffer: bytes })).toBe(digestOf(bytes));
  await cutter.dispose();
});

test('a server that is killed in the middle keeps what it said that it had', async ({ profile, backend }) => {
  test.setTimeout(180_000);
  const cutter = await new Cutter(backend).start();
  const file = large(2_000_000);
  const page = await profile.open({ url: cutter.url });
  await underWay(page, cutter, file);
  await backend.stop();
  await page.goto('/kirim');
  await expect(page.locator('.top-bar__state')).toHaveText(/belum terkirim|belum terjangkau/, PATIENT);
  await backend.start();
  await page.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
  await expect(page.locator('.top-bar__state')).toContainText('Semua terkirim', LONG);
  expect(cutter.received).toBeLessThanOrEqual(1.1 * file.buffer.length + SPARE);
  expect(await atServer(backend, file)).toBe(digestOf(file.buffer));
  await cutter.dispose();
});

test('a session that ends in the middle: the officer signs in again and the file goes on', async ({ device, gate, backend }) => {
  test.setTimeout(120_000);
  const file = large(3_000_000);
  const page = await device({ url: gate.url });
  await arrive(page);
  let ended = false;
  let parts = 0;
  const problem = { type: '/problems/sign-in', title: 'Sign in', status: 401, retry: 'after-sign-in' };
  gate.answer = (request) => {
    if (request.method === 'PATCH' && (parts += 1) === 2) ended = true;
    const concerns = request.url.startsWith('/v1/') && !(request.method === 'POST' && request.url === '/v1/session');
    if (!ended || !concerns) return null;
    return { status: 401, headers: { 'sips-contract': '1', 'content-type': 'application/problem+json' }, body: JSON.stringify(problem) };
  };
  const { id } = await wholePetition(page, petitionWith(file));
  await expect.poll(() => ended, LONG).toBe(true);
  await page.locator('.nav__link', { hasText: 'Kirim' }).click();
  await page.getByRole('link', { name: 'Masuk lagi' }).first().click();
  ended = false;
  await page.locator('#password').fill(ACCOUNTS.rina.password);
  await page.getByRole('button', { name: 'Masuk lagi' }).click();
  await allSent(page);
  expect(await atServer(backend, file)).toBe(digestOf(file.buffer));
  const sent = gate.requests('PATCH', `/v1/files/${digestOf(file.buffer)}`);
  expect(sent.length).toBeGreaterThan(2);
  await page.goto(`/perkara/${id}/dokumen`);
  await expect(page.locator('.file-row', { hasText: file.name })).toContainText('Di perangkat dan server', PATIENT);
});

test('text goes out before any file, and the officer frees copies only once the server has said twice that it holds them', async ({ device, gate, backend }) => {
  test.setTimeout(120_000);
  const file = large(600_000);
  const page = await device({ url: gate.url });
  await arrive(page);
  let holding = true;
  gate.answer = (request) => (holding && request.method === 'PATCH' ? { status: 503, headers: { 'sips-contract': '1', 'retry-after': '1' } } : null);
  const { id } = await wholePetition(page, petitionWith(file));
  await expect.poll(() => gate.requests('PATCH', `/v1/files/${digestOf(file.buffer)}`).length, LONG).toBeGreaterThan(0);
  const order = gate.seen.filter((one) => one.url.startsWith('/v1/commands') || one.url.startsWith('/v1/files'));
  expect(order[0].url).toBe('/v1/commands');
  await page.goto('/pengaturan');
  await expect(page.getByRole('heading', { name: 'Penyimpanan di perangkat' })).toBeVisible();
  const free = page.getByRole('button', { name: 'Kosongkan salinan berkas yang sudah di server' });
  await expect(free).toHaveCount(0);
  holding = false;
  await expect(free).toBeVisible(LONG);
  expect(await atServer(backend, file)).toBe(digestOf(file.buffer));
  await free.click();
  await expect(free).toHaveCount(0);
  await page.goto(`/perkara/${id}/dokumen`);
  const row = page.locator('.file-row', { hasText: file.name });
  await expect(row).toContainText('Di server', PATIENT);
  const saving = page.waitForEvent('download', PATIENT);
  await row.getByRole('button', { name: 'Unduh' }).click();
  expect(digestOf(fs.readFileSync(await (await saving).path()))).toBe(digestOf(file.buffer));
});
