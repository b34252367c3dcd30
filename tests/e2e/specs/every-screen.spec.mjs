// What every screen keeps: who, for which office and with which server; how much is not sent, on the app's icon, too; one notice at a time;
// words that are read out; widths from a phone on its side to a wide desk; dates and passwords that are typed, pasted or picked.

import { RECEPTION_NUMBER, SHORT_CASE, allSent, arrive, beginPetition, field, openSection, saved, signIn, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

for (const size of ['phone', 'desktop']) {
  test(`who, which office and which server stand on every page, ${size}`, async ({ device, backend }) => {
    const page = await device({ size });
    await page.goto('/');
    const server = page.locator('.top-bar__server');
    // Before a password is typed it is said where it goes.
    await expect(server).toHaveText(backend.url, PATIENT);
    await signIn(page);
    const draft = await beginPetition(page);
    for (const address of ['/', '/perkara', '/kirim', '/pengaturan', `/draf/${draft}`, `/draf/${draft}/pokok`, '/tidak-ada']) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
      const who = page.locator('.top-bar__who span');
      await expect(who).toHaveText([ACCOUNTS.rina.name, 'Bawaslu Kabupaten Banyuasin']);
      await expect(server).toHaveText(backend.url);
      await expect(page.getByRole('button', { name: 'EN · English' }), 'the other language, one tap away').toBeVisible();
      for (const part of [who.nth(0), who.nth(1), server]) await expect(part, address).toBeInViewport({ ratio: 0.5 });
    }
  });
}

test('what is not sent is counted in the bar, in the navigation and on the icon, and the count goes when it is sent', async ({ device, gate }) => {
  const page = await device({ url: gate.url });
  await page.addInitScript(() => {
    window.badges = [];
    navigator.setAppBadge = (count) => Promise.reject(new Error(`not installed: ${window.badges.push(count)}`));
  });
  await arrive(page);
  await allSent(page);
  gate.answer = (request) => request.method === 'POST' && request.url.startsWith('/v1/commands') && { status: 503 };
  await wholePetition(page);
  await page.goto('/');
  await expect(page.locator('.top-bar__state').getByRole('status')).toContainText('1 belum terkirim', PATIENT);
  await expect(page.locator('.nav__count')).toHaveText(/^1/);
  await expect.poll(() => page.evaluate(() => window.badges.at(-1))).toBe(1);
  gate.answer = null;
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await allSent(page);
  await expect(page.locator('.nav__count')).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => window.badges.at(-1))).toBe(0);
});

test('one notice above the page and one passing word at a time, told as a status; what would cost work is told at once', async ({ device, gate }) => {
  const page = await device({ url: gate.url });
  await page.addInitScript(() => {
    const now = Date.now;
    Date.now = () => now() - 3 * 3_600_000;
  });
  await arrive(page);
  const banners = page.locator('.shell__notices .banner');
  await expect(banners).toHaveText(/Jam perangkat salah/, PATIENT);
  await expect(banners).toHaveAttribute('role', 'status');
  // The session ends while the clock is still wrong: the more pressing of the two is told.
  gate.answer = (request) => (request.url.startsWith('/v1/') ? { status: 401, headers: { 'content-type': 'application/problem+json', 'sips-contract': '1' }, body: '{}' } : null);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(banners).toHaveText(/Sesi di server berakhir/, PATIENT);
  await expect(banners).toHaveCount(1);

  const draft = await beginPetition(page);
  await openSection(page, draft, 'petitum');
  await page.locator('[id="petitum"]').click();
  await page.locator('[id="petitum"]').click();
  const region = page.locator('.toast-region');
  await expect(region).toHaveAttribute('role', 'status');
  await page.getByRole('button', { name: 'Hapus Petitum 2' }).click();
  await expect(region.locator('.toast')).toContainText('Petitum 2 dihapus.');
  await page.getByRole('button', { name: 'Hapus Petitum 1' }).click();
  await expect(region.locator('.toast')).toContainText('Petitum 1 dihapus.');
  await expect(page.locator('.toast')).toHaveCount(1);
  await expect(page.locator('.save-state')).toHaveAttribute('role', 'status');
});

test('from a phone on its side to a wide desk nothing is cut off, and what stays clears the notch', async ({ device }) => {
  test.setTimeout(90_000);
  const page = await device();
  await arrive(page);
  const { id } = await wholePetition(page);
  await page.goto('/');
  const draft = await beginPetition(page);
  await expect(page.locator('meta[name=viewport]')).toHaveAttribute('content', /viewport-fit=cover/);
  const sizes = [[360, 740], [740, 360], [412, 915], [480, 1040], [600, 960], [820, 1180], [1180, 820], [1440, 900], [1920, 1080]];
  for (const address of ['/', '/perkara', `/perkara/${id}`, `/perkara/${id}/dokumen`, '/kirim', '/jadwal', '/pengaturan', `/draf/${draft}`, `/draf/${draft}/pemohon`]) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
    await expect(page.locator('.skeleton')).toHaveCount(0, PATIENT);
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      const over = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await expect.poll(over, { message: `${address} at ${width}×${height}` }).toBeLessThanOrEqual(0);
      // On its side a phone keeps room to read between the bars.
      const room = await page.evaluate(() => {
        const bars = [...document.querySelectorAll('.top-bar, .nav')].filter((bar) => ['sticky', 'fixed'].includes(getComputedStyle(bar).position));
        const across = bars.filter((bar) => bar.getBoundingClientRect().width > window.innerWidth / 2);
        return window.innerHeight - across.reduce((sum, bar) => sum + bar.getBoundingClientRect().height, 0);
      });
      expect(room, `${address} at ${width}×${height}`).toBeGreaterThan(height * 0.5);
    }
    await page.setViewportSize({ width: 360, height: 740 });
  }
});

test('a password is pasted and filled in by a manager, and nothing is to be solved', async ({ device }) => {
  const page = await device({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto('/');
  await expect(page.getByLabel('Nama pengguna')).toHaveAttribute('autocomplete', 'username', PATIENT);
  await expect(page.locator('#password')).toHaveAttribute('autocomplete', 'current-password');
  expect(await page.locator('form img, form canvas, form iframe').count()).toBe(0);
  for (const [control, text] of [['#username', ACCOUNTS.rina.username], ['#password', ACCOUNTS.rina.password]]) {
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await page.locator(control).focus();
    await page.keyboard.press('ControlOrMeta+V');
    await expect(page.locator(control)).toHaveValue(text);
  }
  // What was pasted can be looked at.
  await page.getByRole('button', { name: /sandi/i }).first().click();
  await expect(page.locator('#password')).toHaveAttribute('type', 'text');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
});

test('a date is typed in any usual way or picked, is said back with its weekday, and what is counted from it, too', async ({ device }) => {
  const page = await device();
  await arrive(page);
  const draft = await beginPetition(page);
  await openSection(page, draft, 'objek');
  const date = field(page, 'object_fixed_on');
  const whole = page.locator('.field', { has: date });
  await expect(whole.locator('.field__hint')).toContainText(/\d{1,2} \d{1,2} 20\d\d/);
  for (const text of ['6 7 2026', '6/7/2026', '06-07-2026', '6.7.2026', '6,7,2026', '6 Juli 2026']) {
    await date.fill(text);
    await expect(whole.locator('.field__echo'), text).toHaveText('Senin, 6 Juli 2026');
    await expect(date, 'it stays as it was typed').toHaveValue(text);
  }
  await whole.locator('input[type=date]').evaluate((picker) => {
    picker.value = '2026-07-07';
    picker.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await expect(date).toHaveValue('7/7/2026');
  await expect(whole.locator('.field__echo')).toHaveText('Selasa, 7 Juli 2026');
  await saved(page);
  await page.getByRole('link', { name: 'Semua bagian' }).click();
  await page.locator(`a[href="/draf/${draft}/periksa"]`).click();
  await expect(page.locator('.deadline__when').first()).toHaveText(/^(Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu), \d+ Juli 2026, \d\d\.\d\d WIB$/);
});

test('what was received is confirmed with its number, what comes next and by when, to be copied and printed', async ({ device }) => {
  const page = await device({ permissions: ['clipboard-write'] });
  await page.addInitScript(() => (window.print = () => (window.printed = true)));
  await arrive(page);
  await wholePetition(page, SHORT_CASE);
  await allSent(page);
  await expect(page.locator('.page-header')).toContainText(RECEPTION_NUMBER, PATIENT);
  const next = page.getByRole('heading', { level: 2, name: 'Berikutnya' }).locator('xpath=following-sibling::ol[1]');
  await expect(next.getByRole('listitem')).toHaveCount(2);
  await expect(page.getByText(/^Masuk dalam tenggang waktu; batas \w+, \d+ Juli 2026\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Salin nomor' }).click();
  await expect(page.locator('.toast')).toBeVisible();
  await page.getByRole('button', { name: 'Cetak' }).click();
  expect(await page.evaluate(() => window.printed)).toBe(true);
  // The page may not read what is copied; a field takes it.
  await page.goto('/perkara');
  await page.getByLabel('Cari perkara').focus();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(page.getByLabel('Cari perkara')).toHaveValue(RECEPTION_NUMBER);
});
