// Real files, made here: a PDF of several pages, a PNG, and what only pretends.

import fs from 'node:fs';
import zlib from 'node:zlib';

/** A PDF with a cross-reference table and a line of text on each page. */
export function pdf(pages = 3, title = 'Keputusan KPU Kabupaten Banyuasin') {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages} /Kids [${Array.from({ length: pages }, (_, page) => `${4 + 2 * page} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  for (let page = 1; page <= pages; page += 1) {
    const text = `BT /F1 18 Tf 72 770 Td (${title}, halaman ${page} dari ${pages}) Tj ET`;
    objects.push(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${3 + 2 * page} 0 R >>`);
    objects.push(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
  }
  let out = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = out.length;
    out += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

/** A picture of coloured stripes. */
export function png(width = 640, height = 480) {
  const rows = Buffer.alloc((1 + 3 * width) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows.set([(x * 255) / width, (y * 255) / height, ((x >> 5) & 1) * 160], y * (1 + 3 * width) + 1 + 3 * x);
    }
  }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', zlib.deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** The smallest JPEG that is one: a grey pixel. */
export function jpeg() {
  return Buffer.from(
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
    'base64',
  );
}

export const PDF_FILE = () => ({ name: 'SK KPU 123 – daftar calon sementara.pdf', mimeType: 'application/pdf', buffer: pdf() });
export const PHOTO_FILE = () => ({ name: 'foto-ijazah.png', mimeType: 'image/png', buffer: png() });
export const JPEG_FILE = () => ({ name: 'IMG_20260708_101500.jpg', mimeType: 'image/jpeg', buffer: jpeg() });
/** Begins as a JPEG does and ends before its picture. */
export const BROKEN_PICTURE = { name: 'foto-terpotong.jpg', mimeType: 'image/jpeg', buffer: Buffer.concat([jpeg().subarray(0, 100), Buffer.alloc(400)]) };
export const EMPTY_FILE = { name: 'kosong.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(0) };
export const EXE_NAMED_PDF = { name: 'surat.pdf', mimeType: 'application/pdf', buffer: Buffer.concat([Buffer.from('MZ\x90\x00\x03', 'latin1'), Buffer.alloc(600)]) };
export const HTML_NAMED_JPG = { name: 'foto.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<!doctype html><html><body><script>alert(1)</script></body></html>') };

/** Makes a file of many bytes that takes no room on the disk. */
export function hugeFile(name, bytes) {
  fs.writeFileSync(name, '%PDF-1.4\n');
  fs.truncateSync(name, bytes);
  return name;
}
