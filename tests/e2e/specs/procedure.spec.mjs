// Whole cases through the screen, from the reception to the closing, as tests/scenarios tells them, with the papers they make.

import { RECEPTION_NUMBER, allSent, arrive, savePdf, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { perform, play, scenario } from '../support/scenario.mjs';
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

/** Each paper that the scenario names is among the case's documents, as a sheet, and in the bundle's PDF. */
async function papers(page, id, told, number) {
  const keys = told.steps.filter((step) => !step.refused).flatMap((step) => step.papers ?? []);
  expect(keys.length).toBeGreaterThan(3);
  const titles = keys.map((key) => told.set.paper[key].title.id);
  const documents = page.getByRole('navigation', { name: 'Bagian perkara' }).getByRole('link', { name: 'Dokumen' });
  for (const title of titles) {
    await documents.click(PATIENT);
    await page.locator('#berkas').getByRole('link', { name: title, exact: true }).first().click(PATIENT);
    const sheet = page.locator('.sheet');
    await expect(sheet.getByRole('heading', { level: 2 }), title).toHaveText(title, PATIENT);
    await expect(sheet).toContainText('Bawaslu Kabupaten Banyuasin');
    await page.getByRole('link', { name: 'Ke perkara' }).click();
  }
  await documents.click(PATIENT);
  await page.locator(`a[href="/perkara/${id}/berkas"]`).click(PATIENT);
  const pdf = await savePdf(page, 'berkas.pdf');
  // Long titles are broken into lines.
  const all = pdf.pages.join('\n').replace(/\s+/g, ' ');
  for (const title of titles) expect(all).toContain(title);
  for (const { name } of told.steps[0].form.petitioner) expect(all).toContain(name);
  expect(all).toContain(told.steps[0].form.respondent_name);
  expect(all).toMatch(number);
}

/** A scenario up to and without the step at `end`. */
function first(file, name, end) {
  const told = scenario(file, name);
  return { ...told, steps: told.steps.slice(0, end) };
}

test('what cannot be done yet says why, on which article, and who opens it; the next act is the button', async ({ device }) => {
  const page = await device();
  await arrive(page, ACCOUNTS.nurul);
  const told = first('case-01', '1', 4);
  expect(told.steps.at(-1).barred).toEqual(['not_register']);
  const id = await play(page, told);
  await expect(page.locator('.identity-bar .button--primary')).toHaveText(told.set.act.plenary.label.id);
  await expect(page.locator('.identity-bar .button--primary')).toHaveAttribute('href', `/perkara/${id}/catat/plenary`);
  const summary = page.getByText('Belum dapat dilakukan (1)');
  await expect(page.getByText(told.set.act.not_register.label.id)).toBeHidden();
  await summary.click();
  const barred = page.getByRole('listitem').filter({ hasText: told.set.act.not_register.label.id }).last();
  await barred.getByText('Kenapa?').click();
  await expect(barred).toContainText('Waktu melengkapi berkas belum habis, atau perbaikan masuk dalam waktu.');
  await expect(barred).toContainText(/Dasar: Perbawaslu 9\/2022 Pasal 33(?! \()/);
  await expect(barred).toContainText(`Yang dapat membukanya: ${told.set.act.plenary.label.id} (`);
  await allSent(page);

  // Whose role does not allow it reads whose does.
  const other = await device({ size: 'desktop' });
  await arrive(other, ACCOUNTS.rina);
  await allSent(other);
  await other.goto(`/perkara/${id}`);
  await other.getByText(/Belum dapat dilakukan \(\d+\)/).click(PATIENT);
  // Others name it among those that can open them: its own item has it as a text of its own.
  const theirs = other.getByRole('listitem').filter({ has: other.getByText(told.set.act.plenary.label.id, { exact: true }) }).last();
  await theirs.getByText('Kenapa?').click();
  await expect(theirs).toContainText('Peran Anda tidak dapat melakukan ini. Yang dapat:');
  await expect(theirs).toContainText('Yang dapat membukanya: ');
  await expect(other.locator('.identity-bar .button--primary')).toHaveCount(0);
});

test('an act of another officer that arrives leaves place, focus and what is open as they are', async ({ device }) => {
  const page = await device();
  await arrive(page, ACCOUNTS.nurul);
  const told = first('case-01', '1', 2);
  const id = await play(page, told);
  await allSent(page);
  await page.getByRole('link', { name: 'Linimasa', exact: true }).click();
  const proof = page.locator('.timeline__item').first().locator('summary').last();
  await expect(proof).toBeVisible(PATIENT);
  await proof.scrollIntoViewIfNeeded();
  await proof.click();
  await expect(page.getByText('Tanda kiriman')).toBeVisible();
  await proof.focus();
  const place = await page.evaluate(() => window.scrollY);
  expect(place).toBeGreaterThan(100);

  const other = await device({ size: 'desktop' });
  await arrive(other, ACCOUNTS.yusuf);
  await allSent(other);
  await other.goto(`/perkara/${id}`);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText(RECEPTION_NUMBER, PATIENT);
  await perform(other, told, { act: 'note', at: '2026-07-08 11.00', form: { text: 'Pemohon menelepon' } }, id);
  await allSent(other);

  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.getByRole('list', { name: 'Linimasa' })).toContainText(told.set.act.note.label.id, PATIENT);
  await expect(proof).toBeFocused();
  await expect(page.getByText('Tanda kiriman').first()).toBeVisible();
  expect(Math.abs((await page.evaluate(() => window.scrollY)) - place)).toBeLessThan(300);
  await expect(proof).toBeInViewport();
});

test('an act with an effect that this version does not know is told, and nothing else stops', async ({ device, gate }) => {
  const page = await device();
  await arrive(page);
  const { id } = await wholePetition(page);
  await allSent(page);
  gate.change = (request, answer) => {
    if (!request.url.startsWith('/v1/changes') || answer.status !== 200) return null;
    const body = JSON.parse(answer.body);
    for (const act of body.acts) act.effects.push({ weighedAgain: { by: 'panel', points: [1, 2] } });
    const text = JSON.stringify(body);
    return { ...answer, headers: { ...answer.headers, 'content-length': String(Buffer.byteLength(text)) }, body: text };
  };
  const other = await device({ url: gate.url });
  await arrive(other, ACCOUNTS.yusuf);
  await allSent(other);
  await other.goto(`/perkara/${id}`);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText(RECEPTION_NUMBER, PATIENT);
  await expect(other.getByRole('list', { name: 'Linimasa' })).toContainText('Sebagian dari tindakan ini belum dikenal versi aplikasi ini');
});
