// Two officers do the same act: the second one sees what the first one wrote beside the own version, loses nothing, and decides.

import { RECEPTION_NUMBER, allSent, arrive, openCheck, fillPetition, readyForOffline, receive, wholePetition } from '../support/app.mjs';
import { violationsOf } from '../support/axe.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { perform, play, scenario } from '../support/scenario.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const HENDRA = { username: 'hendra', password: 'banyuasin-hendra-2026' };
const AWAY = { status: 503, headers: { 'content-type': 'application/problem+json', 'sips-contract': '1' }, body: '{"type":"/problems/later","title":"Later","status":503,"retry":"later"}' };

for (const size of ['phone', 'desktop']) {
  test(`both versions side by side, with names and times, and a way to settle it, ${size}`, async ({ device, gate, backend }) => {
    test.setTimeout(180_000);
    const told = scenario('case-01', '1');
    const [receive, verify] = ['receive', 'verify'].map((act) => told.steps.find((step) => step.act === act && !step.refused));
    const plenary = { ...told.steps.find((step) => step.act === 'plenary' && !step.refused), state: undefined };
    const page = await device({ url: gate.url, size });
    await arrive(page, ACCOUNTS.nurul);
    const id = await play(page, { ...told, steps: [receive, verify] });
    await allSent(page);

    gate.answer = (request) => (request.url.startsWith('/v1/') ? AWAY : null);
    await perform(page, told, { ...plenary, form: { ...plenary.form, reasons: 'Syarat formal terpenuhi menurut Nurul' } }, id);

    const other = await device({ size: 'desktop' });
    await arrive(other, HENDRA);
    await allSent(other);
    await other.goto(`/perkara/${id}`);
    await perform(other, told, { ...plenary, form: { ...plenary.form, reasons: 'Lengkap menurut berkas Hendra' } }, id);
    await allSent(other);

    gate.answer = null;
    await page.locator('.nav__link[href="/kirim"]').click();
    await page.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
    const item = page.locator('main .row', { hasText: 'Perlu ditinjau' });
    await expect(item).toHaveCount(1, PATIENT);
    await item.getByRole('button', { name: 'Bandingkan dan selesaikan' }).click();

    await expect(page.getByText('Perkara ini sudah bergerak')).toBeVisible(PATIENT);
    const differences = page.locator('#differences');
    await expect(differences.locator('li').first()).toContainText('Hendra');
    const versions = differences.locator('.stack', { hasText: 'Pertimbangan' });
    await expect(versions.locator('.summary-card')).toHaveCount(3);
    await expect(versions.locator('.summary-card').nth(1)).toContainText('Syarat formal terpenuhi menurut Nurul');
    await expect(versions.locator('.summary-card').nth(2)).toContainText('Lengkap menurut berkas Hendra');
    if (size === 'phone') expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

    const violations = await violationsOf(page);
    expect(violations.map((one) => `${one.id}: ${one.nodes[0].target}`)).toEqual([]);

    // Settled without a reason it is not.
    await versions.getByText(/^Versi Hendra/).last().click();
    await page.getByRole('button', { name: 'Catat', exact: true }).click();
    await expect(page.locator('#to-mend')).toBeVisible();
    await page.locator('[id="reason-differs"]').fill('Berita acara Hendra yang ditandatangani');
    await page.reload();
    await expect(page.locator('[id="reason-differs"]')).toHaveValue('Berita acara Hendra yang ditandatangani', PATIENT);
    await expect(versions.getByRole('radio', { name: /Hendra/ })).toBeChecked();

    // The plenary has been recorded: the procedure does not take it twice, and says so. It is taken back, and stays to be found.
    await page.locator('.nav__link[href="/kirim"]').click();
    await item.getByRole('button', { name: 'Tarik kembali' }).click();
    await page.getByLabel('Alasan ditarik').fill('Sudah dicatat Hendra');
    await page.getByRole('dialog').getByRole('button', { name: 'Tarik kembali' }).click();
    await expect(page.getByText('Tidak ada yang menunggu dikirim.')).toBeVisible(PATIENT);
    expect((await backend.cases()).get(id).filter((act) => act.act === 'plenary')).toHaveLength(1);

    await page.getByRole('link', { name: 'Jurnal perangkat' }).click();
    const kept = page.locator('main .row', { hasText: 'Sudah dicatat Hendra' });
    await expect(kept).toContainText('Ditarik kembali', PATIENT);
    await kept.getByRole('button', { name: 'Jadikan draf' }).click();
    await expect(page).toHaveURL(/\/draf\//, PATIENT);
    await page.locator('a[href$="/hasil"]').click();
    await expect(page.locator('#reasons')).toHaveValue('Syarat formal terpenuhi menurut Nurul', PATIENT);
  });
}

test('what has not left the device is taken back, changed and sent; what was under way is not', async ({ device, gate, backend }) => {
  test.setTimeout(120_000);
  const page = await device();
  await arrive(page);
  await allSent(page);
  await readyForOffline(page);
  await backend.stop();
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await page.context().setOffline(true);
  await wholePetition(page);
  await page.locator('.nav__link[href="/kirim"]').click();
  const item = page.locator('main .row', { hasText: 'Siti Rahma' });
  await item.getByRole('button', { name: 'Tarik kembali' }).click();
  await page.getByLabel('Alasan ditarik').fill('Nama salah tulis');
  await page.getByRole('dialog').getByRole('button', { name: 'Tarik kembali' }).click();
  await expect(page.getByText('Tidak ada yang menunggu dikirim.')).toBeVisible(PATIENT);
  await page.locator('.nav__link[href="/"]').click();
  await page.getByRole('link', { name: /Siti Rahma/ }).click();
  const draft = new URL(page.url()).pathname.split('/')[2];
  await fillPetition(page, draft, { pemohon: { petitioner: [{ name: 'Siti Rahmah' }] } });
  await openCheck(page, draft);
  const id = await receive(page);
  await backend.start();
  await page.context().setOffline(false);
  await allSent(page);
  await expect(page.locator('.paper__number')).toHaveText(RECEPTION_NUMBER, PATIENT);
  expect([...(await backend.cases()).keys()]).toEqual([id]);

  // Sent, and no answer came: nobody knows whether the server has it.
  const other = await device({ url: gate.url });
  await arrive(other, ACCOUNTS.yusuf);
  await allSent(other);
  gate.answer = (request) => (request.url === '/v1/commands' ? AWAY : null);
  await wholePetition(other);
  await other.locator('.nav__link[href="/kirim"]').click();
  const sent = other.locator('main .row', { hasText: 'Siti Rahma' });
  await expect(sent).toContainText('kali dicoba', PATIENT);
  await expect(sent.getByRole('button', { name: 'Tarik kembali' })).toHaveCount(0);
  await other.reload();
  await expect(sent.getByRole('link', { name: 'Serahkan lewat kapsul' })).toBeVisible(PATIENT);
  await expect(sent.getByRole('button', { name: 'Tarik kembali' })).toHaveCount(0);
});
