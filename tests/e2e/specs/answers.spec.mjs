// Every row of the table of answers (contract §3), at the real app, then pages of changes that are not as they should be: what the officer reads, that the outbox keeps the command under its
// id until a true receipt comes, and that the server holds it once after all of it. One petition goes through all rows.
//
// Also elsewhere: 401 and a session that ends (bad-input, devices, files), signing in against each of these answers (bad-input), the
// rejection that is corrected or taken back (bad-input), 413 for a whole batch (devices), and each status by itself (sync::answer).

import fs from 'node:fs';

import { RECEPTION_NUMBER, allSent, arrive, beginPetition, field, openSection, readyForOffline, saved, wholePetition } from '../support/app.mjs';
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
  ['422 with a page of HTML', () => answered(422, '<h1>Unprocessable Entity</h1>'), ['Server memberi jawaban yang tidak dikenal (kode 422). Kiriman tetap tersimpan']],
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

  const unset = { ...CAPTIVE_PORTAL, headers: { ...CAPTIVE_PORTAL.headers, date: 'Thu, 01 Jan 1970 00:00:10 GMT' } };
  await row('a Wi-Fi sign-in page, whose clock was never set', () => unset, again, [STRANGE], 'Menunggu kirim');
  await expect(page.locator('.shell__notices'), 'it says nothing of this device’s clock').not.toContainText('Jam perangkat salah');
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

test('pages of changes that are not as they should be: what can be read is kept, the rest is told, the asking stops, and the next true page is taken', async ({ device, gate, backend }) => {
  test.setTimeout(180_000);
  const author = await device();
  await arrive(author);
  const { id: one } = await wholePetition(author);
  await allSent(author);
  const token = await backend.signIn(ACCOUNTS.yusuf);
  const first = await (await backend.call('GET', '/v1/changes', { token })).json();

  const page = await device({ url: gate.url });
  await arrive(page, ACCOUNTS.yusuf);
  await allSent(page);
  const cases = async () => (await stored(page, 'cases', ACCOUNTS.yusuf)).map((record) => [record.case, record.acts.map((act) => act.revision)]);
  await expect.poll(cases, PATIENT).toEqual([[one, [1]]]);
  // The device hears of the next two only once their page is told as the rows below have it.
  gate.answer = (request) => (request.url.startsWith('/v1/changes') ? answered(503) : null);
  await author.goto('/');
  const { id: two } = await wholePetition(author);
  await allSent(author);
  await author.goto('/');
  const { id: three } = await wholePetition(author);
  await allSent(author);
  /** The cases of which the first act is held. */
  const held = (...ids) => ids.sort().map((id) => [id, [1]]);

  let told = null;
  const asked = [];
  gate.change = (request, whole) => {
    if (!request.url.startsWith('/v1/changes') || whole.status !== 200) return whole;
    const cursor = new URL(request.url, gate.url).searchParams.get('cursor');
    asked.push(cursor);
    const changed = told?.(JSON.parse(whole.body.toString()), cursor);
    return changed ? { ...whole, body: Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed)) } : whole;
  };
  await page.locator('.nav__link[href="/kirim"]').click();
  const again = page.getByRole('button', { name: 'Sinkronkan sekarang' });
  gate.answer = null;
  const main = page.locator('main');
  const act = (change) => (whole) => ({ ...whole, acts: whole.acts.map((act) => (act.caseId === two ? { ...act, ...change(act) } : act)) });
  for (const [name, change] of [
    ['a revision that is text', act((act) => ({ revision: String(act.revision) }))],
    ['a time that is a number', act(() => ({ happenedAt: 1_783_480_800 }))],
    ['an act without its case', act(() => ({ caseId: undefined }))],
  ]) {
    await test.step(`${name}: the others are kept`, async () => {
      told = change;
      const before = asked.length;
      await again.click();
      await expect.poll(() => asked.length, { message: name, ...PATIENT }).toBeGreaterThan(before);
      await expect(main, name).toContainText('1 catatan dari server tidak terbaca', PATIENT);
      expect(asked.length - before, `${name}: it is not asked without end`).toBeLessThanOrEqual(3);
      expect(new Set(asked).size, `${name}: the same page is asked for again`).toBe(1);
      await expect.poll(cases, { message: name, ...PATIENT }).toEqual(held(one, three));
    });
  }

  await test.step('an act before which another is missing lies aside; after three pulls that is told, and everything asked for once', async () => {
    told = act((act) => ({ caseId: one, revision: act.revision + 2 }));
    const missing = 'Catatan nomor 2 belum tiba dari server.';
    await expect(async () => {
      await again.click();
      await expect(main).toContainText(missing, { timeout: 1_000 });
    }).toPass(PATIENT);
    const fresh = () => asked.filter((cursor) => cursor === null).length;
    await expect.poll(fresh, PATIENT).toBe(1);
    for (let press = 0; press < 2; press += 1) {
      const before = asked.length;
      await expect(again).toBeEnabled(PATIENT);
      await again.click();
      await expect.poll(() => asked.length, PATIENT).toBeGreaterThan(before);
    }
    expect(fresh(), 'once').toBe(1);
    await expect(main).toContainText(missing);
    expect(await cases()).toEqual(held(one, three));
    // Also after a start, and at the case itself.
    await page.goto(`/perkara/${one}`);
    await expect(main).toContainText('Perkara belum lengkap', PATIENT);
    await expect(main).toContainText(missing);
    await page.locator('.nav__link[href="/kirim"]').click();
  });

  const rows = [
    ['a page without its cursor', (whole) => ({ ...whole, next: undefined })],
    ['JSON that breaks off', (whole) => JSON.stringify(whole).slice(0, -2)],
    ['more without end', (whole) => ({ ...whole, acts: [], next: whole.from, more: true })],
    ['the page of an old cursor, too late', () => first],
  ];
  for (const [name, change] of rows) {
    await test.step(name, async () => {
      // A late page comes once; a page that does not fit is followed by one attempt from the start.
      told = (whole, cursor) => (cursor ? change(whole) : { ...change(whole), from: name.includes('late') ? 'x' : whole.from });
      const before = asked.length;
      await again.click();
      await expect.poll(() => asked.length, { message: name, ...PATIENT }).toBeGreaterThan(before);
      await expect(main, name).toContainText(/Server belum terjangkau|Jaringan ini mengubah jawaban server/, PATIENT);
      expect(asked.length - before, `${name}: it is not asked without end`).toBeLessThanOrEqual(3);
      expect(await cases(), name).toEqual(held(one, three));
    });
  }

  await test.step('a refusal: work goes on', async () => {
    gate.answer = (request) => (request.url.startsWith('/v1/changes') ? answered(412, '') : null);
    await again.click();
    await expect(again).toBeEnabled(PATIENT);
    expect(await cases()).toEqual(held(one, three));
    gate.answer = null;
  });

  await test.step('another history, with what only a newer version knows: all of it is fetched anew and kept', async () => {
    told = (whole) => ({ ...whole, epoch: 'after', beyond: [1], acts: whole.acts.map((act) => ({ ...act, beyond: 1, effects: [...act.effects, { sealed: { by: 'pusat' } }] })) });
    await page.reload();
    await expect.poll(cases, PATIENT).toEqual(held(one, two, three));
    await expect(main).not.toContainText('Perkara belum lengkap');
    const [record] = await stored(page, 'cases', ACCOUNTS.yusuf);
    expect(record.acts[0].beyond, 'kept').toBe(1);
    expect(record.acts[0].effects, 'kept whole').toContainEqual({ notKnown: { sealed: { by: 'pusat' } } });
    expect(asked.at(-1) === null || asked.includes(null)).toBe(true);
  });

  await test.step('a case that is hidden takes no draft with it', async () => {
    await page.goto(`/perkara/${one}`);
    await page.locator(`a[href*="/perkara/${one}/catat/"]`).first().click();
    await expect(page).toHaveURL(/\/draf\/[0-9a-f-]{36}/, PATIENT);
    const before = await stored(page, 'drafts', ACCOUNTS.yusuf);
    told = (whole) => ({ ...whole, epoch: 'after', acts: [], hidden: [one] });
    await page.goto('/kirim');
    await again.click();
    await expect.poll(cases, PATIENT).toEqual(held(two, three));
    expect(await stored(page, 'drafts', ACCOUNTS.yusuf)).toEqual(before);
  });
});

test('what is put off stays on the device until it is sent by hand, also after a reload, and nothing of its case overtakes it', async ({ device, backend }) => {
  const page = await device();
  await arrive(page);
  await readyForOffline(page);
  await page.context().setOffline(true);
  const { id } = await wholePetition(page);
  await page.locator('.nav__link[href="/kirim"]').click();
  const item = page.locator('main .row', { hasText: 'Siti Rahma' });
  await item.getByRole('button', { name: 'Tunda' }).click();
  await expect(item).toContainText('Ditunda');
  await expect(item).toContainText('tidak terkirim sebelum Anda menekan Kirim');
  expect(await stored(page, 'outbox')).toMatchObject([{ state: { parked: 'held' } }]);

  await page.context().setOffline(false);
  await page.reload();
  await expect(page.locator('.page-header')).toContainText('baru saja', PATIENT);
  await page.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
  await expect(item).toContainText('Ditunda', PATIENT);
  expect((await backend.cases()).size).toBe(0);
  await expect(page.locator('.top-bar__state')).toContainText('1 belum terkirim');
  await item.getByRole('button', { name: 'Kirim', exact: true }).click();
  await allSent(page);
  expect([...(await backend.cases()).keys()]).toEqual([id]);
});
