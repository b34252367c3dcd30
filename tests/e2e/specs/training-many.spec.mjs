// A meeting at once: many browsers train at the same time against one host that hands out files, and ask it for nothing else. Eight of
// them among all journeys, fifty by `cargo xtask test --only meeting`.

import { perform, training } from '../support/scenario.mjs';
import { PATIENT, expect } from '../support/test.mjs';
import { atStep, caseHere, test } from '../support/training.mjs';

const TRAINEES = Number(process.env.SIPS_TRAINEES ?? 8);
/** How many come, or act, in the same moment: as many as two cores can serve. */
const WAVE = 5;
const TOLD = training('01-permohonan-pertama.toml');
const LAST = TOLD.scenario.step.at(-1);

async function inWaves(all, act) {
  for (let at = 0; at < all.length; at += WAVE) await Promise.all(all.slice(at, at + WAVE).map(act));
}

test(`${TRAINEES} trainees finish a scenario at the same time, each in a world of their own, and the host hands out files alone`, async ({ trainee, host }) => {
  test.setTimeout(240_000);
  const seeds = Array.from({ length: TRAINEES }, (_, at) => at + 1);
  const pages = [];
  await inWaves(seeds, async (seed) => {
    const page = await trainee();
    // A service worker would fetch and pack all files of the release once more for each of the fifty: more than two cores do in a minute.
    await page.context().addInitScript(() => { ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('none here')); });
    await page.goto(`/latihan/${TOLD.scenario.key}/langkah-${TOLD.scenario.step.length}?benih=${seed}`);
    await atStep(page, TOLD.scenario.step.length, TOLD.scenario.step.length);
    await expect(page.locator('.identity-bar')).toBeVisible({ timeout: 60_000 });
    pages.push(page);
  });
  // All of them are here now. From here on the host hears of nobody.
  const began = Date.now();
  const asked = host.asked.length;
  await inWaves(pages, async (page) => {
    await perform(page, TOLD, LAST.solution[0], caseHere(page));
    await expect(page.locator('.training-judged--right')).toContainText(LAST.learnt.id, PATIENT);
    await expect(page.locator('main h1').first()).toContainText('LATIHAN-001/PS.REG/1607/VII/2026', PATIENT);
  });
  test.info().annotations.push({ type: 'figures', description: `${TRAINEES} at once, ${((Date.now() - began) / 1000).toFixed(1)} s for the step of all` });
  expect(new Set(pages.map(caseHere)).size).toBe(TRAINEES);
  // A browser without a service worker asks for a picture again where it is shown anew; nothing else.
  expect(host.asked.slice(asked).filter((line) => !line.startsWith('GET /icons/'))).toEqual([]);
});
