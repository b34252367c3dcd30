// Without a server: from a cold start, on every address, for the whole main job, and back again. The server is stopped
// for real, and its port is checked to be closed, because emulated network conditions do not reach a service worker.

import {
  CASE_1,
  RECEPTION_NUMBER,
  SHORT_CASE,
  allSent,
  arrive,
  beginPetition,
  field,
  fillPetition,
  openCheck,
  readyForOffline,
  receive,
  saved,
  signIn,
  wholePetition,
} from '../support/app.mjs';
import { isOpen } from '../support/backend.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

test('every address opens without a server after a cold start', async ({ profile, backend }) => {
  let page = await profile.open();
  await arrive(page);
  const { id } = await wholePetition(page);
  await allSent(page);
  await page.goto('/');
  const draft = await beginPetition(page);
  await page.locator(`a[href="/draf/${draft}/pemohon"]`).click();
  await field(page, 'name', 'petitioner').fill('Partai Obor Nusantara');
  await field(page, 'name', 'petitioner').blur();
  await saved(page);
  await readyForOffline(page);
  await profile.close();
  await backend.stop();

  page = await profile.open();
  for (const [address, title] of [
    ['/', 'Hari ini'],
    ['/perkara', 'Perkara'],
    ['/kirim', 'Kotak Kirim'],
    ['/pengaturan', 'Setelan'],
    ['/bantuan', 'Bantuan'],
    ['/jadwal', 'Jadwal'],
    ['/rekap', 'Rekap'],
    ['/bagikan', 'Berkas dari aplikasi lain'],
    ['/latihan', 'Ruang Latihan'],
    [`/perkara/${id}/dokumen`, 'Dokumen'],
    [`/draf/${draft}`, 'Partai Obor Nusantara'],
    [`/draf/${draft}/pemohon`, 'Pemohon'],
    [`/draf/${draft}/periksa`, 'Periksa jawaban'],
    [`/perkara/${id}`, RECEPTION_NUMBER],
    [`/perkara/${id}/tanda-terima?dari=tautan`, 'Permohonan diterima'],
    ['/tidak-ada-halaman-ini', 'Halaman tidak ditemukan'],
  ]) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 }), address).toHaveText(title, PATIENT);
    // How old the news are is known after a restart, too.
    if (['/', '/perkara', '/jadwal'].includes(address)) await expect(page.locator('.page-header')).toContainText('Kabar terakhir dari server:');
  }
  await page.goto(`/draf/${draft}/pemohon`);
  await expect(field(page, 'name', 'petitioner')).toHaveValue('Partai Obor Nusantara');
  await expect(page.locator('.top-bar__state')).toHaveText(/Server belum terjangkau|Tanpa jaringan/);
  expect(await isOpen(backend.port)).toBe(false);
});

test('the whole main job from a cold start without a server; the number comes when the server does', async ({ profile, backend }) => {
  test.setTimeout(120_000);
  let page = await profile.open();
  await arrive(page);
  await readyForOffline(page);
  await profile.close();
  await backend.stop();

  page = await profile.open();
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, CASE_1);
  await openCheck(page, draft);
  await expect(page.locator('.deadline')).toContainText('Kamis, 9 Juli 2026');
  await receive(page);
  await expect(page.locator('.paper__number')).toHaveText(/^Kode sementara: \S+ \(nomor menyusul\)$/);
  await expect(page.getByText('Belum diterima server: kode sementara, nomor menyusul')).toBeVisible();
  await expect(page.locator('.top-bar__state')).toContainText('1 belum terkirim');

  await page.locator('.nav__link', { hasText: 'Kirim' }).click();
  await expect(page.getByText('Menunggu kirim').or(page.getByText('Mengirim', { exact: true })).first()).toBeVisible();
  await expect(page.locator('main')).toContainText('Partai Lumbung Rakyat');
  await expect(page.locator('main')).toContainText(/Server belum terjangkau|Tanpa jaringan/);

  await page.goBack();
  await expect(page.locator('.paper__number')).toContainText('Kode sementara');
  expect(await isOpen(backend.port), 'all of this was offline').toBe(false);

  await backend.start();
  // Nothing is pressed: it goes out by itself, and the sheet on screen changes.
  await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, { timeout: 60_000 });
  await allSent(page);
  const cases = await backend.cases();
  expect([...cases.values()].map((acts) => acts.length), 'one case, one act').toEqual([1]);
});

test('what waited goes out after a restart of the app', async ({ profile, backend }) => {
  let page = await profile.open();
  await arrive(page);
  await readyForOffline(page);
  await backend.stop();
  const { id } = await wholePetition(page);
  await profile.close();

  await backend.start();
  page = await profile.open();
  await page.goto(`/perkara/${id}/tanda-terima`);
  await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, { timeout: 30_000 });
  expect((await backend.cases()).size).toBe(1);
});

test('an answer that is lost on its way makes no second case', async ({ device, gate, backend }) => {
  const page = await device({ url: gate.url });
  await arrive(page);
  let lost = 0;
  gate.change = (request, whole) => {
    if (request.method !== 'POST' || request.url !== '/v1/commands' || lost > 0) return whole;
    lost += 1;
    return { ...whole, cut: true };
  };
  await wholePetition(page);
  await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, { timeout: 30_000 });
  expect(lost).toBe(1);
  expect(gate.requests('POST', '/v1/commands').length).toBeGreaterThan(1);
  expect([...(await backend.cases()).values()].map((acts) => acts.length)).toEqual([1]);
});

test('an account signs out and in again without a server; a wrong password and a stranger are told so', async ({ profile, backend }) => {
  let page = await profile.open();
  await arrive(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { pemohon: SHORT_CASE.pemohon });
  await readyForOffline(page);
  await profile.close();
  await backend.stop();

  page = await profile.open();
  await page.goto('/pengaturan');
  await page.getByRole('button', { name: 'Keluar' }).click();
  await page.getByRole('button', { name: 'Keluar, biarkan tersimpan' }).click();
  await expect(page.getByLabel('Nama pengguna')).toBeVisible();

  const attempt = async (name, password) => {
    await page.getByLabel('Nama pengguna').fill(name);
    await page.locator('#password').fill(password);
    await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  };
  await attempt('rina', 'bukan-ini');
  await expect(page.getByRole('alert')).toContainText('kata sandi ini bukan yang terakhir dipakai di perangkat ini', PATIENT);
  await attempt('yusuf', 'banyuasin-yusuf-2026');
  await expect(page.getByRole('alert')).toContainText('akun ini belum pernah masuk di perangkat ini', PATIENT);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('alert')).toContainText('this account has never signed in on this device');
  await page.getByRole('button', { name: 'Bahasa Indonesia' }).click();

  await page.goto('/');
  await signIn(page);
  await page.getByRole('link', { name: 'Siti Rahma' }).click();
  await expect(page).toHaveURL(new RegExp(`/draf/${draft}`));
  expect(await isOpen(backend.port)).toBe(false);

  await backend.start();
  // Not by a load of the page: what was typed to sign in opens a session as long as the page lives.
  await page.locator('.nav__link', { hasText: 'Kirim' }).click();
  await expect(page.locator('.top-bar__state')).toContainText('Semua terkirim', { timeout: 30_000 });
});
