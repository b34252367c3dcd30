// Whole cases through the screen, from the reception to the closing, as tests/scenarios tells them.

import { allSent, arrive } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { play, scenario } from '../support/scenario.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

for (const [file, name, size] of [
  ['case-01', '1', 'phone'],
  ['case-02', '2', 'tablet'],
  ['case-04', '4b, from being told: registered', 'desktop'],
  ['case-12', '12a', 'phone'],
]) {
  test(`case ${name}, from the reception to the closing, ${size}`, async ({ device }) => {
    test.setTimeout(240_000);
    const page = await device({ size });
    await arrive(page, ACCOUNTS.nurul);
    const told = scenario(file, name);
    await play(page, told);
    const last = told.steps.findLast((step) => step.state && !step.refused);
    await expect(page.locator('.identity-bar')).toContainText(told.set.state[last.state].label.id);
    await allSent(page);
    // The server's numbers took the place of "nomor menyusul".
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^001\/PS\.REG\/1607\/[IVX]+\/2026$/, PATIENT);
  });
}
