// The officer's day over a year's worth of cases: what is due, finding a case, its page, the schedule, the recap, and what the public sees.

import fs from 'node:fs';

import { arrive, readyForOffline } from '../support/app.mjs';
import { violationsOf } from '../support/axe.mjs';
import { ACCOUNTS } from '../support/backend.mjs';
import { SIZES } from '../support/browser.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const SUMSEL = { username: 'sumsel', password: 'palembang-fitri-2026' };
const LONG = { timeout: 45_000 };

test.use({ seeded: 600 });

const rows = (page) => page.locator('.docket__row');
const narrow = (page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

/** All cases of the office are on the device and on the page. */
async function listed(page, backend) {
  const all = (await backend.cases()).size;
  await page.goto('/perkara');
  await expect(page.locator('.docket-count')).toHaveText(`${all} perkara`, LONG);
  return all;
}

for (const size of ['phone', 'desktop']) {
  test(`what is due leads to the act that is to be done, ${size}`, async ({ device, backend }) => {
    const page = await device({ size });
    await arrive(page, ACCOUNTS.nurul);
    await listed(page, backend);
    await page.locator('.nav__link[href="/"]').click();
    const due = page.locator('.section', { has: page.getByRole('heading', { name: 'Jatuh tempo' }) });
    await expect(due.getByRole('heading', { level: 3 }).first()).toBeVisible(PATIENT);
    // Each group is in the order of its days.
    await expect(due.locator('.due--over .due__left').first()).toContainText(/^Lewat /);
    await due.getByRole('button', { name: 'Yang dapat saya kerjakan' }).click();
    const first = due.locator('.row').first();
    await expect(first.getByRole('link')).toHaveCount(2, PATIENT);
    for (const row of await due.locator('.row').all()) await expect(row.getByRole('link')).toHaveCount(2);
    expect(await narrow(page)).toBe(true);
    await first.locator('.button').click();
    await expect(page).toHaveURL(/\/draf\//, PATIENT);
    await page.goBack();
    await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
  });

  test(`a case is found by part of its number, a name written in another way, and a slip, ${size}`, async ({ device, backend }) => {
    const page = await device({ size });
    await arrive(page);
    const all = await listed(page, backend);
    const search = page.getByLabel('Cari perkara');
    const link = rows(page).first().getByRole('link');
    const number = (await link.innerText()).trim();
    const address = await link.getAttribute('href');
    await search.fill(number.replace(/\W/g, '').toLowerCase());
    await expect(rows(page)).toHaveCount(1);
    // The list stays beside the case where there is room, with what was searched.
    await expect(rows(page).getByRole('link')).toHaveAttribute('href', new RegExp(`^${address}(\\?|$)`));
    // A long word of a party with two letters in each other's place.
    const parties = await rows(page).locator('.docket__parties').innerText();
    const word = parties.match(/[A-Za-z]{8,}/)[0];
    const slip = word.slice(0, 3) + word[4] + word[3] + word.slice(5);
    await search.fill(slip);
    await expect(page.locator('.docket__row a', { hasText: number })).toHaveCount(1);
    await search.fill('tidakadayangbernamabegini');
    await expect(page.getByText('Tidak ada perkara yang cocok.')).toBeVisible();
    await page.getByRole('button', { name: 'Hapus semua saringan' }).click();
    await expect(page.locator('.docket-count')).toHaveText(`${all} perkara`);
    expect(await narrow(page)).toBe(true);
  });
}

test('filters stand in the address, come back with it, and are taken away one by one', async ({ device, backend }) => {
  const page = await device({ size: 'tablet' });
  await arrive(page);
  const all = await listed(page, backend);
  await page.getByText('Saringan').click();
  await page.getByLabel('Tenggat', { exact: true }).selectOption({ label: 'Lewat tenggat' });
  await expect(page).toHaveURL(/tenggat=lewat/);
  const over = await page.locator('.docket-count').innerText();
  expect(over).not.toBe(`${all} perkara`);
  await page.getByLabel('Urutkan').selectOption({ label: 'Nomor' });
  await rows(page).first().getByRole('link').click();
  await expect(page).toHaveURL(/\/perkara\/[0-9a-f-]{36}/);
  await page.goBack();
  await expect(page.locator('.docket-count')).toHaveText(over, PATIENT);
  const numbers = await rows(page).getByRole('link').allInnerTexts();
  expect(numbers).toEqual([...numbers].sort());
  // The address alone is enough, on another device too.
  const shared = page.url();
  await page.goto('/');
  await page.goto(shared);
  await expect(page.locator('.docket-count')).toHaveText(over, LONG);
  await page.getByRole('button', { name: /^Lewat tenggat/ }).click();
  await expect(page.locator('.docket-count')).toHaveText(`${all} perkara`);
  await expect(page).not.toHaveURL(/tenggat/);
});

test('the file is seen as it stood at an earlier act, and the way of the case goes back with it', async ({ device, backend }) => {
  const page = await device({ size: 'phone' });
  await arrive(page);
  await listed(page, backend);
  await page.goto('/perkara?tahap=decided&jalur=pemilu-penyelenggara');
  await rows(page).first().getByRole('link').click();
  const steps = page.locator('.way__step--done, .way__step--now');
  await expect(page.locator('.way__step--now')).toContainText('Diputus');
  const been = await steps.count();
  await page.getByText('Lihat berkas seperti saat itu').click();
  await page.getByRole('slider').focus();
  await page.keyboard.press('Home');
  await expect(page.locator('.way__step--now')).toContainText('Permohonan diterima');
  expect(await steps.count()).toBe(1);
  expect(been).toBeGreaterThan(3);
  await expect(page.getByRole('heading', { name: 'Yang dapat dilakukan sekarang' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Kembali ke sekarang' }).click();
  await expect(page.locator('.way__step--now')).toContainText('Diputus');
});

test('the schedule shows sessions and last days, goes on by weeks and months, and leaves as a calendar file', async ({ device, backend }) => {
  const page = await device({ size: 'desktop' });
  await arrive(page);
  await listed(page, backend);
  await readyForOffline(page);
  await page.locator('.nav__link[href="/jadwal"]').click();
  await expect(page.locator('.event').first()).toBeVisible(LONG);
  await page.getByRole('link', { name: 'Bulan', exact: true }).click();
  await expect(page.locator('.day')).toHaveCount(await page.locator('.days tbody tr').count() * 7);
  await expect(page.locator('.day--today')).toHaveCount(1);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^Unduh jadwal/ }).click()]);
  expect(download.suggestedFilename()).toBe('jadwal.ics');
  const text = fs.readFileSync(await download.path(), 'utf8');
  expect(text).toMatch(/^BEGIN:VCALENDAR\r\n/);
  expect(text.match(/BEGIN:VEVENT/g).length).toBe(text.match(/\r\nSUMMARY:/g).length);
  expect(text.match(/\r\nDTSTART(:\d{8}T\d{6}Z|;VALUE=DATE:\d{8})\r\n/g).length).toBe(text.match(/BEGIN:VEVENT/g).length);
  await page.locator('.event__link').first().click();
  await expect(page).toHaveURL(/\/perkara\//, PATIENT);
});

/** The zone of an office, by its province: Indonesia has three and no summer time. */
const zoneOf = (office) => {
  const province = Number(office.slice(0, 2));
  return [51, 52, 53, 63, 64, 65].includes(province) || (province > 70 && province < 80) ? 'WITA' : province > 80 ? 'WIT' : 'WIB';
};

test('sessions of all zones stand in the schedule in the hours of their offices', async ({ device, backend }) => {
  test.setTimeout(90_000);
  const page = await device({ size: 'desktop' });
  await arrive(page, ACCOUNTS.pusat);
  const cases = await backend.cases(ACCOUNTS.pusat);
  await page.goto('/perkara');
  await expect(page.locator('.docket-count')).toHaveText(`${cases.size} perkara`, LONG);
  const seen = new Set();
  await page.goto('/jadwal?tampilan=bulan');
  await expect(page.locator('.event').first()).toBeVisible(LONG);
  // Back, month by month, until each zone was seen.
  for (let month = 0; month < 6 && seen.size < 3; month += 1) {
    const told = await page.locator('.event').evaluateAll((events) => events.map((event) => [event.textContent, event.querySelector('a')?.getAttribute('href') ?? '']));
    for (const [text, href] of told) {
      const zone = text.match(/\d\d\.\d\d (WIB|WITA|WIT)\b/)?.[1];
      const acts = cases.get(href.split('/')[2]?.split('?')[0]);
      if (!zone || !acts) continue;
      expect(zone, text).toBe(zoneOf(acts[0].office));
      seen.add(zone);
    }
    const before = await page.locator('.page-header').innerText();
    await page.locator('.schedule__bar a.button').first().click();
    await expect(page.locator('.page-header')).not.toHaveText(before, { useInnerText: true });
  }
  expect([...seen].sort()).toEqual(['WIB', 'WIT', 'WITA']);
});

test('on a desk the list stays beside a case and each part of it, on a phone it does not; the head of both says what is due next', async ({ device, backend }) => {
  const desk = await device({ size: 'desktop' });
  await arrive(desk);
  await listed(desk, backend);
  await desk.goto('/perkara?urut=tenggat');
  const row = rows(desk).filter({ has: desk.locator('.due') }).first();
  await expect(row).toBeVisible(LONG);
  const due = await row.locator('.due__what').innerText();
  const link = row.getByRole('link');
  const name = (await link.innerText()).trim();
  await link.click();
  const open = desk.locator('.docket [aria-current]');
  const head = desk.locator('.desk__case .identity-bar, .desk__case .page-header').first();
  await expect(desk.locator('.desk__case .due__what').first()).toHaveText(due, PATIENT);
  await expect(open).toHaveText(name);
  await expect(open).toHaveAttribute('aria-current', 'page');
  await desk.getByRole('navigation', { name: 'Bagian perkara' }).getByRole('link', { name: 'Linimasa' }).click();
  await expect(desk.locator('.desk__case h1')).toHaveText('Linimasa', PATIENT);
  await expect(head).toBeVisible();
  await expect(desk.locator('.desk__case .due__what').first()).toHaveText(due);
  await expect(open).toHaveAttribute('aria-current', 'true');
  // The choice of the list stays in the address, beside that of the part.
  await expect(desk).toHaveURL(/linimasa\?urut=tenggat$/);
  await desk.locator('.desk__case').getByLabel('Tindakan').selectOption({ index: 1 });
  await expect(desk).toHaveURL(/linimasa\?urut=tenggat&tindakan=/);
  await desk.reload();
  await expect(desk.locator('.desk__case').getByLabel('Tindakan')).not.toHaveValue('', PATIENT);
  await expect(desk.locator('#order')).toHaveValue('tenggat');
  await expect(desk).toHaveURL(/linimasa\?urut=tenggat&tindakan=/);
  // Another case of the list takes the place of this one.
  const other = rows(desk).filter({ has: desk.locator('.due') }).nth(1).getByRole('link');
  const second = (await other.innerText()).trim();
  await other.click();
  await expect(open).toHaveText(second, PATIENT);
  await expect(desk).toHaveURL(/urut=tenggat/);

  const phone = await device();
  await arrive(phone);
  await listed(phone, backend);
  await phone.goto('/perkara?urut=tenggat');
  await rows(phone).filter({ has: phone.locator('.due') }).first().getByRole('link').click(PATIENT);
  await expect(phone.locator('main .due__what').first()).toHaveText(due, PATIENT);
  await expect(rows(phone)).toHaveCount(0);
  await phone.getByRole('navigation', { name: 'Bagian perkara' }).getByRole('link', { name: 'Linimasa' }).click();
  await expect(phone.locator('main h1')).toHaveText('Linimasa', PATIENT);
  await expect(phone.locator('main .due__what').first()).toHaveText(due);
  expect(await narrow(phone)).toBe(true);
});

test('a phone reaches schedule, recap and help from the settings, and has one main act on its first page', async ({ device, backend }) => {
  const page = await device();
  await arrive(page, ACCOUNTS.nurul);
  await listed(page, backend);
  await page.locator('.nav__link[href="/"]').click();
  await expect(page.locator('main .due--over').first()).toBeVisible(LONG);
  await expect(page.locator('main .button--primary')).toHaveCount(1);
  for (const [name, address] of [['Jadwal', /jadwal$/], ['Rekap', /rekap$/], ['Bantuan', /bantuan$/]]) {
    await page.goto('/pengaturan');
    await page.locator('main').getByRole('link', { name }).first().click(PATIENT);
    await expect(page).toHaveURL(address, PATIENT);
    await expect(page.locator('main h1')).toContainText(name, PATIENT);
  }
});

test('days of the filter follow the filter, and a chip that goes empties its field', async ({ device, backend }) => {
  const page = await device({ size: 'desktop' });
  await arrive(page);
  const all = await listed(page, backend);
  await page.getByText('Saringan').click();
  await page.getByLabel('Masuk sejak').fill('1 1 2026');
  await page.getByLabel('Masuk sejak').blur();
  await expect(page).toHaveURL(/2026-01-01/);
  const some = await page.locator('.docket-count').innerText();
  await page.reload();
  await expect(page.locator('.docket-count')).toHaveText(some, LONG);
  await expect(page.getByLabel('Masuk sejak')).toHaveValue('1/1/2026');
  await page.locator('.chips, .filters').getByRole('button', { name: /^Masuk sejak/ }).first().click();
  await expect(page.locator('.docket-count')).toHaveText(`${all} perkara`);
  await expect(page.getByLabel('Masuk sejak')).toHaveValue('');
});

test('a list is cards on a phone and a table where five columns fit, in the same order', async ({ device, backend }) => {
  const orders = [];
  for (const [size, viewport] of [['phone', SIZES.phone], ['tablet on its side', { width: 1180, height: 820 }]]) {
    const page = await device({ viewport });
    await arrive(page);
    await listed(page, backend);
    const look = await page.locator('.docket').evaluate((table) => ({
      head: table.querySelector('thead').getBoundingClientRect().height > 1,
      cell: getComputedStyle(table.querySelector('tbody td')).display,
    }));
    expect(look, size).toEqual(size === 'phone' ? { head: false, cell: look.cell } : { head: true, cell: 'table-cell' });
    if (size === 'phone') expect(look.cell).not.toBe('table-cell');
    orders.push(await rows(page).getByRole('rowheader').allInnerTexts());
  }
  expect(orders[0].length).toBeGreaterThan(5);
  expect(orders[1].slice(0, orders[0].length)).toEqual(orders[0].slice(0, orders[1].length));
});

test('the recap adds up, has rows for offices without cases, and is taken along as a sheet', async ({ device, backend }) => {
  const page = await device({ size: 'desktop' });
  await arrive(page, SUMSEL);
  const all = (await backend.cases(SUMSEL)).size;
  await expect(page.locator('.docket__row').first()).toBeVisible(LONG);
  await page.goto('/rekap');
  const table = page.locator('.figures');
  const total = table.locator('tfoot td').first();
  await expect(total).toHaveText(String(all), LONG);
  await expect(page.getByText(/^Jumlahnya cocok/)).toBeVisible();
  const empty = table.locator('tbody tr', { has: page.locator('td:nth-of-type(1).figure--none') });
  expect(await empty.count()).toBeGreaterThan(0);
  await expect(table.locator('tbody th', { hasText: 'Bawaslu Kabupaten Banyuasin' })).toHaveCount(1);
  // A year ago there was nothing.
  await page.getByLabel('Keadaan per tanggal').fill('1 1 2020');
  await expect(total).toHaveText('0');
  await page.getByLabel('Keadaan per tanggal').fill('');
  await page.getByLabel('Menurut').selectOption({ label: 'Cara masuk' });
  await expect(total).toHaveText(String(all));
  const save = async (name) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
    return fs.readFileSync(await download.path());
  };
  const csv = (await save('CSV')).toString('utf8');
  expect(csv).toContain(`Jumlah;${all};`);
  const xlsx = await save('Excel (XLSX)');
  expect(xlsx.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  expect(xlsx.toString('utf8')).toContain(`<v>${all}</v>`);
});

test('the public reads register, hearings and decisions without an account, and no more than the server tells', async ({ device, backend }) => {
  const page = await device({ size: 'phone' });
  await page.goto('/');
  await page.getByRole('link', { name: /^Penelusuran publik/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Penelusuran publik' })).toBeVisible(LONG);
  const list = page.locator('main .row');
  await expect(list.first()).toBeVisible(PATIENT);
  const number = (await list.first().locator('.row__title').innerText()).trim();
  await page.getByLabel('Cari', { exact: true }).fill(number);
  await expect(list.first()).toContainText(number);
  await page.getByRole('link', { name: 'Putusan' }).click();
  await expect(page).toHaveURL(/\/publik\/putusan/);
  await expect(list.first()).toContainText('Dibacakan', PATIENT);
  expect(await narrow(page)).toBe(true);
  await backend.stop();
  await page.getByRole('link', { name: 'Jadwal sidang' }).click();
  await expect(page.getByText('Server tidak terjangkau.')).toBeVisible(PATIENT);
  await backend.start();
  await page.getByRole('button', { name: 'Coba lagi' }).click();
  await expect(list.first()).toContainText('Tempat', PATIENT);
});

for (const [colorScheme, language, size] of [['light', 'Bahasa Indonesia', 'phone'], ['dark', 'English', 'desktop']]) {
  test(`no page of the officer's day breaks a rule of axe, ${colorScheme}, ${size}`, async ({ device, backend }) => {
    test.setTimeout(90_000);
    const page = await device({ size, colorScheme });
    await arrive(page);
    if (language === 'English') {
      await page.goto('/pengaturan');
      await page.getByText('English', { exact: true }).click();
      await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    }
    await page.goto('/perkara');
    await expect(rows(page).first()).toBeVisible(LONG);
    const kept = await rows(page).first().getByRole('link').getAttribute('href');
    for (const address of ['/', '/perkara?tenggat=lewat', kept, '/jadwal', '/jadwal?tampilan=bulan', '/rekap', '/publik/permohonan']) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible(PATIENT);
      await expect(page.locator('.skeleton')).toHaveCount(0, PATIENT);
      const violations = await violationsOf(page);
      expect(violations.map((one) => `${address} ${one.id}: ${one.nodes[0].target}`)).toEqual([]);
    }
    expect((await backend.cases()).size).toBeGreaterThan(0);
  });
}
