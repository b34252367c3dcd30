// Two officers on one case, a batch of which a part arrives, a network that goes while it is under way, and a session that ends between
// two commands: what the server holds is what was written, once each, and who has to look again is told why.

import fs from 'node:fs';

import { RECEPTION_NUMBER, allSent, arrive, wholePetition } from '../support/app.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { answered } from '../support/gate.mjs';
import { perform, play, scenario } from '../support/scenario.mjs';
import { stored, unsent } from '../support/storage.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const isPush = (request) => request.method === 'POST' && request.url === '/v1/commands';

test('a batch of three: two arrive, the network goes; too large together; the session ends after the first: each petition once', async ({ device, gate, backend }) => {
  test.setTimeout(120_000);
  const page = await device({ url: gate.url });
  await arrive(page);
  await allSent(page);
  gate.answer = (request) => (isPush(request) ? answered(503) : null);
  for (let made = 0; made < 3; made += 1) {
    await page.goto('/');
    await wholePetition(page);
  }
  await page.locator('.nav__link[href="/kirim"]').click();
  await unsent(page, 3);
  const commands = (await stored(page, 'outbox')).map(({ envelope }) => envelope.commandId).sort();
  const now = page.getByRole('button', { name: 'Sinkronkan sekarang' });

  await test.step('the network goes after the second of three', async () => {
    gate.answer = null;
    gate.rewrite = (request, body) => (isPush(request) ? JSON.stringify({ commands: JSON.parse(body).commands.slice(0, 2) }) : null);
    gate.change = (request, whole) => (isPush(request) ? { ...whole, cut: 'at once' } : whole);
    await now.click();
    await expect.poll(async () => (await backend.cases()).size, PATIENT).toBe(2);
    await page.context().setOffline(true);
    await expect(page.locator('main')).toContainText('Tanpa jaringan. Semua tersimpan di perangkat dan terkirim sendiri nanti.', PATIENT);
    await unsent(page, 3);
    expect(await stored(page, 'outbox')).toHaveLength(3);
  });

  await test.step('too large together, one by one; the session ends after the first', async () => {
    const sizes = [];
    gate.rewrite = null;
    gate.change = null;
    gate.answer = (request, body) => {
      const ended = sizes.length > 2 && request.url.startsWith('/v1/') && !(request.method === 'POST' && request.url === '/v1/session');
      if (isPush(request)) {
        sizes.push(JSON.parse(body).commands.length);
        if (sizes.at(-1) > 1) return answered(413);
      }
      return ended || sizes.length > 2 ? answered(401) : null;
    };
    await page.context().setOffline(false);
    await expect(page.locator('main')).toContainText('Sesi di server berakhir. Pekerjaan berjalan terus di perangkat; masuk lagi untuk mengirim.', PATIENT);
    expect(sizes.slice(0, 2)).toEqual([3, 1]);
    await unsent(page, 2);
    expect(await stored(page, 'outbox')).toHaveLength(2);
  });

  gate.answer = null;
  await page.getByRole('link', { name: 'Masuk lagi' }).first().click();
  await page.locator('#password').fill(ACCOUNTS.rina.password);
  await page.getByRole('button', { name: 'Masuk lagi' }).click();
  await allSent(page);
  const acts = [...(await backend.cases()).values()].flat();
  expect(acts.map((act) => act.commandId).sort()).toEqual(commands);
  await page.goto('/kirim');
  await expect(page.getByRole('link', { name: RECEPTION_NUMBER })).toHaveCount(3, PATIENT);
  const receipts = await stored(page, 'receipts');
  expect(new Set(receipts.map(({ numbers }) => Object.values(numbers)[0])).size).toBe(3);
});

test('two officers record one plenary on two devices, one of them cut off: the second is held back as a conflict, and nothing it says is lost', async ({ device, gate, backend }) => {
  test.setTimeout(120_000);
  const told = scenario('case-01', '1');
  const verified = told.steps.findIndex((step) => step.act === 'verify') + 1;
  const plenary = told.steps.find((step) => step.act === 'plenary' && !step.refused);
  const first = await device();
  await arrive(first, ACCOUNTS.nurul);
  const id = await play(first, { ...told, steps: told.steps.slice(0, verified) });
  await allSent(first);

  const second = await device({ url: gate.url });
  await arrive(second, ACCOUNTS.hendra);
  await allSent(second);
  gate.answer = (request) => (request.url.startsWith('/v1/') ? answered(503) : null);
  await perform(first, told, plenary, id);
  await allSent(first);
  await second.goto(`/perkara/${id}`);
  await perform(second, told, plenary, id);
  await unsent(second, 1);
  expect((await backend.cases()).get(id)).toHaveLength(3);

  gate.answer = null;
  await second.locator('.nav__link[href="/kirim"]').click();
  await second.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
  const item = second.locator('.row').filter({ hasText: told.set.act.plenary.label.id }).first();
  await expect(item).toContainText('Perlu ditinjau', PATIENT);
  await expect(item).toContainText('Perkara sudah berubah di server, dan kiriman ini tidak cocok lagi. Periksa keadaan terbaru, lalu perbaiki.');
  const [entry] = await stored(second, 'outbox', ACCOUNTS.hendra);
  expect(entry.envelope.payload.act).toBe('plenary');
  expect(Object.keys(entry.envelope.payload.answers)).toContain('members');
  // The other officer's act is here, and the server has that one alone.
  await second.goto(`/perkara/${id}`);
  await expect(second.getByRole('list', { name: 'Linimasa' })).toContainText(ACCOUNTS.nurul.name, PATIENT);
  await unsent(second, 1);
  const acts = (await backend.cases()).get(id);
  expect(acts.map((act) => [act.act, act.by.name])).toEqual(['receive', 'verify', 'plenary'].map((act) => [act, ACCOUNTS.nurul.name]));
});

test('a role is taken away while the device is cut off: the work is kept, held back with the reason, and can be handed over', async ({ device, gate, backend }) => {
  const page = await device({ url: gate.url });
  await arrive(page);
  await allSent(page);
  gate.answer = (request) => (request.url.startsWith('/v1/') ? answered(503) : null);
  await wholePetition(page);
  await unsent(page, 1);
  const [{ envelope }] = await stored(page, 'outbox');
  const { id: account, name } = ACCOUNTS.rina;
  const profile = { name, office: '16.07', roles: ['secretary'] };
  const change = { id: '01a00000-0000-7000-8000-0000000000a1', account, change: { profile }, source: 'Surat tugas 12/2026', reason: 'Pindah tugas' };
  const changed = await backend.call('POST', '/v1/accounts', { token: await backend.signIn(ACCOUNTS.pusat), body: change });
  expect(changed.status).toBe(200);

  gate.answer = null;
  await page.locator('.nav__link[href="/kirim"]').click();
  await page.getByRole('button', { name: 'Sinkronkan sekarang' }).click();
  await page.locator('.shell__notices').getByRole('link', { name: 'Masuk lagi' }).click(PATIENT);
  await page.locator('#password').fill(ACCOUNTS.rina.password);
  await page.getByRole('button', { name: 'Masuk lagi' }).click();
  await page.locator('.nav__link[href="/kirim"]').click();
  const item = page.locator('main .row', { hasText: 'Siti Rahma' });
  await expect(item).toContainText('Tertahan', PATIENT);
  await expect(item).toContainText('Peran Anda tidak dapat melakukan ini.');
  expect((await stored(page, 'outbox')).map((entry) => entry.envelope.commandId)).toEqual([envelope.commandId]);
  expect((await backend.cases()).size).toBe(0);
  await item.getByRole('link', { name: 'Serahkan lewat kapsul' }).click();
  const hand = page.getByRole('button', { name: 'Bagikan atau simpan' });
  await expect(hand).toBeVisible(PATIENT);
  const copy = page.waitForEvent('download');
  await hand.click();
  expect(fs.readFileSync(await (await copy).path(), 'utf8')).toContain(envelope.commandId);
});
