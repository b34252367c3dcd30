// Tables of the law changed in the app: by the centre, as a new version that other officers then decide and print by, also
// without a network; and what is typed while the server is away.

import { CASE_1, SHORT_CASE, allSent, arrive, beginPetition, documentsHere, fillPetition, openCheck, openSection, readyForOffline, receive, saved } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const TITLE = 'Tanda Terima Berkas Permohonan';
const RECEIPT = '/pengaturan/tabel/paper/pemilu-penyelenggara/receipt';
const YEAR = '/pengaturan/tabel/year/id/2026';

async function give(page, fields) {
  for (const [id, text] of Object.entries(fields)) await page.locator(`[id="${id}"]`).fill(text);
}

/** Saves a new version and waits until it has come back with the changes. */
async function save(page) {
  await page.getByRole('button', { name: 'Simpan versi baru' }).click();
  await expect(page.getByText('Versi baru tersimpan di server')).toBeVisible(PATIENT);
  await expect(page).toHaveURL(/\/pengaturan\/tabel$/);
}

async function addLeave(page) {
  await page.goto(YEAR);
  const days = page.locator('[id="days"]');
  await expect(days).toHaveValue(/1\/1\/2026; nasional/, PATIENT);
  await days.fill(`7/7/2026; cuti bersama; Cuti bersama tambahan\n${await days.inputValue()}`);
  await give(page, { source: 'SKB Tiga Menteri 2/2026', reason: 'Cuti bersama ditambah di tengah tahun.' });
  await save(page);
}

test('the centre changes a title and a holiday; a new case of another office prints and counts them, also offline', async ({ device, profile, backend }) => {
  test.setTimeout(180_000);
  const centre = await device({ size: 'desktop' });
  await arrive(centre, ACCOUNTS.pusat);

  // Begun before: it keeps the versions that it was begun under.
  let page = await profile.open();
  await arrive(page, ACCOUNTS.rina);
  const early = await beginPetition(page);

  await centre.goto('/pengaturan');
  await centre.getByRole('link', { name: 'Tabel hukum dan kantor' }).click();
  await expect(centre.getByRole('heading', { level: 1, name: 'Tabel hukum dan kantor' })).toBeVisible(PATIENT);
  await expect(centre.getByRole('heading', { name: /^Belum pasti atau belum diisi \(\d+\)$/ })).toBeVisible();
  await centre.locator(`a[href="${RECEIPT}"]`).first().click();
  await expect(centre.locator('[id="title_id"]')).toHaveValue('Tanda Terima Permohonan', PATIENT);
  await give(centre, { title_id: TITLE, title_en: 'Receipt of the petition papers' });
  await centre.getByRole('button', { name: 'Simpan versi baru' }).click();
  await expect(centre.getByRole('heading', { name: 'Belum dapat disimpan' })).toBeVisible();
  await expect(centre.getByRole('link', { name: 'Sumber belum diisi.' })).toBeVisible();
  await give(centre, { source: 'Surat Ketua Bawaslu 12/2026', reason: 'Judul menurut surat.' });
  await save(centre);
  await addLeave(centre);
  await centre.goto(RECEIPT);
  await expect(centre.locator('.summary-list')).toContainText('pemilu-penyelenggara v2', PATIENT);
  await expect(centre.locator('.summary-list')).toContainText('Surat Ketua Bawaslu 12/2026 (kemungkinan)');

  // The other officer has it with the next news, and works by it without a network.
  await page.goto(RECEIPT);
  await expect(page.getByText('Hanya dapat dibaca')).toBeVisible(PATIENT);
  await expect(page.locator('.summary-list')).toContainText(TITLE, PATIENT);
  await expect(page.getByRole('button', { name: 'Simpan versi baru' })).toHaveCount(0);
  await page.goto(YEAR);
  await expect(page.locator('.summary-list')).toContainText('Cuti bersama tambahan', PATIENT);
  await page.goto('/');
  await readyForOffline(page);
  await documentsHere(page);
  await profile.close();
  await backend.stop();

  page = await profile.open();
  await page.goto(RECEIPT);
  await expect(page.locator('.summary-list')).toContainText(TITLE, PATIENT);
  await page.goto('/');
  const draft = await beginPetition(page);
  await fillPetition(page, draft, SHORT_CASE);
  await openSection(page, draft, 'masuk');
  await expect(page.getByText('Cuti bersama tambahan').first()).toBeAttached();
  await expect(page.getByText('Kalender nasional, versi 2', { exact: false }).first()).toBeAttached();
  await expect(page.getByText('Jumat, 10 Juli 2026').first()).toBeVisible();
  await openCheck(page, draft);
  await receive(page);
  await expect(page.locator('.paper')).toContainText(TITLE, PATIENT);

  // The draft from before counts as it did.
  await page.goto(`/draf/${early}`);
  await fillPetition(page, early, { masuk: CASE_1.masuk, objek: { object_fixed_on: '6 7 2026' } });
  await openSection(page, early, 'masuk');
  await saved(page);
  await expect(page.getByText('Kamis, 9 Juli 2026').first()).toBeVisible();

  await backend.start();
  await page.goto('/');
  await allSent(page);
});

test('an office changes its own hours and templates; a mistake in one of several templates leads to its field', async ({ device }) => {
  const page = await device({ size: 'phone' });
  await arrive(page, ACCOUNTS.nurul);
  await page.goto('/pengaturan/tabel/office/own/settings');
  await expect(page.locator('[id="register_code"]')).toHaveValue('1607', PATIENT);
  await give(page, { counter_closes: '16.00', register: '{seq:3}/PS.REG', source: 'Keputusan Ketua 3/2026', reason: 'Jam loket.' });
  await page.getByRole('button', { name: 'Simpan versi baru' }).click();
  const mistakes = page.locator('.error-summary a');
  await expect(mistakes).toHaveCount(1, PATIENT);
  await mistakes.click();
  await expect(page.locator('[id="register"]')).toBeFocused();
  await give(page, { register: '{seq:3}/PS.REG/{office.register_code}/{year}' });
  await save(page);
  await page.goto('/pengaturan/tabel/office/own/settings');
  await expect(page.locator('.summary-list')).toContainText('16.00', PATIENT);
});

test('what is typed is kept while the server is away, and a change of somebody else is told', async ({ device, backend }) => {
  test.setTimeout(120_000);
  const page = await device({ size: 'desktop' });
  await arrive(page, ACCOUNTS.pusat);
  await page.goto(RECEIPT);
  await expect(page.locator('[id="title_id"]')).toHaveValue('Tanda Terima Permohonan', PATIENT);
  await give(page, { no: 'PSPP-03', source: 'Buku pedoman', reason: 'Nomor ditemukan.' });
  await backend.stop();
  await page.getByRole('button', { name: 'Simpan versi baru' }).click();
  await expect(page.getByRole('link', { name: /^Belum tersimpan di server; yang Anda ketik tetap ada di sini\./ })).toBeVisible(PATIENT);
  // Once it is known that there is no network, the button says so before it is pressed.
  await page.context().setOffline(true);
  const button = page.getByRole('button', { name: 'Simpan versi baru' });
  await expect(button).toHaveAttribute('aria-disabled', 'true', PATIENT);
  await expect(page.getByText('Perlu jaringan: perubahan ini dibuat langsung di server.')).toBeVisible();
  await page.context().setOffline(false);
  await backend.start();
  await page.reload();
  await expect(page.locator('[id="no"]')).toHaveValue('PSPP-03', PATIENT);
  await expect(page.locator('[id="reason"]')).toHaveValue('Nomor ditemukan.');

  // Somebody else was quicker.
  const other = await device({ size: 'desktop' });
  await arrive(other, ACCOUNTS.pusat);
  await other.goto(RECEIPT);
  await expect(other.locator('[id="no"]')).toHaveValue('', PATIENT);
  await give(other, { no: 'PSPP-3A', source: 'Pasal 33', reason: 'Menurut pasal.' });
  await save(other);

  await page.getByRole('button', { name: 'Simpan versi baru' }).click();
  await expect(page.getByRole('link', { name: /^Isinya sudah diubah orang lain/ })).toBeVisible(PATIENT);
  await expect(page.locator('.summary-list')).toContainText('PSPP-3A', PATIENT);
  await expect(page.locator('[id="no"]')).toHaveValue('PSPP-03');
  await expect(async () => {
    await page.getByRole('button', { name: 'Simpan versi baru' }).click();
    await expect(page).toHaveURL(/\/pengaturan\/tabel$/, { timeout: 3_000 });
  }).toPass(PATIENT);
  await page.goto(RECEIPT);
  await expect(page.locator('.summary-list')).toContainText('PSPP-03', PATIENT);
});

test('switches, collective leave, number series and a day off of a region are changed by the centre', async ({ device }) => {
  test.setTimeout(120_000);
  const page = await device({ size: 'phone' });
  await arrive(page, ACCOUNTS.pusat);
  const basis = { source: 'Surat Ketua Bawaslu 13/2026', reason: 'Menurut surat.' };
  const SWITCH = '/pengaturan/tabel/switch/pemilu-penyelenggara/mediation_begins';
  await page.goto(SWITCH);
  await page.getByText('Sejak hari mediasi pertama', { exact: true }).click();
  await give(page, basis);
  await save(page);
  await page.goto(SWITCH);
  await expect(page.locator('.summary-list')).toContainText('Sejak hari mediasi pertama', PATIENT);

  await page.goto('/pengaturan/tabel/leave/id/leave');
  await page.getByText('Hari kerja, ikut dihitung', { exact: true }).click();
  await give(page, basis);
  await save(page);

  await page.goto('/pengaturan/tabel/series/numbers/register');
  await give(page, { template: '{seq:4}/PS.REG/{office.register_code}/{month:roman}/{year}', ...basis });
  await save(page);

  await page.goto(YEAR);
  const days = page.locator('[id="days"]');
  await expect(days).toHaveValue(/1\/1\/2026; nasional/, PATIENT);
  await days.fill(`7/7/2026; libur daerah; Hari jadi; ; 16.07\n${await days.inputValue()}`);
  await give(page, basis);
  await save(page);
  await page.goto(YEAR);
  await expect(page.locator('.summary-list').getByRole('row', { name: /Hari jadi/ })).toHaveText(/^Sel, 7 JulHari jadilibur daerah: (16\.07|Bawaslu Kabupaten Banyuasin)$/, PATIENT);
});
