// Debian's Firefox, over WebDriver BiDi.

import puppeteer from 'puppeteer-core';

export async function open() {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: process.env.SIPS_FIREFOX || '/usr/bin/firefox-esr', headless: true });
  const page = await browser.newPage();
  await page.setViewport({ width: 820, height: 1180 });
  return {
    goto: (address) => page.goto(address),
    run: (script, ...words) => page.evaluate(script, ...words),
    click: (selector) => page.click(selector),
    async type(selector, text) {
      await page.focus(selector);
      await page.$eval(selector, (field) => field.select());
      await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    },
    close: () => browser.close(),
  };
}
