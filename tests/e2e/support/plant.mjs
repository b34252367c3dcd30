// Before all journeys: a folder for what is made once for all of them. It goes when they are through.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export default function plant() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sips-planted-'));
  process.env.SIPS_PLANTED = folder;
  return () => fs.rmSync(folder, { recursive: true, force: true });
}
