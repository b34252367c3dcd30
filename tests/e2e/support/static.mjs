// A host that only hands out the built files, and the page for every other address, as the cheapest ones do.

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

import { DIST } from './backend.mjs';

const MEDIA = {
  '.css': 'text/css', '.csv': 'text/csv', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.json': 'application/json', '.png': 'image/png',
  '.svg': 'image/svg+xml', '.txt': 'text/plain', '.wasm': 'application/wasm', '.webmanifest': 'application/manifest+json',
};

export class StaticHost {
  constructor() {
    this.asked = [];
    this.server = http.createServer((request, response) => {
      const { pathname } = new URL(request.url, 'http://host');
      this.asked.push(`${request.method} ${pathname}`);
      const file = path.join(DIST, path.normalize(pathname));
      const found = file.startsWith(DIST) && fs.existsSync(file) && fs.statSync(file).isFile() ? file : path.join(DIST, 'index.html');
      const packed = fs.existsSync(`${found}.br`);
      // As ARCHITECTURE.md asks of hosts: what is named by its content never changes.
      const cache = /-[0-9a-f]{16}\.\w+$/.test(found) ? 'public, max-age=31536000, immutable' : 'no-cache';
      const headers = { 'Content-Type': MEDIA[path.extname(found)] ?? 'application/octet-stream', 'Cache-Control': cache };
      if (packed) headers['Content-Encoding'] = 'br';
      response.writeHead(200, headers);
      fs.createReadStream(packed ? `${found}.br` : found).pipe(response);
    });
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  /** What was asked for besides the app's own files and its pages. */
  foreign() {
    const isPage = (pathname) => pathname === '/' || pathname.startsWith('/latihan');
    return this.asked.filter((line) => {
      const [method, pathname] = line.split(' ');
      return method !== 'GET' || !(isPage(pathname) || fs.existsSync(path.join(DIST, pathname)));
    });
  }

  /** Goes away: nobody answers at its port from here on. */
  async close() {
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  async stop() {
    await this.close();
  }
}
