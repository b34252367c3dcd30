//! The code on a paper that leads to its case.

use super::document::Code;
use qrcode::{EcLevel, QrCode};

/// The code of an address; `None` for one that is too long for any.
#[must_use]
pub fn code(address: &str) -> Option<Code> {
    // A quarter of it may be dirty or folded.
    let made = QrCode::with_error_correction_level(address.as_bytes(), EcLevel::Q).ok()?;
    let modules: Vec<bool> = made.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
    let row = |modules: &[bool]| modules.iter().map(|dark| if *dark { '1' } else { '0' }).collect();
    Some(Code { address: address.to_owned(), rows: modules.chunks(made.width()).map(row).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://sips.bawaslu.example.id/perkara/01980000-0000-7000-8000-0000000000c1";

    #[test]
    fn a_camera_reads_the_address() {
        let code = code(ADDRESS).expect("a code");
        // Four modules of quiet ground around it, each module four pixels wide, as it is printed.
        const QUIET: usize = 4;
        const SCALE: usize = 4;
        let side = (code.rows.len() + 2 * QUIET) * SCALE;
        let mut picture = vec![255_u8; side * side];
        for (row, from, count) in code.runs() {
            for y in 0..SCALE {
                let start = ((row + QUIET) * SCALE + y) * side + (from + QUIET) * SCALE;
                picture[start..start + count * SCALE].fill(0);
            }
        }
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| picture[y * side + x]);
        let found = prepared.detect_grids();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].decode().expect("it can be read").1, ADDRESS);
    }

    #[test]
    fn an_address_that_is_too_long_has_none() {
        assert_eq!(code(&"a".repeat(5_000)), None);
    }
}
