// Reads the PDFs that the app makes: pages, title and the text of each page. Only as much of the format as those use.

import zlib from 'node:zlib';

/** Title and language as they stand in the file, and the text of each page, a line of the page a line. */
export function readPdf(bytes) {
  const file = bytes.toString('latin1');
  if (!file.startsWith('%PDF-1.') || !file.trimEnd().endsWith('%%EOF')) throw new Error('no PDF');
  const objects = new Map();
  for (const [, id, body] of file.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) objects.set(Number(id), body);
  const unicode = new Map();
  for (const body of objects.values()) {
    const font = body.match(/\/Type \/Font\b[\s\S]*?\/Subtype \/Type0[\s\S]*?\/BaseFont \/(\S+)[\s\S]*?\/ToUnicode (\d+) 0 R/);
    if (font) unicode.set(font[1].includes('Bold') ? 'B' : 'R', letters(stream(objects.get(Number(font[2])))));
  }
  const kids = [...objects.values()].find((body) => body.includes('/Type /Pages')).match(/\/Kids \[([^\]]*)\]/)[1];
  const pages = [...kids.matchAll(/(\d+) 0 R/g)].map(([, id]) => {
    const content = objects.get(Number(id)).match(/\/Contents (\d+) 0 R/)[1];
    return text(stream(objects.get(Number(content))), unicode);
  });
  return { title: file.match(/\/Title (\([^\n]*\)|<[^>]*>)/)[1], language: file.match(/\/Lang \(([^)]*)\)/)[1], pages };
}

function stream(body) {
  const [head, ...rest] = body.split('\nstream\n');
  const length = Number(head.match(/\/Length (\d+)/)[1]);
  return zlib.inflateSync(Buffer.from(rest.join('\nstream\n').slice(0, length), 'latin1')).toString('latin1');
}

/** Which letter a shape stands for. */
function letters(cmap) {
  const found = new Map();
  for (const [, shape, letter] of cmap.matchAll(/<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n/g)) {
    found.set(parseInt(shape, 16), Buffer.from(letter, 'hex').swap16().toString('utf16le'));
  }
  return found;
}

function text(content, unicode) {
  let font = 'R';
  let hidden = '';
  const lines = [];
  let line = '';
  const operators = /\/([RB]) [\d.]+ Tf|ET|\/ActualText (<[0-9A-Fa-f]+>|\((?:\\.|[^\\)])*\))|EMC|(<[0-9A-Fa-f\s]*>|\((?:\\[\s\S]|[^\\)])*\)) Tj/g;
  for (const [operator, face, actual, shown] of content.matchAll(operators)) {
    if (face) font = face;
    else if (actual) hidden = decoded(actual).subarray(2).swap16().toString('utf16le');
    else if (shown && hidden) line += hidden;
    else if (shown) line += shapes(decoded(shown)).map((shape) => unicode.get(font).get(shape) ?? '?').join('');
    else if (operator === 'EMC') hidden = '';
    else if (operator === 'ET') {
      lines.push(line);
      line = '';
    }
  }
  return lines.join('\n');
}

function shapes(bytes) {
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2));
}

/** The bytes of a string, in either of its two spellings. */
function decoded(string) {
  if (string.startsWith('<')) return Buffer.from(string.slice(1, -1).replace(/\s/g, ''), 'hex');
  const escapes = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
  const plain = string.slice(1, -1).replace(/\\([0-7]{1,3}|[\s\S])/g, (_, code) => {
    return /^[0-7]/.test(code) ? String.fromCharCode(parseInt(code, 8)) : (escapes[code] ?? code);
  });
  return Buffer.from(plain, 'latin1');
}
