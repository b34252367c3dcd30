// Whole cases through the screen, from the reception to the closing, as tests/scenarios tells them, with the papers they make.

import { allSent, arrive, savePdf } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { play, scenario } from '../support/scenario.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const NUMBER = { register: /001\/PS\.REG\/1607\/[IVX]+\/2026/, psap: /001\/1607\/VII\/2026/ };

for (const [file, name, size] of [
  ['case-01', '1', 'phone'],
  ['case-02', '2', 'tablet'],
  ['case-04', '4b, from being told: registered', 'desktop'],
  ['case-12', '12a', 'phone'],
  ['case-07', '7, agreed in closed deliberation and carried out', 'tablet'],
  ['case-10-pemilu', '10a, by the regency', 'phone'],
  ['case-10', '10a, by the regency', 'desktop'],
]) {
  test(`${file}: ${name}, from the reception to the closing, ${size}`, async ({ device }) => {
    test.setTimeout(240_000);
    const page = await device({ size });
    await arrive(page, ACCOUNTS.nurul);
    const told = scenario(file, name);
    const id = await play(page, told);
    const last = told.steps.findLast((step) => step.state && !step.refused);
    await expect(page.locator('.identity-bar')).toContainText(told.set.state[last.state].label.id);
    await allSent(page);
    // The server's numbers took the place of "nomor menyusul".
    const number = told.track.endsWith('antarpeserta') ? NUMBER.psap : NUMBER.register;
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(number, PATIENT);
    if (told.track !== 'pemilu-penyelenggara') await papers(page, id, told, number);
  });
}

/** Each paper that the scenario names is on the case's page, as a sheet, and in the bundle's PDF. */
async function papers(page, id, told, number) {
  const keys = told.steps.filter((step) => !step.refused).flatMap((step) => step.papers ?? []);
  expect(keys.length).toBeGreaterThan(3);
  const titles = keys.map((key) => told.set.paper[key].title.id);
  for (const title of titles) {
    await page.getByRole('link', { name: title, exact: true }).first().click();
    const sheet = page.locator('.sheet');
    await expect(sheet.getByRole('heading', { level: 2 }), title).toHaveText(title, PATIENT);
    await expect(sheet).toContainText('Bawaslu Kabupaten Banyuasin');
    await page.getByRole('link', { name: 'Ke perkara' }).click();
  }
  await page.locator(`a[href="/perkara/${id}/berkas"]`).click();
  const pdf = await savePdf(page, 'berkas.pdf');
  // Long titles are broken into lines.
  const all = pdf.pages.join('\n').replace(/\s+/g, ' ');
  for (const title of titles) expect(all).toContain(title);
  for (const { name } of told.steps[0].form.petitioner) expect(all).toContain(name);
  expect(all).toContain(told.steps[0].form.respondent_name);
  expect(all).toMatch(number);
}
