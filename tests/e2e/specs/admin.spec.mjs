// What the centre and a device look after: accounts from their creation to their lock and from a table, dates that a calendar would move,
// what the public sees beforehand, another server, the diagnostic file, keys, and taking everything away again.

import fs from 'node:fs';

import { SHORT_CASE, allSent, arrive, beginPetition, fillPetition, signIn, wholePetition } from '../support/app.mjs';
import { violationsOf } from '../support/axe.mjs';
import { ACCOUNTS, Backend } from '../support/backend.mjs';
import { play, scenario } from '../support/scenario.mjs';
import { databaseOf } from '../support/storage.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

async function axe(page, where) {
  await expect(page.locator('.skeleton')).toHaveCount(0, PATIENT);
  const violations = await violationsOf(page);
  expect(violations.map((one) => `${one.id}: ${one.nodes[0].target}`), where).toEqual([]);
}

const narrow = (page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
const give = async (page, fields) => {
  for (const [id, text] of Object.entries(fields)) await page.locator(`[id="${id}"]`).fill(text);
};

test('an account is created, works, is locked and refused; a table is imported without its bad rows', async ({ device, backend }) => {
  test.setTimeout(120_000);
  const centre = await device({ size: 'desktop' });
  await arrive(centre, ACCOUNTS.pusat);
  await centre.goto('/pengaturan');
  await centre.getByRole('link', { name: 'Akun petugas' }).click();
  await expect(centre.getByRole('link', { name: 'Rina Marlina' })).toBeVisible(PATIENT);
  await axe(centre, 'accounts');
  await centre.getByRole('link', { name: 'Akun baru' }).click();
  await give(centre, { name: 'Budi Santoso, S.H.', username: 'Rina', reason: 'Petugas baru' });
  await centre.getByLabel('Kantor').selectOption('16.07');
  await centre.getByText('petugas penerima', { exact: true }).click();
  await centre.getByRole('button', { name: 'Buat akun' }).click();
  await expect(centre.getByRole('link', { name: /sudah dipakai/ })).toBeVisible(PATIENT);
  // What was typed stays, also over a reload.
  await centre.reload();
  await expect(centre.locator('[id="name"]')).toHaveValue('Budi Santoso, S.H.', PATIENT);
  await axe(centre, 'a new account');
  await give(centre, { username: 'budi.santoso' });
  await centre.getByRole('button', { name: 'Buat akun' }).click();
  await expect(centre.getByRole('heading', { name: 'Akun dibuat' })).toBeVisible(PATIENT);
  const password = (await centre.locator('.summary-list dd').nth(1).innerText()).trim();
  expect(password).toMatch(/^([a-z]{4}-){4}[a-z]{4}$/);
  await centre.getByRole('link', { name: 'Riwayat' }).click();
  await expect(centre.getByText(/^Dibuat: 16\.07/)).toBeVisible(PATIENT);
  await expect(centre.locator('main')).not.toContainText(password);

  const budi = await device();
  await budi.goto('/');
  await signIn(budi, { username: 'budi.santoso', password });
  await expect(budi.locator('.top-bar__who')).toContainText('Banyuasin');

  await give(centre, { reason: 'Pindah tugas' });
  await centre.getByRole('button', { name: 'Kunci akun' }).click();
  await centre.getByRole('dialog').getByRole('button', { name: 'Kunci akun' }).click();
  await expect(centre.getByText('Dikunci', { exact: true }).first()).toBeVisible(PATIENT);
  await axe(centre, 'a locked account');
  await budi.goto('/pengaturan');
  await budi.getByRole('button', { name: 'Keluar', exact: true }).click();
  await budi.getByLabel('Nama pengguna').fill('budi.santoso');
  await budi.locator('#password').fill(password);
  await budi.getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(budi.getByRole('alert')).toContainText('Mungkin akun ini dikunci', PATIENT);

  // The last of the centre stays, whoever asks.
  await centre.goto(`/pengaturan/akun/${ACCOUNTS.pusat.id}`);
  await expect(centre.getByRole('heading', { level: 1, name: ACCOUNTS.pusat.name })).toBeVisible(PATIENT);
  await give(centre, { reason: 'Coba' });
  await centre.getByRole('button', { name: 'Kunci akun' }).click();
  await centre.getByRole('dialog').getByRole('button', { name: 'Kunci akun' }).click();
  await expect(centre.getByRole('link', { name: /admin pusat terakhir/ })).toBeVisible(PATIENT);

  await centre.goto('/pengaturan/akun-impor');
  const table = 'Nama;Nama pengguna;Kantor;Peran\r\n"Sari, S.H.";sari;16.07;petugas penerima\r\nRina;rina;16.07;operator SIPS\r\n=1+1;bagus;99.99;hakim\r\nTono;tono;Bawaslu Kabupaten Banyuasin;petugas penerima + operator SIPS\r\n';
  await centre.locator('input[type=file]').first().setInputFiles({ name: 'akun.csv', mimeType: 'text/csv', buffer: Buffer.from(table, 'latin1') });
  await expect(centre.getByText('Pemisah kolom: titik koma · UTF-8')).toBeVisible(PATIENT);
  await expect(centre.getByText('2 baris siap dibuat. 2 baris belum dapat dibuat.')).toBeVisible(PATIENT);
  await expect(centre.getByRole('row', { name: /Baris 3 Rina/ })).toContainText('sudah dipakai');
  await expect(centre.getByRole('row', { name: /Baris 4 =1\+1/ })).toContainText('bukan nama peran');
  await axe(centre, 'an import');
  await give(centre, { reason: 'Daftar petugas 2026' });
  await centre.getByRole('button', { name: /^Buat akun dari baris yang siap \(2\)/ }).click();
  await expect(centre.getByText('2 akun dibuat')).toBeVisible(PATIENT);
  const [download] = await Promise.all([centre.waitForEvent('download'), centre.getByRole('button', { name: 'Simpan daftar kata sandi' }).click()]);
  const row = fs.readFileSync(await download.path(), 'utf8').split('\r\n').find((line) => line.startsWith('sari;'));
  await backend.signIn({ username: 'sari', password: row.split(';').at(-1) });

  // Budi's device told what it had not sent before it was signed out.
  await centre.goto('/pengaturan/perangkat');
  await expect(centre.locator('main .row', { hasText: 'Budi Santoso' })).toContainText('Semua terkirim', PATIENT);
  await axe(centre, 'devices');
  await centre.setViewportSize({ width: 360, height: 740 });
  for (const address of ['/pengaturan/perangkat', '/pengaturan/akun', '/pengaturan/akun-baru', '/pengaturan/akun-impor']) {
    await centre.goto(address);
    await expect(centre.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
    await expect(centre.locator('.skeleton')).toHaveCount(0, PATIENT);
    expect(await narrow(centre), address).toBe(true);
  }
  // Without the server nothing is changed, and the page says why.
  await backend.stop();
  await centre.getByRole('link', { name: 'Akun petugas' }).click();
  await expect(centre.getByText('Belum dapat diambil')).toBeVisible(PATIENT);
});

test('a preview shows what the public then reads, and a calendar the dates that it moves', async ({ device, backend }) => {
  test.setTimeout(180_000);
  const page = await device({ size: 'tablet' });
  await arrive(page, ACCOUNTS.nurul);
  const told = scenario('case-01', '1');
  const upto = told.steps.findIndex((step) => step.act === 'register' && !step.refused);
  const id = await play(page, { ...told, steps: told.steps.slice(0, upto) });
  await allSent(page);

  // Before it is registered nothing is public; the check page of the act shows what would be.
  await page.goto(`/perkara/${id}/publik`);
  await expect(page.getByText('Tidak ada yang terbuka bagi publik')).toBeVisible(PATIENT);
  await page.goto(`/perkara/${id}`);
  await page.locator(`a[href^="/perkara/${id}/catat/register"]`).first().click();
  await expect(page).toHaveURL(/\/draf\/[0-9a-f-]{36}/, PATIENT);
  const [date, time] = told.steps[upto].at.split(' ');
  await give(page, { on: date, at: time });
  await page.getByRole('button', { name: 'Periksa jawaban' }).click();
  await page.getByRole('link', { name: 'Tampilan untuk publik' }).click();
  await expect(page.getByText('Baru oleh tindakan ini')).toBeVisible(PATIENT);
  await axe(page, 'a preview');
  // The number is the server's and comes with it.
  const lines = async () => (await page.locator('main .row .row__body').first().locator('p:not(.row__title)').allInnerTexts()).join('\n');
  const preview = await lines();
  expect(preview).toContain('Partai Lumbung Rakyat');
  await page.getByRole('link', { name: 'Periksa jawaban' }).click();
  await page.getByRole('button', { name: 'Catat', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/perkara/${id}$`), PATIENT);
  await allSent(page);
  await page.goto('/publik/permohonan');
  await expect(page.locator('main .row').first()).toBeVisible(PATIENT);
  expect(await lines()).toBe(preview);
  // The server searches, as words sound, and by kind and area.
  await page.getByText('Saringan', { exact: true }).click();
  await page.getByLabel('Kode wilayah').fill('16.08');
  await expect(page.getByText('Tidak ada yang cocok.')).toBeVisible(PATIENT);
  await page.getByLabel('Kode wilayah').fill('16');
  await page.getByLabel('Cari', { exact: true }).fill('loemboeng');
  await expect(page.locator('main .row').first()).toContainText('Partai Lumbung Rakyat', PATIENT);
  await expect(page).toHaveURL(/daerah=16/);
  await axe(page, 'public search');

  const centre = await device({ size: 'desktop' });
  await arrive(centre, ACCOUNTS.pusat);
  await expect(centre.locator('.docket__row, .row').first()).toBeVisible(PATIENT);
  await centre.goto('/pengaturan/tabel/year/id/2026');
  const days = centre.locator('[id="days"]');
  await expect(days).toHaveValue(/1\/1\/2026; nasional/, PATIENT);
  await days.fill(`${(await days.inputValue()).replace('17/8/2026', '9/7/2026; cuti bersama; Tambahan\n17/8/2026')}`);
  await give(centre, { source: 'SKB Tiga Menteri 2/2026', reason: 'Cuti bersama ditambah.' });
  await centre.getByRole('button', { name: 'Simpan versi baru' }).click();
  await expect(centre.getByRole('heading', { name: /^Tenggat yang akan bergeser \([1-9]/ })).toBeVisible(PATIENT);
  await expect(centre.getByRole('cell', { name: /\(\+3 hari kemudian\)/ }).first()).toBeVisible();
  await axe(centre, 'moved dates');
  await centre.getByRole('button', { name: 'Simpan versi baru' }).click();
  await expect(centre.getByText('Versi baru tersimpan di server')).toBeVisible(PATIENT);
});

test('another server is looked at step by step and never mixed up with this one', async ({ browser, watch }) => {
  test.setTimeout(150_000);
  const other = await new Backend(0, []).start();
  const own = await new Backend(0, ['--connect-src', other.url]).start();
  const context = await browser.newContext({ locale: 'id-ID', timezoneId: 'Asia/Jakarta', baseURL: own.url, viewport: { width: 360, height: 740 } });
  try {
    watch.context(context, [own.url, other.url]);
    // What is looked at on purpose.
    watch.allow(/Content Security Policy|CORS policy|request to/);
    context.setDefaultTimeout(8_000);
    const page = await context.newPage();
    await arrive(page);
    const draft = await beginPetition(page);
    await fillPetition(page, draft, { termohon: SHORT_CASE.termohon ?? { respondent_name: 'KPU Kabupaten Banyuasin' } });
    await page.goto('/pengaturan');
    await page.getByRole('link', { name: 'Server', exact: true }).click();
    const look = async (address) => {
      await page.getByLabel('Alamat server').fill(address);
      await page.getByRole('button', { name: 'Periksa' }).click();
      await expect(page.getByRole('heading', { name: 'Yang ditemukan' })).toBeVisible(PATIENT);
    };
    await look(`${other.url}/v1/x`);
    await expect(page.getByText('Alamat terbaca: gagal')).toBeVisible();
    await look('http://sips.example');
    await expect(page.getByText('Memakai https: gagal')).toBeVisible();
    await look('https://sips.example');
    await expect(page.getByText(/dilarang memanggil server lain/)).toBeVisible(PATIENT);
    await look(other.url);
    await expect(page.getByText('Boleh dipanggil dari aplikasi ini: gagal')).toBeVisible(PATIENT);
    await expect(page.getByText(own.url, { exact: false }).last()).toBeVisible();
    await axe(page, 'a server that does not fit');
    other.words = ['--allow-origin', own.url, '--training'];
    await other.stop();
    // A page is not told why: also that of a certificate which is refused.
    await look(other.url);
    await expect(page.getByText('Ada yang menjawab: gagal')).toBeVisible(PATIENT);
    await expect(page.getByText(/sertifikatnya tidak sah atau kedaluwarsa, atau jam perangkat ini sangat salah sehingga sertifikat ditolak/)).toBeVisible();
    await other.start();
    await look(other.url);
    await expect(page.getByText(/Ini server latihan/)).toBeVisible(PATIENT);
    other.words = ['--allow-origin', own.url];
    await other.stop();
    await other.start();
    await look(other.url);
    await expect(page.getByText('Server ini dapat dipakai.')).toBeVisible(PATIENT);
    expect(await narrow(page)).toBe(true);
    await page.getByRole('button', { name: 'Pakai server ini' }).click();
    await expect(page.getByRole('dialog')).toContainText('Belum terkirim ke server yang sekarang: 1');
    await page.getByRole('dialog').getByRole('button', { name: 'Ganti' }).click();
    await expect(page.getByRole('link', { name: `Server: ${other.url}` })).toBeVisible(PATIENT);

    // The same person at another server: nothing of the first one is here, and what is made goes there.
    await signIn(page);
    await expect(page.locator(`a[href^="/draf/${draft}"]`)).toHaveCount(0);
    await wholePetition(page);
    await allSent(page);
    expect((await other.cases()).size).toBe(1);
    expect((await own.cases()).size).toBe(0);

    await page.goto('/pengaturan/server');
    await look('');
    await page.getByRole('button', { name: 'Pakai server ini' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Ganti' }).click();
    await signIn(page);
    await expect(page.locator(`a[href^="/draf/${draft}"]`).first()).toBeVisible(PATIENT);
  } finally {
    await context.close();
    await other.dispose();
    await own.dispose();
  }
});

test('keys lead, a diagnostic file tells no name, and what is here is taken away on purpose', async ({ device }) => {
  test.setTimeout(120_000);
  const page = await device({ size: 'desktop' });
  await arrive(page);
  await wholePetition(page);
  await allSent(page);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await expect(page).toHaveURL(/\/perkara$/);
  await expect(page.locator('#search')).toBeVisible(PATIENT);
  await page.keyboard.press('/');
  await expect(page.locator('#search')).toBeFocused();
  // In a field they are letters.
  await page.keyboard.type('n?g');
  await expect(page.locator('#search')).toHaveValue('n?g');
  await expect(page).toHaveURL(/\/perkara/);
  await page.locator('h1').click();
  await page.keyboard.press('n');
  await expect(page).toHaveURL(/\/permohonan\/baru$/);
  await page.keyboard.press('?');
  await expect(page.getByRole('heading', { level: 1, name: 'Pintasan papan ketik' })).toBeVisible(PATIENT);
  await axe(page, 'keys');
  await page.getByText('Pakai pintasan', { exact: true }).click();
  await page.locator('h1').click();
  await page.keyboard.press('n');
  await page.keyboard.press('?');
  await expect(page).toHaveURL(/\/pengaturan\/pintasan$/);

  for (const address of ['/pengaturan/aksesibilitas', '/pengaturan/lisensi', '/pengaturan/diagnostik']) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
    await axe(page, address);
  }
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Simpan berkas diagnostik' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^sips-diagnostik-.*\.json$/);
  const text = fs.readFileSync(await download.path(), 'utf8');
  const told = JSON.parse(text);
  expect([told.counts.cases, told.counts.drafts, told.sending.fresh]).toEqual([1, 0, true]);
  for (const secret of ['Siti', 'Rahma', 'Betung', 'Rina', 'Marlina', ACCOUNTS.rina.id, 'Token']) expect(text).not.toContain(secret);

  await beginPetition(page);
  await fillPetition(page, new URL(page.url()).pathname.split('/')[2], { termohon: { respondent_name: 'KPU' } });
  await page.goto('/pengaturan');
  await page.getByRole('button', { name: 'Hapus data akun saya' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('1 draf');
  // Not before the box is ticked; the button says why. Playwright itself would not press it.
  await dialog.getByRole('button', { name: 'Hapus', exact: true }).click({ force: true });
  await expect(dialog.getByText('Centang dahulu pernyataan di atas.')).toBeVisible();
  await dialog.getByText('Saya mengerti: yang belum terkirim hilang').click();
  await dialog.getByRole('button', { name: 'Hapus', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Masuk' })).toBeVisible(PATIENT);
  const left = await page.evaluate(async () => [(await indexedDB.databases()).map((one) => one.name), Object.keys(localStorage)]);
  expect(left[0].filter((name) => name.includes(ACCOUNTS.rina.id))).toEqual([]);
  expect(left[1].filter((key) => key.includes(ACCOUNTS.rina.id))).toEqual([]);
  // What the server holds comes back; no loss is told.
  await signIn(page);
  await page.goto('/perkara');
  await expect(page.locator('main').getByText('Siti Rahma').first()).toBeVisible(PATIENT);
});

test('erasing that the browser refuses is told: what happened, what is safe, what to do; and it can be done once nothing holds the data', async ({ device }) => {
  test.setTimeout(60_000);
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { termohon: { respondent_name: 'KPU' } });
  // Another tab that does not let go, as a frozen one.
  const other = await page.context().newPage();
  await other.goto('/robots.txt');
  await other.evaluate(
    (name) => new Promise((resolve) => (indexedDB.open(name).onsuccess = (event) => ((window.held = event.target.result), resolve()))),
    databaseOf(),
  );
  await page.goto('/pengaturan');
  await page.getByRole('button', { name: 'Hapus data akun saya' }).click(PATIENT);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Saya mengerti: yang belum terkirim hilang').click();
  await dialog.getByRole('button', { name: 'Hapus', exact: true }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Data belum terhapus', PATIENT);
  await expect(alert).toContainText('Anda sudah keluar.');
  await expect(alert).toContainText('Yang sudah diterima server tetap aman di sana. Yang belum terkirim masih ada di perangkat ini');
  await expect(alert).toContainText('Tutup semua tab lain aplikasi ini, lalu tekan Coba lagi.');
  await axe(page, 'erasing that was refused');
  // A start in between knows it still.
  await page.reload();
  await expect(alert).toContainText('Data belum terhapus', PATIENT);
  await other.close();
  await page.getByRole('button', { name: 'Coba lagi' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Masuk' })).toBeVisible(PATIENT);
  const left = await page.evaluate(async () => [(await indexedDB.databases()).map((one) => one.name), Object.keys(localStorage)]);
  expect(left[0].filter((name) => name.includes(ACCOUNTS.rina.id))).toEqual([]);
  expect(left[1].filter((key) => key.includes(ACCOUNTS.rina.id) || key.includes('erasing'))).toEqual([]);
  await page.goto('/pengaturan/penghapusan');
  await expect(page.getByText('Tidak ada penghapusan yang belum selesai.')).toBeVisible(PATIENT);
});

test('who may not look at the accounts is told so, and one press leads home', async ({ device }) => {
  const page = await device({ size: 'phone' });
  await arrive(page);
  await page.goto('/pengaturan/akun');
  const told = page.locator('main .empty-state');
  await expect(told).toBeVisible(PATIENT);
  await told.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible();
});
