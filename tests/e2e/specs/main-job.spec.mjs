// The main job on real input, case 1 of the domain's examples: a petition from the counter to the backend and to the
// second officer, at three sizes of screen.

import fs from 'node:fs';

import { CASE_1, RECEPTION_NUMBER, allSent, arrive, beginPetition, fillPetition, openCheck, openSection, receive, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { SIZES } from '../support/browser.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

for (const size of Object.keys(SIZES)) {
  test(`a petition with every field, from the counter to the second officer, ${size}`, async ({ device, backend }) => {
    test.setTimeout(120_000);
    const page = await device({ size });
    await arrive(page);
    const draft = await beginPetition(page);

    await test.step('the filing window is counted day by day', async () => {
      await fillPetition(page, draft, { masuk: CASE_1.masuk, objek: { ...CASE_1.objek } });
      await openSection(page, draft, 'objek');
      const cells = page.getByRole('list', { name: 'Hitungan hari demi hari' }).getByRole('listitem');
      await expect(cells).toHaveText([/Sen\s*6\s*Jul.*Hari ke-0/s, /Sel\s*7\s*Jul\s*1/s, /Rab\s*8\s*Jul\s*2/s, /Kam\s*9\s*Jul\s*3.*Hari terakhir/s]);
      const window = page.locator('.deadline');
      await expect(window).toContainText('Kamis, 9 Juli 2026');
      await expect(window).toContainText('hari ke-2 dari 3');
      await expect(page.getByText('Senin, 6 Juli 2026').first()).toBeVisible();
    });

    await fillPetition(page, draft, Object.fromEntries(Object.entries(CASE_1).filter(([section]) => !['masuk', 'objek'].includes(section))));

    await test.step('every section is done', async () => {
      await page.getByRole('link', { name: 'Semua bagian' }).click();
      await expect(page.getByText('12 dari 12 bagian selesai')).toBeVisible();
      await expect(page.getByRole('list', { name: 'Bagian permohonan' }).getByText('Selesai', { exact: true })).toHaveCount(12);
    });

    await test.step('the check page shows every answer and nothing missing', async () => {
      await openCheck(page, draft);
      const main = page.locator('main');
      await expect(main).toContainText('Rabu, 8 Juli 2026');
      await expect(main).toContainText('10.20 WIB');
      for (const section of Object.values(CASE_1)) for (const text of texts(section)) await expect(main).toContainText(text);
      for (const nothing of ['Tidak diisi', 'Belum diisi', 'Wajib diisi', 'belum diserahkan', 'Perlu alasan']) await expect(main).not.toContainText(nothing);
      await expect(main.getByText('SHA-256')).toHaveCount(4);
      // Both pictures are drawn from the device's own copy.
      const pictures = main.locator('.file-row img');
      await expect(pictures).toHaveCount(2);
      for (const picture of await pictures.all()) await expect.poll(() => picture.evaluate((image) => image.naturalWidth), PATIENT).toBeGreaterThan(0);
      // Not the photographs themselves: a dozen of those would fill a tablet's memory.
      const heights = await pictures.evaluateAll((images) => images.map((image) => image.naturalHeight));
      expect(Math.max(...heights), 'a photograph of 480 lines').toBe(240);
      await expect(main).toContainText(/Permohonan \(PSPP-01\): diserahkan\s+· 4 rangkap/);
    });

    const id = await receive(page);

    await test.step('the number takes the place of the code, without a reload', async () => {
      await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, PATIENT);
      await allSent(page);
      const sheet = page.getByRole('region', { name: 'Tanda Terima Permohonan' }).or(page.locator('.sheet')).first();
      for (const text of ['Partai Lumbung Rakyat', 'KPU Kabupaten Banyuasin', 'Bawaslu Kabupaten Banyuasin', 'Rabu, 8 Juli 2026 pukul 10.20 WIB', 'Kamis, 9 Juli 2026', '3 dari 4', 'Rina Marlina']) {
        await expect(sheet).toContainText(text);
      }
    });
    const number = (await page.locator('.paper__number').textContent()).match(RECEPTION_NUMBER)[0];

    await test.step('the case has the proof with the server’s time', async () => {
      await page.getByRole('link', { name: 'Ke perkara' }).click();
      await expect(page.getByRole('heading', { level: 1, name: number })).toBeVisible();
      await page.getByRole('link', { name: 'Linimasa lengkap' }).click();
      await page.locator('.timeline').getByText('Bukti waktu dan kiriman').click(PATIENT);
      await expect(row(page, 'Diterima server')).toContainText(/\d{4} pukul \d{2}\.\d{2} WIB/);
      await expect(row(page, 'Waktu menurut petugas')).toContainText('Rabu, 8 Juli 2026 pukul 10.20 WIB');
      await expect(row(page, 'Sidik isi (SHA-256)')).toContainText(/[0-9a-f]{64}/);
      await expect(page.locator('main')).toContainText('sudah di server');
    });

    await test.step('an identity number is read in full by whoever asks for it', async () => {
      await page.getByRole('navigation', { name: 'Bagian perkara' }).getByRole('link', { name: 'Pihak' }).click();
      const main = page.locator('main');
      await expect(main).toContainText('••••••••••••0003', PATIENT);
      await expect(main).not.toContainText('1607051503800003');
      await main.getByRole('button', { name: /^Tampilkan Nomor KTP-el/ }).first().click();
      await expect(main).toContainText('1607051503800003');
    });

    await test.step('the second officer sees the case, and its files once they are at the server', async () => {
      const second = await device({ size });
      await arrive(second, ACCOUNTS.yusuf);
      await second.locator('.docket').getByRole('link', { name: number }).click(PATIENT);
      await expect(second.getByRole('heading', { level: 1, name: number })).toBeVisible();
      await second.getByRole('navigation', { name: 'Bagian perkara' }).getByRole('link', { name: 'Dokumen' }).click();
      await expect(second.locator('main').getByText('Di server', { exact: true })).toHaveCount(4, PATIENT);
      await expect(second.locator('main')).toContainText('SK KPU 123 – daftar calon sementara.pdf');
    });

    const [acts] = [...(await backend.cases()).values()];
    expect(acts.map((act) => [act.caseId, act.act, act.revision])).toEqual([[id, 'receive', 1]]);
  });
}

test('the receipt prints on A4 with its number and without the screen around it', async ({ device }) => {
  const page = await device({ size: 'desktop', colorScheme: 'dark' });
  await arrive(page);
  await wholePetition(page);
  await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, PATIENT);

  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.paper__number')).toBeVisible();
  await expect(page.locator('.sheet').getByText('Siti Rahma').first()).toBeVisible();
  for (const [role, all] of Object.entries({ button: page.getByRole('button'), navigation: page.getByRole('navigation'), banner: page.getByRole('banner') })) {
    await expect(all, role).toHaveCount(0);
  }
  await expect(page.locator('.no-print')).toBeHidden();
  const ink = await page.locator('.paper__number').evaluate((element) => getComputedStyle(element).color.match(/\d+/g).map(Number));
  expect(Math.max(...ink), 'black on white, in the dark theme, too').toBeLessThan(40);

  const file = await page.pdf({ preferCSSPageSize: true });
  const text = file.toString('latin1');
  const box = text.match(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/);
  expect(Number(box[1])).toBeCloseTo(595, -1);
  expect(Number(box[2])).toBeCloseTo(842, -1);
  expect(text.match(/\/Type\s*\/Page\b/g), 'a short petition fits one page').toHaveLength(1);
  fs.writeFileSync(test.info().outputPath('tanda-terima.pdf'), file);
});

/** Every text that was typed or chosen. */
function texts(value) {
  if (typeof value === 'string') return dateOrTime(value) ? [] : value.split('\n').filter(Boolean);
  if (value.attach) return value.attach.map((make) => make().name);
  if (value.select || typeof value !== 'object') return [];
  return Object.entries(value).filter(([key]) => key !== 'papers').flatMap(([, inner]) => texts(inner));
}

/** Dates and times are shown in words. */
const dateOrTime = (text) => /^\d{1,2}([ /.]\S+[ /]\d{4}|\.\d\d)$/.test(text);

/** A row of a summary list by its name. */
function row(page, name) {
  return page.locator('.summary-list__row').filter({ has: page.locator('dt', { hasText: new RegExp(`^${name.replace(/[()]/g, '\\$&')}$`) }) });
}
