// Every keystroke is safe: a tab that crashes, a browser that is killed, a reload, signing out and in, two tabs, going
// back, removing and discarding.

import { createHash } from 'node:crypto';
import fs from 'node:fs';

import { SHORT_CASE, allSent, arrive, beginPetition, field, fillPetition, openCheck, openSection, readyForOffline, receive, saved, signIn, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { PDF_FILE, PHOTO_FILE } from '../support/files.mjs';
import { counted, stored } from '../support/storage.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

/** What is promised: whatever was typed longer ago than this is on the disk. */
const PROMISED_MS = 1_000;

/** Types on and on and then calls `kill`; gives the whole text and how much of it had been typed long enough before. */
async function typeUntilKilled(page, control, kill) {
  await control.focus();
  const stamps = [];
  let text = '';
  const longAgo = () => Math.max(0, ...stamps.filter(([at]) => at <= Date.now() - PROMISED_MS).map(([, length]) => length));
  // However slow the machine is just now: a good deal was typed more than a second ago, and the typing goes on.
  while (longAgo() < 60) {
    const word = `kata${stamps.length} `;
    await page.keyboard.type(word, { delay: 8 });
    text += word;
    stamps.push([Date.now(), text.length]);
  }
  const promised = longAgo();
  await kill();
  return { text, promised };
}

async function expectKept(page, control, { text, promised }) {
  await expect(control).toBeVisible(PATIENT);
  const kept = await control.inputValue();
  expect(kept.length).toBeGreaterThanOrEqual(promised);
  expect(text.startsWith(kept) || text.trimEnd() === kept, `kept a beginning of the text: …${kept.slice(-30)}`).toBe(true);
  await expect(control).toBeFocused();
  await expect(control).toBeInViewport();
  expect(await control.evaluate((element) => element.selectionStart), 'the caret stands at the end of what was kept').toBe(kept.length);
}

test('a tab that crashes in the middle of a word', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  const typed = await typeUntilKilled(page, field(page, 'grounds'), async () => {
    const session = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    session.send('Page.crash').catch(() => {});
    await crashed;
  });
  const after = await page.context().newPage();
  await after.goto(`/draf/${draft}/pokok`);
  await expectKept(after, field(after, 'grounds'), typed);
});

test('a browser that is killed in the middle of a word; home leads back to the very field', async ({ profile }) => {
  let page = await profile.open();
  await arrive(page);
  // A device on which somebody has worked before.
  await profile.close();
  page = await profile.open();
  await page.goto('/');
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pemohon');
  await field(page, 'name', 'petitioner').fill('Partai Lumbung Rakyat');
  const typed = await typeUntilKilled(page, field(page, 'address', 'petitioner'), () => profile.kill());

  page = await profile.open();
  await page.goto('/');
  await page.getByRole('link', { name: 'Partai Lumbung Rakyat' }).click(PATIENT);
  await expect(page).toHaveURL(new RegExp(`/draf/${draft}/pemohon$`));
  await expectKept(page, field(page, 'address', 'petitioner'), typed);
});

test('a browser that is killed right after the sign-in still knows the officer, without a server', async ({ profile, backend }) => {
  let page = await profile.open();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'termohon');
  await field(page, 'respondent_address').fill('Jalan Merdeka 12');
  await saved(page);
  await readyForOffline(page);
  await profile.kill();
  await backend.stop();

  page = await profile.open();
  await page.goto(`/draf/${draft}/termohon`);
  await expect(field(page, 'respondent_address')).toHaveValue('Jalan Merdeka 12', PATIENT);
});

test('the field that was left by a press elsewhere is the one that a reload leads back to', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pemohon');
  await field(page, 'name', 'petitioner').fill('Siti Rahma');
  await saved(page);
  const phone = field(page, 'phone', 'petitioner');
  // In one go, so that leaving the field is what sets off the save.
  await phone.evaluate((input) => {
    input.focus();
    input.value = '0812 3456 7890';
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    input.blur();
  });
  await saved(page);
  await page.reload();
  await expect(phone).toHaveValue('0812 3456 7890', PATIENT);
  await expect(phone).toBeFocused();
  await expect(phone).toBeInViewport();
});

test('nothing moves under the finger while a draft is being kept', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  const words = page.locator('.save-state');
  // The widths at which the title and the words beside it just fit on one line differ with the words.
  for (const width of [360, 460, 560, 660, 760, 860, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => {
      const states = [];
      const note = () => states.push([document.querySelector('.save-state').textContent.trim().replace(/[0-9.]+$/, ''), document.querySelector('form').getBoundingClientRect().top + window.scrollY]);
      note();
      window.seen = states;
      window.watch?.disconnect();
      window.watch = new MutationObserver(note);
      window.watch.observe(document.querySelector('.save-state'), { childList: true, characterData: true, subtree: true });
    });
    await field(page, 'grounds').pressSequentially('a');
    await expect.poll(() => page.evaluate(() => window.seen.some(([text]) => text.startsWith('Menyimpan'))), PATIENT).toBe(true);
    await expect(words).toContainText('Tersimpan', PATIENT);
    const tops = await page.evaluate(() => [...new Set(window.seen.map(([, top]) => Math.round(top)))]);
    expect(tops, `where the form begins, ${width} wide`).toHaveLength(1);
  }
});

test('a reload comes back to the field in view', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pemohon');
  const email = field(page, 'email', 'petitioner');
  await email.pressSequentially('sekretariat@lumbung.example.id');
  await saved(page);
  await page.reload();
  await expect(email).toHaveValue('sekretariat@lumbung.example.id', PATIENT);
  await expect(email).toBeFocused();
  await expect(email).toBeInViewport();
});

test('a reload at once after a key asks back or keeps the text', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  let asked = 0;
  page.on('dialog', (dialog) => {
    asked += 1;
    return dialog.accept();
  });
  await field(page, 'direct_loss').pressSequentially('Calon dicoret tanpa klarifikasi');
  await page.reload();
  await expect(field(page, 'direct_loss')).toBeVisible(PATIENT);
  const kept = await field(page, 'direct_loss').inputValue();
  expect(asked > 0 || kept === 'Calon dicoret tanpa klarifikasi', `asked ${asked} times, kept “${kept}”`).toBe(true);
});

test('signing out counts what stays; signing in brings it back, and only to its owner', async ({ device, backend }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { pemohon: SHORT_CASE.pemohon });
  await field(page, 'address', 'petitioner').pressSequentially(', Banyuasin');
  await saved(page);
  await page.locator('.nav__link', { hasText: 'Setelan' }).click();
  // Whoever means to clear the browser's data reads here what that costs.
  await expect(page.locator('main')).toContainText('Sebisanya: peramban dapat menghapusnya bila ruang habis', PATIENT);
  await expect(page.locator('main')).toContainText('Menghapus data peramban atau mencopot aplikasi menghapus pekerjaan yang belum terkirim.');
  await page.getByRole('button', { name: 'Keluar' }).click();
  const dialog = page.getByRole('dialog', { name: 'Keluar sekarang?' });
  await expect(dialog).toContainText(/1\s+draf/);
  await dialog.getByRole('button', { name: 'Tetap masuk' }).click();
  await expect(dialog).toBeHidden();

  await page.getByRole('button', { name: 'Keluar' }).click();
  const copy = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Simpan salinan yang belum terkirim' }).click();
  expect(fs.readFileSync(await (await copy).path(), 'utf8')).toContain('Siti Rahma');
  await dialog.getByRole('button', { name: 'Keluar, biarkan tersimpan' }).click();
  await expect(page.getByLabel('Nama pengguna')).toBeVisible();
  await expect(page.getByText('Siti Rahma')).toHaveCount(0);
  await expect.poll(() => backend.logged('DELETE', '/v1/session').length, 'the session ends at the server').toBe(1);

  await page.goto('/');
  await signIn(page, ACCOUNTS.yusuf);
  await allSent(page);
  await expect(page.locator('main')).not.toContainText('Siti Rahma');
  await page.locator('.nav__link', { hasText: 'Setelan' }).click();
  await page.getByRole('button', { name: 'Keluar' }).click();
  await page.goto('/');
  await signIn(page, ACCOUNTS.rina);
  await page.getByRole('link', { name: 'Siti Rahma' }).click();
  await expect(page).toHaveURL(new RegExp(`/draf/${draft}/pemohon`));
  await expect(field(page, 'name', 'petitioner')).toHaveValue('Siti Rahma');
  await expect(field(page, 'address', 'petitioner')).toBeFocused();
});

/** What Android does when somebody chooses this app behind *Bagikan*: a form of the manifest's making. */
async function share(page, files) {
  const { share_target: target } = await page.evaluate(async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json());
  const { name, accept } = target.params.files[0];
  for (const file of files) expect(accept).toContain(file.mimeType);
  await page.evaluate(
    ({ action, method, enctype, name }) => {
      const form = Object.assign(document.createElement('form'), { action, method, enctype, id: 'share' });
      form.append(Object.assign(document.createElement('input'), { type: 'file', multiple: true, name }));
      document.body.append(form);
    },
    { ...target, name },
  );
  await page.locator('#share input').setInputFiles(files);
  await page.evaluate(() => document.getElementById('share').submit());
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Berkas dari aplikasi lain', PATIENT);
}

test('files that another app hands over wait on the device, for this officer alone, until a draft has them', async ({ device, backend }) => {
  test.setTimeout(90_000);
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { pemohon: SHORT_CASE.pemohon });
  await readyForOffline(page);
  await backend.stop();
  const waiting = page.locator('main').getByRole('list', { name: 'Berkas dari aplikasi lain' }).getByRole('listitem');
  const named = { ...PDF_FILE(), name: 'SK KPU 12 & lampiran (100 %).pdf' };
  await share(page, [named, PHOTO_FILE()]);
  await expect(waiting).toContainText([named.name, 'foto-ijazah.png']);
  await page.reload();
  await expect(waiting).toHaveCount(2, PATIENT);

  // From the draft's row to the section that takes files, and there one of them into one field.
  await page.getByRole('link', { name: 'Siti Rahma' }).click();
  await expect(page).toHaveURL(new RegExp(`/draf/${draft}/[a-z]+$`));
  await openSection(page, draft, 'objek');
  await waiting.filter({ hasText: named.name }).getByRole('button', { name: /Tambahkan/ }).click();
  const attached = page.locator('.file-row', { hasText: named.name }).filter({ hasText: 'Di perangkat ini' });
  await expect(attached).toBeVisible(PATIENT);
  await expect(waiting).toHaveCount(1, PATIENT);
  const [record] = await stored(page, 'files');
  expect(record.file).toMatchObject({ name: named.name, sha256: createHash('sha256').update(named.buffer).digest('hex') });
  await page.reload();
  await expect(attached).toBeVisible(PATIENT);
  await expect(waiting).toHaveCount(1, PATIENT);

  // Nobody else on this tablet sees the other one, and it is there when its officer comes back.
  await backend.start();
  await page.goto('/pengaturan');
  await page.getByRole('button', { name: 'Keluar' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keluar, biarkan tersimpan' }).click();
  await page.goto('/');
  await signIn(page, ACCOUNTS.yusuf);
  await page.goto('/bagikan');
  await expect(page.getByText('Tidak ada berkas yang menunggu.')).toBeVisible(PATIENT);
  await page.goto('/pengaturan');
  await expect(page.getByRole('button', { name: 'Hapus data semua akun' })).toHaveAttribute('aria-disabled', 'true', PATIENT);
  await page.getByRole('button', { name: 'Keluar' }).click();
  await page.goto('/');
  await signIn(page, ACCOUNTS.rina);
  await page.locator('.nav__link', { hasText: 'Setelan' }).click();
  await page.getByRole('link', { name: 'Berkas dari aplikasi lain' }).click();
  await expect(waiting).toHaveCount(1, PATIENT);
  // A slip is undone; what is really put away goes from the device, too.
  const none = page.getByText('Tidak ada berkas yang menunggu.');
  await waiting.getByRole('button', { name: /Hapus/ }).click();
  await expect(none).toBeVisible();
  await page.getByRole('button', { name: 'Urungkan' }).click();
  await expect(waiting).toHaveCount(1);
  await waiting.getByRole('button', { name: /Hapus/ }).click();
  await expect(none).toBeVisible();
  const left = () => page.evaluate(async () => (await (await caches.open('sips-shared')).keys()).length);
  await expect.poll(left, { timeout: 30_000 }).toBe(0);
  await page.reload();
  await expect(none).toBeVisible(PATIENT);
});

test('what another account has not sent is counted, not shown, and stays when the outbox is sent', async ({ device, gate, backend }) => {
  const page = await device({ url: gate.url });
  await arrive(page);
  // Rina's petition cannot reach the server; signing in and pulling can.
  gate.answer = (request) => request.method === 'POST' && request.url.startsWith('/v1/commands') && { status: 503 };
  const { id } = await wholePetition(page);
  await page.locator('.nav__link', { hasText: 'Setelan' }).click();
  await page.getByRole('button', { name: 'Keluar' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keluar, biarkan tersimpan' }).click();
  gate.answer = null;

  await page.goto('/');
  await signIn(page, ACCOUNTS.yusuf);
  await page.goto('/kirim');
  const others = page.getByText('Akun lain di perangkat ini juga punya pekerjaan yang belum terkirim');
  await expect(others).toContainText(/mengirimnya: 1$/, PATIENT);
  await page.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
  await expect(page.getByText('Tidak ada yang menunggu dikirim.')).toBeVisible(PATIENT);
  await expect(others).toBeVisible();
  await expect(page.locator('body')).not.toContainText('Siti Rahma');
  await page.goto(`/perkara/${id}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Halaman tidak ditemukan', PATIENT);
  expect((await backend.cases()).size).toBe(0);

  await page.goto('/pengaturan');
  await page.getByRole('button', { name: 'Keluar' }).click();
  await page.goto('/');
  await signIn(page, ACCOUNTS.rina);
  await allSent(page);
  expect((await backend.cases()).size).toBe(1);
  await page.goto('/kirim');
  await expect(page.getByText('Akun lain di perangkat ini')).toHaveCount(0);
});

test('two tabs on one draft: one writes, the other reads and can take over', async ({ device }) => {
  const first = await device();
  await arrive(first);
  const draft = await beginPetition(first);
  await openSection(first, draft, 'pokok');
  await field(first, 'direct_loss').fill('Ditulis di tab pertama.');
  await saved(first);

  const second = await first.context().newPage();
  await second.goto(`/draf/${draft}/pokok`);
  await expect(second.getByText('Draf ini terbuka di tab lain')).toBeVisible(PATIENT);
  await expect(field(second, 'direct_loss')).toHaveValue('Ditulis di tab pertama.');
  await expect(field(second, 'direct_loss')).not.toBeEditable();
  await expect(field(first, 'direct_loss')).toBeEditable();

  // Taken over in the middle of a word of the first tab.
  await field(first, 'grounds').pressSequentially('Sampai huruf terakhir');
  await second.getByRole('button', { name: 'Tulis di sini saja' }).click();
  await expect(field(second, 'grounds')).toBeEditable();
  await expect(first.getByText('Draf ini terbuka di tab lain')).toBeVisible();
  await expect(field(first, 'grounds')).not.toBeEditable();
  await expect(field(second, 'grounds')).toHaveValue('Sampai huruf terakhir');
  await field(second, 'grounds').fill('Sampai huruf terakhir, dan lebih.');
  await field(second, 'grounds').blur();
  await saved(second);
  await expect(field(second, 'direct_loss')).toHaveValue('Ditulis di tab pertama.');

  // And back: the first tab shows what the second wrote.
  await first.getByRole('button', { name: 'Tulis di sini saja' }).click();
  await expect(field(first, 'grounds')).toHaveValue('Sampai huruf terakhir, dan lebih.');
  await expect(field(first, 'grounds')).toBeEditable();
  await expect(field(second, 'grounds')).not.toBeEditable();
});

test('a reading tab may write once the writing tab is closed', async ({ device }) => {
  const first = await device();
  await arrive(first);
  const draft = await beginPetition(first);
  await openSection(first, draft, 'termohon');
  const second = await first.context().newPage();
  await second.goto(`/draf/${draft}/termohon`);
  await expect(field(second, 'respondent_address')).not.toBeEditable(PATIENT);
  await field(first, 'respondent_address').fill('Jalan Palembang-Betung KM 42');
  await first.close({ runBeforeUnload: false });
  await expect(field(second, 'respondent_address')).toBeEditable();
  await expect(field(second, 'respondent_address')).toHaveValue(/^(Jalan Palembang-Betung KM 42)?$/);
});

test('back and forward never lose what is typed', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'termohon');
  await field(page, 'respondent_address').pressSequentially('Jalan Merdeka');
  await page.goBack();
  await expect(page.getByRole('list', { name: 'Bagian permohonan' })).toBeVisible();
  await page.goForward();
  await expect(field(page, 'respondent_address')).toHaveValue('Jalan Merdeka');

  await field(page, 'respondent_address').pressSequentially(' 12');
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Permohonan baru' })).toBeVisible();
  await page.goForward();
  await page.goForward();
  await expect(field(page, 'respondent_address')).toHaveValue(/^(Jalan Merdeka 12| 12Jalan Merdeka)$/);
  await page.reload();
  await expect(field(page, 'respondent_address')).toHaveValue(/^(Jalan Merdeka 12| 12Jalan Merdeka)$/);
});

test('a removed row and a discarded draft can be undone', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'petitum');
  for (const [row, text] of ['Membatalkan keputusan', 'Memulihkan nama calon', 'Putusan seadil-adilnya'].entries()) {
    await page.getByRole('button', { name: 'Tambah petitum' }).click();
    await field(page, 'text', 'petitum', row).fill(text);
  }
  await page.getByRole('button', { name: 'Hapus Petitum 2' }).click();
  await expect(page.locator('textarea')).toHaveCount(2);
  await expect(page.locator('.toast')).toContainText('Petitum 2 dihapus.');
  await page.getByRole('button', { name: 'Urungkan' }).click();
  await expect(page.locator('textarea')).toHaveCount(3);
  await expect(field(page, 'text', 'petitum', 1)).toHaveValue('Memulihkan nama calon');
  await saved(page);

  await page.getByRole('link', { name: 'Semua bagian' }).click();
  await page.getByRole('button', { name: 'Buang draf' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Buang draf' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible();
  await expect(page.getByText('Belum ada pekerjaan di perangkat ini.')).toBeVisible();
  await page.getByRole('button', { name: 'Urungkan' }).click();
  await page.getByRole('link', { name: 'Permohonan tanpa nama pemohon' }).click();
  await page.goto(`/draf/${draft}/petitum`);
  await expect(field(page, 'text', 'petitum', 2)).toHaveValue('Putusan seadil-adilnya');
});

test('bytes of a discarded draft go once its undo is over, those of another draft stay, and a start goes on with what was left', async ({ device }) => {
  test.setTimeout(60_000);
  const page = await device();
  await arrive(page);
  const begin = async (file) => {
    await page.goto('/');
    const draft = await beginPetition(page);
    await fillPetition(page, draft, { objek: { object_number: '1', object_files: { attach: [file] } }, termohon: { respondent_name: 'KPU' } });
    await page.getByRole('link', { name: 'Semua bagian' }).click();
    return draft;
  };
  const discard = async () => {
    await page.getByRole('button', { name: 'Buang draf' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Buang draf' }).click();
    await expect(page.locator('.toast')).toContainText('Draf dibuang.');
  };
  await begin(PHOTO_FILE);
  const draft = await begin(PDF_FILE);
  expect(await counted(page, 'chunks')).toBe(2);
  await discard();
  // Nothing of it goes while it can be undone; and what comes back is whole.
  await page.getByRole('button', { name: 'Urungkan' }).click();
  await expect.poll(() => counted(page, 'drafts'), PATIENT).toBe(2);
  await page.goto(`/draf/${draft}/objek`);
  await expect(page.locator('.file-row', { hasText: PDF_FILE().name })).toContainText('Di perangkat ini', PATIENT);
  expect(await counted(page, 'chunks')).toBe(2);
  expect(await counted(page, 'versions')).toBeGreaterThan(0);

  await page.getByRole('link', { name: 'Semua bagian' }).click();
  await discard();
  expect(await counted(page, 'chunks')).toBe(2);
  await page.locator('.toast').getByRole('button', { name: 'Tutup' }).click();
  await expect.poll(() => counted(page, 'chunks'), PATIENT).toBe(1);
  expect((await stored(page, 'files')).map(({ file }) => file.name)).toEqual([PHOTO_FILE().name]);
  expect((await stored(page, 'versions')).filter(({ id }) => id === draft)).toEqual([]);
  // Its text is still in the device's journal.
  expect(JSON.stringify(await stored(page, 'journal'))).toContain(draft);

  // A page that ends with the undo on screen leaves it to the next start.
  await begin(PDF_FILE);
  expect(await counted(page, 'chunks')).toBe(2);
  await discard();
  await page.reload();
  await expect.poll(() => counted(page, 'chunks'), PATIENT).toBe(1);
});

test('a file taken out of a form goes with its draft, not before; the one that is sent stays', async ({ device, gate }) => {
  const page = await device({ url: gate.url });
  await arrive(page);
  await allSent(page);
  gate.answer = (request) => request.method === 'POST' && request.url.startsWith('/v1/commands') && { status: 503 };
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { ...SHORT_CASE, objek: { ...SHORT_CASE.objek, object_files: { attach: [PDF_FILE, PHOTO_FILE] } } });
  await page.goto(`/draf/${draft}/objek`);
  await page.locator('.file-row', { hasText: PDF_FILE().name }).getByRole('button', { name: /^Hapus/ }).click(PATIENT);
  await page.locator('.toast').getByRole('button', { name: 'Tutup' }).click();
  await saved(page);
  await page.reload();
  await expect(page.locator('.file-row')).toHaveCount(1, PATIENT);
  expect(await counted(page, 'chunks'), 'an earlier version of the draft names it').toBe(2);
  await openCheck(page, draft);
  await receive(page);
  await expect.poll(() => counted(page, 'chunks'), PATIENT).toBe(1);
  expect((await stored(page, 'files')).map(({ file }) => file.name)).toEqual([PHOTO_FILE().name]);
});

test('signing out of a locked screen counts what stays, and hands a copy out behind the password alone', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await fillPetition(page, draft, { pemohon: SHORT_CASE.pemohon });
  const lock = async () => {
    await page.goto('/pengaturan');
    await page.getByRole('button', { name: 'Kunci sekarang' }).click(PATIENT);
    await expect(page.getByRole('heading', { level: 1, name: 'Layar dikunci' })).toBeVisible(PATIENT);
  };
  await lock();
  await page.getByRole('button', { name: 'Keluar', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Keluar sekarang?' });
  await expect(dialog).toContainText(/1\s+draf/);
  await expect(dialog).not.toContainText('Siti Rahma');
  const saves = [];
  page.on('download', (download) => saves.push(download));
  await dialog.getByRole('button', { name: 'Simpan salinan yang belum terkirim' }).click();
  await expect(page.locator('#password')).toBeFocused();
  await expect(page.getByText('salinannya dibuat sesudah itu')).toBeVisible();
  expect(saves).toEqual([]);
  const copy = page.waitForEvent('download');
  await page.locator('#password').fill(ACCOUNTS.rina.password);
  await page.getByRole('button', { name: 'Buka kunci' }).click();
  expect(fs.readFileSync(await (await copy).path(), 'utf8')).toContain('Siti Rahma');

  await lock();
  await page.getByRole('button', { name: 'Keluar', exact: true }).click();
  await dialog.getByRole('button', { name: 'Keluar, biarkan tersimpan' }).click();
  await expect(page.getByLabel('Nama pengguna')).toBeVisible(PATIENT);
  await page.goto('/');
  await signIn(page);
  await expect(page.getByRole('link', { name: 'Siti Rahma' })).toBeVisible(PATIENT);
});

test('the screen locks by itself after a while without a touch; the password brings the draft back, also without a server', async ({ device, backend }) => {
  const page = await device();
  await arrive(page);
  await readyForOffline(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  await field(page, 'direct_loss').pressSequentially('Di tengah kalimat');
  await saved(page);
  await backend.stop();
  // Only what the clock shows: the time away is looked at when somebody touches the screen again.
  await page.clock.setFixedTime(Date.now() + 16 * 60_000);
  await page.locator('h1').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Layar dikunci' })).toBeVisible(PATIENT);
  await expect(page.getByText('Di tengah kalimat')).toHaveCount(0);
  await expect(page.getByText('bukan menyandikan data')).toBeVisible();

  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Layar dikunci' }), 'a reload does not open it').toBeVisible(PATIENT);
  await page.locator('#password').fill('salah');
  await page.getByRole('button', { name: 'Buka kunci' }).click();
  await expect(page.getByRole('alert')).toContainText('bukan yang terakhir dipakai di perangkat ini', PATIENT);
  await page.locator('#password').fill('banyuasin-rina-2026');
  await page.getByRole('button', { name: 'Buka kunci' }).click();
  await expect(field(page, 'direct_loss')).toHaveValue('Di tengah kalimat', PATIENT);
  await expect(field(page, 'direct_loss')).toBeFocused(PATIENT);
});

test('the lock waits as long as the settings say, and tells a lock by hand from one by the clock', async ({ device }) => {
  const page = await device();
  await arrive(page);
  await page.goto('/pengaturan');
  const lock = page.locator('fieldset:has(#lock)');
  await expect(lock.getByRole('radio', { name: '15 menit tanpa sentuhan' })).toBeChecked(PATIENT);
  await lock.getByText('60 menit tanpa sentuhan').click();
  const later = async (minutes) => {
    await page.clock.setFixedTime(await page.evaluate((more) => Date.now() + more * 60_000, minutes));
    await page.locator('h1').click();
  };
  const locked = page.getByRole('heading', { level: 1, name: 'Layar dikunci' });
  // Whoever reads is warned, and any key is touch enough. The minute hand comes with the page's return, too.
  await page.clock.setFixedTime(await page.evaluate(() => Date.now() + 59 * 60_000 + 5_000));
  await page.evaluate(() => document.dispatchEvent(new Event('resume')));
  await expect(page.locator('.shell__notices')).toContainText('Layar terkunci dalam semenit', PATIENT);
  await page.keyboard.press('Shift');
  await expect(page.locator('.shell__notices')).not.toContainText('Layar terkunci');
  await later(59);
  await page.goto('/bantuan');
  await page.goto('/pengaturan');
  await expect(lock.getByRole('radio', { name: '60 menit tanpa sentuhan' }), 'the setting is kept').toBeChecked(PATIENT);
  await later(61);
  await expect(locked).toBeVisible(PATIENT);
  await expect(page.locator('main')).toContainText('Sudah lama tidak disentuh.');
  const open = async () => {
    await page.locator('#password').fill(ACCOUNTS.rina.password);
    await page.getByRole('button', { name: 'Buka kunci' }).click();
    await expect(locked).toHaveCount(0, PATIENT);
  };
  await open();

  await page.getByText('Jangan kunci').click();
  await later(600);
  await expect(page.getByRole('heading', { level: 1, name: 'Setelan' })).toBeVisible();
  await page.getByRole('button', { name: 'Kunci sekarang' }).click();
  await expect(page.locator('main')).toContainText('Anda menguncinya.', PATIENT);
  await expect(page.locator('main')).not.toContainText('tidak disentuh');
  await page.reload();
  await expect(page.locator('main')).toContainText('Anda menguncinya.', PATIENT);
  // No page of the settings is a way round it, also not the one that erases.
  for (const address of ['akun', 'akun-impor', 'perangkat', 'server', 'diagnostik', 'penghapusan', 'tabel']) {
    await page.goto(`/pengaturan/${address}`);
    await expect(locked, address).toBeVisible(PATIENT);
    await expect(page.locator('main').getByRole('heading'), address).toHaveCount(1);
  }
  await open();
});

test('the first receipt is where installing is offered, once, and never before', async ({ device }) => {
  const page = await device();
  await page.addInitScript(() => {
    // As Chromium does where the app can be installed.
    addEventListener('sips:started', () => dispatchEvent(Object.assign(new Event('beforeinstallprompt', { cancelable: true }), { prompt: async () => (window.prompted = true), userChoice: Promise.resolve({ outcome: 'accepted' }) })));
  });
  await arrive(page);
  const offer = page.getByRole('button', { name: 'Pasang sekarang' });
  await expect(offer).toHaveCount(0);
  await wholePetition(page);
  await expect(offer).toBeVisible(PATIENT);
  await expect(page.locator('main')).toContainText('datanya lebih aman dari penghapusan oleh peramban');
  await page.getByRole('button', { name: 'Nanti' }).click();
  await expect(offer).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Permohonan diterima' })).toBeVisible(PATIENT);
  await expect(offer).toHaveCount(0);
  // In the settings it stays.
  await page.goto('/pengaturan');
  await offer.click(PATIENT);
  await expect.poll(() => page.evaluate(() => window.prompted)).toBe(true);
});

test('the same petition typed twice is pointed at before it is received again', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const { id } = await wholePetition(page);
  // The banner of the receipt says since when the server has it.
  await expect(page.locator('.banner--success')).toContainText(/Diterima server .* pukul \d\d\.\d\d WIB/, PATIENT);
  await page.getByRole('link', { name: 'Ke perkara' }).click();
  await page.getByRole('link', { name: 'Hari ini', exact: true }).first().click();
  const draft = await beginPetition(page);
  // Names that this office has met need not be typed again.
  await openSection(page, draft, 'pemohon');
  const offered = field(page, 'name', 'petitioner');
  await expect.poll(() => offered.evaluate((input) => [...(input.list?.options ?? [])].map((option) => option.value)), PATIENT).toContain('Siti Rahma');
  await fillPetition(page, draft, SHORT_CASE);
  await openCheck(page, draft);
  const warning = page.locator('.banner', { hasText: 'Isi yang sama sudah ada' });
  await expect(warning.getByRole('link')).toHaveAttribute('href', `/perkara/${id}`);
  // A warning only: two petitioners may write the same.
  await page.getByRole('button', { name: 'Terima permohonan' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Permohonan diterima' })).toBeVisible(PATIENT);
  expect(new URL(page.url()).pathname).not.toContain(id);
});
