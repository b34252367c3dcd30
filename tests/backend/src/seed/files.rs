//! Small real files, the same bytes for the same case: a PDF of one page, a photograph, a picture of a screen.

use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::evidence::{FileRef, MediaType};
use sips_lapangan::domain::id::FileId;
use sips_lapangan::domain::time::Timestamp;

use super::chance::Chance;

/// A file and what a command says of it.
pub struct Attached {
    /// What the command says.
    pub file: FileRef,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Attached {
    /// A file of this kind, named after `name`.
    #[must_use]
    pub fn new(name: &str, media: MediaType, lines: &[String], at: Timestamp, chance: &mut Chance) -> Self {
        let (bytes, ending) = match media {
            MediaType::Png => (png(chance), "png"),
            MediaType::Jpeg => (jpeg(chance), "jpg"),
            _ => (pdf(lines), "pdf"),
        };
        let media = if ending == "pdf" { MediaType::Pdf } else { media };
        let name = format!("{name}.{ending}");
        let size = bytes.len() as u64;
        let file = FileRef { id: FileId::new(at, chance.entropy()), name, size, sha256: Digest::of(&bytes), media, locked: false };
        Self { file, bytes }
    }
}

/// A page with lines of text, by PDF 1.4 (ISO 32000-1 §7.5); characters beyond ASCII are left out.
fn pdf(lines: &[String]) -> Vec<u8> {
    let mut content = String::from("BT /F1 11 Tf 56 780 Td 15 TL\n");
    let wrapped = lines.iter().flat_map(|line| wrap(line, 84));
    for line in wrapped.take(48) {
        let plain: String = line.chars().filter(char::is_ascii).collect();
        let escaped = plain.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        content.push_str(&format!("({escaped}) Tj T*\n"));
    }
    content.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        places.push(file.len());
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let table = file.len();
    file.push_str("xref\n0 6\n0000000000 65535 f \n");
    for place in places {
        file.push_str(&format!("{place:010} 00000 n \n"));
    }
    file.push_str(&format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"));
    file.into_bytes()
}

fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().filter(|line| line.is_empty() || line.len() + word.len() < most);
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => line.push_str(&format!(" {word}")),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A window with bars of grey, by PNG (RFC 2083), its data stored and not compressed.
fn png(chance: &mut Chance) -> Vec<u8> {
    const WIDTH: u32 = 128;
    const HEIGHT: u32 = 80;
    let bars: Vec<u8> = (0..HEIGHT / 8).map(|_| u8::try_from(chance.between(90, 240)).unwrap_or(200)).collect();
    let mut rows = Vec::new();
    for y in 0..HEIGHT {
        rows.push(0);
        let length = u32::from(bars[(y / 8) as usize]) / 2;
        rows.extend((0..WIDTH).map(|x| match (y, x) {
            (0..8, _) => 60,
            (_, x) if y % 8 < 5 && x > 6 && x < length => bars[(y / 8) as usize],
            _ => 250,
        }));
    }
    let length = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let mut data = vec![0x78, 0x01, 0x01];
    data.extend(length.to_le_bytes());
    data.extend((!length).to_le_bytes());
    data.extend(&rows);
    let (low, high) = rows.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    data.extend((high << 16 | low).to_be_bytes());
    let mut head = Vec::new();
    head.extend(WIDTH.to_be_bytes());
    head.extend(HEIGHT.to_be_bytes());
    head.extend([8, 0, 0, 0, 0]);
    let mut file = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    for (kind, content) in [(b"IHDR", &head), (b"IDAT", &data), (b"IEND", &Vec::new())] {
        let named: Vec<u8> = kind.iter().chain(content).copied().collect();
        file.extend(u32::try_from(content.len()).unwrap_or(0).to_be_bytes());
        file.extend(&named);
        file.extend(crc(&named).to_be_bytes());
    }
    file
}

/// The sum that PNG asks for (RFC 2083 §15).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
    })
}

/// A coarse grey photograph by baseline JPEG (ITU-T T.81): of each block of 8 × 8 pixels only its mean is told.
fn jpeg(chance: &mut Chance) -> Vec<u8> {
    const BLOCKS: [u8; 2] = [40, 30];
    let mut file = vec![0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
    file.extend([0xff, 0xdb, 0, 67, 0]);
    file.extend([8; 64]);
    let [width, height] = BLOCKS.map(|blocks| (u16::from(blocks) * 8).to_be_bytes());
    file.extend([0xff, 0xc0, 0, 11, 8, height[0], height[1], width[0], width[1], 1, 1, 0x11, 0]);
    // The table of means: twelve lengths, codes of four bits each. That of the rest: the end of a block, one bit.
    file.extend([0xff, 0xc4, 0, 31, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    file.extend(0..12);
    file.extend([0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    file.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    let mut bits: Vec<bool> = Vec::new();
    let mut put = |value: i64, length: u32| bits.extend((0..length).rev().map(|at| value >> at & 1 == 1));
    let horizon = chance.between(10, 18);
    let mut before = 0;
    for row in 0..i64::from(BLOCKS[1]) {
        for _ in 0..BLOCKS[0] {
            // Sky above, ground below, in steps of the table.
            let mean = if row < horizon { 90 - 2 * row } else { -40 + chance.between(-14, 14) } + chance.between(-3, 3);
            let change = mean - before;
            before = mean;
            let length = i64::BITS - change.abs().leading_zeros();
            put(i64::from(length), 4);
            put(if change < 0 { change + (1 << length) - 1 } else { change }, length);
            put(0, 1);
        }
    }
    bits.resize(bits.len().div_ceil(8) * 8, true);
    for byte in bits.chunks(8).map(|bits| bits.iter().fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit))) {
        file.push(byte);
        if byte == 0xff {
            file.push(0);
        }
    }
    file.extend([0xff, 0xd9]);
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use sips_lapangan::domain::evidence::{FILE_LIMIT, pixels, sniff};

    #[test]
    fn files_are_what_their_names_say() {
        for media in [MediaType::Pdf, MediaType::Png, MediaType::Jpeg] {
            let made = || Attached::new("bukti", media, &["Satu baris (dua)".to_owned()], Timestamp(1), &mut Chance::of(&[1]));
            let attached = made();
            assert_eq!(attached.bytes, made().bytes);
            assert_eq!(sniff(&attached.file.name, attached.file.size, FILE_LIMIT, &attached.bytes[..32]), Ok(media));
            assert_eq!(attached.file.sha256, Digest::of(&attached.bytes));
            let drawn = pixels(&attached.bytes);
            assert_eq!(
                drawn,
                [(MediaType::Png, 128 * 80), (MediaType::Jpeg, 320 * 240)].into_iter().find(|(kind, _)| *kind == media).map(|(_, n)| n)
            );
        }
        assert_eq!(crc(b"IEND"), 0xae42_6082, "the sum that every PNG ends with");
    }
}
