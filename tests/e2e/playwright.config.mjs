import { defineConfig } from '@playwright/test';

import { CHROMIUM, CHROMIUM_ARGS } from './support/browser.mjs';

// One list of specs, no projects: a test that depends on a size sets its viewport itself.
export default defineConfig({
  testDir: './specs',
  // Pictures are for people who look at them: every page of theirs comes up in other specs, too.
  testIgnore: process.env.SIPS_PICTURES ? [] : ['screenshots.spec.mjs'],
  outputDir: './test-results',
  globalSetup: './support/plant.mjs',
  workers: 2,
  // Tests share nothing, so the tests of one file may go to both workers.
  fullyParallel: true,
  // A browser now and then holds back a load for its own reasons; what fails for ours fails twice. Each second try is told at the end.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 8_000 },
  reporter: [['list'], ['./support/summary.mjs']],
  use: {
    locale: 'id-ID',
    timezoneId: 'Asia/Jakarta',
    actionTimeout: 8_000,
    navigationTimeout: 15_000,
    // Of a second try, or on request of all, then with a copy of the document at every step: copying takes a fifteenth of all their work.
    trace: { mode: process.env.SIPS_TRACE ? 'retain-on-failure' : 'on-first-retry', screenshots: false, snapshots: Boolean(process.env.SIPS_TRACE) },
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_ARGS },
  },
});
