// The app as a person uses it: signing in, the form, the pages. Fields are found by the id that the form gives them,
// buttons and links by their words.

import fs from 'node:fs';

import { expect } from '@playwright/test';

import { ACCOUNTS } from './backend.mjs';
import { JPEG_FILE, PDF_FILE, PHOTO_FILE } from './files.mjs';
import { readPdf } from './pdf.mjs';
import { PATIENT, test } from './test.mjs';

/** The petition of case 1 of the domain's examples, every field of the form. Rows are lists. */
export const CASE_1 = {
  masuk: { channel: 'Langsung di kantor', filed_on: '8 7 2026', filed_at: '10.20' },
  objek: {
    object_kind: 'Surat keputusan (SK)',
    object_number: '123/PL.01.4-Kpt/1607/2026',
    object_title: 'Penetapan Daftar Calon Sementara Anggota DPRD Kabupaten Banyuasin',
    object_fixed_on: '6 7 2026',
    object_known_on: '6/7/2026',
    stage: { select: 'dcs' },
    election_kind: 'DPRD kabupaten/kota',
    object_files: { attach: [PDF_FILE] },
  },
  pemohon: {
    petitioner: [
      {
        kind: 'Partai politik peserta',
        name: 'Partai Lumbung Rakyat',
        org_level: 'Kabupaten/kota',
        org_chair: 'H. Syamsul Bahri, S.H., M.H.',
        org_secretary: "Nur'aini",
        address: 'Jalan Merdeka 12\nPangkalan Balai, Banyuasin',
        nik: '1607 0515 0380 0003',
        birth_place: 'Palembang',
        birth_date: '15 3 1980',
        sex: 'Laki-laki',
        citizenship: 'Indonesia',
        job: 'Wiraswasta',
        phone: '0812 3456 7890',
        email: 'sekretariat@lumbung.example.id',
      },
    ],
  },
  kuasa: {
    counsel: [
      {
        name: 'Dr. Ahmad Fauzan, S.H.',
        advocate_card: '17.00123',
        oath_minutes: 'W6.U/12/HK.01/2015',
        nik: '1671012005750002',
        office_address: 'Jalan Sudirman 45, Palembang',
        power_number: '07/SKK/VII/2026',
        power_date: '7 Juli 2026',
        power_signed: 'Ya',
        phone: '(0711) 312345',
        email: 'fauzan@kantor.example.id',
      },
    ],
  },
  termohon: { respondent_name: 'KPU Kabupaten Banyuasin', respondent_address: 'Jalan Palembang-Betung KM 42, Pangkalan Balai' },
  kewenangan: {
    jurisdiction: 'Keputusan ditetapkan KPU Kabupaten Banyuasin, jadi Bawaslu Kabupaten Banyuasin berwenang.',
    standing_petitioner: 'Pemohon peserta Pemilu 2027 yang calonnya dicoret.',
    standing_respondent: 'Termohon menetapkan keputusan yang disengketakan.',
    timeliness: 'Keputusan ditetapkan 6 Juli 2026, permohonan diajukan 8 Juli 2026.',
  },
  pokok: {
    direct_loss: 'Satu calon Pemohon dicoret dari daftar calon sementara karena pindaian ijazah tidak terbaca.',
    grounds: 'Pada 1 Juli 2026 Pemohon menyerahkan ijazah asli.\n\nTermohon tetap mencoret calon tanpa klarifikasi.',
  },
  petitum: {
    petitum: [
      { kind: 'Primer', text: 'Membatalkan keputusan sepanjang mengenai calon nomor urut 4.' },
      { kind: 'Subsider', text: 'Mohon putusan yang seadil-adilnya.' },
    ],
  },
  bukti: {
    evidence: [
      { title: 'Ijazah calon', proves: 'Ijazah ada dan terbaca', form_of: 'Asli', legalised: 'Ya', files: { attach: [PHOTO_FILE] } },
      { title: 'Tanda terima berkas', proves: 'Berkas diserahkan tepat waktu', form_of: 'Salinan', legalised: 'Tidak', files: { attach: [JPEG_FILE] } },
    ],
  },
  saksi: {
    witness: [
      { kind: 'Saksi', name: 'Rusdi', nik: '1607051503800004', address: 'Desa Sukajadi', topic: 'Penyerahan berkas' },
      { kind: 'Ahli', name: 'Prof. Dewi Lestari', nik: '1671014203700001', address: 'Palembang', topic: 'Hukum tata negara', cv: { attach: [() => ({ ...PDF_FILE(), name: 'riwayat-hidup.pdf' })] } },
    ],
  },
  berkas: {
    papers: {
      petition: 4,
      ktp: true,
      object: true,
      evidence: 3,
      evidence_list: true,
      power_of_attorney: true,
      advocate_card: true,
      counsel_ktp: true,
      oath_minutes: true,
      soft_copy: { remark: 'diska lepas rusak' },
    },
  },
  pernyataan: { not_other_violation: 'Ya', signed_by: 'H. Syamsul Bahri', signed_as: 'Ketua', signed_on: '8 Juli 2026' },
};

/** Only what must be there before the petition can be received. */
export const SHORT_CASE = {
  masuk: CASE_1.masuk,
  objek: { object_kind: CASE_1.objek.object_kind, object_fixed_on: '6 7 2026' },
  pemohon: { petitioner: [{ kind: 'Calon atau bakal calon anggota DPD', name: 'Siti Rahma', address: 'Betung' }] },
  pernyataan: { not_other_violation: 'Ya' },
};

/** A control of the form by its place, such as `filed_on`; in the nth row of a list: `field(page, 'name', 'petitioner', 0)`. */
export function field(page, key, list, row = 0) {
  return list ? page.locator(`[id^="${list}/"][id$="/${key}"]`).nth(row) : page.locator(`[id="${key}"]`);
}

export async function signIn(page, { username, password } = ACCOUNTS.rina) {
  await page.getByLabel('Nama pengguna').fill(username);
  await page.locator('#password').fill(password);
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Hari ini' })).toBeVisible(PATIENT);
}

/** A device on which somebody works already. */
export async function arrive(page, account) {
  await page.goto('/');
  await signIn(page, account);
}

/** The worker has the files of the first screen and answers for this page. */
export async function workerHere(page) {
  await expect
    .poll(() => page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.active && navigator.serviceWorker.controller)), PATIENT)
    .toBe(true);
}

/** Somebody works here and all files of the release are on the device: from here on the server may go. */
export async function readyForOffline(page) {
  await workerHere(page);
  await documentsHere(page);
}

/** What is fetched after the first screen has come: the makers of papers, the pages seldom needed. */
export async function documentsHere(page) {
  const asked = () =>
    new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = (event) => resolve(event.data.later);
      navigator.serviceWorker.controller?.postMessage({ type: 'VERSION' }, [channel.port2]);
    });
  await expect.poll(() => page.evaluate(asked), { timeout: 45_000 }).toBe(true);
}

/** Begins a petition and gives the draft's id. */
export async function beginPetition(page) {
  await page.getByRole('link', { name: 'Permohonan baru' }).or(page.locator('.nav__link--act')).first().click();
  await page.locator('a[href="/permohonan/baru/pemilu-penyelenggara"]').click();
  await expect(page).toHaveURL(/\/draf\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('list', { name: 'Bagian permohonan' })).toBeVisible();
  return new URL(page.url()).pathname.split('/')[2];
}

export async function openSection(page, draft, section) {
  // By links alone, as a person would: a load of the page in between would hide what is lost on the way.
  if (!new URL(page.url()).pathname.endsWith(`/draf/${draft}`)) await page.getByRole('link', { name: 'Semua bagian' }).click();
  await page.locator(`a[href="/draf/${draft}/${section}"]`).click();
  await expect(page.locator('form')).toBeVisible();
}

/** Everything on screen is on the disk. */
export async function saved(page) {
  await expect(page.locator('.save-state')).toContainText(/(Tersimpan di perangkat|Saved on this device) .*\d\d?[.:]\d\d/);
}

async function put(page, control, key, value, list, row) {
  if (value.attach) {
    const files = value.attach.map((make) => make());
    // The picker's own inputs are hidden; the button that opens them has the place as its id.
    const picker = control.locator('xpath=ancestor::fieldset[1]');
    await picker.locator('input[type=file][multiple]').setInputFiles(files);
    const names = picker.locator('xpath=following-sibling::ul[1]');
    for (const file of files) await expect(names.getByText('Di perangkat ini').nth(files.indexOf(file))).toBeVisible(PATIENT);
  } else if (value.select) {
    await control.selectOption(value.select);
  } else if ((await control.getAttribute('type')) === 'radio') {
    const group = control.locator('xpath=ancestor::fieldset[1]');
    await group.getByText(value, { exact: true }).click();
  } else {
    await control.fill(value);
    await control.blur();
  }
}

async function fillRows(page, list, rows) {
  const first = Object.keys(rows[0])[0];
  for (const [row, values] of rows.entries()) {
    if ((await field(page, first, list).all()).length === 0 || (await page.locator(`.summary-card`).count()) <= row) {
      await page.locator(`[id="${list}"]`).click();
    }
    await expect(page.locator('.summary-card').nth(row)).toBeVisible();
    const card = page.locator('.summary-card').nth(row);
    for (const [key, value] of Object.entries(values)) {
      await put(page, card.locator(`[id^="${list}/"][id$="/${key}"]`), key, value, list, row);
    }
  }
}

async function tick(page, papers) {
  for (const [paper, value] of Object.entries(papers)) {
    await page.locator(`label[for="papers/${paper}/present"]`).click();
    if (typeof value === 'number') await page.locator(`[id="papers/${paper}/copies"]`).fill(String(value));
    if (value.remark) await page.locator(`[id="papers/${paper}/remark"]`).fill(value.remark);
  }
}

/** Fills sections of a draft that is on screen as its task list. */
export async function fillPetition(page, draft, petition = CASE_1) {
  for (const [section, fields] of Object.entries(petition)) {
    await openSection(page, draft, section);
    for (const [key, value] of Object.entries(fields)) {
      if (Array.isArray(value)) await fillRows(page, key, value);
      else if (key === 'papers') await tick(page, value);
      else await put(page, field(page, key), key, value);
    }
    await saved(page);
  }
}

export async function openCheck(page, draft) {
  if (!new URL(page.url()).pathname.endsWith(`/draf/${draft}`)) await page.getByRole('link', { name: 'Semua bagian' }).click();
  await page.locator(`a[href="/draf/${draft}/periksa"]`).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Periksa jawaban' })).toBeVisible();
}

export async function receive(page) {
  await page.getByRole('button', { name: 'Terima permohonan' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Permohonan diterima' })).toBeVisible(PATIENT);
  return new URL(page.url()).pathname.split('/')[2];
}

/** From the home page to the receipt. Gives the ids of the draft and the case. */
export async function wholePetition(page, petition = SHORT_CASE) {
  const draft = await beginPetition(page);
  await fillPetition(page, draft, petition);
  await openCheck(page, draft);
  return { draft, id: await receive(page) };
}

/** The whole outbox is at the server. */
export async function allSent(page) {
  await expect(page.locator('.top-bar__state')).toContainText('Semua terkirim', PATIENT);
}

/** As the server issues it: 01/PS.PNM.LG/…/VII/2026. */
export const RECEPTION_NUMBER = /\d{2,}\/PS\.PNM\.LG\/\S+\/[IVX]+\/2026/;

/** Presses "Simpan PDF" and reads what the browser saves. */
export async function savePdf(page, name) {
  const [download] = await Promise.all([page.waitForEvent('download', PATIENT), page.getByRole('button', { name: 'Simpan PDF' }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.pdf$/);
  const file = test.info().outputPath(name);
  await download.saveAs(file);
  await expect(page.getByText('PDF tersimpan di unduhan.')).toBeVisible();
  return readPdf(fs.readFileSync(file));
}
