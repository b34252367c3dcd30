// Training before many eyes and on many devices: the presenter's screen, links that lead to where one is, no network, refused storage.

import AxeBuilder from '@axe-core/playwright';

import { training } from '../support/scenario.mjs';
import { PATIENT, expect } from '../support/test.mjs';
import { readyForOffline } from '../support/app.mjs';
import { act, atStep, judgedRight, opened, solve, test } from '../support/training.mjs';

const LAPSE = training('06-tidak-hadir-dua-kali.toml');
const TWO = training('09-dua-petugas.toml');
const PART = training('05-adjudikasi-sebagian.toml');

test('a presenter leads by keys: steps, clock, signal, names, spotlight, keys shown, notes, and the code that leads here', async ({ trainee }) => {
  test.setTimeout(90_000);
  const page = await trainee({ viewport: { width: 1280, height: 720 } });
  await opened(page, LAPSE);
  const root = page.locator('html');
  await page.keyboard.press('Shift+P');
  await expect(root).toHaveAttribute('data-presenter', '');
  // Legible when a call halves it: no text below 24 pixels, no heading below 36, no button below 56.
  const small = await page.locator('.training-bar__body p, .training-bar__body .button, main p, main h2').evaluateAll((parts) =>
    parts
      .filter((part) => part.getClientRects().length && Number.parseFloat(getComputedStyle(part).fontSize) < (part.matches('main h2') ? 36 : 24))
      .map((part) => `${getComputedStyle(part).fontSize} ${part.textContent}`));
  expect(small).toEqual([]);
  for (const button of await page.locator('.training-bar__body .button:visible').all()) expect((await button.boundingBox()).height).toBeGreaterThanOrEqual(56);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

  // The pointer and presses are seen, and keys where they are asked for.
  await page.mouse.move(700, 500);
  await expect(page.locator('.training-halo')).toHaveAttribute('style', /700px, 500px/);
  await page.mouse.down();
  await expect(page.locator('.training-ripple')).toHaveAttribute('style', /700px, 500px/);
  await page.mouse.up();
  await expect(page.locator('.training-ripple')).toHaveCount(0);
  await page.keyboard.press('k');
  await page.keyboard.press('Tab');
  await expect(page.locator('.training-keys')).toHaveText('Tab');
  await page.keyboard.press('k');

  await page.keyboard.press('s');
  await expect(page.locator('.training-spot')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.training-spot')).toHaveCount(0);
  await page.keyboard.press('m');
  await expect(root).toHaveAttribute('data-masked', '');
  for (const name of ['.top-bar__who', '.identity-bar__number', '.identity-bar__parties', '.timeline__meta >> nth=0']) {
    await expect(page.locator(name), name).toHaveCSS('filter', /blur/);
  }
  // In running text the names themselves are covered, the page's words are not.
  const covered = () => page.evaluate(() => [...(CSS.highlights.get('names') ?? [])].map((range) => range.toString()));
  await expect.poll(covered, PATIENT).toEqual(expect.arrayContaining(['Halimah Latihan', 'Partai Lumbung Rakyat']));
  await page.keyboard.press('m');
  await expect(page.locator('.top-bar__who')).toHaveCSS('filter', 'none');
  await expect.poll(covered).toEqual([]);
  await page.keyboard.press('o');
  await expect(page.locator('.top-bar__state')).toContainText('Tanpa jaringan');
  await page.keyboard.press('o');
  await expect(page.locator('.top-bar__state')).toContainText('Semua terkirim', PATIENT);
  await page.keyboard.press('h');
  await expect(page.locator('.training-bar__body')).toHaveCount(0);
  await page.keyboard.press('h');
  await expect(page.locator('.training-step__todo')).toBeVisible();

  // Next and back from the keyboard; what is typed into a field leads nowhere.
  await page.keyboard.press('ArrowRight');
  await atStep(page, 2, 3);
  await expect(root).toHaveAttribute('data-presenter', '');
  await expect(page.locator('.training-step__title')).toHaveText(LAPSE.scenario.step[1].title.id);
  await page.keyboard.press('ArrowLeft');
  await atStep(page, 1, 3);
  await expect(page.locator('.training-bar__clock')).toContainText('Kam 9/7/26, 10.30', PATIENT);
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('j')]);
  await expect(page.locator('.training-bar__clock')).toContainText('Jum 10/7/26, 10.3', PATIENT);

  // Where we are: another part of the case, on another day. A trainee's device lands on the same.
  await page.locator('.case-nav__link', { hasText: 'Linimasa' }).click();
  await expect(page).toHaveURL(/linimasa$/);
  await page.keyboard.press('q');
  const address = await page.locator('.training-code-screen .training-link').textContent();
  await expect(page.locator('.training-code-screen svg path')).toHaveAttribute('d', /^M/);
  await page.keyboard.press('Escape');
  await expect(page.locator('.training-code-screen')).toHaveCount(0);
  const other = await trainee();
  await other.goto(address);
  await atStep(other, 1, 3);
  await expect(other).toHaveURL(new RegExp(`${new URL(page.url()).pathname}$`), PATIENT);
  await expect(other.locator('.training-bar__clock')).toContainText('Jum 10/7/26, 10.3', PATIENT);
  const acts = (of) => of.locator('main .timeline__item').allTextContents();
  await expect.poll(() => acts(other), PATIENT).toEqual(await acts(page));

  // What the speaker says stands in a window of its own, beside the one that is shared.
  const [notes] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('n')]);
  await expect(notes.locator('main')).toContainText(LAPSE.scenario.story.id, PATIENT);
  await expect(notes.locator('main')).toContainText(LAPSE.scenario.step[2].wrong[0].why.id);
  await atStep(page, 1, 3);
  const atHand = notes.locator('.training-note[aria-current="step"]');
  await expect(atHand).toContainText(LAPSE.scenario.step[0].title.id);
  await page.bringToFront();
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('ArrowRight')]);
  await atStep(page, 2, 3);
  await expect(atHand, 'the notes follow').toContainText(LAPSE.scenario.step[1].title.id, PATIENT);
  await expect(atHand).toBeInViewport();
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('ArrowLeft')]);
  await atStep(page, 1, 3);
  await page.keyboard.press('r');
  await expect(page.getByText('Tekan sekali lagi untuk mengulang dari awal')).toBeVisible();
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('r')]);
  await expect(page.locator('.training-bar__clock')).toContainText('Kam 9/7/26, 10.30', PATIENT);
  await page.keyboard.press('Shift+P');
  await expect(root).not.toHaveAttribute('data-presenter', '');
});

test('a presenter who has switched shortcuts off leads by buttons: no letter does anything, arrows still lead on', async ({ trainee }) => {
  const page = await trainee({ viewport: { width: 1280, height: 720 } });
  await opened(page, LAPSE);
  const root = page.locator('html');
  await page.keyboard.press('Shift+P');
  await expect(root).toHaveAttribute('data-presenter', '');
  await page.keyboard.press('m');
  await expect(root).toHaveAttribute('data-masked', '');
  await page.keyboard.press('m');
  await page.evaluate(() => localStorage.setItem('latihan-sips.shortcuts', 'off'));
  const address = page.url();
  for (const key of ['m', 'o', 'h', 'k', 'q', 's', 'r', 'r', 'j', 'n', '?', 'g', 'h', '/', 'Shift+P']) await page.keyboard.press(key);
  // What would come of a key has come by the time that a later one has led on.
  await page.keyboard.press('ArrowRight');
  await atStep(page, 2, 3);
  await page.keyboard.press('ArrowLeft');
  await atStep(page, 1, 3);
  // Also behind a step that was begun anew.
  await page.keyboard.press('m');
  await expect(root).not.toHaveAttribute('data-masked', '');
  await expect(root).toHaveAttribute('data-presenter', '');
  await expect(page.locator('.training-bar__body')).toBeVisible();
  await expect(page.locator('.top-bar__state')).not.toContainText('Tanpa jaringan');
  await expect(page.locator('.training-code-screen, .training-spot, .training-keys')).toHaveCount(0);
  expect(new URL(page.url()).pathname).toBe(new URL(address).pathname);
  expect(page.context().pages()).toHaveLength(1);
});

test('a presented screen stands still, is read through a bad picture, keeps its main act off the edge, and shows no secret key', async ({ trainee }) => {
  test.setTimeout(90_000);
  const page = await trainee({ viewport: { width: 1280, height: 720 } });
  await opened(page, PART);
  await page.keyboard.press('Shift+P');
  await expect(page.locator('html')).toHaveAttribute('data-presenter', '');
  const pale = [];
  for (const address of ['', '/perkara', '/permohonan/baru', '/kirim']) {
    await page.goto(`/latihan/app${address}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
    await expect(page.locator('.skeleton')).toHaveCount(0, PATIENT);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')].filter((element) => {
        const style = getComputedStyle(element);
        return style.animationName !== 'none' || style.transitionDuration.split(', ').some((time) => time !== '0s') || style.scrollBehavior !== 'auto';
      }).length);
    expect(moving, address).toBe(0);
    // Seven to one, which is what 720 lines of a call leave legible.
    const { violations } = await new AxeBuilder({ page }).withRules(['color-contrast-enhanced']).analyze();
    pale.push(...violations.flatMap((one) => one.nodes.map((node) => `${address} ${node.target.join(' ')}: ${node.any[0]?.message}`)));
    // The bar of the call lies over the lowest part of the window.
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    const low = await page.locator('main .button--primary:visible').evaluateAll((buttons) =>
      buttons.filter((button) => button.getBoundingClientRect().bottom > window.innerHeight - 64).map((button) => button.textContent));
    expect(low, address).toEqual([]);
  }
  expect(pale).toEqual([]);

  // Keys are shown, but not those of a password.
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.training-keys')).toHaveText('ArrowDown');
  await expect(page.locator('.training-keys')).toHaveCount(0);
  await page.evaluate(() => {
    const secret = document.createElement('input');
    secret.type = 'password';
    document.querySelector('main').append(secret);
    secret.focus();
  });
  await page.keyboard.type('rahasia');
  await expect(page.locator('.training-keys')).toHaveCount(0);
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowUp');
  await expect(page.locator('.training-keys')).toHaveText('ArrowUp');
});

test('after the first load nothing is asked of anybody: a scenario is begun, done and printed with the host gone', async ({ trainee, host }) => {
  test.setTimeout(120_000);
  const page = await trainee();
  await opened(page, LAPSE, 2);
  await readyForOffline(page);
  await host.close();
  await expect(fetch(host.url).then(() => 'answered', () => 'refused')).resolves.toBe('refused');
  await opened(page, LAPSE, 3);
  await solve(page, LAPSE, 2);
  await page.getByRole('link', { name: 'Buka tanda terima' }).click();
  await expect(page.locator('.sheet')).toContainText('LATIHAN-01/PS.PNM.LG', PATIENT);
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 30_000 }), page.getByRole('button', { name: 'Simpan PDF' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^LATIHAN-.*\.pdf$/);
  await page.goto('/latihan');
  await expect(page.locator('.training-row', { hasText: LAPSE.scenario.title.id })).toContainText('Selesai', PATIENT);
  await page.locator('.training-row', { hasText: TWO.scenario.title.id }).getByRole('link').last().click();
  await atStep(page, 1, 2);
});

test('a scenario that is chosen while another one is still being read is begun', async ({ trainee }) => {
  const page = await trainee();
  await opened(page, LAPSE, 2);
  // Pressed while the page opens what it keeps, sooner than anybody can.
  await page.addInitScript((address) => {
    if (location.pathname !== '/latihan') return;
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (...args) {
      IDBFactory.prototype.open = open;
      document.querySelector(`.training-row a[href="${address}"]`).click();
      return open.apply(this, args);
    };
  }, `/latihan/${TWO.scenario.key}/langkah-1`);
  await page.goto('/latihan');
  await atStep(page, 1, 2);
  await expect(page.locator('main h1').filter({ visible: true }).first()).toBeVisible(PATIENT);
});

test('links that are broken, foreign or of another version lead to words, and nothing is touched', async ({ trainee }) => {
  test.setTimeout(60_000);
  const page = await trainee();
  await opened(page, PART, 5);
  const before = await page.locator('.training-bar__where').textContent();
  for (const [address, words] of [
    ['/latihan/tidak-dikenal/langkah-1', 'skenario yang tidak dikenal'],
    ['/latihan/adjudikasi-sebagian/langkah-0', 'tidak mempunyai langkah'],
    ['/latihan/adjudikasi-sebagian/langkah-6', 'tidak mempunyai langkah'],
    ['/latihan/adjudikasi-sebagian/langkah-satu', 'tidak mempunyai langkah'],
  ]) {
    await page.goto(address);
    await expect(page.getByRole('alert'), address).toContainText(words, PATIENT);
  }
  // What was begun goes on all the same.
  await page.goto('/latihan/app/');
  await expect(page.locator('.training-bar__where')).toHaveText(before, PATIENT);
  // What a link says beyond its step is left out where it cannot be meant.
  for (const query of ['?benih=999', '?jam=kemarin', '?di=/draf/01980000-0000-7000-8000-000000000001', '?di=/masuk&x=%00', '?apa=saja']) {
    await opened(page, PART, 5, query);
    await expect(page, query).toHaveURL(/\/latihan\/app\/perkara\/[0-9a-f-]{36}$/, PATIENT);
    await expect(page.locator('.training-bar__clock'), query).toContainText('Kam 27/8/26, 10.0');
  }
  // Another seed has the same story with ids of its own.
  const id = page.url().split('/').at(-1);
  await opened(page, PART, 5, '?benih=7');
  await expect(page).not.toHaveURL(new RegExp(id), PATIENT);
  await expect(page.locator('main h1').filter({ visible: true }).last()).toContainText('LATIHAN-001/PS.REG');
});

test('a browser that refuses storage is told so, and a second tab that one trains already', async ({ trainee, browser, host }) => {
  test.setTimeout(60_000);
  const page = await trainee();
  await page.context().addInitScript(() => {
    IDBFactory.prototype.open = () => { throw new DOMException('refused by the test', 'SecurityError'); };
  });
  await page.goto('/latihan/adjudikasi-sebagian/langkah-1');
  await expect(page.getByRole('alert')).toContainText('Peramban menolak penyimpanan', PATIENT);
  await expect(page.getByRole('link', { name: `Mulai ${PART.scenario.title.id}` })).toBeVisible();

  // The small storage alone.
  const forgetful = await trainee({ toured: false });
  await forgetful.context().addInitScript(() => {
    Storage.prototype.setItem = () => { throw new DOMException('refused by the test', 'QuotaExceededError'); };
  });
  await forgetful.goto('/latihan/adjudikasi-sebagian/langkah-1');
  await expect(forgetful.getByRole('alert')).toContainText('Peramban menolak penyimpanan', PATIENT);
  await expect(forgetful.locator('.training-bar__where')).toBeEmpty();

  const one = await trainee({ size: 'desktop' });
  await opened(one, TWO);
  const second = await one.context().newPage();
  await second.goto('/latihan/dua-petugas/langkah-2');
  await expect(second.getByRole('alert')).toContainText('terbuka di tab lain', PATIENT);
  await expect(one.locator('.training-bar__where')).toContainText('Langkah 1 dari 2');
});
