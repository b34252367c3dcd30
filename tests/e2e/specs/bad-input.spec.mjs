// What people, files, networks and browsers hand in that is not as it should be: each has a clear message, in both
// languages where there are words, and nothing that was typed is lost.

import fs from 'node:fs';

import {
  RECEPTION_NUMBER,
  SHORT_CASE,
  allSent,
  arrive,
  beginPetition,
  field,
  fillPetition,
  openCheck,
  openSection,
  readyForOffline,
  receive,
  saved,
  signIn,
  wholePetition,
} from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { BROKEN_PICTURE, EMPTY_FILE, EXE_NAMED_PDF, HTML_NAMED_JPG, PDF_FILE, PHOTO_FILE, hugeFile } from '../support/files.mjs';
import { CAPTIVE_PORTAL } from '../support/gate.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

async function attempt(page, name, password) {
  const english = (await page.locator('html').getAttribute('lang')) === 'en';
  await page.locator('#username').fill(name);
  await page.locator('#password').fill(password);
  await page.getByRole('button', { name: english ? 'Sign in' : 'Masuk', exact: true }).click();
}

/** What stands in the way, on the check page. */
const toMend = (page) => page.locator('#to-mend');

/** The same message in both languages; the page ends in Indonesian. */
async function inBoth(page, locator, indonesian, english) {
  await expect(locator).toContainText(indonesian, PATIENT);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(locator).toContainText(english);
  await page.getByRole('button', { name: 'Bahasa Indonesia' }).click();
  await expect(locator).toContainText(indonesian);
}

/** A message of a page behind the sign-in: the switch of the language is in the settings, one link away. */
async function setLanguage(page, language) {
  await page.locator('.nav__link[href="/pengaturan"]').click();
  await page.getByText(language === 'en' ? 'English' : 'Bahasa Indonesia', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

test.describe('signing in', () => {
  test('empty, wrong, and too often', async ({ device }) => {
    const page = await device();
    await page.goto('/');
    const alert = page.getByRole('alert');
    await attempt(page, '', '');
    await inBoth(page, alert, 'Isi nama pengguna dan kata sandi.', 'Fill in user name and password.');
    await attempt(page, 'rina', 'salah');
    await inBoth(page, alert, 'Nama pengguna atau kata sandi tidak cocok.', 'User name and password do not fit.');
    await expect(page.locator('#username')).toHaveValue('rina');
    await expect(page.locator('#password')).toHaveValue('salah');
    await expect(async () => {
      await attempt(page, 'rina', 'salah');
      await expect(alert).toContainText('Terlalu banyak percobaan.', { timeout: 500 });
    }).toPass({ timeout: 20_000, intervals: [0] });
    await inBoth(page, alert, /Terlalu banyak percobaan\. Tunggu \d+ detik\./, /Too many attempts\. Wait \d+ seconds\./);
  });

  test('the server is down', async ({ device, backend, watch }) => {
    // The browser itself may still be fetching the service worker when the server goes.
    watch.allow(/^An unknown error occurred when fetching the script\.$/);
    const page = await device();
    await page.goto('/');
    await expect(page.locator('#username')).toBeVisible();
    await backend.stop();
    await attempt(page, 'rina', ACCOUNTS.rina.password);
    await inBoth(page, page.getByRole('alert'), 'Server belum terjangkau, dan akun ini belum pernah masuk di perangkat ini.', 'The server was not reached, and this account has never signed in on this device.');
    await backend.start();
    await attempt(page, 'rina', ACCOUNTS.rina.password);
    await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
  });

  for (const [title, answer, indonesian, english] of [
    ['500 with a page of HTML', { status: 500, headers: { 'content-type': 'text/html', 'sips-contract': '1' }, body: '<h1>Internal Server Error</h1>' }, 'Server sedang bermasalah.', 'The server has a fault.'],
    ['500 with HTML from a proxy', { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' }, 'Jaringan ini mengubah jawaban server', 'This network changes the server'],
    ['a Wi-Fi sign-in page', CAPTIVE_PORTAL, 'mungkin halaman masuk Wi-Fi', 'there may be a Wi-Fi sign-in page'],
    ['200 that is no JSON', { status: 200, headers: { 'content-type': 'application/json', 'sips-contract': '1' }, body: '{"accessToken": "ab' }, 'Jaringan ini mengubah jawaban server', 'This network changes the server'],
    ['200 that is other JSON', { status: 200, headers: { 'content-type': 'application/json', 'sips-contract': '1' }, body: '{"ok":true}' }, 'Jaringan ini mengubah jawaban server', 'This network changes the server'],
  ]) {
    test(title, async ({ device, gate }) => {
      const page = await device({ url: gate.url });
      await page.goto('/');
      await expect(page.locator('#username')).toBeVisible(PATIENT);
      gate.answer = (request) => (request.url === '/v1/session' ? answer : null);
      await attempt(page, 'rina', ACCOUNTS.rina.password);
      await inBoth(page, page.getByRole('alert'), indonesian, english);
      gate.answer = null;
      await attempt(page, 'rina', ACCOUNTS.rina.password);
      await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
    });
  }
});

const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

test('in the browser inside of another app nobody signs in; in Safari the way to install comes first', async ({ device }) => {
  const inside = 'Mozilla/5.0 (Linux; Android 14; SM-A155F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36 WhatsApp/2.24.11';
  const page = await device({ userAgent: inside });
  await page.goto('/');
  const screen = page.locator('.lock-screen');
  await inBoth(page, screen, 'Dibuka di dalam aplikasi lain', 'Opened inside another app');
  await inBoth(page, screen, 'Untuk bekerja, buka alamat ini di Chrome atau Safari, lalu pasang aplikasinya.', 'To work, open this address in Chrome or Safari, then install the app.');
  await expect(page.locator('#username')).toHaveCount(0);
  await expect(screen.locator('a[href="/latihan"]')).toBeVisible();
  await page.goto('/permohonan/baru');
  await expect(screen).toContainText('Dibuka di dalam aplikasi lain', PATIENT);

  const phone = await device({ userAgent: SAFARI });
  await phone.goto('/');
  await inBoth(phone, phone.locator('.lock-screen'), 'Pasang dahulu: ketuk Bagikan, lalu Tambah ke Layar Utama.', 'Install first: tap Share, then Add to Home Screen.');
  await expect(phone.locator('#username')).toBeVisible();
});

test('the settings show an iPhone how the app is installed, step by step with its signs, and why', async ({ device }) => {
  const phone = await device({ userAgent: SAFARI });
  await arrive(phone);
  await phone.goto('/pengaturan');
  const steps = phone.locator('ol > li', { hasText: /Bagikan|Layar Utama|layar utama/ });
  await expect(steps).toHaveCount(3, PATIENT);
  await expect(steps.locator('svg')).toHaveCount(3);
  await expect(phone.locator('main')).toContainText('datanya lebih aman dari penghapusan oleh peramban');
});

test('without a network no draft is begun in Safari outside of the installed app; those that are there can be gone on with', async ({ device }) => {
  const phone = await device({ userAgent: SAFARI });
  await arrive(phone);
  await readyForOffline(phone);
  const draft = await beginPetition(phone);
  await phone.context().setOffline(true);
  await phone.goto('/permohonan/baru');
  await phone.locator('main a[href^="/permohonan/baru/"]').first().click();
  await expect(phone.getByRole('heading', { level: 1, name: 'Draf baru tidak dimulai di Safari tanpa jaringan' })).toBeVisible(PATIENT);
  await expect(phone.locator('main')).toContainText('Draf yang sudah ada tetap tersimpan');
  await phone.goto(`/draf/${draft}/pokok`);
  await expect(field(phone, 'direct_loss')).toBeVisible(PATIENT);
  await phone.context().setOffline(false);
  await beginPetition(phone);
});

test.describe('the network while working', () => {
  for (const [title, answer, trouble] of [
    ['500 with a page of HTML', { status: 500, headers: { 'content-type': 'text/html', 'sips-contract': '1' }, body: '<h1>Oops</h1>' }, /Server sedang bermasalah atau sibuk/],
    ['a Wi-Fi sign-in page', CAPTIVE_PORTAL, /halaman masuk Wi-Fi/],
    ['200 that is no JSON', { status: 200, headers: { 'content-type': 'application/json', 'sips-contract': '1' }, body: 'OK' }, /halaman masuk Wi-Fi/],
  ]) {
    test(title, async ({ device, gate, backend }) => {
      const page = await device({ url: gate.url });
      await arrive(page);
      await allSent(page);
      gate.answer = (request) => (request.url.startsWith('/v1/') ? answer : null);
      await wholePetition(page);
      await expect(page.locator('.paper__number')).toContainText('Kode sementara');
      await page.locator('.nav__link[href="/kirim"]').click();
      // Three answers in a row, each after a wait that doubles.
      for (let tries = 0; tries < 3; tries += 1) await page.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
      await expect(page.locator('main')).toContainText(trouble, { timeout: 30_000 });
      await expect(page.locator('main')).toContainText('Menunggu kirim');
      expect((await backend.cases()).size, 'nothing reached the server').toBe(0);
      gate.answer = null;
      await page.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
      await allSent(page);
      await expect(page.getByRole('link', { name: RECEPTION_NUMBER })).toBeVisible();
      expect((await backend.cases()).size).toBe(1);
    });
  }

  test('the session ends in the middle of the form: work goes on, and the outbox goes out after signing in again', async ({ device, gate, backend }) => {
    const page = await device({ url: gate.url });
    let session = null;
    gate.change = (request, whole) => {
      if (request.method === 'POST' && request.url === '/v1/session') session = JSON.parse(whole.body.toString());
      return whole;
    };
    await arrive(page);
    await allSent(page);
    const draft = await beginPetition(page);
    // As when an admin ends it: the access token and the one to renew it are worth nothing from here on.
    expect((await backend.call('DELETE', '/v1/session', { token: session.accessToken })).status).toBe(204);
    await fillPetition(page, draft, SHORT_CASE);
    await openCheck(page, draft);
    await receive(page);
    await expect(page.locator('.paper__number')).toContainText('Kode sementara');
    const notice = page.locator('.shell__notices');
    await expect(notice).toContainText('Sesi server berakhir', PATIENT);
    await expect(notice).toContainText('Pekerjaan berjalan terus di perangkat; masuk lagi untuk mengirim.');
    await setLanguage(page, 'en');
    await expect(notice).toContainText('Server session ended');
    await expect(notice).toContainText('Work goes on on this device; sign in again to send.');
    await setLanguage(page, 'id');
    await notice.getByRole('link', { name: 'Masuk lagi' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Masuk lagi' })).toBeVisible();
    await page.locator('#password').fill('salah');
    await page.getByRole('button', { name: 'Masuk lagi' }).click();
    await expect(page.getByRole('alert')).toContainText('tidak cocok');
    await page.locator('#password').fill(ACCOUNTS.rina.password);
    await page.getByRole('button', { name: 'Masuk lagi' }).click();
    await allSent(page);
    await expect(page.getByRole('link', { name: RECEPTION_NUMBER })).toBeVisible(PATIENT);
    await expect(notice).not.toContainText('Sesi server berakhir');
    expect((await backend.cases()).size).toBe(1);
  });
});

test.describe('files', () => {
  test('too large, empty, in disguise: each is refused with its reason, the others stay', async ({ device }) => {
    const page = await device({ size: 'desktop' });
    await arrive(page);
    const draft = await beginPetition(page);
    await openSection(page, draft, 'objek');
    const input = page.locator('fieldset:has([id="object_files"]) input[type=file][multiple]');
    await input.setInputFiles([PDF_FILE()]);
    await expect(page.locator('.file-row', { hasText: 'SK KPU 123' })).toContainText('Di perangkat ini', PATIENT);

    // Reading 300 MB would take long; a refusal by the size alone does not.
    await page.evaluate(() => {
      window.readBytes = 0;
      const slice = Blob.prototype.slice;
      Blob.prototype.slice = function (from, to, ...rest) {
        window.readBytes += to - from;
        return slice.call(this, from, to, ...rest);
      };
    });
    const huge = hugeFile(test.info().outputPath('pindaian-besar.pdf'), 300_000_000);
    await input.setInputFiles(huge);
    await expect(page.locator('.file-row', { hasText: 'pindaian-besar.pdf' })).toContainText(/Berkas 300 MB, melebihi batas 50 MB/);
    expect(await page.evaluate(() => window.readBytes)).toBe(0);
    fs.rmSync(huge);

    for (const [file, words] of [
      [EMPTY_FILE, 'Berkas kosong (0 byte).'],
      [EXE_NAMED_PDF, /Isi berkas tidak sesuai dengan namanya|Jenis berkas ini tidak diterima/],
      [HTML_NAMED_JPG, /Isi berkas tidak sesuai dengan namanya|Jenis berkas ini tidak diterima/],
    ]) {
      await input.setInputFiles([file]);
      await expect(page.locator('.file-row', { hasText: file.name }).filter({ hasText: words })).toBeVisible();
    }
    await setLanguage(page, 'en');
    await page.goto(`/draf/${draft}/objek`);
    const again = page.locator('fieldset:has([id="object_files"]) input[type=file][multiple]');
    for (const [file, words] of [
      [EMPTY_FILE, 'The file is empty (0 bytes).'],
      [EXE_NAMED_PDF, /content does not fit its name|of this kind are not taken/],
    ]) {
      await again.setInputFiles([file]);
      await expect(page.locator('.file-row', { hasText: file.name }).filter({ hasText: words })).toBeVisible();
    }
    await expect(page.locator('.file-row', { hasText: 'SK KPU 123' })).toContainText('On this device');
    await again.setInputFiles([PDF_FILE()]);
    await expect(page.locator('.toast')).toContainText('The same file is attached here already.');
    await expect(page.locator('.file-row', { hasText: 'SK KPU 123' })).toHaveCount(1);
  });

  test('a file that is still being read when its section is left: submitting waits for it and it is attached; one that cannot be read is told', async ({ device, backend }) => {
    const page = await device();
    await arrive(page);
    const draft = await beginPetition(page);
    await fillPetition(page, draft, SHORT_CASE);
    await page.evaluate(() => {
      const { arrayBuffer } = Blob.prototype;
      window.slow = () => {
        window.waiting = new Promise((resolve) => (window.go = resolve));
      };
      Blob.prototype.arrayBuffer = async function () {
        await window.waiting;
        if (window.gone) throw new DOMException('The requested file could not be read.', 'NotReadableError');
        return arrayBuffer.call(this);
      };
      window.slow();
    });
    const choose = async (file) => {
      await openSection(page, draft, 'objek');
      await page.locator('fieldset:has([id="object_files"]) input[type=file][multiple]').setInputFiles([file]);
      await expect(page.locator('.file-row', { hasText: file.name })).toContainText('Membaca berkas');
      await openCheck(page, draft);
    };
    const press = page.getByRole('button', { name: 'Terima permohonan' });

    await choose(PDF_FILE());
    await expect(press).toHaveAttribute('aria-disabled', 'true');
    await expect(page.locator('.action-bar')).toContainText('Membaca berkas');
    await press.click({ force: true });
    await page.evaluate(() => window.go());
    await expect(press).not.toHaveAttribute('aria-disabled', 'true', PATIENT);
    await expect(page.locator('main')).toContainText('SK KPU 123');
    await saved(page);

    await page.evaluate(() => window.slow());
    await page.getByRole('link', { name: 'Semua bagian' }).click();
    await choose(PHOTO_FILE());
    await page.evaluate(() => ((window.gone = true), window.go()));
    await expect(page.locator('.toast')).toContainText(`${PHOTO_FILE().name}: Berkas gagal dibaca; mungkin hanya ada di awan atau sudah dipindahkan.`, PATIENT);
    await page.evaluate(() => (window.gone = false));
    await receive(page);
    await allSent(page);
    const [[act]] = [...(await backend.cases()).values()];
    const kept = JSON.stringify(act.effects);
    expect([kept.split('SK KPU 123').length - 1, kept.includes(PHOTO_FILE().name)]).toEqual([1, false]);

    // The draft itself is left while a file is being read.
    await page.goto('/');
    const next = await beginPetition(page);
    await openSection(page, next, 'objek');
    await page.evaluate(() => {
      const { arrayBuffer } = Blob.prototype;
      const waiting = new Promise((resolve) => (window.go = resolve));
      Blob.prototype.arrayBuffer = async function () {
        await waiting;
        return arrayBuffer.call(this);
      };
    });
    await page.locator('fieldset:has([id="object_files"]) input[type=file][multiple]').setInputFiles([PHOTO_FILE()]);
    await expect(page.locator('.file-row', { hasText: PHOTO_FILE().name })).toContainText('Membaca berkas');
    await page.locator('.nav__link[href="/perkara"]').click();
    await page.evaluate(() => window.go());
    await expect(page.locator('.toast')).toContainText('Buka draf dan periksa.', PATIENT);
  });

  test('a damaged picture among others is kept and told; the others are drawn', async ({ device, watch }) => {
    // Not the app's: the recorder of traces asks for the body of a request that failed, which the page's policy does not allow.
    watch.allow(/^Connecting to 'blob:/);
    const page = await device();
    await arrive(page);
    const draft = await beginPetition(page);
    await openSection(page, draft, 'objek');
    await page.locator('fieldset:has([id="object_files"]) input[type=file][multiple]').setInputFiles([PHOTO_FILE(), BROKEN_PICTURE]);
    const row = (file) => page.locator('.file-row', { hasText: file.name });
    const drawn = (file) => row(file).locator('img').evaluate((image) => image.complete && image.naturalWidth > 0);
    await expect(row(BROKEN_PICTURE)).toContainText('Di perangkat ini', PATIENT);
    await expect(row(BROKEN_PICTURE)).toContainText('Gambar tidak dapat ditampilkan, berkas mungkin rusak. Ambil ulang bila bisa.');
    await expect(row(BROKEN_PICTURE).locator('img')).toHaveCount(0);
    await expect.poll(() => drawn(PHOTO_FILE()), PATIENT).toBe(true);
    await expect(row(PHOTO_FILE())).not.toContainText('mungkin rusak');
    // The check page says it, too, before the petition is received.
    await openCheck(page, draft);
    await expect(row(BROKEN_PICTURE)).toContainText('berkas mungkin rusak', PATIENT);
    await setLanguage(page, 'en');
    await page.goto(`/draf/${draft}/objek`);
    await expect(row(BROKEN_PICTURE)).toContainText('The picture cannot be shown, the file may be damaged. Take it again if you can.', PATIENT);
    await expect.poll(() => drawn(PHOTO_FILE()), PATIENT).toBe(true);
  });
});

test.describe('texts', () => {
  test('100,000 characters are fine; 200,001 are kept and refused at the end', async ({ device }) => {
    test.setTimeout(90_000);
    const page = await device();
    await arrive(page);
    const draft = await beginPetition(page);
    await fillPetition(page, draft, SHORT_CASE);
    await openSection(page, draft, 'pokok');
    const grounds = field(page, 'grounds');
    const long = 'Alasan permohonan. '.repeat(10_527).slice(0, 200_001);
    await grounds.fill(long.slice(0, 100_000));
    await expect(page.locator('[id="grounds-counter"]')).toHaveText('100.000 dari paling banyak 200.000 huruf');
    await grounds.blur();
    await saved(page);
    await expect(page.locator('[id="grounds-error"]')).toHaveCount(0);
    await grounds.fill(long);
    await expect(page.locator('[id="grounds-counter"]')).toHaveText('200.001 dari paling banyak 200.000 huruf');
    await grounds.blur();
    await expect(page.locator('[id="grounds-error"]')).toContainText('terlalu panjang: 200.001 dari paling banyak 200.000 huruf');
    await saved(page);
    await page.reload();
    await expect.poll(() => grounds.inputValue().then((text) => text.length), PATIENT).toBe(200_001);
    await openCheck(page, draft);
    await page.getByRole('button', { name: 'Terima permohonan' }).click();
    await expect(toMend(page)).toContainText('terlalu panjang: 200.001');
    await expect(page).toHaveURL(/\/periksa$/);
    await openSection(page, draft, 'pokok');
    await grounds.fill(long.slice(0, 200_000));
    await grounds.blur();
    await openCheck(page, draft);
    await receive(page);
    await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, PATIENT);
  });

  test('emoji, right-to-left, markup and templates are literal text everywhere', async ({ device, backend }) => {
    const page = await device();
    await arrive(page);
    const odd = {
      name: "Partai 🇮🇩👨‍👩‍👧 حزب <script>alert(1)</script> {{7*7}} O'Neil",
      address: '<img src=x onerror=alert(1)>\n${7*7}\n=HYPERLINK("http://x")',
    };
    let dialogs = 0;
    page.on('dialog', (dialog) => ((dialogs += 1), dialog.dismiss()));
    const draft = await beginPetition(page);
    await fillPetition(page, draft, { ...SHORT_CASE, pemohon: { petitioner: [{ ...SHORT_CASE.pemohon.petitioner[0], ...odd }] } });
    await page.reload();
    await expect(page.locator('form')).toBeVisible(PATIENT);
    await openCheck(page, draft);
    for (const line of [odd.name, ...odd.address.split('\n')]) await expect(page.locator('main')).toContainText(line);
    await receive(page);
    await expect(page.locator('.sheet')).toContainText(odd.name);
    await allSent(page);
    await page.goto('/perkara');
    await expect(page.locator('main')).toContainText(odd.name);
    await page.getByLabel('Cari perkara').fill('حزب');
    await expect(page.locator('main')).toContainText(odd.name);
    expect(dialogs).toBe(0);
    const [acts] = [...(await backend.cases()).values()];
    expect(JSON.stringify(acts)).toContain(JSON.stringify(odd.name).slice(1, -1));
  });
});

test.describe('dates, times and numbers', () => {
  test('each mistake is told when its field is left, in both languages, and stays as typed', async ({ device }) => {
    const page = await device();
    await arrive(page);
    const draft = await beginPetition(page);
    await openSection(page, draft, 'objek');
    const fixed = field(page, 'object_fixed_on');
    const told = async (control, id, text, words, mended) => {
      await control.fill(text);
      await expect(page.locator(`[id="${id}-error"]`), 'nothing new is said while typing').toHaveCount(0);
      await control.blur();
      await expect(page.locator(`[id="${id}-error"]`)).toContainText(words);
      await expect(control).toHaveValue(text);
      await expect(control).toHaveAttribute('aria-invalid', 'true');
      // A mistake that is shown goes as soon as it is mended.
      await control.fill(mended);
      await expect(page.locator(`[id="${id}-error"]`)).toHaveCount(0);
    };
    const date = '6 7 2026';
    await told(fixed, 'object_fixed_on', '31 2 2026', 'tanggal ini tidak ada di kalender', date);
    await told(fixed, 'object_fixed_on', '30/02/2026', 'tanggal ini tidak ada di kalender', date);
    await told(fixed, 'object_fixed_on', '6 7 26', 'tulis tahun dengan empat angka', date);
    await told(fixed, 'object_fixed_on', 'kemarin', 'bukan tanggal; tulis hari, bulan, dan tahun', date);
    await told(fixed, 'object_fixed_on', '6 7 2031', 'tanggal ini belum tiba', date);
    await told(fixed, 'object_fixed_on', '6 7 1926', 'tahun ini terlalu lampau', date);

    await fixed.fill('03/04/2026');
    await expect(page.locator('[id="object_fixed_on-echo"]'), 'the month stands there in words before it is accepted').toHaveText('Jumat, 3 April 2026');
    await fixed.blur();
    await expect(page.locator('[id="object_fixed_on-error"]')).toHaveCount(0);

    await openSection(page, draft, 'masuk');
    await field(page, 'filed_at').fill('24.00');
    await field(page, 'filed_at').blur();
    await expect(page.locator('[id="filed_at-error"]')).toHaveCount(0);
    await told(field(page, 'filed_at'), 'filed_at', 'jam 9 malam', 'bukan waktu; tulis jam dan menit, misalnya 10.20', '10.20');

    await openSection(page, draft, 'pemohon');
    const at = async (key) => field(page, key, 'petitioner').getAttribute('id');
    await told(field(page, 'nik', 'petitioner'), await at('nik'), '160705150380000', 'harus 16 angka; yang tertulis 15', '1607051503800003');
    await told(field(page, 'nik', 'petitioner'), await at('nik'), '16070515038000033', 'harus 16 angka; yang tertulis 17', '1607051503800003');
    await told(field(page, 'nik', 'petitioner'), await at('nik'), 'belum punya', 'hanya boleh berisi 16 angka', '1607051503800003');
    await told(field(page, 'phone', 'petitioner'), await at('phone'), 'nanti menyusul', 'bukan nomor telepon', '0812 3456 7890');
    await told(field(page, 'email', 'petitioner'), await at('email'), 'tanpa-at.example', 'bukan alamat surel', 'nama@contoh.id');
    for (const phone of ['0812 3456 7890', '+62 812-3456-7890', '6281234567890', '(021) 3905889']) {
      await field(page, 'phone', 'petitioner').fill(phone);
      await field(page, 'phone', 'petitioner').blur();
      await expect(page.locator(`[id="${await at('phone')}-error"]`), phone).toHaveCount(0);
    }
    await field(page, 'nik', 'petitioner').fill('1607 0515 0380 0003');
    await field(page, 'nik', 'petitioner').blur();
    await expect(page.locator(`[id="${await at('nik')}-error"]`)).toHaveCount(0);
    await field(page, 'nik', 'petitioner').fill('1607057213800003');
    await field(page, 'nik', 'petitioner').blur();
    await expect(page.getByText('bukan tanggal lahir yang mungkin')).toBeVisible();

    await setLanguage(page, 'en');
    await page.goto(`/draf/${draft}/objek`);
    await told(field(page, 'object_fixed_on'), 'object_fixed_on', '31 2 2026', 'this day is not in the calendar', date);
    await told(field(page, 'object_fixed_on'), 'object_fixed_on', '6 7 26', 'write the year with four digits', date);
    await page.goto(`/draf/${draft}/masuk`);
    await told(field(page, 'filed_at'), 'filed_at', 'jam 9 malam', 'is no time; write hour and minute, such as 10.20', '10.20');
  });

  test('missing, blank and contradicting answers are refused at the end, with the way to each', async ({ device, backend }) => {
    const page = await device();
    await arrive(page);
    const draft = await beginPetition(page);
    // Blank to the eye, but not empty.
    await openSection(page, draft, 'pemohon');
    await field(page, 'name', 'petitioner').fill(' \u00a0\u200b ');
    await openCheck(page, draft);
    await page.getByRole('button', { name: 'Terima permohonan' }).click();
    const summary = toMend(page);
    await expect(summary).toBeFocused();
    await expect(page).toHaveTitle(/^Galat: /);
    for (const words of ['Nama wajib diisi', 'Jenis objek wajib diisi', 'Tanggal ditetapkan wajib diisi']) await expect(summary).toContainText(words);
    // No reason is asked for what a missing answer may settle; where the law allows it to be missing, the question comes after the gaps.
    await expect(page.locator('[id="reason-filed_in_time"]')).toHaveCount(0);
    const gaps = page.locator('.banner', { hasText: 'Belum diisi, boleh menyusul' });
    await expect(gaps.locator('xpath=following::*[@id="reason-no_other_violation"]')).toHaveCount(1);

    await fillPetition(page, draft, { ...SHORT_CASE, objek: { ...SHORT_CASE.objek, object_fixed_on: '9 7 2026' }, pemohon: { petitioner: [{ ...SHORT_CASE.pemohon.petitioner[0], name: 'KPU Kabupaten Banyuasin' }] } });
    await openCheck(page, draft);
    await page.getByRole('button', { name: 'Terima permohonan' }).click();
    await expect(summary).toContainText('Objek ditetapkan sesudah permohonan diajukan.');
    await expect(summary).toContainText('Pemohon dan termohon sama.');
    await expect(page.getByRole('button', { name: 'Terima permohonan' })).toBeVisible();

    await fillPetition(page, draft, { objek: { object_fixed_on: '6 7 2026' }, pemohon: { petitioner: [{ name: 'Siti Rahma' }] } });
    await openCheck(page, draft);
    await receive(page);
    await allSent(page);
    expect((await backend.cases()).size).toBe(1);
  });

  test('a late petition needs a reason, is received, and is flagged', async ({ device, backend }) => {
    const page = await device();
    await arrive(page);
    const draft = await beginPetition(page);
    await fillPetition(page, draft, { ...SHORT_CASE, objek: { ...SHORT_CASE.objek, object_fixed_on: '1 7 2026' } });
    await openSection(page, draft, 'objek');
    await expect(page.locator('.deadline')).toContainText('Lewat batas; tetap dicatat, pleno yang menilai');
    await openCheck(page, draft);
    await expect(page.locator('main')).toContainText('Diajukan setelah batas akhir Senin, 6 Juli 2026.');
    await page.getByRole('button', { name: 'Terima permohonan' }).click();
    await expect(toMend(page)).toContainText('Tulis alasan atau keterangan');
    await toMend(page).getByRole('link', { name: 'Tulis alasan atau keterangan' }).click();
    const reason = page.locator('[id="reason-filed_in_time"]');
    await expect(reason).toBeFocused();
    await reason.fill('Pemohon datang setelah banjir.');
    await receive(page);
    await allSent(page);
    await page.getByRole('link', { name: 'Ke perkara' }).click();
    await expect(page.locator('main')).toContainText('Diajukan setelah batas akhir Senin, 6 Juli 2026.');
    await expect(page.locator('main')).toContainText('Pemohon datang setelah banjir.');
    const [[act]] = [...(await backend.cases()).values()];
    expect(act.flags).toContain('filed_in_time');
  });
});

test.describe('the device', () => {
  /** Every write fails as on a full disk, from outside the app; other transactions go on. */
  async function fillDisk(page) {
    await page.evaluate(() => {
      const commit = IDBTransaction.prototype.commit;
      window.freeDisk = () => (IDBTransaction.prototype.commit = commit);
      // As measured in Chromium: every request succeeds, then the commit aborts, and the transaction names the cause.
      IDBTransaction.prototype.commit = function () {
        if (this.mode === 'readonly') return commit.call(this);
        Object.defineProperty(this, 'error', { value: new DOMException('Encountered full disk', 'QuotaExceededError') });
        return this.abort();
      };
    });
  }

  test('a full disk is told; the text stays and is kept once there is room', async ({ device }) => {
    const page = await device();
    await arrive(page);
    const draft = await beginPetition(page);
    await openSection(page, draft, 'pokok');
    await fillDisk(page);
    await field(page, 'direct_loss').pressSequentially('Ditulis pada disk penuh');
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('Belum tersimpan');
    await expect(alert).toContainText('Penyimpanan perangkat penuh');
    await expect(page.locator('.save-state')).toContainText('Belum tersimpan');
    await expect(field(page, 'direct_loss')).toHaveValue('Ditulis pada disk penuh');
    const copy = page.waitForEvent('download');
    await alert.getByRole('button', { name: 'Simpan salinan ke berkas' }).click();
    expect(fs.readFileSync(await (await copy).path(), 'utf8')).toContain('Ditulis pada disk penuh');
    await alert.getByRole('button', { name: 'Coba lagi' }).click();
    await expect(alert).toContainText('Penyimpanan perangkat penuh');
    await page.evaluate(() => window.freeDisk());
    await page.getByRole('button', { name: 'Coba lagi' }).click();
    await saved(page);
    await expect(page.getByRole('alert')).toHaveCount(0);
    await page.reload();
    await expect(field(page, 'direct_loss')).toHaveValue('Ditulis pada disk penuh', PATIENT);
  });

  test('a full disk at the moment of receiving: nothing is received, the draft is whole', async ({ device, backend }) => {
    const page = await device();
    await arrive(page);
    const draft = await beginPetition(page);
    await fillPetition(page, draft, SHORT_CASE);
    await openCheck(page, draft);
    await fillDisk(page);
    await page.getByRole('button', { name: 'Terima permohonan' }).click();
    await expect(page.getByRole('alert')).toContainText('Belum diterima');
    await expect(page.getByRole('alert')).toContainText('Penyimpanan perangkat penuh');
    await page.evaluate(() => window.freeDisk());
    await receive(page);
    await allSent(page);
    expect((await backend.cases()).size).toBe(1);
  });

  test('a file on a full disk is refused alone', async ({ device }) => {
    const page = await device();
    await arrive(page);
    const draft = await beginPetition(page);
    await openSection(page, draft, 'objek');
    await field(page, 'object_number').fill('123/PL.01.4-Kpt/1607/2026');
    await saved(page);
    await fillDisk(page);
    await page.locator('fieldset:has([id="object_files"]) input[type=file][multiple]').setInputFiles([PDF_FILE()]);
    await expect(page.locator('.file-row--failed')).toContainText('Penyimpanan perangkat penuh');
    await page.evaluate(() => window.freeDisk());
    await page.locator('.file-row--failed').getByRole('button', { name: 'Singkirkan' }).click();
    await expect(page.locator('.file-row')).toHaveCount(0);
    await expect(field(page, 'object_number')).toHaveValue('123/PL.01.4-Kpt/1607/2026');
  });

  test('IndexedDB refused: a page says so, and no work can begin', async ({ device }) => {
    const page = await device();
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('The user denied permission to access the database.', 'SecurityError');
      };
    });
    await page.goto('/');
    await attempt(page, 'rina', ACCOUNTS.rina.password);
    await expect(page.getByRole('heading', { level: 1, name: 'Penyimpanan tidak dapat dipakai' })).toBeVisible(PATIENT);
    await inBoth(page, page.locator('main'), 'Peramban menolak menyimpan data, misalnya karena jendela pribadi atau penyimpanannya rusak.', 'The browser refuses to keep data, for instance in a private window or because its storage is damaged.');
    await expect(page.getByRole('navigation')).toHaveCount(0);
    // No way around by the address either.
    await page.goto('/permohonan/baru');
    await expect(page.getByRole('heading', { level: 1, name: /^(Penyimpanan tidak dapat dipakai|Masuk)$/ })).toBeVisible(PATIENT);
  });

  test('a database of a newer version is left alone', async ({ device }) => {
    const page = await device();
    await page.goto('/');
    await page.evaluate(
      (name) =>
        new Promise((resolve, reject) => {
          const request = indexedDB.open(name, 99);
          request.onupgradeneeded = () => request.result.createObjectStore('from-the-future');
          request.onsuccess = () => (request.result.close(), resolve());
          request.onerror = reject;
        }),
      `sips-${ACCOUNTS.rina.id}`,
    );
    await attempt(page, 'rina', ACCOUNTS.rina.password);
    await expect(page.getByRole('heading', { level: 1, name: 'Penyimpanan tidak dapat dipakai' })).toBeVisible(PATIENT);
    await inBoth(page, page.locator('main'), 'ditulis oleh versi aplikasi yang lebih baru', 'written by a newer version of the app');
    const version = await page.evaluate(async () => (await indexedDB.databases()).find(({ version }) => version === 99)?.version);
    expect(version).toBe(99);
  });

  test('localStorage refused: signing in says so', async ({ device }) => {
    const page = await device();
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      });
    });
    await page.goto('/');
    await expect(page.locator('#username')).toBeVisible(PATIENT);
    await attempt(page, 'rina', ACCOUNTS.rina.password);
    await inBoth(page, page.getByRole('alert'), 'Peramban menolak menyimpan data di perangkat ini', 'The browser refuses to keep data on this device');
  });

  test('a wiped storage is told as a loss, with how much was lost', async ({ device }) => {
    const page = await device();
    await arrive(page);
    const draft = await beginPetition(page);
    await fillPetition(page, draft, { pemohon: SHORT_CASE.pemohon });
    await page.goto('/bantuan');
    await page.evaluate(
      (name) =>
        new Promise((resolve, reject) => {
          const request = indexedDB.deleteDatabase(name);
          request.onsuccess = resolve;
          request.onerror = reject;
        }),
      `sips-${ACCOUNTS.rina.id}`,
    );
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1, name: 'Data di perangkat ini hilang' })).toBeVisible(PATIENT);
    await expect(page.locator('main')).toContainText('Perangkat ini menyimpan 1 pekerjaan yang belum terkirim');
    await page.getByRole('button', { name: 'Saya mengerti, mulai lagi' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
  });
});

test('the app’s code does not arrive, or a sign-in page of a Wi-Fi in its place: a readable page, and a way on', async ({ device, gate, watch }) => {
  // The page is left while the service worker's script is on its way.
  watch.allow(/^An unknown error occurred when fetching the script\.$/);
  for (const [answer, part] of [[{ status: 404, body: 'no' }, /\.wasm$/], [CAPTIVE_PORTAL, /\.wasm$/], [{ status: 404, body: 'no' }, /sips-lapangan-\w+\.js$/]]) {
    const page = await device({ url: gate.url });
    gate.answer = (request) => (part.test(request.url) ? answer : null);
    await page.goto('/');
    await expect(page.getByText('Aplikasi gagal dimuat.')).toBeVisible(PATIENT);
    await expect(page.getByText('The app could not be loaded.')).toBeVisible();
    await expect(page.getByText('Yang sudah tersimpan di perangkat tetap aman.')).toBeVisible();
    gate.answer = null;
    await page.getByRole('button', { name: 'Coba lagi' }).click();
    await expect(page.locator('#username')).toBeVisible(PATIENT);
  }
});

test('a device clock that is wrong is told, and nothing stops', async ({ device }) => {
  const page = await device();
  await page.addInitScript(() => {
    const now = Date.now;
    Date.now = () => now() - 3 * 3_600_000;
  });
  await arrive(page);
  await expect(page.locator('.shell__notices')).toContainText('Jam perangkat salah', PATIENT);
  await wholePetition(page);
  await allSent(page);
});

const BAIQ = { username: 'baiq', password: 'mataram-baiq-2026' };

test('another zone than the device’s: the office’s is shown and counted', async ({ device, backend }) => {
  // The device stands in WIB, the office in WITA.
  const page = await device();
  await arrive(page, BAIQ);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { ...SHORT_CASE, masuk: { ...SHORT_CASE.masuk, filed_at: '00.30' } });
  await openCheck(page, draft);
  await expect(page.locator('main')).toContainText('00.30 WITA');
  await receive(page);
  await allSent(page);
  await expect(page.locator('.sheet')).toContainText('Rabu, 8 Juli 2026 pukul 00.30 WITA');
  const [[act]] = [...(await backend.cases(BAIQ)).values()];
  expect(act.happenedAt).toMatch(/^2026-07-07T16:30:00/);
});

test('a case of an office in another zone is told in its office’s hours and days, and its papers bear that office', async ({ device }) => {
  const writer = await device();
  await arrive(writer, BAIQ);
  // Half past midnight in Mataram is the day before in Jakarta.
  const { id } = await wholePetition(writer, { ...SHORT_CASE, masuk: { ...SHORT_CASE.masuk, filed_at: '00.30' } });
  await allSent(writer);

  const page = await device();
  await arrive(page, ACCOUNTS.pusat);
  await allSent(page);
  const filed = 'Rabu, 8 Juli 2026 pukul 00.30 WITA';
  await page.goto('/perkara');
  await expect(page.locator('.docket__row')).toContainText('8/7/26, 00.30 WITA', PATIENT);
  await page.goto(`/perkara/${id}`);
  await expect(page.getByRole('list', { name: 'Linimasa' })).toContainText(filed, PATIENT);
  await expect(page.locator('.way__when').first()).toHaveText('8 Juli 2026');
  await page.goto(`/perkara/${id}/dokumen`);
  await expect(page.locator('#permohonan')).toContainText('00.30 WITA', PATIENT);
  await expect(page.locator('#permohonan')).not.toContainText('WIB');
  await page.goto(`/perkara/${id}/linimasa`);
  const told = page.locator('.timeline__item').first();
  await expect(told).toContainText(filed, PATIENT);
  await expect(told.locator('.details').first()).toContainText('00.30 WITA');
  await expect(told).not.toContainText('WIB');
  await page.goto(`/perkara/${id}/tanda-terima`);
  await expect(page.locator('.sheet')).toContainText(filed, PATIENT);
  await expect(page.locator('.paper__office')).toContainText('Mataram');
});

test('broken and foreign addresses lead home', async ({ device }) => {
  const page = await device();
  await arrive(page);
  for (const address of ['/perkara/%E0%A4%A', '/draf/../..//x', '/perkara/javascript:alert(1)', '/draf/01980000-0000-7000-8000-000000000000', '/perkara/01980000-0000-7000-8000-000000000000', `/${'a/'.repeat(400)}`, '/draf/x/pemohon#petitioner/x/y', '/?__proto__[x]=1#%']) {
    const answer = await page.goto(address);
    if (answer && answer.status() >= 400) continue;
    await expect(page.getByRole('heading', { level: 1 }), address).toHaveText(/Halaman tidak ditemukan|Draf ini tidak ada lagi|Hari ini/, PATIENT);
    if (!(await page.getByRole('heading', { level: 1, name: 'Hari ini' }).isVisible())) {
      await page.getByRole('link', { name: 'Ke Hari ini' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible();
    }
  }
});

test('a double press receives once', async ({ device, backend }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, SHORT_CASE);
  await openCheck(page, draft);
  await page.getByRole('button', { name: 'Terima permohonan' }).evaluate((button) => {
    button.click();
    button.click();
    queueMicrotask(() => button.click());
  });
  await expect(page.getByRole('heading', { level: 1, name: 'Permohonan diterima' })).toBeVisible(PATIENT);
  await allSent(page);
  const acts = [...(await backend.cases()).values()].flat();
  expect(acts).toHaveLength(1);
});

/** Every command is rejected by the rules. */
const rejecting = (problem) => (request, body) => {
  if (request.url !== '/v1/commands') return null;
  const results = JSON.parse(body).commands.map(({ commandId }) => ({
    commandId,
    result: 'rejected',
    problem: { type: '/problems/rejected', title: 'Rejected', status: 422, commandId, ...problem },
  }));
  return { status: 200, headers: { 'content-type': 'application/json', 'sips-contract': '1' }, body: JSON.stringify({ results }) };
};

test('a refusal in words that this version does not know is held back as well', async ({ device, gate }) => {
  const page = await device({ url: gate.url });
  await arrive(page);
  await allSent(page);
  gate.answer = rejecting({ detail: 'Alasan yang baru', reasons: [{ from_the_future: { why: 1 } }] });
  await wholePetition(page);
  await page.locator('.nav__link[href="/kirim"]').click();
  await expect(page.locator('.row', { hasText: 'Siti Rahma' })).toContainText('Tertahan', PATIENT);
});

test('what the server refuses is held back with its reason, corrected, and sent again', async ({ device, gate, backend }) => {
  const page = await device({ url: gate.url });
  await arrive(page);
  await allSent(page);
  gate.answer = rejecting({ detail: '', reasons: ['other_office'] });
  const { id } = await wholePetition(page);
  await page.locator('.nav__link[href="/kirim"]').click();
  const item = page.locator('.row', { hasText: 'Siti Rahma' });
  await expect(item).toContainText('Tertahan', PATIENT);
  await expect(item).toContainText('Server menolak kiriman ini karena aturan perkara. Perbaiki lalu kirim lagi.');
  await expect(item).toContainText('Perkara ini milik kantor lain.');
  gate.answer = null;
  await item.getByRole('button', { name: 'Perbaiki dan kirim lagi' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Periksa jawaban' })).toBeVisible();
  await expect(page.locator('main')).toContainText('Siti Rahma');
  const draft = new URL(page.url()).pathname.split('/')[2];
  await fillPetition(page, draft, { pemohon: { petitioner: [{ name: 'Siti Rahmawati' }] } });
  await openCheck(page, draft);
  expect(await receive(page)).toBe(id);
  await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, PATIENT);
  await allSent(page);
  await expect(page.locator('.sheet')).toContainText('Siti Rahmawati');
  const acts = [...(await backend.cases()).values()].flat();
  expect(acts).toHaveLength(1);
});

test('what the server refuses can be handed over as a file and taken back with a reason; its words become a draft', async ({ device, gate, backend }) => {
  const page = await device({ url: gate.url });
  await arrive(page);
  await allSent(page);
  gate.answer = rejecting({ detail: '', reasons: ['other_office'] });
  await wholePetition(page);
  await page.locator('.nav__link[href="/kirim"]').click();
  const item = page.locator('.row', { hasText: 'Siti Rahma' });
  await expect(item).toContainText('Tertahan', PATIENT);
  gate.answer = null;

  await item.getByRole('link', { name: 'Serahkan lewat kapsul' }).click();
  const share = page.getByRole('button', { name: 'Bagikan atau simpan' });
  await expect(share).toBeVisible(PATIENT);
  const [download] = await Promise.all([page.waitForEvent('download'), share.click()]);
  expect(fs.readFileSync(await download.path(), 'utf8')).toContain('Siti Rahma');
  await page.locator('.nav__link[href="/kirim"]').click();
  await expect(item).toContainText('Tertahan', PATIENT);

  await item.getByRole('button', { name: 'Tarik kembali' }).click();
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Tarik kembali' });
  await confirm.click({ force: true });
  // Without a reason nothing happens but the word that it lacks.
  await expect(dialog).toContainText('Tulis alasannya dahulu');
  await expect(dialog).toBeVisible();
  await dialog.getByLabel('Alasan ditarik').fill('Diajukan ke kantor yang salah.');
  await confirm.click();
  await expect(page.getByText('Ditarik kembali; isinya ada di draf')).toBeVisible();
  await expect(page.getByText('Tidak ada yang menunggu dikirim.')).toBeVisible();

  await page.reload();
  await expect(page.getByText('Tidak ada yang menunggu dikirim.')).toBeVisible(PATIENT);
  const journal = await page.evaluate(async () => {
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith('sips'));
    const db = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const all = await new Promise((resolve, reject) => {
      const asking = db.transaction('journal').objectStore('journal').getAll();
      asking.onsuccess = () => resolve(asking.result);
      asking.onerror = () => reject(asking.error);
    });
    db.close();
    return JSON.stringify(all);
  });
  expect(journal).toContain('Diajukan ke kantor yang salah.');
  expect([...(await backend.cases()).values()].flat()).toHaveLength(0);

  await page.locator('.nav__link[href="/"]').click();
  await page.getByRole('link', { name: /Siti Rahma/ }).click();
  const draft = new URL(page.url()).pathname.split('/')[2];
  await openCheck(page, draft);
  await receive(page);
  await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, PATIENT);
  expect([...(await backend.cases()).values()].flat()).toHaveLength(1);
});
