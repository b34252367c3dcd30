// A picture of each page at the three sizes and in both themes, to be looked at: tests/e2e/screenshots. Made on request alone
// (SIPS_PICTURES=1): what a page looks like is for people to judge.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { arrive, beginPetition, openCheck, openSection, wholePetition, fillPetition, CASE_1 } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { SIZES } from '../support/browser.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), '../screenshots');

for (const size of Object.keys(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`each page, ${size}, ${colorScheme}`, async ({ device }) => {
      test.setTimeout(90_000);
      const page = await device({ size, colorScheme });
      const shoot = async (name) => {
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
        await page.screenshot({ path: path.join(FOLDER, `${name}-${size}-${colorScheme}.png`), animations: 'disabled' });
      };
      await page.goto('/');
      await expect(page.locator('#username')).toBeVisible(PATIENT);
      await shoot('masuk');
      await arrive(page);
      await wholePetition(page);
      await shoot('tanda-terima');
      const kept = new URL(page.url()).pathname.replace('/tanda-terima', '');
      for (const [name, address] of [['perkara', kept], ['berkas', `${kept}/berkas`], ['surat', `${kept}/berkas/0`], ['pihak', `${kept}/pihak`], ['dokumen', `${kept}/dokumen`], ['sidang', `${kept}/sidang`], ['linimasa', `${kept}/linimasa`], ['putusan', `${kept}/putusan`], ['catat', `${kept}/catat/verify`], ['baru', '/permohonan/baru'], ['tidak-ada', '/tidak-ada']]) {
        await page.goto(address);
        await shoot(name);
      }
      const draft = await beginPetition(page);
      await fillPetition(page, draft, { masuk: CASE_1.masuk, objek: (({ object_files: _, ...rest }) => rest)(CASE_1.objek), pemohon: CASE_1.pemohon });
      await openSection(page, draft, 'objek');
      await page.locator('.deadline').scrollIntoViewIfNeeded();
      await shoot('batas');
      await openSection(page, draft, 'pemohon');
      await shoot('bagian');
      await openCheck(page, draft);
      await page.getByRole('button', { name: 'Terima permohonan' }).click();
      await page.evaluate(() => window.scrollTo(0, 0));
      await shoot('periksa');
      for (const [name, address] of [['draf', `/draf/${draft}`], ['riwayat', `/draf/${draft}/riwayat`], ['hari-ini', '/'], ['daftar', '/perkara'], ['kirim', '/kirim'], ['kapsul', '/kirim/kapsul'], ['jurnal', '/kirim/jurnal'], ['jadwal', '/jadwal'], ['rekap', '/rekap'], ['lembar', '/rekap/daftar'], ['publik', '/publik/permohonan'], ['pengaturan', '/pengaturan'], ['tabel', '/pengaturan/tabel'], ['tahun', '/pengaturan/tabel/year/id/2026'], ['bantuan', '/bantuan'], ['gaya', '/gaya']]) {
        await page.goto(address);
        await shoot(name);
      }
      await page.goto('/pengaturan');
      await page.getByRole('button', { name: 'Kunci sekarang' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Layar dikunci' })).toBeVisible(PATIENT);
      await page.screenshot({ path: path.join(FOLDER, `kunci-${size}-${colorScheme}.png`), animations: 'disabled' });
      if (colorScheme === 'dark' || size === 'tablet') return;
      await page.locator('#password').fill(ACCOUNTS.rina.password);
      await page.getByRole('button', { name: 'Buka kunci' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Setelan' })).toBeVisible(PATIENT);
      // English is longer in some places: three pages are enough to see how it fits.
      await page.goto('/pengaturan');
      await page.getByText('English', { exact: true }).click();
      for (const [name, address] of [['today', '/'], ['petitioner', `/draf/${draft}/pemohon`], ['check', `/draf/${draft}/periksa`]]) {
        await page.goto(address);
        await shoot(`english-${name}`);
      }
    });
  }
}
