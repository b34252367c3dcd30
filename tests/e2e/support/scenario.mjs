// The worked cases of tests/scenarios, played through the screen as an officer would: the same files that the native tests play
// against the rules. Steps that are to be refused are left to those.

import fs from 'node:fs';
import path from 'node:path';

import { expect } from '@playwright/test';
import { parse } from 'smol-toml';

import { PATIENT } from './test.mjs';

const ROOT = path.join(import.meta.dirname, '..', '..', '..');
const read = (...parts) => parse(fs.readFileSync(path.join(ROOT, ...parts), 'utf8'));

/** A scenario of training with its rule set: {scenario, set, track, below}, the lines of its acts made whole. */
export function training(file) {
  const told = read('src', 'training', 'scenarios', file);
  const bases = read('src', 'training', 'bases.toml');
  const whole = (line) => {
    const base = line.base ? bases[line.base] : {};
    return { ...line, act: line.act ?? base.act, form: { ...base.form, ...line.form } };
  };
  const steps = told.step.map((step) => ({
    ...step,
    solution: (step.solution ?? []).map(whole),
    wrong: (step.wrong ?? []).map((wrong) => ({ ...wrong, acts: wrong.acts.map(whole) })),
  }));
  return { scenario: { ...told, step: steps }, set: read('src', 'rules', 'sets', told.set, '1.toml'), track: told.set, below: '/latihan/app' };
}

/** The files of all scenarios of training, in order. */
export const TRAINING_FILES = fs.readdirSync(path.join(ROOT, 'src', 'training', 'scenarios')).filter((name) => name.endsWith('.toml')).sort();

/** A scenario with its rule set: {set, steps}. */
export function scenario(file, name) {
  const all = read('tests', 'scenarios', `${file}.toml`);
  const bases = read('src', 'training', 'bases.toml');
  const steps = (wanted) => {
    const found = all.scenario.find((one) => one.name === wanted);
    if (!found) throw new Error(`${file} has no scenario ${wanted}`);
    const before = found.like ? steps(found.like) : [];
    const until = found.upto ? before.findIndex((step) => step.name === found.upto) + 1 : before.length;
    return [...before.slice(0, until), ...(found.step ?? [])];
  };
  const filled = steps(name).map((step) => {
    const base = step.base ? bases[step.base] : {};
    return { ...step, act: step.act ?? base.act, form: { ...base.form, ...step.form } };
  });
  return { set: read('src', 'rules', 'sets', all.set, '1.toml'), track: all.set, steps: filled };
}

const text = (value) => (value === true ? 'yes' : value === false ? 'no' : String(value));

async function answer(page, id, value) {
  const control = page.locator(`[id="${id}"]`);
  const kind = await control.evaluate((element) => (element.tagName === 'SELECT' ? 'select' : element.getAttribute('type')));
  if (kind === 'radio') {
    const radio = page.locator(`input[type=radio][name="${id}"][value="${text(value)}"]`);
    // Until the tab holds the draft its form can only be read, and a press on a label would be passed over.
    await expect(radio).toBeEnabled(PATIENT);
    await page.locator(`label[for="${await radio.getAttribute('id')}"]`).click();
    await expect(radio).toBeChecked();
  } else if (kind === 'select') {
    await control.selectOption(text(value));
  } else {
    await control.fill(text(value));
    await control.blur();
  }
}

async function answerRows(page, list, rows) {
  for (const [index, row] of rows.entries()) {
    const cards = page.locator(`section:has(> .act > [id="${list}"]) .summary-card`);
    if ((await cards.count()) <= index) await page.locator(`[id="${list}"]`).click();
    const card = cards.nth(index);
    await expect(card).toBeVisible();
    for (const [key, value] of Object.entries(row)) {
      const id = await card.locator(`[id^="${list}/"][id$="/${key}"]`).first().getAttribute('id');
      await answer(page, id, value);
    }
  }
}

async function tick(page, list, rows) {
  for (const [row, value] of Object.entries(rows)) {
    const box = page.locator(`[id="${list}/${row}/present"]`);
    await expect(box).toBeEnabled(PATIENT);
    if ((await box.isChecked()) !== (value !== false)) await page.locator(`label[for="${list}/${row}/present"]`).click();
    await expect(box).toBeChecked({ checked: value !== false });
    if (typeof value === 'number' || typeof value === 'bigint') await page.locator(`[id="${list}/${row}/copies"]`).fill(String(value));
  }
}

/** Puts a file into a place of the form; the picker's own inputs are hidden, and the button that opens them has the place as its id. */
async function attach(page, place, file) {
  const picker = page.locator(`[id="${place}"]`).locator('xpath=ancestor::fieldset[1]');
  await picker.locator('input[type=file][multiple]').setInputFiles([file]);
  await expect(picker.locator('xpath=following-sibling::ul[1]').getByText('Di perangkat ini')).toBeVisible(PATIENT);
}

/** Fills whatever the section on screen asks for of `form`; what was filled is taken out of it. Fields appear as others are answered. */
async function fillSection(page, form) {
  for (let again = true; again; ) {
    again = false;
    for (const [key, value] of Object.entries(form)) {
      const table = typeof value === 'object' && !Array.isArray(value);
      const id = table ? `${key}/${Object.keys(value)[0]}/present` : key;
      if ((await page.locator(`[id="${id}"]`).count()) === 0) continue;
      if (table) await tick(page, key, value);
      else if (Array.isArray(value)) await answerRows(page, key, value);
      else await answer(page, key, value);
      delete form[key];
      again = true;
    }
  }
}

/**
 * Performs one step; the case's page is on screen before and after it, but before the first. `below` is where the app's pages lie in
 * training, whose clock gives day and time unless the step has its own.
 */
export async function perform(page, { set, track, below = '' }, step, id) {
  const rule = set.act[step.act];
  const label = rule.label.id;
  const [date, time] = step.at?.split(' ') ?? [];
  const form = { ...step.form };
  if (id) {
    await page.locator(`a[href^="${below}/perkara/${id}/catat/${step.act}"]`).first().click(PATIENT);
    if (step.at) Object.assign(form, { on: date, at: time });
  } else {
    if (!below) await page.goto('/');
    await page.locator('.nav__link--act').click(PATIENT);
    await page.locator(`a[href="${below}/permohonan/baru/${track}"]`).click();
    if (step.at) Object.assign(form, { filed_on: date, filed_at: time });
  }
  await expect(page).toHaveURL(/\/draf\/[0-9a-f-]{36}/, PATIENT);
  const sections = set.form[rule.form].groups;
  const draft = new URL(page.url()).pathname.split('/draf/')[1].split('/')[0];
  const home = `${below}/draf/${draft}`;
  for (const section of sections) {
    // What this step answers in none of its fields is left as it is.
    if (below && sections.length > 1 && !section.rows.flat().some((key) => key in form)) continue;
    if (sections.length > 1) await page.locator(`a[href="${home}/${section.key}"]`).first().click();
    await expect(page.locator('main form')).toBeVisible(PATIENT);
    await fillSection(page, form);
    for (const [place, make] of Object.entries(step.files ?? {})) await attach(page, place, make());
    if (sections.length > 1) await page.getByRole('link', { name: 'Semua bagian' }).click();
  }
  // A template may answer what this step's own answers hide.
  const asked = Object.keys(form).filter((key) => !set.field[rule.form][key]?.if);
  expect(asked, `${label}: answers that no section asks for`).toEqual([]);
  if (sections.length > 1) await page.locator(`a[href="${home}/periksa"]`).click();
  else await page.getByRole('button', { name: 'Periksa jawaban' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Periksa jawaban' })).toBeVisible();
  for (const [guard, ruling] of Object.entries(step.rulings ?? {})) {
    if (ruling.reading) {
      // Each reading has its own source and mark; the guard itself is not called certain.
      await expect(page.locator(`[id="guard-${guard}"]`).getByText(/^Dasar: /)).toContainText(/\(penafsirannya berbeda\)$/);
      await answer(page, `reading-${guard}`, ruling.reading);
    }
    if (ruling.reason) await answer(page, `reason-${guard}`, ruling.reason);
  }
  if (below) await expect(page.locator('.save-state')).toContainText('Tersimpan di perangkat', PATIENT);
  await page.getByRole('button', { name: id ? 'Catat' : 'Terima permohonan', exact: true }).click();
  await expect(page).toHaveURL(id ? new RegExp(`/perkara/${id}$`) : /\/perkara\/[0-9a-f-]{36}\/tanda-terima$/, PATIENT);
  if (!id) await page.getByRole('link', { name: 'Ke perkara' }).click();
  const made = new URL(page.url()).pathname.split('/perkara/')[1].split('/')[0];
  if (step.state) await expect(page.locator('.identity-bar'), `after ${label}`).toContainText(set.state[step.state].label.id, PATIENT);
  return made;
}

/** Plays every step that is not to be refused and gives the case. */
export async function play(page, told) {
  let id = null;
  for (const step of told.steps) {
    if (!step.act || step.refused || (!id && step.act !== 'receive')) continue;
    id = await perform(page, told, step, id);
  }
  return id;
}
