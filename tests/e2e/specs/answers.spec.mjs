// Every row of the table of answers (contract §3), at the real app: what the officer reads, that the outbox keeps the command under its
// id until a true receipt comes, and that the server holds it once after all of it. One petition goes through all rows.
//
// Also elsewhere: 401 and a session that ends (bad-input, devices, files), signing in against each of these answers (bad-input), the
// rejection that is corrected or taken back (bad-input), 413 for a whole batch (devices), and each status by itself (sync::answer).

import fs from 'node:fs';

import { RECEPTION_NUMBER, allSent, arrive, field, openSection, beginPetition, saved, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { CAPTIVE_PORTAL, answered } from '../support/gate.mjs';
import { stored, unsent } from '../support/storage.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const isPush = (request) => request.method === 'POST' && request.url === '/v1/commands';

const STRANGE = 'Jaringan ini mengubah jawaban server. Mungkin ada halaman masuk Wi-Fi';
const BUSY = 'Server sedang bermasalah atau sibuk. Semua tersimpan di perangkat; dicoba lagi sendiri.';
const UNREACHED = 'Server belum terjangkau. Semua tersimpan di perangkat; dicoba lagi sendiri.';
const UPDATE = 'Server meminta versi aplikasi yang lebih baru. Pekerjaan tersimpan; perbarui aplikasi untuk mengirim.';
const FORBIDDEN = 'Akun ini tidak berhak mengirimnya, atau perkaranya tidak lagi terbuka bagi Anda. Simpan salinannya dan hubungi kantor Anda.';
const REJECTED = 'Server menolak kiriman ini karena aturan perkara. Perbaiki lalu kirim lagi.';

const OTHER = '01a00000-0000-7000-8000-0000000000ff';
const result = (id, more) => answered(200, { results: [{ commandId: id, ...more }] });
const receipt = (id) => ({ commandId: id, payloadSha256: '0'.repeat(64), serverTime: '2026-07-08T03:20:00Z', revision: 1, numbers: {} });
const json = { 'sips-contract': '1', 'content-type': 'application/json' };

/** Nobody knows what became of it. Each comes after an answer of another kind, so that the words are its own. */
const UNKNOWN = [
  ['a redirect', () => ({ status: 302, headers: { ...json, location: '/v1/elsewhere' } })],
  ['200 without the contract’s header', (id) => ({ ...result(id, { result: 'deferred' }), headers: { 'content-type': 'application/json' } })],
  ['403 without the contract’s header', () => ({ status: 403, headers: { 'content-type': 'application/json' }, body: '{}' })],
  ['200 of another type', () => ({ status: 200, headers: { ...json, 'content-type': 'text/html' }, body: '<html>' })],
  ['204', () => ({ status: 204, headers: { 'sips-contract': '1' } })],
  ['a body that breaks off', (id) => ({ ...result(id, { result: 'deferred' }), cut: true })],
  ['JSON that breaks off', (id) => answered(200, JSON.stringify({ results: [{ commandId: id, result: 'deferred' }] }).slice(0, -3))],
  ['the answer to another command', () => result(OTHER, { result: 'deferred' })],
  ['applied without a receipt', (id) => result(id, { result: 'applied' })],
  ['the receipt of another command', (id) => result(id, { result: 'applied', receipt: receipt(OTHER) })],
  ['nesting without an end', () => answered(200, '['.repeat(20_000))],
  ['a number beyond all numbers, a key twice', (id) => answered(200, `{"results":[{"commandId":"${id}","result":1e400,"result":-0}]}`)],
  ['no UTF-8', () => ({ status: 200, headers: json, body: Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]) })],
  ['too large', () => ({ status: 200, headers: json, body: `{"results":[]${' '.repeat(5_000_000)}}` })],
];

/** Later, by itself. */
const LATER = [
  ['no answer at all', () => ({ status: 200, headers: json, cut: 'at once' }), UNREACHED],
  ['408', () => answered(408), BUSY],
  ['425', () => answered(425), BUSY],
  ['429', () => answered(429, undefined, { 'retry-after': '1' }), BUSY],
  ['429 with a wait that is none', () => answered(429, undefined, { 'retry-after': '-1' }), BUSY],
  ['500', () => answered(500), BUSY],
  ['502 with a page of HTML', () => answered(502, '<h1>Bad Gateway</h1>'), BUSY],
  ['503 with a date long past', () => answered(503, undefined, { 'retry-after': 'Mon, 01 Jan 1990 00:00:00 GMT' }), BUSY],
  ['deferred', (id) => result(id, { result: 'deferred' }), BUSY],
  ['passed over', () => answered(200, { results: [] }), BUSY],
];

const MARKUP = '<img src=x onerror=alert(1)>';
const problem = (more) => ({ type: '/problems/rejected', title: 'Rejected', status: 422, detail: '', ...more });

/** Held back until a person acts. */
const PARKED = [
  ['403', () => answered(403), [FORBIDDEN]],
  ['404', () => answered(404), [FORBIDDEN]],
  ['410', () => answered(410), [FORBIDDEN]],
  ['413', () => answered(413), ['Kiriman ini terlalu besar bagi server. Pendekkan teks atau pindahkan ke berkas, lalu kirim lagi.']],
  ['400', () => answered(400, problem({ status: 400, detail: 'Tidak terbaca' })), [REJECTED, 'Tidak terbaca']],
  ['422 for a field that the form does not have', () => answered(422, problem({ fields: [{ pointer: '/payload/answers/tak_ada', code: 'unknown' }] })), [REJECTED, '/payload/answers/tak_ada']],
  ['rejected, with a megabyte of markup', (id) => result(id, { result: 'rejected', problem: problem({ detail: MARKUP + 'x'.repeat(1_000_000) }) }), [REJECTED, MARKUP]],
  ['rejected as an id that is taken', (id) => result(id, { result: 'rejected', problem: problem({ type: '/problems/id-reused', status: 409 }) }), ['Server sudah memegang kiriman lain dengan tanda yang sama.']],
  ['404 with a page of HTML', () => answered(404, '<h1>Not Found</h1>'), [FORBIDDEN]],
  ['418', () => answered(418), ['Server memberi jawaban yang tidak dikenal (kode 418). Kiriman tetap tersimpan']],
];

test('every answer of the table: the right words, and the command stays under its id until its receipt comes', async ({ device, gate, backend }) => {
  test.setTimeout(240_000);
  const page = await device({ url: gate.url });
  await arrive(page);
  await allSent(page);
  let told = () => CAPTIVE_PORTAL;
  let everything = true;
  const pushed = [];
  gate.answer = (request, body) => {
    if (!isPush(request)) return everything && request.url.startsWith('/v1/changes') ? told(pushed.at(-1)) : null;
    pushed.push(...JSON.parse(body).commands.map(({ commandId }) => commandId));
    return told(pushed.at(-1));
  };
  await wholePetition(page);
  await expect(page.locator('.paper__number')).toContainText('Kode sementara');
  await page.locator('.nav__link[href="/kirim"]').click();
  const item = page.locator('.row', { hasText: 'Siti Rahma' });
  const main = page.locator('main');
  const again = page.getByRole('button', { name: 'Sinkronkan sekarang' });
  const [{ envelope }] = await stored(page, 'outbox');
  const id = envelope.commandId;

  /** Lets the next attempt get this answer and waits until the page says so. */
  async function row(name, answer, press, words, state) {
    await test.step(name, async () => {
      told = answer;
      const before = pushed.length;
      await press.click();
      await expect.poll(() => pushed.length, { message: name, ...PATIENT }).toBeGreaterThan(before);
      for (const text of words) await expect(state === 'Tertahan' ? item : main, name).toContainText(text, PATIENT);
      await expect(item, name).toContainText(state, PATIENT);
      const [entry, ...more] = await stored(page, 'outbox');
      expect([entry.envelope.commandId, more.length], name).toEqual([id, 0]);
      await unsent(page, 1);
    });
  }

  await row('a Wi-Fi sign-in page', () => CAPTIVE_PORTAL, again, [STRANGE], 'Menunggu kirim');
  for (let at = 0; at < Math.max(UNKNOWN.length, LATER.length); at += 1) {
    const [late, later, words] = LATER[at % LATER.length];
    // A word for this one command: whatever else was asked for came.
    everything = !['deferred', 'passed over'].includes(late);
    if (!everything) continue;
    await row(late, later, again, [words], 'Menunggu kirim');
    const [strange, unknown] = UNKNOWN[at % UNKNOWN.length];
    await row(strange, unknown, again, [STRANGE], 'Menunggu kirim');
  }
  everything = false;
  for (const [late, later, words] of LATER.filter(([name]) => ['deferred', 'passed over'].includes(name))) {
    await row(late, later, again, [words], 'Menunggu kirim');
  }

  let press = again;
  for (const [name, answer, words] of PARKED) {
    await row(name, answer, press, words, 'Tertahan');
    press = item.getByRole('button', { name: 'Coba lagi' });
  }
  expect((await item.textContent()).length, 'a long answer is cut for the eye').toBeLessThan(2_000);

  for (const status of [415, 426, 428]) {
    await row(String(status), () => answered(status), press, [UPDATE], 'Menunggu kirim');
    press = again;
    const before = pushed.length;
    await again.click();
    await expect(main).toContainText(UPDATE);
    expect(pushed.length, 'nothing more is sent').toBe(before);
    await page.getByRole('link', { name: 'Kapsul: bawa atau terima pekerjaan' }).click();
    const hand = page.getByRole('button', { name: 'Bagikan atau simpan' });
    await expect(hand).toBeVisible(PATIENT);
    const copy = page.waitForEvent('download');
    await hand.click();
    expect(fs.readFileSync(await (await copy).path(), 'utf8')).toContain(id);
    if (status === 415) {
      // Work goes on.
      const draft = await beginPetition(page);
      await openSection(page, draft, 'termohon');
      await field(page, 'respondent_address').fill('Jalan Merdeka 12');
      await saved(page);
    }
    told = () => answered(503);
    await page.goto('/kirim');
    await expect(main).toContainText(BUSY, PATIENT);
  }

  await test.step('409, 412 and conflict: news are fetched, it still holds, and goes again by itself', async () => {
    const answers = [() => answered(409), () => answered(412), (sent) => result(sent, { result: 'conflict' })];
    const pulls = () => gate.requests('GET', '/v1/changes').length;
    const before = [pushed.length, pulls()];
    told = (sent) => answers.shift()?.(sent);
    // And a byte order mark before the true answer is passed over.
    gate.change = (request, whole) => (isPush(request) ? { ...whole, body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), whole.body]) } : whole);
    await again.click();
    await allSent(page);
    expect(answers).toEqual([]);
    expect(pushed.length - before[0]).toBe(4);
    expect(pulls() - before[1]).toBeGreaterThanOrEqual(3);
  });

  await expect(page.getByRole('link', { name: RECEPTION_NUMBER })).toBeVisible(PATIENT);
  expect([...new Set(pushed)], 'one id through all of it').toEqual([id]);
  expect([...(await backend.cases()).values()].flat().map((act) => act.commandId)).toEqual([id]);
  expect(await stored(page, 'outbox')).toEqual([]);
});
