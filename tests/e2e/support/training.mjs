// Training as a trainee has it: the built files from a host that can do nothing else, and a browser that has never been there.

import { SIZES } from './browser.mjs';
import { PDF_FILE } from './files.mjs';
import { perform } from './scenario.mjs';
import { StaticHost } from './static.mjs';
import { PATIENT, test as base, expect } from './test.mjs';

export const test = base.extend({
  /** Hands out files; whatever else was asked of it fails the test. */
  host: async ({}, use) => {
    const host = await new StaticHost().start();
    await use(host);
    const foreign = host.foreign();
    await host.stop();
    expect(foreign, 'nothing but the app\'s own files was asked for').toEqual([]);
  },

  /** Opens the device of somebody who trains, and gives its page. */
  trainee: async ({ browser, host, watch }, use) => {
    const opened = [];
    await use(async ({ size = 'phone', toured = true, ...options } = {}) => {
      const context = await browser.newContext({
        viewport: SIZES[size], locale: 'id-ID', timezoneId: 'Asia/Jakarta', baseURL: host.url, acceptDownloads: true, ...options,
      });
      opened.push(context);
      watch.context(context, [host.url]);
      context.setDefaultTimeout(8_000);
      if (toured) await context.addInitScript(seen);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },
});

/** The tour of the frame has been seen on this device. */
function seen() {
  const key = 'latihan-training.screen';
  // The empty page that a browser begins with has no storage.
  if (location.protocol !== 'http:' || localStorage.getItem(key)) return;
  localStorage.setItem(key, '{"presenting":false,"keys":false,"masked":false,"small":false,"toured":true}');
}

/** Where training stands: `Langkah 2 dari 4`. */
export async function atStep(page, step, of) {
  await expect(page.locator('.training-bar__where')).toContainText(`Langkah ${step} dari ${of}`, PATIENT);
}

/** Opens a scenario by its link. */
export async function opened(page, told, step = 1, query = '') {
  await page.goto(`/latihan/${told.scenario.key}/langkah-${step}${query}`);
  if (told.scenario.key === 'bebas') await expect(page.locator('.training-bar__where')).toHaveText('Main bebas', PATIENT);
  else await atStep(page, step, told.scenario.step.length);
  await expect(page.locator('main h1').filter({ visible: true }).first()).toBeVisible(PATIENT);
}

/** The id of the case on screen. */
export function caseHere(page) {
  return new URL(page.url()).pathname.split('/perkara/')[1]?.split('/')[0] ?? null;
}

/** Somebody else goes on, chosen in the bar. */
export async function changeTo(page, person) {
  const select = page.locator('#training-person');
  if (!(await select.isVisible())) await page.getByText('Alat: tur, peran, jam, gangguan', { exact: true }).click();
  if ((await select.inputValue()) === person) return;
  // The page is loaded anew, where the choice is of whoever works there.
  await Promise.all([page.waitForEvent('load'), select.selectOption(person)]);
  await expect(page.locator('.top-bar__who')).toBeVisible(PATIENT);
}

/** Does a line of a scenario through the screens, from wherever its step begins. */
export async function act(page, told, step, line) {
  if (line.case) {
    // Of several cases, the one that has no register number yet.
    await changeTo(page, line.who);
    await page.locator('.nav__link[href="/latihan/app/perkara"]').click();
    await page.locator('.docket__row', { hasText: 'Partai Perahu Harapan' }).getByRole('link').first().click(PATIENT);
    await expect(page).toHaveURL(/\/perkara\/[0-9a-f-]{36}$/);
  } else if (line.act !== 'receive' && !caseHere(page)) {
    throw new Error(`${step.title.id}: no case on screen`);
  }
  const files = line.attach ? { [line.attach]: PDF_FILE } : {};
  // The clock of the free scenario stands where the line wants it.
  const at = line.at === told.scenario.at ? undefined : line.at;
  return perform(page, told, { ...line, at, files }, line.act === 'receive' ? null : caseHere(page));
}

/** The bar says that the step is done, what was learnt, and by which article. */
export async function judgedRight(page, step) {
  const judged = page.locator('.training-judged--right');
  await expect(judged).toContainText(step.learnt.id, { timeout: 30_000 });
  if (step.article) await expect(judged).toContainText(step.article);
}

/** The bar says that this is a wrong way, why, and by which article. */
export async function judgedWrong(page, wrong) {
  const judged = page.locator('.training-judged--wrong');
  await expect(judged).toContainText(wrong.why.id, PATIENT);
  if (wrong.article) await expect(judged).toContainText(wrong.article);
}

/** What some steps want instead of an act of the script. */
const OTHERWISE = {
  /** Two officers: what is held back is withdrawn. */
  async 'dua-petugas 2'(page) {
    const item = page.locator('main .row', { hasText: 'Perlu ditinjau' });
    await item.getByRole('button', { name: 'Tarik kembali' }).click(PATIENT);
    await page.getByLabel('Alasan ditarik').fill('Yusuf sudah mencatat yang benar');
    await page.getByRole('dialog').getByRole('button', { name: 'Tarik kembali' }).click();
  },
};

/** Goes a wrong way, reads what was wrong, and begins the step anew. */
export async function goWrong(page, told, index) {
  const step = told.scenario.step[index];
  const [wrong] = step.wrong;
  for (const line of wrong.acts) await act(page, told, step, line);
  await judgedWrong(page, wrong);
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Ulangi langkah ini' }).click()]);
  await expect(page.locator('.training-judged--wrong')).toHaveCount(0);
  await expect(page.locator('main h1').filter({ visible: true }).first()).toBeVisible(PATIENT);
}

/** Does a step in the scenario's own way. */
export async function solve(page, told, index) {
  const step = told.scenario.step[index];
  for (const line of step.solution) await act(page, told, step, line);
  await OTHERWISE[`${told.scenario.key} ${index + 1}`]?.(page);
  await judgedRight(page, step);
}

/** Plays a scenario to its end; at the first step that names one, a wrong way is gone first. */
export async function playToTheEnd(page, told) {
  const { step: steps } = told.scenario;
  const detour = steps.findIndex((step) => step.wrong.length > 0);
  for (const [index, step] of steps.entries()) {
    if (index === detour) await goWrong(page, told, index);
    await solve(page, told, index);
    if (index + 1 === steps.length) break;
    await page.getByRole('button', { name: 'Langkah berikutnya' }).click();
    await atStep(page, index + 2, steps.length);
    await expect(page.locator('.training-step__title')).toHaveText(steps[index + 1].title.id, PATIENT);
    await expect(page.locator('main h1').filter({ visible: true }).first()).toBeVisible(PATIENT);
    await expect(page.locator('.top-bar__who')).toContainText(told.scenario.person.find((one) => one.key === steps[index + 1].who).name);
  }
}
