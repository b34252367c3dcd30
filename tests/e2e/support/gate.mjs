// Stands between browser and backend: lets everything through, answers in the backend's place, or loses an answer. It
// also counts what goes over the wire, which the browser's own tools do not tell of a service worker.

import http from 'node:http';

/** In place of an answer: none comes, and the connection stays open. */
export const HELD = Symbol('held');

export class Gate {
  constructor(backend) {
    this.backend = backend;
    /** Answers in the backend's place: `(request, body) => {status, headers, body, cut}` or `HELD`, or nothing to let it through. */
    this.answer = null;
    /** Changes a true answer on its way: `(request, {status, headers, body}) => the same shape` or `HELD`. */
    this.change = null;
    /** Changes what goes on to the backend: `(request, body) => body`. */
    this.rewrite = null;
    /** Leaves requests of the contract without any answer while it is set. */
    this.hold = false;
    /** Every request: {method, url, status, headBytes, bodyBytes}. */
    this.seen = [];
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    this.server = http.createServer((request, response) => this.#handle(request, response));
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    return this;
  }

  async dispose() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Requests of a method and path that came by. */
  requests(method, path) {
    return this.seen.filter((one) => one.method === method && one.url.split('?')[0] === path);
  }

  #handle(request, response) {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const entry = { method: request.method, url: request.url, status: 0, headBytes: 0, bodyBytes: 0 };
      this.seen.push(entry);
      const send = (what) => {
        if (what === HELD) return;
        const { status, headers = {}, body: text = '', cut = false } = what;
        if (cut === 'at once') return response.destroy();
        const bytes = Buffer.from(text);
        entry.status = status;
        entry.bodyBytes = bytes.length;
        response.writeHead(status, headers);
        if (cut) return response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
        response.end(bytes);
        entry.headBytes = response._header.length;
      };
      if (this.hold && request.url.startsWith('/v1/')) return;
      const instead = this.answer?.(request, body);
      if (instead) return send(instead);
      const told = this.rewrite?.(request, body);
      const headers = told ? { ...request.headers, 'content-length': String(Buffer.byteLength(told)) } : request.headers;
      const onward = http.request(this.backend.url + request.url, { method: request.method, headers }, (answer) => {
        const got = [];
        answer.on('data', (part) => got.push(part));
        answer.on('end', () => {
          const headers = { ...answer.headers };
          delete headers['transfer-encoding'];
          const whole = { status: answer.statusCode, headers, body: Buffer.concat(got) };
          const changed = this.change?.(request, whole) ?? whole;
          if (Buffer.isBuffer(changed.body) && changed.body !== whole.body) changed.headers['content-length'] = String(changed.body.length);
          send(changed);
        });
        answer.on('error', () => response.destroy());
      });
      // Nothing behind the gate looks to the browser like nothing at all.
      onward.on('error', () => response.destroy());
      onward.end(told ?? body);
    });
  }
}

/** An answer of the contract with this status: a problem document, unless a body is given. */
export function answered(status, body = { type: '/problems/told-by-the-test', title: 'Told by the test', status, retry: 'later' }, headers = {}) {
  const media = status < 300 ? 'application/json' : 'application/problem+json';
  return { status, headers: { 'sips-contract': '1', 'content-type': media, ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** What a Wi-Fi's sign-in page answers to everything. */
export const CAPTIVE_PORTAL = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body>Masuk ke Wi-Fi Warung</body></html>' };
