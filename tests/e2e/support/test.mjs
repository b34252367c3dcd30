// What every spec starts from: `test` with a backend and browsers of its own, and a watch over each page: a violated
// policy, a script error, a crash of the app or a request to another origin fails the test, whatever it is about.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { test as base, chromium, expect } from '@playwright/test';

import { Backend } from './backend.mjs';
import { CHROMIUM, CHROMIUM_ARGS, SIZES } from './browser.mjs';
import { Gate } from './gate.mjs';

export { expect };

/** Of Chromium itself: a request that failed, which offline tests mean to happen. */
const EXPECTED_CONSOLE = /Failed to load resource|net::ERR_/;

export const test = base.extend({
  /** Made-up cases of the whole country that the backend begins with. */
  seeded: [0, { option: true }],

  backend: async ({ seeded }, use) => {
    const backend = await new Backend(seeded).start();
    await use(backend);
    await backend.dispose();
  },

  gate: async ({ backend }, use) => {
    const gate = await new Gate(backend).start();
    await use(gate);
    await gate.dispose();
  },

  /** Collects what no test may cause. `allow` lets one test expect what it provokes. */
  watch: async ({}, use) => {
    const found = [];
    const allowed = [];
    await use({
      allow: (pattern) => allowed.push(pattern),
      context(context, origins) {
        context.on('console', (message) => {
          const text = message.text();
          if (/Content Security Policy|Trusted ?Type|panicked/i.test(text)) found.push(text);
          else if (message.type() === 'error' && !EXPECTED_CONSOLE.test(text)) found.push(text);
        });
        context.on('weberror', (error) => found.push(String(error.error())));
        context.on('request', (request) => {
          const url = new URL(request.url());
          if (/^https?:$/.test(url.protocol) && !origins.includes(url.origin)) found.push(`request to ${url.origin}`);
        });
      },
    });
    const bad = found.filter((text) => !allowed.some((pattern) => pattern.test(text)));
    expect(bad, 'no violation, script error or foreign request').toEqual([]);
  },

  /** Opens a fresh device: a browser context whose storage lives as long as the test. Gives its first page. */
  device: async ({ browser, backend, watch }, use) => {
    const opened = [];
    await use(async ({ size = 'phone', url = backend.url, ...options } = {}) => {
      const context = await browser.newContext({
        viewport: SIZES[size],
        locale: 'id-ID',
        timezoneId: 'Asia/Jakarta',
        baseURL: url,
        acceptDownloads: true,
        ...options,
      });
      opened.push(context);
      watch.context(context, [backend.url, url]);
      context.setDefaultTimeout(8_000);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },

  /** A device that can be switched off and on again: a browser of its own on a profile folder. */
  profile: async ({ backend, watch }, use) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sips-profile-'));
    let context = null;
    await use({
      async open({ size = 'phone', url = backend.url } = {}) {
        context = await chromium.launchPersistentContext(folder, {
          executablePath: CHROMIUM,
          args: CHROMIUM_ARGS,
          viewport: SIZES[size],
          locale: 'id-ID',
          timezoneId: 'Asia/Jakarta',
          baseURL: url,
        });
        watch.context(context, [backend.url, url]);
        context.setDefaultTimeout(8_000);
        return context.pages()[0] ?? context.newPage();
      },
      async close() {
        await context?.close();
        context = null;
      },
      /** As when the battery falls out: no page hears of it. */
      async kill() {
        const gone = new Promise((resolve) => context.once('close', resolve));
        process.kill(browserOn(folder), 'SIGKILL');
        await gone;
        context = null;
      },
    });
    await context?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  },
});

/** The process id of the browser that this test has started on a profile folder. */
function browserOn(folder) {
  const processes = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = processes.find((id) => {
    try {
      const words = fs.readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
      return words.includes(`--user-data-dir=${folder}`) && !words.some((word) => word.startsWith('--type='));
    } catch {
      // Ended while we looked.
      return false;
    }
  });
  if (!found) throw new Error(`no browser on ${folder}`);
  return Number(found);
}

/** Two tests run at once on two cores: what decodes, hashes or installs gets more time than a press of a button. */
export const PATIENT = { timeout: 20_000 };
