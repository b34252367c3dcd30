// Access for everybody: no violation that axe finds on any page, in both languages and themes; the keyboard alone; the focus
// after a change of page; narrow screens and large text.

import { RECEPTION_NUMBER, allSent, arrive, beginPetition, openCheck, openSection, saved, signIn, wholePetition } from '../support/app.mjs';
import { violationsOf } from '../support/axe.mjs';
import { SIZES } from '../support/browser.mjs';
import { EMPTY_FILE, PHOTO_FILE } from '../support/files.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const CASE_PARTS = ['/berkas', '/berkas/0', '/pihak', '/dokumen', '/sidang', '/linimasa', '/putusan'];
const SECTIONS = ['masuk', 'objek', 'pemohon', 'kuasa', 'termohon', 'kewenangan', 'pokok', 'petitum', 'bukti', 'saksi', 'berkas', 'pernyataan'];

async function axe(page, where) {
  // The size of targets is not among the rules that axe looks at by itself. What lies under a bar that stays is scrolled out from under it by a
  // person, and not called small. A sheet of its own holds also for a bar that is drawn anew meanwhile.
  const bars = (position) =>
    page.evaluate((position) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(position ? `.nav, .top-bar { position: ${position} !important; }` : '');
      document.adoptedStyleSheets = [sheet];
    }, position);
  await bars('static');
  const violations = await violationsOf(page, { 'target-size': { enabled: true } });
  await bars('');
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`), where).toEqual([]);
  expect(await page.evaluate(looseTables), where).toEqual([]);
}

/** Runs in the page: tables without a caption, or with a row whose cells hang on nothing. Days of a calendar hang on their column alone. */
function looseTables() {
  const tables = [...document.querySelectorAll('table')];
  return tables
    .filter((table) => {
      const rows = [...table.querySelectorAll('tbody tr, tfoot tr')];
      const headed = rows.every((row) => row.querySelector('th[scope=row]')) || table.classList.contains('days');
      const columns = table.tHead ? [...table.tHead.querySelectorAll('th')].every((head) => head.scope === 'col') : rows[0]?.cells.length <= 4;
      return !table.caption?.textContent.trim() || !headed || !columns;
    })
    .map((table) => table.className);
}

async function setLanguage(page, language) {
  await page.goto('/pengaturan');
  await page.getByText(language === 'en' ? 'English' : 'Bahasa Indonesia', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

// Words do not change colours, nor colours words: each language and each theme stands in one of the two.
for (const [language, colorScheme] of [['id', 'light'], ['en', 'dark']]) {
  test(`axe finds nothing on any page, ${language}, ${colorScheme}`, async ({ device }) => {
    test.setTimeout(300_000);
    const page = await device({ colorScheme, viewport: { width: 360, height: 2400 } });
    await page.goto('/');
    await expect(page.locator('#username')).toBeVisible(PATIENT);
    await axe(page, 'sign-in');
    await arrive(page);
    const { pathname } = await (async () => {
      await wholePetition(page);
      return new URL(page.url());
    })();
    await setLanguage(page, language);
    await page.goto('/permohonan/baru/pemilu-penyelenggara');
    await expect(page).toHaveURL(/\/draf\/[0-9a-f-]+$/, PATIENT);
    const draft = new URL(page.url()).pathname;
    const pages = ['/', '/permohonan/baru', '/perkara', pathname, pathname.replace('/tanda-terima', ''), ...CASE_PARTS.map((part) => pathname.replace('/tanda-terima', part)), '/kirim', '/kirim/kapsul', '/kirim/jurnal', '/bagikan', '/jadwal', '/rekap', '/rekap/daftar', '/publik/permohonan', '/pengaturan', '/pengaturan/tabel', '/pengaturan/tabel/year/id/2026', '/bantuan', '/bantuan?dari=/perkara&cari=hari', '/bantuan/istilah', '/bantuan/langkah/pemilu-antarpeserta', '/kendala', pathname.replace('/tanda-terima', '/catatan'), '/gaya', '/tidak-ada', draft, `${draft}/periksa`, `${draft}/riwayat`];
    for (const address of [...pages, ...SECTIONS.map((section) => `${draft}/${section}`)]) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 }), address).toBeVisible(PATIENT);
      await axe(page, address);
    }
  });
}

/** What is only there at times: signed out, without a server, with something held back, with a dialog, with a mistake. */
for (const [language, colorScheme] of [['id', 'light'], ['en', 'dark']]) {
  test(`axe finds nothing in passing states, ${language}, ${colorScheme}`, async ({ device, gate }) => {
    test.setTimeout(120_000);
    const page = await device({ url: gate.url, colorScheme, viewport: { width: 360, height: 2400 } });
    for (const address of ['/bantuan', '/gaya', '/perkara', '/tidak-ada']) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
      await axe(page, `signed out: ${address}`);
    }
    await page.goto('/');
    await page.locator('#username').fill('rina');
    await page.locator('#password').fill('salah');
    await page.getByRole('button', { name: 'Masuk', exact: true }).click();
    await expect(page.getByRole('alert')).toBeVisible(PATIENT);
    await axe(page, 'a wrong password');
    await signIn(page);
    await allSent(page);

    gate.answer = (request, body) => {
      if (request.url !== '/v1/commands') return null;
      const results = JSON.parse(body).commands.map(({ commandId }) => ({ commandId, result: 'rejected', problem: { type: '/problems/rejected', title: 'Rejected', status: 422, detail: '', commandId, reasons: ['other_office'] } }));
      return { status: 200, headers: { 'content-type': 'application/json', 'sips-contract': '1' }, body: JSON.stringify({ results }) };
    };
    await wholePetition(page);
    await expect(page.locator('.paper__number')).toContainText('Kode sementara');
    const receipt = new URL(page.url()).pathname;
    await axe(page, 'a receipt with a provisional code');
    await page.locator('.nav__link[href="/kirim"]').click();
    await expect(page.getByText('Tertahan')).toBeVisible(PATIENT);
    gate.answer = (request) => (request.url.startsWith('/v1/') ? { status: 503, headers: { 'content-type': 'application/problem+json', 'sips-contract': '1' }, body: '{}' } : null);
    await page.locator('.nav__link[href="/"]').click();
    await wholePetition(page);
    await setLanguage(page, language);
    for (const address of ['/kirim', '/kirim/kapsul', '/', '/perkara', receipt.replace('/tanda-terima', '')]) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
      await axe(page, `with something held back and something waiting: ${address}`);
    }
    await page.goto('/pengaturan');
    await page.getByRole('button', { name: /^(Keluar|Sign out)$/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await axe(page, 'the dialog at signing out');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(page.getByRole('button', { name: /^(Keluar|Sign out)$/ }), 'the focus goes back to where it came from').toBeFocused();

    await page.goto('/permohonan/baru/pemilu-penyelenggara');
    await expect(page).toHaveURL(/\/draf\/[0-9a-f-]+$/, PATIENT);
    const draft = new URL(page.url()).pathname;
    await page.goto(`${draft}/objek`);
    await page.locator('[id="object_fixed_on"]').fill('31 2 2026');
    await page.locator('[id="object_fixed_on"]').blur();
    await page.locator('fieldset:has([id="object_files"]) input[type=file][multiple]').setInputFiles([PHOTO_FILE(), EMPTY_FILE]);
    await expect(page.locator('.file-row')).toHaveCount(2);
    await expect(page.locator('.file-row img')).toBeVisible(PATIENT);
    await axe(page, 'a field with a mistake, a file kept and a file refused');
    await page.goto(`${draft}/petitum`);
    await page.locator('[id="petitum"]').click();
    await page.locator('[id="petitum"]').click();
    await page.locator('.summary-card').nth(1).getByRole('button', { name: /Hapus|Remove/ }).click();
    await expect(page.locator('.toast')).toBeVisible();
    await axe(page, 'a notice with its undo');
    await page.goto(`${draft}/periksa`);
    await page.getByRole('button', { name: /Terima permohonan|Receive the petition/ }).click();
    await expect(page.locator('#to-mend')).toBeFocused();
    await axe(page, 'the check page with what to mend');
  });
}

test('the whole way from sign-in to the receipt by keyboard alone', async ({ device }) => {
  test.setTimeout(120_000);
  const page = await device({ size: 'desktop' });
  const { keyboard } = page;
  await page.goto('/');
  await expect(page.locator('#username')).toBeVisible(PATIENT);
  await reach(page, '#username');
  await keyboard.type('rina');
  await keyboard.press('Tab');
  await keyboard.type('banyuasin-rina-2026');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
  await press(page, 'Baru');
  await expect(page.getByRole('heading', { level: 1, name: 'Permohonan baru' })).toBeFocused(PATIENT);
  await press(page, 'Sengketa peserta dengan penyelenggara Pemilu');
  await expect(page.getByRole('list', { name: 'Bagian permohonan' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Permohonan baru' })).toBeFocused(PATIENT);

  await press(page, 'Cara dan waktu masuk');
  await expect(page.getByRole('heading', { level: 1, name: 'Cara dan waktu masuk' })).toBeFocused();
  await type(page, '[id="filed_on"]', '8 7 2026');
  await type(page, '[id="filed_at"]', '10.20');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Objek sengketa' })).toBeFocused();
  await reach(page, '[name="object_kind"]');
  await keyboard.press('Space');
  await expect(page.locator('[id="object_kind"]')).toBeChecked();
  await type(page, '[id="object_fixed_on"]', '6 7 2026');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Pemohon' })).toBeFocused();
  await reach(page, '[id^="petitioner/"][id$="/kind"]');
  await keyboard.press('Space');
  // The arrows walk a group of radio buttons.
  for (let step = 0; step < 3; step += 1) await keyboard.press('ArrowDown');
  await expect(page.getByLabel('Calon atau bakal calon anggota DPD')).toBeChecked();
  await type(page, '[id^="petitioner/"][id$="/name"]', 'Siti Rahma');
  await type(page, '[id^="petitioner/"][id$="/address"]', 'Betung');
  await press(page, 'Lanjut');
  await expect(page.getByRole('heading', { level: 1, name: 'Kuasa hukum' })).toBeFocused();
  await press(page, 'Semua bagian');
  await expect(page.getByRole('heading', { level: 1, name: 'Siti Rahma' })).toBeFocused();
  await press(page, 'Pernyataan');
  await expect(page.getByRole('heading', { level: 1, name: /^Pernyataan/ })).toBeFocused();
  await reach(page, '[name="not_other_violation"]');
  await keyboard.press('Space');
  await press(page, 'Periksa jawaban');
  await expect(page.getByRole('heading', { level: 1, name: 'Periksa jawaban' })).toBeFocused();
  await press(page, 'Terima permohonan', 120);
  await expect(page.getByRole('heading', { level: 1, name: 'Permohonan diterima' })).toBeVisible(PATIENT);
  await expect(page).toHaveTitle(/^Tanda terima .+ · SIPS Lapangan$/);
});

test('a number that arrives leaves the focus where it is', async ({ device, gate }) => {
  for (const target of ['title', 'button']) {
    const page = await device({ url: gate.url });
    await arrive(page);
    await allSent(page);
    gate.answer = (request) => (request.url === '/v1/commands' ? { status: 503, headers: { 'content-type': 'application/problem+json', 'sips-contract': '1' }, body: '{}' } : null);
    await wholePetition(page);
    await expect(page.locator('.paper__number')).toContainText('Kode sementara');
    const focused = target === 'title' ? page.getByRole('heading', { level: 1, name: 'Permohonan diterima' }) : page.getByRole('button', { name: /^Cetak/ });
    if (target === 'button') await focused.focus();
    await expect(focused).toBeFocused();
    gate.answer = null;
    await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, { timeout: 30_000 });
    await expect(focused, target).toBeFocused();
  }
});

test('every page takes the focus to its title and names the window', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const titles = new Set();
  for (const [address, title] of [['/perkara', 'Perkara'], ['/kirim', 'Kotak Kirim'], ['/pengaturan', 'Setelan'], ['/', 'Hari ini']]) {
    await page.locator(`.nav__link[href="${address}"]`).click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeFocused();
    await expect(page).toHaveTitle(`${title} · SIPS Lapangan`);
    await expect(page.locator(`.nav__link[href="${address}"]`)).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    titles.add(await page.title());
  }
  expect(titles.size).toBe(4);
  await page.keyboard.press('Tab');
  await page.evaluate(() => document.querySelector('.skip-link').focus());
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});

test('help can be reached at every size', async ({ device }) => {
  for (const size of Object.keys(SIZES)) {
    const page = await device({ size });
    await arrive(page);
    // On a phone, where five tabs fill the bar, the settings may hold it.
    await page.locator('.nav__link[href="/pengaturan"]').click();
    // While the page comes there is no navigation yet, and the bar has the link.
    await expect(page.getByRole('heading', { level: 1, name: 'Setelan' })).toBeVisible(PATIENT);
    const link = page.getByRole('link', { name: 'Bantuan' }).first();
    await expect(link, size).toBeVisible();
    await link.click();
    await expect(page.getByRole('heading', { level: 1, name: 'Bantuan' })).toBeFocused();
  }
});

test('help shows what one meets on screen, in the language of the screen', async ({ device }) => {
  const page = await device({ size: 'phone' });
  await arrive(page);
  const topic = async (title, words) => {
    await page.goto('/bantuan?dari=/perkara');
    const entry = page.locator('#layar .help-entry', { hasText: title });
    await entry.getByText(title).click(PATIENT);
    await expect(entry.locator('.help-picture')).toBeVisible();
    await expect(entry.locator('.help-picture')).toContainText(words);
    await axe(page, title);
  };
  await topic('Bagaimana mencari perkara?', /Perkara.*Cari perkara/);
  await page.getByRole('button', { name: 'EN · English' }).click();
  await topic('How do I find a case?', /Cases.*Find a case/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
});

test('the state in the top bar fits, whatever it says', async ({ device, gate }) => {
  const page = await device({ url: gate.url });
  const fits = () =>
    page.locator('.top-bar__state').evaluate((state) => {
      const edge = document.documentElement.clientWidth;
      return [state, ...state.querySelectorAll('*')].every((part) => part.getBoundingClientRect().right <= edge + 0.5);
    });
  await arrive(page);
  await allSent(page);
  expect.soft(await fits(), 'all sent').toBe(true);
  gate.hold = true;
  await page.goto('/');
  await expect(page.locator('.top-bar__state')).toContainText('Menyambung…', PATIENT);
  expect.soft(await fits(), 'connecting').toBe(true);
  gate.hold = false;
  gate.answer = (request) => (request.url.startsWith('/v1/') ? { status: 503, headers: { 'content-type': 'application/problem+json', 'sips-contract': '1' }, body: '{}' } : null);
  await page.reload();
  await expect(page.locator('.top-bar__state')).toContainText('Server belum terjangkau', PATIENT);
  expect.soft(await fits(), 'not reached').toBe(true);
  await wholePetition(page);
  await expect(page.locator('.top-bar__state')).toContainText('1 belum terkirim');
  expect.soft(await fits(), 'unsent').toBe(true);
  // Hours later the age of what waits is told on every page.
  await page.addInitScript(() => {
    const { now } = Date;
    Date.now = () => now() + 3 * 60 * 60_000;
  });
  await page.goto('/pengaturan');
  await expect(page.locator('.top-bar__state')).toContainText('1 belum terkirim, 3 jam lalu', PATIENT);
  expect.soft(await fits(), 'unsent for hours').toBe(true);
});

test('the focus is to be seen, and never hides under a bar that stays', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pemohon');
  const bad = [];
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body || !element.closest('main')) return null;
      const box = element.getBoundingClientRect();
      const [x, y] = [box.left + Math.min(box.width / 2, 20), box.top + Math.min(box.height / 2, 20)];
      const top = document.elementFromPoint(x, y);
      const covered = !top || !(element.contains(top) || top.contains(element) || top.closest('.choice, .field__row, .select, .act') === element.closest('.choice, .field__row, .select, .act'));
      const seen = (node) => {
        const style = getComputedStyle(node);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
      };
      const around = element.closest('.choice') ?? element;
      const visible = [element, around, ...around.querySelectorAll('*')].some(seen) || ['::before', '::after'].some((part) => [...around.querySelectorAll('*')].some((node) => getComputedStyle(node, part).outlineStyle !== 'none'));
      return { name: element.id || element.innerText, covered, visible };
    });
    if (found && (found.covered || !found.visible)) bad.push(found);
  }
  expect(bad).toEqual([]);
});

/** Walks by Tab to the link or button of that name and presses it. */
async function press(page, name, most = 60) {
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => document.activeElement?.innerText.trim() ?? '');
    if (text.startsWith(name)) {
      await page.keyboard.press('Enter');
      return;
    }
  }
  throw new Error(`no way by Tab to ${name}`);
}

/** Walks by Tab to the first control of that kind. */
async function reach(page, selector) {
  for (let step = 0; step < 60; step += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no way by Tab to ${selector}`);
}

/** Writes into a field in place of what stands there. */
async function type(page, selector, text) {
  await reach(page, selector);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

test('the list of what to mend takes the focus and leads to the field', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openCheck(page, draft);
  await page.getByRole('button', { name: 'Terima permohonan' }).click();
  await expect(page.locator('#to-mend')).toBeFocused();
  await expect(page).toHaveTitle(/^Galat: /);
  await page.locator('#to-mend').getByRole('link', { name: /Tanggal ditetapkan wajib diisi/ }).click();
  await expect(page.locator('[id="object_fixed_on"]')).toBeFocused();
  await expect(page.locator('[id="object_fixed_on"]')).toBeInViewport();

  // Whoever came from the check goes back to it with one press, and sees what was changed.
  await page.locator('[id="object_fixed_on"]').fill('6 7 2026');
  await page.getByRole('button', { name: 'Kembali ke Periksa jawaban' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Periksa jawaban' })).toBeVisible();
  await expect(page.locator('main')).toContainText('Senin, 6 Juli 2026');
  // What must be there is a link where it is missing; what may be left out says so.
  const missing = page.locator('dd').getByRole('link', { name: /^Wajib diisi/ });
  await missing.first().click();
  await expect(page).toHaveURL(/\?dari=periksa#/);
  await page.getByRole('button', { name: 'Kembali ke Periksa jawaban' }).click();
  await expect(page.locator('dd', { hasText: 'Tidak diisi' }).first()).toBeVisible();
  await page.getByRole('link', { name: /^Ubah/ }).first().click();
  await expect(page.getByRole('button', { name: 'Kembali ke Periksa jawaban' })).toBeVisible();
});

test('narrow screens and large text need no sideways scrolling, and targets are large enough', async ({ device }) => {
  test.setTimeout(120_000);
  const page = await device({ viewport: { width: 320, height: 640 } });
  await arrive(page);
  const { id } = await wholePetition(page);
  await page.goto('/');
  const draft = await beginPetition(page);
  await openSection(page, draft, 'objek');
  await page.locator('[id="object_fixed_on"]').fill('6 7 2026');
  await saved(page);
  const parts = ['/tanda-terima', ...CASE_PARTS].map((part) => `/perkara/${id}${part}`);
  for (const address of ['/', '/perkara', `/perkara/${id}`, ...parts, '/kirim', '/kirim/kapsul', '/kirim/jurnal', '/bagikan', '/jadwal', '/rekap', '/rekap/daftar', '/publik/putusan', '/pengaturan', '/pengaturan/tabel', '/bantuan', '/gaya', `/draf/${draft}`, `/draf/${draft}/riwayat`, `/draf/${draft}/objek`, `/draf/${draft}/pemohon`, `/draf/${draft}/periksa`]) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
    for (const size of ['100%', '200%']) {
      await page.evaluate((text) => document.documentElement.style.setProperty('font-size', text), size);
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await expect.poll(overflow, { message: `${address} at ${size}` }).toBeLessThanOrEqual(0);
    }
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('.nav__link, .top-bar a, .action-bar a, main button, main summary, main select, main input[type=text], main textarea')]
        .filter((element) => element.checkVisibility())
        .map((element) => [element.innerText, element.getBoundingClientRect().height])
        .filter(([, height]) => height < 44)
    );
    expect(small, address).toEqual([]);
  }
});

test('the language changes without a reload and without losing a word', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pokok');
  await page.locator('[id="direct_loss"]').fill('Kerugian langsung');
  await page.getByRole('link', { name: 'Setelan' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Setelan' })).toBeVisible(PATIENT);
  await page.evaluate(() => (window.untouched = true));
  await page.getByText('English', { exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  expect(await page.evaluate(() => window.untouched)).toBe(true);
  await page.goBack({ waitUntil: 'commit' });
  await expect(page.getByRole('heading', { level: 1, name: 'Grounds' })).toBeVisible();
  await expect(page.locator('[id="direct_loss"]')).toHaveValue('Kerugian langsung');

  // From any page with one tap, and it is kept.
  await page.locator('[id="direct_loss"]').pressSequentially(' dan tidak langsung');
  await page.getByRole('button', { name: 'ID · Bahasa Indonesia' }).click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Grounds');
  await expect(page.locator('[id="direct_loss"]')).toHaveValue(/Kerugian langsung.* dan tidak langsung|dan tidak langsung.*Kerugian langsung/);
  await page.getByRole('button', { name: 'EN · English' }).click();
  expect(await page.evaluate(() => window.untouched)).toBe(true);
  await saved(page);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Grounds' })).toBeVisible(PATIENT);
});

test('what the device asks for is followed: no motion, more contrast, colours of its own', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'pemohon');
  await page.emulateMedia({ reducedMotion: 'reduce', contrast: 'more', forcedColors: 'active' });
  const moving = () =>
    [...document.querySelectorAll('*')]
      .filter((element) => {
        const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
        const seconds = (text) => Math.max(...text.split(',').map((part) => parseFloat(part)));
        return (animationName !== 'none' && seconds(animationDuration) > 0.01) || seconds(transitionDuration) > 0.01;
      })
      .map((element) => element.className);
  for (const address of ['/', '/perkara', '/kirim', `/draf/${draft}/pemohon`, '/gaya']) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 }), address).toBeVisible(PATIENT);
    expect(await page.evaluate(moving), address).toEqual([]);
    // The focus is seen by more than a colour that the device takes away.
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    });
    expect(outline, address).toBe(true);
    await axe(page, `${address}, as the device asks`);
  }
});

test('words that are a third longer fit a phone', async ({ device }) => {
  test.setTimeout(120_000);
  const page = await device({ size: 'phone' });
  await arrive(page);
  const { id } = await wholePetition(page);
  await setLanguage(page, 'en');
  const stretch = () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const words = text.data.trim();
      if (words && !text.parentElement.closest('script, style, option')) text.data = `${text.data} ${words.slice(0, Math.ceil(words.length * 0.3))}`;
    }
    return document.documentElement.scrollWidth - document.documentElement.clientWidth;
  };
  for (const address of ['/', '/perkara', `/perkara/${id}`, `/perkara/${id}/tanda-terima`, `/perkara/${id}/dokumen`, '/kirim', '/jadwal', '/rekap', '/pengaturan', '/bantuan', '/kendala', '/permohonan/baru']) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 }), address).toBeVisible(PATIENT);
    expect(await page.evaluate(stretch), address).toBeLessThanOrEqual(0);
  }
});
