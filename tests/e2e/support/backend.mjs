// A reference backend of its own for whoever asks: a free port, a data folder, and the app behind a link that a test may
// point elsewhere, as a deployment does.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const DIST = path.resolve(process.env.SIPS_DIST || path.join(ROOT, 'dist'));
const PROGRAM = path.resolve(process.env.SIPS_BACKEND_BIN || path.join(ROOT, 'target/debug/sips-backend'));

export const ACCOUNTS = {
  rina: { username: 'rina', password: 'banyuasin-rina-2026', name: 'Rina Marlina', id: '01980000-0000-7000-8000-000000001601' },
  nurul: { username: 'nurul', password: 'banyuasin-nurul-2026', name: 'Nurul Aini', id: '01980000-0000-7000-8000-000000001607' },
  pusat: { username: 'pusat', password: 'jakarta-bagus-2026', name: 'Bagus Wicaksono', id: '01980000-0000-7000-8000-000000000001' },
  yusuf: { username: 'yusuf', password: 'banyuasin-yusuf-2026', name: 'Yusuf Pratama', id: '01980000-0000-7000-8000-000000001602' },
  hendra: { username: 'hendra', password: 'banyuasin-hendra-2026', name: 'Hendra Saputra', id: '01980000-0000-7000-8000-000000001604' },
};

/** Where the journeys' databases are planted once: hashing the passwords of all accounts anew for each test would take longer than many a test. */
const PLANTED = process.env.SIPS_PLANTED;

export class Backend {
  constructor(seeded = 0, words = []) {
    this.seeded = seeded;
    this.words = words;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sips-e2e-'));
    this.app = path.join(this.folder, 'app');
    fs.symlinkSync(DIST, this.app);
    this.port = 0;
    this.lines = [];
    this.process = null;
  }

  get data() {
    return path.join(this.folder, 'data');
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it; after a stop on the same port, with the same data. The first time with a copy of the accounts, and cases, of all tests. */
  async start() {
    if (PLANTED && !fs.existsSync(this.data)) fs.cpSync(await planted(this.seeded), this.data, { recursive: true });
    return this.run(this.words);
  }

  /** Starts the program, which plants what is missing. */
  async run(more = []) {
    const words = ['--listen', `127.0.0.1:${this.port}`, '--data', this.data, '--app', this.app, ...more];
    const started = spawn(PROGRAM, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = started;
    started.stderr.setEncoding('utf8').on('data', (text) => this.lines.push(...text.split('\n').filter(Boolean)));
    this.port = await new Promise((resolve, reject) => {
      let out = '';
      started.on('error', reject);
      started.on('exit', (code) => reject(new Error(`the backend ended with ${code}: ${this.lines.slice(-3).join(' | ')}`)));
      started.stdout.setEncoding('utf8').on('data', (text) => {
        out += text;
        const ready = out.match(/ready http:\/\/127\.0\.0\.1:(\d+)/);
        if (ready) resolve(Number(ready[1]));
      });
    });
    return this;
  }

  /** Ends it and makes sure that nothing listens any more: an offline test on an open port would prove nothing. */
  async stop() {
    const running = this.process;
    if (!running) return;
    this.process = null;
    const ended = new Promise((resolve) => running.on('exit', resolve));
    // At once: connections that the browser keeps open must not hold it up.
    running.kill('SIGKILL');
    await ended;
    if (await isOpen(this.port)) throw new Error(`port ${this.port} is still open`);
  }

  async dispose() {
    await this.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** The link to the app leads to another build from now on. */
  serveApp(folder) {
    const next = `${this.app}.next`;
    fs.symlinkSync(folder, next);
    fs.renameSync(next, this.app);
  }

  /** A session at the contract itself, beside the app. */
  async signIn({ username, password }) {
    const answer = await this.call('POST', '/v1/session', { body: { username, password, device: '01980000-0000-7000-8000-00000000e2e0' } });
    if (answer.status !== 200) throw new Error(`signing in at the contract: ${answer.status}`);
    return (await answer.json()).accessToken;
  }

  call(method, address, { token, body } = {}) {
    return fetch(this.url + address, {
      method,
      headers: { 'sips-contract': '1', ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
  }

  /** Everything that the server holds of an account's office: acts by case. */
  async cases(account = ACCOUNTS.yusuf) {
    const token = await this.signIn(account);
    const cases = new Map();
    let cursor = '';
    for (let more = true; more; ) {
      const page = await (await this.call('GET', `/v1/changes${cursor && `?cursor=${cursor}`}`, { token })).json();
      for (const act of page.acts) cases.set(act.caseId, [...(cases.get(act.caseId) ?? []), act]);
      ({ next: cursor, more } = page);
    }
    return cases;
  }

  /** Lines of the log about a method and a path. */
  logged(method, address) {
    return this.lines.filter((line) => line.includes(` method=${method} path=${address} `));
  }
}

/** The folder with the accounts and so many cases, made by the worker that asks first. */
async function planted(seeded) {
  const folder = path.join(PLANTED, String(seeded));
  if (fs.existsSync(folder)) return folder;
  const backend = await new Backend().run(seeded ? ['--seed-cases', String(seeded)] : []);
  const ended = new Promise((resolve) => backend.process.on('exit', resolve));
  // In order, so that the database is one file.
  backend.process.kill('SIGTERM');
  await ended;
  backend.process = null;
  try {
    fs.renameSync(backend.data, folder);
  } catch (error) {
    // The other worker was quicker.
    if (!fs.existsSync(folder)) throw error;
  }
  await backend.dispose();
  return folder;
}

/** Does anything listen there? */
export function isOpen(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(false));
  });
}
