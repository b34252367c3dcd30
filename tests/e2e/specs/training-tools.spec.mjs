// What a trainer moves, as a trainee sees it: faults, clock, roles, reset, tour, certificate and sheet, the mark on everything that leaves.

import fs from 'node:fs';

import AxeBuilder from '@axe-core/playwright';

import { PDF_FILE } from '../support/files.mjs';
import { perform, training } from '../support/scenario.mjs';
import { PATIENT, expect } from '../support/test.mjs';
import { atStep, changeTo, goWrong, opened, solve, test } from '../support/training.mjs';

const FIRST = training('01-permohonan-pertama.toml');
const LAPSE = training('06-tidak-hadir-dua-kali.toml');
const FREE = training('12-bebas.toml');
const PART = training('05-adjudikasi-sebagian.toml');

const state = (page) => page.locator('.top-bar__state');
const fault = (page, key) => page.locator(`#training-fault-${key}`);
const openTools = async (page) => {
  if (!(await page.locator('#training-fault-none').isVisible())) await page.getByText('Alat: tur, peran, jam, gangguan', { exact: true }).click();
};
/** Does something upon which the page is loaded anew. */
const reloading = (page, act) => Promise.all([page.waitForEvent('load'), act()]);

/** A note on the case on screen, by its form. */
async function note(page, told, text) {
  const id = new URL(page.url()).pathname.split('/perkara/')[1].split('/')[0];
  await perform(page, told, { act: 'note', form: { text } }, id);
}

test('each fault button does what it says, by the app\'s own means', async ({ trainee }) => {
  test.setTimeout(120_000);
  const page = await trainee({ size: 'desktop' });
  await opened(page, LAPSE);
  await openTools(page);
  await expect(fault(page, 'none')).toHaveAttribute('aria-pressed', 'true');
  await expect(state(page)).toContainText('Semua terkirim', PATIENT);

  // No signal: work waits on the device and goes out once there is one.
  await fault(page, 'offline').click();
  await expect(state(page)).toContainText('Tanpa jaringan');
  await note(page, LAPSE, 'Ditulis tanpa sinyal');
  await expect(state(page)).toContainText('1 belum terkirim');
  await page.reload();
  await expect(state(page)).toContainText('Tanpa jaringan, 1 belum terkirim', PATIENT);
  await openTools(page);
  await expect(fault(page, 'offline')).toHaveAttribute('aria-pressed', 'true');
  await fault(page, 'none').click();
  await expect(state(page)).toContainText('Semua terkirim', PATIENT);

  // The server answers with an error.
  await fault(page, 'error').click();
  await note(page, LAPSE, 'Ditulis saat server bermasalah');
  await expect(state(page)).toContainText('1 belum terkirim');
  await page.locator('.nav__link[href="/latihan/app/kirim"]').click();
  await expect(page.locator('main .banner')).toContainText('Percobaan berikutnya', PATIENT);
  await fault(page, 'none').click();
  await expect(state(page)).toContainText('Semua terkirim', PATIENT);
  await page.goBack();

  // A slow signal: it stays unsent for longer than anybody would wait, and arrives.
  await fault(page, 'slow').click();
  await note(page, LAPSE, 'Ditulis dengan sinyal lambat');
  const written = Date.now();
  await expect(state(page)).toContainText('1 belum terkirim');
  await expect(state(page)).toContainText('Semua terkirim', PATIENT);
  expect(Date.now() - written).toBeGreaterThan(2_000);

  // The device is nearly full: a file is refused alone, text is kept.
  await fault(page, 'full').click();
  await page.locator('a[href$="/catat/document"]').first().click();
  await expect(page).toHaveURL(/\/draf\//, PATIENT);
  await page.locator('[id="title"]').fill('Surat yang tidak muat');
  await page.locator('input[type=file][multiple]').first().setInputFiles([PDF_FILE()]);
  await expect(page.locator('.file-row--failed')).toContainText('Penyimpanan perangkat penuh', PATIENT);
  await expect(page.locator('.save-state')).toContainText('Tersimpan di perangkat');
  await fault(page, 'none').click();
  await page.locator('.nav__link[href="/latihan/app/perkara"]').click();
  await page.locator('.docket__row').getByRole('link').first().click();

  // The session has run out: work goes on, and any password opens a new one.
  await fault(page, 'expired').click();
  await expect(page.locator('.shell__notices')).toContainText('Sesi server berakhir', PATIENT);
  await note(page, LAPSE, 'Ditulis tanpa sesi');
  await page.locator('.shell__notices').getByRole('link', { name: 'Masuk lagi' }).click();
  await page.locator('#password').fill('apa saja');
  await page.locator('main').getByRole('button', { name: 'Masuk lagi' }).click();
  await expect(state(page)).toContainText('Semua terkirim', PATIENT);
  await expect(fault(page, 'none')).toHaveAttribute('aria-pressed', 'true');

  // A second officer edits now: their act arrives while this page is open.
  await page.locator('.nav__link[href="/latihan/app/perkara"]').click();
  await page.locator('.docket__row').getByRole('link').first().click();
  await page.getByRole('button', { name: 'Petugas kedua bekerja sekarang' }).click();
  await expect(page.getByText('Petugas kedua sudah mencatat.')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Linimasa' })).toContainText('Petugas Kedua', PATIENT);

  // An update arrives: it is offered, and taken where the person is.
  await page.getByRole('button', { name: 'Versi baru datang' }).click();
  await expect(page.locator('.shell__notices')).toContainText('Versi baru siap');
  const { pathname } = new URL(page.url());
  await reloading(page, () => page.getByRole('button', { name: 'Perbarui sekarang' }).click());
  await atStep(page, 1, 3);
  expect(new URL(page.url()).pathname).toBe(pathname);
  await expect(page.locator('.shell__notices')).not.toContainText('Versi baru siap');
});

test('leaps move deadlines, warnings and holidays', async ({ trainee }) => {
  const page = await trainee({ size: 'desktop' });
  await opened(page, PART, 5);
  const due = page.locator('#tenggat .deadline').filter({ hasText: 'Batas putusan' });
  await expect(due).toContainText('Hari ini', PATIENT);
  await openTools(page);
  // Twelve working days from the seventh of August, over the holidays of the 17th and the 25th.
  const days = page.locator('#training-day option');
  await expect(days.filter({ hasText: 'hari ke-11:' })).toContainText('26 Agustus 2026');
  await expect(days.filter({ hasText: 'hari ke-12:' })).toContainText('27 Agustus 2026');
  await expect(days.filter({ hasText: /: .*(17|25) Agustus/ })).toHaveCount(0);
  const leap = page.locator('#training-day');
  await reloading(page, async () => leap.selectOption(await days.filter({ hasText: 'hari ke-11:' }).getAttribute('value')));
  await expect(page.locator('.training-bar__clock')).toContainText('Rab 26/8/26, 09.00', PATIENT);
  await expect(due).toContainText('Tersisa 1 hari kerja', PATIENT);

  await openTools(page);
  await page.locator('#training-date').fill('28 8 2026 10.00');
  await reloading(page, () => page.getByRole('button', { name: 'Pindahkan' }).click());
  await expect(page.locator('.training-bar__clock')).toContainText('Jum 28/8/26, 10.00', PATIENT);
  await expect(due).toContainText('Lewat 1 hari kerja', PATIENT);
  await openTools(page);
  await reloading(page, () => page.getByRole('button', { name: 'Maju 1 hari' }).click());
  await expect(page.locator('.training-bar__clock')).toContainText('Sab 29/8/26, 10.0', PATIENT);
  await openTools(page);
  // What is no date moves nothing.
  await page.locator('#training-date').fill('besok');
  await page.getByRole('button', { name: 'Pindahkan' }).click();
  await expect(page.locator('#training-date')).toHaveValue('besok');
});

test('roles change without a password, and a press that is confirmed begins anew', async ({ trainee }) => {
  const page = await trainee({ size: 'desktop' });
  await opened(page, FREE);
  await changeTo(page, 'rina');
  await expect(page.locator('.top-bar__who')).toContainText('Rina Latihan');
  await page.locator('.nav__link[href="/latihan/app/perkara"]').click();
  await page.locator('.docket__row', { hasText: 'Partai Perahu Harapan' }).getByRole('link').first().click();
  await expect(page.getByRole('link', { name: 'Periksa formal dan materiil' }).first()).toBeVisible(PATIENT);
  await note(page, FREE, 'Hanya dalam permainan ini');
  await expect(page.getByRole('list', { name: 'Linimasa' })).toContainText('Rina Latihan');
  // The centre reads the same case, and records none of the office's acts.
  await changeTo(page, 'pusat');
  await expect(page.locator('.top-bar__who')).toContainText('Bagus Latihan');
  await page.locator('.nav__link[href="/latihan/app/perkara"]').click();
  await page.locator('.docket__row', { hasText: 'Partai Perahu Harapan' }).getByRole('link').first().click();
  await expect(page.locator('.identity-bar')).toContainText('Partai Perahu Harapan', PATIENT);
  await expect(page.getByRole('list', { name: 'Linimasa' })).toContainText('Rina Latihan');
  await expect(page.locator('.identity-bar .button--primary')).toHaveCount(0);

  await openTools(page);
  const reset = page.getByRole('button', { name: 'Ulang skenario' });
  const sure = page.getByRole('button', { name: 'Tekan sekali lagi untuk mengulang dari awal' });
  await reset.click();
  await expect(sure).toBeVisible();
  // Left for another place, it asks again.
  await page.locator('#training-date').focus();
  await expect(reset).toBeVisible();
  await reset.click();
  const began = Date.now();
  await reloading(page, () => sure.click());
  await expect(page.locator('.top-bar__who')).toContainText('Nurul Latihan', PATIENT);
  test.info().annotations.push({ type: 'reset', description: `${Date.now() - began} ms` });
  await page.locator('.nav__link[href="/latihan/app/perkara"]').click();
  await page.locator('.docket__row', { hasText: 'Partai Perahu Harapan' }).getByRole('link').first().click();
  await expect(page.getByRole('list', { name: 'Linimasa' })).toContainText('Terima permohonan', PATIENT);
  await expect(page.getByRole('list', { name: 'Linimasa' })).not.toContainText('Hanya dalam permainan ini');
});

test('the certificate is of what was done, and its code reaches the trainer\'s sheet, also mistyped or foreign', async ({ trainee }) => {
  test.setTimeout(90_000);
  const page = await trainee();
  await page.goto('/latihan/tidak-hadir-dua-kali/sertifikat');
  await expect(page.locator('main')).toContainText('belum diselesaikan', PATIENT);
  await opened(page, LAPSE, 3);
  await page.getByRole('button', { name: 'Beri petunjuk' }).click();
  await expect(page.locator('.training-step__hint')).toContainText('huruf f');
  await goWrong(page, LAPSE, 2);
  await solve(page, LAPSE, 2);
  await page.getByRole('link', { name: 'Lihat tanda praktik' }).click();
  const certificate = page.locator('.training-certificate');
  // One step of three was done here; a hint costs four, a wrong way eight.
  await expect(certificate).toContainText('21 / 100', PATIENT);
  await page.locator('#name').fill('Siti Rahma');
  await expect(certificate.locator('.training-certificate__name')).toHaveText('Siti Rahma');
  const code = await certificate.locator('.training-code').textContent();
  expect(code).toMatch(/^LATIHAN(-[0-9A-HJKMNP-TV-Z]{1,5})+$/);

  // On paper: the certificate with its mark, no bar.
  await page.emulateMedia({ media: 'print' });
  await expect(certificate).toBeVisible();
  await expect(certificate).toContainText('LATIHAN');
  await expect(page.locator('.training-watermark')).toBeVisible();
  await expect(page.locator('.training-bar__line')).toBeHidden();
  await expect(page.locator('#name')).toBeHidden();

  const trainer = await trainee({ size: 'desktop' });
  await trainer.goto('/latihan/pelatih');
  const mistyped = code.slice(0, -1) + (code.endsWith('7') ? '8' : '7');
  await trainer.locator('#codes').fill(`Siti (09.12): ${code.toLowerCase()}\nBudi: ${mistyped}\n\nhalo semua`);
  await trainer.getByRole('button', { name: 'Kumpulkan' }).click();
  const row = trainer.locator('.training-table tbody tr');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('Siti Rahma');
  await expect(row).toContainText(LAPSE.scenario.title.id);
  await expect(row).toContainText('21');
  await expect(trainer.locator('.training-problems')).toContainText('salah ketik');
  await expect(trainer.locator('.training-problems')).toContainText('halo semua bukan kode latihan');
  await expect(trainer.locator('#codes')).toHaveValue(/halo semua/);
  // Read by a camera, the code is the address of the sheet. What is there already stays once.
  await trainer.goto(`/latihan/pelatih?kode=${code}`);
  await expect(row).toHaveCount(1, PATIENT);
  await trainer.reload();
  await expect(row).toHaveCount(1, PATIENT);
  const [download] = await Promise.all([trainer.waitForEvent('download'), trainer.getByRole('button', { name: 'Simpan CSV' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^LATIHAN-.*\.csv$/);
  expect(fs.readFileSync(await download.path(), 'utf8')).toContain('Siti Rahma');
  const clear = trainer.getByRole('button', { name: 'Kosongkan lembar' });
  await clear.click();
  await expect(trainer.getByRole('button', { name: 'Tekan sekali lagi untuk mengosongkan' })).toBeVisible();
  // Left alone for a while, it asks again.
  await expect(clear).toBeVisible(PATIENT);
  await clear.click();
  await expect(row).toHaveCount(1);
  await trainer.getByRole('button', { name: 'Tekan sekali lagi untuk mengosongkan' }).click();
  await expect(row).toHaveCount(0);
});

test('every page has a tour that shows what is on it', async ({ trainee }) => {
  test.setTimeout(90_000);
  const page = await trainee({ size: 'tablet', toured: false });
  await opened(page, PART, 5);
  const tour = page.locator('.training-tour');
  // The frame's own comes once by itself.
  await expect(tour).toContainText('1/4', PATIENT);
  for (const stop of ['2/4', '3/4', '4/4']) {
    await tour.getByRole('button', { name: 'Berikutnya' }).click();
    await expect(tour).toContainText(stop);
    await expect(page.locator('.training-spot')).toBeInViewport();
  }
  await tour.getByRole('button', { name: 'Berikutnya' }).click();
  await expect(tour).toHaveCount(0);
  await page.reload();
  await expect(page.locator('main h1').filter({ visible: true }).first()).toBeVisible(PATIENT);
  await expect(tour).toHaveCount(0);

  const path = new URL(page.url()).pathname;
  const pages = ['', '/permohonan/baru', '/perkara', path.slice('/latihan/app'.length), '/jadwal', '/rekap', '/kirim', '/pengaturan', '/kendala', '/bantuan', '/publik',
    `${path.slice('/latihan/app'.length)}/tanda-terima`, `${path.slice('/latihan/app'.length)}/catat/note`];
  for (const one of pages) {
    await page.goto(`/latihan/app${one}`);
    await expect(page.locator('main h1').filter({ visible: true }).first()).toBeVisible(PATIENT);
    await openTools(page);
    await page.getByRole('button', { name: 'Tur halaman ini' }).click();
    await expect(tour, one).toContainText(/^1\/\d/, PATIENT);
    await expect(page.locator('.training-spot')).toBeInViewport();
    // By keys: on, back, and out.
    await tour.press('ArrowRight');
    await expect(tour.filter({ hasText: /^1\//})).toHaveCount(0);
    if (await tour.count()) await tour.press('Escape');
    await expect(tour).toHaveCount(0);
  }

  // Left in the middle it goes on from there; one can go back in it; what it shows stays usable; and the focus comes home.
  await page.goto(`/latihan/app${path.slice('/latihan/app'.length)}`);
  await expect(page.locator('.identity-bar')).toBeVisible(PATIENT);
  await openTools(page);
  const begin = page.getByRole('button', { name: 'Tur halaman ini' });
  await begin.click();
  await expect(tour).toContainText(/^1\/\d/, PATIENT);
  await expect(tour).toHaveRole('dialog');
  await expect(tour).toBeFocused();
  await tour.getByRole('button', { name: 'Berikutnya' }).click();
  await expect(tour).toContainText(/^2\/\d/);
  const why = page.locator('main summary').first();
  await why.click();
  await expect(page.locator('main details').first()).toHaveAttribute('open', '');
  await tour.getByRole('button', { name: 'Tutup tur' }).click();
  await expect(tour).toHaveCount(0);
  await expect(begin).toBeFocused();
  await begin.click();
  await expect(tour).toContainText(/^2\/\d/, PATIENT);
  await tour.getByRole('button', { name: 'Sebelumnya' }).click();
  await expect(tour).toContainText(/^1\/\d/);
});

test('a scenario is printed as a sheet for the trainer, and as one for those who take part without an answer in it', async ({ trainee }) => {
  const page = await trainee({ size: 'desktop' });
  const { scenario } = FIRST;
  const [step] = scenario.step;
  await page.goto(`/latihan/${scenario.key}/catatan`);
  const main = page.locator('main');
  await expect(main).toContainText(step.learnt.id, PATIENT);
  await expect(main).toContainText(step.hint[0].id);
  await page.getByRole('link', { name: 'Lembar peserta' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Lembar peserta' })).toBeVisible(PATIENT);
  await expect(main).toContainText(scenario.story.id);
  for (const one of scenario.step) await expect(main).toContainText(one.todo.id);
  for (const answer of scenario.step.flatMap((one) => [one.learnt.id, ...(one.hint ?? []).map((hint) => hint.id), ...(one.wrong ?? []).map((wrong) => wrong.why.id)])) {
    await expect(main).not.toContainText(answer);
  }
  await expect(main).toContainText(`/latihan/${scenario.key}/langkah-1`);
  await expect(main.locator('.training-qr')).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: 'Cetak' })).toHaveCount(0);
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await expect(main.locator('.training-qr')).toBeVisible();
});

test('whatever leaves training says so: screens, papers, prints and names of files', async ({ trainee }) => {
  test.setTimeout(90_000);
  const page = await trainee({ size: 'desktop' });
  await opened(page, PART, 5);
  const id = new URL(page.url()).pathname.split('/perkara/')[1];
  const saved = async (press) => {
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: 30_000 }), press()]);
    expect(download.suggestedFilename()).toMatch(/^LATIHAN-/);
    return fs.readFileSync(await download.path());
  };
  for (const [path, print] of [[`/perkara/${id}`, false], [`/perkara/${id}/linimasa`, false], [`/perkara/${id}/tanda-terima`, true], [`/perkara/${id}/berkas`, true], ['/jadwal', true], ['/rekap', true], ['', false]]) {
    await page.goto(`/latihan/app${path}`);
    await expect(page.locator('main h1').filter({ visible: true }).first()).toBeVisible(PATIENT);
    await expect(page.locator('.training-bar__mark')).toContainText('LATIHAN');
    await expect(page.locator('.training-watermark')).toBeVisible();
    if (print) {
      await page.emulateMedia({ media: 'print' });
      await expect(page.locator('.training-watermark'), path).toBeVisible();
      await page.emulateMedia({ media: null });
    }
  }
  await page.goto(`/latihan/app/perkara/${id}/tanda-terima`);
  await expect(page.locator('.sheet')).toContainText('LATIHAN', PATIENT);
  await expect(page.locator('.sheet')).toContainText('LATIHAN-01/PS.PNM.LG');
  const pdf = await saved(() => page.getByRole('button', { name: 'Simpan PDF' }).click());
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  await page.goto('/latihan/app/rekap');
  const csv = await saved(() => page.getByRole('button', { name: /CSV/ }).first().click());
  expect(csv.toString()).toContain('LATIHAN');
  await page.goto('/latihan/app/kirim/kapsul');
  await expect(page.locator('main h1')).toBeVisible(PATIENT);
});

for (const [size, colorScheme] of [['phone', 'light'], ['desktop', 'dark']]) {
  test(`axe finds nothing on the pages of training, ${size}, ${colorScheme}`, async ({ trainee }) => {
    test.setTimeout(90_000);
    const page = await trainee({ size, colorScheme, toured: false });
    const axe = async (where) => {
      // The mark laid across everything is meant to be faint; the bar says the same in full strength.
      const { violations } = await new AxeBuilder({ page }).exclude('.training-watermark').analyze();
      expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`), where).toEqual([]);
    };
    await page.goto('/latihan');
    await expect(page.locator('.training-row').first()).toBeVisible(PATIENT);
    await axe('list');
    await opened(page, FIRST, 2);
    await expect(page.locator('.training-tour')).toBeVisible(PATIENT);
    await axe('tour');
    await page.getByRole('button', { name: 'Tutup tur' }).click();
    await openTools(page);
    await axe('guide and tools');
    await page.goto('/latihan/pelatih');
    await page.locator('#codes').fill('halo');
    await page.getByRole('button', { name: 'Kumpulkan' }).click();
    await axe('trainer');
    await page.goto('/latihan/permohonan-pertama/catatan');
    await expect(page.locator('h2').first()).toBeVisible(PATIENT);
    await axe('notes');
  });
}
