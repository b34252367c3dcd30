// The pages of a case and of its drafts: the register of evidence with pictures of its files, what was changed and what it said before,
// drafts with names and a past, views of the list that were kept. All without a network where the officer may be.

import { SHORT_CASE, allSent, arrive, beginPetition, field, openSection, readyForOffline, saved, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { PDF_FILE, PHOTO_FILE } from '../support/files.mjs';
import { perform, scenario } from '../support/scenario.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const WITH_EVIDENCE = {
  ...SHORT_CASE,
  bukti: {
    evidence: [
      { title: 'Ijazah calon', proves: 'Ijazah terbaca', form_of: 'Asli', legalised: 'Ya', files: { attach: [PHOTO_FILE] } },
      { title: 'Keputusan KPU', proves: 'Calon dicoret', form_of: 'Salinan', legalised: 'Tidak', files: { attach: [PDF_FILE] } },
    ],
  },
};

const drawn = (page) => page.locator('.viewer img').evaluate((picture) => picture.complete && picture.naturalWidth > 300);

test('the register of evidence shows its files without a network, and the timeline what an answer said before', async ({ device, backend }) => {
  test.setTimeout(150_000);
  const page = await device();
  await arrive(page, ACCOUNTS.nurul);
  await readyForOffline(page);
  await backend.stop();
  const { id } = await wholePetition(page, WITH_EVIDENCE);
  await page.getByRole('link', { name: 'Ke perkara' }).click();
  const parts = page.getByRole('navigation', { name: 'Bagian perkara' });
  await expect(parts.getByRole('link')).toHaveText(['Ringkasan', 'Pihak', 'Dokumen', 'Sidang', 'Linimasa', 'Putusan']);

  await test.step('exhibits have their codes, their files a picture and their pages', async () => {
    await parts.getByRole('link', { name: 'Dokumen' }).click();
    await expect(page.locator('.register__code')).toHaveText(['P-1', 'P-2'], PATIENT);
    const second = page.locator('.register__item').nth(1);
    await expect(second).toContainText('Keputusan KPU');
    await expect(second).toContainText('Salinan');
    await expect(second).toContainText('Belum dicatat disahkan');
    await expect(second.locator('.file-row')).toContainText('3 halaman', PATIENT);
    await expect(page.locator('.file-row img')).toHaveCount(2, PATIENT);
  });

  await test.step('a PDF is turned over page by page as pictures, a photo is enlarged', async () => {
    await page.locator('.register__item').nth(1).getByRole('link', { name: /^Lihat/ }).click();
    await expect(page.getByText('Halaman 1 dari 3')).toBeVisible(PATIENT);
    await expect.poll(() => drawn(page), PATIENT).toBe(true);
    const first = await page.locator('.viewer img').getAttribute('src');
    await page.getByRole('button', { name: 'Halaman berikutnya' }).click();
    await expect(page.getByText('Halaman 2 dari 3')).toBeVisible();
    await expect(page.locator('.viewer img')).not.toHaveAttribute('src', first, PATIENT);
    await expect(page.locator('.viewer img')).toHaveAttribute('alt', /Halaman 2 dari 3$/);
    await page.goBack();
    await page.locator('.register__item').first().getByRole('link', { name: /^Lihat/ }).click();
    await expect.poll(() => drawn(page), PATIENT).toBe(true);
    const wide = () => page.locator('.viewer img').evaluate((picture) => picture.getBoundingClientRect().width);
    const before = await wide();
    await page.getByRole('button', { name: 'Perbesar' }).click();
    await expect.poll(wide).toBeGreaterThan(before * 1.2);
    await page.getByRole('link', { name: 'Dokumen' }).first().click();
  });

  await test.step('an exhibit that replaces another keeps its code, and the earlier version stays', async () => {
    await page.getByRole('link', { name: 'Terima alat bukti' }).click();
    await expect(page.locator('form').or(page.getByRole('list', { name: 'Bagian permohonan' })).first()).toBeVisible(PATIENT);
    const draft = new URL(page.url()).pathname.split('/')[2];
    await page.locator(`a[href="/draf/${draft}/waktu"]`).click();
    await page.locator('[id="on"]').fill('9 7 2026');
    await page.locator('[id="at"]').fill('09.00');
    await page.getByText('Pemohon', { exact: true }).click();
    await page.getByRole('button', { name: 'Lanjut', exact: true }).click();
    const card = page.locator('.summary-card').first();
    await expect(card).toContainText('P-3');
    await card.locator('[id$="/replaces"]').fill('p 1');
    await card.locator('[id$="/title"]').fill('Ijazah calon, dileges');
    await card.locator('[id$="/title"]').blur();
    await saved(page);
    await page.getByRole('button', { name: 'Periksa jawaban' }).click();
    await page.getByRole('button', { name: 'Catat', exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/perkara/${id}$`), PATIENT);
    await page.getByRole('navigation', { name: 'Bagian perkara' }).getByRole('link', { name: 'Dokumen' }).click();
    await expect(page.locator('.register__code')).toHaveText(['P-1', 'P-2'], PATIENT);
    await expect(page.locator('.register__title').first()).toHaveText('Ijazah calon, dileges');
    await page.getByText('Versi sebelumnya (1)').click();
    await expect(page.locator('.register__item').first().locator('.file-row')).toContainText('foto-ijazah.png');
  });

  await test.step('what was recorded otherwise before is told with its earlier text', async () => {
    await page.goto(`/perkara/${id}`);
    const told = scenario('case-01', '1');
    const verify = told.steps.find((step) => step.act === 'verify');
    for (const [at, remarks] of [['2026-07-09 10.00', 'Ijazah belum dileges'], ['2026-07-09 11.00', 'Ijazah sudah dileges']]) {
      await perform(page, told, { ...verify, at, state: null, form: { ...verify.form, remarks } }, id);
    }
    await page.getByRole('link', { name: 'Linimasa', exact: true }).click();
    const changes = page.locator('.changes');
    await expect(changes).toHaveCount(1, PATIENT);
    await expect(changes.locator('.change')).toHaveCount(1);
    await expect(changes).toContainText('Catatan pemeriksa');
    await expect(changes.locator('del')).toHaveText('Ijazah belum dileges');
    await expect(changes.locator('ins')).toHaveText('Ijazah sudah dileges');
    await expect(page.locator('.timeline__item')).toHaveCount(4);
    await page.getByLabel('Tindakan').selectOption({ label: told.set.act.verify.label.id });
    await expect(page.locator('.timeline__item')).toHaveCount(2);
    await expect(page).toHaveURL(/tindakan=verify/);
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByText(/^Dicetak /)).toBeVisible();
    await expect(page.locator('.changes del')).toBeVisible();
    await expect(page.locator('.filters')).toBeHidden();
    await page.emulateMedia({ media: 'screen' });
  });
});

test('a draft goes back to what it was without losing what it is, and a second one stands beside it by name', async ({ device, backend }) => {
  test.setTimeout(90_000);
  const page = await device();
  await arrive(page);
  await readyForOffline(page);
  await backend.stop();
  const draft = await beginPetition(page);
  const long = 'Satu calon Pemohon dicoret dari daftar calon sementara karena pindaian ijazah tidak terbaca.';
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').fill(long);
  await field(page, 'direct_loss').blur();
  await saved(page);
  await openSection(page, draft, 'objek');
  await field(page, 'object_number').fill('123/2026');
  await field(page, 'object_number').blur();
  await saved(page);
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').fill('Salah tempel');
  await field(page, 'direct_loss').blur();
  await saved(page);

  await page.getByRole('link', { name: 'Semua bagian' }).click();
  await page.getByRole('link', { name: 'Nama dan riwayat draf' }).click();
  await page.getByLabel('Nama draf').fill('Versi Ibu Siti');
  await page.getByRole('button', { name: 'Simpan nama' }).click();
  await expect(page.getByText('Nama draf tersimpan.')).toBeVisible(PATIENT);
  const version = page.locator('.row').filter({ hasText: /isian berbeda/ }).filter({ has: page.locator('ins', { hasText: 'Salah tempel' }) }).first();
  await version.locator('summary').click();
  await expect(version.locator('del').filter({ hasText: long })).toBeVisible();
  await version.getByRole('button', { name: /^Kembalikan versi ini/ }).click();
  await expect(page.getByText('Versi itu dikembalikan.')).toBeVisible();
  await expect(page.locator('.row').filter({ has: page.locator('del', { hasText: 'Salah tempel' }) }).first(), 'what was there is a version now').toBeAttached();
  await page.getByRole('button', { name: 'Salin menjadi draf lain' }).click();
  await expect(page).toHaveURL(/\/draf\/[0-9a-f-]{36}$/, PATIENT);
  expect(page.url()).not.toContain(draft);
  await page.goto(`/draf/${draft}/pokok`);
  await expect(field(page, 'direct_loss')).toHaveValue(long, PATIENT);
  await page.goto('/');
  const drafts = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Lanjutkan draf' }) }).locator('.row');
  await expect(drafts).toHaveCount(2, PATIENT);
  await expect(drafts.filter({ hasText: 'Versi Ibu Siti' })).toHaveCount(2);
});

test.describe('over a year of cases', () => {
  test.use({ seeded: 60 });

  test('a view of the list is kept by name, and "back" finds the place in it again', async ({ device }) => {
    test.setTimeout(90_000);
    const page = await device();
    await arrive(page, ACCOUNTS.pusat);
    await allSent(page);
    await page.locator('.nav__link[href="/perkara"]').click();
    await expect(page.locator('.docket__row').nth(3)).toBeVisible(PATIENT);
    await page.getByText('Saringan', { exact: true }).click();
    await page.getByLabel('Urutkan').selectOption({ label: 'Nomor' });
    await page.getByText('Tampilan tersimpan').click();
    await page.getByLabel('Nama tampilan ini').fill('Menurut nomor');
    await page.getByRole('button', { name: 'Simpan tampilan' }).click();
    await expect(page.getByText('Tampilan tersimpan (1)')).toBeVisible();
    await page.goto('/perkara');
    await page.getByText('Tampilan tersimpan (1)').click(PATIENT);
    await page.getByRole('link', { name: 'Menurut nomor' }).click();
    await expect(page).toHaveURL(/urut=nomor/);
    const last = page.locator('.docket__row').last();
    await last.scrollIntoViewIfNeeded();
    await expect.poll(() => page.evaluate(() => history.state?.scrolled ?? 0)).toBeGreaterThan(300);
    await last.getByRole('link').click();
    await expect(page.locator('.identity-bar')).toBeVisible(PATIENT);
    await page.goBack();
    await expect(last).toBeInViewport(PATIENT);

    await page.setViewportSize({ width: 1440, height: 900 });
    await page.locator('.docket__row').nth(1).getByRole('link').click();
    await expect(page.locator('.desk__list .docket__row').nth(2)).toBeVisible();
    await expect(page.locator('.desk__case .identity-bar')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect(page.locator('.docket__row a[aria-current="page"]')).toHaveCount(1);
    await page.locator('.docket__row').nth(2).getByRole('link').click();
    await expect(page.locator('.docket__row').nth(2).locator('a')).toHaveAttribute('aria-current', 'page');
    await expect(page).toHaveURL(/\/perkara\/[0-9a-f-]{36}\?.*urut=nomor/);
  });
});
