// Access for everybody: no violation that axe finds on any page, in both languages and themes; the keyboard alone; the focus
// after a change of page; narrow screens and large text.

import AxeBuilder from '@axe-core/playwright';

import { arrive, beginPetition, openCheck, openSection, wholePetition } from '../support/app.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const SECTIONS = ['masuk', 'objek', 'pemohon', 'kuasa', 'termohon', 'kewenangan', 'pokok', 'petitum', 'bukti', 'saksi', 'berkas', 'pernyataan'];

async function axe(page, where) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`), where).toEqual([]);
}

async function setLanguage(page, language) {
  await page.goto('/pengaturan');
  await page.getByText(language === 'en' ? 'English' : 'Bahasa Indonesia', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

for (const [language, colorScheme] of [['id', 'light'], ['en', 'dark'], ['id', 'dark'], ['en', 'light']]) {
  test(`axe finds nothing on any page, ${language}, ${colorScheme}`, async ({ device }) => {
    test.setTimeout(150_000);
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
    await page.goto('/permohonan/baru');
    await expect(page).toHaveURL(/\/draf\/[0-9a-f-]+$/, PATIENT);
    const draft = new URL(page.url()).pathname;
    const pages = ['/', '/perkara', pathname, pathname.replace('/tanda-terima', ''), '/kirim', '/pengaturan', '/bantuan', '/gaya', '/tidak-ada', draft, `${draft}/periksa`];
    for (const address of [...pages, ...SECTIONS.map((section) => `${draft}/${section}`)]) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 }), address).toBeVisible(PATIENT);
      await axe(page, address);
    }
  });
}

test('from sign-in to a saved field by keyboard alone', async ({ device }) => {
  const page = await device({ size: 'desktop' });
  await page.goto('/');
  await page.locator('#username').focus();
  await page.keyboard.type('rina');
  await page.keyboard.press('Tab');
  await page.keyboard.type('banyuasin-rina-2026');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
  await press(page, 'Baru');
  await expect(page.getByRole('heading', { level: 1, name: 'Permohonan baru' })).toBeFocused(PATIENT);
  await press(page, 'Termohon');
  await expect(page.getByRole('heading', { level: 1, name: 'Termohon' })).toBeFocused();
  await expect(page).toHaveTitle(/^Termohon · SIPS Lapangan$/);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Jalan Palembang 1');
  await expect(page.locator('[id="respondent_address"]')).toHaveValue('Jalan Palembang 1');
  await page.keyboard.press('Tab');
  await expect(page.getByText(/Tersimpan di perangkat/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Kewenangan dan kedudukan hukum' })).toBeFocused();
});

/** Walks by Tab to the link or button of that name and presses it. */
async function press(page, name) {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => document.activeElement?.innerText.trim() ?? '');
    if (text.startsWith(name)) {
      await page.keyboard.press('Enter');
      return;
    }
  }
  throw new Error(`no way by Tab to ${name}`);
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
});

test('narrow screens and large text need no sideways scrolling, and targets are large enough', async ({ device }) => {
  const page = await device({ viewport: { width: 320, height: 640 } });
  await arrive(page);
  const draft = await beginPetition(page);
  for (const address of ['/', '/perkara', '/kirim', '/pengaturan', '/gaya', `/draf/${draft}`, `/draf/${draft}/pemohon`, `/draf/${draft}/periksa`]) {
    for (const size of ['100%', '200%']) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
      await page.evaluate((text) => document.documentElement.style.setProperty('font-size', text), size);
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await expect.poll(overflow, { message: `${address} at ${size}` }).toBeLessThanOrEqual(0);
    }
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('.nav__link, .action-bar a, .action-bar button, main button')]
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
  await page.evaluate(() => (window.untouched = true));
  await page.getByText('English', { exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Grounds' })).toBeVisible();
  await expect(page.locator('[id="direct_loss"]')).toHaveValue('Kerugian langsung');
  expect(await page.evaluate(() => window.untouched)).toBe(true);
});
