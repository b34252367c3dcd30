// Papers as sheets, in print and as files: made on the device by a worker of its own, with a network and without.

import fs from 'node:fs';
import path from 'node:path';

import { CASE_1, RECEPTION_NUMBER, SHORT_CASE, allSent, arrive, documentsHere, readyForOffline, savePdf, wholePetition } from '../support/app.mjs';
import { DIST, isOpen } from '../support/backend.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

/** A name that no font of papers has all letters of. */
const NAME = 'Łukasz Nur\'aini & <Putri> محمد 👩‍⚖️';

const STRANGE_CASE = { ...SHORT_CASE, pemohon: { petitioner: [{ kind: 'Calon atau bakal calon anggota DPD', name: NAME, address: 'Betung' }] } };

test('a receipt is saved as PDF with its facts, with a network and without one', async ({ profile, backend }) => {
  test.setTimeout(150_000);
  let page = await profile.open();
  await arrive(page);
  const { id } = await wholePetition(page, STRANGE_CASE);
  await allSent(page);
  await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, PATIENT);
  const number = (await page.locator('.paper__number').textContent()).match(RECEPTION_NUMBER)[0];

  const pdf = await savePdf(page, 'tanda-terima.pdf');
  expect(pdf.language).toBe('id');
  expect(pdf.title).toContain('Tanda Terima Permohonan');
  expect(pdf.pages).toHaveLength(1);
  for (const fact of ['Bawaslu Kabupaten Banyuasin', `Nomor: ${number}`, NAME, 'Rabu, 8 Juli 2026 pukul 10.20 WIB', 'Belum ada', 'Rina Marlina', 'Halaman 1 dari 1', 'tercetak sebagai kotak']) {
    expect(pdf.pages[0], fact).toContain(fact);
  }

  await readyForOffline(page);
  await page.goto('/pengaturan');
  await documentsHere(page);
  await page.reload();
  await expect(page.getByText('Ada di perangkat, juga tanpa jaringan', { exact: true })).toBeVisible(PATIENT);
  await profile.close();
  await backend.stop();
  expect(await isOpen(backend.port)).toBe(false);

  page = await profile.open();
  await page.goto(`/perkara/${id}/tanda-terima`);
  await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, PATIENT);
  const offline = await savePdf(page, 'tanda-terima-luring.pdf');
  expect(offline.pages).toEqual(pdf.pages);
});

test('every answer of a petition is on its papers, and the bundle has them all', async ({ device }) => {
  test.setTimeout(150_000);
  const page = await device({ size: 'desktop' });
  await arrive(page);
  const { id } = await wholePetition(page, CASE_1);
  await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, PATIENT);

  await page.goto(`/perkara/${id}/berkas/1`);
  await expect(page.getByRole('heading', { level: 2, name: 'Permohonan', exact: true })).toBeVisible(PATIENT);
  const sheet = page.locator('.sheet');
  for (const text of [CASE_1.pokok.direct_loss, CASE_1.objek.object_title, CASE_1.pemohon.petitioner[0].org_chair, CASE_1.kuasa.counsel[0].name, 'Tanda terima berkas', 'Prof. Dewi Lestari', 'riwayat-hidup.pdf', 'diska lepas rusak']) {
    await expect(sheet, text).toContainText(text);
  }
  await expect(sheet).toContainText('Nomor register: nomor menyusul');

  await page.goto(`/perkara/${id}/berkas`);
  await expect(page.getByRole('heading', { level: 1, name: 'Berkas Perkara' })).toBeVisible(PATIENT);
  const pdf = await savePdf(page, 'berkas.pdf');
  const all = pdf.pages.join('\n');
  for (const text of ['Daftar bukti', 'P-1', 'P-2', 'Ijazah calon', 'Tanda Terima Permohonan', 'Membatalkan keputusan sepanjang mengenai calon nomor urut 4.']) expect(all).toContain(text);
  const running = pdf.pages[0].split('\n').at(-2);
  for (const [index, text] of pdf.pages.entries()) {
    expect(text).toContain(`Halaman ${index + 1} dari ${pdf.pages.length}`);
    expect(text.split('\n').at(-2)).toBe(running);
  }

  // The browser's own print: each paper on a page of its own, the case below every page.
  await page.emulateMedia({ media: 'print' });
  const printed = await page.pdf({ preferCSSPageSize: true });
  fs.writeFileSync(test.info().outputPath('cetak.pdf'), printed);
  const count = printed.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
  expect(count).toBeGreaterThanOrEqual(4);

  await page.goto(`/perkara/${id}/berkas/99`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Halaman tidak ditemukan', PATIENT);
});

test('where the maker of PDFs cannot be had, the app says so and prints all the same', async ({ device, backend }) => {
  const folder = test.info().outputPath('dist-without');
  fs.cpSync(DIST, folder, { recursive: true });
  for (const file of fs.readdirSync(folder)) if (file.startsWith('document-worker')) fs.rmSync(path.join(folder, file));
  backend.serveApp(folder);
  const page = await device();
  await arrive(page);
  await wholePetition(page);
  await page.getByRole('button', { name: 'Simpan PDF' }).click();
  await expect(page.getByRole('alert')).toContainText('Pembuat PDF belum ada di perangkat ini', PATIENT);
  await expect(page.getByRole('button', { name: 'Cetak' })).toBeVisible();
  await expect(page.locator('.sheet')).toBeVisible();
});
