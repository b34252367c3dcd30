// Stands between browser and backend: lets everything through, answers in the backend's place, or loses an answer. It
// also counts what goes over the wire, which the browser's own tools do not tell of a service worker.

import http from 'node:http';

export class Gate {
  constructor(backend) {
    this.backend = backend;
    /** Answers in the backend's place: `(request, body) => {status, headers, body}`, or nothing to let it through. */
    this.answer = null;
    /** Changes a true answer on its way: `(request, {status, headers, body}) => the same shape`. */
    this.change = null;
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
      const send = ({ status, headers = {}, body: text = '', cut = false }) => {
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
      const onward = http.request(this.backend.url + request.url, { method: request.method, headers: request.headers }, (answer) => {
        const got = [];
        answer.on('data', (part) => got.push(part));
        answer.on('end', () => {
          const headers = { ...answer.headers };
          delete headers['transfer-encoding'];
          const whole = { status: answer.statusCode, headers, body: Buffer.concat(got) };
          send(this.change?.(request, whole) ?? whole);
        });
        answer.on('error', () => response.destroy());
      });
      // Nothing behind the gate looks to the browser like nothing at all.
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  }
}

/** What a Wi-Fi's sign-in page answers to everything. */
export const CAPTIVE_PORTAL = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body>Masuk ke Wi-Fi Warung</body></html>' };
