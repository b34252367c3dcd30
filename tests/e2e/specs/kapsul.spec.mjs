// Work that is carried by hand where there is no network: out of one device without a server, into others, with one effect.

import { createHash } from 'node:crypto';
import fs from 'node:fs';

import { CASE_1, SHORT_CASE, allSent, arrive, beginPetition, documentsHere, fillPetition, readyForOffline, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { PDF_FILE } from '../support/files.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const BAIQ = { username: 'baiq', password: 'mataram-baiq-2026' };
const WITH_FILE = {
  masuk: CASE_1.masuk,
  objek: { ...SHORT_CASE.objek, object_files: { attach: [PDF_FILE] } },
  pemohon: SHORT_CASE.pemohon,
  pernyataan: SHORT_CASE.pernyataan,
};

/** Makes a kapsul on the page that is open and gives its bytes. */
async function make(page) {
  const button = page.getByRole('button', { name: 'Bagikan atau simpan' });
  const [download] = await Promise.all([page.waitForEvent('download', PATIENT), button.click()]);
  expect(download.suggestedFilename()).toMatch(/^sips-\d{4}-\d\d-\d\d\.kapsul$/);
  await expect(page.getByText('Kapsul diserahkan ke unduhan')).toBeVisible();
  return fs.readFileSync(await download.path());
}

async function open(page, bytes) {
  await page.goto('/kirim/kapsul');
  await expect(page.getByRole('heading', { level: 1, name: 'Kapsul' })).toBeVisible(PATIENT);
  await page.locator('input[type=file]:not([capture])').setInputFiles({ name: 'x.kapsul', mimeType: 'application/octet-stream', buffer: bytes });
}

const items = (page) => page.locator('main .row-list .row');

test('what one device cannot send others bring, and it has one effect under its author’s name', async ({ device, backend }) => {
  test.setTimeout(180_000);
  const author = await device();
  await arrive(author);
  await allSent(author);
  await readyForOffline(author);
  await documentsHere(author);
  await backend.stop();
  // The device knows it, so that nothing leaves it in vain.
  await author.context().setOffline(true);
  const { id } = await wholePetition(author, WITH_FILE);
  await author.locator('.nav__link[href="/"]').click();
  const draft = await beginPetition(author);
  await fillPetition(author, draft, { objek: { object_kind: 'Berita Acara' } }).catch(() => {});
  await author.locator('.nav__link[href="/kirim"]').click();
  await expect(items(author).first().getByRole('button', { name: 'Tarik kembali' })).toBeVisible(PATIENT);
  await author.getByRole('link', { name: 'Kapsul: bawa atau terima pekerjaan' }).click();
  await expect(author.locator('main')).toContainText('Siapa pun yang memegang kapsul dapat membacanya', PATIENT);
  const kapsul = await make(author);
  // What somebody may be carrying is not taken back, and the outbox says so before it is tried.
  await author.locator('.nav__link[href="/kirim"]').click();
  await expect(items(author).first()).toContainText('Sudah ikut dalam kapsul', PATIENT);
  await expect(items(author).first().getByRole('button', { name: 'Tarik kembali' })).toHaveCount(0);
  // The tab is closed, so that this device sends nothing when the server is back.
  await author.goto('about:blank');
  await author.context().setOffline(false);
  await backend.start();

  const carrier = await device({ size: 'tablet' });
  await arrive(carrier, BAIQ);
  await open(carrier, kapsul);
  await expect(carrier.getByText('Ini pekerjaan orang lain')).toBeVisible(PATIENT);
  await expect(carrier.locator('main')).toContainText('Rina Marlina');
  await expect(items(carrier)).toHaveCount(3);
  await expect(items(carrier).getByText('Baru', { exact: true })).toHaveCount(3);
  expect((await backend.cases()).size, 'nothing was taken in yet').toBe(0);
  await carrier.getByRole('button', { name: 'Masukkan ke perangkat ini' }).click();
  await expect(carrier.getByText('Kapsul masuk')).toBeVisible(PATIENT);
  await allSent(carrier);
  const acts = (await backend.cases()).get(id);
  expect(acts).toHaveLength(1);
  expect(acts[0].by.account).toBe(ACCOUNTS.rina.id);
  expect(acts[0].carriedBy).toBe('01980000-0000-7000-8000-000000005201');
  const digest = createHash('sha256').update(PDF_FILE().buffer).digest('hex');
  const token = await backend.signIn(ACCOUNTS.yusuf);
  await expect.poll(async () => (await backend.call('GET', `/v1/files/${digest}`, { token })).status, PATIENT).toBe(200);
  // The case is its office's; the carrier keeps the proof and the draft.
  await carrier.goto('/perkara');
  await expect(carrier.getByRole('heading', { level: 1, name: 'Perkara' })).toBeVisible(PATIENT);
  await expect(carrier.locator('main')).not.toContainText('Siti Rahma');
  await carrier.goto('/');
  await expect(carrier.locator(`a[href^="/draf/"]`)).not.toHaveCount(0);

  await open(carrier, kapsul);
  await expect(carrier.getByText('Tidak ada yang perlu dimasukkan')).toBeVisible(PATIENT);
  await expect(items(carrier).getByText('Sudah ada')).toHaveCount(3);

  const second = await device();
  await arrive(second, ACCOUNTS.yusuf);
  await allSent(second);
  await open(second, kapsul);
  await expect(items(second).getByText('Sudah ada'), 'the command, whose case this account sees').toHaveCount(1, PATIENT);

  await author.goto('/');
  await allSent(author);
  await author.goto(`/perkara/${id}`);
  await expect(author.getByRole('heading', { level: 1 })).toContainText('PS.PNM.LG', PATIENT);
  expect((await backend.cases()).get(id)).toHaveLength(1);
});

test('a kapsul that is cut off, changed, newer, foreign or for another server is told, and nothing is written', async ({ device }) => {
  test.setTimeout(120_000);
  const page = await device();
  await arrive(page);
  await allSent(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { masuk: CASE_1.masuk });
  await page.goto('/kirim/kapsul');
  const whole = await make(page);
  const end = whole.indexOf('\n') + 1;
  const text = whole.toString('latin1');
  const changed = Buffer.from(whole);
  changed[whole.length - 20] ^= 1;

  for (const [bytes, told] of [
    [Buffer.from('%PDF-1.7 bukan kapsul\n'), 'Berkas ini bukan kapsul'],
    [Buffer.alloc(0), 'Berkas ini bukan kapsul'],
    [whole.subarray(0, end + 40), 'rusak atau terpotong'],
    [Buffer.from(text.replace('sips-kapsul 1', 'sips-kapsul 2'), 'latin1'), 'versi aplikasi yang lebih baru'],
    [Buffer.from(text.replace('"account"', '"akun"   '), 'latin1'), 'rusak atau terpotong'],
  ]) {
    await open(page, bytes);
    await expect(page.getByText('Tidak dapat dibuka')).toBeVisible(PATIENT);
    await expect(page.locator('main')).toContainText(told);
  }
  const manifest = text.slice(end, text.indexOf('}1:')+1).replace(/"backend":"[^"]*"/, '"backend":"https://lain.example"');
  const foreign = `sips-kapsul 1 ${manifest.length} ${createHash('sha256').update(manifest, 'latin1').digest('hex')}\n${manifest}`;
  await open(page, Buffer.from(foreign, 'latin1'));
  await expect(page.locator('main')).toContainText('Kapsul ini untuk server lain', PATIENT);

  for (const bytes of [changed, whole.subarray(0, whole.length - 30)]) {
    await open(page, bytes);
    await expect(items(page).getByText('Rusak')).toHaveCount(1, PATIENT);
    await expect(page.getByText('Tidak ada yang perlu dimasukkan')).toBeVisible();
  }
  await page.goto('/');
  await expect(page.locator('a[href^="/draf/"]').first()).toBeVisible(PATIENT);
});

test('a lost device’s work goes on from its kapsul; a draft that differs is kept beside', async ({ device }) => {
  test.setTimeout(120_000);
  const page = await device();
  await arrive(page);
  await allSent(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { masuk: CASE_1.masuk });
  await page.goto('/kirim/kapsul');
  const kapsul = await make(page);

  const other = await device();
  await arrive(other);
  await open(other, kapsul);
  await expect(items(other).getByText('Baru', { exact: true })).toHaveCount(1, PATIENT);
  await expect(other.getByText('Ini pekerjaan orang lain')).toHaveCount(0);
  await other.getByRole('button', { name: 'Masukkan ke perangkat ini' }).click();
  await expect(other.getByText('Kapsul masuk')).toBeVisible(PATIENT);
  await other.goto(`/draf/${draft}`);
  await expect(other.getByRole('list', { name: 'Bagian permohonan' })).toBeVisible(PATIENT);

  await page.goto(`/draf/${draft}`);
  await fillPetition(page, draft, { masuk: { filed_at: '10.45' } });
  // What left this device by hand is what was written in since.
  await open(page, kapsul);
  await expect(page.getByText('Tidak ada yang perlu dimasukkan')).toBeVisible(PATIENT);
  await fillPetition(other, draft, { masuk: { filed_at: '11.15' } });
  await other.goto('/kirim/kapsul');
  const further = await make(other);
  await open(page, further);
  await expect(items(page).getByText('Disimpan berdampingan')).toHaveCount(1, PATIENT);
  await page.getByRole('button', { name: 'Masukkan ke perangkat ini' }).click();
  await expect(page.getByText('Kapsul masuk')).toBeVisible(PATIENT);
  await page.goto(`/draf/${draft}/masuk`);
  await expect(page.locator('#filed_at')).toHaveValue('10.45', PATIENT);
  await page.goto('/');
  await expect(page.locator('a[href^="/draf/"]')).toHaveCount(2, PATIENT);
});
