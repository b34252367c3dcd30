// Every scenario of training, played to its end through the real screens out of its own data, with one wrong way told and put right.

import { TRAINING_FILES, training } from '../support/scenario.mjs';
import { PATIENT, expect } from '../support/test.mjs';
import { opened, playToTheEnd, test } from '../support/training.mjs';

for (const file of TRAINING_FILES) {
  const told = training(file);
  test(`${told.scenario.key}: to its end, over a wrong way`, async ({ trainee }) => {
    test.setTimeout(150_000);
    const page = await trainee();
    await opened(page, told);
    await playToTheEnd(page, told);
    await page.getByRole('link', { name: 'Lihat tanda praktik' }).click();
    await expect(page.locator('.training-certificate')).toContainText(told.scenario.title.id, PATIENT);
    await expect(page.locator('.training-certificate')).toContainText('Bukan dokumen resmi');
    // One wrong way costs eight of a hundred points.
    await expect(page.locator('.training-certificate')).toContainText('92 / 100');
  });
}
