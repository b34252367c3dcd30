// A bad line before a backend: every connection ends once so many bytes have gone up over it. It counts what reaches the server.

import net from 'node:net';

export class Cutter {
  constructor(backend, limit = 256 * 1024) {
    this.backend = backend;
    /** Bytes after which a connection ends. */
    this.limit = limit;
    /** Bytes that went on to the server. */
    this.received = 0;
    /** Connections that were cut. */
    this.cuts = 0;
    this.sockets = new Set();
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    this.server = net.createServer((near) => this.#join(near));
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    return this;
  }

  async dispose() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #join(near) {
    const far = net.connect(this.backend.port, '127.0.0.1');
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    }
    let sent = 0;
    near.on('data', (bytes) => {
      const part = bytes.subarray(0, this.limit - sent);
      sent += part.length;
      this.received += part.length;
      far.write(part);
      if (sent < this.limit) return;
      this.cuts += 1;
      near.destroy();
      // All that went on arrives; then the server hears of the end.
      far.end();
    });
    far.on('data', (bytes) => near.write(bytes));
    near.on('close', () => far.end());
    far.on('close', () => near.destroy());
    near.on('error', () => far.end());
    far.on('error', () => near.destroy());
  }
}
