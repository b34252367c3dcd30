// The first visit, until the app is usable and ready for offline: under the limit over the wire, each hashed file once, nothing
// from anybody else.

import http from 'node:http';

import { workerHere } from '../support/app.mjs';
import { PATIENT, expect, test } from '../support/test.mjs';

const LIMIT = 500 * 1024;

/** Passes everything on to the backend and counts the bytes as they are sent: of bodies, and beside them of headers. */
async function counting(target) {
  const files = new Map();
  const server = http.createServer((request, response) => {
    const to = http.request(target + request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      const name = request.url.split('?')[0];
      const entry = files.get(name) ?? { times: 0, bytes: 0, heads: 0 };
      entry.times += answer.statusCode === 304 ? 0 : 1;
      entry.heads += answer.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
      files.set(name, entry);
      answer.on('data', (part) => (entry.bytes += part.length));
      answer.pipe(response);
    });
    to.on('error', () => response.destroy());
    request.pipe(to);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { files, url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

test('the first visit stays under its limit and fetches each hashed file once', async ({ profile, backend }) => {
  const proxy = await counting(backend.url);
  // A lasting profile: it may install the app, so it fetches the manifest's picture too.
  const page = await profile.open({ url: proxy.url });
  await page.goto('/');
  await expect(page.locator('#username')).toBeVisible(PATIENT);
  await workerHere(page);
  await expect.poll(() => proxy.files.has('/icons/icon-192.png'), PATIENT).toBe(true);
  const rows = [...proxy.files].sort(([, a], [, b]) => b.bytes - a.bytes);
  console.log(rows.map(([name, { times, bytes }]) => `${name.padEnd(46)} ${String(times).padStart(2)}× ${(bytes / 1024).toFixed(1).padStart(7)} KB`).join('\n'));
  const total = rows.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const heads = rows.reduce((sum, [, entry]) => sum + entry.heads, 0);
  console.log(`in all ${(total / 1024).toFixed(1)} KB of ${LIMIT / 1024}, and ${(heads / 1024).toFixed(1)} KB of headers beside them`);
  for (const [name, { times }] of rows) {
    if (/-[0-9a-f]{16}\./.test(name)) expect(times, name).toBe(1);
  }
  expect(rows.some(([name]) => name.endsWith('.wasm'))).toBe(true);
  expect(total).toBeLessThanOrEqual(LIMIT);
  proxy.close();
});
