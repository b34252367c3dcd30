// Working together: who is responsible for a case and what the office notes of it; a question from the field, its answer from above,
// and the page of help that comes of it, also where there is no network.

import { RECEPTION_NUMBER, allSent, arrive, field, readyForOffline, saved, wholePetition } from '../support/app.mjs';
import { violationsOf } from '../support/axe.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { answered } from '../support/gate.mjs';
import { unsent } from '../support/storage.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const SLAMET = { username: 'slamet', password: 'kendal-slamet-2026' };
const noServer = (request) => (request.url.startsWith('/v1/') ? answered(503) : null);

async function axe(page) {
  const violations = await violationsOf(page);
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`), page.url()).toEqual([]);
}

/** Fills a form of one section and records it. */
async function record(page, answers) {
  await expect(page).toHaveURL(/\/draf\//, PATIENT);
  for (const [key, value] of Object.entries(answers)) {
    if (value.choose) await page.locator(`label[for="${key}-${value.choose}"], label[for="${key}/${value.choose}"]`).first().click();
    else await field(page, key).fill(value);
  }
  await page.locator('h1').click();
  await saved(page);
  await page.getByRole('button', { name: 'Periksa jawaban' }).click();
  await page.getByRole('button', { name: 'Catat', exact: true }).click();
}

async function note(page, id, text) {
  await page.goto(`/perkara/${id}/catatan`);
  await page.getByRole('button', { name: 'Tulis catatan internal' }).click();
  await record(page, { text });
  await expect(page.locator('.note--internal', { hasText: text })).toContainText('Internal, bukan bagian berkas', PATIENT);
}

test('two officers divide the work on a case: handed over, noted on both sides at once, and the file stays as it was', async ({ device, gate, backend }) => {
  test.setTimeout(120_000);
  const rina = await device({ size: 'desktop' });
  await arrive(rina);
  const { id } = await wholePetition(rina);
  await allSent(rina);
  await rina.goto(`/perkara/${id}`);
  await expect(rina.getByText('Belum ada penanggung jawab')).toBeVisible(PATIENT);
  await rina.getByRole('link', { name: 'Catatan dan penugasan' }).click();
  await expect(rina.getByRole('heading', { level: 1, name: 'Catatan dan penugasan' })).toBeVisible(PATIENT);
  await rina.getByLabel('Serahkan kepada').selectOption(ACCOUNTS.yusuf.id);
  await rina.getByRole('button', { name: 'Serahkan', exact: true }).click();
  await expect(rina.locator('main')).toContainText(ACCOUNTS.yusuf.name, PATIENT);
  await note(rina, id, 'Ketua pemohon minta dihubungi setelah pukul 16.');
  await allSent(rina);

  const yusuf = await device({ url: gate.url });
  await arrive(yusuf, ACCOUNTS.yusuf);
  await yusuf.goto('/perkara?tugas=saya');
  const card = yusuf.locator('.docket__row');
  await expect(card).toHaveCount(1, PATIENT);
  await expect(card).toContainText(ACCOUNTS.yusuf.name);
  await card.getByRole('link').click();
  await expect(yusuf.getByText(`Penanggung jawab: ${ACCOUNTS.yusuf.name}`)).toBeVisible(PATIENT);
  // Both write at once, one of them without a server.
  gate.answer = noServer;
  await note(yusuf, id, 'Sudah ditelepon, menunggu surat kuasa.');
  await yusuf.getByRole('button', { name: 'Pantau perkara ini' }).click();
  await expect(yusuf.getByRole('button', { name: 'Berhenti memantau' })).toBeVisible(PATIENT);
  await unsent(yusuf, 2);
  await note(rina, id, 'Surat kuasa datang lewat pos.');
  await allSent(rina);
  gate.answer = null;
  await yusuf.goto('/kirim');
  await yusuf.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
  await allSent(yusuf);
  await yusuf.goto(`/perkara/${id}/catatan`);
  await expect(yusuf.locator('.note--internal')).toHaveCount(3, PATIENT);
  await axe(yusuf);

  const cases = await backend.cases();
  expect(cases.get(id).map((act) => act.act)).toEqual(['receive']);
  const beside = [...cases.values()].find((acts) => acts[0].act === 'assign');
  expect(beside.map((act) => [act.act, act.by.name.split(' ')[0]])).toEqual([
    ['assign', 'Rina'], ['note', 'Rina'], ['note', 'Rina'], ['note', 'Yusuf'], ['watch', 'Yusuf'],
  ]);
  // None of it is a case of its own.
  await yusuf.goto('/perkara?tugas=pantau');
  await expect(yusuf.locator('.docket__row')).toHaveCount(1, PATIENT);
  await yusuf.goto('/perkara');
  await expect(yusuf.locator('.docket-count')).toHaveText('1 perkara', PATIENT);
  await expect(yusuf.locator('.docket__row').getByRole('link', { name: RECEPTION_NUMBER })).toBeVisible();
});

test('a question asked without a network is answered by the centre and found in the help by another office, offline', async ({ device, gate, backend }) => {
  test.setTimeout(150_000);
  const rina = await device({ url: gate.url });
  await arrive(rina);
  await allSent(rina);
  await readyForOffline(rina);
  gate.answer = noServer;
  await rina.locator('.nav__link[href="/perkara"]').click();
  await rina.getByRole('banner').getByRole('link', { name: 'Bantuan' }).click();
  await expect(rina.getByRole('heading', { name: 'Untuk layar yang baru Anda buka' })).toBeVisible(PATIENT);
  await expect(rina.locator('#layar')).toContainText('Bagaimana mencari perkara?');
  await axe(rina);
  await rina.getByLabel('Cari di bantuan').fill('cuti bersama putusan xyz');
  await expect(rina.getByText('Tidak ada yang cocok.')).toBeVisible(PATIENT);
  await rina.getByRole('link', { name: 'Tulis kendala' }).click();
  await expect(rina).toHaveURL(/\/draf\//, PATIENT);
  await rina.locator('main select').selectOption({ label: 'Tenggat dan hari kerja' });
  await field(rina, 'title').fill('Apakah cuti bersama dihitung sebagai hari kerja?');
  await field(rina, 'text').fill('Batas pengajuan jatuh pada hari cuti bersama.');
  await rina.locator('[id="attach"]').locator('xpath=ancestor-or-self::fieldset[1]').getByText('Ya', { exact: true }).click();
  await expect(field(rina, 'screen')).toHaveValue('Daftar perkara');
  await expect(field(rina, 'state')).toHaveValue(/SIPS Lapangan/);
  await record(rina, {});
  await expect(rina.getByRole('heading', { level: 1, name: 'Apakah cuti bersama dihitung' })).toBeVisible(PATIENT);
  await expect(rina.locator('main')).toContainText('Belum di server');
  await unsent(rina, 1);
  gate.answer = null;
  await rina.goto('/kirim');
  await rina.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
  await allSent(rina);

  const pusat = await device({ size: 'desktop' });
  await arrive(pusat, ACCOUNTS.pusat);
  await pusat.goto('/kendala');
  const row = pusat.locator('.row', { hasText: 'Apakah cuti bersama' });
  await expect(row).toContainText('Menunggu jawaban', PATIENT);
  await axe(pusat);
  await row.getByRole('link').click();
  await expect(pusat.locator('main')).toContainText('Batas pengajuan jatuh pada hari cuti bersama.', PATIENT);
  await pusat.getByRole('link', { name: 'Jawab', exact: true }).click();
  await record(pusat, { text: 'Tidak. Cuti bersama bukan hari kerja; hitungan lanjut pada hari kerja berikutnya.' });
  await pusat.getByRole('button', { name: 'Terbitkan di Bantuan' }).click();
  await expect(field(pusat, 'title')).toHaveValue(/cuti bersama/, PATIENT);
  await record(pusat, {});
  await expect(pusat.getByRole('heading', { level: 1, name: 'Bantuan' })).toBeVisible(PATIENT);
  await allSent(pusat);

  const slamet = await device();
  await arrive(slamet, SLAMET);
  await allSent(slamet);
  await readyForOffline(slamet);
  await backend.stop();
  await slamet.goto('/bantuan?cari=cuti+bersma');
  const answer = slamet.locator('.help-entry', { hasText: 'Apakah cuti bersama dihitung' });
  await expect(answer).toBeVisible(PATIENT);
  await answer.locator('summary').click();
  await expect(answer).toContainText('hitungan lanjut pada hari kerja berikutnya');
  await expect(answer).toContainText('Diterbitkan Bawaslu');
  // The question itself stays where it was asked.
  await slamet.goto('/kendala');
  await expect(slamet.getByText('Belum ada kendala.')).toBeVisible(PATIENT);
  await axe(slamet);
  await slamet.goto('/bantuan/istilah');
  await expect(slamet.getByText('cuti bersama', { exact: false }).first()).toBeVisible(PATIENT);
  await axe(slamet);
});
