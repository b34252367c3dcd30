// Debian's WebKitGTK with its small browser, over WebDriver. It has no mode without a screen: Xvfb is one.

import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const TAB = '\uE004';
const DISPLAY = ':97';

export async function open() {
  const screen = spawn('Xvfb', [DISPLAY, '-screen', '0', '1280x1280x24', '-nolisten', 'tcp'], { stdio: 'ignore' });
  // Its sandbox needs more than root in a container may do.
  const env = { ...process.env, DISPLAY, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1', LIBGL_ALWAYS_SOFTWARE: '1', LANG: 'id_ID.UTF-8' };
  const driver = spawn(process.env.SIPS_WEBKIT_DRIVER || '/usr/bin/WebKitWebDriver', ['--port=8397', '--host=127.0.0.1'], { env, stdio: 'ignore' });
  const ask = async (method, address, body) => {
    const answer = await fetch(`http://127.0.0.1:8397${address}`, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  for (let tries = 0; ; tries += 1) {
    const is = await ask('GET', '/status').catch(() => null);
    if (is?.ready) break;
    if (tries === 100) throw new Error('the driver does not answer');
    await wait(100);
  }
  const { sessionId } = await ask('POST', '/session', { capabilities: { alwaysMatch: { timeouts: { script: 30_000, pageLoad: 60_000 } } } });
  const at = (address) => `/session/${sessionId}${address}`;
  await ask('POST', at('/window/rect'), { width: 900, height: 1200 }).catch(() => {});
  const run = (script, ...words) =>
    ask('POST', at('/execute/async'), { script: `const end = arguments[arguments.length - 1]; Promise.resolve((${script})(...[...arguments].slice(0, -1))).then(end);`, args: words });
  const found = async (selector) => (await ask('POST', at('/element'), { using: 'css selector', value: selector }))[ELEMENT];
  const click = async (selector) => ask('POST', at(`/element/${await found(selector)}/click`), {});
  return {
    run,
    click,
    goto: (url) => ask('POST', at('/url'), { url }),
    async type(selector, text) {
      await run((selector) => {
        const field = document.querySelector(selector);
        field.focus();
        field.select();
      }, selector);
      await ask('POST', at(`/element/${await found(selector)}/value`), { text: text + TAB });
    },
    async close() {
      await ask('DELETE', at('')).catch(() => {});
      driver.kill();
      screen.kill();
    },
  };
}
